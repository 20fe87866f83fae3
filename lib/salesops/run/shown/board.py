"""What a run's notebooks are doing right now: waiting, running or done, and how long all of them still take."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from salesops.run.results import WORDS
from salesops.run.shown.expected import about, known_seconds, left_in_words, notebook_left, run_left, span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from salesops.run.results import NotebookResult


@dataclass(frozen=True)
class Row:
    """One notebook of a run.

    Parameters
    ----------
    scenario, topic
        Which one.
    expected
        Seconds that it took the last time, if that is known.
    started
        When it began, on the board's clock.
    result
        How it ended.
    """

    scenario: str
    topic: str
    expected: float | None = None
    started: float | None = None
    result: NotebookResult | None = None

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self.started is not None and self.result is None

    @property
    def is_waiting(self) -> bool:
        """Whether it has not begun."""
        return self.started is None and self.result is None

    def elapsed(self, now: float) -> float:
        """Return the seconds since it began."""
        return 0.0 if self.started is None else now - self.started

    def left(self, now: float) -> float | None:
        """Return the seconds that it still takes, if that can be told."""
        return 0.0 if self.result else notebook_left(self.expected, self.elapsed(now))


class Board:
    """The notebooks of a run and their states; several threads may write and read it.

    Parameters
    ----------
    jobs
        How many notebooks run side by side.
    now
        The clock, in seconds.
    """

    def __init__(self, jobs: int = 1, now: Callable[[], float] = time.monotonic) -> None:
        self._jobs = jobs
        self.now = now
        self._begun = now()
        self._rows: dict[tuple[str, str], Row] = {}
        self._scenarios: set[str] = set()
        # A signal's handler may report something while the thread that it interrupts is doing so.
        self._lock = threading.RLock()

    def expect(self, notebooks: Sequence[tuple[str, str]], seconds: Mapping[tuple[str, str], float]) -> None:
        """Add notebooks, in the order in which they will run, with how long each took the last time."""
        with self._lock:
            for key in notebooks:
                self._put(replace(self._rows.get(key, Row(*key)), expected=known_seconds(seconds.get(key))))

    def start(self, scenario: str, topic: str) -> Row:
        """Note that a notebook has begun, or has begun again."""
        return self._change(scenario, topic, started=self.now(), result=None)

    def finish(self, scenario: str, result: NotebookResult) -> Row:
        """Note how a notebook ended, whether or not it ever began."""
        return self._change(scenario, result.topic, result=result)

    def rows(self) -> list[Row]:
        """Return all notebooks as they are now, in their order."""
        with self._lock:
            return list(self._rows.values())

    def name(self, row: Row) -> str:
        """Return what a notebook is called: with its scenario where there are several."""
        return f"{row.scenario}: {row.topic}" if len(self._scenarios) > 1 else row.topic

    def width(self) -> int:
        """Return the length of the longest name."""
        return max((len(self.name(row)) for row in self.rows()), default=0)

    def left(self) -> float | None:
        """Return the least that the run still takes, from the notebooks whose time is known; None if none is."""
        rows, now = self.rows(), self.now()
        running = [row.left(now) for row in rows if row.is_running]
        waiting = [row.left(now) for row in rows if row.is_waiting]
        known = [seconds for seconds in (*running, *waiting) if seconds is not None]
        if not known and (running or waiting):
            return None
        return run_left((s for s in running if s is not None), (s for s in waiting if s is not None), self._jobs)

    def outlook(self) -> str:
        """Return the line on the whole run: how much is done, since when, and what is left."""
        rows, left = self.rows(), self.left()
        done = (
            f"{sum(row.result is not None for row in rows)} of {len(rows)} done after {span(self.now() - self._begun)}"
        )
        if any(row.expected is None and row.result is None for row in rows):
            words = f"at least {about(left)} left" if left else ""
        else:
            words = left_in_words(left)
        return f"{done}, {words}" if words else done

    def summary(self) -> str:
        """Return the line that a run ends with: how many notebooks ended how, and which did not."""
        rows = self.rows()
        counts = Counter(row.result.status for row in rows if row.result)
        parts = [f"{counts[status]} {words}" for status, words in WORDS.items() if counts[status]]
        unfinished = [self.name(row) for row in rows if row.is_running]
        parts += [f"stopped: {', '.join(unfinished)}"] if unfinished else []
        waiting = sum(row.is_waiting for row in rows)
        parts += [f"{waiting} not begun"] if waiting else []
        return f"run ended after {span(self.now() - self._begun)}: {', '.join(parts)}"

    def _change(self, scenario: str, topic: str, **values: object) -> Row:
        with self._lock:
            row = self._rows.get((scenario, topic), Row(scenario, topic))
            changed: Row = replace(row, **values)  # type: ignore[arg-type]
            self._put(changed)
            return changed

    def _put(self, row: Row) -> None:
        self._rows[row.scenario, row.topic] = row
        self._scenarios.add(row.scenario)
