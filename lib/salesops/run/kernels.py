"""Kernels that always run on the interpreter that runs this program."""

from __future__ import annotations

import os
import sys
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager


class SameInterpreterKernelManager(AsyncKernelManager):
    """A kernel manager that does not ask which kernelspecs the machine has.

    A kernelspec of the same name in the user's home would otherwise run the notebooks on another Python, without
    this package or with an older one.
    """

    def __init__(self, **options: Any) -> None:
        # Sockets that only this user can open, where the system has them, instead of ports that anyone here could.
        super().__init__(**{"transport": "ipc" if os.name == "posix" else "tcp", **options})

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return the specification of an IPython kernel on the current interpreter."""
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="salesops",
            language="python",
        )
