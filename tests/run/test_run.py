"""A plan runs from data to pages, and a failure of any kind leaves the last good report as it was."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from typer.testing import CliRunner

from salesops.cli import app
from salesops.tables.published import KPI_COLUMNS, OUTPUT_CONTRACT

ROOT = Path(__file__).parents[2]
PLAN = "name: small\ntitle: Small plan\ndata: data/small\nnotebooks: [probe]\nscenarios: {base: {}, low: {probe: {}}}\n"


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
    for topic in ("win_probability", "sales_forecasting"):
        assert (base / f"{topic}.html").stat().st_size < 1_500_000
        executed = nbformat.read(base / f"{topic}.ipynb", as_version=4)
        assert all(cell.execution_count for cell in executed.cells if cell.cell_type == "code")
    assert (base / "index.html").is_file()


def test_a_run_publishes_every_table_of_the_output_contract(base: Path) -> None:
    for topic, tables in OUTPUT_CONTRACT.items():
        for name, columns in tables.items():
            frame = pd.read_parquet(base / "tables" / topic / f"{name}.parquet")
            assert set(columns) <= set(frame.columns)
            assert len(frame)
            assert len(pd.read_csv(base / "tables" / topic / f"{name}.csv")) == len(frame)


def test_kpis_of_all_topics_are_in_one_table(base: Path) -> None:
    kpis = pd.read_parquet(base / "tables" / "kpis.parquet")
    assert tuple(kpis.columns) == KPI_COLUMNS
    assert set(kpis["topic"]) == {"win_probability", "sales_forecasting"}
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
    assert [entry["status"] for entry in record["notebooks"]] == ["complete", "complete"]


def test_nothing_is_left_beside_the_report(reports: Path) -> None:
    assert {path.name for path in (reports / "quarterly").iterdir()} == {"base", "index.html"}


PAGES = ["index.html", "base/index.html", "base/win_probability.html", "base/sales_forecasting.html"]


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
    assert "not enough data" not in html


def test_links_between_pages_lead_somewhere(reports: Path) -> None:
    for page in PAGES:
        path = reports / "quarterly" / page
        links = re.findall(r'href="(?!data:)([^"#]+)"', path.read_text(encoding="utf-8"))
        assert [link for link in links if not (path.parent / link).is_file()] == []


# From here on a small project of its own, with a notebook that can be told to fail.


def notebook(*sources: str) -> nbformat.NotebookNode:
    first, *rest = [nbformat.v4.new_code_cell(source) for source in sources]
    first.metadata["tags"] = ["parameters"]
    title = nbformat.v4.new_markdown_cell("# Probe\n\nDoes it run?")
    section = nbformat.v4.new_markdown_cell("## Divide")
    return nbformat.v4.new_notebook(cells=[title, first, section, *rest])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("notebooks", "params", "data/small"):
        (tmp_path / folder).mkdir(parents=True)
    orders = "order_id,account_id,ordered_at,amount\n1,A,2026-03-30,10\n2,A,2026-03-31,20\n"
    (tmp_path / "data/small/orders.csv").write_text(orders, encoding="utf-8")
    (tmp_path / "params/small.yml").write_text(PLAN, encoding="utf-8")
    write_notebook(tmp_path, "1 + 1")
    return tmp_path


def write_notebook(project: Path, source: str) -> None:
    parameters = 'data: str = ""\nas_of: str = ""\ncurrency: str = ""\nrun_dir: str = ""'
    nbformat.write(notebook(parameters, source), project / "notebooks" / "probe.ipynb")


def run_small(project: Path, *more: str) -> Any:
    return salesops("run", project / "params" / "small.yml", *more)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_scenario_gets_its_own_folder_and_the_plan_sets_them_side_by_side(project: Path) -> None:
    assert run_small(project).exit_code == 0
    index = (project / "reports/small/index.html").read_text()
    assert "base/index.html" in index
    assert "low/index.html" in index


def test_notebooks_run_on_this_interpreter_in_the_projects_folder(project: Path) -> None:
    write_notebook(project, "import sys, pathlib; print(sys.executable, pathlib.Path.cwd(), as_of, currency, data)")
    assert run_small(project, "--scenario", "base").exit_code == 0
    import sys

    executed = nbformat.read(project / "reports/small/base/probe.ipynb", as_version=4)
    assert executed.cells[-1].outputs[0].text.split() == [
        sys.executable,
        str(project),
        "2026-03-31",
        "CNY",
        "data/small",
    ]


def test_a_notebook_that_raises_is_named_and_kept_and_the_last_good_report_stays(project: Path) -> None:
    assert run_small(project, "--scenario", "base").exit_code == 0
    good = contents(project / "reports/small/base")
    write_notebook(project, "1 / 0")
    result = run_small(project, "--scenario", "base")
    assert result.exit_code == 1
    assert 'probe failed in "Divide", code cell 3: ZeroDivisionError: division by zero' in result.output
    assert "the last good report stays as it was" in result.output
    assert contents(project / "reports/small/base") == good
    kept = nbformat.read(project / "reports/small/base.failed/probe.ipynb", as_version=4)
    assert any(output.output_type == "error" for output in kept.cells[-1].outputs)
    assert json.loads((project / "reports/small/base.failed/run.json").read_text())["status"] == "failed"


def test_a_kernel_that_does_not_start_fails_its_notebook_and_no_other(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salesops.run.kernels.manager.sys.executable", "/nowhere/python")
    result = run_small(project, "--scenario", "base")
    assert result.exit_code == 1
    assert "probe failed outside of its cells: FileNotFoundError" in result.output
    assert (project / "reports/small/base.failed/probe.ipynb").is_file()


def test_a_good_run_clears_what_the_failed_one_left(project: Path) -> None:
    write_notebook(project, "1 / 0")
    assert run_small(project, "--scenario", "base").exit_code == 1
    write_notebook(project, "1 / 1")
    assert run_small(project, "--scenario", "base").exit_code == 0
    assert {path.name for path in (project / "reports/small").iterdir()} == {"base", "index.html"}


@pytest.mark.parametrize(
    ("change", "arguments", "said"),
    [
        (("params/small.yml", "currency", "curency: EUR\n"), (), 'did you mean "currency"'),
        (("params/small.yml", "probe", "parameters: {probe: {curency: EUR}}\n"), (), 'did you mean "currency"'),
        (("data/small/orders.csv", "row", "1,A,2026-13-01,x\n"), (), "orders.ordered_at: 1 row: line 4"),
        (None, ("--data", "nowhere"), "is not a folder"),
        (None, ("--as-of", "2019-01-01"), "the data begins on 2026-03-30"),
        (None, ("--as-of", "soon"), "\"as_of\" is 'soon'"),
        (None, ("--scenario", "lo"), 'did you mean "low"'),
        (None, ("--name", "../x"), "it becomes a folder"),
    ],
)
def test_wrong_input_is_named_and_nothing_is_written(
    project: Path, change: tuple[str, str, str] | None, arguments: tuple[str, ...], said: str
) -> None:
    if change:
        with (project / change[0]).open("a", encoding="utf-8") as file:
            file.write(change[2])
    result = run_small(project, *arguments)
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert "Traceback" not in result.output
    assert not (project / "reports").exists()


def test_faults_of_plan_parameters_and_data_are_listed_together(project: Path) -> None:
    (project / "data/small/orders.csv").write_text("order_id,account_id,ordered_at,amount\n1,,x,y\n", encoding="utf-8")
    plan = PLAN.replace("[probe]", "[probe, prob]")
    (project / "params/small.yml").write_text(f"{plan}parameters: {{probe: {{currency: EUR}}}}\n", encoding="utf-8")
    result = run_small(project)
    assert result.exit_code == 2
    for said in ('did you mean "probe"', "set once for the whole plan", "orders.account_id", "orders.ordered_at"):
        assert said in result.output


def test_a_notebook_that_papermill_cannot_tell_anything_is_refused(project: Path) -> None:
    plain = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    nbformat.write(plain, project / "notebooks/probe.ipynb")
    result = run_small(project)
    assert result.exit_code == 2
    assert 'no cell tagged "parameters"' in result.output


def test_an_interrupted_run_leaves_nothing_half_done(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_small(project, "--scenario", "base").exit_code == 0
    good = contents(project / "reports")
    monkeypatch.setattr("salesops.run.runner.execute", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    assert run_small(project, "--scenario", "base").exit_code != 0
    assert contents(project / "reports") == good


def test_the_project_can_lie_anywhere(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    moved = shutil.move(str(project), str(project) + " with blanks 湖州")
    assert run_small(Path(moved), "--scenario", "base").exit_code == 0
