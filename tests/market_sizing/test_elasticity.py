"""Elasticities: the same figures as dummies give, true ones found, and silence where prices never varied."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from salesops.market_sizing.elasticity import elasticities
from salesops.market_sizing.fixed_effects import absorbed_fit
from salesops.market_sizing.price_history import price_panel_of
from salesops.market_sizing.shrinkage import shrunk
from salesops.not_enough_data import NotEnoughData
from salesops.tables import load

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
TRUE_ELASTICITY = {"dialysis consumables": -0.7, "sterilisation consumables": -1.2, "laboratory reagents": -1.7}


def purchases(
    rows: int, products: int, months: int, lives: int, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Log quantity, regressors, product and month: prices follow product and month, and products live a few months."""
    rng = np.random.default_rng(seed)
    product = rng.integers(0, products, rows)
    month = rng.integers(0, months - lives + 1, products)[product] + rng.integers(0, lives, rows)
    of_product, of_month = rng.normal(size=products), 0.3 * rng.normal(size=months) + 0.01 * np.arange(months)
    price = 0.5 * of_product[product] + 0.3 * of_month[month] + 0.15 * rng.normal(size=rows)
    promoted = (rng.random(rows) < 0.1).astype(float)
    quantity = -2 * price + 0.3 * promoted + of_product[product] + of_month[month] + 0.4 * rng.normal(size=rows)
    return quantity, np.column_stack([price, promoted]), product, month


def dummies(group: np.ndarray) -> np.ndarray:
    return np.eye(group.max() + 1)[group]


@pytest.mark.parametrize("lives", [24, 3])
def test_coefficients_and_clustered_errors_equal_statsmodels_with_dummies(lives: int) -> None:
    y, X, product, month = purchases(3000, 60, 24, lives)
    fit = absorbed_fit(y, X, product, month, product)
    full = np.hstack([X, dummies(product), dummies(month)[:, 1:]])
    found = sm.OLS(y, full).fit(cov_type="cluster", cov_kwds={"groups": product})
    assert fit.coefficients == pytest.approx(found.params[:2], abs=1e-9)
    assert fit.errors == pytest.approx(found.bse[:2], rel=1e-6)
    assert fit.residuals == pytest.approx(found.resid, abs=1e-8)


def test_effects_of_parts_that_share_no_month_are_counted_once_each() -> None:
    """Two markets with months and products of their own: one dummy fewer can be told apart."""
    y, X, product, month = purchases(400, 10, 6, 6)
    second = np.arange(400) % 2
    fit = absorbed_fit(y, X, product + 10 * second, month + 6 * second, product)
    full = np.hstack([X, dummies(product + 10 * second), dummies(month + 6 * second)])
    assert fit.degrees == 400 - np.linalg.matrix_rank(full)


def test_a_price_that_never_varies_within_customers_gives_no_figure() -> None:
    _, _, product, month = purchases(500, 20, 12, 12)
    fit = absorbed_fit(np.arange(500.0), product[:, None] * 1.0, product, month, product)
    assert np.isnan(fit.coefficients).all()


def test_a_price_that_moves_only_with_promotions_cannot_be_told_from_them() -> None:
    y, X, product, month = purchases(3000, 60, 24, 24)
    promoted = X[:, 1]
    fit = absorbed_fit(y, np.column_stack([-0.1 * promoted, promoted]), product, month, product)
    assert np.isnan(fit.coefficients).all()


def test_a_million_rows_of_short_lived_products_take_less_than_a_second() -> None:
    y, X, product, month = purchases(1_000_000, 20_000, 156, 9)
    begun = time.process_time()
    fit = absorbed_fit(y, X, product, month, product)
    assert time.process_time() - begun < 1
    assert fit.coefficients == pytest.approx([-2, 0.3], abs=0.02)


def test_clustered_errors_hold_their_level_where_customers_go_their_own_ways() -> None:
    """Quantities and prices drift with each customer: independent errors would say a third of the true one."""
    far = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        account, month = np.repeat(np.arange(80), 30), np.tile(np.arange(30), 80)
        drift = [rng.normal(0, 0.1, (80, 30)).cumsum(axis=1).ravel() for _ in range(2)]
        price = drift[0] + rng.normal(0, 0.05, 2400)
        fit = absorbed_fit(-1.5 * price + drift[1], price[:, None], account, month, account)
        far.append((fit.coefficients[0] + 1.5) / fit.errors[0])
    assert np.std(far) == pytest.approx(1, abs=0.25)


