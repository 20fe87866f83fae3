"""Whose customer an account is in each quarter, and what that says of keeping, winning and satisfying customers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesops.incentive_simulation.quarters import QUARTERS, quarter_of_day

YEAR = QUARTERS


def owners(sold: pd.DataFrame, quarters: pd.Index) -> pd.DataFrame:
    """Return accounts × quarters: who sold to the account last, up to that quarter.

    Parameters
    ----------
    sold
        rep_id, account_id, quarter (number) and last_day, a row for each person, account and quarter.
    quarters
        Numbers of quarters, without a gap.

    Examples
    --------
    >>> rows = pd.DataFrame({"rep_id": ["R1", "R2"], "account_id": "A", "quarter": [1, 3], "last_day": [1, 3]})
    >>> owners(rows, pd.RangeIndex(1, 5)).loc["A"].tolist()
    ['R1', 'R1', 'R2', 'R2']
    """
    named = sold[sold["rep_id"].notna()].sort_values("last_day", kind="stable")
    last = named.drop_duplicates(["account_id", "quarter"], keep="last")
    table = last.pivot(index="account_id", columns="quarter", values="rep_id")
    return table.reindex(columns=quarters).ffill(axis=1)


def new_customers(sold: pd.DataFrame, first_quarter: int) -> pd.Series:
    """Return how many accounts bought for the first time, by the person who sold to them and quarter.

    Accounts of the first year in the data are new to the data, not to us: they are not counted.

    Parameters
    ----------
    sold
        As for `owners`, with sales and first_day.
    first_quarter
        The first quarter in the data.
    """
    bought = sold[(sold["sales"] > 0) & sold["rep_id"].notna()].sort_values("first_day", kind="stable")
    first = bought.drop_duplicates("account_id")
    first = first[first["quarter"] >= first_quarter + YEAR]
    return first.groupby(["rep_id", "quarter"]).size().astype(float)


def retention(sold: pd.DataFrame, owner: pd.DataFrame) -> pd.DataFrame:
    """Return, by person and quarter, the customers of the year before last and how many of them bought in the last.

    Parameters
    ----------
    sold
        As for `owners`, with sales.
    owner
        From `owners`.

    Returns
    -------
    DataFrame
        Index rep_id, quarter; columns had and kept.
    """
    bought = sold[sold["sales"] > 0].assign(n=1.0).pivot_table(index="account_id", columns="quarter", values="n")
    there = bought.reindex(index=owner.index, columns=owner.columns).fillna(0.0)
    year = there.T.rolling(YEAR).max().T
    had = year.shift(YEAR, axis=1).eq(1)
    return _by_owner({"had": had, "kept": had & year.eq(1)}, owner)


def satisfaction(feedback: pd.DataFrame, owner: pd.DataFrame) -> pd.DataFrame:
    """Return, by person and quarter, the answers of the last four quarters: how many, and the sum of their scores.

    Parameters
    ----------
    feedback
        Table feedback.
    owner
        From `owners`.
    """
    quarter = quarter_of_day(feedback["given_at"])
    rows = feedback.assign(quarter=quarter).groupby(["account_id", "quarter"])["score"].agg(["sum", "count"])
    tables = {
        name: rows[name].unstack().reindex(index=owner.index, columns=owner.columns).fillna(0.0)
        for name in ("sum", "count")
    }
    year = {name: table.T.rolling(YEAR, min_periods=1).sum().T for name, table in tables.items()}
    return _by_owner(year, owner)


def _by_owner(tables: dict[str, pd.DataFrame], owner: pd.DataFrame) -> pd.DataFrame:
    """Add up accounts × quarters by owner."""
    long = pd.DataFrame({name: table.to_numpy(float).ravel() for name, table in tables.items()})
    long["rep_id"] = owner.to_numpy().ravel()
    long["quarter"] = np.tile(owner.columns.to_numpy(), len(owner))
    return long.dropna(subset="rep_id").groupby(["rep_id", "quarter"]).sum()
