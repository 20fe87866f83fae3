"""Every table as it was known on a day: rows first, then what they refer to, then their values."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import ibis

from salesops.tables.as_of.deals import deals_then, empty_where, not_yet_a_deal
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import ibis.expr.types as ir

    Tables = dict[str, ir.Table]
    Keep = Callable[[ir.Table, str], ir.Table]

# Day on which a row became known. Reference data without such a day is taken as always known.
APPEARS = {
    "accounts": "created_at",
    "products": "launched_at",
    "reps": "hired_at",
    "partners": "started_at",
    "leads": "created_at",
    "stage_history": "entered_at",
    "scorecards": "scored_at",
    "activities": "occurred_at",
    "orders": "ordered_at",
    "feedback": "given_at",
    "staff_survey": "surveyed_at",
}
DATED = {*APPEARS, "opportunities"}
# Each of their rows shows that its account was known by then, even where the account carries a later day.
PROVE_ACCOUNTS = ("orders", "opportunities", "feedback")
# A day after the day of analysis is not known yet; that of an account is only left where its sales prove it wrong.
NOT_YET = {"orders": "paid_at", "reps": "left_at", "accounts": "created_at"}
# Figures of a period are known when it is over.
YEARLY, MONTHLY = ("market", "competition"), ("expenses",)
# Without a day, and they change: today's stand for no other day.
OF_TODAY = {"contacts": ("attitude", "relationship_level")}


def as_it_is(table: ir.Table, _: str) -> ir.Table:
    """Return a query that is given no name."""
    return table


def cut(tables: Tables, as_of: date, reaches: date, keep: Keep = as_it_is) -> Tables:
    """Return every table as it was known at the end of `as_of`, as expressions that are not run yet.

    Parameters
    ----------
    tables
        Typed tables by name, as of the day of the export.
    as_of
        The day; what happened on it is known.
    reaches
        Day of the last event in the data. If it is later than `as_of`, today's values do not stand for the day.
    keep
        What gives a name to a query that several tables share.
    """
    today_holds = as_of >= reaches
    unknown = _unknown_rows(tables, as_of, today_holds=today_holds)
    later = _later_keys(tables, unknown, keep)
    rows = {name: table.filter(~unknown[name]) if name in unknown else table for name, table in tables.items()}
    known = {name: _with_known_references(name, table, later) for name, table in rows.items()}
    known = {name: _values_then(name, table, as_of, today_holds=today_holds) for name, table in known.items()}
    if "opportunities" in known:
        history = known.get("stage_history")
        known["opportunities"] = deals_then(known["opportunities"], history, as_of, today_holds=today_holds)
    return known


def depends_on(name: str) -> frozenset[str]:
    """Return the tables that the rows and values of table `name` on a day depend on, itself included.

    Examples
    --------
    >>> sorted(depends_on("stage_history"))
    ['opportunities', 'stage_history']
    """
    contract = CONTRACT.get(name)
    if contract is None:
        return frozenset({name})
    # A row of these is never left out for its account: it proves it.
    proves = {column for column, other in contract.references if other == "accounts"} if name in PROVE_ACCOUNTS else ()
    needed = {name, *(other for column, other in contract.references if column not in proves and other in DATED)}
    needed |= {*PROVE_ACCOUNTS} if "accounts" in needed else set()
    return frozenset(needed | ({"stage_history"} if name == "opportunities" else set()))


def _unknown_rows(tables: Tables, as_of: date, *, today_holds: bool) -> dict[str, ir.BooleanValue]:
    """Return by table which rows were not known on the day, for tables that have days."""
    unknown = {
        name: (tables[name][column] > as_of).fill_null(False)
        for name, column in APPEARS.items()
        if name in tables and column in tables[name].columns
    }
    tomorrow = as_of + timedelta(days=1)
    running: dict[str, tuple[str, int | str]] = dict.fromkeys(YEARLY, ("year", tomorrow.year))
    running |= dict.fromkeys(MONTHLY, ("month", f"{tomorrow:%Y-%m}"))
    unknown |= {
        name: (tables[name][column] >= period).fill_null(False)
        for name, (column, period) in running.items()
        if name in tables and column in tables[name].columns
    }
    if "opportunities" in tables:
        unknown["opportunities"] = not_yet_a_deal(tables["opportunities"], as_of, today_holds=today_holds)
    if "accounts" in unknown:
        unknown["accounts"] = _without_proof(tables, unknown)
    return unknown


def _without_proof(tables: Tables, unknown: dict[str, ir.BooleanValue]) -> ir.BooleanValue:
    """Return which accounts appear later and are named by nothing that was known."""
    accounts = tables["accounts"]
    late = accounts.filter(unknown["accounts"]).select("account_id")
    events = [tables[name].filter(~unknown[name]).select("account_id") for name in PROVE_ACCOUNTS if name in tables]
    # The few late accounts are the build side, so that a large table of orders only streams by.
    proofs = [table.semi_join(late, "account_id") for table in events]
    if not proofs:
        return unknown["accounts"]
    proved = ibis.union(*proofs, distinct=True) if len(proofs) > 1 else proofs[0].distinct()
    return unknown["accounts"] & ~accounts.account_id.isin(proved.account_id).fill_null(False)


def _later_keys(tables: Tables, unknown: dict[str, ir.BooleanValue], keep: Keep) -> dict[str, ir.Column]:
    """Return by table the keys of rows that were not known on the day, for tables that others refer to."""
    referred = {other for name in tables for _, other in CONTRACT[name].references} & set(unknown)
    keys = {name: CONTRACT[name].key[0] for name in referred}
    later = {name: tables[name].filter(unknown[name]).select(key) for name, key in keys.items()}
    return {name: keep(table, f"later_{name}")[keys[name]] for name, table in later.items()}


def _with_known_references(name: str, table: ir.Table, later: dict[str, ir.Column]) -> ir.Table:
    """Leave out what cannot be without a row not yet known, and empty other references to such rows."""
    contract = CONTRACT[name]
    there = {c: later[other] for c, other in contract.references if other in later and c in table.columns}
    needed = {column: keys for column, keys in there.items() if contract.column(column).required}
    emptied = {c: empty_where(_among(table[c], there[c]), table[c]) for c in there if c not in needed}
    # All at once: each step of its own would be one more query inside the query.
    known = table.mutate(**emptied) if emptied else table
    left_out = [] if name in PROVE_ACCOUNTS else [_among(known[column], keys) for column, keys in needed.items()]
    return known.filter(*(~gone for gone in left_out)) if left_out else known


def _among(value: ir.Value, keys: ir.Column) -> ir.BooleanValue:
    return value.isin(keys).fill_null(False)


def _values_then(name: str, table: ir.Table, as_of: date, *, today_holds: bool) -> ir.Table:
    emptied: dict[str, ir.BooleanValue] = {}
    if NOT_YET.get(name) in table.columns:
        emptied[NOT_YET[name]] = table[NOT_YET[name]] > as_of
    if not today_holds:
        emptied |= {column: ibis.literal(True) for column in OF_TODAY.get(name, ()) if column in table.columns}
    if not today_holds and name == "promotions" and "cost" in table.columns:
        emptied["cost"] = table.ends_at > as_of
    return table.mutate(**{c: empty_where(empty, table[c]) for c, empty in emptied.items()}) if emptied else table
