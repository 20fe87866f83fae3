"""What has not changed is not run again, and run.json says for each notebook why."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from salesops.run.data import Data, known_data
from salesops.run.fingerprints import contract_hash
from salesops.run.plans.plan import Plan
from tests.run.conftest import ORDERS, Project, contents, new_project

READ = "from salesops import tables\nknown = tables.load(data, as_of)\norders = known.frame('orders')"
PUBLISH = "\n".join(
    [
        "import pandas as pd, pathlib",
        "out = pathlib.Path(run_dir) / 'tables' / 'first'",
        "out.mkdir(parents=True, exist_ok=True)",
        "pd.DataFrame({'total': [orders.amount.sum() * factor]}).to_parquet(out / 'total.parquet')",
    ]
)
UPSTREAM = 'upstream = ["first"]  # notebooks whose published tables are read here'
TOTAL = "import pandas as pd; print(pd.read_parquet(f'{run_dir}/tables/first/total.parquet').total[0])"


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two notebooks of which the second reads from the first, and a third that stands alone, run once."""
    project = new_project(tmp_path_factory.mktemp("chain"))
    project.write("first", READ, PUBLISH)
    project.write("second", UPSTREAM, TOTAL)
    project.write("alone", "print(factor)")
    project.plan("second", "alone", "first")
    project.run()
    return project


@pytest.fixture
def chain(run_once: Project, tmp_path: Path) -> Project:
    """A copy of that project, its reports included: where a project lies has no say in what has changed."""
    return Project(Path(shutil.copytree(run_once.root, tmp_path / "project")))


def everything(project: Project, status: str) -> bool:
    return set(project.statuses().values()) == {status}


def test_a_first_run_runs_everything_and_says_so(chain: Project) -> None:
    assert everything(chain, "complete")
    assert chain.why("alone") == "it has not run before"
    order = list(chain.statuses())
    assert order.index("first") < order.index("second"), "what is read from runs before what reads it"


def test_an_unchanged_run_runs_nothing_and_leaves_the_report_as_it_was(chain: Project) -> None:
    page = (chain.base / "second.html").stat().st_mtime_ns
    said = chain.run()
    assert everything(chain, "reused")
    assert "not run again" in said
    assert chain.why("second").startswith("nothing it depends on has changed since it ran at 20")
    assert (chain.base / "second.html").stat().st_mtime_ns == page


def test_one_changed_parameter_runs_its_notebook_and_what_reads_from_it(chain: Project) -> None:
    chain.run("--set", "first.factor=3")
    assert chain.statuses() == {"first": "complete", "second": "complete", "alone": "reused"}
    assert chain.why("first") == "changed: parameter factor"
    assert chain.why("second") == "changed: what first published"


def test_what_publishes_the_same_again_does_not_run_what_reads_from_it(chain: Project) -> None:
    chain.write("first", READ, PUBLISH, "print('a word more')")
    chain.run()
    assert chain.statuses() == {"first": "complete", "second": "reused", "alone": "reused"}
    assert chain.why("first") == "changed: the notebook"


def test_a_table_runs_only_what_read_it(chain: Project) -> None:
    chain.data(accounts="account_id,name\nA,Hefei General\n")
    chain.run()
    # The one that reads no table by our means may read anything.
    assert chain.statuses() == {"first": "reused", "second": "complete", "alone": "complete"}
    assert chain.why("alone") == "changed: table accounts"
    chain.data(orders="order_id,account_id,ordered_at,amount\n1,A,2026-03-30,11\n2,A,2026-03-31,20\n")
    chain.run()
    assert chain.why("first") == "changed: table orders"


def test_what_an_editor_writes_beside_the_cells_is_no_change(chain: Project) -> None:
    path = chain.root / "notebooks" / "first.ipynb"
    path.write_text(path.read_text().replace('"metadata": {}', '"metadata": {"editable": true}'))
    chain.run()
    assert everything(chain, "reused")


def test_force_runs_what_has_not_changed(chain: Project) -> None:
    chain.run("--force")
    assert everything(chain, "complete")
    assert chain.why("alone") == "told to run by --force"


@pytest.mark.parametrize("lost", ["second.html", "second.ipynb", "tables/first/total.parquet", "tables/kpis.parquet"])
def test_what_was_removed_comes_back(chain: Project, lost: str) -> None:
    (chain.base / lost).unlink()
    chain.run()
    assert (chain.base / lost).is_file()


