"""The display of a run in a terminal: what has ended stays as lines, what runs and waits changes below them."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from salesops.run.shown.expected import about, left_in_words, span
from salesops.run.shown.screens import PlainLines, in_encoding

if TYPE_CHECKING:
    from salesops.run.shown.board import Board, Row
    from salesops.run.shown.screens import Line, Screen

MARKS = {
    "complete": ("✓", "green"),
    "reused": ("=", "green"),
    "kept": ("=", "green"),
    "failed": ("✗", "bold red"),
    "skipped": ("–", "yellow"),
    "running": ("▶", "cyan"),
    "waiting": ("·", "dim"),
}
ASCII_MARKS = str.maketrans("✓✗–▶·", "+x->.")
REDRAW_SECONDS = 0.25
ROOM_FOR_OTHERS = 4
"""Lines of the terminal that the display leaves to what was said before."""


class LiveDisplay:
    """Draws a board four times a second; each notebook that has ended becomes a line that stays.

    Parameters
    ----------
    board
        The run's notebooks.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._console = Console(file=sys.stdout, force_terminal=True, highlight=False, markup=False, emoji=False)
        self._live = Live(
            get_renderable=self._picture,
            console=self._console,
            transient=True,
            auto_refresh=False,
            # stderr may go to a file, where it must stay.
            redirect_stderr=sys.stderr.isatty(),
        )
        # Between moving the cursor back over the old picture and drawing the new one, no other thread may draw.
        self._lock = threading.RLock()
        self._is_closed = threading.Event()
        self._live.start()
        threading.Thread(target=self._redraw, name="progress", daemon=True).start()

    def show(self, line: Line) -> None:
        """Show a line for good; that a notebook has begun is seen in what changes."""
        with self._lock:
            if line.state == "running":
                self._live.refresh()
            elif line.state:
                self._console.print(self._finished(line))
            else:
                # The terminal itself breaks a note, so that a path in it can be copied in one piece.
                self._console.print(Text(self._shown(str(line))), soft_wrap=True)

    def close(self) -> None:
        """Take away what changes; the lines stay."""
        self._is_closed.set()
        with self._lock:
            self._live.stop()

    def simpler(self) -> Screen:
        """Give the terminal back and go on with plain lines."""
        with suppress(Exception):
            self.close()
        return PlainLines()

    def _redraw(self) -> None:
        while not self._is_closed.wait(REDRAW_SECONDS):
            # An error that lasts is met again by the next line, and answered there.
            with suppress(Exception), self._lock:
                self._live.refresh()

    def _finished(self, line: Line) -> Text:
        mark, style = MARKS[line.state]
        text = str(line).removeprefix(f"{line.name}: ")
        words = f" {line.name:<{self._board.width()}}  {text}"
        return Text.assemble((self._shown(mark), style), (self._shown(words), style if line.state == "failed" else ""))

    def _picture(self) -> Group:
        rows, room = self._board.rows(), max(1, self._console.height - ROOM_FOR_OTHERS)
        open_rows = [row for row in rows if row.is_running] + [row for row in rows if row.is_waiting]
        if not open_rows:
            return Group()
        lines = [self._open(row, self._board.width()) for row in open_rows[:room]]
        if len(open_rows) > room:
            lines.append(self._text(f"  and {len(open_rows) - room} more", "dim"))
        return Group(*lines, self._text(f"  {self._board.outlook()}", "bold"))

    def _open(self, row: Row, width: int) -> Text:
        mark, style = MARKS["running" if row.is_running else "waiting"]
        words = self._running(row) if row.is_running else _waiting(row)
        line = self._text(mark, style)
        return line.append(self._shown(f" {self._board.name(row):<{width}}  {words}"), "" if row.is_running else style)

    def _running(self, row: Row) -> str:
        now = self._board.now()
        left = left_in_words(row.left(now))
        return f"running for {span(row.elapsed(now))}" + (f", {left}" if left else "")

    def _text(self, words: str, style: str = "") -> Text:
        # Cut, not wrapped: what changes in place must keep its height. `style` of a Text would be that of all of it.
        return Text(no_wrap=True, overflow="crop").append(self._shown(words), style)

    def _shown(self, words: str) -> str:
        encoding = self._console.encoding
        return words if in_encoding(words, encoding) == words else in_encoding(words.translate(ASCII_MARKS), encoding)


def _waiting(row: Row) -> str:
    return "waiting" if row.expected is None else f"waiting, will take about {about(row.expected)}"
