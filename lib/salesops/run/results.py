"""How a notebook's run ended, as an object, and the one place that puts it into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pathlib import Path

Status = Literal["complete", "failed"]


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
    """

    section: str
    cell: int
    error: str
    message: str

    def __str__(self) -> str:
        """Return where it stopped and why."""
        place = f'in "{self.section}", ' if self.section else ""
        where = f"code cell {self.cell}" if self.cell else "outside of its cells"
        return f"{place}{where}: {self.error}: {self.message}"


@dataclass(frozen=True)
class NotebookResult:
    """One notebook's run.

    Parameters
    ----------
    topic
        The notebook's name.
    status
        complete or failed.
    seconds
        How long it took.
    notebook
        Where the executed notebook is.
    parameters
        What it was told.
    failure
        Why it stopped, if it failed.
    """

    topic: str
    status: Status
    seconds: float
    notebook: Path
    parameters: dict[str, Any] = field(default_factory=dict)
    failure: Failure | None = None

    def __str__(self) -> str:
        """Return the line that the log shows."""
        line = f"{self.topic}: {self.status} in {self.seconds:.1f} s"
        return f"{line}: {self.failure}" if self.failure else line
