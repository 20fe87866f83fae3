"""The kernels and the fork server that this process has started, and the end of all of them."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from salesops.run.kernels.warm import ForkServer

END_TIMEOUT_SECONDS = 10


class Process(Protocol):
    """A kernel's process: a `subprocess.Popen`, or what the fork server hands out instead."""

    pid: int

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended, as soon as it has."""


@dataclass
class Running:
    """What this process has started. No locks: a signal handler may come in at any line.

    Parameters
    ----------
    server
        Forks warm kernels.
    kernels
        Those that were started, by process number, each with its connection file.
    stops
        How often all were stopped: a kernel that was being started meanwhile sees it, and ends too.
    """

    server: ForkServer | None = None
    kernels: dict[int, tuple[Process, Path]] = field(default_factory=dict)
    stops: int = 0


running = Running()


def stop_kernels() -> None:
    """Kill every kernel that this process has started, and their server, at once.

    It may be called again, and from a signal handler. Connection files go too.
    """
    running.stops += 1
    kernels = [running.kernels.pop(pid, None) for pid in list(running.kernels)]
    for process, connection_file in filter(None, kernels):
        kill_group(process)
        connection_file.unlink(missing_ok=True)
    server, running.server = running.server, None
    if server:
        server.close()
    for process, _ in filter(None, kernels):
        with suppress(TimeoutError):
            process.wait(END_TIMEOUT_SECONDS)


def kill_group(process: Process) -> None:
    """Kill a kernel with all that it has started, if it still runs."""
    if process.poll() is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)


def _forget() -> None:
    # A forked process must not end or use what is its parent's.
    if running.server:
        running.server.forget()
    running.server = None
    running.kernels = {}


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
