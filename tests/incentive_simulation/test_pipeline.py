"""A rep who has won much lately, or has much open, starts the coming quarter ahead: as far as that held before."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesops.incentive_simulation.inputs import rep_inputs
from salesops.incentive_simulation.luck import luck
from salesops.incentive_simulation.moments import Moments
from salesops.incentive_simulation.outlook import Outlook, draw_attainments, rep_outlook
from salesops.incentive_simulation.pipeline import FLOOR, Pipeline, deals_by_quarter, pipeline
from salesops.incentive_simulation.quarters import quarter_ends
from salesops.incentive_simulation.results import rep_results
from salesops.not_enough_data import NotEnoughData
from salesops.tables import load

FIRST, QUOTA = 2022 * 4, 1e6


def company(seed, pull, reps=30, quarters=20):
    """Deals won quarter by quarter, and results that follow those of the quarter before as strongly as `pull` says."""
    rng = np.random.default_rng(seed)
    won = QUOTA * rng.lognormal(-0.2, 0.7, (reps, quarters + 1))
    size = np.log(won / QUOTA + FLOOR)
    level, luck = rng.normal(-0.1, 0.2, (reps, 1)), 0.3 * rng.normal(size=(reps, quarters))
    log = level + pull * size[:, :-1] + luck + 0.1 * rng.normal(size=quarters)
    rep, quarter = (index.ravel() for index in np.indices((reps, quarters)))
    table = {"rep_id": np.char.mod("R%02d", rep), "quarter": FIRST + 1 + quarter, "region": "N", "sales_quota": QUOTA}
    results = pd.DataFrame(table | {"sales": QUOTA * np.exp(log).ravel()})
    rep, quarter = (index.ravel() for index in np.indices(won.shape))
    first, last = quarter_ends(FIRST + quarter)
    deals = {"rep_id": np.char.mod("R%02d", rep), "amount": won.ravel(), "status": "won"}
    deals = pd.DataFrame(deals | {"created_at": first, "closed_at": last})
    return results, deals, pull * (size[:, -1] - size[:, :-1].mean(axis=1))


def test_what_was_won_moves_the_coming_quarter_as_far_as_it_did_before():
    results, deals, truth = company(1, pull=0.4)
    found = pipeline(results, deals)
    reps = [f"R{number:02d}" for number in range(30)]
    assert found.of(reps) == pytest.approx(truth - truth.mean(), abs=0.1)
    spread = 0.4**2 * np.log(QUOTA * np.random.default_rng(0).lognormal(-0.2, 0.7, 10_000) / QUOTA + FLOOR).var()
    assert found.left == pytest.approx(0.3**2 / (0.3**2 + spread), abs=0.08)


def test_deals_that_never_told_anything_are_not_listened_to():
    found = [pipeline(*company(seed, pull=0.0)[:2]) for seed in range(20)]
    assert np.mean([one.left for one in found]) > 0.99
    assert np.mean([np.abs(one.shift).max() for one in found]) < 0.06


def test_a_shift_is_the_first_quarters_alone_and_its_luck_is_smaller():
    sellers = pd.DataFrame({"rep_id": ["A", "B"], "region": ["N", "S"], "log_mean": 0.0, "log_mean_sd": 0.0})
    swings = Moments(np.zeros(2), np.array([16, 16]), 0.0, 0.0, 0.4, 15)
    outlook = Outlook(sellers, sellers, swings, pipeline=Pipeline(pd.Series({"A": 0.5, "B": -0.1}), 0.25))
    first, second = np.log(draw_attainments(outlook, 20_000, seed=1, quarters=2))
    assert first.mean(axis=1) == pytest.approx([0.3, -0.3], abs=0.01)
    assert first.std(axis=1) == pytest.approx([0.2, 0.2], rel=0.03)
    assert second.mean(axis=1) == pytest.approx([0.0, 0.0], abs=0.01)
    assert second.std(axis=1) == pytest.approx([0.4, 0.4], rel=0.03)


def test_deals_are_open_until_the_quarter_in_which_they_close():
    day = pd.to_datetime(["2025-11-01", "2026-01-05"])
    deals = pd.DataFrame({"rep_id": "R", "amount": [5.0, 7.0], "created_at": day, "status": ["lost", "won"]})
    deals["closed_at"] = pd.to_datetime(["2026-03-31", "2026-04-01"])
    won, still = deals_by_quarter(deals, ["R", "none"], 2026 * 4 + np.arange(3))
    assert won.tolist() == [[0.0, 0.0, 7.0], [0.0, 0.0, 0.0]]
    assert still.tolist() == [[5.0, 7.0, 0.0], [0.0, 0.0, 0.0]]


def known_then(deals, day):
    """Return deals as they were on the eve of a day."""
    later = deals["closed_at"] >= day
    then = deals.assign(closed_at=deals["closed_at"].mask(later), status=deals["status"].mask(later, "open"))
    return then[then["created_at"] < day]


def test_coming_quarters_of_the_sample_company_would_have_been_foretold_better():
    inputs = rep_inputs(load("data/sample"))
    results, off = rep_results(inputs, 24), {"record": [], "deals": []}
    for quarter in range(int(results["quarter"].max()) - 7, int(results["quarter"].max()) + 1):
        past, now = results[results["quarter"] < quarter], results[results["quarter"] == quarter].set_index("rep_id")
        then = known_then(inputs.deals, quarter_ends([quarter])[0][0])
        for name, outlook in (("record", rep_outlook(past)), ("deals", rep_outlook(past, deals=then))):
            reps = outlook.sellers["rep_id"]
            real = np.log((now["sales"] / now["sales_quota"]).reindex(reps).clip(lower=0.05).to_numpy())
            said = outlook.sellers["log_mean"].to_numpy() + outlook.pipeline.of(reps)
            off[name].append((real - said)[np.isfinite(real)])
    record, deals = (np.concatenate(off[name]).std() for name in ("record", "deals"))
    assert deals < 0.9 * record


def test_without_deals_or_a_record_of_them_nothing_moves():
    results, deals, _ = company(2, pull=0.4)
    some = results[results["quarter"] < FIRST + 3]
    for found in (
        pipeline(results, NotEnoughData("opportunities")),
        pipeline(results, deals.drop(columns="closed_at")),
        pipeline(results, deals.head(0)),
        pipeline(some, deals),
        pipeline(results[results["rep_id"] < "R03"], deals),
    ):
        assert found.left == 1.0
        assert found.of(["R01"]).tolist() == [0.0]


def test_an_outlook_needs_neither_deals_nor_product_lines():
    known = rep_inputs(load("data/sample"))
    results = rep_results(known, 24)
    found = rep_outlook(results, mix=NotEnoughData("orders"), deals=NotEnoughData("opportunities"))
    assert isinstance(found, Outlook)
    assert (found.pipeline.left, found.exposures.shares) == (1.0, {})
    assert luck(results, NotEnoughData("orders")).total == luck(results).total
