"""A run in a process of its own, in a pseudo-terminal or a pipe, for tests that watch what it shows."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress

PATIENCE_SECONDS = 120
NOT_HANDED_ON = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
CONTROLS = r"\x1b\[[0-9;?]*[A-Za-z]"

# A run that does what it is told, statement by statement.
CHILD = """
import sys, threading
from contextlib import ExitStack
from pathlib import Path
from salesops.run.shown.log_file import LogFile
from salesops.run.shown.progress import progress
from salesops.run.results import Failure, NotebookResult

def finish(scenario, topic, status="complete", why="", **values):
    p.finish(scenario, NotebookResult(topic, status, why, 2.0, **values))

def many(scenario):
    for i in range(5):
        p.start(scenario, f"topic_{i}")
        finish(scenario, f"topic_{i}")

options = dict(eval(sys.argv[1]))
with ExitStack() as stack:
    if "log" in options:
        options["log"] = stack.enter_context(LogFile(Path(options["log"])))
    p = stack.enter_context(progress(**options))
    for statement in iter(sys.stdin.readline, ""):
        exec(statement)
"""


class Run:
    """A run in a process of its own, whose output the test reads while it goes on."""

    def __init__(self, output: int, child_output: int, environment: dict[str, str], **options: object) -> None:
        self.output = output
        self.raw = b""
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD, repr(options)],
            stdin=subprocess.PIPE,
            stdout=child_output,
            stderr=subprocess.PIPE,
            env={**{name: os.environ[name] for name in os.environ if name not in NOT_HANDED_ON}, **environment},
        )
        os.close(child_output)

    def do(self, *statements: str) -> None:
        assert self.process.stdin
        self.process.stdin.write("".join(f"{statement}\n" for statement in statements).encode())
        self.process.stdin.flush()

    def wait_for(self, pattern: str) -> str:
        """Read until the pattern is seen, and return what is seen then."""
        limit = time.monotonic() + PATIENCE_SECONDS
        while not re.search(pattern, self.seen()):
            assert self._read(limit), f"{pattern!r} was never seen in:\n{self.seen()}"
        return self.seen()

    def end(self) -> str:
        """Let the run end, and return what is left to see."""
        assert self.process.stdin
        assert self.process.stderr
        self.process.stdin.close()
        limit = time.monotonic() + PATIENCE_SECONDS
        while self._read(limit):
            pass
        errors = self.process.stderr.read().decode()
        assert self.process.wait(PATIENCE_SECONDS) == 0, errors
        assert errors == ""
        return self.seen()

    def seen(self) -> str:
        return self.raw.decode("utf-8", errors="replace")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stderr):
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        os.close(self.output)

    def _read(self, limit: float) -> bool:
        ready, _, _ = select.select([self.output], [], [], max(0.0, limit - time.monotonic()))
        try:
            content = os.read(self.output, 65536) if ready else b""
        except OSError:  # how a pseudo-terminal says that the other side has gone
            content = b""
        self.raw += content
        return bool(content)


class Terminal(Run):
    """A run in a pseudo-terminal; what is seen is what a person would see on it."""

    def __init__(self, width: int, height: int, environment: dict[str, str], **options: object) -> None:
        self.width = width
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        super().__init__(ours, theirs, {"TERM": "xterm-256color", **environment}, **options)

    def seen(self) -> str:
        text = codecs.getincrementaldecoder("utf-8")("replace").decode(self.raw)
        return on_screen(text, self.width)


def on_screen(text: str, width: int) -> str:
    """Return the lines that a terminal shows after it was sent a text."""
    lines, row, column = [""], 0, 0
    for part in re.findall(rf"{CONTROLS}|[\s\S]", text):
        if column == width and part not in "\r\n" and not part.startswith("\x1b"):
            row, column = row + 1, 0
        if row == len(lines):
            lines.append("")
        if part == "\n":
            row += 1
        elif part == "\r":
            column = 0
        elif part.endswith("A") and part.startswith("\x1b"):
            row = max(0, row - int(part[2:-1]))
        elif part == "\x1b[2K":
            lines[row] = ""
        elif part.startswith("\x1b"):
            assert part.endswith(("m", "h", "l")), repr(part)
        else:
            lines[row] = lines[row][:column].ljust(column) + part + lines[row][column + 1 :]
            column += 1
    return "\n".join(line.rstrip() for line in lines).strip("\n")
