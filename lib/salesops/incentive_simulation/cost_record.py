"""What earlier runs said that today's plan would cost, beside what the results then made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.incentive_simulation.past_pay import year_cost
from salesops.incentive_simulation.quarters import QUARTERS, quarter_ends, quarter_of_day
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.ledger import said_before

if TYPE_CHECKING:
    from datetime import date

    from salesops.incentive_simulation.plan import IncentivePlan

TOPIC, TABLE = "incentive_simulation", "plans"
COLUMNS = ["made_on", "period", "mean", "p10", "p90", "actual", "within"]


@passes_not_enough_data
def with_period(table: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """Return `plan_table` with period: the last day of the year that its figures are of.

    Parameters
    ----------
    table
        From `plan_table`.
    paid
        From `payable`: the year begins after its last quarter.
    """
    return table.assign(period=quarter_ends([paid["quarter"].max() + QUARTERS])[1][0].date().isoformat())


@passes_not_enough_data
def cost_record(run_dir: str, as_of: date, paid: pd.DataFrame, today: IncentivePlan) -> pd.DataFrame:
    """Return what earlier runs foretold of today's plan for years that are over, and what its terms paid for them.

    Parameters
    ----------
    run_dir
        Folder of the run.
    as_of
        Day of the analysis.
    paid
        From `payable`.
    today
        The plan.

    Returns
    -------
    DataFrame
        made_on, period (last day of the year), mean, p10, p90, actual (money: what the terms of today pay for the
        results of that year) and within (whether inside the 80% interval); no rows where no such year is over.
    """
    said = said_before(run_dir, as_of, TOPIC, TABLE)
    if isinstance(said, NotEnoughData):
        return pd.DataFrame(columns=COLUMNS)
    said = said[said["key"] == today.name].assign(quarter=lambda rows: quarter_of_day(rows["period"]))
    over = said[said["quarter"].between(paid["quarter"].min() + QUARTERS - 1, paid["quarter"].max())]
    cost = {until: year_cost(today, paid[paid["quarter"] <= until]) for until in over["quarter"].unique()}
    actual = over["quarter"].map(cost)
    found = over.assign(actual=actual, within=actual.between(over["p10"], over["p90"]))
    return found.sort_values("made_on", ignore_index=True)[COLUMNS]
