"""Regressions and counts on order lines find elasticities, effort, rhythms and segments as the truth has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import norm
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from salesops.tables.sample import Sample, generate
from salesops.tables.sample.accounts import REGULARITY, SEGMENTS
from salesops.tables.sample.calendar import DAYS_PER_YEAR, FIRST_DAY, order_clock
from salesops.tables.sample.catalogue import BOOST, CONSUMABLES, ELASTICITY
from salesops.tables.sample.pay import PLANS, log_effort

if TYPE_CHECKING:
    from salesops.tables.sample.draws import Floats

LAST_DAY = pd.Timestamp("2026-09-30")


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate()


@pytest.fixture(scope="module")
def consumables(sample: Sample) -> pd.DataFrame:
    """Order lines of consumables that are no returns, with what is fixed per line."""
    orders = sample.tables["orders"]
    lines = orders[orders["product_line"].isin(CONSUMABLES) & (orders["amount"] > 0)].copy()
    lines["kind"] = lines["promotion_id"].map(sample.tables["promotions"].set_index("promotion_id")["kind"])
    lines["month"] = lines["ordered_at"].dt.to_period("M").astype(str)
    lines["pair"] = lines["account_id"] + lines["product_id"]
    return lines


def freed(values: pd.Series, *groups: pd.Series) -> pd.Series:
    """Take the means of several groups out of values, in turns."""
    for _ in range(40):
        for group in groups:
            values = values - values.groupby(group).transform("mean")
    return values


@pytest.mark.parametrize(("line", "truth"), list(zip(CONSUMABLES, ELASTICITY, strict=True)))
def test_a_log_log_regression_finds_the_elasticity_and_what_promotions_add(
    consumables: pd.DataFrame, line: str, truth: float
) -> None:
    lines = consumables[consumables["product_line"] == line]
    columns = pd.get_dummies(lines["kind"], dtype=float).assign(price=np.log(lines["unit_price"]))
    freed_columns = columns.apply(lambda column: freed(column, lines["pair"], lines["month"]))
    quantity = freed(np.log(lines["quantity"]), lines["pair"], lines["month"])
    accounts = lines["account_id"].astype("category").cat.codes
    fit = sm.OLS(quantity, freed_columns).fit(cov_type="cluster", cov_kwds={"groups": accounts})
    wanted = pd.Series({**BOOST, "price": truth})
    # Fifteen figures are looked at in all three lines: none is further off than chance among fifteen.
    assert (abs(fit.params - wanted) < norm.ppf(1 - 0.01 / 15) * fit.bse).all()
    assert fit.bse["price"] < 0.25


def test_effort_follows_pay_where_the_plan_changed(consumables: pd.DataFrame, sample: Sample) -> None:
    switched = consumables["region"].map(
        lambda region: pd.Timestamp("2024-01-01" if region in ("North", "East", "South") else "2025-01-01")
    )
    after = (consumables["ordered_at"] >= switched).astype(float)
    quarter = consumables["ordered_at"].dt.to_period("Q").astype(str)
    fit = sm.OLS(
        freed(np.log(consumables["quantity"]), consumables["pair"], quarter),
        freed(after, consumables["pair"], quarter),
    ).fit(cov_type="cluster", cov_kwds={"groups": consumables["account_id"].astype("category").cat.codes})
    elasticity = sample.truth["reps"]["effort_elasticity"].to_numpy()
    expected = log_effort(PLANS[0], elasticity).mean()
    assert expected > 0.05
    assert abs(fit.params.iloc[0] - expected) < 2.8 * fit.bse.iloc[0]


def own_time(customers: pd.DataFrame, day: pd.Series) -> Floats:
    """Return years in the customer's own time since its start: faster in season, and as the customer grows."""
    clock = order_clock() / DAYS_PER_YEAR

    def at(when: pd.Series) -> Floats:
        number = (when - pd.Timestamp("2020-10-01")).dt.days.to_numpy() - FIRST_DAY
        return 0.5 * (clock[number] + clock[number + 1])

    passed = at(day) - at(customers["started_at"])
    growth = customers["growth"].replace(0.0, 1e-6).to_numpy()
    return np.expm1(growth * passed) / growth


