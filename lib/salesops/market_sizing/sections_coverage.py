"""The section on how much of the market our accounts cover, and whose money nobody has asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesops.market_sizing.coverage import unseen, white_spots
from salesops.market_sizing.figures_position import coverage_bars
from salesops.market_sizing.leading import section_about
from salesops.market_sizing.segments import NOT_STATED, SEGMENT
from salesops.market_sizing.words import segment_names
from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, money, plural, share

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.coverage import Coverage
    from salesops.market_sizing.parameters import Parameters
    from salesops.market_sizing.sizes import Sizes


@section_about("Coverage")
def coverage_section(found: Coverage, sizes: Sizes | NotEnoughData, parameters: Parameters) -> Section:
    """Say how much of the market has a contact, an opportunity and an order, and where nobody calls."""
    idle = white_spots(found, len(found.accounts))
    bars = Chart(
        lambda narrow: coverage_bars(found.steps, narrow=narrow, half=True),
        alt="Bars of the share of accounts and of spend with a contact, an opportunity and an order.",
        title="How far we have come",
        half=True,
    )
    spots = _spots_table(idle, parameters)
    more = (_penetration_table(found, parameters), *_unseen_block(found, sizes, parameters))
    blocks = (Pair(bars, spots), *more) if found.knows_spend else (bars, spots)
    headline = _coverage_headline(found, idle, parameters.currency)
    return Section("Coverage", headline, _coverage_text(found, parameters.currency), blocks)


def _coverage_headline(found: Coverage, idle: pd.DataFrame, currency: str) -> str:
    order: Any = found.steps.loc["order"]
    said = f"{share(order.accounts)} of known accounts bought in the last year"
    accounts, has = plural(len(idle), "account"), "has" if len(idle) == 1 else "have"
    if not found.knows_spend:
        return f"{said}; {accounts} {has} no deal and no order"
    without = money(float(idle["potential_spend"].sum()), currency)
    return f"{said}, {share(order.spend)} of their spend; {accounts} with {without} a year {has} no deal and no order"


def _coverage_text(found: Coverage, currency: str) -> str:
    behind = found.segments[found.segments["gap"] > 0].sort_values("gap", ascending=False)
    if behind.empty:
        said = "Opportunities of the last two years and orders of the last year count."
        return said if found.knows_spend else f"{said} What accounts spend is not known (accounts.potential_spend)."
    first: Any = behind.iloc[0]
    brings, where = money(float(behind["gap"].sum()), currency), segment_names(behind.head(1))[0]
    return (
        "Opportunities of the last two years and orders of the last year count. Shares are counted in our own tables, "
        "not estimated: they have no interval. Where we sell less of accounts' spend than in the same industry "
        f"elsewhere, catching up would bring {brings} a year, most in {where} "
        f"({share(first['penetration'])} against {share(first['peers'])})."
    )


def _spots_table(idle: pd.DataFrame, parameters: Parameters) -> object:
    if idle.empty:
        return "Every account has an opportunity or an order."
    rows = idle.head(parameters.top_accounts)
    columns = [Col("name", "Account", below="account_id"), Col("segment", "Segment")]
    if rows["potential_spend"].notna().any():
        columns.append(Col("potential_spend", "Spend a year", "money", parameters.currency))
    caption = "White spots: no opportunity and no order, largest spend first."
    return DataTable(rows.assign(segment=segment_names(rows)), columns, caption, "account", shown=6)


def _penetration_table(found: Coverage, parameters: Parameters) -> DataTable:
    rows = found.segments[(found.segments[SEGMENT] != NOT_STATED).all(axis=1)].sort_values("gap", ascending=False)
    rows = rows.assign(segment=segment_names(rows))
    steps = [Col(step, f"With {step}", "share") for step in found.steps.index]
    columns = [
        Col("segment", "Segment"), Col("accounts", "Accounts", "number"),
        Col("spend", "Their spend", "money", parameters.currency),
        *steps, Col("penetration", "We sell of it", "share"), Col("peers", "Same industry elsewhere", "share"),
        Col("gap", "Catching up brings", "money", parameters.currency),
    ]  # fmt: skip
    return DataTable(rows, columns, "Shares of spend; money a year.", "segment", shown=6)


def _unseen_block(found: Coverage, sizes: Sizes | NotEnoughData, parameters: Parameters) -> tuple[object, ...]:
    if isinstance(sizes, NotEnoughData):
        return ()
    rows = unseen(found, sizes)
    if isinstance(rows, NotEnoughData) or not rows["unseen"].sum() > 0:
        return ()
    rows = rows.assign(segment=segment_names(rows))
    amounts = {"market": "Market", "named": "Spent by accounts we name", "unseen": "By buyers nobody here names"}
    columns = [
        Col("segment", "Segment"),
        *[Col(name, label, "money", parameters.currency) for name, label in amounts.items()],
        Col("known", "Buyers we name", "share"),
    ]
    return (
        DataTable(
            rows, columns, "Money a year of buyers who are in no table of ours, largest first.", "segment", shown=6
        ),
    )
