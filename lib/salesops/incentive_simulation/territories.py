"""What each seller has to sell to: the potential of the accounts they look after, and what came from them lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.results import usable
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from salesops.incentive_simulation.inputs import Inputs


@passes_not_enough_data
def territories(results: pd.DataFrame, inputs: Inputs, quarters: int) -> pd.DataFrame | NotEnoughData:
    """Return the territory of each seller at work on the day.

    Parameters
    ----------
    results
        From `rep_results`.
    inputs
        From `rep_inputs`.
    quarters
        How many of the last quarters count as history.

    Returns
    -------
    DataFrame or NotEnoughData
        rep_id, name, region, potential (money a year that the accounts of the rep are said to spend, NaN if not known),
        accounts, history (the rep's part of the company's sales while there, NaN if there was none), quarters (worked,
        with parts), noise (variance of one quarter's part over its mean, the same for all) and quota (last known).
    """
    sellers = at_work(results, inputs)
    if sellers.empty:
        return NotEnoughData("sellers at work on the day with a quota")
    recent = results[results["quarter"] > results["quarter"].max() - quarters]
    table = sellers.merge(_history(recent), how="left", on="rep_id").merge(_potential(inputs), how="left", on="rep_id")
    return table.fillna({"accounts": 0, "quarters": 0.0}).assign(noise=_noise(recent))


def at_work(results: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Return rep_id, name, region and quota of the sellers who had a quota last and have not left."""
    last = results[usable(results)].drop_duplicates("rep_id", keep="last")
    last = last[last["quarter"] == results["quarter"].max()]
    staying = last.loc[~last["rep_id"].isin(inputs.gone), ["rep_id", "name", "region", "sales_quota"]]
    return pd.DataFrame(staying).rename(columns={"sales_quota": "quota"})


def _parts(recent: pd.DataFrame) -> pd.DataFrame:
    """Add whole: what the company sold in the quarter, for as much of it as the rep was there."""
    company = recent.groupby("quarter")["sales"].transform("sum")
    return recent[recent["sales"].notna() & (company > 0)].assign(whole=company * recent["present"])


def _history(recent: pd.DataFrame) -> pd.DataFrame:
    sums = _parts(recent).groupby("rep_id")[["sales", "whole", "present"]].sum()
    history = (sums["sales"] / sums["whole"].where(sums["whole"] > 0)).where(sums["sales"] > 0)
    return pd.DataFrame({"history": history, "quarters": sums["present"]}).reset_index()


def _noise(recent: pd.DataFrame) -> float:
    """Return the variance of a quarter's part of sales over the rep's mean part, pooled over reps."""
    rows = _parts(recent)
    rows = rows[rows["present"] > 0.5]
    part = rows["sales"] / rows["whole"]
    mean = part.groupby(rows["rep_id"]).transform("mean")
    count = part.groupby(rows["rep_id"]).transform("size")
    known = (mean > 0) & (count > 1)
    freedom = int(known.sum()) - rows.loc[known, "rep_id"].nunique()
    squares = float((((part / mean.where(mean > 0)) - 1)[known] ** 2).sum())
    return squares / freedom if freedom > 0 else 1.0


def _potential(inputs: Inputs) -> pd.DataFrame:
    """Return potential and number of the accounts of each rep: those that had to do with them last."""
    owner = account_owners(inputs)
    accounts = inputs.accounts
    spend = pd.Series(np.nan, index=owner.index)
    if not isinstance(accounts, NotEnoughData) and "potential_spend" in accounts:
        spend = _known_or_typical(accounts).reindex(owner.index)
    table = pd.DataFrame({"rep_id": owner, "potential": spend}).groupby("rep_id")["potential"]
    found = table.agg(potential=lambda values: values.sum(min_count=1), accounts="size")
    return pd.DataFrame(found).reset_index()


def _known_or_typical(accounts: pd.DataFrame) -> pd.Series:
    """Return potential spend by account; where it is missing, the median of its industry stands for it."""
    spend = accounts["potential_spend"].astype(float)
    typical = spend.groupby(accounts["industry"]).transform("median") if "industry" in accounts else spend * np.nan
    return spend.fillna(typical).fillna(spend.median()).set_axis(accounts["account_id"].to_numpy())


def account_owners(inputs: Inputs) -> pd.Series:
    """Return, by account, who sold to it or was in contact with it last."""
    tables = [table for table in (inputs.sold, inputs.activity) if not isinstance(table, NotEnoughData)]
    rows = pd.concat([table[["rep_id", "account_id", "last_day"]] for table in tables], ignore_index=True)
    rows = rows.dropna().sort_values("last_day", kind="stable")
    last = rows.drop_duplicates("account_id", keep="last")
    return last.set_index("account_id")["rep_id"]
