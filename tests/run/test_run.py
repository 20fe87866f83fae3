"""A plan runs from data to pages, and a failure of any kind leaves the last good report as it was."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from typer.testing import CliRunner

from salesops.cli import app
from salesops.tables.published import KPI_COLUMNS, OUTPUT_CONTRACT
from tests.run.conftest import Project

ROOT = Path(__file__).parents[2]
# These score what runs before this one said, and this is the first.
OF_EARLIER_RUNS = {"past_forecasts"}
TOPICS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


def salesops(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quarterly plan on the sample company, run once."""
    folder = tmp_path_factory.mktemp("reports")
    result = salesops("run", ROOT / "params" / "quarterly.yml", "--reports", folder)
    assert result.exit_code == 0, result.output
    assert str(folder / "quarterly" / "index.html") in result.output
    return folder


@pytest.fixture(scope="module")
def base(reports: Path) -> Path:
    return reports / "quarterly" / "base"


def test_a_run_writes_a_page_and_an_executed_notebook_per_topic(base: Path) -> None:
    for topic in TOPICS:
        assert (base / f"{topic}.html").stat().st_size < 1_500_000
        executed = nbformat.read(base / f"{topic}.ipynb", as_version=4)
        assert all(cell.execution_count for cell in executed.cells if cell.cell_type == "code")
    assert (base / "index.html").is_file()


def test_a_run_publishes_every_table_of_the_output_contract(base: Path) -> None:
    for topic, tables in OUTPUT_CONTRACT.items():
        for name, columns in tables.items():
            if name in OF_EARLIER_RUNS:
                continue
            frame = pd.read_parquet(base / "tables" / topic / f"{name}.parquet")
            assert set(columns) <= set(frame.columns)
            assert len(frame)
            assert len(pd.read_csv(base / "tables" / topic / f"{name}.csv")) == len(frame)


def test_kpis_of_all_topics_are_in_one_table(base: Path) -> None:
    kpis = pd.read_parquet(base / "tables" / "kpis.parquet")
    assert tuple(kpis.columns) == KPI_COLUMNS
    assert set(kpis["topic"]) == set(TOPICS)
    assert not kpis.duplicated(["topic", "kpi"]).any()
    known = kpis.dropna(subset=["low", "high", "value"])
    assert (known["low"] <= known["value"]).all()
    assert (known["value"] <= known["high"]).all()


def test_run_json_says_what_was_run_on_what_and_with_what(base: Path) -> None:
    record = json.loads((base / "run.json").read_text())
    assert (record["status"], record["as_of"], record["scenario"]) == ("complete", "2026-09-30", "base")
    orders = pd.read_csv(ROOT / "data" / "sample" / "orders.csv")
    assert record["data"]["rows"]["orders"] == len(orders)
    assert len(record["data"]["hashes"]["orders"]) == 64
    assert record["packages"]["pandas"] == pd.__version__
    assert [entry["status"] for entry in record["notebooks"]] == ["complete"] * len(TOPICS)


def test_nothing_is_left_beside_the_report(reports: Path) -> None:
    assert {path.name for path in (reports / "quarterly").iterdir()} == {"base", "index.html", "logs", ".lock"}


PAGES = ["index.html", "base/index.html", *(f"base/{topic}.html" for topic in TOPICS)]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_for_nothing_complains_of_nothing_and_fits(
    reports: Path, browser: Any, page: str, width: int
) -> None:
    path = reports / "quarterly" / page
    tab = browser.open(path, width=width)
    assert tab.requests == [path.as_uri()]
    assert tab.complaints == []
    assert tab.js("document.documentElement.scrollWidth") <= width
    policy = tab.js("document.querySelector('meta[http-equiv=Content-Security-Policy]').content")
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1]


