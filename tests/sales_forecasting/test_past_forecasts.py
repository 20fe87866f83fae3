"""What earlier runs said is kept by the ledger, and scored by what then came."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.forecast import forecast_table
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.past_forecasts import accuracy_of_said, past_forecasts, said_before
from salesops.sales_forecasting.past_quarters import past_quarters
from salesops.sales_forecasting.sections_record import record_section
from salesops.sales_forecasting.series import monthly_sales
from salesops.tables.ledger import append, ledger_rows
from salesops.tables.published import publish

ROOT = Path(__file__).parents[2]
DAYS = (date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30))


def keep(reports: Path, as_of: date, started: str = "2026-10-01T08:00:00+00:00", plan: str = "plan", **tables) -> None:
    """Publish tables and add them to the ledger as the runner does at a run's end."""
    folder = reports / plan / "base"
    publish(folder, "sales_forecasting", **tables)
    run_id = f"{as_of}-{started[11:13]}"
    record = {
        "run_id": run_id, "plan": plan, "scenario": "base", "started_at": started, "as_of": f"{as_of}",
        "currency": "CNY", "data": {"rows": {}, "hashes": {}}, "code": {}, "packages": {}, "notebooks": [],
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    append(reports / "ledger", run_id, ledger_rows(folder))


def forecast_of(orders: pd.DataFrame, as_of: date, factor: float = 1.0) -> pd.DataFrame:
    table = forecast_table(forecast_sales(monthly_sales(orders, as_of, ["region"])))
    return table.assign(**{name: table[name] * factor for name in ("mean", "p10", "p50", "p90")})


@pytest.fixture
def reports(tmp_path, orders):
    """Four runs of a plan, as of past quarters."""
    for day in DAYS:
        keep(tmp_path, day, forecast=forecast_of(orders, day))
    return tmp_path


@pytest.fixture
def history(orders, as_of):
    return monthly_sales(orders, as_of, ["region"])


@pytest.fixture
def past(reports, history, as_of):
    return past_forecasts(said_before(str(reports / "plan" / "base"), as_of), history)


def test_every_month_that_is_over_is_scored_once_per_run(past):
    company = past[past["level"] == "company"]
    assert company.groupby("made_on").size().tolist() == [12, 9, 6, 3]
    assert company["months_ahead"].min() == 1
    assert set(past["level"]) == {"company", "region"}


def test_what_came_is_what_was_ordered_and_naive_is_the_month_a_year_before(past, orders):
    month = orders.groupby(orders["ordered_at"].dt.strftime("%Y-%m"))["amount"].sum()
    company = past[past["level"] == "company"]
    assert company["actual"].to_numpy() == pytest.approx(month[company["period"]].to_numpy())
    a_year_before = (pd.PeriodIndex(company["period"], freq="M") - 12).astype(str)
    assert company["naive"].to_numpy() == pytest.approx(month[a_year_before].to_numpy())


def test_forecasts_of_a_growing_company_beat_last_year_and_bands_hold_most_months(past):
    """Sales grow by 6% a year with 5% noise: last year's month is off by that growth, the forecast is not."""
    found = accuracy_of_said(past[past["level"] == "company"], "level").iloc[0]
    assert found["wape"] < 0.75 * found["naive_wape"]
    assert found["months"] == found["banded"] == 30
    assert found["coverage"] > 0.6


def test_scores_are_exact_on_hand_made_figures():
    rows = pd.DataFrame(
        {"months_ahead": [1, 1, 2], "mean": [110.0, 90.0, 50.0], "p10": [100.0, 95.0, np.nan],
         "p90": [120.0, 99.0, np.nan], "actual": [100.0, 100.0, 100.0], "naive": [80.0, np.nan, 100.0]}
    )  # fmt: skip
    found = accuracy_of_said(rows, "months_ahead").set_index("months_ahead")
    assert found.loc[1, ["wape", "naive_wape", "bias", "coverage"]].tolist() == [0.1, 0.2, 0.0, 0.5]
    assert found.loc[2, ["wape", "bias"]].tolist() == [0.5, -0.5]
    assert np.isnan(found.loc[2, "coverage"])


def test_of_two_runs_as_of_one_day_the_newer_counts(reports, orders, as_of):
    keep(reports, DAYS[0], "2026-10-02T09:00:00+00:00", forecast=forecast_of(orders, DAYS[0], factor=2.0))
    said = said_before(str(reports / "plan" / "base"), as_of)
    first = said[(said["made_on"] == pd.Timestamp(DAYS[0])) & (said["level"] == "company")]
    assert first["mean"].to_numpy() == pytest.approx(forecast_of(orders, DAYS[0], 2.0)["mean"].to_numpy()[:12])


def test_other_plans_scenarios_and_later_days_do_not_count(reports, orders):
    keep(reports, DAYS[0], plan="other", forecast=forecast_of(orders, DAYS[0], factor=9.0))
    said = said_before(str(reports / "plan" / "base"), DAYS[1])
    assert set(said["made_on"].dt.date) == {DAYS[0]}
    assert said["mean"].max() < forecast_of(orders, DAYS[0], 9.0)["mean"].max()
    assert isinstance(said_before(str(reports / "plan" / "grown"), DAYS[3]), NotEnoughData)
    built_aside = said_before(str(reports / "plan" / ".base.building-7"), DAYS[1])
    pd.testing.assert_frame_equal(built_aside, said)


def test_without_earlier_runs_the_section_says_how_to_get_them(tmp_path, history, as_of):
    absent = said_before(str(tmp_path / "quarterly" / "base"), as_of)
    assert "salesops run params/quarterly.yml --as-of" in str(absent)
    part = record_section(past_forecasts(absent, history), absent, "CNY")
    assert part.headline == "What we said before: not enough data"
    fresh = pd.DataFrame({"made_on": [pd.Timestamp(as_of)], "level": "company", "key": "all", "period": "2026-10",
                          "mean": 1.0, "p10": 0.0, "p50": 1.0, "p90": 2.0})  # fmt: skip
    assert "no month that was forecast has passed" in str(past_forecasts(fresh, history))


def test_a_part_that_is_no_longer_there_is_not_scored(history):
    said = pd.DataFrame({"made_on": [pd.Timestamp("2026-06-30")] * 2, "level": "region", "key": ["North", "Atlantis"],
                         "period": "2026-07", "mean": 1.0, "p10": 0.0, "p50": 1.0, "p90": 2.0})  # fmt: skip
    assert past_forecasts(said, history)["key"].tolist() == ["North"]


def test_quarters_that_were_said_are_set_against_their_months(reports, history, as_of):
    ways = ["last year again", "time series", "weighted together"]
    table = pd.DataFrame(
        {"period": "2026Q3", "level": "company", "way": ways, "booked": 0.0, "still_to_come": [1.0, 2.0, 3.0],
         "total": [1.0, 2.0, 3.0], "weight": 1.0, "error": 0.1,
         "p10": [np.nan, np.nan, 2.0], "p90": [np.nan, np.nan, 4.0]}
    )  # fmt: skip
    keep(reports, date(2026, 7, 31), this_quarter=table)
    quarters = past_quarters(said_before(str(reports / "plan" / "base"), as_of, "this_quarter"), history)
    company = history[(history["level"] == "company") & (history["ds"] >= "2026-07-01")]
    assert quarters[["period", "mean", "naive", "p10", "p90"]].values.tolist() == [["2026Q3", 3.0, 1.0, 2.0, 4.0]]
    assert quarters["actual"].item() == pytest.approx(company["y"].sum())


def test_the_section_says_how_good_what_was_said_was(past):
    part = record_section(past, NotEnoughData("quarters"), "CNY")
    assert part.headline.startswith("What 4 earlier runs said of a month was off by ")
    assert "80% band" in part.text
    assert str(part._repr_html_()).count("<svg") == 4


@pytest.mark.slow
def test_runs_as_of_past_quarters_fill_the_record_of_the_sample_company(tmp_path):
    """`salesops run --as-of` twice, then today: the page scores what those runs said."""
    from typer.testing import CliRunner

    from salesops.cli import app

    plan = tmp_path / "alone.yml"
    plan.write_text(
        f"name: alone\ndata: {ROOT / 'data' / 'sample'}\nnotebooks: [sales_forecasting]\n", encoding="utf-8"
    )
    for day in ("2026-03-31", "2026-06-30", "2026-09-30"):
        done = CliRunner().invoke(app, ["run", str(plan), "--as-of", day, "--reports", str(tmp_path / "reports")])
        assert done.exit_code == 0, done.output
    scored = pd.read_parquet(
        tmp_path / "reports" / "alone" / "base" / "tables" / "sales_forecasting" / "past_forecasts.parquet"
    )
    company = scored[scored["level"] == "company"]
    assert company.groupby("made_on").size().tolist() == [6, 3]
    orders = pd.read_csv(ROOT / "data" / "sample" / "orders.csv", parse_dates=["ordered_at"])
    month = orders.groupby(orders["ordered_at"].dt.strftime("%Y-%m"))["amount"].sum()
    assert company["actual"].to_numpy() == pytest.approx(month[company["period"]].to_numpy())
    found = accuracy_of_said(company, "level").iloc[0]
    assert found["wape"] < found["naive_wape"]
