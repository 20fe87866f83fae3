"""Random streams that depend on nothing but seed, part and chunk, and the array types used throughout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Texts: TypeAlias = NDArray[np.object_]

# The place in this list is part of a stream's key: append, never reorder.
Part = Literal[
    "shocks",
    "seats",
    "people",
    "partners",
    "market",
    "pay",
    "survey",
    "targets",
    "expenses",
    "accounts",
    "contacts",
    "births",
    "deals",
    "records",
    "forward",
    "consumables",
    "payments",
    "leads",
    "feedback",
    "gaps",
    "promotions",
    "rhythm",
    "care",
    "opportunities",
    "scorecards",
    "activities",
]
_PARTS = get_args(Part)


def stream(seed: int, part: Part, chunk: int = 0) -> np.random.Generator:
    """Return the random stream of one part of the model for one chunk of accounts.

    The key is the same as that of a child spawned by `SeedSequence`, so streams are independent, and a chunk's draws
    do not depend on which chunks came before.

    Examples
    --------
    >>> first, again = (stream(1, "deals", 3).integers(100, size=5).tolist() for _ in range(2))
    >>> first == again
    True
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(_PARTS.index(part), chunk))))


def choose(rng: np.random.Generator, weights: Floats) -> Ints:
    """Draw one position per row from a table of weights.

    Parameters
    ----------
    weights
        n × k, not negative; rows need not add up to 1.

    Returns
    -------
    Ints
        n positions from 0 to k − 1.
    """
    cumulative = np.cumsum(weights, axis=1)
    point = rng.random(len(weights)) * cumulative[:, -1]
    positions: Ints = np.minimum((point[:, None] >= cumulative).sum(axis=1), weights.shape[1] - 1)
    return positions


def pick(names: Sequence[str] | Texts, positions: Ints) -> Texts:
    """Return names by position; a negative position gives None.

    Examples
    --------
    >>> pick(["a", "b"], np.array([1, -1, 0])).tolist()
    ['b', None, 'a']
    """
    table: Texts = np.array([*names, None], dtype=object)
    picked: Texts = table[positions]
    return picked


def sigmoid(x: Floats) -> Floats:
    """Return the logistic function 1 / (1 + exp(−x))."""
    return 1.0 / (1.0 + np.exp(-x))
