"""What won deals looked like at past looks, to say of an open one how it differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.report import money
from salesops.win_probability.features import BY_NAME

if TYPE_CHECKING:
    from numpy.typing import NDArray

# From fewer deals nothing is said of what is usual, and no share is told.
FEWEST_DEALS = 10


def usual_when_won(rows: pd.DataFrame, past: pd.DataFrame, name: str) -> pd.Series:
    """Return the median of a column over past looks at won deals in each row's stage.

    Parameters
    ----------
    rows
        Snapshots, n rows.
    past
        Snapshots of closed deals.
    name
        Column of both.

    Returns
    -------
    Series of float
        n rows; empty where fewer than `FEWEST_DEALS` won deals were seen in that stage.

    Examples
    --------
    >>> won = pd.DataFrame({"opportunity_id": range(10), "status": "won", "age_days": range(10)})
    >>> usual_when_won(pd.DataFrame({"age_days": [40.0]}), won, "age_days").tolist()
    [4.5]
    """
    won = past[past["status"] == "won"]
    stages = [frame["stage"] if "stage" in frame else pd.Series("", frame.index) for frame in (won, rows)]
    by_stage = won.groupby(stages[0])
    known = by_stage["opportunity_id"].nunique() >= FEWEST_DEALS
    return stages[1].map(by_stage[name].median()[known]).astype(float)


def amount_words(rows: pd.DataFrame, past: pd.DataFrame, currency: str) -> pd.Series:
    """Return "4.0 times the usual won deal of CNY 136 k"."""
    usual = past.loc[past["status"] == "won"].drop_duplicates("opportunity_id", keep="last")["amount"].median()
    if not usual > 0:
        return pd.Series("", rows.index)
    times = (rows["amount"] / usual).map("{:.1f}".format) + f" times the usual won deal of {money(usual, currency)}"
    return times.where(rows["amount"].notna(), "amount not recorded")


def level_words(
    rows: pd.DataFrame, past: pd.DataFrame, name: str, parts: pd.Series, names: dict[str, dict[str, str]]
) -> pd.Series:
    """Return "competitor Kestrel (21% of 140 won)": a category, with how closed deals seen with it ended.

    The share is told only where it points the same way as the category's part in the chance: the part compares deals
    alike in all else, the share does not.

    Parameters
    ----------
    rows, past
        Snapshots of open and of closed deals.
    name
        The category's column.
    parts
        Its contribution to each row, in log-odds.
    names
        For identifiers: from the identifier to the name people use.
    """
    label = BY_NAME[name].label
    shown = rows[name].map(names.get(name, {})).astype(object).fillna(rows[name])
    ended = past.drop_duplicates(["opportunity_id", name]).groupby(name)["status"]
    won, deals = ended.agg(lambda status: (status == "won").mean()), ended.size()
    told = pd.Series([f" ({share:.0%} of {count:,} won)" for share, count in zip(won, deals, strict=True)], won.index)
    all_won = (past.drop_duplicates("opportunity_id")["status"] == "won").mean()
    agrees: NDArray[np.bool_] = np.sign(rows[name].map(won) - all_won) == np.sign(parts)
    record = rows[name].map(told[deals >= FEWEST_DEALS]).where(agrees).astype(object).fillna("")
    return (f"{label} " + shown.astype(str) + record).where(rows[name].notna(), f"{label} not recorded")
