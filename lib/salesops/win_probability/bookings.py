"""What the open deals will bring in this quarter and the next three, with the swings that all deals share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.chances import cumulative
from salesops.win_probability.marks import MONTHS_PER_QUARTER, coming_quarters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.learn import DealModel

    Matrix = NDArray[np.float64]

SIMULATIONS = 2000
DEALS_AT_ONCE = 2000
SEED = 7
# With few past quarters the swing cannot be seen well: it is never taken to be smaller than this, in log-odds.
LEAST_SWING = 0.15
TAIL_DEGREES_OF_FREEDOM = 5
QUANTILES = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}


@passes_not_enough_data
def bookings(learned: DealModel, deals: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return bookings per quarter from the deals open today; deals not yet born are left out.

    Each simulation draws a swing per quarter that moves the log-odds of all deals together (Student t with 5 degrees
    of freedom), then each deal's fate.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.
    deals
        From `open_deals`: opportunity_id and amount. Deals without an amount count as 0.

    Returns
    -------
    DataFrame
        period (2026Q4), mean, p10, p25, p50, p75, p90, in the currency of the amounts.
    """
    if not (deals["amount"] > 0).any():
        return NotEnoughData("amounts of open deals", "all are empty or zero")
    quarters = coming_quarters(learned.as_of)
    won = win_chances(learned, quarters["quarters_ahead"].to_numpy())
    amount = deals.set_index("opportunity_id")["amount"].reindex(learned.today["opportunity_id"]).fillna(0.0)
    totals = simulate_bookings(won, amount.to_numpy(float), common_swing(learned))
    found = {name: np.quantile(totals, level, axis=0) for name, level in QUANTILES.items()}
    return pd.DataFrame({"period": quarters["period"], "mean": totals.mean(axis=0), **found})


def win_chances(learned: DealModel, horizons: Matrix) -> Matrix:
    """Return the chance of each open deal to be won in each quarter if still open then, shape (deals, quarters)."""
    hazards = learned.model.hazards(learned.today)
    by = cumulative(hazards, np.broadcast_to(np.r_[0.0, horizons], (len(learned.today), len(horizons) + 1)))
    chance: Matrix = np.diff(by.won, axis=1) / np.maximum(1 - by.won[:, :-1], 1e-12)
    return chance


def simulate_bookings(chance: Matrix, amount: NDArray[np.float64], swing: float) -> Matrix:
    """Return simulated bookings, shape (simulations, quarters).

    Parameters
    ----------
    chance
        Chance of each deal to be won in each quarter if not won before, shape (deals, quarters).
    amount
        Of each deal.
    swing
        Scale of the common swing, in log-odds.
    """
    rng = np.random.default_rng(SEED)
    quarters = chance.shape[1]
    shift = swing * rng.standard_t(TAIL_DEGREES_OF_FREEDOM, (SIMULATIONS, quarters))
    odds = chance.clip(1e-9, 1 - 1e-9) / (1 - chance.clip(1e-9, 1 - 1e-9))
    totals = np.zeros((SIMULATIONS, quarters))
    # In portions, so that memory stays the same however many deals are open.
    for start in range(0, len(amount), DEALS_AT_ONCE):
        part = slice(start, start + DEALS_AT_ONCE)
        totals += _portion(odds[part], amount[part], np.exp(shift), rng)
    return totals


def _portion(odds: Matrix, amount: NDArray[np.float64], factor: Matrix, rng: np.random.Generator) -> Matrix:
    left = rng.random((SIMULATIONS, len(amount)), dtype=np.float32)
    totals = np.zeros((SIMULATIONS, odds.shape[1]))
    for quarter in range(odds.shape[1]):
        shifted = (factor[:, [quarter]] * odds[:, quarter]).astype(np.float32)
        chance = shifted / (1 + shifted)
        won = left < chance
        totals[:, quarter] = won @ amount
        # Given that it was not won, the draw is uniform again over what remains; a won deal can win no more.
        left = np.where(won, np.float32(2), (left - chance) / (1 - chance))
    return totals


def common_swing(learned: DealModel) -> float:
    """Return how much a quarter moves all deals together, as a standard deviation in log-odds.

    From past quarters: (won − expected)² in excess of the binomial variance, over the squared slope of the expected
    number along the log-odds (moments). Expectations come from today's model, which has seen those quarters; what is
    theirs alone is not in it, since it holds no effect of single quarters.
    """
    past = learned.snapshots
    ago = learned.last_mark - past["mark"]
    past = past[(ago > 0) & (ago % MONTHS_PER_QUARTER == 0)]
    chance = learned.model.predict_proba_by(past, [1.0]).won[:, 0]
    ended = past["closed_mark"].where(past["closed_mark"] >= 0, np.inf) - past["mark"]
    won = (past["status"] == "won") & (ended <= MONTHS_PER_QUARTER)
    variance = chance * (1 - chance)
    sums = pd.DataFrame({"gap": won - chance, "variance": variance}).groupby(past["mark"].to_numpy()).sum()
    excess = float((sums["gap"] ** 2 - sums["variance"]).sum() / max((sums["variance"] ** 2).sum(), 1e-12))
    return float(max(np.sqrt(max(excess, 0.0)), LEAST_SWING))
