"""One scenario's report while it is built: what each notebook is told, whether it has to run, and what it leaves."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from salesops.run.execute import Job
from salesops.run.fingerprints import changes, fingerprint, published_hash, text_hash
from salesops.run.preload import preload_of
from salesops.run.publishing import FAILED
from salesops.run.record import record_or_none
from salesops.run.results import NotebookResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from salesops.run.data import Data
    from salesops.run.plans.plan import Plan
    from salesops.run.plans.topics import Topic

UNCHANGED = "nothing it depends on has changed"
FORCED = "told to run by --force"
FIRST = "it has not run before"
NAMED = 4


@dataclass(frozen=True)
class Earlier:
    """A notebook's part in an earlier run: the run's folder and record, and the notebook's entry in it."""

    folder: Path
    record: Mapping[str, Any]
    entry: Mapping[str, Any]


@dataclass
class Building:
    """One scenario's report while it is built.

    Parameters
    ----------
    plan, scenario, data
        What is run, on what.
    root
        The project's folder.
    topics
        All notebooks of the plan, in the order they are read.
    asked
        Those that this run is about; the pages of others are kept.
    place, aside
        Where the report will be, and where it is built.
    threads
        Compute threads of each kernel.
    force
        Whether to run also what has not changed.
    results
        How each notebook ended, as far as it has.

    Attributes
    ----------
    folder
        Where the report is now: aside, and in the end in its place.
    """

    plan: Plan
    scenario: str
    data: Data
    root: Path
    topics: Mapping[str, Topic]
    asked: Sequence[str]
    place: Path
    aside: Path
    threads: int = 1
    force: bool = False
    results: dict[str, NotebookResult] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = self.aside
        self.earlier = list(_earlier(self.place))
        for name in self.topics:
            if name not in self.asked:
                self._keep(name)

    @property
    def finished(self) -> bool:
        """Whether every notebook that was asked for has ended."""
        return all(name in self.results for name in self.asked)

    def in_order(self) -> list[NotebookResult]:
        """Return how each notebook ended, in the plan's order."""
        return [self.results[name] for name in self.topics if name in self.results]

    def reads_from(self, topic: str) -> list[str]:
        """Return the notebooks of this run that a notebook reads from."""
        return [name for name in self.topics[topic].upstream if name in self.asked]

    def broken(self, topic: str) -> str:
        """Return a notebook that this one reads from and that failed or was skipped; empty if there is none."""
        ended = (self.results.get(name) for name in self.reads_from(topic))
        return next((result.topic for result in ended if result and result.status in ("failed", "skipped")), "")

    def skip(self, topic: str) -> NotebookResult:
        """Leave a notebook out since something it reads from failed."""
        why = f"{self.broken(topic)}, which it reads from, did not finish"
        return NotebookResult(topic, "skipped", why, parameters=self.parameters(topic))

    def parameters(self, topic: str) -> dict[str, Any]:
        """Return what a notebook is told."""
        return {
            **self.plan.parameters_of(self.scenario, topic),
            "data": self.plan.data,
            "as_of": self.data.as_of,
            "currency": self.plan.currency,
            "run_dir": str(self.aside),
        }

    def request(self, topic: str) -> str:
        """Return a hash that two scenarios share where the same notebook would do the same in both."""
        return text_hash(json.dumps([topic, self.fingerprint(topic, None)]))

    def fingerprint(self, topic: str, reads: Sequence[str] | None) -> dict[str, str]:
        """Return what a notebook depends on if it reads these tables; all tables if that is not known."""
        names = self.data.hashes if reads is None else reads
        return fingerprint(
            notebook=self.topics[topic].notebook,
            topic=topic,
            parameters=self.parameters(topic),
            reaches=self.data.reaches,
            tables={name: self.data.hashes.get(name, "") for name in names},
            upstream={name: published_hash(self.aside / "tables" / name) for name in self.topics[topic].upstream},
        )

    def reused(self, topic: str) -> NotebookResult | None:
        """Take a notebook over from an earlier run if nothing that it depends on has changed."""
        if self.force:
            return None
        for earlier in self._earlier_of(topic):
            entry = earlier.entry
            if self.fingerprint(topic, entry["reads"]) == entry["fingerprint"] and self._take(topic, earlier):
                return _from_entry(entry, "reused", f"{UNCHANGED} since it ran at {entry['ran_at']}")
        return None

    def why_run(self, topic: str) -> str:
        """Return the reason to run a notebook, as a sentence."""
        if self.force:
            return FORCED
        earlier = next(iter(self._earlier_of(topic)), None)
        if earlier is None:
            return FIRST
        now = self.fingerprint(topic, earlier.entry["reads"])
        differs = changes(earlier.entry["fingerprint"], now)
        more = f" and {len(differs) - NAMED} more" if len(differs) > NAMED else ""
        return f"changed: {', '.join(differs[:NAMED])}{more}" if differs else "what it wrote is no longer there"

    def job(self, topic: str) -> Job:
        """Return a notebook as a job for an executor."""
        limits = self.plan.limits_of(topic)
        return Job(
            topic=topic,
            notebook=str(self.topics[topic].notebook),
            output=str(self.aside / f"{topic}.ipynb"),
            parameters=self.parameters(topic),
            root=str(self.root),
            cell_seconds=limits.cell_seconds,
            memory_bytes=int(limits.memory_gb * 1e9) if limits.memory_gb else None,
            threads=self.threads,
            preload=preload_of(topic.notebook for topic in self.topics.values()),
        )

    def settle(self, result: NotebookResult, why: str) -> NotebookResult:
        """Return a notebook's result with why it ran and what it depended on."""
        return replace(
            result,
            why=why,
            fingerprint=self.fingerprint(result.topic, result.reads),
            published=published_hash(self.aside / "tables" / result.topic),
        )

    def adopt(self, topic: str, other: Building) -> NotebookResult:
        """Take a notebook over from another scenario of this run, in which it was told the same."""
        result = other.results[topic]
        _copy(topic, other.folder, self.aside, pages=False)
        parameters = self.parameters(topic)
        if result.failure:
            return replace(result, parameters=parameters)
        return replace(result, status="reused", why=f"the same as in scenario {other.scenario}", parameters=parameters)

    def _earlier_of(self, topic: str) -> Iterator[Earlier]:
        return (e for e in self.earlier if e.entry["topic"] == topic and e.entry["status"] not in ("failed", "skipped"))

    def _keep(self, topic: str) -> None:
        """Keep a page of the last good report that this run was not asked for."""
        earlier = next((e for e in self._earlier_of(topic) if e.folder == self.place), None)
        if earlier is not None and self._take(topic, earlier):
            self.results[topic] = _from_entry(earlier.entry, "kept", f"as it ran at {earlier.entry['ran_at']}")

    def _take(self, topic: str, earlier: Earlier) -> bool:
        # A page names the plan's title, which is no part of what its numbers depend on.
        same_title = earlier.record["title"] == (self.plan.title or self.plan.name)
        whole = published_hash(earlier.folder / "tables" / topic) == earlier.entry["published"]
        return whole and _copy(topic, earlier.folder, self.aside, pages=same_title)


def _earlier(place: Path) -> Iterator[Earlier]:
    for folder in (place, place.with_name(place.name + FAILED)):
        if record := record_or_none(folder):
            yield from (Earlier(folder, record, entry) for entry in record["notebooks"])


def _from_entry(entry: Mapping[str, Any], status: str, why: str) -> NotebookResult:
    return NotebookResult(
        topic=entry["topic"],
        status=status,  # type: ignore[arg-type]
        why=why,
        seconds=entry["seconds"],
        ran_at=entry["ran_at"],
        parameters=entry["parameters"],
        fingerprint=entry["fingerprint"],
        reads=None if entry["reads"] is None else tuple(entry["reads"]),
        published=entry["published"],
    )


def _copy(topic: str, source: Path, target: Path, *, pages: bool) -> bool:
    """Copy what a notebook has left in a run's folder; return whether it was all there."""
    notebook, tables, page = source / f"{topic}.ipynb", source / "tables" / topic, source / f"{topic}.html"
    if not notebook.is_file():
        return False
    shutil.copy2(notebook, target)
    if tables.is_dir():
        shutil.copytree(tables, target / "tables" / topic, dirs_exist_ok=True)
    if pages and page.is_file():
        shutil.copy2(page, target)
    return True
