"""Scores by hand, and verdicts that fit what is known of the data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from salesops.tables import load
from salesops.tables.imports import import_tables
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.evaluate import MODEL
from salesops.win_probability.features import choose_features
from salesops.win_probability.learn import learn
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.scores import (
    area_under_curve,
    calibration_error,
    calibration_table,
    resampled_deals,
    scores,
)
from salesops.win_probability.sections_columns import trust_or_columns

ROOT = Path(__file__).resolve().parents[2]
MAVEN = ROOT.parent / "shared" / "real" / "maven_crm"


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=50).filter(
    lambda rows: len({won for _, won in rows}) == 2
))  # fmt: skip
def test_the_area_under_the_curve_is_scikit_learns(rows):
    chance, won = np.array([c / 5 for c, _ in rows]), np.array([float(w) for _, w in rows])
    assert area_under_curve(chance, won, np.ones((1, len(won))))[0] == pytest.approx(roc_auc_score(won, chance))


def test_scores_by_hand():
    chance, won = np.array([0.8, 0.4]), np.array([1.0, 0.0])
    found = scores(chance, won, np.array([0.5, 0.5]), np.ones((3, 2))).set_index("metric")["value"]
    assert found["brier"] == pytest.approx((0.04 + 0.16) / 2)
    assert found["log_loss"] == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)
    assert found["log_loss_gain"] == pytest.approx(np.log(2) - found["log_loss"])
    assert found["calibration_error"] == pytest.approx((0.2 + 0.4) / 2)


def test_chances_that_are_ten_points_too_high_are_ten_points_off():
    rng = np.random.default_rng(4)
    truth = rng.uniform(0.1, 0.8, 40_000)
    won = (rng.random(40_000) < truth).astype(float)
    off = calibration_error(truth + 0.1, won, np.ones((1, 40_000)))[0]
    assert off == pytest.approx(0.1, abs=0.01)
    table = calibration_table(truth + 0.1, won, np.ones((2, 40_000)))
    assert (table["predicted"] - table["observed"]).to_numpy() == pytest.approx(np.full(8, 0.1), abs=0.03)
    assert table["n"].sum() == 40_000


def test_resamples_draw_whole_deals():
    weights = resampled_deals(np.array([0, 0, 1, 2, 2, 2]))
    assert (weights[0] == 1).all()
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[:, 3] == weights[:, 5]).all()
    assert (weights[:, [0, 2, 3]].sum(axis=1) == 3).all()


def test_a_pipeline_with_signal_is_found_to_have_one(learned):
    assert learned.verdict == "ready"
    card = learned.judgement.model_card.set_index(["model", "split", "metric"])
    assert card.loc[(MODEL, "later closings", "log_loss_gain"), "low"] > 0
    assert list(learned.judgement.model_card.columns) == ["model", "split", "metric", "value", "low", "high"]
    assert {"model", "bin", "predicted", "observed", "n"} <= set(learned.judgement.calibration.columns)


def test_the_judged_model_had_learned_before_the_closings_it_is_judged_on(learned, pipeline):
    closed = pipeline.opportunities["closed_at"].dropna()
    later = (closed > learned.judgement.learned_until).mean()
    assert 0.15 < later < 0.3


def without_signal(pipeline, seed=0):
    """The same deals and days, with endings dealt out by chance."""
    deals = pipeline.opportunities.copy()
    closed = deals["status"] != "open"
    luck = np.random.default_rng(seed).random(closed.sum()) < 0.45
    deals.loc[closed, "status"] = np.where(luck, "won", "lost")
    return deals


def test_endings_dealt_out_by_chance_give_the_base_rate(pipeline, as_of):
    deals = without_signal(pipeline)
    found = learn(DealTables(deals, pipeline.stage_history, pipeline.accounts), as_of, Parameters())
    assert found.verdict == "no signal: base rate used"
    chance = found.model.win_probability(found.today)
    assert chance == pytest.approx(np.full(len(chance), 0.45), abs=0.03)


def test_a_column_that_only_closed_deals_fill_is_left_out(small, as_of):
    deals = small.opportunities.assign(
        source=np.where(small.opportunities["status"] == "open", None, np.where(np.arange(600) % 2, "fair", "web"))
    )
    found = learn(DealTables(deals, small.stage_history, small.accounts), as_of, Parameters(min_closed_deals=50))
    assert "source" not in found.choice.used
    assert "would tell the outcome" in found.choice.left_out["source"]


def test_a_column_with_one_value_is_left_out():
    rows = pd.DataFrame({"opportunity_id": list("ab"), "closed_mark": [-1, 3], "channel": "direct", "age_days": [1, 2]})
    assert choose_features(rows).used == ("age_days",)


@pytest.fixture(scope="module")
def maven(tmp_path_factory):
    if not MAVEN.is_dir():
        pytest.skip(f"the Maven CRM set is not at {MAVEN}")
    out = tmp_path_factory.mktemp("maven") / "out"
    import_tables(ROOT / "params" / "imports" / "maven_crm.yml", MAVEN, out)
    return load(out)


@pytest.mark.real_data
def test_maven_crm_has_no_signal_and_every_chance_lies_within_3_points_of_the_base_rate(maven):
    tables = DealTables.of(maven)
    found = learn(tables, maven.as_of, Parameters())
    assert found.verdict == "no signal: base rate used"
    assert len(found.today) == (tables.opportunities["status"] == "open").sum()
    assert np.abs(found.model.win_probability(found.today) - 4238 / (4238 + 2473)).max() < 0.03
    assert "No signal" in trust_or_columns(found, tables.opportunities).headline
