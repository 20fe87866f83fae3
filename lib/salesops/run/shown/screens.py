"""Where the lines of a run are shown: nowhere, as plain lines, or as a display that changes in place (`live`)."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from salesops.run.results import Status


@dataclass(frozen=True)
class Line:
    """Something to show.

    Parameters
    ----------
    text
        What is said.
    name
        Notebook that it is about.
    state
        What that notebook does now.
    """

    text: str
    name: str = ""
    state: Status | Literal["running", ""] = ""

    def __str__(self) -> str:
        """Return the words as the log has them."""
        return printable(f"{self.name}: {self.text}" if self.name else self.text)


class Screen(Protocol):
    """Takes lines as they come."""

    def show(self, line: Line) -> None:
        """Show a line."""

    def close(self) -> None:
        """Leave only what should stay readable."""

    def simpler(self) -> Screen:
        """Return what to use when this one fails."""


class Silent:
    """Shows nothing."""

    def show(self, line: Line) -> None:
        """Pass over a line."""

    def close(self) -> None:
        """Do nothing."""

    def simpler(self) -> Screen:
        """Return itself: it cannot fail."""
        return self


class PlainLines:
    """Writes each line behind the clock's time, at once."""

    def __init__(self) -> None:
        self._lock = threading.RLock()

    def show(self, line: Line) -> None:
        """Write a line to stdout."""
        text = in_encoding(f"{datetime.now():%H:%M:%S}  {line}\n", sys.stdout.encoding)
        with self._lock:
            sys.stdout.write(text)
            sys.stdout.flush()

    def close(self) -> None:
        """Do nothing: each line has been written."""

    def simpler(self) -> Screen:
        """Go silent: nobody reads stdout any more, or its disk is full."""
        _discard_stdout()
        return Silent()


def printable(text: str) -> str:
    r"""Return a text on one line, without characters that would move a terminal's cursor or change its colours.

    Examples
    --------
    >>> printable("KeyError: 'a'\n\x1b[31mred")
    "KeyError: 'a'  [31mred"
    """
    return "".join(character if character.isprintable() else " " for character in text)


def in_encoding(text: str, encoding: str | None) -> str:
    """Return a text with question marks for what an encoding does not have.

    Examples
    --------
    >>> in_encoding("苏州 ✓", "ascii")
    '?? ?'
    """
    encoding = encoding or "utf-8"
    return text.encode(encoding, errors="replace").decode(encoding)


def _discard_stdout() -> None:
    # What stays in the buffer would be written at the interpreter's end, fail again and change the exit code.
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass  # not a stream of the system's: nothing is written at the end
