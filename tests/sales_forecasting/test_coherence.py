"""Whatever is forecast adds up: parts of every level to the company, and months to quarters and years."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.forecast import forecast_table, forecast_totals
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.series import monthly_sales
from salesops.sales_forecasting.series_notes import series_notes
from salesops.sales_forecasting.structure import structure_of


@pytest.fixture
def with_reps(orders):
    rng = np.random.default_rng(1)
    return orders.assign(rep_id=rng.choice(["R1", "R2", "R3"], len(orders), p=[0.5, 0.4, 0.1]))


@pytest.fixture
def business(with_reps, as_of):
    return forecast_sales(monthly_sales(with_reps, as_of))


def cents(values: pd.Series) -> pd.Series:
    assert np.allclose(values, values.round(2), atol=1e-6), "money has two decimals"
    return (100 * values).round().astype("int64")


def test_each_level_adds_up_to_the_company_in_every_month_to_the_cent(business):
    table = forecast_table(business)
    sums = table.assign(mean=cents(table["mean"])).pivot_table(
        index="period", columns="level", values="mean", aggfunc="sum"
    )
    assert set(sums.columns) == {"company", "region", "channel", "rep", "cell"}
    for level in sums:
        assert sums[level].tolist() == sums["company"].tolist()


def test_cells_add_up_to_the_region_and_channel_they_lie_in(business):
    table = forecast_table(business)
    cells = table[table["level"] == "cell"].assign(mean=lambda t: cents(t["mean"]))
    names = cells["key"].str.split(" / ", expand=True)
    for place, level in enumerate(("region", "channel")):
        whole = table[table["level"] == level].assign(mean=lambda t: cents(t["mean"]))
        parts = cells.groupby([names[place].rename("key"), cells["period"]])["mean"].sum()
        assert parts.to_dict() == whole.set_index(["key", "period"])["mean"].to_dict()


def test_months_add_up_to_quarters_and_years(business):
    months, totals = forecast_table(business), forecast_totals(business)
    company = months[months["level"] == "company"].set_index("period")["mean"]
    quarter = totals.query("level == 'company' and period == '2026Q4'").iloc[0]
    assert quarter["mean"] == pytest.approx(company[["2026-10", "2026-11", "2026-12"]].sum(), abs=1e-6)
    year = totals.query("level == 'company' and period == '2026'").iloc[0]
    known = business.history.query("level == 'company' and ds >= '2026-01-01'")["y"].sum()
    assert year["sales_so_far"] == pytest.approx(known)
    assert year["mean"] == pytest.approx(known + quarter["mean"])
    assert "2027" not in set(totals["period"]), "2027 does not end within twelve months"


def test_along_each_path_parts_add_up_in_any_month(business):
    assert business.paths.shape == (1000, 12, len(business.level))
    gaps = business.paths @ business.structure.constraints.T
    assert np.abs(gaps).max() < 1e-6 * np.abs(business.paths).max()


def test_bands_of_sums_are_narrower_than_sums_of_bands(business):
    table, totals = forecast_table(business), forecast_totals(business)
    months = table.query("level == 'company'").set_index("period").loc[["2026-10", "2026-11", "2026-12"]]
    quarter = totals.query("level == 'company' and period == '2026Q4'").iloc[0]
    assert 0 < quarter["p90"] - quarter["p10"] < (months["p90"] - months["p10"]).sum()


def test_a_horizon_that_ends_within_a_quarter_has_no_totals(orders, as_of):
    assert isinstance(forecast_totals(forecast_sales(monthly_sales(orders, as_of), 2)), NotEnoughData)


def test_what_stopped_counts_as_nothing_and_the_rest_still_adds_up(with_reps, as_of):
    gone = with_reps[(with_reps["channel"] != "web") | (with_reps["ordered_at"] < "2025-09-01")]
    outlook = forecast_sales(monthly_sales(gone, as_of))
    table = forecast_table(outlook)
    assert "web" not in set(table["key"])
    assert not table["key"].str.contains("web").any(), "nor the cells that lie in it"
    sums = table.assign(mean=cents(table["mean"])).groupby(["level", "period"])["mean"].sum().unstack()
    assert (sums == sums.loc["company"]).all(axis=None)


def test_returns_and_gaps_leave_forecasts_that_add_up(with_reps, as_of):
    odd = with_reps.assign(amount=with_reps["amount"].where(with_reps["ordered_at"].dt.month != 3, -50.0))
    odd = odd[~((odd["region"] == "South") & (odd["ordered_at"].dt.month == 7))]
    outlook = forecast_sales(monthly_sales(odd, as_of))
    sums = forecast_table(outlook).groupby(["level", "period"])["mean"].sum().unstack()
    np.testing.assert_allclose(sums, np.tile(sums.loc["company"], (len(sums), 1)), atol=1e-6)
    assert any("returns exceeded sales" in note for note in series_notes(outlook))


def test_a_new_channel_takes_the_share_it_has_had(orders, as_of):
    young = orders["ordered_at"] >= "2026-05-01"
    shop = orders[young & (orders["channel"] == "web")].assign(channel="shop")
    outlook = forecast_sales(monthly_sales(pd.concat([orders, shop]), as_of))
    share = shop["amount"].sum() / (orders.loc[young, "amount"].sum() + shop["amount"].sum())
    company = outlook.mean[:, outlook.column("company", "all")].sum()
    assert outlook.mean[:, outlook.column("channel", "shop")].sum() == pytest.approx(share * company, rel=0.1)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1e7), min_size=4, max_size=4), st.lists(st.floats(0, 1e7), min_size=3, max_size=3))
def test_any_numbers_become_ones_that_add_up_to_the_cent(cells, reps):
    nodes = pd.DataFrame(
        [("company", "all", None, None), ("region", "N", None, None), ("region", "S", None, None),
         ("channel", "a", None, None), ("channel", "b", None, None), ("rep", "1", None, None), ("rep", "2", None, None),
         ("rep", "3", None, None), ("cell", "N / a", "N", "a"), ("cell", "N / b", "N", "b"),
         ("cell", "S / a", "S", "a"), ("cell", "S / b", "S", "b")],
        columns=["level", "key", "region", "channel"],
    )  # fmt: skip
    structure = structure_of(nodes)
    values = np.concatenate([np.zeros(5), reps, cells])
    exact = np.rint(100 * structure.exact(values[None], np.zeros(12))[0])
    assert exact[0] == exact[1:3].sum() == exact[3:5].sum() == exact[5:8].sum() == exact[8:].sum()
    assert (exact >= 0).all()
    assert np.abs(exact[8:] / 100 - cells).max() <= 0.0051
