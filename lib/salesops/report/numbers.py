"""Numbers in words: how money, shares, counts, intervals and changes are written on a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from salesops.report.digits import ABSENT, is_finite, money_scale, number, rounded, signed

__all__ = [
    "ABSENT",
    "MONTHS",
    "SHARE",
    "Better",
    "Change",
    "change",
    "day",
    "format_value",
    "interval",
    "is_finite",
    "is_money",
    "money",
    "money_scale",
    "noun",
    "number",
    "plural",
    "share",
    "share_digits",
]

Better = Literal["up", "down", "none"]
Tone = Literal["good", "bad", "none"]

SHARE = "share"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NARROW_SHARE_INTERVAL = 0.05
"""An interval narrower than five points is shown with one decimal, or its ends would look alike."""


@dataclass(frozen=True)
class Change:
    """A change since the last run, in words, and whether it is good news."""

    text: str
    tone: Tone


def is_money(unit: str) -> bool:
    """Tell a currency (`CNY`, `€`, `元`) from a noun (`deals`), which begins with a small letter.

    Examples
    --------
    >>> [is_money(unit) for unit in ("CNY", "US$", "元", "deals", "share", "")]
    [True, True, True, False, False, False]
    """
    return bool(unit) and not unit[0].islower()


def money(value: float, currency: str = "") -> str:
    """Return an amount with at most three significant digits.

    Examples
    --------
    >>> money(142_300_000, "CNY"), money(-4_100, "CNY"), money(1_400_000_000), money(float("inf"), "CNY")
    ('CNY 142 m', 'CNY −4.1 k', '1.4 bn', '–')
    """
    if not is_finite(value):
        return ABSENT
    divisor, suffix = money_scale(value)
    return " ".join(part for part in (currency, number(rounded(float(value)) / divisor), suffix) if part)


def share(value: float, digits: int = 0) -> str:
    """Return a share between 0 and 1 as a percentage.

    Examples
    --------
    >>> share(0.314), share(0.314, digits=1), share(0.004), share(0.9996)
    ('31%', '31.4%', '0.4%', '>99.9%')
    >>> share(0.0), share(1.0), share(1e-9)
    ('0%', '100%', '<0.1%')
    """
    if not is_finite(value):
        return ABSENT
    percent = 100 * float(value)
    # A chance is never rounded to certain or impossible: that would be a different message.
    if 0 < percent < 100 and round(percent, digits) in (0, 100):
        digits, least = max(digits, 1), 10.0 ** -max(digits, 1)
        if round(percent, digits) in (0, 100):
            return f"<{least:.{digits}f}%" if percent < 50 else f">{100 - least:.{digits}f}%"
    return signed(f"{percent:,.{digits}f}%")


def share_digits(low: float | None, high: float | None) -> int:
    """Return the decimals that keep the ends of a share's interval apart.

    Examples
    --------
    >>> share_digits(0.298, 0.330), share_digits(0.41, 0.53), share_digits(None, None)
    (1, 0, 0)
    """
    if not (is_finite(low) and is_finite(high)):
        return 0
    return int(float(high) - float(low) < NARROW_SHARE_INTERVAL)  # type: ignore[arg-type]


def format_value(value: float, unit: str = "", digits: int = 0) -> str:
    """Return `value` with its unit: money, a percentage, or a number with a noun.

    Parameters
    ----------
    value
        The number; a share lies between 0 and 1.
    unit
        `share`, a currency (`CNY`), a noun in the plural (`deals`) or nothing.
    digits
        Decimals of a share.

    Examples
    --------
    >>> format_value(142_300_000, "CNY"), format_value(0.61, "share"), format_value(295, "deals")
    ('CNY 142 m', '61%', '295 deals')
    """
    if not is_finite(value):
        return ABSENT
    if unit == SHARE:
        return share(value, digits)
    if is_money(unit):
        return money(value, unit)
    return f"{number(value)} {noun(value, unit)}".strip()


def interval(low: float | None, high: float | None, unit: str = "", value: float | None = None, level: int = 80) -> str:
    """Return an interval in the scale of the value beside it, or nothing if an end is missing.

    Parameters
    ----------
    low, high
        The ends, in the value's unit.
    unit
        As in `format_value`.
    value
        The value that stands beside the interval and gives the scale (k, m, bn); the middle if not given.
    level
        Probability that the interval holds, in percent.

    Examples
    --------
    >>> interval(128e6, 157e6, "CNY", 142e6), interval(0.298, 0.33, "share"), interval(0.41, 0.53, "share")
    ('80%: 128 to 157', '80%: 29.8 to 33.0', '80%: 41 to 53')
    >>> interval(900, 1_300_000, "CNY", 800_000)
    '80%: 0.9 to 1,300'
    """
    if not (is_finite(low) and is_finite(high)):
        return ""
    low, high = float(low), float(high)  # type: ignore[arg-type]
    if unit == SHARE:
        digits = share_digits(low, high)
        return f"{level}%: {number(100 * low, digits)} to {number(100 * high, digits)}"
    middle = (low + high) / 2 if value is None or not is_finite(value) else value
    divisor = money_scale(middle)[0] if is_money(unit) else 1.0
    return f"{level}%: {number(rounded(low) / divisor)} to {number(rounded(high) / divisor)}"


def change(value: float, previous: float | None, unit: str = "", better: Better = "none") -> Change:
    """Return the change from the last run, with an arrow and its tone.

    Parameters
    ----------
    value, previous
        The figure now and then, in `unit`; a share's change is told in points.
    unit
        As in `format_value`.
    better
        Which direction is good news.

    Examples
    --------
    >>> change(142.3e6, 138.2e6, "CNY", "up")
    Change(text='▲ 4.1 m', tone='good')
    >>> change(0.61, 0.67, "share", "up")
    Change(text='▼ 6 points', tone='bad')
    >>> change(295, 295, "deals").text, change(3.0, None).text
    ('unchanged', '')
    """
    if not (is_finite(value) and is_finite(previous)):
        return Change("", "none")
    difference = float(value) - float(previous)  # type: ignore[arg-type]
    amount = _difference(abs(difference), max(abs(float(value)), abs(float(previous))), unit)  # type: ignore[arg-type]
    if not re.search(r"[1-9]", amount):
        return Change("unchanged", "none")
    arrow, direction = ("▲", "up") if difference > 0 else ("▼", "down")
    tone: Tone = "none" if better == "none" else "good" if better == direction else "bad"
    return Change(f"{arrow} {amount}", tone)


def plural(count: float, singular: str, many: str = "") -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "deal"), plural(1200, "deal"), plural(2, "opportunity", "opportunities")
    ('1 deal', '1,200 deals', '2 opportunities')
    """
    return f"{number(count)} {singular if count == 1 else many or singular + 's'}"


