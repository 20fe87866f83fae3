"""Bookings drawn many times over, as they are seen from one standpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from salesops.win_probability.fortune import learn_fortune
from salesops.win_probability.stated_amounts import learn_stated_amounts
from salesops.win_probability.unborn import learn_unborn, simulate_unborn

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from salesops.win_probability.standpoints import Standpoint

    Matrix = NDArray[np.float64]

SIMULATIONS = 2000
DEALS_AT_ONCE = 2000
SEED = 7


class Simulated(NamedTuple):
    """Simulated bookings, each of shape (simulations, quarters)."""

    open_deals: Matrix
    new_deals: Matrix

    @property
    def totals(self) -> Matrix:
        """Return both together."""
        return self.open_deals + self.new_deals


def simulate(
    standpoint: Standpoint, amounts: NDArray[np.float64], ahead: NDArray[np.float64], ends: pd.Series
) -> Simulated:
    """Return bookings of coming quarters, drawn with the same fortune for open and for new deals.

    Parameters
    ----------
    standpoint
        What is known, and when.
    amounts
        Stated amount of each open deal, from `shown` or `stated_then`.
    ahead
        Distance from the standpoint to the end of each quarter, in quarters.
    ends
        Last day of each quarter.
    """
    rng = np.random.default_rng(SEED)
    fortune = learn_fortune(standpoint)
    factor = fortune.draw(ahead - 1, rng, SIMULATIONS)
    new = simulate_unborn(learn_unborn(standpoint), standpoint.day, ends, fortune.odds, factor, rng)
    looks, told = standpoint.open_rows, learn_stated_amounts(standpoint)
    if looks.empty:
        return Simulated(np.zeros(factor.shape), new)
    ratio = told.of(looks["stage"]) if "stage" in looks.columns else 1.0
    odds = fortune.odds(win_chances(standpoint, ahead))
    brought = simulate_open(odds, amounts * ratio, told.spread, factor, rng)
    return Simulated(brought * np.exp(told.error * rng.standard_normal((SIMULATIONS, 1))), new)


def shown(standpoint: Standpoint) -> NDArray[np.float64]:
    """Return the amount that each open deal shows; 0 if none."""
    by_deal = standpoint.deals.set_index("opportunity_id")["amount"].astype(float)
    return np.asarray(standpoint.open_rows["opportunity_id"].map(by_deal).fillna(0.0), np.float64)


def stated_then(standpoint: Standpoint) -> NDArray[np.float64]:
    """Return the amount that the history states for each deal open on a past day; what it shows, where there is none.

    A deal that has closed since shows its final amount, which was not known then.
    """
    looks = standpoint.open_rows
    if "amount" not in looks.columns:
        return shown(standpoint)
    return np.where(looks["amount"].notna(), looks["amount"], shown(standpoint))


def win_chances(standpoint: Standpoint, ahead: NDArray[np.float64]) -> Matrix:
    """Return the chance of each open deal to be won in each quarter if not won before, shape (deals, quarters)."""
    looks = standpoint.open_rows
    by = standpoint.model.predict_proba_by(looks, np.r_[0.0, ahead])
    chance: Matrix = np.diff(by.won, axis=1) / np.maximum(1 - by.won[:, :-1], 1e-12)
    return chance


def simulate_open(
    odds: Matrix, amounts: NDArray[np.float64], spread: float, factor: Matrix, rng: np.random.Generator
) -> Matrix:
    """Return simulated bookings from open deals, shape (simulations, quarters).

    Parameters
    ----------
    odds
        Odds of each deal to be won in each quarter if not won before, shape (deals, quarters).
    amounts
        What each deal should bring if won.
    spread
        Standard deviation of what it brings, as a share of that.
    factor
        On the odds of winning, shape (simulations, quarters).
    rng
        Of the random draws.
    """
    totals, variance = np.zeros(factor.shape), np.zeros(factor.shape)
    # In portions, so that memory stays the same however many deals are open.
    for start in range(0, len(amounts), DEALS_AT_ONCE):
        part = slice(start, start + DEALS_AT_ONCE)
        won, squared = _portion(odds[part], amounts[part], factor, rng)
        totals += won
        variance += squared
    return np.maximum(totals + spread * np.sqrt(variance) * rng.standard_normal(totals.shape), 0.0)


def _portion(
    odds: Matrix, amounts: NDArray[np.float64], factor: Matrix, rng: np.random.Generator
) -> tuple[Matrix, Matrix]:
    """Return the sums of amounts won, and of their squares."""
    left = rng.random((len(factor), len(amounts)), dtype=np.float32)
    sums = np.zeros((*factor.shape, 2))
    weights = np.column_stack([amounts, amounts**2])
    for quarter in range(odds.shape[1]):
        shifted = (factor[:, [quarter]] * odds[:, quarter]).astype(np.float32)
        chance = shifted / (1 + shifted)
        won = left < chance
        sums[:, quarter] = won @ weights
        # Given that it was not won, the draw is uniform again over what remains; a won deal can win no more.
        left = np.where(won, np.float32(2), (left - chance) / (1 - chance))
    return sums[..., 0], sums[..., 1]
