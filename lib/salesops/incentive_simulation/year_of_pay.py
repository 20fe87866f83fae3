"""What everybody would be paid in a year of four quarters, for many draws of what sellers reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.payout import pay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.outlook import Outlook
    from salesops.incentive_simulation.plan import IncentivePlan

    Floats = NDArray[np.float64]

QUARTERS = 4
# Numbers held at a time: rows × draws.
CHUNK = 1_000_000


def year_of_pay(plan: IncentivePlan, outlook: Outlook, luck: Floats, effort: Floats) -> Floats:
    """Return people × draws of the variable pay of a year.

    Parameters
    ----------
    plan
        Whose measures other than sales and margin are paid at last year's results.
    outlook
        People and sellers.
    luck
        Quarters × sellers × draws of attainment, at today's effort.
    effort
        Per draw, effort over today's.
    """
    rows, people = year_rows(outlook), len(outlook.people)
    step = max(1, CHUNK // len(rows))
    parts = []
    for start in range(0, luck.shape[2], step):
        some = slice(start, start + step)
        drawn = _drawn(plan, outlook, luck[:, :, some] * effort[some])
        parts.append(pay(plan, rows, drawn).variable.reshape(QUARTERS, people, -1).sum(axis=0))
    return np.concatenate(parts, axis=1)


def year_rows(outlook: Outlook) -> pd.DataFrame:
    """Return one row per quarter and person, as `pay` reads results; margin is asked of all at the company's rate."""
    # The year's name does not matter, but that its quarters follow each other does.
    year = pd.concat([outlook.people.assign(period=f"2001Q{q + 1}") for q in range(QUARTERS)], ignore_index=True)
    rate = np.average(outlook.sellers["margin_rate"], weights=outlook.expected_sales)
    return year.assign(sales=0.0, margin=0.0, margin_quota=year["sales_quota"] * rate)


def _drawn(plan: IncentivePlan, outlook: Outlook, attainment: Floats) -> dict[str, Floats]:
    """Return rows × draws of sales, and of margin where the plan pays for it."""
    sellers = outlook.sellers
    sales = sellers["sales_quota"].to_numpy()[:, None] * attainment
    drawn = {"sales": _of_all(outlook, sales)}
    if any(measure.measure == "margin" for role in plan.roles.values() for measure in role.measures):
        drawn["margin"] = _of_all(outlook, sales * sellers["margin_rate"].to_numpy()[:, None])
    return drawn


def _of_all(outlook: Outlook, of_sellers: Floats) -> Floats:
    """Return quarters × people, one below the other, × draws; who does not sell has no number."""
    place = pd.Index(outlook.people["rep_id"]).get_indexer(outlook.sellers["rep_id"])
    found = np.full((QUARTERS, len(outlook.people), of_sellers.shape[2]), np.nan)
    found[:, place] = of_sellers
    return found.reshape(-1, of_sellers.shape[2])
