"""The top of the win_probability page: one sentence, the figures, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.report import Kpi, Message, Summary, interval, money, plural, share
from salesops.report.numbers import period_in_words
from salesops.win_probability.bookings_sections import parts_in_words
from salesops.win_probability.customer_people import PEOPLE_COLUMNS
from salesops.win_probability.learn import DealModel, unseen_stages
from salesops.win_probability.next_confirmation import most_hangs_on
from salesops.win_probability.sections import deals_that_make_half, hardest_stage
from salesops.win_probability.wilson import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

WIN_RATE_MONTHS = 12
CONTACTS_CAUTION = (
    "Contacts carry no day: the roles covered, relations and attitudes of today stand for the past, too. If contacts "
    "are entered because a deal was won, chances lean on them too much; use_contacts = False leaves them out."
)


def summary(
    learned: DealModel | NotEnoughData,
    deals: pd.DataFrame | NotEnoughData,
    expected: pd.DataFrame | NotEnoughData,
    conversion: pd.DataFrame | NotEnoughData,
    figures: list[Kpi],
    currency: str,
    previous: Mapping[str, float | None] | None = None,
) -> Summary:
    """Return the top of the page, from whatever could be computed.

    Parameters
    ----------
    learned, deals, expected, conversion
        From `learn`, `open_deals`, `bookings` and `stage_conversion`.
    figures
        From `kpis`.
    currency
        What money is called.
    previous
        The last run's value of each figure.
    """
    messages = [
        *_concentration(deals, currency),
        *_next(deals, currency),
        *_leak(conversion, currency),
        *_overdue(learned, currency),
    ]
    return Summary(_answer(learned, expected, currency), figures, [*messages, *_trust(learned)], previous)


def kpis(
    opportunities: pd.DataFrame | NotEnoughData,
    deals: pd.DataFrame | NotEnoughData,
    expected: pd.DataFrame | NotEnoughData,
    as_of: date,
    currency: str,
) -> list[Kpi]:
    """Return the page's figures; those that could not be computed are left out."""
    found: list[Kpi] = []
    if not isinstance(expected, NotEnoughData):
        first = expected.iloc[0]
        label = f"Bookings, {period_in_words(first['period'])}"
        low, high = first["p10"], first["p90"]
        from_new = f"{money(first['from_new'], currency)} from new deals"
        found.append(Kpi("bookings_this_quarter", label, first["mean"], currency, low, high, "up", from_new))
    if not isinstance(deals, NotEnoughData):
        total = float(deals["expected_amount"].sum())
        note = "chance × amount; intervals are by quarter"
        label = "Expected from open deals in the end"
        found.append(Kpi("expected_amount", label, total, currency, better="up", note=note))
    if not isinstance(opportunities, NotEnoughData):
        found += [*_win_rate(opportunities, as_of), _open(opportunities, currency)]
    return found


def cautions(learned: DealModel | NotEnoughData) -> list[str]:
    """Return what a reader should know before using the chances."""
    if isinstance(learned, NotEnoughData):
        return [str(learned)]
    said = [CONTACTS_CAUTION] if set(PEOPLE_COLUMNS) & set(learned.choice.used) else []
    said += [f"Left out: {reason}." for reason in learned.choice.left_out.values()]
    said += [
        f'Stage "{stage}" was never seen before: its deals count as average in stage.'
        for stage in unseen_stages(learned)
    ]
    if isinstance(learned.judgement, NotEnoughData):
        said.append(f"The chances could not be judged, so the base rate is shown: {learned.judgement}.")
    return said


def _answer(learned: DealModel | NotEnoughData, expected: pd.DataFrame | NotEnoughData, currency: str) -> str:
    if isinstance(learned, NotEnoughData):
        return f"No chances can be given yet: {learned}."
    if isinstance(expected, NotEnoughData):
        return f"No bookings can be foretold: {expected}."
    first = expected.iloc[0]
    spread = interval(first["p10"], first["p90"], currency, first["mean"])
    known = ", with the same chance for every deal since nothing tells them apart" if learned.uses_base_rate else ""
    return (
        f"{period_in_words(first['period'])} should bring {money(first['mean'], currency)} ({spread}): "
        f"{parts_in_words(first, currency)}{known}."
    )


def _concentration(deals: pd.DataFrame | NotEnoughData, currency: str) -> list[Message]:
    if isinstance(deals, NotEnoughData) or not deals["expected_amount"].sum() > 0:
        return []
    few = deals_that_make_half(deals)
    held = deals["expected_amount"].nlargest(few).sum()
    return [
        Message(
            f"{money(held, currency)} hangs on {plural(few, 'deal')}.",
            f"They hold half of what {plural(len(deals), 'open deal')} should bring in the end: review them first.",
        )
    ]


def _next(deals: pd.DataFrame | NotEnoughData, currency: str) -> list[Message]:
    most = None if isinstance(deals, NotEnoughData) else most_hangs_on(deals)
    if most is None:
        return []
    deals_said = plural(most["deals"], "open deal")
    return [
        Message(
            f"{money(most['gain'], currency)} hangs on {most['next_confirmation']}.",
            f"In {deals_said} it is the unticked confirmation that goes with the largest gain in expected amount. It "
            "goes with winning and need not cause it, but it is the first thing to ask for.",
        )
    ]


def _leak(conversion: pd.DataFrame | NotEnoughData, currency: str) -> list[Message]:
    if isinstance(conversion, NotEnoughData) or not np.isfinite(conversion["conversion"]).any():
        return []
    worst, what = hardest_stage(conversion)
    return [
        Message(
            f"{money(worst['open_amount'], currency)} stands in {worst['stage']}, where most is lost.",
            f"{share(worst['conversion'])} of its deals {what} (80%: {share(worst['low'])} to "
            f"{share(worst['high'])}); it holds {plural(worst['open_deals'], 'open deal')}.",
        )
    ]


def _overdue(learned: DealModel | NotEnoughData, currency: str) -> list[Message]:
    if isinstance(learned, NotEnoughData) or not {"days_to_expected_close", "amount"} <= set(learned.today.columns):
        return []
    late = learned.today[learned.today["days_to_expected_close"] < 0]
    if late.empty:
        return []
    text = f"{plural(len(late), 'open deal')} should have closed already: set a new day, or close them."
    return [Message(f"{money(late['amount'].sum(), currency)} is past its expected closing.", text)]


def _trust(learned: DealModel | NotEnoughData) -> list[Message]:
    if isinstance(learned, NotEnoughData) or learned.verdict == "ready":
        return []
    reason = str(learned.judgement) if isinstance(learned.judgement, NotEnoughData) else learned.judgement.reason
    return [Message(f"Chances: {learned.verdict}.", reason)]


def _win_rate(opportunities: pd.DataFrame, as_of: date) -> list[Kpi]:
    if "closed_at" not in opportunities.columns:
        return []
    since = pd.Timestamp(as_of) - pd.DateOffset(months=WIN_RATE_MONTHS)
    closed = opportunities[(opportunities["closed_at"] > since) & (opportunities["status"] != "open")]
    if closed.empty:
        return []
    won = int((closed["status"] == "won").sum())
    low, high = wilson_interval(won, len(closed))
    value = won / len(closed)
    return [Kpi("win_rate", "Win rate, last 4 quarters", value, "share", float(low), float(high), "up")]


def _open(opportunities: pd.DataFrame, currency: str) -> Kpi:
    still_open = opportunities[opportunities["status"] == "open"]
    listed = f"{money(float(still_open['amount'].sum()), currency)} listed"
    return Kpi("open_deals", "Open deals", float(len(still_open)), "deals", note=listed)
