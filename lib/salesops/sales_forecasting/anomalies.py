"""Months that left the band their own history predicted, and the parts that took them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.series import CELL, COMPANY, CROSSED

if TYPE_CHECKING:
    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array

NORMAL = 1.4826
# A month outside this many robust deviations comes by chance once in a hundred.
BAND = 2.58
FEWEST_MONTHS = 12
TINY = 1e-9
COLUMNS = ["month", "level", "key", "actual", "expected", "low", "high", "gap", "by", "child", "contribution"]


@passes_not_enough_data
def anomalies(outlook: Outlook) -> pd.DataFrame | NotEnoughData:
    """Return the months of the company, of regions, product lines and channels that nobody could have expected.

    Each month is held against the forecast made one month before, from what was known then. The band is 2.58 robust
    deviations of such errors wide, learned without the month that is judged: one month in a hundred leaves it by
    chance. What the parts below contribute adds up to the whole gap.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.

    Returns
    -------
    DataFrame or NotEnoughData
        month (2026-03), level, key, actual, expected, low, high, gap (actual less expected; money), and one row per
        part that the gap is made of: by (region, product_line or channel: the one that explains it with the fewest
        parts), child and contribution (money); newest first, the largest contribution first.
    """
    actual, expected, low, high = expected_bands(outlook)
    if np.isfinite(low[:, outlook.structure.company]).sum() < FEWEST_MONTHS:
        return NotEnoughData("a longer history of orders", "too few months could be forecast one month before")
    gap = actual - expected
    outside = ((actual < low) | (actual > high)) & np.isin(outlook.level, [COMPANY, *CROSSED])
    rows = [_explained(outlook, gap, origin, node) for origin, node in np.argwhere(outside)]
    if not rows:
        return pd.DataFrame(columns=COLUMNS)
    found = pd.concat(rows, ignore_index=True)
    at = found["origin"].to_numpy(), found["node"].to_numpy()
    month = (outlook.last_month - outlook.rolling.cuts + 1).astype(str)
    names = {"month": month[at[0]], "level": outlook.level[at[1]], "key": outlook.key[at[1]]}
    sizes = {"actual": actual, "expected": expected, "low": low, "high": high, "gap": gap}
    return found.assign(**names, **{name: values[at] for name, values in sizes.items()})[COLUMNS]


def expected_bands(outlook: Outlook) -> tuple[Array, Array, Array, Array]:
    """Return what was sold in each month, and what was expected one month before with its band.

    Returns
    -------
    tuple of Array
        Actual, expected, low and high; origins × nodes, the newest month first. NaN where nothing was expected.
    """
    expected, actual = outlook.rolling.mean[:, 0], outlook.rolling.actual[:, 0]
    reach = BAND * _robust_deviation(actual - expected)
    return actual, expected, np.maximum(expected - reach, outlook.floor), expected + reach


def _robust_deviation(gap: Array) -> Array:
    """Return the usual size of gaps, each month's from all others (median absolute error); months × nodes."""
    size = np.full(gap.shape, np.nan)
    for month in range(len(gap)):
        others = np.delete(np.abs(gap), month, axis=0)
        enough = np.isfinite(others).sum(axis=0) >= FEWEST_MONTHS - 1
        size[month, enough] = NORMAL * np.nanmedian(others[:, enough], axis=0)
    return np.where(size > TINY, size, np.nan)


def _explained(outlook: Outlook, gap: Array, origin: int, node: int) -> pd.DataFrame:
    """Return the parts of one gap, by the grouping in which the largest of them explains most."""
    groupings = _groupings(outlook, gap[origin], node)
    by = max(groupings, key=lambda name: float(np.abs(groupings[name]).max()), default="")
    parts = groupings[by].sort_values(key=np.abs, ascending=False) if by else pd.Series({"": gap[origin, node]})
    return pd.DataFrame(
        {"by": by, "child": parts.index, "contribution": parts.to_numpy(), "origin": origin, "node": node}
    )


def _groupings(outlook: Outlook, gap: Array, node: int) -> dict[str, pd.Series]:
    """Return, per level that cuts through a node, what each part contributes; what has no part is "others"."""
    facts, level, structure = outlook.nodes.facts, outlook.level, outlook.structure
    cells = structure.base[structure.summing[node] > 0] if (level == CELL).any() else np.empty(0, int)
    found = {}
    for name in [name for name in CROSSED if name != level[node]]:
        if len(cells) and name in facts:
            found[name] = pd.Series(np.nan_to_num(gap[cells])).groupby(facts[name].to_numpy()[cells]).sum()
        elif level[node] == COMPANY and (level == name).any():
            found[name] = pd.Series(np.nan_to_num(gap[level == name]), index=outlook.key[level == name])
    return {name: _with_rest(parts, float(gap[node])) for name, parts in found.items()}


def _with_rest(parts: pd.Series, gap: float) -> pd.Series:
    rest = gap - float(parts.sum())
    return parts if abs(rest) <= TINY * max(abs(gap), 1.0) else pd.concat([parts, pd.Series({"others": rest})])
