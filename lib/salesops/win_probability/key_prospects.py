"""The list of key prospects for the weekly review: one line a deal, with what changed, what may fail and what to do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.card_levels import levels
from salesops.win_probability.changes import changes_since
from salesops.win_probability.marks import days_of, whole_days
from salesops.win_probability.next_steps import next_steps, resources_needed, wanted_points
from salesops.win_probability.risks import risks

if TYPE_CHECKING:
    from datetime import date

    from salesops.win_probability.deal_tables import DealTables
    from salesops.win_probability.learn import DealModel
    from salesops.win_probability.parameters import Parameters

FROM_DEALS = {"grade": "grade", "expected_close": "stated_close", "delivery_at": "delivery_at"}
ORDER = (
    "opportunity_id", "account", "rep", "product_line", "grade", "stage", "amount", "win_probability", "low", "high",
    "win_this_quarter", "expected_amount", "expected_close", "stated_close", "delivery_at", "scorecard", "changed",
    "risks", "resources_needed", "next_step", "next_confirmation", "next_gain", "reasons_up", "reasons_down",
    "strongest_up", "strongest_down",
)  # fmt: skip


@passes_not_enough_data
def key_prospects(
    learned: DealModel, deals: pd.DataFrame, tables: DealTables, parameters: Parameters
) -> pd.DataFrame | NotEnoughData:
    """Return the key prospects, largest expected amount first.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.
    deals
        From `salesops.win_probability.open_deals.open_deals`.
    tables
        Tables of the input contract, cut to the same day; all but the deals may be absent.
    parameters
        key_amount, top_deals, review_days and currency are used.

    Returns
    -------
    DataFrame
        The columns of `deals`, with stated_close (the rep's), grade and delivery_at as far as the table of deals has
        them, scorecard ("7 C, 2 F, 0 W"), changed (since the last review), risks, resources_needed and next_step:
        facts joined by "; ".
    """
    chosen = deals[deals["amount"].fillna(0.0) >= parameters.key_amount].head(parameters.top_deals)
    if chosen.empty:
        return NotEnoughData("an open deal of at least key_amount", f"key_amount is {parameters.key_amount:g}")
    chosen = chosen.reset_index(drop=True)
    ids, wanted = chosen["opportunity_id"], wanted_points(learned)
    since = learned.as_of - timedelta(days=parameters.review_days)
    found = chosen.join(_of_deals(ids, tables)).assign(
        scorecard=_card_words(ids, learned),
        changed=changes_since(ids, tables, since, learned.as_of, parameters.currency),
        risks=risks(ids, tables, learned.as_of),
        resources_needed=resources_needed(ids, wanted, tables),
    )
    found["next_step"] = next_steps(ids, wanted, _days_overdue(found, learned.as_of))
    return found[[name for name in ORDER if name in found.columns]]


def _of_deals(ids: pd.Series, tables: DealTables) -> pd.DataFrame:
    opportunities = tables.opportunities
    if isinstance(opportunities, NotEnoughData):
        return pd.DataFrame(index=ids.index)
    there = {name: as_ for name, as_ in FROM_DEALS.items() if name in opportunities.columns}
    table = opportunities.set_index("opportunity_id")[list(there)].rename(columns=there)
    return table.reindex(ids).set_axis(ids.index)


def _card_words(ids: pd.Series, learned: DealModel) -> pd.Series:
    counts = pd.DataFrame(levels(learned.today)).set_axis(pd.Index(learned.today["opportunity_id"]))
    marks = {"clears": " C", "firsts": " F", "win": " W"}
    words = [counts[name].map(lambda count, mark=mark: f"{count:.0f}{mark}") for name, mark in marks.items()]
    said = words[0] + ", " + words[1] + ", " + words[2]
    return ids.map(said.where(counts.notna().all(axis=1), "")).astype(object).fillna("")


def _days_overdue(found: pd.DataFrame, as_of: date) -> pd.Series:
    if "stated_close" not in found:
        return pd.Series(float("nan"), found.index)
    return pd.Series(-whole_days(days_of(found["stated_close"]) - days_of(pd.Series([as_of]))), found.index)