def test_customers_order_as_often_as_their_rate_says(sample: Sample, consumables: pd.DataFrame) -> None:
    customers = sample.truth["customers"]
    until = customers["left_at"].clip(upper=LAST_DAY)
    expected = pd.Series(customers["orders_per_year"].to_numpy() * own_time(customers, until), customers["segment"])
    days = consumables[["account_id", "ordered_at"]].drop_duplicates().merge(customers, on="account_id")
    found = days.groupby("segment").size()
    wanted = expected.groupby(level=0).sum()
    # Orders of one day count once, which costs the busiest segment some.
    assert (abs(found / wanted - 1) < 3 / np.sqrt(wanted) + 0.03).all()


def test_gaps_are_as_regular_as_their_segment(sample: Sample, consumables: pd.DataFrame) -> None:
    days = consumables[["account_id", "ordered_at"]].drop_duplicates().sort_values(["account_id", "ordered_at"])
    days = days.merge(sample.truth["customers"], on="account_id")
    days["own"] = own_time(days, days["ordered_at"])
    gaps = days.groupby(["segment", "account_id"])["own"].agg(lambda own: list(np.diff(own)))
    gaps = gaps[gaps.map(len) >= 8]
    squares = gaps.map(lambda own: np.var(own, ddof=1) / np.mean(own) ** 2).groupby(level="segment").mean()
    for segment, shape in zip(SEGMENTS, REGULARITY, strict=True):
        assert 1 / squares[segment] == pytest.approx(shape, rel=0.2)


def test_who_has_left_orders_no_more_and_the_alive_are_counted_right(sample: Sample) -> None:
    orders = sample.tables["orders"].query("amount > 0").merge(sample.truth["customers"], on="account_id")
    assert (orders["ordered_at"] <= orders["left_at"]).all()
    assert (orders["ordered_at"] >= orders["started_at"]).all()
    customers = sample.truth["customers"]
    assert (customers["alive"] == (customers["left_at"] > LAST_DAY)).all()
    assert 0.15 < 1 - customers["alive"].mean() < 0.4


def test_behaviour_separates_the_hidden_segments(sample: Sample) -> None:
    orders = sample.tables["orders"].query("amount > 0")
    baskets = orders.groupby(["account_id", "ordered_at"])["amount"].sum().reset_index()
    baskets["gap"] = baskets.groupby("account_id")["ordered_at"].diff().dt.days
    by = baskets.groupby("account_id")
    behaviour = pd.DataFrame(
        {
            "rate": 1 / by["gap"].mean(),
            "value": by["amount"].median(),
            "irregularity": by["gap"].std() / by["gap"].mean(),
            "breadth": orders.groupby("account_id")["product_id"].nunique(),
        }
    )
    logs = np.log(behaviour[by.size() >= 4].dropna())
    logs = (logs - logs.mean()) / logs.std()
    segment = sample.truth["customers"].set_index("account_id")["segment"].reindex(logs.index)
    distances = mahalanobis(logs, segment)
    assert 3.3 < distances.min() < 5.5
    labels = GaussianMixture(4, covariance_type="tied", n_init=8, random_state=0).fit_predict(logs)
    assert adjusted_rand_score(segment, labels) > 0.8


def mahalanobis(points: pd.DataFrame, segment: pd.Series) -> np.ndarray:
    """Return the distances between the means of all pairs of segments."""
    within = points.groupby(segment).cov().groupby(level=1).mean().loc[points.columns, points.columns]
    means = points.groupby(segment).mean()
    apart = means.to_numpy()[:, None] - means.to_numpy()[None]
    squared = np.einsum("abi,ij,abj->ab", apart, np.linalg.inv(within), apart)
    return np.sqrt(squared[np.triu_indices(len(means), 1)])
