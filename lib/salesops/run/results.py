"""How a notebook's run ended, as an object, and the one place that puts it into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Status = Literal["complete", "reused", "kept", "failed", "skipped"]

# What each status means to whoever reads a run's lines.
WORDS: Mapping[Status, str] = {
    "complete": "complete",
    "reused": "not run again",
    "kept": "kept from the last run",
    "failed": "FAILED",
    "skipped": "skipped",
}


@dataclass(frozen=True)
class Failure:
    """Why a notebook stopped.

    Parameters
    ----------
    section
        Heading of the section that the cell is in.
    cell
        Number of the code cell, counted from 1; 0 if it was not a cell that failed.
    error
        Kind of exception.
    message
        Its text.
    lines
        The last lines of the traceback, without colours.
    cure
        What to do.
    """

    section: str
    cell: int
    error: str
    message: str
    lines: tuple[str, ...] = ()
    cure: str = ""

    def __str__(self) -> str:
        """Return where it stopped and why, on one line."""
        place = f'in "{self.section}", ' if self.section else ""
        where = f"code cell {self.cell}" if self.cell else "outside of its cells"
        return f"{place}{where}: {self.error}: {self.message}"


@dataclass(frozen=True)
class NotebookResult:
    """One notebook's part in a run.

    Parameters
    ----------
    topic
        The notebook's name.
    status
        complete: it ran. reused: nothing it depends on has changed. kept: it was not asked for, and its page of the
        last run stays. failed. skipped: something that it reads from failed.
    why
        Why it ran, or why it did not, as a sentence without a full stop.
    seconds
        How long it took when it ran.
    ran_at
        When it ran, in UTC, ISO 8601.
    parameters
        What it was told.
    fingerprint
        What it depends on, as named hashes.
    reads
        Tables that it read; None if that is not known, which means all of them.
    failure
        Why it stopped, if it failed.
    """

    topic: str
    status: Status
    why: str = ""
    seconds: float = 0.0
    ran_at: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    fingerprint: dict[str, str] = field(default_factory=dict)
    reads: tuple[str, ...] | None = None
    failure: Failure | None = None

    def __str__(self) -> str:
        """Return the line that the log shows."""
        took = f" in {self.seconds:.1f} s" if self.status in ("complete", "failed") else ""
        reason = str(self.failure) if self.failure else self.why
        return f"{self.topic}: {WORDS[self.status]}{took}" + (f": {reason}" if reason else "")


def advice(result: NotebookResult, kept_at: str) -> str:
    """Return the paragraph on a notebook that failed: where, why, its last lines and what to do.

    Parameters
    ----------
    result
        How it ended.
    kept_at
        Where the executed notebook is.
    """
    if result.failure is None:
        return str(result)
    traceback = [f"    {line}" for line in result.failure.lines]
    cure = result.failure.cure or "open the notebook as it was executed and look at the cell"
    return "\n".join([f"{result.topic} failed {result.failure}", *traceback, f"  what to do: {cure}: {kept_at}"])
