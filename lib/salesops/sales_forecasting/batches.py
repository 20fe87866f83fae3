"""All that is fitted, in batches of series, one after another or on many cores and machines."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.forms import PanelForecast, forecast_panel
from salesops.sales_forecasting.naive import naive_error
from salesops.sales_forecasting.rolling import RollingForecasts, roll

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from salesops.sales_forecasting.panel import Array, Panel

BATCH = 500


@dataclass(frozen=True)
class Fitted:
    """Forecasts of a panel from its end and from earlier origins.

    Parameters
    ----------
    forecast
        Means and spreads ahead.
    rolling
        The past forecast again.
    scale
        Mean absolute error of the seasonal naive forecast, per series.
    """

    forecast: PanelForecast
    rolling: RollingForecasts
    scale: Array


def fit(panel: Panel, horizon: int, season_length: int, cuts: Array, minimum: int) -> Fitted:
    """Forecast a panel from its end and from earlier origins.

    Parameters
    ----------
    panel
        Series; time × series.
    horizon
        Periods ahead.
    season_length
        Periods per season, m.
    cuts
        Periods between each earlier origin and the end.
    minimum
        Values a series must have behind an origin.
    """
    return Fitted(
        forecast_panel(panel, horizon, season_length),
        roll(panel, horizon, season_length, cuts, minimum),
        naive_error(panel, season_length),
    )


def fit_in_batches(
    panel: Panel, horizon: int, season_length: int, cuts: Array, minimum: int, executor: Executor | None = None
) -> Fitted:
    """Do the same for any number of series, some hundred at a time, on an executor's workers if one is given.

    Series know nothing of each other here, so that the result is that of a single batch.

    Parameters
    ----------
    panel, horizon, season_length, cuts, minimum
        As for `fit`.
    executor
        Any executor of `concurrent.futures`, or one that is called alike, as a Dask client's.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> panel = Panel(np.full((8, 3), 5.0), np.array([8, 8, 8]))
    >>> fit_in_batches(panel, 1, 12, np.array([1]), 6).forecast.mean.tolist()
    [[5.0, 5.0, 5.0]]
    """
    batches = [panel.take(np.arange(i, min(i + BATCH, panel.columns))) for i in range(0, panel.columns, BATCH)]
    work = partial(fit, horizon=horizon, season_length=season_length, cuts=cuts, minimum=minimum)
    run = map if executor is None else executor.map
    parts = list(run(work, batches))
    return parts[0] if len(parts) == 1 else _joined(parts, cuts)


def _joined(parts: Sequence[Fitted], cuts: Array) -> Fitted:
    forecast = {
        field.name: np.concatenate([getattr(part.forecast, field.name) for part in parts], axis=-1)
        for field in fields(PanelForecast)
    }
    rolling = {
        field.name: np.concatenate([getattr(part.rolling, field.name) for part in parts], axis=-1)
        for field in fields(RollingForecasts)
        if field.name != "cuts"
    }
    scale = np.concatenate([part.scale for part in parts])
    return Fitted(PanelForecast(**forecast), RollingForecasts(cuts=cuts, **rolling), scale)
