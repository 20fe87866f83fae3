"""The forecasting engine: a long frame of series in, forecasts with intervals out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.errors import InputError
from salesops.sales_forecasting.batches import fit_in_batches
from salesops.sales_forecasting.frame import long_frame, series_set
from salesops.sales_forecasting.intervals import calibrate
from salesops.sales_forecasting.rolling import choose_cuts

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from salesops.sales_forecasting.intervals import Calibration
    from salesops.sales_forecasting.panel import Array, Panel

ORIGINS = 6


def forecast_series(
    history: pd.DataFrame,
    horizon: int,
    season_length: int,
    levels: tuple[int, ...] = (80,),
    origins: int = ORIGINS,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Forecast every series of a frame, with intervals calibrated on these series' own past.

    Parameters
    ----------
    history
        Columns unique_id, ds (dates or whole numbers) and y; complete from each series' first time to its last.
    horizon
        Periods ahead, at least 1.
    season_length
        Periods per season: 12 for months, 4 for quarters, 1 for none.
    levels
        Probabilities of the intervals, in percent.
    origins
        Earlier origins from which forecasts are made again to learn how far they are off. With 0, or where no series
        is long enough, the intervals are NaN.
    executor
        Workers to share the series between, by hundreds: any executor of `concurrent.futures`, such as a pool of
        processes or `distributed.Client(...).get_executor()`. Without one, all is done here.

    Returns
    -------
    DataFrame
        unique_id, ds, mean and, per level, `lo-80` and `hi-80`; series in the order of the input.

    Raises
    ------
    InputError
        If the frame or an argument is not as said above; it names the series and the time.

    Examples
    --------
    >>> import pandas as pd
    >>> sales = pd.DataFrame({"unique_id": "a", "ds": pd.date_range("2025-01-01", periods=8, freq="MS"), "y": 5.0})
    >>> forecast_series(sales, horizon=2, season_length=12)[["ds", "mean", "hi-80"]]
              ds  mean  hi-80
    0 2025-09-01   5.0    5.0
    1 2025-10-01   5.0    5.0
    """
    _check_arguments(horizon, season_length, levels, origins)
    series = series_set(history)
    cuts, minimum = _origins(series.panel, horizon, season_length, origins)
    fitted = fit_in_batches(series.panel, horizon, season_length, cuts, minimum, executor)
    calibration = calibrate(fitted.rolling, fitted.forecast.sigma, fitted.scale)
    columns = {"mean": fitted.forecast.mean}
    floor = np.where(series.panel.least() >= 0, 0.0, -np.inf)
    for level in levels:
        columns |= _interval(fitted.forecast.mean, calibration, level, floor)
    return long_frame(series, columns)


def _check_arguments(horizon: int, season_length: int, levels: tuple[int, ...], origins: int) -> None:
    for name, value, least in (("horizon", horizon, 1), ("season_length", season_length, 1), ("origins", origins, 0)):
        if value < least:
            raise InputError(f'argument "{name}" is {value}: it must be at least {least}')
    wrong = [level for level in levels if not 0 < level < 100]
    if wrong:
        raise InputError(f'argument "levels" holds {wrong[0]}: a level lies between 0 and 100, as 80 for 80%')


def _origins(panel: Panel, horizon: int, season_length: int, origins: int) -> tuple[Array, int]:
    """Roll the origin back by quarters of a season, from histories of a little over two seasons on."""
    minimum = min(max(2 * season_length + 2, 6), max(2 * panel.rows // 3, 4))
    return choose_cuts(panel.rows, horizon, origins, minimum, max(season_length // 4, 1)), minimum


def _interval(mean: Array, calibration: Calibration, level: int, floor: Array) -> dict[str, Array]:
    low, high = calibration.deviations(level)
    return {f"lo-{level}": np.maximum(mean + low, floor), f"hi-{level}": mean + high}
