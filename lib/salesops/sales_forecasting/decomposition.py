"""An annual goal broken down to quarters, months and every part of the business, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.largest_remainder import shared_out
from salesops.sales_forecasting.series import ALL, COMPANY, LEVEL_COLUMNS, NOT_GIVEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.sales_forecasting.goal import Goal
    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array

COLUMNS = ["period", "level", "key", "measure", "target", "share"]
REGION, REP = "region", "rep"
CENTS = 100
YEAR_MONTHS = 12


@passes_not_enough_data
def target_split(
    goal: Goal, outlook: Outlook, potential: Mapping[str, pd.Series], seats: pd.Series, potential_weight: float = 0.3
) -> pd.DataFrame:
    """Break the goal down to months, and each month to regions, product lines, channels and reps.

    A month gets its share by the season expected of the company. Within a month, parts share by what each should sell
    in it, mixed with its share of the customers' potential where that is known. Every split leaves no remainder
    (largest remainders, to the cent), and quarters and the year are sums of months, so that all add up exactly: months
    to quarters to the year, reps to their region, regions, lines and channels each to the company.

    Parameters
    ----------
    goal
        Result of `goal_of`.
    outlook
        Result of `forecast_sales`.
    potential
        From a level to the potential of its parts (money by key).
    seats
        Region by rep at work; empty if that is not known, and reps then share the company's goal.
    potential_weight
        Weight of potential in a part's share, 0 to 1.

    Returns
    -------
    DataFrame
        period (2027, 2027Q1, 2027-01), level, key, measure (sales), target (money) and share (of the company's in that
        period). The first four and target are the columns of the input table targets.
    """
    company = outlook.column(COMPANY, ALL)
    season = np.maximum(goal.months.expected[:, company], 0.0)[None]
    months = shared_out(np.array([round(goal.amount * CENTS)]), season)[0]
    parts: dict[str, tuple[list[str], Array]] = {COMPANY: ([ALL], months[:, None])}
    for level in [name for name in LEVEL_COLUMNS if name != REP and name in outlook.level]:
        keys, weights = _weights(goal, outlook, level, potential.get(level), potential_weight)
        parts[level] = (keys, shared_out(months, weights))
    if REP in outlook.level:
        parts[REP] = _reps(goal, outlook, parts, seats, potential.get(REP), potential_weight)
    table = pd.concat([_rows(level, keys, cents, goal.year) for level, (keys, cents) in parts.items()])
    whole = table["period"].map(table[table["level"] == COMPANY].set_index("period")["target"])
    return table.assign(share=table["target"] / whole.where(whole > 0)).reset_index(drop=True)[COLUMNS]


def _weights(
    goal: Goal, outlook: Outlook, level: str, potential: pd.Series | None, weight: float
) -> tuple[list[str], Array]:
    """Return the keys of a level, and the weight of each in every month; 12 × keys."""
    columns = np.flatnonzero(outlook.level == level)
    keys = outlook.key[columns].tolist()
    expected = np.maximum(goal.months.expected[:, columns], 0.0)
    return keys, expected * _lift(keys, expected.sum(axis=0), potential, weight)


def _lift(keys: list[str], expected: Array, potential: pd.Series | None, weight: float) -> Array:
    """Return the factor per key that brings its share of the year to the mix of expectation and potential."""
    known = np.zeros(len(keys)) if potential is None else potential.reindex(keys).fillna(0.0).to_numpy(float)
    if known.sum() <= 0 or expected.sum() <= 0:
        return np.ones(len(keys))
    share = expected / expected.sum()
    # A part without any known potential keeps its own share.
    told = known > 0
    by_potential = np.where(told, known / known.sum() * share[told].sum(), share)
    mixed = (1 - weight) * share + weight * by_potential
    return np.asarray(np.divide(mixed, share, out=np.ones(len(keys)), where=share > 0))


def _reps(
    goal: Goal,
    outlook: Outlook,
    parts: Mapping[str, tuple[list[str], Array]],
    seats: pd.Series,
    potential: pd.Series | None,
    weight: float,
) -> tuple[list[str], Array]:
    """Share each region's months among its reps at work; the company's among all reps where regions are not known."""
    keys, weights = _weights(goal, outlook, REP, potential, weight)
    if seats.empty or REGION not in parts:
        return keys, shared_out(parts[COMPANY][1][:, 0], weights)
    by_rep = pd.DataFrame(weights.T, index=keys)
    at_work = by_rep.reindex(seats.index)
    # Who has no sales yet gets what is typical of the region.
    typical = at_work.groupby(seats).transform("mean").fillna(1.0)
    at_work = at_work.fillna(typical)
    found: list[tuple[list[str], Array]] = []
    for place, region in enumerate(parts[REGION][0]):
        mates = at_work[(seats == region).to_numpy()]
        names = mates.index.tolist() or [NOT_GIVEN]
        shares = mates.to_numpy(float).T if len(mates) else np.ones((YEAR_MONTHS, 1))
        found.append((names, shared_out(parts[REGION][1][:, place], shares)))
    names = [name for each, _ in found for name in each]
    merged = pd.DataFrame(np.concatenate([cents for _, cents in found], axis=1).T, index=names).groupby(level=0).sum()
    return merged.index.tolist(), merged.to_numpy().T


def _rows(level: str, keys: list[str], cents: Array, year: int) -> pd.DataFrame:
    """Return year, quarters and months of one level as rows; cents 12 × keys."""
    quarters = cents.reshape(4, 3, -1).sum(axis=1)
    periods = [str(year), *(f"{year}Q{q}" for q in range(1, 5)), *(f"{year}-{m:02d}" for m in range(1, 13))]
    values = np.concatenate([cents.sum(axis=0)[None], quarters, cents])
    return pd.DataFrame(
        {
            "period": np.repeat(periods, len(keys)),
            "level": level,
            "key": np.tile(np.array(keys, dtype=object), len(periods)),
            "measure": "sales",
            "target": values.ravel() / CENTS,
        }
    )


def seats_of(reps: pd.DataFrame | NotEnoughData) -> pd.Series:
    """Return the region of each rep at work who sells, by rep_id; empty where the table reps does not tell.

    Parameters
    ----------
    reps
        Table reps, cut to the as-of day: who has left by then carries a day.
    """
    if isinstance(reps, NotEnoughData) or "region" not in reps:
        return pd.Series(dtype=object)
    at_work = reps["left_at"].isna() if "left_at" in reps else pd.Series(data=True, index=reps.index)
    sells = reps["role"].fillna("AR").eq("AR") if "role" in reps else True
    kept = reps[at_work & sells & reps["region"].notna()]
    return pd.Series(kept["region"].to_numpy(object), index=kept["rep_id"].to_numpy(object))
