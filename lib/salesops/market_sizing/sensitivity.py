"""What drives an answer: one input at a time (tornado), and all of them together (Sobol's indices)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

    from salesops.market_sizing.arrays import Array

BOOTSTRAPS = 200


def sobol(
    function: Callable[[Array], Array],
    draws_a: Array,
    draws_b: Array,
    names: Sequence[str] | Mapping[str, Sequence[int]],
    seed: int = 0,
) -> pd.DataFrame:
    """Return the share of an answer's variance that each input explains, alone and with all it interacts with.

    First-order indices by Saltelli et al. (2010), "Variance based sensitivity analysis of model output", Computer
    Physics Communications 181(2), equation (b) of table 2; total ones by Jansen (1999), equation (f) there.

    Parameters
    ----------
    function
        From n × inputs to n answers.
    draws_a, draws_b
        n × inputs, two independent sets of draws, inputs (or groups) independent of each other.
    names
        Of the inputs; or a name for each group of columns that counts as one input, with their places.
    seed
        For the bootstrap of the intervals.

    Returns
    -------
    DataFrame
        input, first, total and 80% intervals of both; largest total first. All zero where the answer never varies.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> found = sobol(lambda x: 2 * x[:, 0] + x[:, 1], rng.normal(size=(4000, 2)), rng.normal(size=(4000, 2)), "ab")
    >>> found[["first", "total"]].round(1).values.tolist()
    [[0.8, 0.8], [0.2, 0.2]]
    """
    groups = names if isinstance(names, Mapping) else {name: [place] for place, name in enumerate(names)}
    at_a, at_b = function(draws_a), function(draws_b)
    swapped = np.stack([function(_swapped(draws_a, draws_b, group)) for group in groups.values()], axis=1)
    middle = np.concatenate([at_a, at_b]).mean()
    alone = (at_b - middle)[:, None] * (swapped - at_a[:, None])
    with_others = (at_a[:, None] - swapped) ** 2 / 2
    square = ((at_a - middle) ** 2 + (at_b - middle) ** 2) / 2
    n = len(at_a)
    weights = np.vstack([np.full((1, n), 1 / n), _resampled(n, seed)])
    variance = np.maximum(weights @ square, 1e-300)[:, None]
    table: dict[str, object] = {"input": list(groups)}
    table |= _with_interval("first", weights @ alone / variance) | _with_interval(
        "total", weights @ with_others / variance
    )
    return pd.DataFrame(table).sort_values("total", ascending=False, ignore_index=True)


def tornado(
    function: Callable[[Array], Array], p10: ArrayLike, p50: ArrayLike, p90: ArrayLike, names: Sequence[str]
) -> pd.DataFrame:
    """Return how far the answer swings when one input goes from its low to its high value, all others in the middle.

    Parameters
    ----------
    function
        From n × inputs to n answers.
    p10, p50, p90
        One value per input.
    names
        Of the inputs.

    Returns
    -------
    DataFrame
        input, at_p10, at_p50 (the same for all), at_p90, swing (at_p90 − at_p10); widest first.

    Examples
    --------
    >>> found = tornado(lambda x: x[:, 0] * x[:, 1], [1.0, 9.0], [2.0, 10.0], [3.0, 11.0], ["few", "many"])
    >>> found[["input", "at_p10", "at_p90", "swing"]].values.tolist()
    [['few', 10.0, 30.0, 20.0], ['many', 18.0, 22.0, 4.0]]
    """
    middle = np.asarray(p50, dtype=np.float64)
    off = np.eye(len(middle), dtype=bool)
    points = np.vstack([middle[None, :], np.where(off, p10, middle), np.where(off, p90, middle)])
    answers = function(points)
    at_p50, at_p10, at_p90 = answers[0], *np.split(answers[1:], 2)
    table = pd.DataFrame({"input": list(names), "at_p10": at_p10, "at_p50": at_p50, "at_p90": at_p90})
    table["swing"] = table["at_p90"] - table["at_p10"]
    return table.sort_values("swing", key=abs, ascending=False, ignore_index=True)


def _swapped(draws_a: Array, draws_b: Array, columns: Sequence[int]) -> Array:
    mixed = draws_a.copy()
    mixed[:, list(columns)] = draws_b[:, list(columns)]
    return mixed


def _resampled(n: int, seed: int) -> Array:
    """Return bootstraps × draws: how much each draw counts in each."""
    found: Array = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=BOOTSTRAPS) / n
    return found


def _with_interval(name: str, values: Array) -> dict[str, Array]:
    low, high = np.quantile(values[1:], [0.1, 0.9], axis=0)
    return {name: values[0], f"{name}_low": low, f"{name}_high": high}
