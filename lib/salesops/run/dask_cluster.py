"""Notebooks on a Dask cluster, whose workers see the project and the reports under the same paths."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from salesops.errors import InputError, RunError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

CONNECT_SECONDS = 15
# A worker that dies takes the notebooks with it that it runs; they are given to others this many times.
RETRIES = 3


@contextmanager
def cluster(address: str, seconds: float = CONNECT_SECONDS) -> Iterator[tuple[Executor, int]]:
    """Give an executor on a Dask cluster, and how many notebooks it runs at once.

    Parameters
    ----------
    address
        Where the scheduler listens, as tcp://host:8786.
    seconds
        How long to wait for an answer.

    Raises
    ------
    InputError
        If Dask is not installed or nobody answers.
    RunError
        If the cluster has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError("--dask needs a package that is not installed: pip install 'salesops[dask]'") from None
    try:
        client = Client(address, timeout=seconds)
    except (OSError, TimeoutError, ValueError) as error:
        cure = "start one, or mend the address"
        raise InputError(f"--dask {address}: no scheduler answers there ({error}): {cure}") from None
    with client:
        slots = sum(client.nthreads().values())
        if not slots:
            raise RunError(f"the Dask cluster at {address} has no workers: start some with `dask worker {address}`")
        yield client.get_executor(pure=False, retries=RETRIES), slots
