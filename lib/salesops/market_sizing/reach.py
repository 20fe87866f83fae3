"""From the total market to what we can serve and win: one simulated market per draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from salesops.market_sizing.intervals import Z80

if TYPE_CHECKING:
    from salesops.market_sizing.arrays import Array, Flags, Ints

PULL = 0.6
"""Standard deviation, in logs, of how much of the way to our better segments' share is made."""
SHARED = 0.3
"""Correlation of the errors of two segments' sizes: they rest on the same sources."""


@dataclass(frozen=True)
class Ground:
    """What is known of each segment and of the sales force, in medians and standard deviations.

    Parameters
    ----------
    low, middle, high
        Total market: p10, p50, p90 by segment, money a year.
    fit, fit_sd
        Share of it that we can serve.
    sales, customers, each
        What we sell a year, to how many, and what one more customer would buy.
    share, goal
        Our share of what we can serve now, and that of our better segments.
    growth, growth_sd, growth_known
        Of the market, a year, in logs; `growth_known` says where it was measured and is not supposed.
    region
        Position of each segment's region in `reps`.
    reps, ramped
        Reps by region, in place and new ones for the part of the years in which they carry as many as others.
    per_rep, per_rep_sd
        Customers that one carries, and its standard deviation in logs; without reps nothing bounds what can be won.
    lag
        Years from the middle of the year that sizes are of to that of the twelve months that sales are of.
    years
        Years ahead in which the way to the better share is made.
    """

    low: Array
    middle: Array
    high: Array
    fit: Array
    fit_sd: Array
    sales: Array
    customers: Array
    each: Array
    share: Array
    goal: Array
    growth: Array
    growth_sd: Array
    growth_known: Flags
    region: Ints
    reps: Array
    per_rep: float
    per_rep_sd: float
    lag: float
    years: int


INPUTS = ("size of the market", "what we can serve", "share to be won", "growth of the market", "customers per rep")


class Scores(NamedTuple):
    """Standard normal scores of each input: draws × segments, or draws × 1 where all segments move together."""

    size: Array
    fit: Array
    pull: Array
    growth: Array
    per_rep: Array


class Reached(NamedTuple):
    """Draws × segments, money a year: all, what can be served, what could be won, and what reps can carry of that."""

    total: Array
    served: Array
    wanted: Array
    won: Array


def drawn_scores(draws: int, segments: int, seed: int) -> Scores:
    """Return independent scores; those of sizes share a part."""
    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal((draws, 1)), rng.standard_normal((draws, segments))
    size = np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * own
    fit, growth = rng.standard_normal((draws, segments)), rng.standard_normal((draws, segments))
    return Scores(size, fit, rng.standard_normal((draws, 1)), growth, rng.standard_normal((draws, 1)))


def reach(ground: Ground, scores: Scores, ahead: float | None = None) -> Reached:
    """Return the market that can be served and won in each draw.

    The served market is total × fit. Some years ahead we hold today's share of it plus a part of the way to the share
    that our better segments have. In each region the customers beyond today's whom that takes are cut by one factor to
    those that the reps can carry.

    Parameters
    ----------
    ground
        Medians and standard deviations.
    scores
        From `drawn_scores`, or chosen ones.
    ahead
        Years from now that sales are of; `ground.years` if not given.
    """
    ahead = ground.years if ahead is None else ahead
    spread = np.where(scores.size < 0, np.log(ground.middle / ground.low), np.log(ground.high / ground.middle)) / Z80
    total = ground.middle * np.exp(scores.size * spread)
    served = total * np.clip(ground.fit + ground.fit_sd * scores.fit, 0, 1)
    yearly = ground.growth + ground.growth_sd * scores.growth
    growth = np.exp(ahead * yearly)
    gain = np.maximum(ground.goal - ground.share, 0.0) * np.exp(PULL * scores.pull) * min(ahead / ground.years, 1.0)
    kept = ground.sales * growth
    more = np.minimum(gain, 1 - ground.share) * served * np.exp((ahead + ground.lag) * yearly)
    return Reached(total, served, kept + more, kept + more * _carried(ground, scores, more / (ground.each * growth)))


def _carried(ground: Ground, scores: Scores, customers: Array) -> Array | float:
    """Return the part of the further customers, draws × segments, whom the reps of their region can carry."""
    if not len(ground.reps):
        return 1.0
    regions = np.eye(len(ground.reps))[ground.region]
    carried = ground.reps * ground.per_rep * np.exp(ground.per_rep_sd * scores.per_rep)
    free = np.maximum(carried - ground.customers @ regions, 0.0)
    factor = np.minimum(free / np.maximum(customers @ regions, 1e-9), 1.0)
    return factor[:, ground.region]


def summed(ground: Ground, scores: Array) -> Array:
    """Return the money that can be won in all segments, from draws × `INPUTS`: each input moves all segments alike.

    Segments' own errors cancel in a sum; the score of an input that segments have of their own is shortened by as much.
    """
    weight = ground.middle / ground.middle.sum()
    own = float(np.sqrt((weight**2).sum()))
    together = np.array([np.sqrt(SHARED + (1 - SHARED) * own**2), own, 1.0, own, 1.0])
    columns = np.split(scores * together, len(INPUTS), axis=1)
    won: Array = reach(ground, Scores(*columns)).won.sum(axis=1)
    return won