def noun(count: float, unit: str) -> str:
    """Return a unit that is given in the plural in the form that `count` wants.

    Examples
    --------
    >>> noun(1, "opportunities"), noun(1, "days"), noun(2, "days")
    ('opportunity', 'day', 'days')
    """
    if count != 1:
        return unit
    return re.sub(r"ies$", "y", unit) if unit.endswith("ies") else re.sub(r"(?<!s)s$", "", unit)


def day(value: date | datetime | str | None) -> str:
    """Return a day as people write it.

    Examples
    --------
    >>> day("2026-09-30"), day(date(2026, 1, 5)), day(None)
    ('30 Sep 2026', '5 Jan 2026', '–')
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    # pandas' NaT is a datetime of its own kind whose year is not a number.
    if value is None or not is_finite(getattr(value, "year", None)):
        return ABSENT
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def _difference(difference: float, size: float, unit: str) -> str:
    """Write a difference; it counts as none when it is under half a thousandth of the figures themselves."""
    if difference <= size * 5e-4:
        return ""
    if unit == SHARE:
        points = 100 * difference
        text = number(round(points, 1) if points < 1 else round(points))
        return f"{text} {'point' if text == '1' else 'points'}"
    return money(difference) if is_money(unit) else number(difference)


def period_in_words(written: str) -> str:
    """Return a month, quarter or year as people write it.

    Examples
    --------
    >>> period_in_words("2026Q4"), period_in_words("2026-10"), period_in_words("2026")
    ('2026 Q4', 'Oct 2026', '2026')
    """
    if "Q" in written:
        return written.replace("Q", " Q")
    if "-" in written:
        year, month = written.split("-")
        return f"{MONTHS[int(month) - 1]} {year}"
    return written
