"""Which notebook runs when: in the order of what they read, side by side, and none twice."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from salesops.run.execute import execute
from salesops.run.results import Failure, NotebookResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from salesops.run.building import Building
    from salesops.run.shown.progress import Progress


@dataclass(frozen=True, eq=False)
class Task:
    """One notebook of one scenario."""

    building: Building
    topic: str


@dataclass
class Schedule:
    """Runs the notebooks of all scenarios on an executor.

    Parameters
    ----------
    buildings
        The scenarios' reports.
    executor
        Takes jobs: threads, processes, or a cluster.
    side_by_side
        How many notebooks run at once.
    progress
        Is told what begins and ends.
    finish
        Called once per scenario, when all of its notebooks have ended.
    """

    buildings: Sequence[Building]
    executor: Executor
    side_by_side: int
    progress: Progress
    finish: Callable[[Building], None]
    waiting: list[Task] = field(init=False)
    running: dict[Future[NotebookResult], Task] = field(init=False, default_factory=dict)
    reasons: dict[Task, str] = field(init=False, default_factory=dict)
    # The first task of those that are told the same; the others take its result over.
    first: dict[str, Task] = field(init=False, default_factory=dict)

    def run(self) -> None:
        """Run everything; returns when each notebook has ended, in one way or another."""
        self.waiting = [Task(building, topic) for building in self.buildings for topic in building.asked]
        while self.waiting or self.running:
            while self._advance():
                pass
            if self.running:
                done, _ = wait(self.running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._collect(future)

    def _advance(self) -> bool:
        """Settle or start one task that is ready; return whether there was one."""
        for task in self.waiting:
            if self._settled(task) or self._started(task):
                self.waiting.remove(task)
                return True
        return False

    def _settled(self, task: Task) -> bool:
        """Settle a task that need not run."""
        building, topic = task.building, task.topic
        if building.broken(topic):
            self._end(task, building.skip(topic))
        elif not self._ready(task):
            return False
        elif (leader := self.first.setdefault(building.request(topic), task)) is not task:
            if leader.topic not in leader.building.results:
                return False
            self._end(task, building.adopt(topic, leader.building))
        elif (reused := building.reused(topic)) is not None:
            self._end(task, reused)
        else:
            return False
        return True

    def _ready(self, task: Task) -> bool:
        return all(name in task.building.results for name in task.building.reads_from(task.topic))

    def _started(self, task: Task) -> bool:
        building, topic = task.building, task.topic
        ready = self._ready(task) and self.first.get(building.request(topic)) is task
        if not ready or len(self.running) >= self.side_by_side:
            return False
        self.reasons[task] = building.why_run(topic)
        self.progress.start(building.scenario, topic)
        self.running[self.executor.submit(execute, building.job(topic))] = task
        return True

    def _collect(self, future: Future[NotebookResult]) -> None:
        task = self.running.pop(future)
        try:
            result = future.result()
        except Exception as error:  # the executor lost the job: a worker that died too often, a result that got lost
            failure = Failure("", 0, type(error).__name__, str(error), cure="look at the workers' own log")
            result = NotebookResult(
                task.topic, "failed", parameters=task.building.parameters(task.topic), failure=failure
            )
        self._end(task, task.building.settle(result, self.reasons[task]))

    def _end(self, task: Task, result: NotebookResult) -> None:
        task.building.results[task.topic] = result
        self.progress.finish(task.building.scenario, result)
        if task.building.finished:
            self.finish(task.building)
