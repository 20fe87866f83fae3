"""Small fits on one thread."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which numpy, scipy and scikit-learn compute on one thread.

    Hundreds of fits of a few milliseconds each take forty times as long when threads have to meet after every step, and
    the matrices of one notebook are narrow: more threads gain little, and fight with those of other notebooks.

    Examples
    --------
    >>> with one_thread():
    ...     pass
    """
    limits: AbstractContextManager[object] = _libraries().limit(limits=1)
    return limits


@functools.cache
def _libraries() -> ThreadpoolController:
    # Limits hold for libraries that are loaded already, and scikit-learn brings its own; looking for them takes
    # longer than many a fit.
    import sklearn.cluster  # noqa: F401

    return ThreadpoolController()
