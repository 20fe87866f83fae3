"""The ledger's page is true: its queries answer its questions, and it names every column."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from salesops.tables.ledger import append
from salesops.tables.ledger.columns import KINDS, schema, stacked

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
LABEL = '{"label": "Sales", "better": "up"}'
RUNS = {
    # run: started, as of, sales this quarter, forecast of September, horizon
    "march": ("2026-04-01", "2026-03-31", 25.0, (1e6, 2e6, 3e6), 6.0),
    "june": ("2026-07-01", "2026-06-30", 30.0, (10e6, 12e6, 14e6), 6.0),
    "september": ("2026-10-01", "2026-09-30", 35.0, None, 6.0),
    "september again": ("2026-10-02", "2026-09-30", 36.0, None, 12.0),
}


def entry(started: str, as_of: str, sales: float, quantiles: tuple[float, ...] | None, horizon: float) -> pd.DataFrame:
    run = {"started_at": pd.Timestamp(started, tz="UTC"), "plan": "quarterly", "scenario": "base"}
    topic = {"topic": "sales_forecasting"}
    kpi = {"kind": "kpi", "name": "sales_this_quarter", "value": sales, "unit": "CNY", "text": LABEL}
    rows = [{**topic, **kpi}, {**topic, "kind": "parameter", "name": "horizon_months", "value": horizon}]
    if quantiles:
        forecast = {"kind": "forecast", "name": "forecast", "level": "company", "key": "all", "period": "2026-09"}
        rows.append({**topic, **forecast, **dict(zip(("low", "mid", "high"), quantiles, strict=True))})
    return stacked([pd.DataFrame(rows).assign(run_id="", as_of=pd.Timestamp(as_of), **run)])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the sample's data and a ledger of three runs, which the page's paths count from."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    for run_id, run in RUNS.items():
        append(tmp_path / "reports" / "ledger", run_id, entry(*run))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(heading: str) -> list[dict[str, Any]]:
    """Run the query below a heading of the page."""
    found = re.search(rf"## {re.escape(heading)}\n.*?```sql\n(.*?)```", PAGE, re.DOTALL)
    assert found, heading
    rows: list[dict[str, Any]] = duckdb.sql(found[1]).to_arrow_table().to_pylist()
    return rows


@pytest.mark.usefixtures("project")
def test_the_query_of_a_kpis_course_takes_the_newest_run_of_each_day() -> None:
    rows = answer("How has a KPI moved?")
    assert [(str(row["as_of"]), row["label"], row["value"]) for row in rows] == [
        ("2026-03-31", "Sales", 25.0),
        ("2026-06-30", "Sales", 30.0),
        ("2026-09-30", "Sales", 36.0),
    ]


@pytest.mark.usefixtures("project")
def test_the_query_of_past_forecasts_holds_them_against_what_was_sold() -> None:
    march, june = answer("How good were the forecasts?")
    orders = pd.read_csv(ROOT / "data" / "sample" / "orders.csv", dtype=str)
    sold = orders.loc[orders["ordered_at"].str.startswith("2026-09"), "amount"].astype(float).sum()
    assert sold == pytest.approx(12.5e6, rel=0.01)
    assert (march["sold"], march["error"]) == (pytest.approx(sold), pytest.approx(sold / 2e6 - 1))
    assert (march["within"], june["within"]) == (False, True)


@pytest.mark.usefixtures("project")
def test_the_query_of_inputs_shows_what_was_not_the_same_in_the_run_before() -> None:
    (row,) = answer("What went in differently?")
    assert (row["name"], float(row["before"]), float(row["now"])) == ("horizon_months", 6.0, 12.0)
    assert str(row["started_at"]).startswith("2026-10-02")


def test_every_column_and_every_kind_is_explained() -> None:
    lines = re.findall(r"^\| ([a-z_, ]+) \| (?:text|number|date|timestamp) \|", PAGE, re.MULTILINE)
    assert sorted(name for line in lines for name in line.split(", ")) == sorted(schema().names)
    assert [kind for kind in KINDS if f"`{kind}`" not in PAGE] == []


def test_the_page_has_no_query_that_is_not_tested() -> None:
    assert PAGE.count("```sql") == 3
