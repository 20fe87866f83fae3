"""Small companies in memory for tests of as-of cuts: as they are, with a future added, with their past alone."""

from __future__ import annotations

import functools
from datetime import date
from typing import TYPE_CHECKING

import ibis
import pandas as pd
import pyarrow as pa

from salesops.tables.as_of import cut, data_reaches, event_days
from salesops.tables.load import to_frame
from salesops.tables.sample import generate
from salesops.tables.schemas import CONTRACT
from salesops.tables.sources import LINE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    Frames = dict[str, pd.DataFrame]

SEEDS = (1, 2)
FIRST_DAY, LAST_DAY = date(2021, 1, 1), date(2026, 9, 30)
SOON = pd.Timestamp("2026-10-20")
PLANS = {"expected_close", "delivery_at", "starts_at", "ends_at"}
# The day of an event, or of a row's appearance.
DAY_OF = {
    "products": "launched_at",
    "reps": "hired_at",
    "partners": "started_at",
    "leads": "created_at",
    "opportunities": "created_at",
    "stage_history": "entered_at",
    "scorecards": "scored_at",
    "activities": "occurred_at",
    "orders": "ordered_at",
    "feedback": "given_at",
    "staff_survey": "surveyed_at",
}
ARROW = {
    "text": pa.string(),
    "date": pa.date32(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "money": pa.float64(),
}


def registered(frames: Frames) -> dict[str, ir.Table]:
    """Return frames as typed tables of an embedded database."""
    connection = ibis.duckdb.connect()
    return {name: connection.create_table(name, _arrow(name, frame)) for name, frame in frames.items()}


def _arrow(name: str, frame: pd.DataFrame) -> pa.Table:
    columns = {c.name: pa.array(frame[c.name], type=ARROW[c.type], from_pandas=True) for c in CONTRACT[name].columns}
    return pa.table(columns if CONTRACT[name].key else columns | {LINE: pa.array(range(len(frame)), type=pa.int64())})


def known(tables: dict[str, ir.Table], day: date) -> Frames:
    """Return all tables as they were known on a day."""
    then = cut(tables, day, data_reaches(event_days(tables)))
    return {name: to_frame(table, name) for name, table in then.items()}


@functools.cache
def company(seed: int) -> Frames:
    return generate(accounts=10, seed=seed).tables


@functools.cache
def tables(seed: int, *, future: bool = False) -> dict[str, ir.Table]:
    return registered(with_future(company(seed)) if future else company(seed))


@functools.cache
def known_of(seed: int, day: date, *, future: bool = False) -> Frames:
    return known(tables(seed, future=future), day)


def with_future(frames: Frames) -> Frames:
    """Return a company after a month in which everything that can happen has happened."""
    then = {name: frame.copy() for name, frame in frames.items()}
    for name, day in (DAY_OF | {"accounts": "created_at"}).items():
        then[name] = _with_row(name, then[name], **{day: SOON})
    for name in ("market", "competition"):
        then[name] = _with_row(name, then[name], year=2026)
    then["expenses"] = _with_row("expenses", then["expenses"], month="2026-10")
    then["contacts"] = _with_row("contacts", then["contacts"]).assign(attitude=2, relationship_level=5)
    then["promotions"]["cost"] += 1000 * (then["promotions"]["ends_at"] > SOON)
    then["reps"]["left_at"] = then["reps"]["left_at"].fillna(SOON)
    then["orders"]["paid_at"] = then["orders"]["paid_at"].fillna(SOON)
    then["leads"] = then["leads"].fillna({"account_id": "new", "opportunity_id": "new"})
    return then | _deals_moved_on(then["opportunities"], then["stage_history"])


def _with_row(name: str, frame: pd.DataFrame, **values: object) -> pd.DataFrame:
    """Return a table with one more row, of new people and things throughout."""
    keys = {*CONTRACT[name].key, *(column for column, _ in CONTRACT[name].references)} - {"promotion_id"}
    new = {column: "new" for column in frame.columns if column in keys and CONTRACT[name].column(column).type == "text"}
    last = frame.tail(1).assign(**(new | values))
    return pd.concat([frame, last], ignore_index=True)


def _deals_moved_on(deals: pd.DataFrame, history: pd.DataFrame) -> Frames:
    deals = deals.copy()
    still_open = deals["status"] == "open"
    outcome = pd.Series(["won", "lost", "open"] * len(deals))[: len(deals)]
    deals.loc[still_open, "status"] = outcome
    deals.loc[still_open & (outcome != "open"), "closed_at"] = SOON
    deals.loc[still_open & (outcome == "lost"), "loss_reason"] = "new"
    deals.loc[still_open, ["stage", "expected_close", "delivery_at"]] = ["decision", SOON, SOON]
    deals.loc[still_open, ["amount", "our_price", "competitor_price"]] = 1.0
    deals.loc[still_open, ["competitor", "solution_rep_id", "fulfilment_rep_id"]] = "new"
    moves = deals.loc[still_open, ["opportunity_id", "stage", "amount", "expected_close"]].assign(entered_at=SOON)
    return {"opportunities": deals, "stage_history": pd.concat([history, moves], ignore_index=True)}


def past_alone(frames: Frames, day: pd.Timestamp) -> Frames:
    """Return a company with all that happened after a day deleted: an export that was made on that day."""
    then = {name: frame.copy() for name, frame in frames.items()}
    for name, column in DAY_OF.items():
        then[name] = then[name][~(then[name][column] > day)]
    for name, column in (("reps", "left_at"), ("orders", "paid_at")):
        then[name].loc[then[name][column] > day, column] = pd.NaT
    for name in ("market", "competition"):
        over = pd.to_datetime(then[name]["year"].astype(str) + "-12-31") <= day
        then[name] = then[name][over]
    ends = pd.PeriodIndex(then["expenses"]["month"], freq="M").end_time.normalize()
    then["expenses"] = then["expenses"][ends <= day]
    deals = then["opportunities"]
    closed_later = deals["closed_at"] > day
    then["opportunities"] = deals.assign(
        status=deals["status"].mask(closed_later, "open"),
        closed_at=deals["closed_at"].mask(closed_later),
        loss_reason=deals["loss_reason"].mask(closed_later),
        # What they showed on the day only their history tells.
        **{c: deals[c].mask(deals["closed_at"].isna() | closed_later) for c in ("stage", "amount", "expected_close")},
    )
    return _of_known_deals(then)


def _of_known_deals(frames: Frames) -> Frames:
    deals = frames["opportunities"]["opportunity_id"]
    of_deals = {n: frames[n][frames[n]["opportunity_id"].isin(deals)] for n in ("stage_history", "scorecards")}
    return frames | of_deals
