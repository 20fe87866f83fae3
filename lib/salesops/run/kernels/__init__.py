"""Kernels that notebooks run in: warm where a process can be forked, plain ones elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.run.kernels.running import stop_kernels
from salesops.run.kernels.settings import KernelLife, KernelSettings
from salesops.run.kernels.warm import warm_up

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

__all__ = ["KernelLife", "KernelSettings", "kernel_manager_class", "stop_kernels", "warm_up"]


def kernel_manager_class(settings: KernelSettings) -> tuple[type[AsyncKernelManager], KernelLife]:
    """Return what papermill is to manage one notebook's kernel with, and where what becomes of that kernel is noted.

    Parameters
    ----------
    settings
        What the kernel may use.
    """
    from salesops.run.kernels.manager import managed

    return managed(settings)
