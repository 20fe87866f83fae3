"""What each rep's deals say of its coming quarter, beyond what its record says: won ones to deliver, and open ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesops.incentive_simulation.attainment import log_attainment
from salesops.incentive_simulation.quarters import quarter_of_day
from salesops.incentive_simulation.results import usable
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FLOOR = 0.2
"""Added to deals, as a share of the quota, before their logarithm: half a deal more or less is no news."""

FEWEST_REPS, FEWEST_QUARTERS = 4, 4
LEAST_LEFT = 0.2
PASSES = 20


@dataclass(frozen=True, eq=False)
class Pipeline:
    """What deals say of the coming quarter.

    Parameters
    ----------
    shift
        Log attainment beyond the usual that each rep's deals make expect, by rep_id.
    left
        Share of the variance of a rep's own luck in the quarter that is left once its deals are known.
    """

    shift: pd.Series | None = None
    left: float = 1.0

    def of(self, reps: Any) -> Floats:
        """Return the shifts of some reps, in their order, less their mean: how high all stand, the forecast says.

        Whose deals are not known stands at the mean.
        """
        known = pd.Series(dtype=float) if self.shift is None else self.shift
        shifts = known.reindex(reps).to_numpy(dtype=np.float64)
        there = np.isfinite(shifts)
        return np.where(there, shifts - (shifts[there].mean() if there.any() else 0.0), 0.0)


def pipeline(results: pd.DataFrame, deals: pd.DataFrame | NotEnoughData) -> Pipeline:
    """Return what deals say of the quarter after the last one of the results, as far as they said it of past quarters.

    Log attainment, less rep and quarter effects, is regressed on the logs of what was won in the quarter before and of
    what was open at the quarter's start, both over quota and less the same effects; coefficients are drawn to zero by
    1 − 1/F, F being the fit's own (Copas 1983, "Regression, prediction and shrinkage", JRSS B 45).

    Parameters
    ----------
    results
        Rows of reps and quarters: rep_id, quarter (a number), region, sales, sales_quota.
    deals
        Table opportunities as of a day: rep_id, amount, created_at, closed_at, status.
    """
    if isinstance(deals, NotEnoughData) or not {"rep_id", "closed_at"} <= set(deals):
        return Pipeline()
    deals = deals.dropna(subset=["rep_id", "created_at", "amount"])
    if deals.empty:
        return Pipeline()
    logs, _ = log_attainment(results)
    seen = _seen(results, deals, logs)
    known = np.isfinite(logs.to_numpy()) & (logs.columns > quarter_of_day(deals["created_at"]).min())
    known &= known.sum(axis=1, keepdims=True) >= FEWEST_QUARTERS
    if known.any(axis=1).sum() < FEWEST_REPS:
        return Pipeline()
    off = np.stack([within(one[:, :-1], known)[known] for one in seen], axis=1)
    target = within(logs.to_numpy(), known)[known]
    slopes, left = _slopes(off, target)
    shift = sum(slope * _news(one, known) for slope, one in zip(slopes, seen, strict=True))
    return Pipeline(pd.Series(shift, index=logs.index), left)


def _seen(results: pd.DataFrame, deals: pd.DataFrame, logs: pd.DataFrame) -> list[Floats]:
    """Return logs of won and of open deals over quota, reps × quarters and the coming quarter; quotas stay the last."""
    quotas = results[usable(results)].pivot(index="rep_id", columns="quarter", values="sales_quota").reindex_like(logs)
    coming = int(logs.columns.max()) + 1
    quotas = quotas.assign(**{"coming": quotas.ffill(axis=1).iloc[:, -1]}).set_axis([*logs.columns, coming], axis=1)
    tables = deals_by_quarter(deals, logs.index, quotas.columns)
    return [np.log(np.maximum(table / quotas.to_numpy(), 0.0) + FLOOR) for table in tables]


def deals_by_quarter(deals: pd.DataFrame, reps: Any, quarters: Any) -> tuple[Floats, Floats]:
    """Return amounts won in the quarter before each, and amounts open at its start, reps × quarters.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-01-05", "2026-02-01"])
    >>> deals = pd.DataFrame({"rep_id": "R", "amount": [5.0, 7.0], "created_at": day, "status": ["won", "open"]})
    >>> deals["closed_at"] = pd.to_datetime(["2026-04-05", None])
    >>> [table.tolist() for table in deals_by_quarter(deals, ["R"], quarter_of_day(["2026-04-01", "2026-07-01"]))]
    [[[0.0, 5.0]], [[12.0, 7.0]]]
    """
    closed = deals["closed_at"].notna()
    made, ended = _by_quarter(deals, "created_at", reps), _by_quarter(deals[closed], "closed_at", reps)
    won = _by_quarter(deals[closed & (deals["status"] == "won")], "closed_at", reps)
    before = np.asarray(quarters) - 1
    first, last = min(made.columns.min(), before.min()), before.max()
    every = range(int(first), int(last) + 1)
    opened, gone = (table.reindex(columns=every, fill_value=0.0).cumsum(axis=1) for table in (made, ended))
    return won.reindex(columns=before, fill_value=0.0).to_numpy(), (opened - gone)[before].to_numpy()


def _by_quarter(deals: pd.DataFrame, day: str, reps: Any) -> pd.DataFrame:
    rows = pd.DataFrame({"rep_id": deals["rep_id"], "amount": deals["amount"], "quarter": quarter_of_day(deals[day])})
    table = rows.pivot_table("amount", "rep_id", "quarter", aggfunc="sum", fill_value=0.0)
    return table.reindex(reps, fill_value=0.0)


def within(values: Floats, known: NDArray[np.bool_]) -> Floats:
    """Return values less the effects of rows and columns, over the known ones alone.

    Examples
    --------
    >>> within(np.array([[1.0, 2.0], [3.0, 4.0]]), np.full((2, 2), True)).round(9).tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """
    found = np.where(known, values, 0.0)
    rows, columns = (np.maximum(known.sum(axis=axis, keepdims=True), 1) for axis in (1, 0))
    for _ in range(PASSES):
        found = np.where(known, found - found.sum(axis=1, keepdims=True) / rows, 0.0)
        found = np.where(known, found - found.sum(axis=0, keepdims=True) / columns, 0.0)
    return found


def _slopes(seen: Floats, target: Floats) -> tuple[Floats, float]:
    """Return coefficients, drawn to zero, and the share of the variance that they leave."""
    slopes: Floats = np.linalg.lstsq(seen, target, rcond=None)[0].astype(np.float64)
    gained, noise = float(((seen @ slopes) ** 2).sum()), float(((target - seen @ slopes) ** 2).mean())
    slopes = slopes * (max(0.0, 1 - len(slopes) * noise / gained) if gained > 0 else 0.0)
    total = float((target**2).mean())
    left = float(((target - seen @ slopes) ** 2).mean()) / total if total > 0 else 1.0
    return slopes, min(max(left, LEAST_LEFT), 1.0)


def _news(seen: Floats, known: NDArray[np.bool_]) -> Floats:
    """Return how far the coming quarter's deals lie above each rep's usual ones."""
    count = known.sum(axis=1)
    usual = np.where(known, seen[:, :-1], 0.0).sum(axis=1) / np.maximum(count, 1)
    usual = np.where(count > 0, usual, usual[count > 0].mean())
    news: Floats = seen[:, -1] - usual
    return news
