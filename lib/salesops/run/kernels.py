"""Kernels that always run on the interpreter that runs this program."""

from __future__ import annotations

import sys

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager


class SameInterpreterKernelManager(AsyncKernelManager):
    """A kernel manager that does not ask which kernelspecs the machine has.

    A kernelspec of the same name in the user's home would otherwise run the notebooks on another Python, without
    this package or with an older one.
    """

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return the specification of an IPython kernel on the current interpreter."""
        return KernelSpec(
            # What a kernel logs about itself would end up between the runner's lines; a cell's failure is an output.
            argv=[
                sys.executable,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                "--IPKernelApp.log_level=CRITICAL",
            ],
            display_name="salesops",
            language="python",
        )
