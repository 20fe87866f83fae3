"""The company's sales target of the coming quarter, which quotas share out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops.incentive_simulation.quarters import quarter_text
from salesops.incentive_simulation.rep_quotas import QUARTER, SALES, rep_quotas
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from pandas import DataFrame as Frame

    from salesops.incentive_simulation.told import Told

COMPANY = "company"


@dataclass(frozen=True)
class CompanyTarget:
    """What all sellers together are asked for in the coming quarter.

    Parameters
    ----------
    period
        The quarter, as 2026Q4.
    amount
        Money.
    source
        Where it is from, in words.
    """

    period: str
    amount: float
    source: str


def coming_target(
    told: Told, targets: Frame | NotEnoughData, results: Frame | NotEnoughData
) -> CompanyTarget | NotEnoughData:
    """Return the target of the quarter after the last complete one.

    The sales forecast's table of targets comes first, which adds up what a company without a target of its own has set
    its parts. Where that notebook has not run, or knows no such target, the sum of the quotas given to people stands
    for it: of the coming quarter, or else of the last.

    Parameters
    ----------
    told
        From `told`.
    targets
        Table targets of the input contract.
    results
        From `rep_results`.
    """
    if isinstance(results, NotEnoughData):
        return results
    last = int(results["quarter"].max())
    (period,) = quarter_text([last + 1])
    found = [*_published(told.targets, period), *_given(targets, last + 1), *_last(results, last)]
    return found[0] if found else NotEnoughData(f"a company sales target for {period}, or quotas of reps")


def later_goals(goals: Frame | NotEnoughData, target: CompanyTarget | NotEnoughData) -> list[CompanyTarget]:
    """Return the company's goals of quarters after the coming one, as the sales forecast has broken them down.

    Parameters
    ----------
    goals
        Table target_split of sales_forecasting; where it is absent, there are none.
    target
        From `coming_target`.
    """
    if isinstance(goals, NotEnoughData) or isinstance(target, NotEnoughData):
        return []
    periods = goals["period"].astype(str)
    rows = goals[(goals["level"] == COMPANY) & (goals["measure"] == SALES) & periods.str.match(QUARTER)]
    later = rows[rows["period"].astype(str) > target.period].sort_values("period")
    return [
        CompanyTarget(str(period), float(money), "the sales forecast's goal")
        for period, money in zip(later["period"], later["target"], strict=True)
    ]


def _published(published: Frame | NotEnoughData, period: str) -> list[CompanyTarget]:
    if isinstance(published, NotEnoughData):
        return []
    rows = published[(published["level"] == COMPANY) & (published["period"].astype(str) == period)]
    return [CompanyTarget(period, float(rows["target"].iloc[0]), "the sales forecast's target")] if len(rows) else []


def _given(targets: Frame | NotEnoughData, quarter: int) -> list[CompanyTarget]:
    if isinstance(targets, NotEnoughData):
        return []
    (period,) = quarter_text([quarter])
    company = targets[(targets["level"] == COMPANY) & (targets["measure"] == SALES)]
    company = company[company["period"].astype(str) == period]
    given = [CompanyTarget(period, float(amount), "the company's target") for amount in company["target"]]
    quotas = rep_quotas(targets)
    if isinstance(quotas, NotEnoughData):
        return given
    total = float(quotas.loc[quotas["quarter"] == quarter, "sales_quota"].sum())
    return [*given, *([CompanyTarget(period, total, "the sum of the quotas given")] if total > 0 else [])]


def _last(results: Frame, last: int) -> list[CompanyTarget]:
    total = float(results.loc[results["quarter"] == last, "sales_quota"].sum())
    period, after = quarter_text([last, last + 1])
    return [CompanyTarget(after, total, f"the sum of the quotas of {period}")] if total > 0 else []


def amount(target: CompanyTarget | NotEnoughData) -> float | NotEnoughData:
    """Return the money of a target, or that there is none."""
    return target if isinstance(target, NotEnoughData) else target.amount
