"""Totals of years, quarters and months that are partly known and partly forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.sales_forecasting.periods import month_bounds
from salesops.sales_forecasting.series import ALL, COMPANY, LEVEL_ORDER

if TYPE_CHECKING:
    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array

QUANTILES = (0.1, 0.5, 0.9)


def located(wanted: pd.DataFrame, outlook: Outlook) -> pd.DataFrame:
    """Add to each wanted total its months, the series it is about, and what stands in its way.

    Parameters
    ----------
    wanted
        period, level and key, and any further columns.
    outlook
        Result of `forecast_sales`.

    Returns
    -------
    DataFrame
        The same rows with first, last (months since January 1970), first_ahead, last_ahead (steps of the forecast, 0
        if the period is over), column (of the forecast's arrays, or -1), rank (order of levels) and obstacle (empty if
        there is none).
    """
    first, last = month_bounds(wanted["period"])
    now = int(outlook.last_month.astype(int))
    begins = outlook.history.groupby(["level", "key"], sort=False)["ds"].min()
    start = begins.reindex(pd.MultiIndex.from_frame(wanted[["level", "key"]])).to_numpy("datetime64[M]")
    column = pd.Series(np.arange(len(outlook.level)), index=[outlook.level, outlook.key])
    place = column.reindex(pd.MultiIndex.from_frame(wanted[["level", "key"]])).fillna(-1).to_numpy(int)
    obstacle = np.select(
        [
            ~wanted["level"].isin(outlook.history["level"].unique()),
            np.isnat(start),
            last > now + outlook.horizon,
            first < int(outlook.history["ds"].min().to_datetime64().astype("datetime64[M]").astype(int)),
            (place < 0) & (last > now),
        ],
        ["level not forecast", "unknown key", "beyond the horizon", "before the first order", "not forecast"],
        "",
    )
    return wanted.assign(
        first=first,
        last=last,
        first_ahead=np.where(last > now, np.maximum(first - now, 1), 0),
        last_ahead=np.maximum(last - now, 0),
        column=place,
        rank=wanted["level"].map(LEVEL_ORDER.index),
        obstacle=obstacle,
    )


def completed(rows: pd.DataFrame, outlook: Outlook) -> pd.DataFrame:
    """Add known and expected sales to located rows without obstacle.

    Returns
    -------
    DataFrame
        The rows with sales_so_far, forecast (with what is so far), p10, p50, p90, months_ahead and probability_met (of
        a column `target`).
    """
    parts = [_window(part, outlook) for _, part in rows.groupby(["first_ahead", "last_ahead"])]
    return pd.concat(parts).sort_values(["first", "last", "rank", "key"], ignore_index=True)


def company_total(outlook: Outlook, period: str) -> pd.Series:
    """Return the company's total of one period as `completed` gives it; the period must lie within the horizon."""
    wanted = pd.DataFrame({"period": [period], "level": COMPANY, "key": ALL, "target": np.nan})
    return completed(located(wanted, outlook), outlook).iloc[0]


def coming_totals(outlook: Outlook, first: int, last: int) -> pd.DataFrame:
    """Return what each part of the business should sell over steps `first` to `last` ahead.

    Returns
    -------
    DataFrame
        level, key, mean, p10, p50, p90 (money); in the order of the outlook's nodes.
    """
    mean = outlook.mean[first - 1 : last].sum(axis=0)
    low, middle, high = _quantiles(outlook.sums(first, last), outlook.floor)
    return pd.DataFrame(
        {"level": outlook.level, "key": outlook.key, "mean": mean, "p10": low, "p50": middle, "p90": high}
    )


def _window(rows: pd.DataFrame, outlook: Outlook) -> pd.DataFrame:
    """Complete the targets whose months still to come are the same."""
    first, last = (int(rows[name].iloc[0]) for name in ("first_ahead", "last_ahead"))
    known = sales_between(outlook.history, rows)
    if last == 0:
        met = (known >= rows["target"].to_numpy()).astype(float)
        ends = dict.fromkeys(("forecast", "p10", "p50", "p90", "sales_so_far"), known)
        return rows.assign(**ends, probability_met=met, months_ahead=0)
    column = rows["column"].to_numpy()
    coming = coming_totals(outlook, first, last).iloc[column]
    mean, low, middle, high = (coming[name].to_numpy() for name in ("mean", "p10", "p50", "p90"))
    needed = rows["target"].to_numpy() - known
    return rows.assign(
        forecast=known + mean,
        probability_met=_probability(outlook.sums(first, last)[:, column], needed, mean),
        p10=known + low,
        p50=known + middle,
        p90=known + high,
        sales_so_far=known,
        months_ahead=last - first + 1,
    )


def sales_between(history: pd.DataFrame, rows: pd.DataFrame) -> Array:
    """Return known sales between months `first` and `last` of each row's level and key."""
    month = history["ds"].to_numpy("datetime64[M]").astype(int)
    running = history["y"].groupby([history["level"], history["key"]], sort=False).cumsum().to_numpy()
    name = history["level"] + "/" + history["key"]
    begin = pd.Series(month, index=name).groupby(level=0, sort=False).agg(["min", "max"])
    total = pd.Series(running, index=[name, month])
    wanted = rows["level"] + "/" + rows["key"]
    lowest, highest = begin.loc[wanted, "min"].to_numpy(), begin.loc[wanted, "max"].to_numpy()
    upto = [np.clip(edge, lowest - 1, highest) for edge in (rows["last"].to_numpy(), rows["first"].to_numpy() - 1)]
    sums = [total.reindex(pd.MultiIndex.from_arrays([wanted, edge])).fillna(0.0).to_numpy() for edge in upto]
    return np.asarray(sums[0] - sums[1])


def _quantiles(sums: Array, floor: Array) -> Array:
    """Return p10, p50 and p90 of sums over paths, samples × nodes; NaN without paths."""
    if not len(sums):
        return np.full((len(QUANTILES), sums.shape[1]), np.nan)
    ends: Array = np.maximum(np.quantile(sums, QUANTILES, axis=0), floor)
    return ends


def _probability(sums: Array, needed: Array, mean: Array) -> Array:
    """Return the share of paths that bring what is needed.

    Half a path is counted on either side, so that no target is called certain or impossible before its period is over;
    where nothing ever varied, the forecast decides.
    """
    if not len(sums):
        return np.full(len(needed), np.nan)
    share = ((sums >= needed).sum(axis=0) + 0.5) / (len(sums) + 1)
    still = np.ptp(sums, axis=0) == 0
    return np.where(still, (mean >= needed).astype(float), share)
