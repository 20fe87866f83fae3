"""What a deal needs, from whom, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.confirmations import ASKS, COMES_LAST, RESOURCES, ticked_columns
from salesops.win_probability.deal_facts import deal_facts
from salesops.win_probability.next_confirmation import open_points
from salesops.win_probability.phrases import SEPARATOR, joined
from salesops.win_probability.risks import HIGH_PRICE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.deal_tables import DealTables
    from salesops.win_probability.learn import DealModel

# The points that gain most; more would ask for everybody at once.
WANTED = 2
DECIDER = "decider"
RESPONSIBLE = {"solution_rep_id": "a solution responsible", "fulfilment_rep_id": "a fulfilment responsible"}
SIGN, REVIEW, NEW_DAY = "Agree the day of signing", "Review the scorecard", "Agree a new closing day"


def wanted_points(learned: DealModel) -> pd.Series:
    """Return each open deal's unticked confirmations that go with the largest gains, at most two, largest first.

    Where the model gives no gains, they come in the order of the card; the Win comes last in any case.

    Returns
    -------
    Series of tuple
        Such as ("c6", "f1"), indexed by opportunity_id; None where nobody has reviewed the deal.
    """
    today = learned.today
    ticks = ticked_columns(today.columns)
    gains = open_points(learned)
    if gains.columns.empty:
        order = pd.Series(range(len(ticks), 0, -1), ticks, dtype=float)
        gains = (today[ticks] == 0).astype(float).mul(order).where(lambda worth: worth > 0)
    points = [_best(gains.columns.tolist(), row) for row in gains.to_numpy(float)]
    reviewed = today["confirmed"].notna() if ticks and "confirmed" in today else pd.Series(False, today.index)
    known = [found if seen else None for found, seen in zip(points, reviewed, strict=True)]
    return pd.Series(known, pd.Index(today["opportunity_id"]), dtype=object)


def _best(ticks: list[str], gains: NDArray[np.float64]) -> tuple[str, ...]:
    open_ = {tick: gain for tick, gain in zip(ticks, gains, strict=True) if not np.isnan(gain)}
    first = sorted((tick for tick in open_ if tick != COMES_LAST), key=lambda tick: -open_[tick])
    return tuple([*first, *(tick for tick in open_ if tick == COMES_LAST)][:WANTED])


def resources_needed(ids: pd.Series, wanted: pd.Series, tables: DealTables) -> pd.Series:
    """Return whom or what a deal needs: for its open points, the missing responsibles, the decider and the price.

    Parameters
    ----------
    ids
        opportunity_id of each deal, n rows.
    wanted
        From `wanted_points`.
    tables
        opportunities and contacts are read.
    """
    of_points = ids.map(wanted).map(_resources, na_action="ignore").astype(object).fillna("")
    parts = [of_points, *_missing(ids, tables)]
    return joined(parts).map(lambda text: SEPARATOR.join(dict.fromkeys(text.split(SEPARATOR))))


def _resources(points: tuple[str, ...]) -> str:
    return SEPARATOR.join(RESOURCES[point] for point in points)


def _missing(ids: pd.Series, tables: DealTables) -> list[pd.Series]:
    opportunities, contacts = tables.opportunities, tables.contacts
    if isinstance(opportunities, NotEnoughData):
        return []
    deals = opportunities.set_index("opportunity_id").reindex(ids).set_axis(ids.index)
    facts = deal_facts(ids, opportunities)
    parts = []
    if "price_gap" in facts:
        parts.append(pd.Series(np.where(facts["price_gap"] > HIGH_PRICE, "price approval", ""), ids.index))
    if not isinstance(contacts, NotEnoughData):
        decided = contacts.loc[contacts["decision_role"].str.casefold() == DECIDER, "account_id"]
        unknown = ~deals["account_id"].isin(decided)
        parts.append(pd.Series(np.where(unknown, "access to the decider", ""), ids.index))
    there = [column for column in RESPONSIBLE if column in deals.columns]
    parts += [pd.Series(np.where(deals[name].isna(), RESPONSIBLE[name], ""), ids.index) for name in there]
    return parts


def next_steps(ids: pd.Series, wanted: pd.Series, days_overdue: pd.Series) -> pd.Series:
    """Return what to do next at each deal: a new closing day where the last has passed, and the most wanted point.

    Examples
    --------
    >>> wanted = pd.Series({"D1": ("c9",), "D2": (), "D3": None}, dtype=object)
    >>> next_steps(pd.Series(["D1", "D2", "D3"]), wanted, pd.Series([3.0, -4.0, None])).tolist()
    ['Agree a new closing day; Settle our strategy (C9)', 'Agree the day of signing', 'Review the scorecard']
    """
    steps = ids.map(wanted).map(_step, na_action="ignore").astype(object).fillna(REVIEW)
    late = pd.Series(np.where(days_overdue > 0, NEW_DAY, ""), ids.index)
    return joined([late, steps])


def _step(points: tuple[str, ...]) -> str:
    return f"{ASKS[points[0]]} ({points[0].upper()})" if points else SIGN
