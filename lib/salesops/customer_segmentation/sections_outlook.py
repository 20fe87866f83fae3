"""The sections on what customers will bring and who is leaving, with how well both were foretold before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.customer_segmentation.figures_outlook import (
    offers_by_cut_off,
    overdue_bars,
    tracking,
    value_against_potential,
    warnings_by_cut_off,
)
from salesops.customer_segmentation.order_contest import DEFAULT
from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, money, plural, section, share

if TYPE_CHECKING:
    import pandas as pd

    from salesops.customer_segmentation.churn_record import ChurnRecord
    from salesops.customer_segmentation.order_outlook import OrderOutlook
    from salesops.customer_segmentation.overdue import Overdue
    from salesops.customer_segmentation.parameters import Parameters
    from salesops.customer_segmentation.save_offers import SaveOffers

BARS, NAMED, PAIR = 10, 3, 2
HALF = 0.5
LOWEST = 0.2
"""Share of customers of least value whose dots would press all others together."""


@section("Value to come")
def value_section(outlook: OrderOutlook, buyers: pd.DataFrame, parameters: Parameters) -> Section:
    """Say what customers will bring, who brings most of it, and how that stands to their potential."""
    currency = parameters.currency
    about = [name for name in ("account_id", "name", "recent_sales", "potential_spend") if name in buyers]
    rows = outlook.customers.merge(buyers[about], on="account_id").sort_values("clv", ascending=False, kind="stable")
    total = float(rows["clv"].sum())
    few = int(np.searchsorted(rows["clv"].cumsum().to_numpy(), HALF * total - 1e-9)) + 1
    headline = (
        f"Customers should bring {money(total, currency)} of {outlook.value_is} in {parameters.clv_months} months; "
        f"{plural(few, 'customer')} of {len(rows):,} hold half of it"
    )
    text = (
        f"Lifetime value is the expected {outlook.value_is} of {parameters.clv_months} months, where money a year "
        f"later counts {share(parameters.discount_rate)} less. It rests on each customer's own rhythm and order "
        "values, and on the chance that it has left already. The total has no interval: chance hardly moves the sum of "
        "so many customers, and how far the model is off as a whole is known of one past period only (see below)."
    )
    blocks: list[object] = [_potential_chart(rows, currency)] if _has_potential(rows) else []
    return Section("Value to come", headline, text, [*blocks, _value_table(rows, parameters)])


def _has_potential(rows: pd.DataFrame) -> bool:
    return "potential_spend" in rows and bool(((rows["potential_spend"] > 0) & (rows["clv"] > 1)).any())


def _potential_chart(rows: pd.DataFrame, currency: str) -> Chart:
    gap = (rows["potential_spend"] - rows["recent_sales"].clip(lower=0)).where(rows["clv"] > 1)
    drawn = rows["clv"] >= rows["clv"].quantile(LOWEST)
    gap = gap.where(drawn)
    shown = rows.assign(named=gap.rank(ascending=False, method="first") <= NAMED)
    return Chart(
        lambda narrow: value_against_potential(shown[drawn], currency, narrow=narrow),
        alt="Dots of customers: lifetime value against potential spend, both on logarithmic axes.",
        title="Value against potential",
        caption=f"Low and to the right: customers who could buy much more. Orange: the {NAMED} who buy most elsewhere. "
        f"The {share(LOWEST)} of least value, mostly gone, are not drawn.",
    )


def _value_table(rows: pd.DataFrame, parameters: Parameters) -> DataTable:
    currency = parameters.currency
    shown = rows.head(parameters.top_customers)
    ends = zip(shown["clv_low"], shown["clv_high"], strict=True)
    shown = shown.assign(interval=[f"80%: {money(low)} to {money(high)}" for low, high in ends])
    columns = [
        Col("name", "Customer", below="account_id"),
        Col("clv", "Lifetime value", "money", currency, below="interval"),
        Col("expected_orders", "Orders expected", "number", digits=1),
        Col("expected_value", "Sales an order", "money", currency),
        Col("p_alive", "Still a customer", "bar"),
    ]
    return DataTable(shown, columns, "Largest lifetime value first.", "customer", shown=5)


@section("Overdue")
def overdue_section(late: Overdue, buyers: pd.DataFrame, parameters: Parameters) -> Section:
    """Say who is overdue by its own rhythm, what is at stake, who is worth an offer, and how early warnings come."""
    rows = late.rows.merge(buyers[["account_id", "name"]], on="account_id")
    blocks: list[object] = []
    if len(rows):
        blocks = [_overdue_chart(rows, parameters.currency), _overdue_table(rows, parameters)]
    text = "\n\n".join([_offers_said(late, parameters), _warnings_said(late)])
    return Section("Overdue", _overdue_headline(rows, parameters), text, [*blocks, *_judged(late, parameters)])


def _overdue_headline(rows: pd.DataFrame, parameters: Parameters) -> str:
    if rows.empty:
        return "No customer is so late that it has to be warned of"
    stake = money(float(rows["losing"].sum()), parameters.currency)
    worth = int(rows["worth_offer"].sum())
    late = plural(len(rows), "customer is", "customers are")
    return f"{late} overdue, with {stake} at stake; {plural(worth, 'is', 'are')} worth a save offer"


def _offers_said(late: Overdue, parameters: Parameters) -> str:
    gain = float(late.rows["gain"].clip(lower=0).sum())
    said = (
        f"At {money(parameters.offer_cost, parameters.currency)} an offer that keeps {share(parameters.offer_success)} "
        f"of those about to leave, these gain {money(gain, parameters.currency)} after their cost."
    )
    if not late.gone:
        return said
    gone = plural(late.gone, "customer is", "customers are")
    return f"{said} {gone} over {late.lost_weeks} weeks late: to be won back, not saved."


def _warnings_said(late: Overdue) -> str:
    record = late.record
    if isinstance(record, NotEnoughData):
        return f"What such warnings are worth could not be judged: {record}."
    said = (
        f"Of past warnings, given from a risk of {share(record.cut_off)} on, {share(record.false_alarms)} were false; "
        f"{record.losses_warned:,} of {plural(record.losses, 'loss', 'losses')} were warned of"
    )
    ahead = record.weeks_of_warning
    early = f", half of them {plural(round(ahead), 'week')} ahead or more" if np.isfinite(ahead) else ""
    return f"{said}{early}. A loss is {plural(late.lost_weeks, 'week')} without an order."


def _overdue_chart(rows: pd.DataFrame, currency: str) -> Chart:
    first = rows.head(BARS)
    return Chart(
        lambda narrow: overdue_bars(first, currency, narrow=narrow),
        alt="Bars of the money at stake with the overdue customers that have most of it, with weeks late and risk.",
        title="Most at stake",
        caption="At stake: what a customer would bring if it stayed, by the chance that it has left.",
    )


def _overdue_table(rows: pd.DataFrame, parameters: Parameters) -> DataTable:
    currency = parameters.currency
    shown = rows.head(parameters.top_customers)
    shown = shown.assign(verdict=np.where(shown["worth_offer"], "make an offer", "call or write: an offer costs more"))
    columns = [
        Col("name", "Customer", below="account_id"),
        Col("losing", "At stake", "money", currency),
        Col("weeks_overdue", "Late", "number", "weeks", digits=0),
        Col("churn_risk", f"No order in {parameters.churn_weeks} weeks", "bar"),
        Col("gain", "An offer gains", "money", currency),
        Col("verdict", "Save offer"),
    ]
    return DataTable(shown, columns, "Most at stake first.", "customer", shown=5)


def _judged(late: Overdue, parameters: Parameters) -> list[object]:
    """Return the charts of what offers would have gained, and of what warnings were worth, as far as history tells."""
    offers, record = late.offers, late.record
    charts: list[Chart] = []
    if len(offers.curve) and np.isfinite(offers.cut_off):
        charts.append(_offers_chart(offers, parameters))
    if not isinstance(record, NotEnoughData):
        charts.append(_warnings_chart(record))
    return [Pair(*charts)] if len(charts) == PAIR else [*charts]


def _offers_chart(offers: SaveOffers, parameters: Parameters) -> Chart:
    return Chart(
        lambda narrow: offers_by_cut_off(offers.curve, offers.cut_off, parameters.currency, narrow=narrow, half=True),
        alt="Line of what save offers would have gained in the past, by the risk from which they are made.",
        title="What offers would have gained",
        caption="Saved value less the cost of all offers, at a past day from which what happened since is known.",
        half=True,
    )


def _warnings_chart(record: ChurnRecord) -> Chart:
    curve = record.curve.assign(caught=record.curve["losses_warned"] / record.curve["losses"].where(lambda n: n > 0))
    return Chart(
        lambda narrow: warnings_by_cut_off(curve, record.cut_off, narrow=narrow, half=True),
        alt="Lines of the share of past losses that were warned of, and of false alarms, by the risk warned from.",
        title="What warnings were worth",
        caption="Dashed: the risk from which customers are warned of.",
        half=True,
    )


@section("How well orders are foretold")
def contest_section(contest: pd.DataFrame, track: pd.DataFrame | NotEnoughData) -> Section:
    """Say how well the model foretold the orders that have come since a past day, beside others."""
    ours = contest[contest["model"] == DEFAULT].iloc[0]
    best = contest.sort_values("error", kind="stable").iloc[0]
    closer = f"{best['model']} came closer: {share(best['error'])}"
    other = "no other model came closer" if best["model"] == DEFAULT else closer
    headline = f"Customer by customer, expected orders were off by {share(ours['error'])}; {other}"
    side = "more" if ours["bias"] > 0 else "fewer"
    text = (
        f"All together {share(abs(ours['bias']))} {side} orders were expected than came. The chance that a customer "
        f"orders at all was off by {100 * ours['calibration']:.1f} points on average."
    )
    chart: object = track if isinstance(track, NotEnoughData) else _tracking_chart(track)
    return Section("How well orders are foretold", headline, text, (chart, _contest_table(contest)))


def _tracking_chart(track: pd.DataFrame) -> Chart:
    return Chart(
        lambda narrow: tracking(track, narrow=narrow),
        alt="Lines of orders that came since a past day, added up, and of those that were expected then.",
        caption="Expected on the past day, without anything known later. The band is the play of chance alone: it does "
        "not hold that the model may be wrong.",
    )


def _contest_table(contest: pd.DataFrame) -> DataTable:
    columns = [
        Col("model", "Model"),
        Col("error", "Error per customer", "share"),
        Col("bias", "Too many (+)", "share", digits=1),
        Col("log_score", "Log score", "number", digits=3),
        Col("calibration", "Chance off by", "share", digits=1),
    ]
    caption = (
        "Error: sum of what customers were off by, over all orders that came; it favours who foretells too little. Log "
        "score: how little chance was given to what came; lower is better."
    )
    return DataTable(contest, columns, caption)
