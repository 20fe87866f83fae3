"""Two runs of the same plan do not get into each other's way."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from tests.run.conftest import Project


def test_the_second_run_says_that_it_waits_and_then_finds_all_done(project: Project) -> None:
    project.write("first", "import pathlib, time; pathlib.Path('begun').write_text('x'); time.sleep(4)")
    one = project.start()
    while not (project.root / "begun").exists():
        assert one.poll() is None
        time.sleep(0.05)
    said = project.run()
    assert "another run of this plan (process " in said
    assert one.wait(60) == 0
    assert project.statuses() == {"first": "reused"}


def test_a_run_that_may_not_wait_says_who_is_in_the_way(project: Project) -> None:
    project.write("first", "import pathlib, time; pathlib.Path('begun').write_text('x'); time.sleep(600)")
    one = project.start()
    try:
        while not (project.root / "begun").exists():
            assert one.poll() is None
            time.sleep(0.05)
        said = project.run("--wait", "1", code=1)
        assert f"process {one.pid}" in said
    finally:
        one.terminate()
        assert one.wait(60) == 143


@pytest.mark.slow
def test_two_plans_at_once_both_reach_the_ledger(project: Project) -> None:
    runs = [project.start("--name", name) for name in ("north", "south")]
    for process in runs:
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said
    plans = duckdb.sql(f"SELECT DISTINCT plan FROM '{project.reports}/ledger/*.parquet' ORDER BY 1").fetchall()
    assert plans == [("north",), ("south",)]
