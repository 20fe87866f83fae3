"""The fortune of a quarter: what moves the chances of all deals together, by the season and beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.win_probability.marks import MONTHS_PER_QUARTER
from salesops.win_probability.some_deals import some_deals
from salesops.win_probability.standpoints import first_quarter_chance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.standpoints import Standpoint

    Matrix = NDArray[np.float64]

# With few past quarters the swing cannot be seen well: it is never taken to be smaller than this, in log-odds.
LEAST_SWING = 0.15
TAIL_DEGREES_OF_FREEDOM = 5
TAIL_SD = np.sqrt(TAIL_DEGREES_OF_FREEDOM / (TAIL_DEGREES_OF_FREEDOM - 2))
QUARTERS = 4
# So many looks show the swing of a quarter; more add time.
MANY_LOOKS = 60_000
# Before the data is seen, quarters of the year differ by some twenty per cent in the odds of winning.
SEASON_PRIOR_SD = 0.2


@dataclass(frozen=True)
class Fortune:
    """What a quarter adds to the log-odds of winning of every deal in it.

    Parameters
    ----------
    season
        Effect of the quarter that follows the standpoint, and of the next three.
    swing
        Standard deviation of what comes on top, and is the same for all deals of a quarter.
    """

    season: NDArray[np.float64]
    swing: float

    def draw(self, starts: NDArray[np.float64], rng: np.random.Generator, count: int) -> Matrix:
        """Return drawn factors on the odds of winning, shape (count, quarters).

        Parameters
        ----------
        starts
            When each quarter begins, in quarters after the standpoint.
        """
        below = np.floor(starts).astype(int)
        part = starts - below
        season = (1 - part) * self.season[below % QUARTERS] + part * self.season[(below + 1) % QUARTERS]
        swings = rng.standard_t(TAIL_DEGREES_OF_FREEDOM, (count, len(starts))) / TAIL_SD
        factor: Matrix = np.exp(season + self.swing * swings)
        return factor

    def odds(self, chance: Matrix) -> Matrix:
        """Return the odds that swings leave with the given chance on average, any shape.

        A swing in log-odds lifts small chances more than it lowers them, and large ones the other way: to second order
        by swing² ÷ 2 · (1 − 2 chance).
        """
        within = chance.clip(1e-9, 1 - 1e-9)
        odds: Matrix = within / (1 - within) * np.exp(-(self.swing**2) / 2 * (1 - 2 * within))
        return odds


def learn_fortune(standpoint: Standpoint) -> Fortune:
    """Return season and swing from past quarters: deals won against the number expected, in log-odds.

    The chance of a quarter is off by (won − expected) ÷ variance, roughly normal with variance 1 ÷ (binomial variance)
    + swing². The swing follows by moments, the season as its mean per quarter of the year shrunk to none; what is not
    known of the season counts as swing. Expectations come from a model that has seen those quarters, but holds no
    effect of single ones.
    """
    past = past_quarters(standpoint)
    swing = _swing(past["gap"], past["variance"])
    weight = 1 / (1 / past["variance"] + swing**2)
    quarter = np.arange(QUARTERS)[:, None] == past["quarter"].to_numpy()
    precision = quarter @ weight.to_numpy() + SEASON_PRIOR_SD**-2
    season = quarter @ (weight * past["gap"] / past["variance"]).to_numpy() / precision
    rest = past["gap"] - season[past["quarter"]] * past["variance"]
    swing = float(np.sqrt(_swing(rest, past["variance"]) ** 2 + (1 / precision).mean()))
    return Fortune(season, max(swing, LEAST_SWING))


def past_quarters(standpoint: Standpoint) -> pd.DataFrame:
    """Return past quarters with the deals won less those expected, and the binomial variance.

    Returns
    -------
    DataFrame
        quarter (of the year, 0 for the one that follows the standpoint), gap and variance.
    """
    ago = standpoint.mark - standpoint.rows["mark"]
    looks = some_deals(standpoint.rows[(ago > 0) & (ago % MONTHS_PER_QUARTER == 0)], MANY_LOOKS)
    chance = first_quarter_chance(standpoint.model, looks)
    ended = looks["closed_mark"].where(looks["closed_mark"] >= 0, np.inf) - looks["mark"]
    won = (looks["status"] == "won") & (ended <= MONTHS_PER_QUARTER)
    terms = pd.DataFrame({"gap": won - chance, "variance": np.maximum(chance * (1 - chance), 1e-9)})
    sums = terms.groupby(looks["mark"].to_numpy()).sum()
    quarter = -(standpoint.mark - sums.index.to_numpy()) // MONTHS_PER_QUARTER % QUARTERS
    return sums.assign(quarter=quarter)


def _swing(gap: pd.Series, variance: pd.Series) -> float:
    excess = float((gap**2 - variance).sum() / max(float((variance**2).sum()), 1e-12))
    return float(np.sqrt(max(excess, 0.0)))
