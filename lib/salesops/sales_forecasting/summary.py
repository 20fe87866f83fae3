"""The top of the page: one sentence, four figures, three messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.report import Kpi, Message, Summary, interval, money, share
from salesops.report.numbers import period_in_words
from salesops.sales_forecasting.backtest import NAIVE, four_in_five
from salesops.sales_forecasting.gap_alert import alerted, gap_kpi
from salesops.sales_forecasting.periods import month_count, quarter_of
from salesops.sales_forecasting.sections import coming_company_targets, nearest_target
from salesops.sales_forecasting.sections_parts import above_reps, part_growth
from salesops.sales_forecasting.series import COMPANY
from salesops.sales_forecasting.totals import coming_totals, company_total

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.this_quarter import ThisQuarter

TREND_QUARTERS = 8
# What the last ones say is said in words as well.
MOST_TILES = 4
QUARTER_MONTHS, YEAR_MONTHS = 3, 12


def kpis(
    outlook: Outlook | NotEnoughData,
    completion: pd.DataFrame | NotEnoughData,
    currency: str,
    quarter: ThisQuarter | NotEnoughData | None = None,
) -> list[Kpi]:
    """Return the page's figures; those that cannot be known are left out.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.
    completion
        Result of `target_completion`.
    currency
        What money is called.
    quarter
        Result of `this_quarter`.
    """
    if isinstance(outlook, NotEnoughData):
        return []
    target = None if isinstance(completion, NotEnoughData) else _target_kpi(completion, currency)
    gap = None if quarter is None else gap_kpi(quarter, completion, currency)
    found = [_quarter_kpi(outlook, currency), target, gap, _horizon_kpi(outlook, currency), _trust_kpi(outlook)]
    return [kpi for kpi in found if kpi is not None]


def summary(
    outlook: Outlook | NotEnoughData,
    completion: pd.DataFrame | NotEnoughData,
    figures: Sequence[Kpi],
    currency: str,
    previous: Mapping[str, float | None] | None = None,
    quarter: ThisQuarter | NotEnoughData | None = None,
) -> Summary:
    """Return the top of the page.

    Parameters
    ----------
    outlook, completion, currency
        As in `kpis`.
    figures
        Result of `kpis`; the first four are shown.
    previous
        The last run's value of each figure.
    quarter
        Result of `this_quarter`: whether the gap to its target is an alert.
    """
    if isinstance(outlook, NotEnoughData):
        return Summary(f"There is no forecast yet: {outlook}.", messages=[Message("What to do.", _remedy(outlook))])
    messages = [
        alerted(_target_message(completion, currency), quarter, completion),
        _part_message(outlook, currency),
        _trust_message(outlook),
    ]
    return Summary(
        _answer(outlook, completion, currency), figures[:MOST_TILES], [m for m in messages if m is not None], previous
    )


def _quarter_kpi(outlook: Outlook, currency: str) -> Kpi | None:
    """Return the total of the quarter that the first month ahead lies in, if the horizon reaches its end."""
    period = quarter_of(outlook.last_month + 1)
    left = QUARTER_MONTHS - int((outlook.last_month + 1).astype(int)) % QUARTER_MONTHS
    if left > outlook.horizon:
        return None
    total = company_total(outlook, period)
    sold = total["sales_so_far"]
    return Kpi(
        "sales_this_quarter", f"Sales expected, {period_in_words(period)}", float(total["forecast"]), currency,
        *_ends(total), better="up", note=f"of it sold: {money(sold, currency)}" if left < QUARTER_MONTHS else "",
        trend=[*_past_quarters(outlook), float(total["forecast"])],
    )  # fmt: skip


def _past_quarters(outlook: Outlook) -> list[float]:
    company = outlook.history[outlook.history["level"] == COMPANY]
    quarters = company.groupby(company["ds"].dt.to_period("Q"))["y"].agg(["sum", "size"])
    return [float(total) for total in quarters.loc[quarters["size"] == QUARTER_MONTHS, "sum"].tail(TREND_QUARTERS)]


def _target_kpi(completion: pd.DataFrame, currency: str) -> Kpi | None:
    rows = coming_company_targets(completion)
    if rows.empty:
        return None
    row = nearest_target(rows)
    if not np.isfinite(row["probability_met"]):
        return None
    label = f"Chance to meet the target, {period_in_words(row['period'])}"
    note = f"target {money(row['target'], currency)}"
    return Kpi("chance_to_meet_target", label, float(row["probability_met"]), "share", better="up", note=note)


def _horizon_kpi(outlook: Outlook, currency: str) -> Kpi:
    total = coming_totals(outlook, 1, outlook.horizon).query("level == @COMPANY").iloc[0]
    label = f"Sales expected, next {outlook.horizon} months"
    return Kpi("sales_horizon", label, float(total["mean"]), currency, *_ends(total), better="up")


def _trust_kpi(outlook: Outlook) -> Kpi | None:
    ours, naive = four_in_five(outlook), four_in_five(outlook, model=NAIVE)
    if not np.isfinite(ours):
        return None
    note = f"at most, 4 times in 5; repeating last year {share(naive)}"
    return Kpi(
        "quarter_error",
        "Error of a quarter's forecast",
        ours,
        "share",
        better="down",
        note=note,
    )


def _ends(total: pd.Series) -> tuple[float | None, float | None]:
    low, high = float(total["p10"]), float(total["p90"])
    return (low, high) if np.isfinite(low) and np.isfinite(high) else (None, None)


def _answer(outlook: Outlook, completion: pd.DataFrame | NotEnoughData, currency: str) -> str:
    total = coming_totals(outlook, 1, outlook.horizon).query("level == @COMPANY").iloc[0]
    low, high = _ends(total)
    band = "" if low is None else f" ({interval(low, high, currency, float(total['mean']))})"
    expected = f"We should sell {money(total['mean'], currency)} over the next {outlook.horizon} months{band}"
    rows = None if isinstance(completion, NotEnoughData) else coming_company_targets(completion)
    if rows is None or rows.empty:
        return f"{expected}; there is no target to hold it against."
    row = nearest_target(rows)
    if not np.isfinite(row["probability_met"]):
        return f"{expected}."
    return f"{expected}, and the target of {period_in_words(row['period'])} {_likelihood(row['probability_met'])}."


def _likelihood(probability: float) -> str:
    steps = (
        (0.9, "will very likely be met"),
        (0.65, "will probably be met"),
        (0.35, "is about as likely to be missed as met"),
        (0.1, "will probably be missed"),
    )
    return next((words for least, words in steps if probability >= least), "will very likely be missed")


def _target_message(completion: pd.DataFrame | NotEnoughData, currency: str) -> Message | None:
    if isinstance(completion, NotEnoughData):
        return Message("No target to compare with.", f"{str(completion)[0].upper()}{str(completion)[1:]}.")
    rows = coming_company_targets(completion)
    if rows.empty:
        return Message("No company target is still running.", "Add targets for the coming periods.")
    row = nearest_target(rows)
    gap = row["forecast"] - row["target"]
    side = "above" if gap >= 0 else "below"
    source = "" if row["source"] == "given" else f" The target is the {row['source']}."
    lead = f"{money(abs(gap), currency)} {side} target in {period_in_words(row['period'])}."
    known = f" {share(row['probability_met'])} chance to meet it." if np.isfinite(row["probability_met"]) else ""
    expected = f"Expected {money(row['forecast'], currency)} of {money(row['target'], currency)}."
    return Message(lead, f"{expected}{known}{_year_said(rows, row)}{source}")


def _year_said(rows: pd.DataFrame, nearest: pd.Series) -> str:
    """Add the running year's target, where the nearest one is shorter."""
    row = rows.iloc[0]
    if month_count(rows["period"])[0] < YEAR_MONTHS or row["period"] == nearest["period"]:
        return ""
    chance = row["probability_met"]
    known = f", a {share(chance)} chance to be met" if np.isfinite(chance) else ""
    return f" The year {row['period']} stands at {share(row['forecast'] / row['target'])} of its target{known}."


