"""Numbers and money as people write them; what could mean two things is not read at all.

The decimal mark is a point. Commas or spaces may group the digits before it by three: 1,234.50 and 1 234.50. A decimal
comma (1234,50, 1 234,50 or 1.234,50) is not read: beside grouping commas it could not be told from them.
Money may further carry one currency on either side (¥ CNY RMB 元, $ USD, € EUR, £ GBP), 万 (ten thousand) or 亿
(a hundred million), and parentheses for a negative amount. Digits and signs may be of full width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

PLAIN = r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,2})?$"
LONGEST = 200
DIGITS = r"([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,3}( [0-9]{3})+|[0-9]+)(\.[0-9]+)?"
GROUPED = rf"^[-+]? ?{DIGITS}$"
CURRENCIES = ("¥|CNY|RMB|人民币|元", r"US\$|\$|USD|美元", "€|EUR|欧元", "£|GBP|英镑")
CURRENCY = rf"(({'|'.join(CURRENCIES)}) ?){{0,2}}"
SIZE = rf"{DIGITS} ?(万亿|万|亿)? ?"
MONEY = (
    rf"^([-+]? ?{CURRENCY}[-+]? ?{SIZE}{CURRENCY}|\( ?{CURRENCY}{SIZE}{CURRENCY}\)|{CURRENCY}\( ?{SIZE}\) ?{CURRENCY})$"
)
# Two signs, or two currencies, leave open what is meant.
UNCLEAR = "|".join(["[-+].*[-+]", *(f"({a}).*({b})" for a in CURRENCIES for b in CURRENCIES if a != b)])

ALIKE = str.maketrans(
    "０１２３４５６７８９，．（）＋－−￥＄￡萬億\u00a0\u2009\u202f\u3000",
    "0123456789,.()+--¥$£万亿    ",
)


def as_number(value: ir.StringValue, *, money: bool, duckdb: bool) -> ir.FloatingValue:
    """Return text as a number; what cannot be read with certainty becomes empty.

    Parameters
    ----------
    value
        Text, trimmed.
    money
        Whether currencies, 万 and 亿, and parentheses may be there.
    duckdb
        Whether the query runs on DuckDB, which tries a cast faster than it compares with a pattern.

    Examples
    --------
    >>> run = ibis.duckdb.connect().execute
    >>> [float(run(as_number(ibis.literal(t), money=True, duckdb=True))) for t in ("(¥1,234.50)", "3.5万元", "1234,50")]
    [-1234.5, 35000.0, nan]
    """
    plain = as_plain_number(value, duckdb=duckdb)
    # Only what is not plain goes the long way. A condition keeps to that; COALESCE would not on every database.
    return plain.isnull().ifelse(_elaborately(value, money=money), plain)


def as_plain_number(value: ir.StringValue, *, duckdb: bool) -> ir.FloatingValue:
    """Return text as a number where it is digits with at most a sign, a point and an exponent; else empty."""
    if not duckdb:
        # A text that matches is cast only if it cannot overflow, at which other databases stop.
        fits = value.re_search(PLAIN) & (value.length() < LONGEST)
        return fits.ifelse(value, ibis.null("string")).cast("float64")
    # DuckDB takes 1_000 for a number; nobody writes money that way.
    number = value.replace("_", "?").try_cast("float64")
    return number.nullif(float("nan")).nullif(float("inf")).nullif(float("-inf"))


def _elaborately(value: ir.StringValue, *, money: bool) -> ir.FloatingValue:
    text = value.translate(*_alike()).upper()
    clear = text.re_search(MONEY if money else GROUPED) & (text.length() < LONGEST)
    if money:
        clear &= ~text.re_search(UNCLEAR)
    size = text.re_replace(r"[^0-9.]", "").cast("float64")
    # 1.1 × 10,000 is 11000.000000000002 in binary fractions.
    size = text.re_search("[万亿]").ifelse((size * _large(text)).round(4), size) if money else size
    return clear.ifelse(text.re_search(r"[-(]").ifelse(-size, size), ibis.null("float64"))


def _large(text: ir.StringValue) -> ir.FloatingValue:
    return text.contains("万").ifelse(1e4, 1.0) * text.contains("亿").ifelse(1e8, 1.0)


def _alike() -> tuple[str, str]:
    return "".join(map(chr, ALIKE)), "".join(chr(code) for code in ALIKE.values())
