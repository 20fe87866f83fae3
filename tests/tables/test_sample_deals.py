"""A logistic on the true features finds the law of winning, and the chances of open deals are what that law makes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import norm, spearmanr
from sklearn.metrics import roc_auc_score

from salesops.tables.sample import Sample, generate
from salesops.tables.sample.accounts import ORDERS_PER_YEAR, REGULARITY, SEGMENTS, draw_accounts
from salesops.tables.sample.births import bear
from salesops.tables.sample.calendar import STEPS
from salesops.tables.sample.company import SHOCK_SD, Company, found
from salesops.tables.sample.conditions import climate_at
from salesops.tables.sample.deals import WON, Story, run_deals
from salesops.tables.sample.dynamics import COMPARISON, CONFIRMATIONS, EFFECT, EFFECTS, chances, move, visit
from salesops.tables.sample.forward import win_probabilities

NORMAL_95 = 1.96


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate()


class Followed(NamedTuple):
    company: Company
    story: Story


@pytest.fixture(scope="module")
def followed() -> Followed:
    """Deals of 3,000 accounts, with the features of every fortnight at risk."""
    company = found(3000, 11)
    accounts = draw_accounts(company, 0)
    return Followed(company, run_deals(company, 0, accounts, bear(company, 0, accounts), keep_risks=True))


@pytest.fixture(scope="module")
def law(followed: Followed) -> pd.DataFrame:
    """A logistic regression of winning on the true features, stages apart."""
    risks = followed.story.risks
    assert risks is not None
    # Before the comparison hardly any deal is won: nothing is to be learned there.
    late = risks["stage"] >= COMPARISON
    stages = np.eye(2)[risks["stage"][late] - COMPARISON]
    columns = np.column_stack([risks["features"][late], stages])
    fit = sm.Logit(risks["outcome"][late] == WON, columns).fit(disp=0)
    count = len(EFFECTS)
    return pd.DataFrame({"truth": EFFECT, "found": fit.params[:count], "error": fit.bse[:count]}, index=list(EFFECTS))


def test_a_logistic_on_the_true_features_finds_the_law_of_winning(law: pd.DataFrame) -> None:
    distance = (law["found"] - law["truth"]).abs() / law["error"]
    assert (distance < NORMAL_95).mean() > 0.88
    assert distance.max() < norm.ppf(1 - 0.005 / len(law))


def test_confirmations_are_ranked_as_in_the_truth(law: pd.DataFrame) -> None:
    ticks = law.loc[list(CONFIRMATIONS)]
    assert spearmanr(ticks["truth"], ticks["found"]).statistic > 0.9


def test_the_chance_of_an_open_deal_is_how_often_it_is_won_when_played_to_the_end(followed: Followed) -> None:
    company, story = followed
    rows, chance, _ = win_probabilities(company, 0, story, paths=60)
    won = np.mean([play_to_the_end(company, story, rows, seed) for seed in range(60)], axis=0)
    noise = np.sqrt(chance.mean() * (1 - chance.mean()) / (60 * len(rows)))
    assert won.mean() == pytest.approx(chance.mean(), abs=4 * noise)
    tenth = pd.qcut(chance, 10, labels=False)
    for group in range(10):
        inside = tenth == group
        spread = np.sqrt(0.25 / (60 * inside.sum()))
        assert won[inside].mean() == pytest.approx(chance[inside].mean(), abs=4 * spread)


def play_to_the_end(company: Company, story: Story, rows: np.ndarray, seed: int) -> np.ndarray:
    """Draw each fortnight's outcome until every deal is decided; return which deals are won."""
    rng = np.random.default_rng(seed)
    won, alive = np.zeros(len(rows), dtype=bool), np.arange(len(rows))
    deals, setting, state = story.deals.take(rows), story.setting.take(rows), story.state.take(rows)
    shock, quarter = 0.0, -1
    for step in range(STEPS, STEPS + 150):
        start = np.datetime64("2026-10-01") + 14 * (step - STEPS) + 7
        if (now := start.astype("datetime64[M]").astype(int) // 3) != quarter:
            shock, quarter = SHOCK_SD * rng.normal(), now
        climate = climate_at(company, deals.take(alive), np.full(len(alive), step))
        climate.shock[:] = shock
        win, loss = chances(setting, state, climate)
        draw = rng.random(len(alive))
        won[alive[draw < win]] = True
        on = draw >= win + loss
        alive, setting = alive[on], setting.take(on)
        state = move(rng, setting, state.take(on), visit(rng, setting))
    return won


def test_the_best_possible_auc_of_a_win_is_about_080(followed: Followed) -> None:
    _, chance, _ = win_probabilities(followed.company, 0, followed.story, paths=40)
    # Who knows each true chance sees a deal won so often, and lost else.
    outcome, weight = np.repeat([1, 0], len(chance)), np.concatenate([chance, 1 - chance])
    assert 0.77 < roc_auc_score(outcome, np.tile(chance, 2), sample_weight=weight) < 0.83


def test_open_deals_of_the_tables_are_those_of_the_truth(sample: Sample) -> None:
    deals = sample.tables["opportunities"]
    assert set(deals.loc[deals["status"] == "open", "opportunity_id"]) == set(sample.truth["deals"]["opportunity_id"])
    assert sample.truth["deals"]["win_probability"].between(0, 1).all()
    assert (sample.truth["deals"]["win_within_twelve_weeks"] <= sample.truth["deals"]["win_probability"]).all()


def test_more_confirmations_a_full_triangle_and_a_lower_price_go_with_winning(sample: Sample) -> None:
    deals = sample.tables["opportunities"].query("status != 'open'").set_index("opportunity_id")
    won = deals["status"] == "won"
    last = sample.tables["scorecards"].groupby("opportunity_id")[list(CONFIRMATIONS)].last().sum(axis=1)
    full = deals["solution_rep_id"].notna() & deals["fulfilment_rep_id"].notna()
    gap = np.log(deals["our_price"] / deals["competitor_price"])
    assert (
        won[last.index[last >= 9].intersection(won.index)].mean()
        > won[last.index[last < 9].intersection(won.index)].mean()
    )
    assert won[full].mean() > won[~full].mean() + 0.03
    assert won[gap < gap.median()].mean() > won[gap > gap.median()].mean() + 0.05


def test_leads_become_deals_as_often_as_their_source_says(sample: Sample) -> None:
    leads = sample.tables["leads"]
    became = leads["opportunity_id"].notna().groupby(leads["source"].str.strip().str.lower()).agg(["mean", "size"])
    truth = sample.truth["lead_sources"].set_index("source")["conversion"].reindex(became.index)
    assert (abs(became["mean"] - truth) < 3 * np.sqrt(truth / became["size"])).all()


def test_the_documented_law_of_winning_is_the_one_in_force() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sample_company.md").read_text(encoding="utf-8")
    for feature, effect in EFFECTS.items():
        assert f"| {feature} | {effect:g} |" in page
    for rate, shape, name in zip(ORDERS_PER_YEAR, REGULARITY, SEGMENTS, strict=True):
        assert f"| {name} | {rate:g} | {shape:g} |" in page
