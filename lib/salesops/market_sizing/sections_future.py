"""The sections on what would change the answer, and on how good earlier answers were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.market_sizing.track_record import EVERYTHING
from salesops.report import Col, DataTable, Section, day, money, plural, section, share

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.parameters import Parameters


@section("What if")
def what_if_section(table: pd.DataFrame, parameters: Parameters) -> Section:
    """Say how growth, prices, regulation, a new competitor and more reps would change what can be won."""
    largest = table.iloc[table["change"].abs().argmax()]
    more = "more" if largest["change"] > 0 else "less"
    headline = f"If {largest['what']}, we could win {share(abs(float(largest['change'])))} {more}"
    currency = parameters.currency
    columns = [
        Col("what", "If"),
        Col("som", "We could win", "money", currency),
        Col("low", "Low", "money", currency),
        Col("high", "High", "money", currency),
        Col("change", "Against this page", "share"),
    ]
    text = (
        "One thing at a time, on top of what this page supposes. Each is also a parameter: a scenario in the "
        "plan makes a page of its own."
    )
    return Section("What if", headline, text, (DataTable(table, columns, "Money a year; low and high: 80% interval."),))


@section("Were earlier estimates right?")
def record_section(record: pd.DataFrame, parameters: Parameters) -> Section:
    """Say how much of what earlier runs said could be won was then sold."""
    parts = record[record["segment"] != EVERYTHING]
    total = record[record["segment"] == EVERYTHING].sort_values(["period", "as_of"])
    headline = f"Sales came to {share(float(parts['sold'].sum() / parts['p50'].sum()))} of what could have been won"
    text = (
        f"What can be won is where we could be, not what will come by itself: of {plural(len(parts), 'estimate')}, "
        f"sales lay within the 80% interval in {share(parts['within'].mean())}. {_last_word(total, parameters)}"
    )
    columns = [
        Col("segment", "Segment"),
        Col("as_of", "Said on", "date"),
        Col("period", "Twelve months to", "date"),
        *[Col(name, label, "money", parameters.currency) for name, label in
          (("p10", "Low"), ("p50", "Said"), ("p90", "High"), ("sold", "Sold"))],
        Col("ratio", "Sold over said", "number", digits=2),
    ]  # fmt: skip
    rows = record.sort_values(["period", "as_of", "segment"], ascending=[False, False, True])
    rows = rows.assign(as_of=rows["as_of"].astype(str).str[:10])
    table = DataTable(rows, columns, "Money a year.", "segment", shown=6)
    return Section("Were earlier estimates right?", headline, text, (table,))


def _last_word(total: pd.DataFrame, parameters: Parameters) -> str:
    """Say what the newest estimate of all segments was, and what came."""
    if total.empty:
        return ""
    last = total.iloc[-1]
    said, sold = (money(last[name], parameters.currency) for name in ("p50", "sold"))
    then = day(str(last["as_of"])[:10])
    return f"On {then} we could win {said} in the twelve months to {day(last['period'])}: {sold} came."
