"""The sections on what customers are worth: tiers, bands with their contact plan, and wallet share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.bands import band_sales, customers_for, lorenz
from salesops.customer_segmentation.figures_value import lorenz_curve, moves_by_weight, shares_by_band, tier_bars
from salesops.customer_segmentation.parameters import CHANNELS
from salesops.customer_segmentation.value_tiers import TIERS, tier_moves
from salesops.customer_segmentation.wallet import total_share
from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, money, number, plural, section, share

if TYPE_CHECKING:
    from salesops.customer_segmentation.contact_plan import ContactHours, ContactPlan
    from salesops.customer_segmentation.parameters import Parameters

NAMES = {
    "historical": "historical value",
    "potential": "potential value",
    "technology": "technology direction",
    "stability": "operating stability",
    "loyalty": "loyalty",
}
NEEDS = {
    "potential": "accounts.potential_spend",
    "technology": "accounts.technology_fit",
    "stability": "accounts.stability",
}
MOST_OF_SALES = 0.8
DAYS_A_YEAR, DAYS_A_WEEK, DAYS_A_MONTH = 365.25, 7, 30.44
SELDOM = 0.1


@section("Value tiers")
def tiers_section(tiers: pd.DataFrame, places: pd.DataFrame, buyers: pd.DataFrame, parameters: Parameters) -> Section:
    """Say what the tiers hold, how sure they are, and who stands on an edge, from `value_tiers` and `dimensions`."""
    rows = tiers.join(buyers.set_index("account_id")[["name", "recent_sales", "history_sales"]])
    by_tier = _by_tier(rows)
    first = by_tier.iloc[0]
    unsure = rows[rows["unsure"] != ""]
    headline = (
        f"Tier A, {plural(int(first['count']), 'customer')}, brings {share(first['sales'])} of sales; "
        f"{plural(len(unsure), 'customer')} would change tier if a weight moved by 10%"
    )
    moves = tier_moves(places, parameters.weights, parameters.tier_shares)
    pair = Pair(_tier_chart(by_tier), _moves_chart(moves))
    return Section("Value tiers", headline, _tiers_text(places, parameters), (pair, _edge_table(unsure, parameters)))


def _by_tier(rows: pd.DataFrame) -> pd.DataFrame:
    grouped = rows.groupby("value_tier").agg(count=("name", "size"), money=("history_sales", "sum"))
    grouped = grouped.reindex([tier for tier in TIERS if tier in grouped.index]).rename_axis("value_tier").reset_index()
    total = grouped["money"].sum()
    sales = grouped["money"] / total if total > 0 else np.nan
    return grouped.assign(customers=grouped["count"] / grouped["count"].sum(), sales=sales)


def _tiers_text(places: pd.DataFrame, parameters: Parameters) -> str:
    weights = pd.Series(parameters.weights)
    there = [str(name) for name in places if places[name].notna().any() and weights.get(name, 0.0) > 0]
    weights = weights[there] / weights[there].sum()
    said = ", ".join(f"{NAMES[name]} {share(weights[name])}" for name in there)
    absent = [name for name in NEEDS if name in places and name not in there and parameters.weights[name]]
    left_out = [f"{NAMES[name]} (needs {NEEDS[name]})" for name in absent]
    missing = f" Left out, with the other weights raised: {' and '.join(left_out)}." if left_out else ""
    partly = places[there].isna().any(axis=1).sum()
    some = f" Of {plural(int(partly), 'customer')} not all of these are known; the others count for more there."
    shares = ", ".join(f"{name} {share(part)}" for name, part in zip(TIERS, parameters.tier_shares, strict=False))
    return (
        f"The score weighs {said}: each customer's place among all, so no unit weighs more than another. "
        f"Tiers hold {shares} of customers, the rest is D.{missing}{some if partly else ''}"
    )


def _tier_chart(by_tier: pd.DataFrame) -> Chart:
    return Chart(
        lambda narrow: tier_bars(by_tier, narrow=narrow, half=True),
        alt="Bars of each tier's share of customers and of sales over three years.",
        title="Customers and sales by tier",
        caption="Sales of the last 36 months.",
        half=True,
    )


def _moves_chart(moves: pd.DataFrame) -> Chart:
    return Chart(
        lambda narrow: moves_by_weight(moves, NAMES, narrow=narrow, half=True),
        alt="Bars of the customers whose tier changes when the weight of one dimension moves by 10%.",
        title="Customers who change tier if a weight moves",
        half=True,
    )


def _edge_table(unsure: pd.DataFrame, parameters: Parameters) -> object:
    if unsure.empty:
        return "No customer changes tier if one weight moves by 10%."
    shown = unsure.sort_values("recent_sales", ascending=False, kind="stable").head(parameters.top_customers)
    shown = shown.assign(dimensions=_named_dimensions(shown["unsure"]), id=shown.index)
    columns = [
        Col("name", "Customer", below="id"),
        Col("recent_sales", "Sales lately", "money", parameters.currency),
        Col("value_score", "Score", "number", digits=1),
        Col("value_tier", "Tier"),
        Col("other_tier", "Or"),
        Col("dimensions", "Depends on the weight of"),
    ]
    caption = "Customers on the edge between two tiers: judge these by hand."
    return DataTable(shown, columns, caption, "customer or dimension", shown=5)


def _named_dimensions(unsure: pd.Series) -> pd.Series:
    return unsure.replace(NAMES, regex=True)


@section("Bands and contact plan")
def bands_section(bands: pd.DataFrame, hours: ContactHours, parameters: Parameters) -> Section:
    """Say how sales concentrate on few customers, and what contact each band gets from the hours the team has."""
    curve, by_band, plan, spent = lorenz(bands), band_sales(bands), hours.plan, hours.spent
    blocks: list[object] = [_concentration(curve, by_band, plan, spent, parameters)]
    blocks.append(plan if isinstance(plan, NotEnoughData) else _plan_table(plan, by_band, parameters))
    text = (
        str(plan)[0].upper() + str(plan)[1:] + "." if isinstance(plan, NotEnoughData) else _plan_text(plan, parameters)
    )
    return Section("Bands and contact plan", _bands_headline(curve, spent), text, blocks)


def _bands_headline(curve: pd.DataFrame | NotEnoughData, spent: pd.DataFrame | NotEnoughData) -> str:
    if isinstance(curve, NotEnoughData):
        return "No customer bought anything lately, so bands rest on what was bought before"
    few = f"{share(customers_for(curve, MOST_OF_SALES))} of customers bring {share(MOST_OF_SALES)} of sales"
    if isinstance(spent, NotEnoughData):
        return few
    return f"{few}; the first fifth got {share(spent['share'].iloc[0])} of last year's contact hours"


def _plan_text(plan: ContactPlan, parameters: Parameters) -> str:
    people = plural(plan.reps, "rep")
    has = f"{people} with {number(parameters.rep_hours_week)} hours a week have {number(plan.hours)} hours a year"
    wanted = number(plan.wanted_hours)
    if plan.stretch < 1:
        fits = f"the contacts asked for would take {wanted}, so all are cut to {share(plan.stretch)}"
    else:
        fits = f"the contacts asked for take {wanted}, so there is room for {number(plan.stretch)} times as many"
    return f"{has}; {fits}. The plan below uses exactly the hours there are."


def _concentration(
    curve: pd.DataFrame | NotEnoughData, by_band: pd.DataFrame, plan: ContactPlan | NotEnoughData,
    spent: pd.DataFrame | NotEnoughData, parameters: Parameters,
) -> object:  # fmt: skip
    if isinstance(curve, NotEnoughData):
        return curve
    months = parameters.value_months
    lorenz_chart = Chart(
        lambda narrow: lorenz_curve(curve, by_band, MOST_OF_SALES, narrow=narrow, half=True),
        alt="Lorenz curve: share of sales brought by the largest customers, with the share of each fifth of customers.",
        title="How few bring how much",
        caption=f"Sales of the last {plural(months, 'month')}. Below the curve: each band and its share of sales.",
        half=True,
    )
    return Pair(lorenz_chart, _hours_chart(by_band, plan, spent))


def _hours_chart(
    by_band: pd.DataFrame, plan: ContactPlan | NotEnoughData, spent: pd.DataFrame | NotEnoughData
) -> Chart:
    table = pd.DataFrame({"band": by_band["band"], "sales": by_band["share"]})
    if not isinstance(spent, NotEnoughData):
        table["spent"] = spent["share"].to_numpy()
    if not isinstance(plan, NotEnoughData):
        table["planned"] = plan.rows.groupby("band")["hours"].sum().to_numpy() / plan.hours
    said = ", ".join(name for name in ("sales", "spent", "planned") if name in table)
    return Chart(
        lambda narrow: shares_by_band(table, narrow=narrow, half=True),
        alt=f"Bars of each band's share of {said}.",
        title="Share of sales, of last year's contact hours, and of the plan",
        half=True,
    )


def _plan_table(plan: ContactPlan, by_band: pd.DataFrame, parameters: Parameters) -> DataTable:
    contacts = plan.rows.pivot(index="band", columns="channel", values="contacts")
    table = by_band.set_index("band").join(plan.rows.groupby("band")["hours"].sum())
    names = [name for name in CHANNELS if name in contacts]
    table = table.assign(**{name: contacts[name].map(every) for name in names})
    table["name"] = [f"band {band}" for band in table.index]
    table["each"] = table["hours"] / table["customers"].where(table["customers"] > 0)
    columns = [
        Col("name", "Band"),
        Col("customers", "Customers", "number"),
        Col("recent_sales", "Sales", "money", parameters.currency),
        *(Col(name, name.capitalize()) for name in names),
        Col("each", "Each", "number", "hours a year", digits=1),
        Col("hours", "Hours a year", "number", digits=0),
    ]
    caption = (
        "Each customer of a band gets a contact that often. A band is a fifth of the customers by sales of the last "
        f"{plural(parameters.value_months, 'month')}; equal customers share one."
    )
    return DataTable(table.reset_index(), columns, caption)


def every(contacts_a_year: float) -> str:
    """Return in words how often a contact comes.

    Examples
    --------
    >>> [every(times) for times in (60.0, 52.18, 9.0, 4.0, 0.5, 0.0)]
    ['6 times in 5 weeks', 'every week', 'every 6 weeks', 'every 3 months', 'every 2 years', 'none']
    """
    if contacts_a_year < SELDOM:
        return "none"
    days = DAYS_A_YEAR / contacts_a_year
    if days < DAYS_A_WEEK * 0.9:
        return f"{number(round(5 * DAYS_A_WEEK / days))} times in 5 weeks"
    for unit, size, most in (("week", DAYS_A_WEEK, 9), ("month", DAYS_A_MONTH, 18)):
        count = round(days / size)
        if count <= most:
            return f"every {unit}" if count == 1 else f"every {count} {unit}s"
    return f"every {round(days / DAYS_A_YEAR)} years"


@section("Wallet share")
def wallet_section(wallet: pd.DataFrame, buyers: pd.DataFrame, parameters: Parameters) -> Section:
    """Say how much of what customers spend comes to us, and where most goes elsewhere, from `wallet_share`."""
    currency, known = parameters.currency, wallet[wallet["wallet_share"].notna()]
    rows = known.join(buyers.set_index("account_id")[["name", "recent_sales", "potential_spend"]])
    rows = rows.sort_values(["headroom", "name"], ascending=[False, True])
    half = int(np.searchsorted(rows["headroom"].cumsum().to_numpy(), rows["headroom"].sum() / 2 - 1e-9)) + 1
    elsewhere = rows["headroom"].sum()
    headline = (
        f"{money(elsewhere, currency)} a year goes elsewhere, half of it at {plural(half, 'customer')}; "
        f"we have {share(total_share(buyers, wallet))}"
    )
    above = int(known["above_potential"].sum())
    text = (
        f"Potential is known of {len(known):,} of {plural(len(wallet), 'customer')}. What goes elsewhere is what they "
        "are said to spend in our categories less what they bought of us, both a year."
    )
    if above:
        text += f" {plural(above, 'customer')} bought more than that: their potential is set too low."
    return Section("Wallet share", headline, text, (_wallet_table(rows, parameters),))


def _wallet_table(rows: pd.DataFrame, parameters: Parameters) -> DataTable:
    currency = parameters.currency
    shown = rows.head(parameters.top_customers).assign(id=lambda table: table.index)
    columns = [
        Col("name", "Customer", below="id"),
        Col("headroom", "Goes elsewhere, a year", "money", currency),
        Col("recent_sales", "Sales lately", "money", currency),
        Col("potential_spend", "Potential a year", "money", currency),
        Col("wallet_share", "Wallet share", "bar"),
    ]
    return DataTable(shown, columns, "Most that goes elsewhere first.", "customer", shown=5)