@pytest.mark.parametrize("page", PAGES[1:])
def test_a_page_answers_first(base: Path, page: str) -> None:
    html = (base.parent / page).read_text(encoding="utf-8")
    assert html.index("so-tile") < html.index("<h2")
    # The sample company fills every table; a first run alone has no earlier ones to judge.
    lacking = set(re.findall(r"<h2>([^<]*): not enough data</h2>", html))
    assert lacking <= {"Were earlier estimates right", "What we said before"}
    assert html.count("not enough data") == len(lacking)


def test_links_between_pages_lead_somewhere(reports: Path) -> None:
    for page in PAGES:
        path = reports / "quarterly" / page
        links = re.findall(r'href="(?!data:)([^"#]+)"', path.read_text(encoding="utf-8"))
        assert [link for link in links if not (path.parent / link).is_file()] == []


# From here on a small project of its own.


def test_every_scenario_gets_its_own_folder_and_the_plan_sets_them_side_by_side(project: Project) -> None:
    project.plan("first", scenarios={"base": {}, "low": {"first": {"factor": 1.0}}})
    project.run()
    index = (project.reports / "small" / "index.html").read_text()
    assert "base/index.html" in index
    assert "low/index.html" in index


def test_notebooks_run_on_this_interpreter_in_the_projects_folder(project: Project) -> None:
    project.write("first", "import sys, pathlib; print(sys.executable, pathlib.Path.cwd(), as_of, currency, data)")
    project.run()
    executed = nbformat.read(project.base / "first.ipynb", as_version=4)
    said = executed.cells[-1].outputs[0].text.split()
    assert said == [sys.executable, str(project.root), "2026-03-31", "CNY", "data/small"]


def test_a_good_run_clears_what_the_failed_one_left(project: Project) -> None:
    project.write("first", "1 / 0")
    project.run(code=1)
    assert project.left() == {"base.failed"}
    project.write("first", "1 / 1")
    project.run()
    assert project.left() == {"base"}


@pytest.mark.parametrize(
    ("change", "arguments", "said"),
    [
        (("params/small.yml", "curency: EUR\n"), (), 'did you mean "currency"'),
        (("params/small.yml", "parameters: {first: {factr: 3}}\n"), (), 'did you mean "factor"'),
        (("data/small/orders.csv", "1,A,2026-13-01,x\n"), (), "orders.ordered_at: 1 row: line 4"),
        (None, ("--data", "nowhere"), "is not a folder"),
        (None, ("--as-of", "2019-01-01"), "the data begins on 2026-03-30"),
        (None, ("--as-of", "soon"), "\"as_of\" is 'soon'"),
        (None, ("--scenario", "bas"), 'did you mean "base"'),
        (None, ("--name", "../x"), "it becomes a folder"),
        (None, ("--only", "frist"), 'did you mean "first"'),
        (None, ("--set", "first.factor=three"), "\"factor\" is 'three'"),
        (None, ("--dask", "tcp://127.0.0.1:x"), "no scheduler answers there"),
    ],
)
def test_wrong_input_is_named_and_nothing_is_written(
    project: Project, change: tuple[str, str] | None, arguments: tuple[str, ...], said: str
) -> None:
    if change:
        with (project.root / change[0]).open("a", encoding="utf-8") as file:
            file.write(change[1])
    told = project.run(*arguments, code=2)
    assert said in told
    assert "Traceback" not in told
    assert not project.reports.exists()


def test_faults_of_plan_parameters_and_data_are_listed_together(project: Project) -> None:
    project.data(orders="order_id,account_id,ordered_at,amount\n1,,x,y\n")
    project.plan("first", "frist", parameters={"first": {"currency": "EUR"}})
    said = project.run(code=2)
    for part in ('did you mean "first"', "set once for the whole plan", "orders.account_id", "orders.ordered_at"):
        assert part in said


def test_a_notebook_that_papermill_cannot_tell_anything_is_refused(project: Project) -> None:
    plain = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    nbformat.write(plain, project.root / "notebooks" / "first.ipynb")
    assert 'no cell tagged "parameters"' in project.run(code=2)


def test_the_project_can_lie_anywhere(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    Project(Path(shutil.move(project.root, f"{project.root} with blanks 湖州"))).run()
