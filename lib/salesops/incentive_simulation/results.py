"""Results of people: one row per rep and quarter, with what was sold, kept and said, and what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.measures import asked_for, customer_measures, sales_measures
from salesops.incentive_simulation.quarters import last_complete_quarter, quarter_ends, quarter_text
from salesops.incentive_simulation.rep_quotas import rep_quotas
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from salesops.incentive_simulation.inputs import Inputs

MEASURES = ("sales", "margin", "new_customers", "retention", "satisfaction", "activity")
"""What a plan can pay for; each has a column of results and one of what was asked for, its name with _quota."""

ABOUT_REP = ("name", "region", "role", "hired_at", "left_at", "base_salary", "target_incentive")
SELLER = "AR"
NO_REGION = "no region"
"""People whom the table names no region of share this one."""


def rep_results(inputs: Inputs, quarters: int) -> pd.DataFrame | NotEnoughData:
    """Return what every rep brought and was asked for, quarter by quarter.

    Parameters
    ----------
    inputs
        From `rep_inputs`.
    quarters
        How many complete quarters back from the day to look.

    Returns
    -------
    DataFrame or NotEnoughData
        By rep_id and period: rep_id, name, region, role, period (2026Q3), quarter (its number), start (its first day),
        days_in_period, days_employed, present (share of the quarter at work), months_of_service (complete ones
        at its start), base_pay and target_pay (money a year, NaN if not known), for each of `MEASURES` its value and
        its quota (NaN where there is none), collected (money of the quarter's sales that is paid; NaN where no payment
        is known of any order) and sales_reversed (returns, above zero, which sales are net of). A seller without a
        quota, or with one of zero, keeps its row. Who neither has a quota nor sells (solution and fulfilment
        responsibles, managers) has rows without sales.
    """
    reps, sold = inputs.reps, inputs.sold
    if isinstance(reps, NotEnoughData):
        return reps
    if isinstance(sold, NotEnoughData):
        return sold
    if isinstance(inputs.targets, NotEnoughData):
        return NotEnoughData("targets of level rep", "quotas are what pay is measured against")
    quotas = rep_quotas(inputs.targets)
    return quotas if isinstance(quotas, NotEnoughData) else _results(reps, sold, quotas, inputs, quarters)


def _results(
    reps: pd.DataFrame, sold: pd.DataFrame, quotas: pd.DataFrame, inputs: Inputs, quarters: int
) -> pd.DataFrame | NotEnoughData:
    last = last_complete_quarter(inputs.as_of)
    first = max(last - quarters + 1, int(quotas["quarter"].min()), int(sold["quarter"].min()))
    if first > last:
        return NotEnoughData("a complete quarter with orders and quotas of reps", f"none by {inputs.as_of}")
    keys = _rows(reps, sold, quotas, range(first, last + 1))
    rows = _about(keys, reps).merge(quotas, how="left", on=["rep_id", "quarter"])
    rows = rows.merge(sales_measures(sold), how="left", on=["rep_id", "quarter"])
    rows = rows.merge(customer_measures(sold, inputs), how="left", on=["rep_id", "quarter"])
    none = rows["sales_quota"].notna() & rows["sales"].isna()
    rows.loc[none, ["sales", "margin", "collected", "sales_reversed"]] = 0.0
    return asked_for(rows).sort_values(["rep_id", "quarter"], ignore_index=True)


def _rows(reps: pd.DataFrame, sold: pd.DataFrame, quotas: pd.DataFrame, quarters: range) -> pd.DataFrame:
    """Return who has a row in which quarter: who has a quota, has sold, or is employed without selling.

    A manager in whose name an order stands now and then is no seller for it.
    """
    there = pd.concat([quotas[["rep_id", "quarter"]], sold.loc[sold["rep_id"].notna(), ["rep_id", "quarter"]]])
    role = reps["role"] if "role" in reps else pd.Series(index=reps.index, dtype=object)
    by_role = reps.loc[role.fillna(SELLER).eq(SELLER), "rep_id"]
    sellers = set(quotas["rep_id"]) | (set(there["rep_id"]) & set(by_role))
    others = reps.loc[~reps["rep_id"].isin(sellers), ["rep_id"]].merge(pd.DataFrame({"quarter": quarters}), how="cross")
    rows = pd.concat([there, others]).drop_duplicates()
    rows = rows[rows["quarter"].isin(quarters) & rows["rep_id"].isin(reps["rep_id"])]
    table = _about(rows, reps)
    return rows[((table["days_employed"] > 0) | table["rep_id"].isin(sellers)).to_numpy()]


def _about(rows: pd.DataFrame, reps: pd.DataFrame) -> pd.DataFrame:
    """Add what is known of each rep, and how much of each quarter it was employed."""
    known = reps.set_index("rep_id").reindex(columns=list(ABOUT_REP)).reset_index()
    known = known.astype(dict.fromkeys(("name", "region", "role"), object))
    table = rows.merge(known, how="left", on="rep_id")
    first, last = quarter_ends(table["quarter"])
    hired = pd.to_datetime(table["hired_at"])
    start = hired.fillna(first).clip(lower=first)
    end = pd.to_datetime(table["left_at"]).fillna(last).clip(upper=last)
    days, employed = (last - first).dt.days + 1, ((end - start).dt.days + 1).clip(lower=0)
    return table.assign(
        name=table["name"].fillna(table["rep_id"]),
        region=table["region"].fillna(NO_REGION),
        role=table["role"].fillna(SELLER),
        period=quarter_text(table["quarter"]),
        start=first,
        days_in_period=days,
        days_employed=employed,
        present=employed / days,
        months_of_service=_complete_months(hired, first),
        base_pay=table["base_salary"].astype(float),
        target_pay=table["target_incentive"].astype(float),
    ).drop(columns=["hired_at", "left_at", "base_salary", "target_incentive"])


def _complete_months(hired: pd.Series, day: pd.Series) -> pd.Series:
    """Return complete months of service on a day, none before the first; empty where nobody knows since when."""
    months = (day.dt.year - hired.dt.year) * 12 + day.dt.month - hired.dt.month - (hired.dt.day > day.dt.day)
    return pd.Series(months.clip(lower=0))


def usable(results: pd.DataFrame) -> pd.Series:
    """Return which rows have a quota that attainment can be measured against.

    Examples
    --------
    >>> usable(pd.DataFrame({"sales_quota": [5.0, 0.0, float("nan")]})).tolist()
    [True, False, False]
    """
    quota = results["sales_quota"].to_numpy(float)
    return pd.Series((quota > 0) & np.isfinite(quota), index=results.index)


def without_quota(results: pd.DataFrame | NotEnoughData) -> list[str]:
    """Name each seller who has no quota to hold sales against, or one of zero, and in which quarters."""
    if isinstance(results, NotEnoughData):
        return []
    rows = results[~usable(results) & (results["sales"].notna() | results["sales_quota"].notna())]
    named = rows.groupby("rep_id").agg(name=("name", "first"), quota=("sales_quota", "max"), periods=("period", list))
    return [
        f"{row['name']} ({rep}) has {'a quota of 0' if row['quota'] == 0 else 'no quota'} in "
        f"{', '.join(row['periods'][:4])}{' and more' if len(row['periods']) > 4 else ''}: left out, not paid zero. "
        "Set a target of level rep, or a plan whose measure for that role needs none."
        for rep, row in named.to_dict("index").items()
    ]
