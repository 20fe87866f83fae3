"""Whatever ends a run, the last good report is whole, no kernel is left, and the next run clears up."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from typing import TYPE_CHECKING

import duckdb
import psutil
import pytest

from salesops.run.stopping import Stopped, stoppable
from tests.run.conftest import contents

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from tests.run.conftest import Project

WAIT = "import os, pathlib, time; pathlib.Path('begun').write_text(str(os.getpid())); time.sleep(600)"
LONG = 60


def until(found: Callable[[], object]) -> None:
    end = time.monotonic() + LONG
    while not found():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def good(project: Project) -> Project:
    """A project with a good report, whose notebook now waits for ever."""
    project.run()
    project.write("first", WAIT)
    return project


def started(project: Project, *options: str) -> tuple[subprocess.Popen[str], int]:
    """Start a run and wait until its cell runs; return it and the kernel's process."""
    mark = project.root / "begun"
    mark.unlink(missing_ok=True)
    process = project.start(*options)
    until(lambda: mark.is_file() and mark.read_text())
    return process, int(mark.read_text())


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
@pytest.mark.parametrize("kernels", ["warm", "plain"])
def test_a_signal_ends_kernels_and_leaves_nothing_half_done(
    good: Project, name: str, code: int, kernels: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESOPS_KERNELS", kernels)
    before = contents(good.base)
    process, kernel = started(good)
    below = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(getattr(signal, name))
    said, _ = process.communicate(timeout=LONG)
    assert process.returncode == code, said
    assert name in said
    assert "the last good report stays as it was" in said
    assert "Traceback" not in said
    until(lambda: gone(kernel) and all(gone(child.pid) for child in below))
    assert contents(good.base) == before
    assert good.left() == {"base"}


def test_a_signal_amid_a_query_stops_the_run_although_the_database_calls_it_an_error() -> None:
    connection = duckdb.connect()
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
    with pytest.raises(Stopped) as stop, stoppable():
        connection.execute("CREATE TABLE t AS SELECT sum(a.range * b.range % 7) FROM range(1000000) a, range(400) b")
    assert stop.value.exit_code == 143


def test_an_error_in_a_run_that_nobody_has_stopped_stays_what_it_is() -> None:
    with pytest.raises(RuntimeError, match="worn out"), stoppable():
        raise RuntimeError("worn out")


def test_a_second_signal_does_not_disturb_the_cleaning_up(good: Project) -> None:
    process, kernel = started(good)
    for _ in range(3):
        process.send_signal(signal.SIGINT)
    assert process.wait(LONG) == 130
    until(lambda: gone(kernel))
    assert good.left() == {"base"}


def test_kill_9_leaves_the_last_good_report_and_no_kernel_and_the_next_run_clears_up(good: Project) -> None:
    before = contents(good.base)
    process, kernel = started(good)
    process.kill()
    process.wait()
    until(lambda: gone(kernel))
    assert contents(good.base) == before
    assert any(name.startswith(".base.building-") for name in good.left())
    good.write("first", "2 + 2")
    good.run()
    assert good.left() == {"base"}
    assert good.statuses() == {"first": "complete"}


def whole(folder: Path) -> bool:
    """Return whether a report is one run's, all of it."""
    record = json.loads((folder / "run.json").read_text())
    told = {json.dumps(entry["parameters"]["factor"]) for entry in record["notebooks"]}
    shown = {text for text in ("2.5", "7.5") if f"factor is {text}" in (folder / "first.html").read_text()}
    return told == shown and (folder / "index.html").is_file() and (folder / "tables/kpis.parquet").is_file()


@pytest.mark.slow
def test_kill_9_at_any_moment_leaves_a_whole_report(project: Project) -> None:
    project.write("first", "print(f'factor is {factor}')")
    for factor in (2.5, 7.5):
        began = time.monotonic()
        project.run("--set", f"first.factor={factor}")
        took = time.monotonic() - began
    # The moments lie closest where a report is put in place.
    moments = [took * share for share in (0.1, 0.4, *(0.7 + 0.025 * step for step in range(13)))]
    for number, moment in enumerate(moments):
        process = project.start("--set", f"first.factor={(2.5, 7.5)[number % 2]}")
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert whole(project.base), f"killed after {moment:.2f} s of {took:.2f} s"
    project.run()
    assert project.left() == {"base"}
    import duckdb

    entries = duckdb.sql(f"SELECT count(DISTINCT run_id) FROM '{project.reports}/ledger/*.parquet'").fetchall()
    assert entries[0][0] >= 2


def test_without_an_exchange_of_folders_a_kill_between_two_renames_is_put_right(project: Project) -> None:
    project.run()
    before = contents(project.base)
    project.base.rename(project.base.with_name(".base.old-1"))
    project.base.with_name(".base.building-1").mkdir()
    project.run()
    assert project.left() == {"base"}
    after = contents(project.base)
    assert after["first.ipynb"] == before["first.ipynb"]
