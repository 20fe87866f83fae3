"""Faults between rows: keys that come twice, references to nothing, and dates that contradict another table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.tables.checks.fault import EXAMPLES, Fault, examples
from salesops.tables.schemas import CONTRACT
from salesops.tables.sources import AS_WRITTEN, LINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ibis.expr.types as ir

    from salesops.tables.contract import LinkRule, TableContract

KNOWN = "__known__"
OTHER = "__other__"


def duplicate_keys(contract: TableContract, table: ir.Table) -> Iterator[Fault]:
    """Yield a fault if a key comes more than once."""
    key = list(contract.key)
    if not key or not set(key) <= set(table.columns):
        return
    lines = {"first": table[LINE].min(), "last": table[LINE].max()} if LINE in table.columns else {}
    doubles = _doubles(table, key)
    if count := doubles.count().to_pyarrow().as_py():
        first = _doubles(table, key, **lines).order_by("first" if lines else key).limit(EXAMPLES)
        found = "; ".join(_times(row, key) for row in first.to_pandas().to_dict("records"))
        yield Fault(contract.name, ", ".join(key), count, found, "each only once")


def _doubles(table: ir.Table, key: list[str], **more: ir.Value) -> ir.Table:
    counted = table.group_by(key).aggregate(times=table.count(), **more)
    return counted.filter(counted.times > 1, *[counted[name].notnull() for name in key])


def _times(row: dict[str, object], key: list[str]) -> str:
    between = "and" if row["times"] == 2 else "to"
    lines = f", lines {row['first']} {between} {row['last']}" if "first" in row else ""
    return f"{', '.join(_plain(row[name]) for name in key)} comes {row['times']} times{lines}"


def _plain(value: object) -> str:
    return str(value).removesuffix(" 00:00:00")


def dangling_references(contract: TableContract, tables: dict[str, ir.Table]) -> Iterator[Fault]:
    """Yield a fault for each column that refers to rows which are not there."""
    table = tables[contract.name]
    for column, other in contract.references:
        key = CONTRACT[other].key[0]
        if other not in tables or column not in table.columns or key not in tables[other].columns:
            continue
        known = tables[other].select(**{KNOWN: tables[other][key]})
        lost = table.anti_join(known, table[column] == known[KNOWN])
        # An empty cell refers to nothing, and neither is counted.
        (total,) = lost.aggregate(rows=lost[column].count(), values=lost[column].nunique()).to_pyarrow().to_pylist()
        if total["rows"]:
            shown = examples(contract, lost.filter(lost[column].notnull()), (AS_WRITTEN + column,))
            found = f"{total['values']:,} unknown: {shown}"
            yield Fault(contract.name, column, total["rows"], found, f"the {key} of a row in {other}")


def broken_links(contract: TableContract, tables: dict[str, ir.Table]) -> Iterator[Fault]:
    """Yield a fault for each rule against another table that rows break."""
    table = tables[contract.name]
    for rule in contract.links:
        there = {rule.key, rule.column} <= set(table.columns)
        if there and rule.other in tables and {rule.key, rule.other_column} <= set(tables[rule.other].columns):
            yield from _broken_link(contract, table, tables[rule.other], rule)


def _broken_link(contract: TableContract, table: ir.Table, other: ir.Table, rule: LinkRule) -> Iterator[Fault]:
    sound = other.filter(rule.sound(other))
    # A key that comes twice is a fault of its own: no row may count twice because of it.
    once = sound.group_by(**{KNOWN: sound[rule.key]}).aggregate(**{OTHER: sound[rule.other_column].min()})
    joined = table.inner_join(once, table[rule.key] == once[KNOWN])
    broken = joined.filter(rule.broken(joined[rule.column], joined[OTHER]))
    if count := broken.count().to_pyarrow().as_py():
        shown = f"{rule.other_column} of {rule.other}"
        broken = broken.mutate(**{shown: broken[OTHER].cast("string")})
        found = examples(contract, broken, (rule.key, AS_WRITTEN + rule.column, shown))
        yield Fault(contract.name, rule.column, count, found, rule.wanted)
