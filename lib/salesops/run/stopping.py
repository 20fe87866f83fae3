"""Ctrl-C and SIGTERM end a run at once, and leave nothing half done."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))


class Stopped(BaseException):  # not an Exception: no handler of ordinary errors may swallow it
    """The run was told to stop.

    Parameters
    ----------
    signum
        The signal that came.
    """

    def __init__(self, signum: int) -> None:
        self.signum = signum
        super().__init__(signal.Signals(signum).name)

    @property
    def exit_code(self) -> int:
        """What a shell expects of a program that a signal has ended."""
        return 128 + self.signum


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn the first signal to stop into `Stopped`; further ones do not disturb the cleaning up."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread can be told
        return
    before = {signum: signal.getsignal(signum) for signum in SIGNALS}
    came: list[int] = []

    def stop(signum: int, _frame: object) -> None:
        for other in SIGNALS:
            signal.signal(other, signal.SIG_IGN)
        came.append(signum)
        raise Stopped(signum)

    for signum in SIGNALS:
        # nohup and a shell's background jobs have some of them ignored on purpose
        if before[signum] is not signal.SIG_IGN:
            signal.signal(signum, stop)
    try:
        yield
    except Exception as error:
        # DuckDB hands a signal that comes amid a query on as an error of its own.
        if came:
            raise Stopped(came[0]) from error
        raise
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler if handler is not None else signal.SIG_DFL)