def test_a_broken_record_is_no_reason_to_stop(chain: Project) -> None:
    (chain.base / "run.json").write_text("{")
    chain.run()
    assert everything(chain, "complete")


def test_scenarios_that_tell_a_notebook_the_same_run_it_once(chain: Project) -> None:
    chain.plan("first", "second", "alone", scenarios={"base": {}, "high": {"first": {"factor": 5.0}}})
    chain.run()
    assert everything(chain, "reused")
    assert chain.statuses("high") == {"first": "complete", "second": "complete", "alone": "reused"}
    assert chain.why("alone", "high") == "the same as in scenario base"
    assert "high" in (chain.reports / "small" / "high" / "alone.html").read_text(), "a page names its own scenario"


def test_only_runs_what_was_asked_for_with_what_it_needs_and_keeps_the_rest(chain: Project) -> None:
    before = (chain.base / "alone.ipynb").read_bytes()
    chain.data(orders="order_id,account_id,ordered_at,amount\n1,A,2026-03-30,11\n2,A,2026-03-31,20\n")
    chain.run("--only", "second")
    assert chain.statuses() == {"first": "complete", "second": "complete", "alone": "kept"}
    assert (chain.base / "alone.ipynb").read_bytes() == before
    chain.run()
    assert chain.why("alone") == "changed: table orders", "what was kept is looked at again by a whole run"


def test_after_a_failure_only_what_failed_runs_again(chain: Project) -> None:
    chain.write("second", UPSTREAM, "1 / 0")
    chain.write("alone", "print('new')")
    chain.run(code=1)
    chain.write("second", UPSTREAM, TOTAL + " # mended")
    chain.run()
    assert chain.statuses() == {"first": "reused", "second": "complete", "alone": "reused"}


@pytest.mark.slow
def test_an_unchanged_run_of_the_sample_ends_in_a_second_and_a_half_from_the_shell(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [Path(sys.executable).with_name("salesops"), "run", root / "params/quarterly.yml", "--reports", tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    took = []
    for _ in range(5):
        began = time.monotonic()
        subprocess.run(command, check=True, capture_output=True)
        took.append(time.monotonic() - began)
    assert min(took) < 1.5, took


def test_a_run_elsewhere_starts_afresh(chain: Project) -> None:
    shutil.rmtree(chain.reports)
    chain.run()
    assert everything(chain, "complete")


def test_an_export_cut_short_does_not_put_a_day_long_past_in_the_place_of_the_last_report(project: Project) -> None:
    later = ORDERS + "".join(f"{day},A,2026-06-{day:02},5\n" for day in range(3, 31))
    project.data(orders=later)
    project.run()
    before = contents(project.base)
    project.data(orders=later[: later.index("11,A,")])
    said = project.run(code=2)
    assert "now reaches the end of a quarter on 2026-03-31 only, and the last report stands at 2026-06-30" in said
    assert "orders 30 to 2 rows" in said
    assert contents(project.base) == before
    project.run("--as-of", "2026-03-31")
    assert project.record()["as_of"] == "2026-03-31"
    project.run()


def test_data_that_an_earlier_run_has_held_against_the_contract_is_known_unless_anything_about_it_differs() -> None:
    plan = Plan(name="q", data="data/small", as_of="2026-09-30", notebooks=["first"])
    known = Data("data/small", "2026-09-30", "2026-09-29", {"orders": 3}, {"orders": "abc"})
    record = {"inputs": {"data": "files"}, "asked_as_of": plan.as_of, "as_of": known.as_of, "data": known.as_record(),
              "code": {"contract": contract_hash()}}  # fmt: skip
    assert known_data(plan, "files", [{**record, "inputs": {}}, record]) == known
    assert known_data(plan, "other files", [record]) is None
    assert known_data(plan.changed(as_of="2026-06-30"), "files", [record]) is None
    assert known_data(plan.changed(data="data/large"), "files", [record]) is None
    assert known_data(plan, "files", [{**record, "code": {"contract": "another"}}]) is None
    # Of a database no hash of files is known: it is looked at each time.
    assert known_data(plan, "", [{**record, "inputs": {"data": ""}}]) is None


def test_a_year_mistyped_does_not_replace_the_last_report(project: Project) -> None:
    project.write("one", "1 + 1")
    project.plan("one")
    project.run("--as-of", "2026-03-31")
    said = project.run("--as-of", "2036-03-31", code=2)
    assert "as_of is 2036-03-31, but the data ends on 2026-03-31: choose an earlier day" in said
    assert project.record()["as_of"] == "2026-03-31"
