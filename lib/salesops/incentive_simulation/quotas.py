"""Quotas that are a fair chance: from potential and history, adding up to the target to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.coming_target import CompanyTarget

    Floats = NDArray[np.float64]

CENTS = 100
FEWEST = 3
"""Sellers from which a line through potential and history can be drawn."""


@passes_not_enough_data
def set_quotas(
    territories: pd.DataFrame, target: float, over_assignment: float, territory_part: float
) -> pd.DataFrame | NotEnoughData:
    """Share out a target to sellers so that each has the same chance to reach it.

    The log of each one's part of past sales is regressed on the log of potential. What is left over is luck, skill or a
    territory that potential misjudges. Luck is taken out by shrinkage, with the weight
    w = τ²/(τ² + σ²/n) of empirical Bayes (n quarters of noise σ², τ² what differs for good); of the rest only
    `territory_part` raises or lowers a quota, since a quota that grew with skill would take back what skill earns.
    Where no potential is known, all that lasts is taken to be the territory's.

    Parameters
    ----------
    territories
        From `territories`.
    target
        Money to share out.
    over_assignment
        By how much quotas add up to more than the target, 0.05 for 5%.
    territory_part
        Which part of a lasting difference is taken to be the territory's and not the seller's, 0 to 1.

    Returns
    -------
    DataFrame or NotEnoughData
        `territories` with expected (each one's part of sales by its own record, shrunk), fair (part by which the target
        is shared out), weight (w × territory_part), new_quota (money, adding up to target × (1 + over_assignment) to
        the cent) and change (new_quota over quota, less 1).

    Examples
    --------
    >>> rows = {"rep_id": ["A", "B"], "potential": [3.0, 1.0], "history": [0.5, 0.5], "quarters": [4, 4]}
    >>> found = set_quotas(pd.DataFrame(rows | {"noise": 0.2, "quota": 1.0}), 100.01, 0.0, 0.5)
    >>> found["new_quota"].tolist()
    [50.01, 50.0]
    """
    if not (np.isfinite(target) and target > 0):
        return NotEnoughData("a sales target of the company above zero for the coming quarter")
    line, left, weight = _line(territories)
    if not territories["potential"].gt(0).any():
        # Nothing tells a rich territory from a good seller, and a quota that takes all for skill would be absurd.
        territory_part = 1.0
    fair = np.exp(line + territory_part * weight * left)
    new_quota = to_the_cent(target * (1 + over_assignment), fair)
    expected = np.exp(line + weight * left)
    return territories.assign(
        expected=expected / expected.sum(),
        fair=fair / fair.sum(),
        weight=territory_part * weight,
        new_quota=new_quota,
        change=new_quota / territories["quota"] - 1,
    )


@passes_not_enough_data
def quota_calendar(
    quotas: pd.DataFrame, target: CompanyTarget, later: list[CompanyTarget], over_assignment: float
) -> pd.DataFrame:
    """Return the fair quotas of the coming quarter and of those whose goals are known, each adding up to the cent.

    Parameters
    ----------
    quotas, target
        From `set_quotas` and `coming_target`.
    later
        From `later_goals`.
    over_assignment
        By how much quotas add up to more than the target.

    Returns
    -------
    DataFrame
        `quotas` with period before it, once per quarter; quota and change are of the last quarter in all of them.
    """
    first = quotas.assign(period=target.period)
    parts = [
        quotas.assign(period=goal.period, new_quota=to_the_cent(goal.amount * (1 + over_assignment), quotas["fair"]))
        for goal in later
    ]
    table = pd.concat([first, *(part.assign(change=part["new_quota"] / part["quota"] - 1) for part in parts)])
    return table[["period", *quotas.columns]].reset_index(drop=True)


def to_the_cent(total: float, weights: Floats | pd.Series) -> Floats:
    """Share out money by weights with no cent left over, by the largest remainders.

    Examples
    --------
    >>> to_the_cent(10.0, np.ones(3)).tolist()
    [3.34, 3.33, 3.33]
    """
    cents = round(total * CENTS)
    exact = cents * np.asarray(weights, float) / np.sum(weights)
    shares = np.floor(exact)
    first = np.argsort(shares - exact, kind="stable")[: int(cents - shares.sum())]
    shares[first] += 1
    money: Floats = np.round(shares / CENTS, 2)
    return money


def _line(territories: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Return what potential makes expect (log), how far history lies off, and how much of that is lasting."""
    history = np.log(territories["history"].to_numpy(float))
    count = territories["quarters"].to_numpy(float)
    noise = territories["noise"].to_numpy(float) / np.maximum(count, 1e-9)
    known = np.isfinite(history) & (count > 0)
    design = _design(territories)
    if known.sum() == 0:
        return design[:, 1], np.zeros(len(history)), np.zeros(len(history))
    weights = np.where(known, count, 0.0)
    line = design @ _fit(design, np.where(known, history, 0.0), weights)
    left = np.where(known, history - line, 0.0)
    lasting = _lasting(left, noise, weights, design.shape[1])
    return line, left, np.where(known, lasting / np.maximum(lasting + noise, 1e-12), 0.0)


def _design(territories: pd.DataFrame) -> Floats:
    """Return ones and the log of potential, centred; without potential, the same for all."""
    potential = territories["potential"].to_numpy(float)
    known = np.isfinite(potential) & (potential > 0)
    if known.sum() == 0:
        return np.column_stack([np.ones(len(potential)), np.zeros(len(potential))])
    logs = np.log(np.where(known, potential, 1.0))
    return np.column_stack([np.ones(len(potential)), np.where(known, logs - logs[known].mean(), 0.0)])


def _fit(design: Floats, history: Floats, weights: Floats) -> Floats:
    root = np.sqrt(weights)[:, None]
    if (weights > 0).sum() < FEWEST:
        # Two points make a line without leaving anything over: the common level alone is taken.
        design = design * np.array([1.0, 0.0])
    return np.asarray(np.linalg.lstsq(design * root, history * root[:, 0], rcond=None)[0], dtype=np.float64)


def _lasting(left: Floats, noise: Floats, weights: Floats, fitted: int) -> float:
    """Return the variance that is left when the noise of so many quarters is taken out, by moments."""
    known = weights > 0
    freedom = max(known.sum() - fitted, 1)
    return max(float((left[known] ** 2).sum() / freedom - noise[known].mean()), 0.0)
