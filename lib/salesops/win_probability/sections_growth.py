"""The sections on where sales come from: the funnel, what changed in a quarter, and what leads bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.report import Chart, Col, DataTable, Section, interval, money, number, plural, section, share
from salesops.report.numbers import period_in_words
from salesops.win_probability.figures_growth import growth_waterfall, lead_to_cash_bars
from salesops.win_probability.growth import CONVERSION, CYCLE, DEAL_SIZE, FACTORS, OPPORTUNITIES, SALES
from salesops.win_probability.lead_to_cash import LEAD, STAGE, WON

if TYPE_CHECKING:
    import pandas as pd

    from salesops.win_probability.parameters import Parameters

FACTOR_NAMES = {
    OPPORTUNITIES: "Deals in work",
    CONVERSION: "Conversion",
    DEAL_SIZE: "Deal size",
    CYCLE: "Sales cycle",
}

DIRECTIONS = {
    OPPORTUNITIES: ("more deals in work", "fewer deals in work"),
    CONVERSION: ("higher conversion", "lower conversion"),
    DEAL_SIZE: ("larger deals", "smaller deals"),
    CYCLE: ("a shorter sales cycle", "a longer sales cycle"),
}


@section("Funnel")
def funnel_section(steps: pd.DataFrame, parameters: Parameters) -> Section:
    """Say how many of a hundred get how far and where money is lost, from `lead_to_cash`."""
    text = (
        f"Measured over the last {parameters.funnel_quarters} quarters; cases still in a step count for as long as "
        f"they have been there.{_days_in_all(steps)}"
    )
    missing = [
        f"{'each stage' if kind == STAGE else step} (needs {needs})"
        for kind, step, needs in zip(steps["kind"], steps["step"], steps["needs"], strict=True)
        if needs
    ]
    if missing:
        text += f"\n\nNot measured: {', '.join(missing)}."
    chart = Chart(
        lambda narrow: lead_to_cash_bars(steps, parameters.currency, narrow=narrow),
        alt=f"Bars of how many of a hundred {_first(steps)} get to each step; between them the share that goes on.",
        caption=f"How many of 100 {_first(steps)} get to each step; between the bars who goes on, and the days within "
        "which half have left the step. The step that loses most money is in red.",
    )
    return Section("Funnel", _funnel_headline(steps), text, (chart, _steps_table(steps, parameters.currency)))


def _funnel_headline(steps: pd.DataFrame) -> str:
    reached = dict(zip(steps["kind"][::-1], steps["reached"][::-1], strict=True))
    said = [f"{_of_hundred(reached[WON])} are won"] if np.isfinite(reached[WON]) else []
    if np.isfinite(reached[LEAD]):
        said = [f"{_of_hundred(reached[STAGE])} become deals", *said]
    if not said:
        return "No deal has left the last stage yet"
    return f"Of 100 {_first(steps)} {' and '.join(said)}{_leak(steps)}"


def _of_hundred(reached: float) -> str:
    return share(reached).rstrip("%")


def _leak(steps: pd.DataFrame) -> str:
    if not steps["lost_amount"].max() > 0 or (steps["kind"] == STAGE).sum() < 2:
        return ""
    return f"; most money is lost in {steps['step'].iloc[int(steps['lost_amount'].argmax())]}"


def _first(steps: pd.DataFrame) -> str:
    return "leads" if np.isfinite(steps.loc[steps["kind"] == LEAD, "conversion"]).all() else "deals"


def _days_in_all(steps: pd.DataFrame) -> str:
    measured = steps[np.isfinite(steps["conversion"])]
    if measured["days_median"].isna().any():
        return ""
    first, last = measured["step"].iloc[0], measured["kind"].iloc[-1]
    end = {LEAD: "deal", STAGE: "closing", WON: "order"}.get(last, "payment")
    days = plural(round(measured["days_median"].sum()), "day")
    return f" Half leave each step within the days shown: added up, {days} from {first} to {end}."


def _steps_table(steps: pd.DataFrame, currency: str) -> DataTable:
    known = steps[np.isfinite(steps["conversion"])]
    shown = known.assign(
        interval=_shares(known["low"], known["high"]),
        days=_ranges(known["days_low"], known["days_high"]),
        lost_said=known["lost"].map(lambda deals: plural(deals, "deal"), na_action="ignore"),
        open_said=known["open_amount"].map(money, na_action="ignore"),
    )
    columns = [
        Col("step", "Step"),
        Col("conversion", "Go on", "bar", below="interval"),
        Col("days_median", "Half leave within", "number", "days", 0, below="days"),
        Col("lost_amount", "Lost", "money", currency, below="lost_said"),
        Col("under_way", "Still there", "number", "cases", below="open_said"),
    ]
    caption = f"In small: 80% intervals, deals lost, and the {currency} that open deals hold."
    return DataTable(shown, columns, caption=caption)


@section("Growth")
def growth_section(growth: pd.DataFrame, parameters: Parameters) -> Section:
    """Say what goes with the change of sales between two quarters, from `growth_split`."""
    rows: dict[str, Any] = {str(row["factor"]): row for _, row in growth.iterrows()}
    sales, currency = rows[SALES], parameters.currency
    period, before = period_in_words(sales["period"]), period_in_words(sales["period_before"])
    text = (
        "Sales = deals in work × conversion × deal size ÷ sales cycle (days of work per deal closed). The four parts "
        f"add up to the change to the cent, whatever the order in which the factors are changed. {_sure(growth)}"
    )
    names = [before, *(_factor_label(factor, rows[factor], currency) for factor in FACTORS), period]
    chart = Chart(
        lambda narrow: growth_waterfall(growth, names, currency, narrow=narrow),
        alt=f"Bars from the sales of {before} to those of {period}, with the part of each factor between them.",
        caption="Amount won in the quarter. Grey lines: where each part could have come out (80%) had chance dealt "
        "other deals of the same kind.",
    )
    return Section("Growth", _growth_headline(rows, period, before, currency), text, (chart,))


def _growth_headline(rows: dict[str, Any], period: str, before: str, currency: str) -> str:
    change = float(rows[SALES]["part"])
    if not change:
        return f"{period} won as much as {before}"
    most = max(FACTORS, key=lambda factor: float(rows[factor]["part"] * np.sign(change)))
    amount = f"{money(abs(change), currency)} {'more' if change > 0 else 'less'}"
    return f"{period} won {amount} than {before}, mostly with {_direction(rows[most])}"


def _direction(row: Any) -> str:
    return DIRECTIONS[row["factor"]][int(row["part"] < 0)]


def _sure(growth: pd.DataFrame) -> str:
    parts = growth[growth["factor"] != SALES]
    sure = [_direction(row) for _, row in parts.iterrows() if row["low"] > 0 or row["high"] < 0]
    if not sure:
        return "Each part could be luck: with so few deals none is beyond its 80% interval."
    rest = " The other parts could be luck." if len(sure) < len(parts) else ""
    return f"Beyond luck (80%): {' and '.join(sure)}.{rest}"


def _factor_label(factor: str, row: pd.Series, currency: str) -> str:
    before, now = (_in_unit(factor, float(row[when])) for when in ("before", "now"))
    unit = {DEAL_SIZE: f" {currency}", CYCLE: " days"}.get(factor, "")
    return f"{FACTOR_NAMES[factor]}\n{before} → {now}{unit}"


def _in_unit(factor: str, value: float) -> str:
    if factor == CONVERSION:
        return share(value)
    return money(value) if factor == DEAL_SIZE else number(value, 0)


@section("Lead sources")
def lead_sources_section(sources: pd.DataFrame, parameters: Parameters) -> Section:
    """Say which source of leads brings most for its money, from `lead_sources`."""
    text = (
        f"Leads of the last {parameters.funnel_quarters} quarters; recent ones count as far as they could have come. "
        "Shares are drawn towards the mean of all sources, the more the fewer leads a source has (beta-binomial), so "
        "that none comes first by luck. Costs are those of leads, without people's time. A source goes with what it "
        "brings: whether more money there would bring as much again is another question."
    )
    shown = sources.assign(
        conversion_said=_shares(sources["conversion_shrunk_low"], sources["conversion_shrunk_high"]),
        won_said=_shares(sources["won_share_low"], sources["won_share_high"]),
        days_said=_ranges(sources["days_low"], sources["days_high"]),
        cost_said=_ranges(sources["cost_per_win_low"], sources["cost_per_win_high"]),
        back_said=_ranges(sources["won_per_cost_low"], sources["won_per_cost_high"]),
    )
    columns = [
        Col("source", "Source"),
        Col("leads", "Leads", "number"),
        Col("conversion_shrunk", "Become a deal", "bar", below="conversion_said"),
        Col("won_share", "Won in the end", "bar", below="won_said"),
        Col("days_median", "Half are deals within", "number", "days", 0, below="days_said"),
        Col("won_amount", "Won", "money", parameters.currency),
    ]
    if np.isfinite(sources["won_per_cost"]).any():
        columns += [
            Col("cost_per_lead", "Cost of a lead", "number", parameters.currency, 0),
            Col("cost_per_win", "Cost of a won deal", "number", parameters.currency, 0, below="cost_said"),
            Col("won_per_cost", f"Won per {parameters.currency} spent", "number", digits=0, below="back_said"),
        ]
    table = DataTable(shown, columns, caption="In small: 80% intervals.", filter_label="source")
    return Section("Lead sources", _sources_headline(sources, parameters.currency), text, (table,))


def _back(source: pd.Series, currency: str) -> str:
    ends = interval(source["won_per_cost_low"], source["won_per_cost_high"])
    return f"{currency} {number(source['won_per_cost'])}" + (f" ({ends})" if ends else "")


def _sources_headline(sources: pd.DataFrame, currency: str) -> str:
    by_money = sources[np.isfinite(sources["won_per_cost"])]
    if len(by_money) > 1:
        best, worst = by_money.iloc[0], by_money.iloc[-1]
        return (
            f"{currency} 1 spent on {best['source']} leads goes with {_back(best, currency)} won, on {worst['source']} "
            f"leads with {_back(worst, currency)}"
        )
    if not sources["deals"].any():
        return f"Of {plural(sources['leads'].sum(), 'lead')} not one has become a deal yet"
    if not sources["won"].any():
        return "No deal from a lead has been won yet"
    best = sources.iloc[0]
    if np.isfinite(best["won_share"]):
        return f"{share(best['won_share'])} of {best['source']} leads are won in the end"
    return f"{share(best['conversion_shrunk'])} of {best['source']} leads become a deal"


def _shares(low: pd.Series, high: pd.Series) -> pd.Series:
    return low.map(share).str.rstrip("%") + " to " + high.map(share)


def _ranges(low: pd.Series, high: pd.Series) -> pd.Series:
    """Return "11 to 22"; an end that is not known is a dash."""
    starts, ends = (side.map(lambda value: number(value, 0)) for side in (low, high))
    return starts + " to " + ends
