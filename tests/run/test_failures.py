"""A notebook that fails is named with its place, its reason and a cure, and takes nothing else with it."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import nbformat
import pytest

from tests.run.conftest import contents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.run.conftest import Project

UPSTREAM = 'upstream = ["{}"]  # notebooks whose published tables are read here'
is_root = hasattr(os, "geteuid") and os.geteuid() == 0


def test_a_failure_stops_only_what_depends_on_it(project: Project) -> None:
    project.write("first", "1 + 1", "def half(x):\n    return x / 0\nhalf(3)")
    project.write("second", UPSTREAM.format("first"))
    project.write("third", UPSTREAM.format("second"))
    project.write("alone", "print('done')")
    project.plan("third", "second", "first", "alone")
    said = project.run(code=1)
    assert project.statuses("base.failed") == {
        "first": "failed",
        "second": "skipped",
        "third": "skipped",
        "alone": "complete",
    }
    assert 'first failed in "Work", code cell 4: ZeroDivisionError: division by zero' in said
    assert "return x / 0" in said, "the last lines of the traceback"
    assert f"{project.reports}/small/base.failed/first.ipynb" in said
    assert project.why("third", "base.failed") == "second, which it reads from, did not finish"
    assert (project.reports / "small/base.failed/alone.html").is_file()
    assert "Traceback" not in said


def test_what_is_said_on_screen_is_in_the_log_too(project: Project) -> None:
    project.write("first", "1 / 0")
    project.run("--quiet", code=1)
    (log,) = (project.reports / "small" / "logs").glob("*.log")
    text = log.read_text(encoding="utf-8")
    assert "ZeroDivisionError: division by zero" in text
    assert "what to do" in text


def test_a_failed_run_is_kept_beside_the_last_good_report(project: Project) -> None:
    project.run()
    before = contents(project.base)
    project.write("first", "1 / 0")
    said = project.run(code=1)
    assert "the last good report stays as it was" in said
    assert contents(project.base) == before
    kept = nbformat.read(project.reports / "small/base.failed/first.ipynb", as_version=4)
    assert any(output.output_type == "error" for output in kept.cells[-1].outputs)


def test_one_scenario_fails_and_the_other_is_published(project: Project) -> None:
    project.write("first", "1 / (factor - 2)")
    project.plan("first", scenarios={"base": {}, "high": {"first": {"factor": 3.0}}})
    project.run(code=1)
    assert project.left() == {"base.failed", "high"}
    index = (project.reports / "small" / "index.html").read_text()
    assert 'href="base.failed/index.html"' in index
    assert "there is no good report yet" in index


def test_a_cell_that_takes_too_long_is_stopped(project: Project) -> None:
    project.write("first", "print('before')", "import time; time.sleep(600)")
    project.plan("first", limits={"first": {"cell_seconds": 2}})
    said = project.run(code=1)
    assert 'in "Work", code cell 4: CellTimeout: the cell took longer than the 2 s that it may' in said
    assert "cell_seconds" in said
    kept = nbformat.read(project.reports / "small/base.failed/first.ipynb", as_version=4)
    assert kept.cells[-2].outputs[0].text == "before\n"


def test_a_notebook_that_takes_too_much_memory_is_stopped(project: Project) -> None:
    project.write("first", "import numpy as np, time", "x = [np.ones(25_000_000) for _ in range(8)]; time.sleep(600)")
    project.plan("first", limits={"all": {"memory_gb": 0.8}})
    said = project.run(code=1)
    assert 'in "Work", code cell 4: MemoryLimit: the notebook used ' in said
    assert "GB, and may use 0.8 GB" in said
    assert "memory_gb" in said


def test_a_kernel_that_dies_is_named_and_others_go_on(project: Project) -> None:
    project.write("first", "import os; os.kill(os.getpid(), 9)")
    project.write("alone", "1")
    project.plan("first", "alone")
    said = project.run(code=1)
    assert 'in "Work", code cell 3: DeadKernelError: the kernel ended by signal 9 while the cell ran' in said
    assert project.statuses("base.failed")["alone"] == "complete"


def test_a_kernel_that_does_not_start_fails_its_notebook_and_no_other(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESOPS_KERNELS", "plain")
    monkeypatch.setattr("salesops.run.kernels.manager.sys.executable", "/nowhere/python")
    said = project.run(code=1)
    assert "first failed outside of its cells: FileNotFoundError" in said
    assert (project.reports / "small/base.failed/first.ipynb").is_file()


@pytest.fixture
def small_disk(project: Project) -> Iterator[Path]:
    """The reports folder on a disk of its own, of two megabytes."""
    if not is_root:
        pytest.skip("needs root, to mount a file system of its own")
    project.reports.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", project.reports], check=False)
    if mounted.returncode:
        pytest.skip("this system does not allow mounting")
    yield project.reports
    subprocess.run(["umount", "-l", project.reports], check=True)


def fill(folder: Path) -> Path:
    stuff = folder / "stuff"
    with stuff.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            pass
    return stuff


def test_a_full_disk_is_named_and_the_last_good_report_stays(project: Project, small_disk: Path) -> None:
    project.run()
    before = contents(project.base)
    stuff = fill(small_disk)
    project.write("first", "print('x' * 100_000)")
    said = project.run(code=1)
    assert "full" in said or "No space left" in said
    assert "Traceback" not in said
    assert contents(project.base) == before
    json.loads((project.base / "run.json").read_text())
    stuff.unlink()
    project.run()
    assert project.left() == {"base"}
    assert project.statuses() == {"first": "complete"}


def test_a_disk_that_fills_up_while_a_report_is_built_leaves_the_last_good_one(
    project: Project, small_disk: Path
) -> None:
    project.run()
    before = contents(project.base)
    project.write("first", "open(run_dir + '/x', 'wb').write(b'x' * 10_000_000)")
    said = project.run(code=1)
    assert "No space left" in said or "full" in said
    assert contents(project.base) == before


def test_a_folder_that_cannot_be_written_is_named(project: Project, small_disk: Path) -> None:
    project.run()
    before = contents(project.base)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    project.write("first", "2")
    said = project.run(code=2)
    assert "cannot be written to (Read-only file system)" in said
    assert "--reports" in said
    assert contents(project.base) == before
