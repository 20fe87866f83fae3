"""Clusterings of a few thousand customers on one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which scikit-learn computes on one thread.

    Hundreds of fits of a few milliseconds each take forty times as long when threads have to meet after every step.

    Examples
    --------
    >>> with one_thread():
    ...     pass
    """
    # Limits hold for libraries that are loaded already: scikit-learn brings its own.
    import sklearn.cluster  # noqa: F401

    limits: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limits
