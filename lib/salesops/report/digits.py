"""Digits: how many of a number are shown, in which scale, and with which signs."""

from __future__ import annotations

import math
import re

ABSENT = "–"
MINUS = "−"
SIGNIFICANT_DIGITS = 3
SCALES = ((1e9, "bn"), (1e6, "m"), (1e3, "k"), (1.0, ""))


def is_finite(value: object) -> bool:
    """Tell whether `value` is a number that can be shown.

    Examples
    --------
    >>> is_finite(3.5), is_finite(float("nan")), is_finite(None)
    (True, False, False)
    """
    try:
        return math.isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def number(value: float, digits: int | None = None) -> str:
    """Return `value` with thousands separators.

    Parameters
    ----------
    value
        The number; anything that is not finite becomes a dash.
    digits
        Decimals to show. If not given: whole from 100 up, and at most three significant digits below.

    Examples
    --------
    >>> number(12345.6), number(31.42), number(-2), number(3, digits=1), number(float("nan"))
    ('12,346', '31.4', '−2', '3.0', '–')
    """
    if not is_finite(value):
        return ABSENT
    value = float(value)
    if digits is not None:
        return signed(f"{value:,.{digits}f}")
    text = f"{value:,.{_decimals(value)}f}"
    return signed(re.sub(r"\.?0+$", "", text) if "." in text else text)


def money_scale(value: float) -> tuple[float, str]:
    """Return the divisor and the suffix that `value` is written with.

    Examples
    --------
    >>> money_scale(142_300_000), money_scale(999_600)
    ((1000000.0, 'm'), (1000000.0, 'm'))
    """
    if not is_finite(value) or value == 0:
        return SCALES[-1]
    size = abs(rounded(float(value)))
    return next((scale for scale in SCALES if size >= scale[0]), SCALES[-1])


def rounded(value: float) -> float:
    """Return `value` with three significant digits."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(abs(value))))


def _decimals(value: float) -> int:
    if value == 0:
        return 0
    return max(0, SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(abs(rounded(value)))))


def signed(text: str) -> str:
    """Return a number's text with a real minus sign, and none before zero."""
    return text.replace("-", MINUS) if re.search(r"[1-9]", text) else text.lstrip("-")
