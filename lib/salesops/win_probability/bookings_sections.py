"""The section on bookings: what is to come, from which deals, and how well past quarters were foretold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import Chart, Col, DataTable, Pair, Section, interval, money, plural, section, share
from salesops.report.numbers import period_in_words
from salesops.win_probability.bookings_figures import bookings_bands
from salesops.win_probability.past_bookings import next_quarters, track_record, width_asked_for

if TYPE_CHECKING:
    import pandas as pd

    from salesops.win_probability.parameters import Parameters

COMING = (
    "Expected bookings; new deals are those not yet opened. Open deals follow a quarter's season and swings here: they "
    "add up to about chance × amount, not to the last digit."
)
WIDER_TO_SAY, NEARLY_ALL = 1.05, 0.95


@section("Bookings to come")
def bookings_section(bookings: pd.DataFrame, past: pd.DataFrame, parameters: Parameters) -> Section:
    """Say what the quarters ahead will bring and from which deals, and how past forecasts did.

    Parameters
    ----------
    bookings
        From `bookings`.
    past
        From `past_bookings`.
    parameters
        currency is used.
    """
    first, currency = bookings.iloc[0], parameters.currency
    spread = interval(first["p10"], first["p90"], currency, first["mean"])
    headline = f"{period_in_words(first['period'])} should bring {money(first['mean'], currency)} ({spread})"
    text = f"{parts_in_words(first, currency)}. {_later(bookings, currency)}\n\n{record_in_words(past)}"
    chart = Chart(
        lambda narrow: bookings_bands(bookings, next_quarters(past), currency, narrow=narrow),
        alt="Bands of bookings a quarter: past as foretold at their start, with what was booked, and to come.",
        caption=f"Bookings a quarter, {currency}. Blue: to come, 80% and 50% bands and the mean. Grey: past "
        "quarters, 80% band as foretold at their start; the dot is what was booked.",
    )
    coming = _coming(bookings, currency)
    return Section("Bookings", headline, text, (chart, coming if past.empty else Pair(coming, _record(past))))


def parts_in_words(quarter: pd.Series, currency: str) -> str:
    """Return how much of a quarter comes from which deals.

    Examples
    --------
    >>> import pandas as pd
    >>> parts_in_words(pd.Series({"from_open": 9e6, "from_new": 4e5, "booked": 1e6}), "CNY")
    'CNY 1 m is booked already, CNY 9 m comes from deals open today and CNY 400 k from deals not yet opened'
    """
    booked = f"{money(quarter['booked'], currency)} is booked already, " if quarter["booked"] > 0 else ""
    return (
        f"{booked}{money(quarter['from_open'], currency)} comes from deals open today and "
        f"{money(quarter['from_new'], currency)} from deals not yet opened"
    )


def record_in_words(past: pd.DataFrame) -> str:
    """Return how the forecasts made at the starts of past quarters did, and what that does to the intervals."""
    if past.empty:
        return (
            "No past quarter had enough deals closed before it to be foretold as this one is: how well the intervals "
            "hold is not known here."
        )
    record, width = track_record(past).iloc[0], width_asked_for(past)
    wider = f" That is too few: the intervals of quarters to come are drawn {share(width - 1)} wider."
    asked = wider if width > WIDER_TO_SAY else ""
    return (
        f"Forecast in the same way on their first day, {record['held']:.0f} of the last "
        f"{plural(record['quarters'], 'quarter')} came within their 80% interval ({share(record['coverage'])}; 80%: "
        f"{share(record['low'])} to {share(record['high'])}).{asked}{_misses_in_words(record)}"
    )


def _misses_in_words(record: pd.Series) -> str:
    if not np.isfinite(record["bias"]):
        return ""
    lean = f"{share(abs(record['bias']))} too {'high' if record['bias'] > 0 else 'low'}"
    return f" Over all of them the forecast was {lean}; a single quarter was {share(record['wape'])} off."


def _later(bookings: pd.DataFrame, currency: str) -> str:
    last = bookings.iloc[-1]
    if not last["mean"] > 0:
        return ""
    part = last["from_new"] / last["mean"]
    most = "nearly all" if part > NEARLY_ALL else share(part)
    return (
        f"Of the {money(last['mean'], currency)} of {period_in_words(last['period'])} {most} comes from deals that are "
        "not yet opened."
    )


def _coming(bookings: pd.DataFrame, currency: str) -> DataTable:
    ends = zip(bookings["p10"], bookings["p90"], bookings["mean"], strict=True)
    shown = bookings.assign(
        quarter=bookings["period"].map(period_in_words),
        interval=[interval(low, high, currency, mean) for low, high, mean in ends],
    )
    columns = [
        Col("quarter", "Quarter"),
        Col("mean", "Expected", "money", currency, below="interval"),
        Col("from_open", "Open deals", "money", currency),
        Col("from_new", "New deals", "money", currency),
    ]
    if (bookings["booked"] > 0).any():
        columns.append(Col("booked", "Booked", "money", currency))
    return DataTable(shown, columns, COMING)


def _record(past: pd.DataFrame) -> DataTable:
    record = track_record(past)
    low, high = (record[end].map("{:.0%}".format) for end in ("low", "high"))
    shown = record.assign(interval="80%: " + low.str.rstrip("%") + " to " + high)
    columns = [
        Col("quarters_ahead", "Quarters ahead", "number"),
        Col("coverage", "Within 80%", "share", below="interval"),
        Col("bias", "Too high by", "share"),
        Col("wape", "Off by", "share"),
    ]
    count = plural(record["quarters"].max(), "past quarter")
    return DataTable(shown, columns, f"At most {count}, as foretold so many quarters ahead, against what was booked.")
