"""Lifts are those that made the data, apart from season and trend; planned promotions raise the months they run in."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from salesops import tables
from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.promotions import Exposure, lift_table, promotion_exposure
from salesops.sales_forecasting.seasons import promotions_ahead
from salesops.sales_forecasting.sections_season import season_section
from salesops.sales_forecasting.series import monthly_sales, order_sums

AS_OF = date(2026, 9, 30)
FIRST, MONTHS = pd.Timestamp("2018-10-01"), 96
FAIRS = ["2019-05", "2020-08", "2021-03", "2022-05", "2022-11", "2023-09", "2024-04", "2025-06", "2026-02"]
CUTS = ["2019-09", "2020-03", "2021-06", "2022-01", "2023-05", "2024-08", "2025-02", "2025-11"]
PLANNED = ["2026-11"]


def campaigns(**months: list[str]) -> pd.DataFrame:
    rows = [(kind, pd.Timestamp(month)) for kind, all_months in months.items() for month in all_months]
    frame = pd.DataFrame(rows, columns=["kind", "starts_at"])
    return frame.assign(promotion_id=frame.index.astype(str), ends_at=frame["starts_at"] + pd.offsets.MonthEnd(0))


def orders_with(lifts: dict[str, tuple[list[str], float]], seed: int = 0, noise: float = 0.04) -> pd.DataFrame:
    """Two product lines, of which promotions move the first; one order a month each."""
    rng = np.random.default_rng(seed)
    days = pd.date_range(FIRST, periods=MONTHS, freq="MS")
    month = np.arange(MONTHS)
    usual = 1000 * 1.005**month * (1 + 0.2 * np.sin(2 * np.pi * month / 12))
    factor, names = np.ones(MONTHS), days.strftime("%Y-%m")
    for months, lift in lifts.values():
        factor *= np.where(np.isin(names, months), 1 + lift, 1.0)
    moved = pd.DataFrame({"ordered_at": days, "product_line": "gloves", "promoted": np.where(factor != 1, 1.0, 0.0),
                          "amount": usual * factor * np.exp(rng.normal(0, noise, MONTHS))})  # fmt: skip
    still = moved.assign(product_line="pumps", promoted=0.0, amount=usual * np.exp(rng.normal(0, noise, MONTHS)))
    return pd.concat([moved, still], ignore_index=True)


def measured(orders: pd.DataFrame, plan: pd.DataFrame, used: bool = True):
    history = monthly_sales(orders.assign(channel="direct"), AS_OF)
    exposure = promotion_exposure(history, plan, 12)
    outlook = forecast_sales(history, exposure=exposure if used else None)
    return outlook, lift_table(outlook, exposure).set_index("kind")


@pytest.fixture(scope="module")
def fairs_and_cuts():
    orders = orders_with({"fair": (FAIRS, 0.30), "cut": (CUTS, 0.0)})
    return measured(orders, campaigns(fair=FAIRS + PLANNED, cut=CUTS))


def test_lifts_are_those_that_made_the_data(fairs_and_cuts):
    _, lifts = fairs_and_cuts
    assert lifts.loc["fair", "lift"] == pytest.approx(0.30, abs=0.06)
    assert lifts.loc["cut", "lift"] == pytest.approx(0.0, abs=0.05)
    assert lifts.loc["fair", ["months_run", "months_planned"]].tolist() == [9.0, 1.0]


def test_intervals_hold_four_in_five():
    inside = []
    for seed in range(120):
        orders = orders_with({"fair": (FAIRS, 0.2)}, seed, noise=0.08)
        sales = orders.loc[orders["product_line"] == "gloves", "amount"].to_numpy()
        exposure = np.isin(pd.date_range(FIRST, periods=MONTHS, freq="MS").strftime("%Y-%m"), FAIRS)[:, None]
        known = SimpleNamespace(nodes=SimpleNamespace(covered=sales[:, None]), structure=SimpleNamespace(company=0),
                                reasons=SimpleNamespace(calendar={}))  # fmt: skip
        found = lift_table(known, Exposure(("fair",), exposure.astype(float), FIRST.to_datetime64())).iloc[0]
        inside.append(found["low"] <= 0.2 <= found["high"])
    assert 0.72 <= np.mean(inside) <= 0.88


def test_a_planned_promotion_raises_its_month_and_only_the_sales_it_can_move(fairs_and_cuts):
    outlook, _ = fairs_and_cuts
    planned = outlook.reasons.planned
    november = 1
    gloves, pumps = (outlook.column("product_line", name) for name in ("gloves", "pumps"))
    assert planned[november, gloves] == pytest.approx(1.3, abs=0.07)
    assert planned[november, pumps] == 1.0
    assert 1.1 < planned[november, 0] < planned[november, gloves]
    assert (np.delete(planned, november, axis=0) == 1).all()
    assert promotions_ahead(outlook)["period"].tolist() == ["2026-11"]


def test_the_switch_leaves_planned_promotions_out(fairs_and_cuts):
    outlook, _ = fairs_and_cuts
    orders = orders_with({"fair": (FAIRS, 0.30), "cut": (CUTS, 0.0)})
    without, _ = measured(orders, campaigns(fair=FAIRS + PLANNED, cut=CUTS), used=False)
    assert (without.reasons.planned == 1).all()
    assert outlook.mean[1, 0] > 1.06 * without.mean[1, 0]
    added = promotions_ahead(outlook)["added"].item()
    assert added == pytest.approx(outlook.mean[1, 0] - without.mean[1, 0], rel=0.2)


def test_a_kind_of_the_same_month_every_year_cannot_be_told_from_the_season():
    every = [f"{year}-12" for year in range(2018, 2026)]
    _, lifts = measured(orders_with({"year-end": (every, 0.3)}), campaigns(**{"year-end": [*every, "2026-12"]}))
    assert np.isnan(lifts.loc["year-end", "lift"])


def test_a_planned_kind_that_never_ran_is_named_and_adds_nothing():
    plan = campaigns(fair=FAIRS, lottery=["2026-12"])
    outlook, lifts = measured(orders_with({"fair": (FAIRS, 0.3)}), plan)
    assert promotions_ahead(outlook).empty
    said = season_section(outlook, lifts.reset_index(), "CNY").blocks
    assert any("lottery" in str(block) and "cannot be measured" in str(block) for block in said)


def test_without_promotions_the_season_is_shown_and_says_what_it_lacks(outlook):
    absent = NotEnoughData("promotions")
    exposure = promotion_exposure(outlook.history, absent, 12)
    shown = season_section(outlook, lift_table(outlook, exposure), "CNY")
    assert "strongest month" in shown.headline
    assert "needs promotions" in shown._repr_html_()
    undated = campaigns(fair=FAIRS).assign(ends_at=pd.NaT)
    assert isinstance(promotion_exposure(outlook.history, undated, 12), NotEnoughData)


def test_as_of_keeps_planned_promotions_as_plans():
    known = tables.load("data/sample")
    history = monthly_sales(order_sums(known), known.as_of)
    exposure = promotion_exposure(history, known.frame("promotions"), 12)
    ahead = exposure.share[-12:].sum(axis=0)
    assert dict(zip(exposure.kinds, ahead > 0, strict=True)) == {
        "bundle": False, "price cut": False, "trade fair": False, "year-end": True,
    }  # fmt: skip


@pytest.mark.slow
def test_lifts_of_the_sample_company_are_those_its_customers_react_with(tmp_path):
    """Lines bought under a promotion are larger by its boost and cheaper by its discount, which moves more of them."""
    from salesops.tables.sample.catalogue import BOOST, CONSUMABLES, DISCOUNT, ELASTICITY, PROMOTIONS, TAKE_UP
    from salesops.tables.sample.write import write_sample

    distance = []
    for seed in (11, 12, 13):
        write_sample(tmp_path / str(seed), accounts=3000, seed=seed)
        known = tables.load(tmp_path / str(seed))
        sums = order_sums(known)
        history = monthly_sales(sums, known.as_of)
        exposure = promotion_exposure(history, known.frame("promotions"), 12)
        outlook = forecast_sales(history, 3, 4, 18, "CN", exposure)
        lifts = lift_table(outlook, exposure).set_index("kind")
        weight = sums.groupby("product_line")["amount"].sum().reindex(list(CONSUMABLES)).to_numpy()
        for promotion, discount in zip(PROMOTIONS, DISCOUNT, strict=True):
            own = np.exp(BOOST[promotion.kind]) * (1 - discount) ** (1 + np.array(ELASTICITY)) - 1
            truth = np.log1p(TAKE_UP * np.average(own, weights=weight))
            row = np.log1p(lifts.loc[promotion.kind, ["lift", "low", "high"]].to_numpy(float))
            distance.append((row[0] - truth) / ((row[2] - row[1]) / 2 / 1.2816))
    assert np.sqrt(np.mean(np.square(distance))) < 1.6
    assert abs(np.mean(distance)) < 0.8
