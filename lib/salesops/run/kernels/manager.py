"""Kernels that always run on the interpreter that runs this program, warm where that is possible."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type

from salesops.run.kernels.client import PromptKernelClient, prompt_context
from salesops.run.kernels.settings import KernelLife, KernelSettings

if TYPE_CHECKING:
    import zmq.asyncio


class SameInterpreterKernelManager(AsyncKernelManager):
    """A kernel manager that does not ask which kernelspecs the machine has.

    A kernelspec of the same name in the user's home would otherwise run the notebooks on another Python, without
    this package or with an older one. Kernels are reached over TCP, jupyter's default: the names of pipes would
    collide between runs at once.
    """

    settings = KernelSettings()
    life = KernelLife()
    client_factory = Type(PromptKernelClient)

    def _context_default(self) -> zmq.asyncio.Context:
        self._created_context = True
        return prompt_context()

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return the specification of an IPython kernel on the current interpreter."""
        return KernelSpec(
            argv=[
                sys.executable,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                # A kernel's own log would end up between the runner's lines; a cell's failure is an output.
                "--IPKernelApp.log_level=CRITICAL",
                # Kernels side by side would share one database, for a history that nobody reads.
                "--HistoryManager.enabled=False",
            ],
            display_name="salesops",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": "salesops-warm"}},
        )


def managed(settings: KernelSettings) -> tuple[type[AsyncKernelManager], KernelLife]:
    """Return a manager of kernels with these settings, and where what becomes of its kernel is noted.

    Parameters
    ----------
    settings
        What its kernel may use.
    """
    life = KernelLife()
    return type("Manager", (SameInterpreterKernelManager,), {"settings": settings, "life": life}), life
