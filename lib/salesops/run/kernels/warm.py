"""The runner's side of the fork server: starting it, asking it for kernels, hearing what became of them."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from salesops.run.kernels.running import END_TIMEOUT_SECONDS, kill_group, running, stop_kernels
from salesops.run.kernels.threads import thread_variables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

POLL_SECONDS = 0.005

# A thread that a library starts when it is imported would not be there after the fork. Arrow's second allocator starts
# one to tidy up, though Arrow does not use it unless told to.
SINGLE_THREADED_ARROW = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}


def warm_up(preload: Sequence[str]) -> bool:
    """Start this process's fork server, without waiting for its imports.

    Parameters
    ----------
    preload
        Modules that kernels then have imported already. Not for modules that look for IPython when they are imported.

    Returns
    -------
    bool
        Whether kernels will be warm: False where processes cannot be forked. A second call starts no second server.
    """
    if not can_fork():
        return False
    with running.starting:
        if running.server is None or running.server.lost:
            running.server = ForkServer(preload)
            atexit.register(stop_kernels)
    return True


def can_fork() -> bool:
    """Return whether kernels can be forked here, and are not unwanted (`SALESOPS_KERNELS=plain`)."""
    # On macOS a process that has loaded the system's frameworks crashes in its forked children.
    possible = hasattr(os, "fork") and sys.platform != "darwin"
    return possible and os.environ.get("SALESOPS_KERNELS") != "plain"


class ServerLostError(Exception):
    """The fork server has ended, or could not fork: a plain kernel has to do."""


class WarmKernel:
    """A forked kernel, in the shape of a `subprocess.Popen`.

    Parameters
    ----------
    pid
        Its process, which also leads a group of that number.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended, as soon as it has."""
        end = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            time.sleep(POLL_SECONDS)
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal, if it still runs."""
        if self.returncode is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """A process that has libraries imported and forks kernels; one per runner's process.

    Parameters
    ----------
    preload
        Modules that it imports.
    """

    def __init__(self, preload: Sequence[str]) -> None:
        self.lost = False
        self.environment = dict(os.environ)
        self._lock = threading.Lock()
        self._asked: dict[int, Future[WarmKernel]] = {}
        self._kernels: dict[int, WarmKernel] = {}
        self._requests = 0
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = _start(theirs, self.environment, preload)
        self.pid = self._process.pid
        threading.Thread(target=self._listen, name="fork server", daemon=True).start()

    def fork(self, **request: Any) -> Future[WarmKernel]:
        """Ask for a kernel.

        Parameters
        ----------
        request
            arguments, environment, cwd, threads and connection_file of the kernel.

        Raises
        ------
        ServerLostError
            If there is nobody to ask any more; the future raises it too.
        """
        with self._lock:
            if self.lost:
                raise ServerLostError("the fork server has ended")
            self._requests += 1
            asked = self._asked[self._requests] = Future()
            line = json.dumps({"kernel": self._requests, **request}).encode() + b"\n"
            with suppress(OSError):  # the listener learns of it too
                self._socket.sendall(line)
        return asked

    def close(self) -> None:
        """End the server and its kernels, and wait until they are gone."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(END_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """Let go of the server in a forked process, to which it does not belong."""
        self._socket.close()

    def _listen(self) -> None:
        unread = b""
        with suppress(OSError):
            while received := self._socket.recv(1 << 16):
                *lines, unread = (unread + received).split(b"\n")
                for line in lines:
                    self._hear(json.loads(line))
        self._end()

    def _hear(self, news: dict[str, Any]) -> None:
        number = news["kernel"]
        if "exit_code" in news:
            self._kernels.pop(number).returncode = news["exit_code"]
        elif "pid" in news:
            self._hand_out(number, WarmKernel(news["pid"]))
        else:
            _refuse(self._asked.pop(number), news["error"])

    def _hand_out(self, number: int, kernel: WarmKernel) -> None:
        self._kernels[number] = kernel
        asked = self._asked.pop(number)
        if asked.set_running_or_notify_cancel():
            asked.set_result(kernel)
        else:  # nobody waited so long
            kill_group(kernel)

    def _end(self) -> None:
        with self._lock:
            self.lost = True
            asked, self._asked = self._asked, {}
        for future in asked.values():
            _refuse(future, "the fork server has ended")
        # A server that was killed has left its kernels behind, and nobody could tell their end.
        for kernel in self._kernels.values():
            kill_group(kernel)
            kernel.returncode = -signal.SIGKILL
        self._socket.close()


def _refuse(asked: Future[WarmKernel], why: str) -> None:
    if asked.set_running_or_notify_cancel():
        asked.set_exception(ServerLostError(why))


def _start(
    connection: socket.socket, environment: Mapping[str, str], preload: Sequence[str]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "salesops.run.kernels.server", str(connection.fileno()), *preload],
        pass_fds=[connection.fileno()],
        env={**environment, **thread_variables(1), **SINGLE_THREADED_ARROW},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A Ctrl-C in the terminal is for the runner to act on.
        start_new_session=True,
    )
