"""What a kernel may use, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class KernelSettings:
    """What one kernel may use.

    Parameters
    ----------
    threads
        Compute threads of the libraries in it.
    memory_bytes
        Resident memory, of the kernel and what it started, above which it is killed; None for no limit.
    environment
        Further environment variables.
    """

    threads: int = 1
    memory_bytes: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass
class KernelLife:
    """What became of a kernel, for whoever reports a failure.

    Parameters
    ----------
    pid
        Its process; None until it was started.
    exit_code
        How it ended, negative for a signal as in `subprocess`, also when it was shut down; None while it runs.
    memory_exceeded
        Bytes it had when it was killed for its memory; None if it was not.
    warm
        Whether it was forked from a process that had the libraries imported.
    """

    pid: int | None = None
    exit_code: int | None = None
    memory_exceeded: int | None = None
    warm: bool = False
