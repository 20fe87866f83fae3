"""What may keep a deal from closing, as facts with their numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.changes import VISIT
from salesops.win_probability.customer_people import ROLES
from salesops.win_probability.deal_facts import deal_facts, usual_spelling
from salesops.win_probability.deal_history import known_then, running_state
from salesops.win_probability.marks import days_of, whole_days
from salesops.win_probability.phrases import joined
from salesops.win_probability.time_words import days
from salesops.win_probability.won_deals import FEWEST_DEALS

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from salesops.win_probability.deal_tables import DealTables

    Vector = NDArray[np.float64]

# A deal has stalled when it has been in its stage for longer than this share of won deals ever was.
STALLED_SHARE = 0.75
# Days without a visit that are worth a word, and the price gap (natural log) from which a price is high.
WITHOUT_VISIT_DAYS = 45
HIGH_PRICE = 0.03


def risks(ids: pd.Series, tables: DealTables, as_of: date) -> pd.Series:
    """Return the risks of each open deal, joined; empty where the tables show none.

    Parameters
    ----------
    ids
        opportunity_id of each deal, n rows.
    tables
        Tables of the input contract, cut to `as_of`; what an absent one would show is left out.
    as_of
        The day.
    """
    opportunities = tables.opportunities
    if isinstance(opportunities, NotEnoughData):
        return pd.Series("", ids.index)
    deals = opportunities.set_index("opportunity_id").reindex(ids).set_axis(ids.index)
    today = np.datetime64(as_of)
    parts = [_overdue(deals, today)]
    if not isinstance(tables.stage_history, NotEnoughData):
        parts += _in_history(ids, tables.stage_history, opportunities, today)
    if not isinstance(tables.activities, NotEnoughData) and "opportunity_id" in tables.activities.columns:
        parts.append(_without_visit(ids, deals, tables.activities, today))
    if not isinstance(tables.contacts, NotEnoughData):
        parts.append(_people(deals["account_id"], tables.contacts))
    return joined([*parts, *_rivals(ids, opportunities)])


def won_stage_days(opportunities: pd.DataFrame, stage_history: pd.DataFrame, share: float) -> pd.Series:
    """Return, by stage, the days within which a share of won deals had left it; stages with few of them are left out.

    Examples
    --------
    >>> ids = list(range(10))
    >>> day = pd.Timestamp("2026-01-01")
    >>> closed = [day + pd.Timedelta(days=10 * n) for n in range(1, 11)]
    >>> deals = pd.DataFrame({"opportunity_id": ids, "status": "won", "closed_at": closed})
    >>> history = pd.DataFrame({"opportunity_id": ids, "stage": "decision", "entered_at": day})
    >>> won_stage_days(deals, history, 0.5).to_dict()
    {'decision': 55.0}
    """
    won = opportunities[opportunities["status"] == "won"].set_index("opportunity_id")["closed_at"]
    state = running_state(stage_history[stage_history["opportunity_id"].isin(won.index)])
    moves = state[state["stage"] != state.groupby("opportunity_id", sort=False)["stage"].shift()]
    closed = moves["opportunity_id"].map(won)
    left = moves.groupby("opportunity_id", sort=False)["entered_at"].shift(-1).fillna(closed)
    stayed = pd.Series(whole_days(days_of(left) - days_of(moves["entered_at"])), moves.index)
    # A stage entered on the day of closing only records the ending.
    passed = moves.assign(days=stayed)[days_of(moves["entered_at"]) < days_of(closed)].groupby("stage")
    found: pd.Series = passed["days"].quantile(share)[passed["opportunity_id"].nunique() >= FEWEST_DEALS]
    return found


def _overdue(deals: pd.DataFrame, today: np.datetime64) -> pd.Series:
    if "expected_close" not in deals.columns:
        return pd.Series("", deals.index)
    late = pd.Series(whole_days(today - days_of(deals["expected_close"])), deals.index)
    return (days(late) + " overdue").where(late > 0, "")


def _in_history(
    ids: pd.Series, history: pd.DataFrame, opportunities: pd.DataFrame, today: np.datetime64
) -> list[pd.Series]:
    own = running_state(history[history["opportunity_id"].isin(ids)])
    now = known_then(own, ids, np.full(len(ids), today))
    stayed = pd.Series(whole_days(today - days_of(now["stage_since"])), ids.index)
    usual = now["stage"].map(won_stage_days(opportunities, history, STALLED_SHARE)).astype(float)
    stalled = days(stayed) + " in " + now["stage"].astype(object).fillna("") + " (3 of 4 won: "
    parts = [(stalled + usual.map("{:.0f}".format) + ")").where(stayed > usual, "")]
    if "slips" in now:
        count = now["slips"].fillna(0).astype(int)
        times = ("put off " + count.map("{:,}".format) + " times").where(count > 1, "put off once")
        parts.append((times + ", by " + days(now["slipped_days"].astype(float))).where(count > 0, ""))
    return parts


def _without_visit(ids: pd.Series, deals: pd.DataFrame, activities: pd.DataFrame, today: np.datetime64) -> pd.Series:
    visits = activities[(activities["kind"] == VISIT) & activities["opportunity_id"].isin(ids)]
    last = days_of(visits.groupby("opportunity_id")["occurred_at"].max().reindex(ids))
    since, born = (pd.Series(whole_days(today - day), ids.index) for day in (last, days_of(deals["created_at"])))
    never = ("not visited in " + days(born)).where((born > WITHOUT_VISIT_DAYS) & since.isna(), "")
    return ("no visit for " + days(since)).where(since > WITHOUT_VISIT_DAYS, never)


def _people(accounts: pd.Series, contacts: pd.DataFrame) -> pd.Series:
    of_account = contacts.groupby("account_id")["decision_role"]
    known = accounts.map(of_account.size()).fillna(0).astype(int)
    roles = accounts.map(of_account.agg(lambda role: ", ".join(sorted(set(role.dropna())))))
    alone = "one contact alone" + (" (" + roles.astype(object) + ")").fillna("")
    return pd.Series(np.select([known == 0, known == 1], [f"none of {ROLES} roles known", alone], ""), accounts.index)


def _rivals(ids: pd.Series, opportunities: pd.DataFrame) -> list[pd.Series]:
    """Return a high price, and the competitor with our record against it."""
    facts, parts = deal_facts(ids, opportunities), []
    if "price_gap" in facts:
        over = 100 * facts["price_gap"].astype(float).map(math.expm1)
        parts.append(
            ("price " + over.map("{:.0f}".format) + "% over theirs").where(facts["price_gap"] > HIGH_PRICE, "")
        )
    if "competitor" in facts:
        closed = opportunities[opportunities["status"] != "open"]
        ended = (closed["status"] == "won").groupby(usual_spelling(closed["competitor"]))
        record = {name: f" ({won.mean():.0%} won)" for name, won in ended if len(won) >= FEWEST_DEALS}
        against = facts["competitor"].map(record).astype(object).fillna("")
        parts.append(("against " + facts["competitor"].astype(object) + against).fillna(""))
    return parts
