"""Two runs side by side show what went in differently, what came out differently, and how sure that is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from salesops.cli import app
from salesops.errors import InputError
from salesops.run.comparing.compare import Comparison, Difference, TableDifference, compare
from salesops.run.comparing.find import find_run
from salesops.tables.ledger import append, ledger_rows
from salesops.tables.published import publish_frame

if TYPE_CHECKING:
    from pathlib import Path

    from salesops.run.comparing.kpis import KpiDifference

SALES = {
    "topic": "sales_forecasting",
    "kpi": "sales",
    "label": "Sales expected, 2026 Q4",
    "unit": "CNY",
    "better": "up",
    "value": 100e6,
    "low": 90e6,
    "high": 112e6,
}
ERROR = {**SALES, "kpi": "error", "label": "Error", "unit": "share", "better": "down", "value": 0.2, "low": None}
DEALS = {**SALES, "kpi": "deals", "label": "Open deals", "unit": "deals", "better": "none", "value": 295.0, "low": None}


def write_run(folder: Path, *kpis: dict[str, Any], **changes: Any) -> Path:
    """Write a run's folder as the runner does, with some keys of its run.json changed."""
    publish_frame(folder / "tables", "kpis", pd.DataFrame(kpis or (SALES, ERROR, DEALS)))
    record = {
        "run_id": "20261001-a",
        "plan": "quarterly",
        "scenario": folder.name,
        "started_at": "2026-10-01T06:00:00+00:00",
        "as_of": "2026-09-30",
        "currency": "CNY",
        "data": {"rows": {"orders": 17936, "reps": 63}, "hashes": {"orders": "aa", "reps": "bb"}},
        "code": {"version": "0.1.0", "commit": "c0ffee"},
        "packages": {"pandas": "3.1.1", "duckdb": "2.0.0"},
        "notebooks": [notebook("win_probability"), notebook("sales_forecasting", horizon_months=12)],
        **changes,
    }
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def notebook(topic: str, **parameters: Any) -> dict[str, Any]:
    return {"topic": topic, "parameters": {"as_of": "2026-09-30", **parameters}}


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Reports with two runs of a plan that differ in nothing."""
    for scenario in ("base", "low"):
        write_run(tmp_path / "reports" / "quarterly" / scenario)
    return tmp_path / "reports"


def compared(reports: Path) -> Comparison:
    return compare(find_run("quarterly/base", reports), find_run("quarterly/low", reports))


def kpi(a: dict[str, Any], b: dict[str, Any], reports: Path) -> KpiDifference:
    """Return the comparison of one KPI with itself, other values given for each run."""
    write_run(reports / "quarterly/base", a)
    write_run(reports / "quarterly/low", b)
    (found,) = compared(reports).kpis
    return found


def salesops(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


# What went in


def test_runs_that_differ_in_nothing_say_so(reports: Path) -> None:
    comparison = compared(reports)
    assert (comparison.parameters, comparison.versions) == ((), ())
    assert {table.state for table in comparison.tables} == {"same"}
    assert {(found.difference, found.verdict) for found in comparison.kpis} == {(0.0, "unchanged")}


def test_a_parameter_that_differs_alike_in_all_notebooks_comes_once(reports: Path) -> None:
    notebooks = [
        notebook("win_probability", as_of="2026-06-30"),
        notebook("sales_forecasting", as_of="2026-06-30", regions=["East", "华南"]),
    ]
    write_run(reports / "quarterly/low", notebooks=notebooks)
    assert compared(reports).parameters == (
        Difference(("win_probability", "sales_forecasting"), "as_of", "2026-09-30", "2026-06-30"),
        Difference(("sales_forecasting",), "horizon_months", "12", None),
        Difference(("sales_forecasting",), "regions", None, '["East", "华南"]'),
    )


def test_a_notebook_that_one_run_lacks_is_named_and_its_parameters_are_not_listed(reports: Path) -> None:
    write_run(reports / "quarterly/low", notebooks=[notebook("win_probability"), notebook("market_sizing")])
    comparison = compared(reports)
    assert (comparison.only_in_a, comparison.only_in_b) == (("sales_forecasting",), ("market_sizing",))
    assert comparison.parameters == ()


def test_each_table_is_the_same_or_changed_or_in_one_run_alone_or_not_known(reports: Path) -> None:
    base = {"rows": {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "g": 8}, "hashes": dict.fromkeys("abcg", "x")}
    low = {"rows": {"a": 1, "b": 2, "d": 4, "e": 6, "f": 7, "g": 9}, "hashes": {"a": "x", "b": "y", "f": "x", "g": "x"}}
    write_run(reports / "quarterly/base", data=base)
    write_run(reports / "quarterly/low", data=low)
    assert compared(reports).tables == (
        TableDifference("a", "same", 1, 1),
        TableDifference("b", "changed", 2, 2),
        TableDifference("c", "only in A", 3, None),
        TableDifference("d", "not known", 4, 4),
        TableDifference("e", "changed", 5, 6),
        TableDifference("f", "only in B", None, 7),
        TableDifference("g", "same, as of another day", 8, 9),
    )


def test_code_and_packages_that_differ_are_listed(reports: Path) -> None:
    changes = {"code": {"version": "0.1.0", "commit": "beef"}, "packages": {"pandas": "3.2.0", "duckdb": "2.0.0"}}
    write_run(reports / "quarterly/low", **changes)
    assert compared(reports).versions == (
        Difference(("code",), "commit", "c0ffee", "beef"),
        Difference(("package",), "pandas", "3.1.1", "3.2.0"),
    )


# What came out


def test_a_kpis_difference_is_told_absolutely_and_relatively(reports: Path) -> None:
    found = kpi({**SALES, "value": -50.0}, {**SALES, "value": -40.0}, reports)
    assert (found.difference, found.relative) == (10.0, 0.2)
    assert kpi({**SALES, "value": 0.0}, SALES, reports).relative is None


@pytest.mark.parametrize(
    ("a", "b", "within"),
    [
        ((100, 90, 112), (105, 95, 115), True),
        ((100, 90, 112), (105, 102, 115), False),  # A lies outside of B's interval
        ((100, 99, 101), (105, 95, 115), False),  # B lies outside of A's interval
        ((100, 90, 112), (112, 100, 120), True),
        ((100, 90, 112), (105, None, 115), None),
        ((100, 90, None), (105, 95, 115), None),
    ],
)
def test_a_difference_is_within_the_bands_when_each_value_lies_in_the_others_interval(
    reports: Path, a: tuple[float, ...], b: tuple[float, ...], within: bool | None
) -> None:
    values_a, values_b = (dict(zip(("value", "low", "high"), numbers, strict=True)) for numbers in (a, b))
    assert kpi({**SALES, **values_a}, {**SALES, **values_b}, reports).within_bands is within


@pytest.mark.parametrize(
    ("better", "value", "verdict"),
    [
        ("up", 120e6, "better"),
        ("up", 80e6, "worse"),
        ("down", 80e6, "better"),
        ("down", 120e6, "worse"),
        ("none", 120e6, "none"),
        ("up", 100_000_001.0, "unchanged"),
    ],
)
def test_more_is_better_or_worse_as_the_kpi_says(reports: Path, better: str, value: float, verdict: str) -> None:
    assert kpi({**SALES, "better": better}, {**SALES, "better": better, "value": value}, reports).verdict == verdict


def test_figures_in_two_currencies_have_no_difference(reports: Path) -> None:
    found = kpi(SALES, {**SALES, "unit": "EUR"}, reports)
    assert (found.difference, found.relative, found.verdict) == (None, None, "none")


def test_a_kpi_without_a_value_or_in_one_run_alone_is_listed_without_a_difference(reports: Path) -> None:
    write_run(reports / "quarterly/base", SALES, {**DEALS, "value": None})
    write_run(reports / "quarterly/low", DEALS, ERROR)
    sales, deals, error = compared(reports).kpis
    assert (sales.b, sales.difference) == (None, None)
    assert (deals.a and deals.a.value, deals.difference) == (None, None)
    assert (error.a, error.b and error.b.value) == (None, 0.2)


# What a run can be called


def entries(reports: Path) -> dict[str, Path]:
    """Put three runs into the ledger: one as of June, and two as of September, of which the later has other sales."""
    runs = {
        "june": {"as_of": "2026-06-30", "started_at": "2026-07-01T06:00:00+00:00"},
        "september": {"started_at": "2026-10-01T06:00:00+00:00"},
        "again": {"started_at": "2026-10-05T06:00:00+00:00"},
    }
    paths = {}
    for number, (run_id, changes) in enumerate(runs.items()):
        folder = write_run(reports.parent / "runs" / "base", {**SALES, "value": float(number)}, **changes)
        paths[run_id] = append(reports / "ledger", run_id, ledger_rows(folder))
    return paths


def test_a_run_is_found_by_its_folder_and_by_plan_and_scenario(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(reports.parent)
    for reference in ("quarterly/low", "reports/quarterly/low", str(reports / "quarterly/low")):
        assert find_run(reference, reports)["scenario"].unique().tolist() == ["low"]


def test_a_run_of_the_ledger_is_found_by_its_identifier_and_by_its_file(reports: Path) -> None:
    path = entries(reports)["september"]
    for reference in ("september", path.name, str(path)):
        assert find_run(reference, reports)["run_id"].unique().tolist() == ["september"]


def test_a_day_stands_for_the_newest_run_as_of_it(reports: Path) -> None:
    entries(reports)
    for day, run_id in (("2026-06-30", "june"), ("2026-09-30", "again")):
        assert find_run(f"quarterly/base@{day}", reports)["run_id"].unique().tolist() == [run_id]


def test_a_run_compares_alike_from_its_folder_and_from_the_ledger(reports: Path) -> None:
    append(reports / "ledger", "20261001-a", find_run("quarterly/base", reports))
    low = find_run("quarterly/low", reports)
    assert compare(find_run("20261001-a", reports), low) == compare(find_run("quarterly/base", reports), low)


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("quarterly/bas", 'did you mean "quarterly/base"?'),
        ("quarterly/base@2026-03-30", 'did you mean "quarterly/base@2026-0'),
        ("septembr", 'did you mean "september"?'),
        ("nothing like it", "known are: quarterly/base, quarterly/low"),
    ],
)
def test_a_run_that_is_not_there_is_refused_with_the_nearest_that_is(reports: Path, reference: str, said: str) -> None:
    entries(reports)
    result = salesops("compare", reference, "quarterly/base", "--reports", reports)
    assert result.exit_code == 2
    assert f'there is no run "{reference}"' in result.output
    assert said in result.output
    assert "Traceback" not in result.output


def test_where_nothing_has_run_yet_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing has been run into"):
        find_run("quarterly/base", tmp_path)


# What is printed


def printed(reports: Path, *more: str) -> str:
    result = salesops("compare", "quarterly/base", "quarterly/low", "--reports", reports, *more)
    assert result.exit_code == 0, result.output
    output: str = result.output
    return output


def differ(reports: Path) -> None:
    label = (
        "Sales of dialysis equipment that are expected in [all] regions together, 湖州 and Hefei included, in 2026 Q4"
    )
    kpis = ({**SALES, "label": label, "value": 104e6}, {**ERROR, "value": 0.25}, DEALS)
    data = {"rows": {"orders": 18400, "reps": 63}, "hashes": {"orders": "cc", "reps": "bb"}}
    notebooks = [notebook("win_probability"), notebook("sales_forecasting", horizon_months=6)]
    write_run(reports / "quarterly/low", *kpis, data=data, notebooks=notebooks, run_id="20261101-b")


def test_without_a_terminal_the_text_is_plain_aligned_and_at_most_a_hundred_wide(reports: Path) -> None:
    differ(reports)
    text = printed(reports)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100
    squeezed = [" ".join(line.split()) for line in text.splitlines()]
    assert "B quarterly/low as of 30 Sep 2026, run on 1 Oct 2026 at 06:00 UTC (20261101-b)" in squeezed
    assert "sales_forecasting horizon_months 12 6" in squeezed
    assert "orders 17,936 18,400 changed" in squeezed
    assert "The same in both: reps." in squeezed
    assert "Error 20% 25% ▲ 5 points +25.0% worse" in squeezed
    assert "Open deals 295 deals 295 deals unchanged 0.0%" in squeezed
    assert any(line.endswith("CNY 100 m CNY 104 m ▲ 4 m +4.0% better, within their bands") for line in squeezed)


@pytest.mark.parametrize("width", [70, 100, 200])
def test_nothing_is_cut_short_however_narrow_the_terminal(
    reports: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    differ(reports)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    text = printed(reports)
    assert "\x1b[" in text
    assert "…" not in text
    assert text.count("州") == 1
    assert text.count("湖") == 1
    assert "[all]" in text


def test_programs_get_the_same_as_json(reports: Path) -> None:
    differ(reports)
    comparison = json.loads(printed(reports, "--json"))
    assert comparison["b"]["as_of"] == "2026-09-30"
    assert comparison["parameters"] == [
        {"places": ["sales_forecasting"], "name": "horizon_months", "a": "12", "b": "6"},
    ]
    sales, error, _ = comparison["kpis"]
    assert (sales["difference"], sales["within_bands"], sales["verdict"]) == (4e6, True, "better")
    assert error["a"]["low"] is None
    assert error["within_bands"] is None
