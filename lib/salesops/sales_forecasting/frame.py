"""From a long frame of series to a panel, and from forecasts back to a long frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.errors import InputError
from salesops.sales_forecasting.panel import make_panel

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array, Panel

COLUMNS = ("unique_id", "ds", "y")


@dataclass(frozen=True)
class SeriesSet:
    """Series with their names and times.

    Parameters
    ----------
    panel
        The values; time × series, longest first.
    ids
        Name of each column of the panel.
    last
        Time of the last value, per column.
    clock
        How time is counted.
    place
        Position of each column's series in the order in which names first appear.
    """

    panel: Panel
    ids: Array
    last: Array
    clock: Clock
    place: Array

    def future(self, horizon: int) -> Array:
        """Return the times ahead; series × horizon."""
        return np.stack([self.clock.after(self.last, step) for step in range(1, horizon + 1)], axis=1)


@dataclass(frozen=True)
class Clock:
    """The distance between two values: so many months, days or whole numbers.

    Parameters
    ----------
    unit
        months, days or numbers.
    step
        Units from one value to the next.
    at_month_end
        Whether dates stand for the last day of their month.

    Examples
    --------
    >>> Clock("months", 3).after(np.array(["2026-09-01"], "datetime64[D]"), 2).astype(str).tolist()
    ['2027-03-01']
    """

    unit: str
    step: int
    at_month_end: bool = False

    def after(self, times: Array, steps: int) -> Array:
        """Return the times that lie `steps` values later."""
        ahead = self.step * steps
        if self.unit == "numbers":
            return times + ahead
        if self.unit == "days":
            return times + np.timedelta64(ahead, "D")
        month = times.astype("datetime64[M]")
        following = month + np.timedelta64(ahead, "M")
        if self.at_month_end:
            return np.asarray((following + 1).astype("datetime64[D]") - np.timedelta64(1, "D"))
        return np.asarray(following.astype("datetime64[D]") + (times - month.astype("datetime64[D]")))


def series_set(history: pd.DataFrame) -> SeriesSet:
    """Read a long frame: one row per series and time, complete from each series' first time to its last.

    Parameters
    ----------
    history
        Columns unique_id, ds (dates or whole numbers) and y (numbers); rows in any order.

    Returns
    -------
    SeriesSet
        The series as a panel.

    Raises
    ------
    InputError
        If a column is missing, a value is absent, a time is doubled or left out; it names the series.

    Examples
    --------
    >>> frame = pd.DataFrame({"unique_id": ["a", "a"], "ds": [1, 2], "y": [5.0, 6.0]})
    >>> series_set(frame).future(2).tolist()
    [[3, 4]]
    """
    _check_columns(history)
    codes, names = pd.factorize(history["unique_id"])
    times = _times(history["ds"])
    order = np.lexsort((times, codes))
    codes, times, values = codes[order], times[order], history["y"].to_numpy(float)[order]
    clock = _clock(times, codes, names)
    lengths = np.bincount(codes)
    panel, place = make_panel(values, lengths)
    return SeriesSet(panel, np.asarray(names)[place], times[np.cumsum(lengths) - 1][place], clock, place)


def long_frame(series: SeriesSet, columns: dict[str, Array]) -> pd.DataFrame:
    """Return forecasts as a long frame in the order of the input.

    Parameters
    ----------
    series
        The series that were forecast.
    columns
        Name and values (horizon × series) of each column to come after unique_id and ds.
    """
    horizon = len(next(iter(columns.values())))
    position = np.argsort(series.place)
    frame = {
        "unique_id": np.repeat(series.ids[position], horizon),
        "ds": series.future(horizon)[position].ravel(),
        **{name: values.T[position].ravel() for name, values in columns.items()},
    }
    return pd.DataFrame(frame)


def _check_columns(history: pd.DataFrame) -> None:
    missing = [name for name in COLUMNS if name not in history.columns]
    if missing:
        raise InputError(f"history lacks column {', '.join(missing)}: it needs unique_id, ds and y")
    if history.empty:
        raise InputError("history has no rows: it needs at least one value of one series")
    numbers = history["y"].to_numpy(float)
    bad = ~np.isfinite(numbers) | history["unique_id"].isna().to_numpy() | history["ds"].isna().to_numpy()
    if bad.any():
        row = history.iloc[int(bad.argmax())]
        raise InputError(
            f'history, series "{row["unique_id"]}" at {row["ds"]}: y is {row["y"]}; '
            "it needs a name, a time and a finite number (0 where nothing was sold)"
        )


def _times(ds: pd.Series) -> Array:
    if pd.api.types.is_integer_dtype(ds):
        return ds.to_numpy(np.int64)
    try:
        return pd.to_datetime(ds, format="ISO8601").to_numpy("datetime64[D]")
    except (ValueError, TypeError) as error:
        raise InputError(f"history, column ds: {error}; write dates as 2026-09-01 or whole numbers") from None


def _clock(times: Array, codes: Array, names: pd.Index) -> Clock:
    """Find the one distance that lies between all neighbouring values, or say where it does not."""
    unit, count, at_end = _count_time(times)
    distance = np.diff(count)[np.diff(codes) == 0]
    step = int(distance.min()) if len(distance) else 1
    odd = np.flatnonzero((np.diff(codes) == 0) & (np.diff(count) != step))
    if step == 0:
        odd = np.flatnonzero((np.diff(codes) == 0) & (np.diff(count) == 0))
    if len(odd):
        row = odd[0]
        raise InputError(
            f'history, series "{names[codes[row]]}": {times[row]} is followed by {times[row + 1]}; '
            "give each period once and leave none out (0 where nothing was sold)"
        )
    return Clock(unit, step, at_end)


def _count_time(times: Array) -> tuple[str, Array, bool]:
    """Return the unit of time, each time counted in it, and whether dates are month ends."""
    if times.dtype.kind == "i":
        return "numbers", times, False
    month = times.astype("datetime64[M]")
    in_month = times - month.astype("datetime64[D]")
    at_end = bool(((times + 1).astype("datetime64[M]") == month + 1).all())
    if at_end or (in_month == in_month[0]).all():
        return "months", month.astype(np.int64), at_end
    return "days", times.astype(np.int64), False
