"""The sections on kinds of customers: segments with their proof, who moved between them, and stages of life."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.figures_flow import flow
from salesops.customer_segmentation.figures_segments import (
    STAGE_ORDER,
    segment_bars,
    segment_colours,
    segment_map,
    stage_bars,
)
from salesops.report import Chart, Col, DataTable, Section, day, money, plural, section, share

if TYPE_CHECKING:
    from salesops.customer_segmentation.parameters import Parameters
    from salesops.customer_segmentation.segmentation import Segmentation

POOR_RULE = 0.7
OFFERED = "The five bands below take their place: they are cut by sales, and are called bands."


@section("Segments")
def segments_section(found: Segmentation, features: pd.DataFrame, parameters: Parameters) -> Section:
    """Say which kinds of customers there are, how to tell them, and how sure that is, from `find_segments`."""
    if not found.found:
        return Section("Segments", found.statement, f"{_tested(found)} {OFFERED}")
    customers = found.customers[["account_id", "segment"]].merge(features, on="account_id", validate="1:1")
    table = found.segments
    largest = table.sort_values("revenue", ascending=False).iloc[0]
    many, brings = (largest[name] / table[name].sum() for name in ("customers", "revenue"))
    headline = (
        f"{len(table)} kinds of customers: {str(largest['name']).lower()} come from {share(many)} of them, "
        f"who bring {share(brings)} of sales"
    )
    few = int(found.customers["segment"].isna().sum())
    text = f"{found.statement} {_tested(found)}"
    if few:
        text += f" {plural(few, 'customer')} with fewer than three orders belong to none."
    blocks = (_map(customers, table, parameters), _bars(table), _rules(table, parameters))
    return Section("Segments", headline, text, blocks)


def _tested(found: Segmentation) -> str:
    return (
        f"Learned from how customers bought until {day(found.learned_on)}; since then each is placed by the same "
        "model, and moves only when the new segment is more than 80% likely."
    )


def _map(customers: pd.DataFrame, table: pd.DataFrame, parameters: Parameters) -> Chart:
    return Chart(
        lambda narrow: segment_map(customers, table, parameters.currency, narrow=narrow),
        alt="Dots of customers by orders a year and usual order, both on logarithmic axes, coloured by segment.",
        title="Where customers lie",
        caption="A name stands at the middle of its segment; grey: fewer than three orders.",
    )


def _bars(table: pd.DataFrame) -> Chart:
    shown = pd.DataFrame(
        {
            "segment": table["segment"],
            "label": table["segment"].astype(str) + " " + table["name"].astype(str),
            "colour": table["segment"].map(segment_colours(table)),
            "customers": table["customers"] / table["customers"].sum(),
            "sales": table["revenue"] / table["revenue"].sum() if table["revenue"].sum() > 0 else np.nan,
        }
    )
    return Chart(
        lambda narrow: segment_bars(shown, narrow=narrow),
        alt="Bars of each segment's share of customers and of last year's sales.",
        title="Customers and sales by segment",
        caption="Sales of the last year.",
    )


def _rules(table: pd.DataFrame, parameters: Parameters) -> DataTable:
    shown = table.assign(
        label=table["segment"].astype(str) + " " + table["name"].astype(str),
        right=np.where(table["f1"] < POOR_RULE, "a rough guide only", ""),
    )
    columns = [
        Col("label", "Segment"),
        Col("rule", "How to tell", below="right"),
        Col("customers", "Customers", "number"),
        Col("revenue", "Sales a year", "money", parameters.currency),
        Col("precision", "Rule is right", "share"),
        Col("recall", "Rule finds", "share"),
        Col("stability", "Found again", "share"),
    ]
    caption = (
        f"Amounts in {parameters.currency}. The rule is tried on customers that it was not made from: how often it is "
        "right, and how much of the segment it finds. Found again: how much of the segment comes back "
        "when it is looked for among customers drawn anew."
    )
    return DataTable(shown, columns, caption)


@section("Proof of the segments")
def proof_section(found: Segmentation) -> Section:
    """Show the analyst why there are that many segments, and what other methods find, from `find_segments`."""
    tests = found.criteria
    passing = [f"{count:,}" for count in tests.loc[tests["passes"], "segments"]]
    headline = f"Clear by all four tests: {', '.join(passing)} segments" if passing else "No number of segments passes"
    text = f"{found.statement} The largest number that passes is taken, unless the parameter asks for another."
    return Section("Proof of the segments", headline, text, (_criteria(found), _contenders(found)))


def _criteria(found: Segmentation) -> DataTable:
    shown = found.criteria.assign(verdict=np.where(found.criteria["passes"], "passes", "fails"))
    columns = [
        Col("segments", "Segments", "number"),
        Col("silhouette", "Silhouette", "number", digits=2),
        Col("silhouette_alone", "Of one population", "number", digits=2),
        Col("silhouette_z", "Above it by", "number", "sd", digits=1),
        Col("dip", "Dip between", "number", digits=2),
        Col("stability", "Least stable", "number", digits=2),
        Col("smallest_share", "Smallest", "share"),
        Col("verdict", "All four"),
    ]
    caption = (
        "For the analyst: a number of segments passes with a silhouette over three standard deviations above that of "
        "one population, a dip in density over 0.3 between every two segments, stability over 0.6 and no segment "
        "under 3% of customers."
    )
    return DataTable(shown, columns, caption)


def _contenders(found: Segmentation) -> DataTable:
    columns = [
        Col("method", "Method"),
        Col("chosen_by", "Number chosen by"),
        Col("segments", "Segments", "number"),
        Col("left_out", "Left out", "share"),
        Col("silhouette", "Silhouette", "number", digits=2),
        Col("dip", "Dip between", "number", digits=2),
        Col("agreement", "Agrees with ours", "number", digits=2),
    ]
    return DataTable(
        found.contenders, columns, "For the analyst: other methods on the same customers (adjusted Rand index)."
    )


@section("Migration")
def migration_section(moves: pd.DataFrame, found: Segmentation) -> Section:
    """Say who changed segment within the last quarter, from `migration`."""
    moved = moves[moves["segment_before"].notna() & (moves["segment_before"] != moves["segment"])]
    there = int(moves.loc[moves["segment_before"].notna(), "customers"].sum())
    count = int(moved["customers"].sum())
    came = int(moves.loc[moves["segment_before"].isna(), "customers"].sum())
    headline = f"{plural(count, 'customer')} of {there:,} changed segment since {day(found.before)}"
    text = f"{plural(came, 'customer')} had too few orders to be placed then." if came else ""
    chart = Chart(
        lambda narrow: flow(moves, found.segments, narrow=narrow),
        alt="Flow of customers from their segment a quarter ago, left, to the one they are in now, right.",
        caption="Grey: stayed. Coloured: moved, in the colour of the new segment. Figures count customers.",
    )
    return Section("Migration", headline, text, (chart,))


@section("Life cycle")
def lifecycle_section(stages: pd.DataFrame, customers: pd.DataFrame, parameters: Parameters) -> Section:
    """Say where customers stand in their life with us, and what those at risk used to buy, from `lifecycle_stages`."""
    currency = parameters.currency
    rows = stages.merge(customers[["account_id", "name", "recent_sales", "earlier_sales"]], on="account_id")
    by_stage = _by_stage(rows)
    counts = by_stage.set_index("lifecycle_stage")["count"]
    risk = rows[rows["at_risk"]].sort_values("earlier_sales", ascending=False, kind="stable")
    fell = (risk["earlier_sales"] - risk["recent_sales"]).clip(lower=0).sum()
    headline = (
        f"{plural(len(risk), 'customer')} are declining or lost; they bought {money(float(fell), currency)} less in "
        f"{plural(parameters.value_months, 'month')} than in those before"
    )
    unknown = int((~rows["trend_known"]).sum())
    text = (
        f"Each is judged by its own rhythm: {plural(int(counts.get('growing', 0)), 'customer')} order more than their "
        f"past explains, {counts.get('declining', 0):,} less, and {counts.get('lost', 0):,} have been silent longer "
        f"than chance allows. Below six orders a year ({unknown:,} of {len(rows):,} customers) growing and declining "
        "cannot be told from chance."
    )
    return Section("Life cycle", headline, text, (_stage_chart(by_stage), _risk_table(risk, parameters)))


def _by_stage(rows: pd.DataFrame) -> pd.DataFrame:
    grouped = rows.groupby("lifecycle_stage").agg(count=("account_id", "size"), money=("recent_sales", "sum"))
    grouped = grouped.reindex([stage for stage in STAGE_ORDER if stage in grouped.index]).reset_index()
    total = grouped["money"].sum()
    sales = grouped["money"] / total if total > 0 else np.nan
    return grouped.assign(customers=grouped["count"] / len(rows), sales=sales)


def _stage_chart(by_stage: pd.DataFrame) -> Chart:
    return Chart(
        lambda narrow: stage_bars(by_stage, narrow=narrow),
        alt="Bars of the share of customers and of sales in each stage: new, growing, mature, declining, lost.",
    )


def _risk_table(risk: pd.DataFrame, parameters: Parameters) -> object:
    if risk.empty:
        return "No customer is declining or lost."
    currency = parameters.currency
    columns = [
        Col("name", "Customer", below="account_id"),
        Col("lifecycle_stage", "Stage"),
        Col("recent_sales", "Sales lately", "money", currency),
        Col("earlier_sales", "Before", "money", currency),
    ]
    shown = risk.head(parameters.top_customers)
    months = plural(parameters.value_months, "month")
    caption = f"Sales of the last {months} against as many before; those who bought most before come first."
    return DataTable(shown, columns, caption, "customer or stage", shown=5)
