"""Which kinds of customers there are, if there are any, and who belongs to which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.frozen_model import NOWHERE, SegmentModel
from salesops.customer_segmentation.learning import Learned, learn
from salesops.customer_segmentation.segment_table import no_segments, segment_table
from salesops.customer_segmentation.traits import described, telling_traits
from salesops.not_enough_data import NotEnoughData
from salesops.one_thread import one_thread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

# With fewer, chance too often makes clusters that look separate: docs/decisions/0013-segments.md.
FEWEST_CUSTOMERS = 100


@dataclass(frozen=True)
class Segmentation:
    """Segments as of a day, or the finding that there are none.

    Parameters
    ----------
    found
        Whether there are segments to show.
    statement
        What was found, in a sentence for the reader.
    customers
        One row per account: account_id, segment (1, 2, … in the order of revenue; empty for customers with fewer than
        three orders, and for all if there are no segments), name, chance (of belonging there), segment_before and
        name_before (the same a quarter earlier; empty also where the data does not reach back).
    segments
        Result of `segment_table`; without rows if there are no segments.
    criteria
        What each number of segments was tested for.
    contenders
        What other methods make of the same customers.
    model
        What was learned, to be kept for the next run (`model.table()`); None if there are no segments.
    learned_on, before, as_of
        Day that segments were learned on, that changes are counted from, and of the answer.
    """

    found: bool
    statement: str
    customers: pd.DataFrame
    segments: pd.DataFrame
    criteria: pd.DataFrame
    contenders: pd.DataFrame
    model: SegmentModel | None
    learned_on: date
    before: date
    as_of: date


def find_segments(
    history: Mapping[date, pd.DataFrame] | NotEnoughData,
    segments: int = 0,
    kept: pd.DataFrame | NotEnoughData | None = None,
) -> Segmentation | NotEnoughData:
    """Find segments of customers by how they buy, if there are any.

    They are learned from the first day of `history` that knows enough customers. On later days customers are placed by
    the same model, and change segment only when the new one is more than 80% likely, so that names stay.

    Parameters
    ----------
    history
        Result of `features_over_time`.
    segments
        Number of segments wanted; 0 takes as many as prove themselves.
    kept
        `model.table()` of an earlier run, to place customers by instead of what is learned now.
    """
    if isinstance(history, NotEnoughData):
        return history
    patterns = {day: described(features) for day, features in sorted(history.items())}
    days = [day for day, features in patterns.items() if len(features) >= FEWEST_CUSTOMERS]
    if not days:
        there = len(patterns[max(patterns)])
        return NotEnoughData(f"{FEWEST_CUSTOMERS} customers with three orders or more", f"there are {there}")
    if not telling_traits(patterns[days[0]]):
        return NotEnoughData("customers that buy differently", "all of them buy alike")
    with one_thread():
        learned = learn(patterns[days[0]], days[0], segments)
        model = SegmentModel.of_table(kept) if isinstance(kept, pd.DataFrame) else learned.model
        return _segmentation(history[max(days)], {day: patterns[day] for day in days}, learned, model, segments)


def _segmentation(
    features: pd.DataFrame,
    patterns: Mapping[date, pd.DataFrame],
    learned: Learned,
    model: SegmentModel | None,
    wanted: int,
) -> Segmentation:
    *earlier, now = patterns
    before = earlier[-1] if earlier else now
    places = _places(patterns, model)
    customers = _customers(features, patterns[now], places[now], places[before] if earlier else None, model)
    table = no_segments() if model is None else segment_table(patterns[now], places[now].to_numpy(), model)
    return Segmentation(
        found=model is not None,
        statement=_statement(model, learned, wanted),
        customers=customers,
        segments=table,
        criteria=learned.tests,
        contenders=learned.others,
        model=model,
        learned_on=next(iter(patterns)),
        before=before,
        as_of=now,
    )


def _places(patterns: Mapping[date, pd.DataFrame], model: SegmentModel | None) -> dict[date, pd.Series]:
    """Return the segment of each customer on each day, by account; each day starts from the one before."""
    places: dict[date, pd.Series] = {}
    last = pd.Series(dtype="int64")
    for day, features in patterns.items():
        before = last.reindex(features["account_id"], fill_value=NOWHERE).to_numpy()
        found = np.full(len(features), NOWHERE) if model is None else model.place(features, before)
        last = places[day] = pd.Series(found, index=pd.Index(features["account_id"]))
    return places


def _customers(
    features: pd.DataFrame,
    described_now: pd.DataFrame,
    now: pd.Series,
    before: pd.Series | None,
    model: SegmentModel | None,
) -> pd.DataFrame:
    accounts = features["account_id"].reset_index(drop=True)
    frame = pd.DataFrame({"account_id": accounts, **_shown(accounts, now, model, "")})
    chance = pd.Series(np.nan, index=now.index)
    if model is not None:
        chance[:] = model.chances(described_now)[np.arange(len(now)), now.to_numpy()]
    frame["chance"] = chance.reindex(accounts).to_numpy()
    nowhere = pd.Series(NOWHERE, index=now.index)
    return frame.assign(**_shown(accounts, nowhere if before is None else before, model, "_before"))


def _shown(accounts: pd.Series, places: pd.Series, model: SegmentModel | None, when: str) -> dict[str, pd.Series]:
    """Return number and name of each account's segment, empty where it has none."""
    place = places.reindex(accounts, fill_value=NOWHERE).reset_index(drop=True)
    names = dict(enumerate(model.names)) if model else {}
    number = (place + 1).astype("Int64").mask(place == NOWHERE)
    return {f"segment{when}": number, f"name{when}": place.map(names).astype("string")}


def _statement(model: SegmentModel | None, learned: Learned, wanted: int) -> str:
    proven = int(learned.tests.loc[learned.tests["passes"], "segments"].max()) if learned.tests["passes"].any() else 1
    if model is None:
        return "No clear segments: customers differ by degree, not by kind."
    if wanted and wanted != proven:
        clear = f"{proven} are clear" if proven > 1 else "none are clear"
        return f"{wanted} segments, as asked for; by the tests {clear}."
    return f"Customers fall into {len(model.names)} clear segments."
