"""Targets are held against what was sold and what is expected, and their faults are named."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.series import monthly_sales
from salesops.sales_forecasting.target_notes import target_notes
from salesops.sales_forecasting.targets import target_completion


def sold(orders: pd.DataFrame, first: str, last: str, **where: str) -> float:
    chosen = orders[orders["ordered_at"].between(first, last)]
    for column, value in where.items():
        chosen = chosen[chosen[column] == value]
    return float(chosen["amount"].sum())


def test_a_period_that_is_over_was_met_or_not(orders, outlook, targets_of):
    actual = sold(orders, "2026-07-01", "2026-09-30")
    rows = target_completion(
        targets_of(("2026Q3", "company", "all", actual * 0.999), ("2026-09", "company", "all", 1e9)), outlook
    )
    assert rows.set_index("period")["probability_met"].to_dict() == {"2026Q3": 1.0, "2026-09": 0.0}
    assert rows.set_index("period").loc["2026Q3", "forecast"] == pytest.approx(actual)


def test_a_running_year_is_what_was_sold_plus_the_forecast_of_the_rest(orders, outlook, targets_of):
    row = target_completion(targets_of(("2026", "region", "South", 1000.0)), outlook).iloc[0]
    so_far = sold(orders, "2026-01-01", "2026-09-30", region="South")
    column = list(outlook.key).index("South")
    assert row["sales_so_far"] == pytest.approx(so_far)
    assert row["forecast"] == pytest.approx(so_far + outlook.mean[:3, column].sum())
    assert row["months_ahead"] == 3


def test_months_quarters_and_the_year_of_one_part_agree(outlook, targets_of):
    periods = ["2026-10", "2026-11", "2026-12", "2026Q4"]
    rows = target_completion(targets_of(*[(p, "company", "all", 1.0) for p in periods]), outlook).set_index("period")
    assert rows.loc[periods[:3], "forecast"].sum() == pytest.approx(rows.loc["2026Q4", "forecast"])


def test_the_chance_falls_as_the_target_rises(outlook, targets_of):
    expected = target_completion(targets_of(("2026Q4", "company", "all", 1.0)), outlook)["forecast"].item()
    chances = [
        target_completion(targets_of(("2026Q4", "company", "all", expected * factor)), outlook)[
            "probability_met"
        ].item()
        for factor in (0.5, 0.9, 1.0, 1.1, 2.0)
    ]
    assert chances == sorted(chances, reverse=True)
    assert chances[2] == pytest.approx(0.5, abs=0.05)
    assert 0 < chances[-1] < 0.02
    assert 0.98 < chances[0] < 1


@pytest.mark.slow
def test_chances_come_true_as_often_as_they_say(orders_of, targets_of):
    """Over invented companies that grow or shrink, targets with a chance of p are met about p of the time."""
    said, met = [], []
    for seed in range(30):
        orders = orders_of(84, seed, noise=0.1, growth=0.003 * (seed % 3 - 1))
        outlook = forecast_sales(monthly_sales(orders, date(2025, 9, 30), levels=["region"]), horizon_months=6)
        expected = outlook.mean[:3, outlook.level == "company"].sum()
        for factor in (0.92, 0.95, 1.0, 1.05, 1.08):
            targets = targets_of(("2025Q4", "company", "all", expected * factor))
            said.append(target_completion(targets, outlook)["probability_met"].item())
            met.append(sold(orders, "2025-10-01", "2025-12-31") >= expected * factor)
    likely, happened = np.array(said) > 0.5, np.array(met)
    assert happened[likely].mean() == pytest.approx(np.array(said)[likely].mean(), abs=0.12)
    assert happened[~likely].mean() == pytest.approx(np.array(said)[~likely].mean(), abs=0.12)


def test_targets_of_regions_stand_in_for_a_missing_company_target(outlook, targets_of):
    targets = targets_of(("2026Q4", "region", "North", 2000.0), ("2026Q4", "region", "South", 1000.0))
    rows = target_completion(targets, outlook).set_index("level")
    assert rows.loc["company", ["target", "source"]].tolist() == [3000.0, "sum of 2 region targets"]
    assert (
        "The company has no target of its own for 2026 Q4: the sum of 2 region targets stands for it."
        in target_notes(targets, outlook)
    )


def test_targets_of_one_region_alone_do_not_stand_in_for_the_company(outlook, targets_of):
    targets = targets_of(("2026Q4", "region", "South", 1000.0))
    assert target_completion(targets, outlook)["level"].tolist() == ["region"]
    assert "cover only 4" in target_notes(targets, outlook)[0]


def test_what_targets_cover_is_a_share_of_the_last_twelve_months(orders, as_of, targets_of):
    closed = orders[(orders["region"] == "North") & (orders["ordered_at"] < "2024-01-01")].assign(region="East")
    outlook = forecast_sales(monthly_sales(pd.concat([orders, closed]), as_of))
    now = targets_of(("2026Q4", "region", "North", 2000.0), ("2026Q4", "region", "South", 1000.0))
    assert "company" in target_completion(now, outlook)["level"].tolist()


def test_months_that_contradict_their_quarter_are_listed(outlook, targets_of):
    months = [(f"2026-{m}", "region", "South", 100.0) for m in (10, 11, 12)]
    notes = target_notes(targets_of(*months, ("2026Q4", "region", "South", 330.0)), outlook)
    assert (
        'Targets of region "South" contradict each other: the months of 2026 Q4 add up to 300, its own target is 330.'
        in notes
    )
    agreeing = target_notes(targets_of(*months, ("2026Q4", "region", "South", 301.0)), outlook)
    assert not [note for note in agreeing if "contradict" in note]


def test_regions_that_contradict_the_company_are_listed(outlook, targets_of):
    regions = [("2026Q4", "region", "North", 200.0), ("2026Q4", "region", "South", 200.0)]
    notes = target_notes(targets_of(*regions, ("2026Q4", "company", "all", 500.0)), outlook)
    assert "Targets by region do not add up to the company's in 1 period: in 2026 Q4 400 against 500." in notes


def test_an_unknown_key_is_named_with_the_nearest_one(outlook, targets_of):
    notes = target_notes(targets_of(("2026Q4", "region", "Nort", 1.0)), outlook)
    assert (
        'Target of region "Nort" for 2026 Q4 is not compared: orders know no such name (did you mean "North"?).'
        in notes
    )


def test_targets_beyond_the_horizon_and_of_levels_not_forecast_are_named(outlook, targets_of):
    targets = targets_of(
        ("2028", "company", "all", 1.0), ("2026Q4", "rep", "R1", 1.0), ("2026Q4", "company", "all", 1.0)
    )
    assert target_completion(targets, outlook)["period"].tolist() == ["2026Q4"]
    notes = " ".join(target_notes(targets, outlook))
    assert "Targets for 2028 lie beyond 12 months: raise horizon_months." in notes
    assert "Targets by rep (1) are not compared: add rep to the parameter levels" in notes


def test_a_target_of_a_part_that_stopped_is_named(orders, as_of, targets_of):
    cut = orders[(orders["channel"] != "web") | (orders["ordered_at"] < "2025-10-01")]
    outlook = forecast_sales(monthly_sales(cut, as_of))
    targets = targets_of(("2026Q4", "channel", "web", 10.0), ("2026Q4", "company", "all", 10.0))
    assert target_completion(targets, outlook)["level"].tolist() == ["company"]
    assert 'Target of channel "web" for 2026 Q4 is not compared: this part is not forecast.' in target_notes(
        targets, outlook
    )


def test_without_sales_targets_there_is_nothing_to_complete(outlook, targets_of):
    assert isinstance(target_completion(NotEnoughData("targets"), outlook), NotEnoughData)
    customers = targets_of(("2026", "company", "all", 30.0), measure="customers")
    assert "measure sales" in str(target_completion(customers, outlook))
    assert target_notes(customers, outlook) == ["1 target for customers are not compared here."]


def test_a_chance_is_absent_where_no_past_error_is_known(orders_of, as_of, targets_of):
    outlook = forecast_sales(monthly_sales(orders_of(months=6), as_of), min_history_months=6)
    row = target_completion(targets_of(("2026Q4", "company", "all", 4000.0)), outlook).iloc[0]
    assert np.isfinite(row["forecast"])
    assert np.isnan(row["probability_met"])
