"""How good past forecasts would have been, by level and by how far ahead, against the seasonal naive forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.series import COMPANY, LEVEL_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array

ENGINE, NAIVE = "median_of_forms", "seasonal_naive"
SPANS = {"month": 1, "quarter": 3, "year": 12}
WITHIN = 0.8
FOUR_IN_FIVE = 0.8
FEWEST_ORIGINS = 4
SAMPLES = 100


@dataclass(frozen=True)
class Window:
    """Consecutive months ahead that are added up: the second quarter ahead is steps 4 to 6."""

    span: str
    horizon: int
    first: int
    last: int

    def total(self, values: Array) -> Array:
        """Return the sum over the window of origins × horizon × series."""
        total: Array = values[:, self.first - 1 : self.last].sum(axis=1)
        return total


def windows(horizon: int) -> list[Window]:
    """Return the months ahead, and the quarters and years that fit into the horizon.

    Examples
    --------
    >>> [(w.span, w.first, w.last) for w in windows(4)][-2:]
    [('month', 4, 4), ('quarter', 1, 3)]
    """
    return [
        Window(span, number + 1, number * months + 1, (number + 1) * months)
        for span, months in SPANS.items()
        for number in range(horizon // months)
    ]


@passes_not_enough_data
def backtest_table(outlook: Outlook) -> pd.DataFrame | NotEnoughData:
    """Score all rolling forecasts.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.

    Returns
    -------
    DataFrame or NotEnoughData
        level, model (`median_of_forms`, `seasonal_naive`), horizon (in spans ahead), metric, value, span (month,
        quarter or year) and n (forecasts scored). Metrics: `wape` Σ|e|/Σ|y|; `bias` Σe/Σ|y|, above zero where forecasts
        were too high; `smape` (0 to 2); `mase`, for months, against the seasonal naive error known at each origin;
        `coverage_80`, the share inside 80% bands that were learned without the origin they are judged at; and
        `quantile_loss`, twice the mean pinball loss of p10, p50 and p90 over Σ|y| (that of p50 alone is its WAPE).
    """
    if not len(outlook.rolling.cuts):
        return NotEnoughData("a longer history of orders", "no past month has enough months before it")
    bands = _past_bands(outlook, windows(outlook.horizon))
    rows = [row for window, band in bands.items() for row in _window_rows(outlook, window, band)]
    return pd.DataFrame(rows, columns=["level", "model", "horizon", "metric", "value", "span", "n"])


def four_in_five(outlook: Outlook, span: str = "quarter", model: str = ENGINE) -> float:
    """Return the relative error that four of five past forecasts of the company's next month, quarter or year kept to.

    Returns
    -------
    float
        0.06 for "within 6% four times in five"; NaN with fewer than four past forecasts.
    """
    error = _company_errors(outlook, span, model)
    return float(np.quantile(error, FOUR_IN_FIVE)) if len(error) >= FEWEST_ORIGINS else float("nan")


def quarters_foretold(outlook: Outlook) -> pd.DataFrame:
    """Return the company's next quarter as it was foretold from each past month, the oldest first.

    Returns
    -------
    DataFrame
        ds (first day of the quarter's last month), actual, forecast and last_year (money). Empty below a quarter's
        horizon. The quarters are any three months in a row.
    """
    window = Window("quarter", 1, 1, SPANS["quarter"])
    if window.last > outlook.horizon:
        return pd.DataFrame({"ds": [], "actual": [], "forecast": [], "last_year": []})
    paths = {"actual": outlook.rolling.actual, "forecast": outlook.rolling.mean, "last_year": outlook.rolling.naive}
    totals = {name: window.total(values)[:, outlook.structure.company] for name, values in paths.items()}
    month = (outlook.last_month - outlook.rolling.cuts + window.last).astype("datetime64[s]")
    return pd.DataFrame({"ds": month, **totals}).dropna().sort_values("ds", ignore_index=True)


def verdict(outlook: Outlook) -> str:
    """Say in one sentence how far forecasts of the company's coming quarter could be trusted."""
    span = "quarter" if outlook.horizon >= SPANS["quarter"] else "month"
    ours, naive = four_in_five(outlook, span), four_in_five(outlook, span, NAIVE)
    count = len(_company_errors(outlook, span, ENGINE))
    if not np.isfinite(ours):
        return f"History is too short to say how good forecasts of a {span} are: only {count} could be made again."
    against = f"repeating last year was within {_percent(naive)}"
    closing = against if ours < naive else f"no better than repeating last year, which was within {_percent(naive)}"
    return f"Four in five forecasts at {span} level came within {_percent(ours)}, of {count} made again; {closing}."


def _percent(value: float) -> str:
    return f"{100 * value:.1f}%" if value < 0.01 else f"{100 * value:.0f}%"


def _company_errors(outlook: Outlook, span: str, model: str) -> Array:
    window = Window(span, 1, 1, SPANS[span])
    if window.last > outlook.horizon:
        return np.empty(0)
    company = outlook.level == COMPANY
    actual = window.total(outlook.rolling.actual)[:, company]
    error = np.abs(window.total(_paths(outlook, model))[:, company] - actual)
    known = np.isfinite(error) & (actual != 0)
    relative: Array = error[known] / np.abs(actual[known])
    return relative


def _paths(outlook: Outlook, model: str) -> Array:
    return outlook.rolling.mean if model == ENGINE else outlook.rolling.naive


def _window_rows(
    outlook: Outlook, window: Window, band: tuple[Array, Array]
) -> Iterator[tuple[str, str, int, str, float, str, int]]:
    actual = window.total(outlook.rolling.actual)
    low, high = band
    for level in sorted(set(outlook.level), key=LEVEL_ORDER.index):
        known = np.isfinite(actual) & (outlook.level == level)
        if not known.any():
            continue
        for model in (ENGINE, NAIVE):
            path = window.total(_paths(outlook, model))
            scores = _scores(path[known], actual[known])
            if window.span == "month":
                scores["mase"] = _mase((path - actual)[known], outlook.rolling.scale[known])
            if model == ENGINE:
                scores |= _band_scores(path[known], low[known], high[known], actual[known])
            for metric, value in scores.items():
                yield level, model, window.horizon, metric, value, window.span, int(known.sum())


def _scores(forecast: Array, actual: Array) -> dict[str, float]:
    error, size = forecast - actual, np.abs(actual).sum()
    middle = (np.abs(forecast) + np.abs(actual)) / 2
    return {
        "wape": float(np.abs(error).sum() / size) if size else float("nan"),
        "bias": float(error.sum() / size) if size else float("nan"),
        "smape": float(np.mean(np.divide(np.abs(error), middle, out=np.zeros_like(error), where=middle > 0))),
    }


def _mase(error: Array, scale: Array) -> float:
    moving = scale > 0
    return float(np.mean(np.abs(error[moving]) / scale[moving])) if moving.any() else float("nan")


def _band_scores(middle: Array, low: Array, high: Array, actual: Array) -> dict[str, float]:
    known = np.isfinite(low)
    if not known.any():
        return {"coverage_80": float("nan"), "quantile_loss": float("nan")}
    middle, low, high, actual = middle[known], low[known], high[known], actual[known]
    size = np.abs(actual).sum()
    loss = sum(_pinball(end, actual, p) for end, p in ((low, 0.1), (middle, 0.5), (high, 0.9))) / 3
    return {
        "coverage_80": float(((actual >= low) & (actual <= high)).mean()),
        "quantile_loss": 2 * loss / size if size else float("nan"),
    }


def _pinball(quantile: Array, actual: Array, probability: float) -> float:
    """Return the summed loss of a quantile (Koenker and Bassett, 1978)."""
    above = actual - quantile
    return float(np.maximum(probability * above, (probability - 1) * above).sum())


def _past_bands(outlook: Outlook, spans: list[Window]) -> dict[Window, tuple[Array, Array]]:
    """Return the ends of each window's 80% bands, each origin's learned from the others; origins × nodes."""
    rolling = outlook.rolling.mean
    reach = {window: np.full(rolling[:, 0].shape, np.nan) for window in spans}
    for origin in range(len(rolling)):
        deviations = outlook.past.without(origin).deviations(SAMPLES)
        for window in spans if len(deviations) else []:
            # As likely above as below: the ends of a band are where its share of all sizes is reached.
            reach[window][origin] = np.quantile(np.abs(window.total(deviations)), WITHIN, axis=0)
    middle = {window: window.total(rolling) for window in spans}
    return {w: (np.maximum(middle[w] - reach[w], outlook.floor), middle[w] + reach[w]) for w in spans}
