"""The contact plan: how often each band is met, and how, so that the hours add up to those the team has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd

from salesops.customer_segmentation.parameters import BANDS, CHANNELS
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.queries import collect

if TYPE_CHECKING:
    from datetime import date

    from salesops.customer_segmentation.parameters import Parameters
    from salesops.tables import Tables

WORKING_WEEKS = 46
"""Weeks a year that remain after leave and public holidays."""
ACCOUNT_RESPONSIBLE = "AR"
YEAR_DAYS = 365


@dataclass(frozen=True)
class ContactPlan:
    """How a team's hours are shared over bands and channels.

    Parameters
    ----------
    rows
        One row per band and channel: band, channel, customers, wanted (contacts a customer and year as asked for),
        contacts (as the hours allow), hours (a year, all customers of the band).
    hours
        Hours a year that the team has; the hours of `rows` add up to it.
    wanted_hours
        Hours that the wanted contacts would take.
    reps
        People among whom they are shared.
    """

    rows: pd.DataFrame
    hours: float
    wanted_hours: float
    reps: int

    @property
    def stretch(self) -> float:
        """The share of the wanted contacts that the hours allow; above 1 there is room for more."""
        return self.hours / self.wanted_hours


@dataclass(frozen=True)
class ContactHours:
    """What there is to say of a team's hours: the plan, and where last year's went; each as far as it is known."""

    plan: ContactPlan | NotEnoughData
    spent: pd.DataFrame | NotEnoughData


@passes_not_enough_data
def contact_hours(bands: pd.DataFrame, known: Tables, parameters: Parameters) -> ContactHours:
    """Return the contact plan, and where last year's hours went.

    Parameters
    ----------
    bands
        From `bands`.
    known
        The tables as of a day, of which reps and activities may be missing.
    parameters
        The notebook's parameters.
    """
    reps, spent = contact_reps(known, parameters), contact_hours_spent(known, known.as_of)
    return ContactHours(
        reps if isinstance(reps, NotEnoughData) else contact_plan(bands, reps, parameters),
        spent if isinstance(spent, NotEnoughData) else hours_by_band(bands, spent),
    )


def contact_reps(known: Tables, parameters: Parameters) -> int | NotEnoughData:
    """Return how many reps contact customers: the parameter, or the account responsibles who are there.

    Where the table reps names no roles, all who have not left count.
    """
    if parameters.contact_reps:
        return parameters.contact_reps
    reps = known.frame("reps")
    if isinstance(reps, NotEnoughData):
        return NotEnoughData("reps, or the parameter contact_reps")
    there = reps[reps["left_at"].isna()] if "left_at" in reps else reps
    if "role" in there and (there["role"] == ACCOUNT_RESPONSIBLE).any():
        there = there[there["role"] == ACCOUNT_RESPONSIBLE]
    return len(there) or NotEnoughData("reps who have not left, or the parameter contact_reps")


def contact_plan(bands: pd.DataFrame, reps: int, parameters: Parameters) -> ContactPlan | NotEnoughData:
    """Return the contacts per customer, band and channel that use exactly the hours the team has.

    All wanted contacts are stretched by one factor: what a band gets against another is as asked for.

    Parameters
    ----------
    bands
        From `bands`.
    reps
        From `contact_reps`.
    parameters
        Of which rep_hours_week, contact_hours and the contacts wanted a year count.

    Examples
    --------
    >>> from salesops.customer_segmentation.parameters import Parameters
    >>> five = pd.DataFrame({"band": [1, 2, 3, 4, 5]})
    >>> plan = contact_plan(five, 1, Parameters(rep_hours_week=2.0, visits_a_year=[12, 6, 3, 1, 0]))
    >>> plan.reps, plan.hours, round(float(plan.rows["hours"].sum()), 6)
    (1, 92.0, 92.0)
    """
    rows = _wanted(bands, parameters)
    needed = float(rows["hours"].sum())
    if not needed > 0:
        return NotEnoughData("contacts wanted", "the parameters ask for none of these customers")
    hours = reps * parameters.rep_hours_week * WORKING_WEEKS
    stretch = hours / needed
    rows = rows.assign(contacts=rows["wanted"] * stretch, hours=rows["hours"] * stretch)
    return ContactPlan(rows, hours, needed, reps)


def _wanted(bands: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    rows = pd.MultiIndex.from_product([range(1, BANDS + 1), CHANNELS], names=["band", "channel"]).to_frame(index=False)
    customers = bands["band"].value_counts().reindex(range(1, BANDS + 1), fill_value=0)
    wanted = np.array([parameters.contacts_a_year[name] for name in CHANNELS]).T.ravel()
    each = rows["channel"].map(dict(zip(CHANNELS, parameters.contact_hours, strict=True)))
    rows = rows.assign(customers=rows["band"].map(customers), wanted=wanted)
    return rows.assign(hours=rows["customers"] * rows["wanted"] * each)


def contact_hours_spent(known: Tables, as_of: date) -> pd.DataFrame | NotEnoughData:
    """Return the hours of the last year's activities per account, visits apart: where the time really went.

    Returns
    -------
    DataFrame or NotEnoughData
        By account_id: hours and visits of the last 365 days.
    """
    missing = [name for name in ("account_id", "hours") if not known.has("activities", name)]
    if missing:
        return NotEnoughData(", ".join(f"activities.{name}" for name in missing))
    acts = known.expressions["activities"]
    since = acts.occurred_at > (pd.Timestamp(as_of) - pd.Timedelta(days=YEAR_DAYS)).date()
    recent = acts.filter(since, acts.account_id.notnull(), acts.hours.notnull())
    query = recent.group_by("account_id").aggregate(
        hours=recent.hours.sum(), visits=(recent.kind == ibis.literal("visit")).sum()
    )
    found: pd.DataFrame = collect(query, "account_id")  # type: ignore[assignment]
    return found.set_index("account_id")


def hours_by_band(bands: pd.DataFrame, spent: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return the share of last year's contact hours that each band got.

    Returns
    -------
    DataFrame or NotEnoughData
        band and share; NotEnoughData where no hours were noted for customers.

    Examples
    --------
    >>> bands = pd.DataFrame({"band": [1, 5]}, index=["A", "B"])
    >>> hours_by_band(bands, pd.DataFrame({"hours": [3.0, 1.0]}, index=["A", "B"]))["share"].tolist()
    [0.75, 0.0, 0.0, 0.0, 0.25]
    """
    hours = spent["hours"].reindex(bands.index).fillna(0.0).groupby(bands["band"]).sum()
    hours = hours.reindex(range(1, BANDS + 1), fill_value=0.0)
    if not hours.sum() > 0:
        return NotEnoughData("activities with hours in the last year")
    return (hours / hours.sum()).rename("share").rename_axis("band").reset_index()