def _part_message(outlook: Outlook, currency: str) -> Message | None:
    changes = above_reps(part_growth(outlook).dropna(subset="change"))
    if changes.empty:
        return None
    row = changes.iloc[int(changes["change"].abs().to_numpy().argmax())]
    verb = "adds" if row["change"] >= 0 else "loses"
    lead = f"{row['level'].capitalize()} {row['key']} {verb} {money(abs(row['change']), currency)}."
    growth = f", {_more_or_less(row['growth'])} than in as many months before" if np.isfinite(row["growth"]) else ""
    return Message(lead, f"The largest change of any {row['level']}: {money(row['mean'], currency)} expected{growth}.")


def _more_or_less(growth: float) -> str:
    return f"{share(abs(growth))} {'more' if growth >= 0 else 'less'}"


def _trust_message(outlook: Outlook) -> Message | None:
    ours, naive = four_in_five(outlook), four_in_five(outlook, model=NAIVE)
    if not np.isfinite(ours):
        return Message("Trust this with care.", "History is too short to have made quarterly forecasts again.")
    better = "better than" if ours < naive else "no better than"
    lead = f"Four in five forecasts of a quarter came within {share(ours)}."
    return Message(lead, f"That is {better} repeating last year ({share(naive)}).")


def _remedy(absent: NotEnoughData) -> str:
    return (
        "Add orders that reach further back, or lower min_history_months."
        if "months" in absent.needs
        else "Add the table orders."
    )
