"""Whatever orders look like, the page is drawn, says by name what is odd, and invents nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting import workbook as sf

AS_OF = pd.Timestamp("2026-09-30").date()


def whole_page(orders: pd.DataFrame, promotions: pd.DataFrame | NotEnoughData, targets: pd.DataFrame | NotEnoughData):
    """Run what the notebook runs; return the outlook, its notes and the parts of the page."""
    history = sf.monthly_sales(orders, AS_OF)
    runs = sf.promotion_exposure(history, promotions, 12)
    outlook = sf.forecast_sales(history, 12, 8, 18, "CN", runs)
    completion = sf.target_completion(targets, outlook)
    notes = sf.series_notes(outlook, ["region", "channel"])
    backtest, odd = sf.backtest_table(outlook), sf.anomalies(outlook)
    sections = [
        sf.forecast_section(outlook, sf.forecast_table(outlook), completion, "CNY", 36),
        sf.targets_section(completion, sf.target_notes(targets, outlook), "CNY"),
        sf.season_section(outlook, sf.lift_table(outlook, runs), "CNY"),
        sf.parts_section(outlook, completion, "CNY"),
        sf.anomalies_section(outlook, odd, "CNY"),
        sf.accuracy_section(outlook, backtest, "CNY"),
        sf.summary(outlook, completion, sf.kpis(outlook, completion, "CNY"), "CNY"),
    ]
    return outlook, notes, sections


def drawn(sections) -> str:
    return " ".join(str(part._repr_html_()) for part in sections)


def only_some(orders: pd.DataFrame) -> pd.DataFrame:
    return orders[orders["ordered_at"] >= "2026-08-01"]


def with_gap_of_a_year(orders: pd.DataFrame) -> pd.DataFrame:
    gap = orders["ordered_at"].between("2023-05-01", "2024-04-30") & (orders["channel"] == "web")
    return orders[~gap]


def with_zeros(orders: pd.DataFrame) -> pd.DataFrame:
    return orders.assign(amount=orders["amount"].where(orders["channel"] != "web", 0.0))


def with_returns(orders: pd.DataFrame) -> pd.DataFrame:
    return orders.assign(amount=orders["amount"].where(orders["ordered_at"] != "2026-02-10", -400.0))


def that_stopped(orders: pd.DataFrame) -> pd.DataFrame:
    return orders[(orders["channel"] != "web") | (orders["ordered_at"] < "2025-10-01")]


def of_two_months(orders: pd.DataFrame) -> pd.DataFrame:
    late = orders[(orders["ordered_at"] >= "2026-08-01") & (orders["channel"] == "web")]
    return pd.concat([orders, late.assign(channel="shop")])


NAMED = {
    with_gap_of_a_year: 'Channel "web": no sales in 12 months, counted as zero.',
    with_zeros: 'Channel "web" is not forecast: its orders add up to zero in every month.',
    with_returns: "The company: returns exceeded sales in 1 month.",
    that_stopped: 'Channel "web" is not forecast: no orders since Sep 2025.',
    of_two_months: 'Channel "shop" is not forecast: only 2 months of history.',
}


@pytest.mark.parametrize(("change", "said"), NAMED.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_it_is_said_by_name_and_the_rest_adds_up(orders, targets_of, change, said):
    targets = targets_of(("2026", "company", "all", 9000.0))
    outlook, notes, sections = whole_page(change(orders), NotEnoughData("promotions"), targets)
    assert said in notes
    assert np.isfinite(outlook.mean).all()
    assert not [part for part in sections[:-1] if "not enough data" in part.headline]
    # Drawing takes a second or two; negative months are what charts trip over.
    page = drawn(sections) if change is with_returns else ""
    assert ">nan<" not in page.lower()
    gaps = outlook.structure.constraints @ outlook.mean.T
    assert np.abs(gaps).max() < 1e-6


def test_two_months_of_orders_are_no_history_and_every_section_says_what_is_needed(orders, targets_of):
    absent, notes, sections = whole_page(only_some(orders), NotEnoughData("promotions"), NotEnoughData("targets"))
    page = drawn(sections)
    assert isinstance(absent, NotEnoughData)
    assert notes == []
    assert page.count("18 months") >= 6
    assert "<svg" not in page


def test_a_target_for_an_unknown_name_and_targets_that_contradict_each_other_are_named(orders, targets_of):
    rows = [("2026Q4", "region", "Nroth", 900.0), ("2026Q4", "company", "all", 3000.0)]
    rows += [(f"2026-{month}", "company", "all", 900.0) for month in (10, 11, 12)]
    outlook, _, _ = whole_page(orders, NotEnoughData("promotions"), targets_of(*rows))
    said = " ".join(sf.target_notes(targets_of(*rows), outlook))
    assert '"Nroth"' in said
    assert '"North"' in said
    assert "contradict each other" in said


def test_a_promotion_without_days_and_one_that_ends_before_it_begins_change_nothing(orders, targets_of):
    wrong = pd.DataFrame({"promotion_id": ["1", "2"], "kind": ["fair", "cut"],
                          "starts_at": pd.to_datetime([None, "2026-03-10"]),
                          "ends_at": pd.to_datetime(["2026-01-01", "2026-03-01"])})  # fmt: skip
    outlook, _, _ = whole_page(orders, wrong, NotEnoughData("targets"))
    assert (outlook.reasons.planned == 1).all()
