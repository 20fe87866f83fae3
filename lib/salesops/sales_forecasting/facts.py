"""What a forecaster must know first about each series: how long it is, where it is silent, whether it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.sales_forecasting.frame import series_set
from salesops.sales_forecasting.series import ALL, CELL, COMPANY, CROSSED

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array, Panel

STOPPED_MONTHS = 6
FEWEST_MONTHS_TO_BORROW = 3
OK, SHORT, TOO_SHORT, STOPPED, NO_SALES = "ok", "short", "too short", "stopped", "no sales"


def series_facts(history: pd.DataFrame, min_history_months: int) -> pd.DataFrame:
    """Say of each series what a forecaster must know first.

    Parameters
    ----------
    history
        Result of `monthly_sales`.
    min_history_months
        Months below which a series is too short to be forecast from itself.

    Returns
    -------
    DataFrame
        level, key, months (length), silent_months (at its end), longest_gap (months without sales before that),
        months_without_sales, negative_months, last_sale (month) and status: `ok`, `short` (three months or more,
        but fewer than wanted), `too short`, `stopped` or `no sales`; and for cells the names that cross there. A series
        has stopped when it has been silent for six months and for more than twice as long as ever before.
    """
    series = series_set(history[["unique_id", "ds", "y"]])
    silent, gap = _silence(series.panel)
    months = series.panel.lengths
    any_sale = (series.panel.values != 0).any(axis=0)
    stopped = (silent >= STOPPED_MONTHS) & (silent > 2 * gap)
    status = np.select(
        [~any_sale, stopped, months >= min_history_months, months >= FEWEST_MONTHS_TO_BORROW],
        [NO_SALES, STOPPED, OK, SHORT],
        TOO_SHORT,
    )
    names = history.drop_duplicates("unique_id").set_index("unique_id").loc[series.ids]
    facts = names[[column for column in ("level", "key", *CROSSED) if column in names]].assign(
        months=months,
        silent_months=silent,
        longest_gap=gap,
        months_without_sales=((series.panel.values == 0) & series.panel.started).sum(axis=0),
        negative_months=(series.panel.values < 0).sum(axis=0),
        last_sale=(series.last.astype("datetime64[M]") - silent).astype(str),
        status=status,
    )
    return _in_accord(facts.iloc[np.argsort(series.place)].reset_index(drop=True))


def goes_on(status: pd.Series) -> pd.Series:
    """Tell which series have a forecast, their own or a borrowed one."""
    return status.isin([OK, SHORT])


def _in_accord(facts: pd.DataFrame) -> pd.DataFrame:
    """Make statuses fit each other, so that what is forecast can add up.

    What crosses in a part that has ended has ended too. Where a whole goes on but none of its parts would, those that
    sold last stand for it.
    """
    crossed = [level for level in CROSSED if level in facts]
    for level in dict.fromkeys(facts["level"]):
        facts = _with_last_sellers(facts, facts["level"] == level, pd.Series(ALL, index=facts.index), COMPANY)
    for level in crossed:
        above = facts[level].map(_status_of(facts, level))
        facts = facts.assign(
            status=facts["status"].mask(goes_on(facts["status"]) & above.notna() & ~goes_on(above), above)
        )
    for level in crossed:
        facts = _with_last_sellers(facts, facts["level"] == CELL, facts[level], level)
    return facts


def _status_of(facts: pd.DataFrame, level: str) -> pd.Series:
    return facts[facts["level"] == level].set_index("key")["status"]


def _with_last_sellers(facts: pd.DataFrame, is_part: pd.Series, whole: pd.Series, level: str) -> pd.DataFrame:
    """Let the parts that sold last stand for each whole that goes on without a part that does."""
    whole = whole[is_part]
    some_part = goes_on(facts.loc[is_part, "status"]).groupby(whole).transform("any")
    orphaned = goes_on(whole.map(_status_of(facts, level))) & ~some_part
    silent = facts.loc[is_part, "silent_months"]
    last = silent == silent.groupby(whole).transform("min")
    return facts.assign(status=facts["status"].mask((orphaned & last).reindex(facts.index, fill_value=False), SHORT))


def _silence(panel: Panel) -> tuple[Array, Array]:
    """Return months without sales at the end of each series, and the longest such run before."""
    run, longest = np.zeros((2, panel.columns), int)
    for values, started in zip(panel.values, panel.started, strict=True):
        quiet = (values == 0) & started
        longest = np.where(quiet, longest, np.maximum(longest, run))
        run = np.where(quiet, run + 1, 0)
    return run, longest
