"""From a list of changes, one property a row, to all properties as they stood after each change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from salesops.tables.imports.casts import as_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from salesops.tables.imports.file_spec import Pivot

MOMENT = "__moment__"


def pivoted(table: ir.Table, pivot: Pivot, date_formats: Sequence[str], row: str) -> ir.Table:
    """Return one row per owner and time of change, with the last value of each property up to then.

    Parameters
    ----------
    table
        The changes as text, in any order, with their number in `row`.
    pivot
        Which column holds what. Changes of other properties are left out.
    date_formats
        How times are written, besides 2026-09-30 12:00.
    row
        Name of the column with a row's number; of several changes at once it is the first one's.

    Notes
    -----
    A property that was not yet set is empty, and one that is cleared keeps its last value. Of two
    changes of one property at the same time the later row counts.
    """
    words = {word: name for name, others in pivot.properties.items() for word in (name, *others)}
    changes = table.mutate(property=table[pivot.name].cases(*words.items(), else_=ibis.null("string")))
    changes = changes.filter(changes.property.notnull())
    changes = changes.mutate(**{MOMENT: as_moment(changes[pivot.at], date_formats)})
    keys = [pivot.of, pivot.at, MOMENT]
    value = changes[pivot.value]
    at_once = {name: value.last(where=changes.property == name, order_by=changes[row]) for name in pivot.properties}
    grouped = changes.group_by(keys).aggregate(**at_once, **{row: changes[row].min()})
    return _carried_on(grouped, pivot, row).select(*pivot.columns, row)


def _carried_on(grouped: ir.Table, pivot: Pivot, row: str) -> ir.Table:
    so_far = ibis.window(group_by=pivot.of, order_by=[MOMENT, row], preceding=None, following=0)
    # All rows since a property was last set share the number of times that it had been set by then.
    times = {f"__set_{name}": grouped[name].count().over(so_far) for name in pivot.properties}
    counted = grouped.mutate(**times)
    since = {name: ibis.window(group_by=[pivot.of, f"__set_{name}"]) for name in pivot.properties}
    return counted.mutate(**{name: counted[name].max().over(window) for name, window in since.items()})
