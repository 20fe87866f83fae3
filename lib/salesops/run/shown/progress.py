"""What a run is doing, for whoever waits for it: a display in a terminal, plain lines elsewhere, and a log."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from salesops.run.shown.board import Board
from salesops.run.shown.expected import about
from salesops.run.shown.screens import Line, PlainLines, Silent, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from salesops.run.results import NotebookResult
    from salesops.run.shown.log_file import LogFile
    from salesops.run.shown.screens import Screen

# Terminals that cannot go back to a line already written.
DUMB_TERMINALS = ("dumb", "unknown")


class Progress(Protocol):
    """Is told what a run does; from any thread, and without ever raising an error."""

    def expect(self, notebooks: Sequence[tuple[str, str]], seconds: Mapping[tuple[str, str], float]) -> None:
        """Take the notebooks, as scenario and topic in their order, and how long each took the last time."""

    def start(self, scenario: str, topic: str) -> None:
        """Say that a notebook has begun."""

    def finish(self, scenario: str, result: NotebookResult) -> None:
        """Say how a notebook has ended."""

    def note(self, line: str) -> None:
        """Say anything else that is worth a line."""


@contextmanager
def progress(
    *, quiet: bool = False, log: LogFile | None = None, terminal: bool | None = None, jobs: int = 1
) -> Iterator[Progress]:
    """Show a run while it goes on.

    Parameters
    ----------
    quiet
        Show nothing; the log still has everything.
    log
        Where each line is written as well.
    terminal
        Whether stdout is a terminal; found out if not given.
    jobs
        How many notebooks run side by side, for the time that is left.
    """
    board = Board(jobs)
    reporter = _Reporter(board, _screen(board, quiet, terminal), log)
    try:
        yield reporter
    finally:
        reporter.end()


class _Reporter:
    def __init__(self, board: Board, screen: Screen, log: LogFile | None) -> None:
        self._board = board
        self._screen = screen
        self._log = log

    def expect(self, notebooks: Sequence[tuple[str, str]], seconds: Mapping[tuple[str, str], float]) -> None:
        self._board.expect(notebooks, seconds)

    def start(self, scenario: str, topic: str) -> None:
        row = self._board.start(scenario, topic)
        estimate = "" if row.expected is None else f", about {about(row.expected)} expected"
        self._say(Line(f"started{estimate}", self._board.name(row), "running"))

    def finish(self, scenario: str, result: NotebookResult) -> None:
        row = self._board.finish(scenario, result)
        text = str(result).removeprefix(f"{result.topic}: ")
        self._say(Line(text, self._board.name(row), result.status))
        if result.failure:
            self._log_lines(f"    {line}" for line in result.failure.lines)

    def note(self, line: str) -> None:
        for part in line.splitlines():
            self._say(Line(part))

    def end(self) -> None:
        try:
            self._screen.close()
        except Exception:
            self._screen = self._screen.simpler()
        if self._board.rows():
            self._say(Line(self._board.summary()))

    def _say(self, line: Line) -> None:
        self._log_lines([str(line)])
        self._show(line)

    def _log_lines(self, lines: Iterable[str]) -> None:
        if self._log:
            for line in lines:
                self._log.line(printable(line))

    def _show(self, line: Line) -> None:
        try:
            self._screen.show(line)
        except Exception:  # whatever is wrong with the screen is no reason to stop a run
            self._screen = self._screen.simpler()
            self._show(line)


def _screen(board: Board, quiet: bool, terminal: bool | None) -> Screen:
    if quiet:
        return Silent()
    is_terminal = sys.stdout.isatty() if terminal is None else terminal
    if not is_terminal or os.environ.get("TERM") in DUMB_TERMINALS:
        return PlainLines()
    try:
        # Imported here: rich takes a tenth of a second that a scheduled run need not spend.
        from salesops.run.shown.live import LiveDisplay

        return LiveDisplay(board)
    except Exception:  # a terminal that cannot be drawn on can still be written to
        return PlainLines()
