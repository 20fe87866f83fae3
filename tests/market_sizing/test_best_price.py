"""The best price for a goal: textbook optima, sure only where data can tell, and doubts put into words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops.market_sizing.best_price import BestPrices, best_prices
from salesops.market_sizing.gabor_granger import gabor_granger
from salesops.market_sizing.price_survey import PriceMeter, price_meter
from salesops.market_sizing.prices import asked_products
from salesops.not_enough_data import NotEnoughData

LINE = "gloves"


def series(value: float) -> pd.Series:
    return pd.Series({LINE: value})


def sales(elasticity: float, error: float = 0.05, verdict: str = "own") -> pd.DataFrame:
    row = {"elasticity": elasticity, "std_error": error, "low": elasticity - 2 * error, "high": elasticity + 2 * error}
    return pd.DataFrame([{"product_line": LINE, "verdict": verdict} | row])


def respondents(n: int, seed: int) -> pd.DataFrame:
    fair = 100 * np.exp(0.2 * np.random.default_rng(seed).normal(size=n))
    answers = {"too_cheap": 0.6 * fair, "cheap": 0.85 * fair, "expensive": 1.1 * fair, "too_expensive": 1.4 * fair}
    return pd.DataFrame(answers | {"product_line": LINE, "buy_at_cheap": 0.7, "buy_at_expensive": 0.3})


def meter(n: int, seed: int = 0) -> PriceMeter:
    found = price_meter(respondents(n, seed), draws=200, seed=seed)
    assert not isinstance(found, NotEnoughData)
    return found


def only(found: BestPrices) -> pd.Series:
    assert len(found.table) == 1
    return found.table.iloc[0]


@given(elasticity=st.floats(-6, -3), cost=st.floats(1, 1e4))
def test_with_a_constant_elasticity_profit_is_highest_at_cost_times_e_over_one_plus_e(
    elasticity: float, cost: float
) -> None:
    """Lerner (1934): the margin over the price is minus one over the elasticity."""
    best = cost * elasticity / (1 + elasticity)
    row = only(best_prices(None, sales(elasticity), series(cost), series(1.05 * best)))
    assert row["best_price"] == pytest.approx(best, rel=0.003)
    assert row["basis"] == "sales"


def test_demand_that_hardly_reacts_says_higher_but_no_further_than_was_tried() -> None:
    row = only(best_prices(None, sales(-0.5), series(60), series(100)))
    assert row["best_price"] == pytest.approx(125)
    assert "highest that the data speaks of" in row["warning"]


def test_profit_gained_is_that_of_the_demand_curve() -> None:
    row = only(best_prices(None, sales(-4, 1e-6), series(75), series(110)))
    gain = (100 / 110) ** -4 * (100 - 75) / (110 - 75) - 1
    assert row["profit_gain"] == pytest.approx(gain, abs=1e-3)
    assert row["warning"] == ""


def test_of_many_respondents_the_best_price_is_that_of_the_demand_they_state() -> None:
    """Numerical integral over fair prices of a stated chance that runs straight between the four answers."""
    fair = 100 * np.exp(0.2 * np.linspace(-4, 4, 4001))
    weight = np.exp(-0.5 * np.linspace(-4, 4, 4001) ** 2)
    price = np.linspace(60, 160, 401)
    intent = np.stack([np.interp(price / at, [0.6, 0.85, 1.1, 1.4], [0, 0.7, 0.3, 0], 0, 0) for at in fair])
    demand = weight @ intent / weight.sum()
    row = only(best_prices(meter(4000), None, series(50), series(100)))
    assert row["best_price"] == pytest.approx(price[(demand * (price - 50)).argmax()], rel=0.02)
    most = only(best_prices(meter(4000), None, series(50), series(100), goal="share"))
    assert most["best_price"] == pytest.approx(price[demand.argmax()], rel=0.03)


@pytest.mark.slow
def test_intervals_of_the_best_price_hold_it_in_about_80_percent() -> None:
    true = only(best_prices(meter(20_000), None, series(50), series(100)))["best_price"]
    rows = [only(best_prices(meter(100, seed), None, series(50), series(100))) for seed in range(120)]
    assert np.mean([row["low"] <= true <= row["high"] for row in rows]) == pytest.approx(0.8, abs=0.1)


def test_share_is_not_bought_under_cost() -> None:
    row = only(best_prices(meter(300), None, series(110), series(120), goal="share"))
    assert row["best_price"] >= 110


def test_a_gain_that_the_data_cannot_tell_from_none_is_called_uncertain() -> None:
    best = only(best_prices(meter(60), None, series(50), series(100)))["best_price"]
    row = only(best_prices(meter(60), None, series(50), series(best)))
    assert "not certain" in row["warning"]


def test_orders_that_contradict_respondents_are_named() -> None:
    row = only(best_prices(meter(300), sales(-0.3), series(50), series(100)))
    assert "orders answer less to price than respondents say" in row["warning"]
    stated = only(best_prices(meter(300), sales(-2.0, 1.0), series(50), series(100)))
    assert "respondents say" not in stated["warning"]


def test_lines_without_demand_or_cost_say_what_is_missing() -> None:
    silent = only(best_prices(None, sales(np.nan, np.inf, "cannot tell"), series(50), series(100)))
    assert (silent["basis"], np.isnan(silent["best_price"])) == ("nothing", True)
    assert only(best_prices(None, sales(-2), series(np.nan), series(100)))["warning"] == "needs the unit cost"


def test_a_cost_above_what_anybody_would_pay_is_said() -> None:
    row = only(best_prices(meter(60), None, series(1000), series(100)))
    assert np.isnan(row["best_price"])
    assert "covers the unit cost" in row["warning"]


def asked(*rows: tuple[float, int, int]) -> pd.DataFrame:
    """Rows of price, how many were asked, how many would buy."""
    parts = [pd.DataFrame({"price": price, "would_buy": [1] * yes + [0] * (n - yes)}) for price, n, yes in rows]
    return pd.concat(parts).assign(product_line=LINE)


def test_gabor_grangers_best_price_of_a_hand_made_case() -> None:
    found = gabor_granger(asked((10, 20, 18), (15, 20, 14), (20, 20, 8), (30, 20, 2)))
    assert found["share"].tolist() == pytest.approx([0.9, 0.7, 0.4, 0.1])
    assert found["revenue"].tolist() == pytest.approx([9, 10.5, 8, 3])
    assert found.loc[found["best"], "price"].tolist() == [15]


def test_shares_that_rise_with_the_price_are_pooled() -> None:
    found = gabor_granger(asked((10, 10, 5), (20, 30, 21)))
    assert found["share"].tolist() == pytest.approx([26 / 40] * 2)
    assert isinstance(gabor_granger(asked((10, 1, 0)).iloc[:0]), NotEnoughData)


def test_the_product_that_is_judged_is_the_one_whose_price_the_survey_or_the_line_holds_usual() -> None:
    products = pd.DataFrame({"product_id": list("abc"), "product_line": LINE, "list_price": [10.0, 20.0, 90.0]})
    asked = type("Meter", (), {"points": pd.DataFrame({"product_line": [LINE], "pmc": 70.0, "ipp": 80.0, "opp": 80.0,
                                                       "pme": 95.0})})  # fmt: skip
    assert asked_products(products, NotEnoughData("price_survey")).loc[LINE, "product_id"] == "b"
    assert asked_products(products, asked).loc[LINE, "product_id"] == "c"
    assert isinstance(asked_products(products[["product_id", "list_price"]], asked), NotEnoughData)
