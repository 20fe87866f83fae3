"""The charts of the page. Each function returns `draw(narrow)`, as `salesops.report.Chart` wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesops.report import money, share, theme
from salesops.report.numbers import period_in_words
from salesops.sales_forecasting.backtest import ENGINE, NAIVE
from salesops.sales_forecasting.periods import month_bounds, month_count
from salesops.sales_forecasting.series import COMPANY

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Draw = Callable[[bool], Figure]

NARROW_HISTORY_MONTHS = 18
ROW_PX = 44
OURS, LAST_YEAR = "our forecast", "last year again"


def monthly_targets(completion: pd.DataFrame) -> pd.DataFrame:
    """Return the company's target per month: its own, else a third of the quarter's, else a twelfth of the year's.

    Returns
    -------
    DataFrame
        ds (first day of the month) and target, in the order of time.

    Examples
    --------
    >>> frame = pd.DataFrame({"period": ["2026Q4", "2026-10"], "level": "company", "target": [30.0, 8.0]})
    >>> monthly_targets(frame)["target"].tolist()
    [8.0, 10.0, 10.0]
    """
    company = completion[completion["level"] == COMPANY]
    length, first = month_count(company["period"]), month_bounds(company["period"])[0]
    row = np.repeat(np.arange(len(company)), length)
    month = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    each = pd.DataFrame({"month": month, "length": length[row], "target": (company["target"] / length).to_numpy()[row]})
    finest = each.sort_values(["month", "length"]).drop_duplicates("month")
    ds = finest["month"].to_numpy().astype("datetime64[M]").astype("datetime64[s]")
    return pd.DataFrame({"ds": ds, "target": finest["target"].to_numpy()})


def fan(
    history: pd.DataFrame, table: pd.DataFrame, targets: pd.DataFrame | None, currency: str, history_months: int
) -> Draw:
    """Draw the company's monthly sales, its forecast with 50% and 80% bands, and its target.

    Parameters
    ----------
    history
        Result of `monthly_sales`.
    table
        Result of `forecast_table`.
    targets
        Result of `monthly_targets`, if there are targets.
    currency
        What money is called.
    history_months
        Months of history shown; half as many on a phone, at most 18.
    """
    past = history[history["level"] == COMPANY]
    ahead = table[table["level"] == COMPANY].assign(ds=lambda t: pd.to_datetime(t["period"]))

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(300 if narrow else 340, narrow=narrow)
        shown = past.tail(min(history_months, NARROW_HISTORY_MONTHS) if narrow else history_months)
        ax.plot(shown["ds"], shown["y"], color=theme.INK)
        last = shown.tail(1).rename(columns={"y": "mean"})
        joined = pd.concat([last.assign(**dict.fromkeys(("p10", "p25", "p75", "p90"), last["mean"])), ahead])
        theme.band(ax, joined["ds"], joined["p10"], joined["p90"], joined["p25"], joined["p75"])
        ax.plot(joined["ds"], joined["mean"], color=theme.ACCENT)
        theme.start_of_forecast(ax, last["ds"].iloc[0])
        _name_lines(ax, ahead, _between(targets, shown["ds"].iloc[0], ahead["ds"].iloc[-1]))
        _mark_peak(ax, ahead, currency)
        ax.set_ylim(bottom=min(0.0, float(shown["y"].min())))
        theme.money_axis(ax, currency, "a month")
        theme.month_axis(ax, most=3 if narrow else 6)
        return fig

    return draw


def _between(targets: pd.DataFrame | None, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    if targets is None:
        return pd.DataFrame({"ds": [], "target": []})
    return targets[targets["ds"].between(first, last)]


def _name_lines(ax: Axes, ahead: pd.DataFrame, targets: pd.DataFrame) -> None:
    """Write the names at the ends of forecast and target, apart from each other."""
    end, mean = ahead["ds"].iloc[-1], ahead["mean"].iloc[-1]
    if targets.empty:
        theme.direct_label(ax, end, mean, "forecast", theme.ACCENT)
        return
    theme.target_line(ax, targets["ds"], targets["target"], "", steps=True)
    above = 1 if mean >= targets["target"].iloc[-1] else -1
    close = abs(mean - targets["target"].iloc[-1]) < 0.08 * ahead["p90"].max()
    theme.direct_label(ax, end, mean, "forecast", theme.ACCENT, dy=9 * above * close)
    theme.direct_label(
        ax, targets["ds"].iloc[-1], targets["target"].iloc[-1], "target", theme.TARGET, dy=-9 * above * close
    )


def _mark_peak(ax: Axes, ahead: pd.DataFrame, currency: str) -> None:
    peak = ahead.iloc[int(ahead["mean"].to_numpy().argmax())]
    height = peak["p90"] if np.isfinite(peak["p90"]) else peak["mean"]
    theme.event(
        ax, peak["ds"], height, f"{period_in_words(peak['period'])}: {money(peak['mean'], currency)}", below=False
    )


def completion_bars(rows: pd.DataFrame) -> Draw:
    """Draw, per period of the company, known and expected sales as a share of the target.

    Parameters
    ----------
    rows
        Company rows of `target_completion`, in the order to be shown.
    """
    known, total = rows["sales_so_far"] / rows["target"], rows["forecast"] / rows["target"]
    low, high = rows["p10"] / rows["target"], rows["p90"] / rows["target"]
    place = np.arange(len(rows))

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(70 + ROW_PX * len(rows), narrow=narrow)
        ax.barh(place, known, height=0.4, color=theme.INK)
        ax.barh(place, total - known, left=known, height=0.4, color=theme.ACCENT)
        ax.hlines(place + 0.32, low, high, color=theme.MUTED, linewidth=1.6)
        ax.axvline(1.0, color=theme.TARGET, linestyle=(0, (4, 2)))
        _chances(ax, place, float(max(np.fmax(high, total).max(), 1.0)), rows["probability_met"])
        _rows_on_axis(ax, rows["period"].map(period_in_words), float(np.fmax(high, total).max()))
        theme.percent_axis(ax, axis="x", title="share of the target")
        theme.legend_above(ax, {"sold": theme.INK, "expected": theme.ACCENT, "target": theme.TARGET})
        return fig

    return draw


def _chances(ax: Axes, place: Any, end: float, chance: pd.Series) -> None:
    for row, probability in zip(place, chance, strict=True):
        text = f"{share(probability)} chance" if np.isfinite(probability) else "chance unknown"
        theme.direct_label(ax, end, row, text, theme.INK)


def _rows_on_axis(ax: Axes, names: pd.Series, widest: float) -> None:
    ax.set_yticks(np.arange(len(names)), names)
    ax.tick_params(axis="y", labelcolor=theme.INK)
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    ax.set_xlim(0, max(widest, 1.0) * 1.02)


def accuracy_by_horizon(backtest: pd.DataFrame) -> Draw:
    """Draw how far company forecasts of one month were off, by how many months ahead it lay."""
    scores = _wape(backtest, "month")
    scores = scores[scores["level"] == COMPANY].pivot_table(index="horizon", columns="model", values="value")

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(280, narrow=narrow, half=True)
        ax.plot(scores.index, scores[NAIVE], color=theme.MUTED)
        ax.plot(scores.index, scores[ENGINE], color=theme.ACCENT)
        ax.set_ylim(bottom=0)
        ax.set_xlabel("months ahead")
        theme.percent_axis(ax, title="error, share of sales")
        theme.legend_above(ax, {OURS: theme.ACCENT, LAST_YEAR: theme.MUTED})
        return fig

    return draw


def accuracy_by_level(backtest: pd.DataFrame) -> Draw:
    """Draw how far forecasts of the next quarter were off, by level of the business."""
    span = "quarter" if (backtest["span"] == "quarter").any() else "month"
    scores = _wape(backtest, span).query("horizon == 1").pivot_table(index="level", columns="model", values="value")
    scores = scores.sort_values(ENGINE)
    place = np.arange(len(scores))

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(280, narrow=narrow, half=True)
        ax.barh(place - 0.19, scores[ENGINE], height=0.34, color=theme.ACCENT)
        ax.barh(place + 0.19, scores[NAIVE], height=0.34, color=theme.MUTED)
        for column, shift in ((ENGINE, -0.19), (NAIVE, 0.19)):
            for row, value in zip(place, scores[column], strict=True):
                theme.direct_label(ax, value, row + shift, share(value), theme.INK)
        _rows_on_axis(ax, scores.index.to_series().str.replace("_", " "), 1.15 * float(scores.max().max()))
        ax.set_xlim(0, 1.2 * float(scores.max().max()))
        ax.xaxis.set_visible(False)
        ax.grid(visible=False)
        theme.legend_above(ax, {OURS: theme.ACCENT, LAST_YEAR: theme.MUTED})
        return fig

    return draw


def _wape(backtest: pd.DataFrame, span: str) -> pd.DataFrame:
    return backtest[(backtest["span"] == span) & (backtest["metric"] == "wape")]
