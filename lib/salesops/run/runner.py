"""`salesops run`: check everything, then run the notebooks of each scenario and publish what they made."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from salesops.errors import InputError, RunError
from salesops.run.execute import execute
from salesops.run.pages import write_pages, write_plan_page
from salesops.run.publishing import built_aside, collect_kpis, put_in_place
from salesops.run.record import record, write_record
from salesops.run.topics import known_topics, plan_faults
from salesops.tables.check import check
from salesops.tables.load import load
from salesops.tables.sources import absolute, open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from salesops.run.plan import Plan
    from salesops.run.results import NotebookResult
    from salesops.run.topics import Topic
    from salesops.tables import Tables


@dataclass(frozen=True)
class Prepared:
    """A plan that has passed every check, with what it needs.

    Parameters
    ----------
    plan
        The plan.
    root
        The project's folder.
    reports
        Folder that reports go to.
    topics
        The plan's notebooks, in its order.
    tables
        The data as of the plan's day.
    """

    plan: Plan
    root: Path
    reports: Path
    topics: list[Topic]
    tables: Tables

    def place(self, scenario: str) -> Path:
        """Return the folder of a scenario's report."""
        return self.reports / self.plan.name / scenario


def prepare(plan: Plan, root: Path, reports: Path) -> Prepared:
    """Check a plan, its parameters, its notebooks and its data before anything is run or written.

    Raises
    ------
    InputError
        With every fault that was found.
    """
    topics = known_topics(root)
    faults = plan_faults(plan, topics)
    chosen = [topics[name] for name in plan.notebooks if name in topics]
    tables, data_faults = _checked_tables(absolute(plan.data, root), plan.as_of)
    if faults or tables is None:
        raise InputError(*faults, *data_faults)
    return Prepared(plan, root, reports, chosen, tables)


def _checked_tables(data: str, as_of: str) -> tuple[Tables | None, Sequence[str]]:
    try:
        check(data).raise_if_faulty()
        return load(data, as_of), ()
    except InputError as error:
        return None, error.faults


def run(prepared: Prepared, say: Callable[[str], None]) -> Path:
    """Run every scenario of a plan and return where its index page is.

    Parameters
    ----------
    prepared
        A plan that has passed its checks.
    say
        Takes one line of progress.

    Raises
    ------
    RunError
        After everything else has finished, if a notebook failed; the last good report of that scenario stays.
    """
    failures = [line for scenario in prepared.plan.scenarios for line in _run_scenario(prepared, scenario, say)]
    index = write_plan_page(prepared.reports / prepared.plan.name)
    if failures:
        raise RunError("\n".join(failures))
    return index


def _run_scenario(prepared: Prepared, scenario: str, say: Callable[[str], None]) -> list[str]:
    place = prepared.place(scenario)
    started_at, started = datetime.now(UTC), time.perf_counter()
    with built_aside(place) as aside:
        results = [_run_notebook(prepared, scenario, topic, aside, say) for topic in prepared.topics]
        collect_kpis(aside, prepared.plan.notebooks)
        seconds = time.perf_counter() - started
        source = open_source(absolute(prepared.plan.data, prepared.root))
        content = record(prepared.plan, scenario, prepared.tables, source, results, started_at, seconds, prepared.root)
        write_record(aside, content)
        write_pages(aside, content)
        return _publish(aside, place, results)


def _run_notebook(
    prepared: Prepared, scenario: str, topic: Topic, aside: Path, say: Callable[[str], None]
) -> NotebookResult:
    parameters: dict[str, Any] = {
        **prepared.plan.parameters_of(scenario, topic.name),
        "data": prepared.plan.data,
        "as_of": prepared.tables.as_of.isoformat(),
        "currency": prepared.plan.currency,
        "run_dir": str(aside),
    }
    result = execute(topic, aside / f"{topic.name}.ipynb", parameters, prepared.root)
    say(f"{scenario}: {result}")
    return result


def _publish(aside: Path, place: Path, results: list[NotebookResult]) -> list[str]:
    """Put a good report in place; keep a failed one beside the last good one, and say where."""
    failed = place.with_name(f"{place.name}.failed")
    shutil.rmtree(failed, ignore_errors=True)
    lines = [f"{result.topic} failed {result.failure}" for result in results if result.failure]
    if not lines:
        put_in_place(aside, place)
        return []
    aside.rename(failed)
    kept = "the last good report stays as it was" if place.exists() else "there is no earlier report"
    names = ", ".join(result.notebook.name for result in results if result.failure)
    return [*lines, f"open {failed / names} to see it; {kept}"]
