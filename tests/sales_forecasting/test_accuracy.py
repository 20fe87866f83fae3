"""The sample company, planned again as of each of its last eight quarters, against repeating last year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesops import tables
from salesops.sales_forecasting import workbook as sf
from salesops.sales_forecasting.forecast import forecast_table

QUARTERS = 8


@pytest.fixture(scope="module")
def replay(tmp_path_factory):
    """Per quarter: what came, the same quarter a year before, the series' forecast and the combined one."""
    today = tables.load("data/sample")
    history = sf.monthly_sales(sf.order_sums(today), today.as_of)
    company = history[history["level"] == "company"].set_index("ds")["y"]
    quarters = company.groupby(company.index.to_period("Q")).sum()
    nothing = tmp_path_factory.mktemp("run")
    rows = []
    for quarter in quarters.index[-QUARTERS:]:
        known = tables.load("data/sample", str((quarter - 1).end_time.date()))
        then = sf.monthly_sales(sf.order_sums(known), known.as_of)
        runs = sf.promotion_exposure(then, known.frame("promotions"), 12)
        outlook = sf.forecast_sales(then, 12, 24, 18, "CN", runs)
        combined = sf.this_quarter(sf.QuarterInputs.of(known, str(nothing)), outlook)
        rows.append((quarters[quarter], quarters[quarter - 4], outlook.mean[:3, 0].sum(), combined.total))
    return outlook, pd.DataFrame(rows, columns=["came", "last_year", "series", "combined"])


def wape(replay: pd.DataFrame, column: str) -> float:
    return float(np.abs(replay[column] - replay["came"]).sum() / replay["came"].sum())


@pytest.mark.slow
def test_the_quarter_is_foretold_a_quarter_better_than_by_repeating_last_year(replay):
    assert wape(replay[1], "combined") < 0.75 * wape(replay[1], "last_year")


@pytest.mark.slow
def test_the_series_alone_are_better_than_repeating_last_year(replay):
    assert wape(replay[1], "series") < 0.9 * wape(replay[1], "last_year")


@pytest.mark.slow
def test_the_whole_sample_company_adds_up_to_the_cent(replay):
    table = forecast_table(replay[0])
    sums = table.groupby(["period", "level"])["mean"].sum().unstack().round(2)
    assert set(sums.columns) == {"company", "region", "product_line", "channel", "rep", "cell"}
    for level in sums:
        assert sums[level].tolist() == sums["company"].tolist()
