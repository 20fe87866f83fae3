"""Kernels that take more memory than they may are killed, so that others and the machine live."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from salesops.run.kernels.running import Process, kill_group

if TYPE_CHECKING:
    import psutil

    from salesops.run.kernels.settings import KernelLife

LOOK_SECONDS = 0.25


def watch_memory(process: Process, limit: int, life: KernelLife) -> threading.Thread:
    """Kill a kernel as soon as it has more memory than its limit; the watching ends with the kernel.

    Parameters
    ----------
    process
        The kernel.
    limit
        Bytes of resident memory, its children's included.
    life
        Where it is noted.
    """
    watcher = threading.Thread(target=_watch, args=(process, limit, life), name="kernel memory", daemon=True)
    watcher.start()
    return watcher


def _watch(process: Process, limit: int, life: KernelLife) -> None:
    import psutil

    pause = threading.Event()
    with suppress(psutil.NoSuchProcess):
        kernel = psutil.Process(process.pid)
        while process.poll() is None:
            used = _memory(kernel)
            if used > limit:
                life.memory_exceeded = used
                kill_group(process)
                return
            pause.wait(LOOK_SECONDS)


def _memory(kernel: psutil.Process) -> int:
    """Return the resident memory of a kernel and all that it has started."""
    import psutil

    used: int = kernel.memory_info().rss
    for child in kernel.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has ended since
            used += child.memory_info().rss
    return used
