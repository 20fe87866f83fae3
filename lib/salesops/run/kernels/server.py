"""The process that imports the libraries once and forks a kernel for each request.

It is started by `salesops.run.kernels.warm` as `python -m salesops.run.kernels.server`, and stays a single thread: of a
process with threads, a fork would copy locks that nobody releases.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

# What every kernel imports while it starts, whatever its notebook imports.
KERNEL_MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "encodings.idna",
    "pdb",
)
RUNNER_CHECK_SECONDS = 1.0


class Server:
    """Forks kernels on request until the other end of its socket closes.

    Parameters
    ----------
    connection
        Where requests come from, one JSON object per line, and where what became of the kernels is told.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._runner = os.getppid()
        self._kernels: dict[int, dict[str, Any]] = {}
        self._unread = b""
        self._wakeup, self._alarm = socket.socketpair()

    def serve(self) -> dict[str, Any] | None:
        """Answer requests; return a request in the process that is to become its kernel, None in the server."""
        self._listen_for_ended_children()
        while self._runner_lives():
            ready, _, _ = select.select([self._connection, self._wakeup], [], [], RUNNER_CHECK_SECONDS)
            if self._wakeup in ready:
                self._wakeup.recv(4096)
                self._tell_ended()
            if self._connection in ready:
                requests = self._read()
                if requests is None:
                    break
                for request in requests:
                    if self._fork(request) == 0:
                        self._leave()
                        return request
        self._end()
        return None

    def _listen_for_ended_children(self) -> None:
        self._alarm.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._alarm.fileno(), warn_on_full_buffer=False)

    def _runner_lives(self) -> bool:
        # The socket closes with the runner, unless a process that the runner forked holds it open.
        return os.getppid() == self._runner

    def _read(self) -> list[dict[str, Any]] | None:
        received = b""
        with suppress(ConnectionError):
            received = self._connection.recv(1 << 16)
        if not received:
            return None
        *lines, self._unread = (self._unread + received).split(b"\n")
        return [json.loads(line) for line in lines]

    def _fork(self, request: dict[str, Any]) -> int:
        try:
            pid = os.fork()
        except OSError as error:
            self._tell(kernel=request["kernel"], error=str(error))
            return -1
        if pid:
            _lead_own_group(pid)
            self._kernels[pid] = request
            self._tell(kernel=request["kernel"], pid=pid)
        return pid

    def _leave(self) -> None:
        """Give up, in a forked child, all that is the server's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end in (self._connection, self._wakeup, self._alarm):
            end.close()
        _lead_own_group(0)

    def _tell_ended(self) -> None:
        while self._kernels and (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)):
            request = self._kernels.pop(ended.si_pid, None)
            # Before the process is reaped: until then its number, which names the group, cannot be another's.
            _kill_group(ended.si_pid)
            _, status = os.waitpid(ended.si_pid, 0)
            if request:
                self._tell(kernel=request["kernel"], exit_code=os.waitstatus_to_exitcode(status))

    def _tell(self, **news: Any) -> None:
        # A runner that is gone shows at the next read.
        with suppress(ConnectionError):
            self._connection.sendall(json.dumps(news).encode() + b"\n")

    def _end(self) -> None:
        for pid, request in self._kernels.items():
            _kill_group(pid)
            Path(request["connection_file"]).unlink(missing_ok=True)
        for pid in self._kernels:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def main(descriptor: int, preload: list[str]) -> None:
    """Import modules, then serve; in a forked child, be a kernel.

    Parameters
    ----------
    descriptor
        Of the socket that the runner holds the other end of.
    preload
        Modules to import; one that cannot be imported is passed over, since the notebook that needs it will say so.
    """
    _forget_working_directory()
    server = Server(socket.socket(fileno=descriptor))
    for name in (*KERNEL_MODULES, *preload):
        with suppress(Exception, SystemExit):
            importlib.import_module(name)
    if _threads() > 1:
        return
    # Objects of imported modules are never garbage: left alone, their memory stays shared between kernels.
    gc.collect()
    gc.freeze()
    # A notebook makes many small things that live as long as it: to look for rubbish often takes a tenth of its time.
    gc.set_threshold(100_000, 20, 100)
    request = server.serve()
    if request:
        from salesops.run.kernels.kernel import run_kernel

        run_kernel(request)


def _forget_working_directory() -> None:
    # Python adds it for "-m"; a kernel has its own first entry.
    if sys.path[0] in ("", str(Path.cwd())):
        del sys.path[0]


def _threads() -> int:
    import psutil

    threads: int = psutil.Process().num_threads()
    return threads


def _lead_own_group(pid: int) -> None:
    # Called on both sides of a fork, so that no signal to the group can come too early.
    with suppress(OSError):
        os.setpgid(pid, 0)


def _kill_group(pid: int) -> None:
    with suppress(OSError):
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
