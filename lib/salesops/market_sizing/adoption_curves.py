"""Three laws by which a market takes to something new, as shares of all who ever will.

Bass: adopters by themselves (p) and by seeing others (q). Gompertz and logistic: S-curves of a speed around a peak
year, the first skewed to late adopters, the second symmetric. Time is counted in years from the launch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

    from salesops.market_sizing.arrays import Array

# Derivatives are taken along the imaginary axis, so curves are asked about complex numbers, too.
Numbers: TypeAlias = NDArray[Any]
GRID = 40


@dataclass(frozen=True)
class Family:
    """One law with its two parameters of shape, and the grid and prior over them.

    Parameters
    ----------
    name
        bass, gompertz or logistic.
    cumulative
        From years and the two parameters, to the share that has adopted.
    first, second
        Values of the two parameters on the grid.
    typical, spread
        Centre and standard deviation of the normal prior, of a parameter's logarithm where `logged`.
    logged
        Which of the two are searched in logarithms.
    bounds
        Lowest and highest value of each in a search, in logarithms where `logged`.
    """

    name: str
    cumulative: Callable[[Numbers, Numbers, Numbers], Numbers]
    first: Array
    second: Array
    typical: tuple[float, float]
    spread: tuple[float, float]
    logged: tuple[bool, bool]
    bounds: tuple[tuple[float, float], tuple[float, float]]

    def new(self, years: int, first: Numbers, second: Numbers) -> Numbers:
        """Return the share that adopts in each of years 1, 2, …; years last."""
        at = np.arange(years + 1.0)
        share = self.cumulative(at, first[..., None], second[..., None])
        return np.diff(share, axis=-1)

    def cells(self) -> tuple[Array, Array]:
        """Return both parameters of every cell of the grid."""
        first, second = np.meshgrid(self.first, self.second, indexing="ij")
        return first.ravel(), second.ravel()

    def log_prior(self) -> Array:
        """Return the logarithm of the prior of every cell, up to a constant."""
        pairs = zip(self.cells(), self.logged, self.typical, self.spread, strict=True)
        parts = [-0.5 * (((np.log(at) if logged else at) - mid) / sd) ** 2 for at, logged, mid, sd in pairs]
        found: Array = parts[0] + parts[1]
        return found


def bass(years: Numbers, p: Numbers, q: Numbers) -> Numbers:
    """Return the share that has adopted: F(t) = (1 − e^−(p+q)t) / (1 + q/p · e^−(p+q)t).

    Bass (1969), "A new product growth for model consumer durables", Management Science 15(5).
    """
    decay = np.exp(-(p + q) * years)
    share: Numbers = (1 - decay) / (1 + q / p * decay)
    return share


def gompertz(years: Numbers, speed: Numbers, peak: Numbers) -> Numbers:
    """Return F(t) = exp(−e^−k(t−t₀)): most adopt in year t₀, 37% before it. Gompertz (1825)."""
    share: Numbers = np.exp(-np.exp(-speed * (years - peak)))
    return share


def logistic(years: Numbers, speed: Numbers, peak: Numbers) -> Numbers:
    """Return F(t) = 1 / (1 + e^−k(t−t₀)): most adopt in year t₀, half of all before it. Verhulst (1838)."""
    share: Numbers = 1 / (1 + np.exp(-speed * (years - peak)))
    return share


def _s_curve(name: str, cumulative: Callable[[Numbers, Numbers, Numbers], Numbers], typical_speed: float) -> Family:
    return Family(
        name,
        cumulative,
        first=np.geomspace(0.05, 2.5, GRID),
        second=np.linspace(-3.0, 35.0, GRID + 20),
        typical=(float(np.log(typical_speed)), 8.0),
        spread=(0.5, 6.0),
        logged=(True, False),
        bounds=((float(np.log(0.01)), float(np.log(5.0))), (-30.0, 60.0)),
    )


# Priors of yearly data: what durables and services of the literature showed, widened (decision 0018).
BASS = Family(
    "bass",
    bass,
    first=np.geomspace(2e-4, 0.3, GRID),
    second=np.geomspace(0.02, 2.0, GRID),
    typical=(float(np.log(0.016)), float(np.log(0.36))),
    spread=(1.1, 0.5),
    logged=(True, True),
    bounds=((-14.0, 1.0), (-8.0, 2.0)),
)
GOMPERTZ = _s_curve("gompertz", gompertz, 0.3)
LOGISTIC = _s_curve("logistic", logistic, 0.45)
FAMILIES = (BASS, GOMPERTZ, LOGISTIC)
