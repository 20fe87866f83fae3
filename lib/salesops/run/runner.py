"""`salesops run`: check everything, then run the notebooks of each scenario and publish what they made."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesops.errors import InputError, RunError
from salesops.run.building import Building
from salesops.run.data import known_data
from salesops.run.finishing import Finishing
from salesops.run.publishing import built_aside, sweep
from salesops.run.record import record_or_none
from salesops.run.shown.log_file import LogFile, ends_in_log
from salesops.run.shown.progress import progress
from salesops.run.stopping import stoppable
from salesops.run.unchanged import note_unchanged, unchanged
from salesops.run.wait import plan_lock
from salesops.storage import writing_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from salesops.run.data import Data
    from salesops.run.plans.plan import Plan
    from salesops.run.plans.topics import Topic
    from salesops.run.shown.progress import Progress

LOGS = "logs"
AN_HOUR = 3600.0


@contextmanager
def no_kernels_left() -> Iterator[None]:
    """End all kernels at the end, however it comes."""
    try:
        yield
    finally:
        if kernels := sys.modules.get("salesops.run.kernels"):
            kernels.stop_kernels()


@dataclass(frozen=True)
class Options:
    """How to run a plan.

    Parameters
    ----------
    only
        Notebooks that the run is about, with what they read from; all if empty.
    force
        Whether to run also what has not changed.
    jobs
        How many notebooks run side by side; as many as there are cores if None.
    dask
        Address of a Dask cluster's scheduler, which then runs the notebooks.
    wait_seconds
        How long to wait for another run of the same plan.
    quiet
        Whether to show nothing while it runs.
    """

    only: tuple[str, ...] = ()
    force: bool = False
    jobs: int | None = None
    dask: str = ""
    wait_seconds: float = AN_HOUR
    quiet: bool = False


def run_plan(
    plan: Plan, root: Path, reports: Path, options: Options | None = None, executor: Executor | None = None
) -> Path:
    """Run a plan and return where its index page is.

    Parameters
    ----------
    plan
        What to do.
    root
        The project's folder.
    reports
        Folder that reports go to.
    options
        How to do it.
    executor
        Runs the notebooks in place of this process's own threads: anything of `concurrent.futures`, whose workers
        see the same folders.

    Raises
    ------
    InputError
        With every fault of the plan, its parameters and the data, before anything is run or written.
    RunError
        After everything else has finished, if a notebook failed; the last good report of that scenario stays.
    Stopped
        If a signal ended the run.
    """
    options = options or Options()
    with ExitStack() as stack:
        log = stack.enter_context(LogFile(reports / plan.name / LOGS))
        stack.enter_context(ends_in_log(log))
        stack.enter_context(stoppable())
        stack.enter_context(writing_to(reports))
        jobs = options.jobs or os.cpu_count() or 1
        if options.dask:
            from salesops.run.dask_cluster import cluster

            executor, jobs = stack.enter_context(cluster(options.dask))
        shown = stack.enter_context(progress(quiet=options.quiet, log=log, jobs=jobs))
        return Run(plan, root, reports, options, shown, jobs, executor).run()


@dataclass
class Run:
    """One run of a plan.

    Parameters
    ----------
    plan
        What to do.
    root
        The project's folder.
    reports
        Folder that reports go to.
    options
        How to do it.
    progress
        Is told what happens.
    jobs
        How many notebooks run side by side.
    executor
        Runs the notebooks in place of this process's own threads.
    """

    plan: Plan
    root: Path
    reports: Path
    options: Options
    progress: Progress
    jobs: int
    executor: Executor | None = None

    def __post_init__(self) -> None:
        self.finishing = Finishing(self.reports)

    @property
    def folder(self) -> Path:
        """Where the plan's reports are."""
        return self.reports / self.plan.name

    def run(self) -> Path:
        """Run every scenario of the plan and return where its index page is."""
        with no_kernels_left():
            index = self._look_again() or self._do()
        if self.finishing.failures:
            raise RunError("\n".join(self.finishing.failures))
        return index

    def _look_again(self) -> Path | None:
        """Return the index page if nothing has changed since it was written."""
        if self.options.force or unchanged(self.plan, self.root, self.folder) is None:
            return None
        with self._locked():
            records = unchanged(self.plan, self.root, self.folder)
            for scenario, found in (records or {}).items():
                self._say_unchanged(scenario, note_unchanged(self.folder / scenario, found))
                self.finishing.remember(self.folder / scenario, found["run_id"])
        return self.folder / "index.html" if records is not None else None

    def _say_unchanged(self, scenario: str, found: dict[str, Any]) -> None:
        from salesops.run.results import NotebookResult

        for entry in found["notebooks"]:
            self.progress.finish(scenario, NotebookResult(entry["topic"], "reused", entry["why"]))

    def _do(self) -> Path:
        from salesops.run.pages import write_plan_page
        from salesops.run.plans.topics import known_topics

        topics = self._chosen(known_topics(self.root))
        asked = self._asked(topics)
        self._warm_up(topics)
        data = self._data()
        with self._locked():
            sweep(self.folder)
            self._run_notebooks(topics, asked, data)
            return write_plan_page(self.folder)

    def _chosen(self, topics: dict[str, Topic]) -> dict[str, Topic]:
        """Return the plan's notebooks in the order they are read, or refuse the plan with all its faults."""
        from salesops.run.plans.order import in_order
        from salesops.run.plans.topics import plan_faults

        faults = plan_faults(self.plan, topics)
        if faults:
            # The data's faults are told in the same breath, so that one look is enough to put all right.
            raise InputError(*faults, *self._data_faults())
        return {name: topics[name] for name in in_order(topics, self.plan.notebooks)}

    def _asked(self, topics: dict[str, Topic]) -> list[str]:
        """Return the notebooks that the run is about, in the order they are read."""
        from salesops.run.plans.options import only

        wanted = only(self.plan, self.options.only, topics).notebooks if self.options.only else topics
        return [name for name in topics if name in wanted]

    def _data_faults(self) -> Sequence[str]:
        try:
            self._data()
        except InputError as error:
            return error.faults
        return ()

    def _data(self) -> Data:
        from salesops.run.data import checked_data, files_of, refuse_going_back, refuse_silence

        there = (record_or_none(self.folder / scenario) for scenario in self.plan.scenarios)
        records = [record for record in there if record]
        files = files_of(self.plan.data, self.root)
        found = known_data(self.plan, files, records)
        if found is None:
            found = checked_data(self.plan, self.root)
            refuse_silence(found)
            refuse_going_back(self.plan, found, records)
        return found

    def _warm_up(self, topics: dict[str, Topic]) -> None:
        # A cluster's workers warm up for themselves.
        if self.executor is None:
            from salesops.run.kernels import warm_up
            from salesops.run.preload import preload_of

            warm_up(preload_of(topic.notebook for topic in topics.values()))

    def _run_notebooks(self, topics: dict[str, Topic], asked: list[str], data: Data) -> None:
        from salesops.run.schedule import Schedule

        with ExitStack() as stack:
            side_by_side = min(self.jobs, len(asked) * len(self.plan.scenarios))
            buildings = [self._building(stack, name, topics, asked, data, side_by_side) for name in self.plan.scenarios]
            self._expect(buildings)
            executor = stack.enter_context(self._executor(side_by_side))
            Schedule(buildings, executor, side_by_side, self.progress, self.finishing.finish).run()

    def _building(
        self,
        stack: ExitStack,
        scenario: str,
        topics: dict[str, Topic],
        asked: Sequence[str],
        data: Data,
        side_by_side: int,
    ) -> Building:
        place = self.folder / scenario
        aside = stack.enter_context(built_aside(place, list(topics)))
        threads = max(1, (os.cpu_count() or 1) // side_by_side)
        force = self.options.force
        return Building(self.plan, scenario, data, self.root, topics, asked, place, aside, threads, force)

    def _expect(self, buildings: Sequence[Building]) -> None:
        tasks = [(building.scenario, name) for building in buildings for name in building.asked]
        seconds = {
            (building.scenario, earlier.entry["topic"]): earlier.entry["seconds"]
            for building in buildings
            for earlier in building.earlier
        }
        self.progress.expect(tasks, seconds)

    @contextmanager
    def _executor(self, side_by_side: int) -> Iterator[Executor]:
        if self.executor is not None:
            yield self.executor
            return
        from concurrent.futures import ThreadPoolExecutor

        threads = ThreadPoolExecutor(side_by_side)
        try:
            # A thread waits for its kernel: without kernels all threads come to an end.
            with no_kernels_left():
                yield threads
        finally:
            threads.shutdown(cancel_futures=True)

    def _locked(self) -> Any:
        return plan_lock(self.folder, self.options.wait_seconds, self.progress.note)
