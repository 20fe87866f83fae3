"""Notebooks run on any executor: processes, and a Dask cluster that loses a worker in mid-run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import pytest

from salesops.errors import InputError
from salesops.run.dask_cluster import cluster
from salesops.run.plans.plan import load_plan
from salesops.run.runner import Options, run_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.run.conftest import Project

LONG = 90


@pytest.mark.slow
def test_any_executor_will_do(project: Project) -> None:
    project.write("second", "import os; print(os.getppid())")
    project.plan("first", "second")
    plan = load_plan(project.root / "params" / "small.yml")
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool:
        run_plan(plan, project.root, project.reports, Options(quiet=True), pool)
    assert project.statuses() == {"first": "complete", "second": "complete"}


class Cluster:
    """A real scheduler and workers, each a process of its own on this machine."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.log = (folder / "dask.log").open("wb")
        address_file = folder / "scheduler.json"
        here = ("--host", "127.0.0.1", "--no-dashboard")
        self._start("scheduler", *here, "--port", "0", "--scheduler-file", address_file)
        end = time.monotonic() + LONG
        while not address_file.is_file():
            assert time.monotonic() < end
            time.sleep(0.05)
        import json

        self.address = json.loads(address_file.read_text())["address"]
        options = (*here, "--nthreads", "1", "--no-nanny", "--local-directory", folder / "dask")
        self.workers = [self._start("worker", self.address, *options) for _ in range(workers)]

    def _start(self, *command: str | Path) -> subprocess.Popen[bytes]:
        arguments = [sys.executable, "-m", "distributed.cli.dask_" + str(command[0]), *map(str, command[1:])]
        process = subprocess.Popen(arguments, stdout=self.log, stderr=self.log, start_new_session=True)
        self.processes.append(process)
        return process

    def ready(self) -> None:
        from distributed import Client

        with Client(self.address, timeout=LONG) as client:
            client.wait_for_workers(len(self.workers), timeout=LONG)

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        self.log.close()


@pytest.fixture
def dask_cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path, workers=2)
    try:
        made.ready()
        yield made
    finally:
        made.close()


@pytest.mark.slow
def test_a_dask_cluster_that_loses_a_worker_in_mid_run_finishes_the_run(
    project: Project, dask_cluster: Cluster
) -> None:
    wait = "import os, pathlib, time; pathlib.Path(f'begun-{run}-{os.getpid()}').touch(); time.sleep(3)"
    for name in ("first", "second"):
        project.write(name, f"run = '{name}'\n{wait}")
    project.write("third", 'upstream = ["first", "second"]  # notebooks whose published tables are read here')
    project.plan("third", "second", "first")
    process = project.start("--dask", dask_cluster.address)
    while len(list(project.root.glob("begun-*"))) < 2:
        assert process.poll() is None
        time.sleep(0.05)
    os.kill(dask_cluster.workers[0].pid, signal.SIGKILL)
    said, _ = process.communicate(timeout=LONG)
    assert process.returncode == 0, said
    assert set(project.statuses().values()) == {"complete"}
    assert len(list(project.root.glob("begun-*"))) == 3, "what the lost worker ran was run again by the other"


def test_a_cluster_that_does_not_answer_is_named() -> None:
    said = r"--dask tcp://127\.0\.0\.1:9: no scheduler answers there"
    with pytest.raises(InputError, match=said), cluster("tcp://127.0.0.1:9", seconds=1):
        pass
