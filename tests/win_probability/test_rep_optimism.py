"""What reps stated against what came: by hand, with simulated reps, and against the sample company's truth."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.rep_optimism import rep_optimism, stated_and_realised, team_and_reps


def one_statement_each(late, reps, ratio=1.0):
    """Deals of 100 days and more whose closing was stated once, `late` days before it came, and their history."""
    late = np.asarray(late)
    ids = [f"D{i}" for i in range(len(late))]
    created = pd.Timestamp("2026-01-10") + pd.to_timedelta(np.arange(len(late)) % 60, unit="D")
    closed = created + pd.Timedelta(days=150)
    opportunities = pd.DataFrame(
        {
            "opportunity_id": ids, "rep_id": reps, "created_at": created, "closed_at": closed,
            "status": np.where(np.arange(len(late)) % 2, "won", "lost"), "amount": 100.0 * ratio, "stage": "need",
        }
    )  # fmt: skip
    stated = closed - pd.to_timedelta(late, unit="D")
    history = pd.DataFrame(
        {"opportunity_id": ids, "stage": "need", "entered_at": created, "amount": 100.0, "expected_close": stated}
    )
    return opportunities, history


def test_days_late_slips_and_amounts_by_hand(as_of):
    late = [10, -20, 0] * 6
    found = stated_and_realised(*one_statement_each(late, "R", ratio=0.9), as_of, 4)
    found = found.set_index("opportunity_id").reindex([f"D{i}" for i in range(18)])
    assert found["days_late"].tolist() == late
    assert found["slipped"].tolist() == [1, 0, 0] * 6
    won = found["amount_log_ratio"].dropna()
    assert len(won) == 9
    assert np.exp(won).to_numpy() == pytest.approx(0.9)


def test_a_deal_counts_once_by_the_mean_of_its_looks(as_of):
    opportunities, history = one_statement_each([30] * 12, "R")
    # At the middle of their life the closing is put off by 20 days: looks before it are 30 days late, those after 10.
    later = history.assign(
        entered_at=history["entered_at"] + pd.Timedelta(days=75),
        expected_close=history["expected_close"] + pd.Timedelta(days=20),
    )
    found = stated_and_realised(opportunities, pd.concat([history, later]), as_of, 4)
    assert len(found) == 12
    assert found["days_late"].between(10, 30, inclusive="neither").all()


def test_a_deal_still_open_after_its_day_has_slipped(as_of):
    opportunities, history = one_statement_each([5] * 12, "R")
    still_open = opportunities.assign(status="open", closed_at=pd.NaT)
    found = stated_and_realised(still_open, history, as_of, 4)
    assert (found["slipped"] == 1).all()
    assert found["days_late"].isna().all()


def test_the_known_effects_of_simulated_reps_are_found(as_of):
    rng = np.random.default_rng(6)
    count = rng.integers(3, 60, 60)
    effect = rng.normal(12, 15, 60)
    rep = np.repeat(np.arange(60), count)
    late = np.round(rng.normal(effect[rep], 40)).astype(int)
    stated = stated_and_realised(*one_statement_each(late, np.char.mod("R%02d", rep)), as_of, 4)
    team, _ = team_and_reps(stated, "days_late")
    table = rep_optimism(stated).sort_values("rep_id")
    truth = pd.Series(effect, [f"R{i:02d}" for i in range(60)]).reindex(table["rep_id"]).to_numpy()
    assert team.mean == pytest.approx(12, abs=6)
    assert team.spread == pytest.approx(15, abs=5)
    held = (table["days_late_low"] <= truth) & (truth <= table["days_late_high"])
    assert 0.68 <= held.mean() <= 0.92
    error = lambda values: float(((values - truth) ** 2).mean())  # noqa: E731
    assert error(table["days_late"]) < 0.85 * error(table["days_late_own"])


def test_optimists_of_the_sample_company_close_later_and_slip_more(company, as_of):
    # Their truth is a factor on the days they plan: below one they promise too early a day.
    optimism = company.truth["reps"].set_index("rep_id")["optimism"]
    found = rep_optimism(
        stated_and_realised(company.tables["opportunities"], company.tables["stage_history"], as_of, 20)
    )
    found = found.dropna()
    assert len(found) > 40
    assert spearmanr(found["days_late"], found["rep_id"].map(optimism)).statistic < -0.8
    assert spearmanr(found["slipped"], found["rep_id"].map(optimism)).statistic < -0.8
    assert (found["days_late_low"] <= found["days_late"]).all()
    assert (found["days_late"] <= found["days_late_high"]).all()


def test_later_entries_do_not_change_what_was_stated_before(as_of):
    opportunities, history = one_statement_each([25] * 12, "R")
    after = history.assign(entered_at=opportunities["closed_at"], expected_close=opportunities["closed_at"])
    found = stated_and_realised(opportunities, pd.concat([history, after]), as_of, 4)
    assert (found["days_late"] == 25).all()


def test_one_rep_is_measured_by_himself(as_of):
    rng = np.random.default_rng(2)
    table = rep_optimism(stated_and_realised(*one_statement_each(rng.integers(0, 40, 30), "R"), as_of, 4))
    assert table["rep_id"].tolist() == ["R"]
    assert table["days_late"].iloc[0] == pytest.approx(table["days_late_own"].iloc[0])


def test_what_is_missing_is_named(as_of):
    opportunities, history = one_statement_each([5] * 12, "R")
    bare = history.drop(columns="expected_close")
    assert "stage_history.expected_close" in str(stated_and_realised(opportunities, bare, as_of, 4))
    assert "opportunities.rep_id" in str(stated_and_realised(opportunities.drop(columns="rep_id"), history, as_of, 4))
    few = stated_and_realised(opportunities.head(3), history.head(3), as_of, 4)
    assert "10 deals with a rep" in str(few)
    assert isinstance(rep_optimism(few), NotEnoughData)