@pytest.fixture(scope="module")
def of_the_sample_company() -> pd.DataFrame:
    found = elasticities(price_panel_of(load(SAMPLE)))
    assert not isinstance(found, NotEnoughData)
    return found.set_index("product_line")


def test_true_elasticities_of_the_sample_company_are_inside_their_intervals(
    of_the_sample_company: pd.DataFrame,
) -> None:
    for line, true in TRUE_ELASTICITY.items():
        row = of_the_sample_company.loc[line]
        assert row["low"] < true < row["high"], line
        assert row["verdict"] == "own"
        assert row["promotion_effect"] > 0


def test_equipment_is_bought_too_seldom_to_tell_and_the_table_says_so(of_the_sample_company: pd.DataFrame) -> None:
    row = of_the_sample_company.loc["dialysis equipment"]
    assert row["verdict"] == "cannot tell"
    assert np.isnan(row["elasticity"])
    assert row["why"] == "price never varied enough"


def monthly(price: np.ndarray, quantity: np.ndarray) -> pd.DataFrame:
    customers, months = price.shape
    index = pd.MultiIndex.from_product([range(customers), pd.date_range("2024-01-01", periods=months, freq="MS")])
    columns = {"unit_price": price.ravel(), "quantity": quantity.ravel(), "product_line": "gloves"}
    return pd.DataFrame(columns, index).rename_axis(["account_id", "month"]).reset_index()


def test_a_price_list_that_moves_for_everybody_alike_cannot_be_told_from_the_month() -> None:
    rng = np.random.default_rng(0)
    price = np.exp(np.outer(np.ones(30), 0.1 * rng.normal(size=12)))
    found = elasticities(monthly(price, np.exp(rng.normal(size=(30, 12)))))
    assert found["verdict"].tolist() == ["cannot tell"]
    assert found["why"].tolist() == ["price never varied enough"]


def test_a_line_of_mixed_products_cannot_be_told_where_orders_name_none() -> None:
    """Customers who buy dear things in ones and cheap things in hundreds react to no price at all."""
    rng = np.random.default_rng(0)
    cheap = rng.random((60, 24)) < 0.5
    price = np.where(cheap, 1.0, 50.0) * np.exp(0.05 * rng.normal(size=(60, 24)))
    found = elasticities(monthly(price, np.where(cheap, 100.0, 2.0)))
    assert found["verdict"].tolist() == ["cannot tell"]
    assert "orders name no product" in found["why"][0]


def test_prices_that_only_promotions_moved_are_called_so() -> None:
    rng = np.random.default_rng(0)
    promoted = (rng.random((60, 24)) < 0.2).astype(float)
    panel = monthly(0.9**promoted, np.exp(0.5 * promoted + 0.1 * rng.normal(size=(60, 24))))
    found = elasticities(panel.assign(promotion_share=promoted.ravel()))
    assert found["why"].tolist() == ["price moved only together with promotions"]


def test_more_sold_at_higher_prices_is_doubted() -> None:
    rng = np.random.default_rng(0)
    price = np.exp(0.1 * rng.normal(size=(60, 24)))
    found = elasticities(monthly(price, price**1.5))
    assert "something else moves both" in found["why"][0]


def test_a_few_customers_are_too_few() -> None:
    rng = np.random.default_rng(0)
    found = elasticities(monthly(np.exp(rng.normal(size=(4, 12))), np.ones((4, 12))))
    assert "fewer than 10 customers" in found["why"][0]


def test_no_purchases_with_quantities_is_said() -> None:
    found = elasticities(monthly(np.ones((3, 3)), np.zeros((3, 3))))
    assert isinstance(found, NotEnoughData)


def test_shrinkage_leaves_sure_estimates_and_moves_unsure_ones() -> None:
    estimates, errors = np.array([-1.0, -1.5, -2.0, 1.0, np.nan]), np.array([0.05, 0.05, 0.05, 1.0, np.inf])
    mean, sd = shrunk(estimates, errors)
    assert mean[:3] == pytest.approx(estimates[:3], abs=0.05)
    assert -1.6 < mean[3] < 0
    assert mean[4] == pytest.approx(-1.5, abs=0.35)
    assert (sd[:3] <= 1.01 * errors[:3]).all()
    assert sd[3] < 1
