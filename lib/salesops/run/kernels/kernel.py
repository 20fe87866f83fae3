"""What a forked process does to become a kernel that nothing tells from one started afresh."""

from __future__ import annotations

import atexit
import os
import sys
from importlib.util import find_spec
from typing import Any, NoReturn

from salesops.run.kernels.threads import allow_threads


def run_kernel(request: dict[str, Any]) -> NoReturn:
    """Become a kernel and end with it.

    Parameters
    ----------
    request
        As written by `salesops.run.kernels.warm`: arguments, environment, folder and number of threads.
    """
    atexit._clear()
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["environment"])
    _separate_random_numbers()
    _choose_backend()
    if request["threads"] > 1:
        allow_threads(request["threads"])
    code = _run_app(request["arguments"])
    atexit._run_exitfuncs()
    os._exit(code)


def _separate_random_numbers() -> None:
    # Python reseeds its own generator at a fork; numpy's global one would give each kernel the same numbers.
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _choose_backend() -> None:
    # A kernel names its backend in the environment before matplotlib, when imported, reads it there.
    backend = os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcParams["backend"] = backend


def _run_app(arguments: list[str]) -> int:
    from ipykernel.kernelapp import IPKernelApp

    launcher = find_spec("ipykernel_launcher")
    sys.argv = [launcher.origin if launcher and launcher.origin else "", *arguments]
    try:
        # Should the server be killed, its kernels notice that they have another parent, and end.
        IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
