"""The measures that plans pay for, by rep and quarter, and what is asked for of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.incentive_simulation.owners import new_customers, owners, retention, satisfaction
from salesops.incentive_simulation.quarters import QUARTERS
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from salesops.incentive_simulation.inputs import Inputs

KEY = ["rep_id", "quarter"]
BY_LEVEL = ("new_customers", "retention", "satisfaction", "activity")
"""Measures without a target of their own in the tables: the level of the year before is asked for."""


def sales_measures(sold: pd.DataFrame) -> pd.DataFrame:
    """Return sales, margin, collected and reversed money of each rep and quarter.

    Lines without a known cost count with the margin that the company made on the others in that quarter.

    Examples
    --------
    >>> row = {"rep_id": ["R"], "quarter": [1], "sales": [10.0], "costed_sales": [5.0], "cost": [4.0]}
    >>> found = sales_measures(pd.DataFrame(row | {"collected": [10.0], "returned": [0.0]}))
    >>> found["margin"].round(9).tolist()
    [2.0]
    """
    table = sold.dropna(subset="rep_id").groupby(KEY)[["sales", "costed_sales", "cost", "collected", "returned"]].sum()
    company = sold.groupby("quarter")[["costed_sales", "cost"]].sum()
    costed = company["costed_sales"].where(company["costed_sales"] > 0)
    share = 1 - company["cost"] / costed
    known = table["costed_sales"] - table["cost"]
    rate = share.reindex(table.index.get_level_values("quarter")).to_numpy()
    table["margin"] = known + (table["sales"] - table["costed_sales"]) * rate
    if not sold["collected"].any():
        # Orders without any payment say nothing of when customers pay, and not that nobody ever has.
        table["collected"] = float("nan")
    table = table.rename(columns={"returned": "sales_reversed"})
    return table[["sales", "margin", "collected", "sales_reversed"]].reset_index()


def customer_measures(sold: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Return new_customers, retention, satisfaction and activity of each rep and quarter.

    Retention is of the customers that bought in the year before last, by their owner: the share that bought in the last
    four quarters. Satisfaction is the mean of the last four quarters' answers.
    """
    quarters = pd.RangeIndex(int(sold["quarter"].min()), int(sold["quarter"].max()) + 1)
    owner = owners(sold, quarters)
    table = retention(sold, owner)
    table["new_customers"] = new_customers(sold, quarters[0])
    later = table.index.get_level_values("quarter") >= quarters[0] + QUARTERS
    table["new_customers"] = table["new_customers"].fillna(0.0).where(later)
    if not isinstance(inputs.feedback, NotEnoughData):
        table[["score_sum", "answers"]] = satisfaction(inputs.feedback, owner).reindex(table.index)
    if not isinstance(inputs.activity, NotEnoughData):
        counted = inputs.activity.groupby(KEY)["activities"].sum().astype(float)
        table = table.join(counted.rename("activity"), how="outer")
    columns = ["had", "kept", "score_sum", "answers", "new_customers", "activity"]
    return _ratios(table.reindex(columns=columns)).drop(columns=columns[:4]).reset_index()


def _ratios(table: pd.DataFrame) -> pd.DataFrame:
    """Add retention and satisfaction from what they are made of; empty where nobody was there to be kept or asked."""
    had, answers = table["had"].astype(float), table["answers"].astype(float)
    return table.assign(
        retention=table["kept"].astype(float) / had.where(had > 0),
        satisfaction=table["score_sum"].astype(float) / answers.where(answers > 0),
    )


def asked_for(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what is asked for of each measure besides sales.

    Margin: the sales quota times the margin that the company's sellers made in the four quarters before. Of the other
    measures the mean of people with the same role in the four quarters before. The first year has no year before it:
    its own level stands for it.
    """
    margin = _year_before(rows, rows["margin"], rows["sales"], ["quarter"])
    quotas = {"margin_quota": rows["sales_quota"] * margin.to_numpy()}
    ones = pd.Series(1.0, index=rows.index)
    for name in BY_LEVEL:
        level = _year_before(rows, rows[name].astype(float), ones, ["role", "quarter"])
        quotas[f"{name}_quota"] = level.to_numpy()
    return rows.assign(**quotas)


def _year_before(rows: pd.DataFrame, upper: pd.Series, lower: pd.Series, by: list[str]) -> pd.Series:
    """Return for each row Σ upper / Σ lower over the four quarters before it, within the groups of `by`."""
    there = upper.notna()
    values = rows.assign(upper=upper.where(there), lower=lower.where(there))
    sums = values.groupby(by)[["upper", "lower"]].sum()
    grouped = sums.groupby(level=by[:-1]) if len(by) > 1 else sums.groupby(lambda _: 0)
    before = grouped.transform(lambda column: column.rolling(QUARTERS, min_periods=1).sum().shift(1))
    before = before.where(before["lower"].fillna(0.0) > 0, sums)
    ratio = before["upper"] / before["lower"].where(before["lower"] > 0)
    return ratio.reindex(pd.MultiIndex.from_frame(rows[by]) if len(by) > 1 else pd.Index(rows[by[0]]))
