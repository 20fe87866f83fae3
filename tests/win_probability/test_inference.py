"""The table of effects: the model's own coefficients, statsmodels' errors, and the truth of simulated reviews."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.chances import quarters_at_risk
from salesops.win_probability.contributions import contributions
from salesops.win_probability.hazard import LandmarkHazard
from salesops.win_probability.inference import holm, inference
from salesops.win_probability.learn import DealModel
from salesops.win_probability.sections import trust_section
from salesops.win_probability.snapshots import outcomes


@pytest.fixture(scope="module")
def effects(learned_from_reviews):
    return inference(learned_from_reviews).set_index(["feature", "comparison"])


def test_it_says_what_the_reasons_say(learned_from_reviews, effects):
    """Two open deals that differ in the triangle alone differ in their reasons by the effect of the triangle."""
    two = learned_from_reviews.today.iloc[[0, 0]].assign(iron_triangle=[1.0, 0.0]).reset_index(drop=True)
    today = pd.concat([learned_from_reviews.today, two], ignore_index=True)
    parts = contributions(learned_from_reviews.model, today)["iron_triangle"].to_numpy()
    assert parts[-2] - parts[-1] == pytest.approx(effects.loc[("iron triangle", "yes against no"), "effect"])


def with_model(learned, features):
    """The same deals, learned from with a few features alone."""
    past = learned.snapshots[learned.snapshots["mark"] < learned.last_mark]
    model = LandmarkHazard(features).fit(past, outcomes(past, learned.last_mark))
    choice = type(learned.choice)(features, {})
    return past, DealModel(
        model, learned.snapshots, learned.today, learned.last_mark, choice, learned.judgement, learned.as_of
    )


def statsmodels_effect(past, learned, name):
    """Both hazards in one binomial regression without any prior, errors clustered by deal."""
    line, ahead, event = quarters_at_risk(outcomes(past, learned.last_mark), 12)
    period = pd.get_dummies(np.searchsorted((1, 2, 4, 7), ahead, side="right")).to_numpy(float)
    columns = np.column_stack([period, past[name].to_numpy(float)[line]])
    won, stays, none = event == "won", event != "won", np.zeros_like(columns)
    both = np.vstack([np.hstack([columns, none]), np.hstack([none, columns])[stays]])
    deals = past["opportunity_id"].factorize()[0][line]
    fitted = sm.GLM(np.r_[won, event[stays] == "lost"].astype(float), both, family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": np.r_[deals, deals[stays]], "use_correction": False}
    )
    width = columns.shape[1]
    contrast = np.zeros(2 * width)
    contrast[[width - 1, 2 * width - 1]] = 1.0, -1.0
    return fitted.t_test(contrast)


def test_where_data_outweigh_the_prior_effect_and_error_are_those_of_statsmodels(learned_from_reviews):
    past, learned = with_model(learned_from_reviews, ("iron_triangle",))
    found, wanted = inference(learned).iloc[0], statsmodels_effect(past, learned, "iron_triangle")
    assert found["effect"] == pytest.approx(wanted.effect.item(), rel=0.02)
    # The prior adds a little knowledge and a little variance of its own.
    assert found["std_error"] == pytest.approx(wanted.sd.item(), rel=0.02)
    assert found["z"] == pytest.approx(found["effect"] / found["std_error"])
    assert (found["low"] + found["high"]) / 2 == pytest.approx(found["effect"])
    assert found["high"] - found["effect"] == pytest.approx(1.959964 * found["std_error"], rel=1e-6)


def test_what_raises_the_chance_in_truth_is_found_to(effects, simulated_reviews):
    assert effects.loc[("iron triangle", "yes against no"), "low"] > 0
    gap = effects.loc["price gap"].iloc[0]
    assert gap["high"] < 0
    ticks = [effects.xs("yes against no", level="comparison").filter(like=f"({name.upper()})", axis=0)
             for name in simulated_reviews.CONFIRMATIONS]  # fmt: skip
    found = pd.Series([tick["effect"].iloc[0] for tick in ticks])
    assert found.corr(pd.Series(simulated_reviews.TICK_EFFECT), method="spearman") > 0.8


def test_names_are_set_against_the_average_deal_so_their_effects_weigh_up_to_nothing(learned, effects):
    found = inference(learned)
    stages = found[found["feature"] == "stage"]
    shares = learned.snapshots["stage"].value_counts(normalize=True).sort_index()
    assert len(stages) == len(shares)
    assert (stages["effect"].to_numpy() * shares.to_numpy()).sum() == pytest.approx(0, abs=1e-9)
    assert effects["p_value"].between(0, 1).all()
    assert np.isfinite(effects.to_numpy(float)).all()


def test_people_and_reps_go_by_their_names(company_tables, as_of):
    from salesops.win_probability.learn import learn
    from salesops.win_probability.open_deals import names_of
    from salesops.win_probability.parameters import Parameters

    names = names_of(company_tables.accounts, company_tables.reps)
    learned = learn(company_tables, as_of, Parameters())
    found = inference(learned, names)
    reps = found.loc[found["feature"] == "rep", "comparison"].str.removesuffix(" against average")
    assert set(reps) <= set(names["rep_id"].values())
    page = trust_section(learned, found)._repr_html_()
    assert "need not cause it" in page
    assert "own process (C1)" in page


def test_p_values_are_adjusted_as_holm_has_it():
    p = np.random.default_rng(4).beta(0.3, 1.0, 40)
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])


def test_a_base_rate_has_no_effects(learned):
    from dataclasses import replace

    from salesops.win_probability.base_rate import BaseRate

    found = inference(replace(learned, model=BaseRate()))
    assert isinstance(found, NotEnoughData)
    assert "base rate" in str(found)
