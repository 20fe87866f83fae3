"""Past looks at the pipeline with all that was known then, from whatever tables there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.confirmations import last_review, ticked_columns
from salesops.win_probability.customer_pace import customer_pace
from salesops.win_probability.customer_people import customer_people
from salesops.win_probability.deal_activity import activity_up_to
from salesops.win_probability.deal_facts import deal_facts, usual_spelling
from salesops.win_probability.looks_by_query import activity_by_query, by_query
from salesops.win_probability.marks import days_of, whole_days
from salesops.win_probability.records import record_up_to
from salesops.win_probability.snapshots import take_snapshots

if TYPE_CHECKING:
    from typing import TypeGuard

    from salesops.win_probability.deal_tables import DealTables, Table
    from salesops.win_probability.marks import Days

FREELY_WRITTEN = ("product_line", "channel", "source")


def take_looks(opportunities: pd.DataFrame, tables: DealTables, marks: Days, *, use_contacts: bool) -> pd.DataFrame:
    """Return one row per deal and mark at which it was open, with all features that the tables allow.

    Parameters
    ----------
    opportunities
        The table of deals.
    tables
        All tables, of which any but the deals may be absent.
    marks
        Days at which the pipeline is looked at, ascending.
    use_contacts
        Whether today's contacts stand for past looks, too.

    Returns
    -------
    DataFrame
        As `take_snapshots`, with the columns of `last_review`, `customer_pace`, `activity_up_to`, `deal_facts` and
        `customer_people`,
        account_id_record, rep_id_record and rep_tenure_days.
    """
    written = [column for column in FREELY_WRITTEN if column in opportunities.columns]
    deals = opportunities.assign(**{column: usual_spelling(opportunities[column]) for column in written})
    rows = take_snapshots(deals, tables.stage_history, tables.accounts, marks, tables.queries)
    for owner in ("account_id", "rep_id"):
        if owner in rows.columns:
            rows[f"{owner}_record"] = record_up_to(rows, deals, owner)
    return rows.join(
        [deal_facts(rows["opportunity_id"], deals), *_from_other_tables(rows, deals, tables, marks, use_contacts)]
    )


def _from_other_tables(
    rows: pd.DataFrame, deals: pd.DataFrame, tables: DealTables, marks: Days, use_contacts: bool
) -> list[pd.DataFrame]:
    found = []
    if _filled(tables.scorecards) and ticked_columns(tables.scorecards.columns):
        found.append(last_review(rows, tables.scorecards))
        found.append(customer_pace(rows, deals, tables.stage_history, tables.scorecards))
    if _filled(tables.activities, "opportunity_id"):
        asked = by_query("activities", tables.activities, tables.queries)
        found.append(
            activity_by_query(rows, tables.queries, marks) if asked else activity_up_to(rows, tables.activities)
        )
    if use_contacts and _filled(tables.contacts):
        found.append(customer_people(rows["account_id"], tables.contacts))
    if "rep_id" in rows and _filled(tables.reps, "hired_at"):
        found.append(_rep_tenure(rows, tables.reps))
    return found


def _filled(table: Table, *columns: str) -> TypeGuard[pd.DataFrame]:
    """Return whether a table is there, with at least one row and with the columns filled somewhere."""
    if isinstance(table, NotEnoughData) or table.empty or not set(columns) <= set(table.columns):
        return False
    return bool(table[list(columns)].notna().any().all())


def _rep_tenure(rows: pd.DataFrame, reps: pd.DataFrame) -> pd.DataFrame:
    hired = days_of(rows["rep_id"].map(reps.set_index("rep_id")["hired_at"]))
    days = whole_days(days_of(rows["snapshot"]) - hired)
    # A deal that was handed over to someone hired later had someone of unknown experience then.
    return pd.DataFrame({"rep_tenure_days": np.where(days >= 0, days, np.nan)}, index=rows.index)
