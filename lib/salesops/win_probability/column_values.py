"""What a column of deals holds, whatever way the export wrote it: numbers, days written as text, or names."""

from __future__ import annotations

import pandas as pd

ISO_DAY = r"\d{4}-\d{2}-\d{2}"


def plain_values(column: pd.Series) -> pd.Series:
    """Return a column as numbers where all that is filled are numbers, else as text; blanks are empty.

    A file's further columns arrive as text, since no contract says what they are.

    Parameters
    ----------
    column
        Any column but one of dates.

    Examples
    --------
    >>> plain_values(pd.Series(["12", " ", None, "7.5"])).tolist()
    [12.0, nan, nan, 7.5]
    >>> plain_values(pd.Series(["high", "", "7.5"])).tolist()
    ['high', None, '7.5']
    """
    if pd.api.types.is_numeric_dtype(column):
        return column.astype(float)
    text = column.astype(object).where(column.notna(), None)
    text = text.map(lambda value: str(value).strip() or None, na_action="ignore").astype(object)
    text = text.where(text.notna(), None)
    numbers = pd.to_numeric(text, errors="coerce")
    return numbers.astype(float) if bool((numbers.notna() == text.notna()).all()) else text


def as_clock(values: pd.Series) -> pd.Series | None:
    """Return values that could be read off a clock or a counter as numbers: numbers, and days written as text.

    Parameters
    ----------
    values
        From `plain_values`.

    Examples
    --------
    >>> as_clock(pd.Series(["2026-01-01", None, "2026-01-03 10:00"])).diff().tolist()[2:]
    [nan]
    >>> as_clock(pd.Series(["red", "blue"])) is None
    True
    """
    if pd.api.types.is_numeric_dtype(values):
        return values
    filled = values.dropna()
    if filled.empty or not filled.str.match(ISO_DAY).all():
        return None
    days = pd.to_datetime(filled.str.slice(0, 10), errors="coerce")
    return pd.Series((days - pd.Timestamp(0)) / pd.Timedelta(days=1), filled.index).reindex(values.index)
