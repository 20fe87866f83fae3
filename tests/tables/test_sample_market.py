"""The size of the market, its diffusion and the worth of incentive plans can be found as the truth has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import curve_fit
from scipy.stats import norm

from salesops.tables.sample import Sample, generate
from salesops.tables.sample.market import IMITATION, INNOVATION, MARKET_YEARS, Market, bass, draw_market, market_table
from salesops.tables.sample.pay import BELIEF_MEAN, BELIEF_SD, PLANS, PayPlan, expected_pay, log_effort, pay
from salesops.tables.sample.totals import Totals

if TYPE_CHECKING:
    from salesops.tables.sample.draws import Floats

LAST_DAY = pd.Timestamp("2026-09-30")


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate()


def some_market(seed: int) -> Market:
    """Return a market around 35 known accounts per segment."""
    totals = Totals.zero(1)
    totals.known[:] = 35
    totals.potential[:] = 35e6
    totals.by_segment[:] = 1e6
    return draw_market(seed, totals)


def test_the_published_range_of_a_market_holds_its_size_four_times_in_five() -> None:
    inside = []
    for seed in range(40):
        market = some_market(seed)
        last = market_table(seed, market).query("year == 2025")
        inside.append((last["p10"] < market.size[-1].ravel()) & (market.size[-1].ravel() < last["p90"]))
    assert np.mean(inside) == pytest.approx(0.8, abs=0.05)


def test_known_accounts_and_adopters_give_the_size_of_the_market(sample: Sample) -> None:
    accounts = sample.tables["accounts"].dropna(subset=["industry", "potential_spend"])
    spend = accounts.groupby(["industry", "region"])["potential_spend"].agg(["mean", "std", "size"])
    truth = sample.truth["market"].set_index(["industry", "region"])
    found = sample.tables["market"].query("year == 2025").set_index(["industry", "region"])["adopters"] * spend["mean"]
    error = np.hypot(spend["std"] / spend["mean"] / np.sqrt(spend["size"]), 0.05)
    distance = np.log(found / truth["tam"]) / error
    assert abs(distance.mean()) < 3 / np.sqrt(len(distance))
    assert (distance.abs() < 1.28).mean() > 0.6


def adopted(years: Floats, p: float, q: float, m: float) -> Floats:
    return m * bass(years, np.array(p), np.array(q))


def test_bass_coefficients_are_found_by_least_squares_where_the_peak_has_passed() -> None:
    for seed in range(3):
        table = market_table(seed, some_market(seed))
        adopters = table.pivot_table(index="year", columns="industry", values="adopters", aggfunc="sum", sort=False)
        years = np.arange(1.0, len(MARKET_YEARS) + 1)
        for place in (0, 1):
            (p, q, m), _ = curve_fit(
                lambda t, p, q, m: m * bass(t, p, q),
                years,
                adopters.iloc[:, place],
                p0=(0.01, 0.4, 300),
                bounds=(1e-4, 2000),
            )
            assert p == pytest.approx(INNOVATION[place], rel=0.35)
            assert q == pytest.approx(IMITATION[place], rel=0.2)
            assert m == pytest.approx(some_market(seed).ceiling[place].sum(), rel=0.12)


def test_doubling_a_linear_commission_raises_log_effort_by_elasticity_times_log_two() -> None:
    elasticity = np.array([0.1, 0.2, 0.4])
    double = PayPlan("double", (0.0,), (0.0,), (2.0,))
    assert log_effort(double, elasticity) == pytest.approx(elasticity * np.log(2), abs=1e-3)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_expected_pay_is_the_integral_of_pay_over_lognormal_attainment(plan: PayPlan) -> None:
    scores = norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    attainment = np.exp(BELIEF_MEAN + BELIEF_SD * scores)
    own = pay(plan, attainment, attainment).mean()
    assert expected_pay(plan, np.array(BELIEF_MEAN)) == pytest.approx(own, abs=1e-4)


def test_true_profit_of_plans_is_margin_less_pay_and_tells_plans_apart(sample: Sample) -> None:
    plans = sample.truth["plans"].set_index("plan")
    assert set(plans.index) == {"current", "flat_commission", "accelerated", "team_bonus"}
    assert plans["profit"].to_numpy() == pytest.approx((plans["margin"] - plans["incentive_pay"]).to_numpy(), abs=0.02)
    assert plans["profit"].sort_values(ascending=False).index.tolist()[0] == "accelerated"
    orders = sample.tables["orders"]
    year = orders[orders["ordered_at"] > LAST_DAY - pd.DateOffset(years=1)]
    assert plans.loc["current", "sales"] == pytest.approx(year["amount"].sum(), rel=1e-9)
