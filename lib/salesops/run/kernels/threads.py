"""How many threads the numerical libraries of a kernel use."""

from __future__ import annotations

import sys

# Each is read by its library when that is imported; Arrow reads the first one. The last is for our own code.
VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "SALESOPS_THREADS",
)


def thread_variables(threads: int) -> dict[str, str]:
    """Return the environment variables that hold libraries to a number of threads.

    Examples
    --------
    >>> thread_variables(2)["OMP_NUM_THREADS"]
    '2'
    """
    return dict.fromkeys(VARIABLES, str(threads))


def allow_threads(threads: int) -> None:
    """Set the number of threads of libraries that are imported already, and so no longer read the environment."""
    import threadpoolctl

    threadpoolctl.threadpool_limits(threads)
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].set_cpu_count(threads)
