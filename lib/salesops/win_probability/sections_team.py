"""The sections on how deals are worked: visits that end in a commitment, and roles of the decision that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, money, number, plural, section, share
from salesops.win_probability.closings import quarters_back
from salesops.win_probability.commitment_effect import commitment_effect
from salesops.win_probability.figures_team import rep_dots, role_gaps, shares_with_intervals
from salesops.win_probability.rep_words import Names, named, ranges, rep_names
from salesops.win_probability.role_coverage import money_without, win_rate_by_roles
from salesops.win_probability.visit_commitment import commitment_by_outcome, commitment_by_rep

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from salesops.win_probability.commitment_effect import CommitmentEffect
    from salesops.win_probability.deal_tables import DealTables
    from salesops.win_probability.parameters import Parameters

OUTCOMES = ("won", "lost", "open")
MOST_GAPS = 50
WITHOUT_CONTACTS = (
    "How often deals are won by how many roles are known is left out: contacts carry no day, and someone entered "
    "because a deal was won would look like a cause of it. With use_contacts = True today's stand for the past, too."
)
WITH_CONTACTS = (
    "Contacts carry no day: today's stand for the time when the deals that closed were open. If people are entered "
    "because a deal was won, knowing more of them goes with winning for that reason."
)


@section("Visits")
def visits_section(visits: pd.DataFrame, names: Names, as_of: date, parameters: Parameters) -> Section:
    """Say how many visits end in a commitment, and how deals go on after them, from `visits`."""
    effect = commitment_effect(visits)
    reps = named(commitment_by_rep(visits, quarters_back(as_of, parameters.funnel_quarters)), names)
    outcomes = commitment_by_outcome(visits)
    rate = float(visits["committed"].mean())
    text = f"Of {plural(len(visits), 'visit')} to deals, {share(rate)} ended with the customer committing to an act."
    said = str(effect).capitalize() + "." if isinstance(effect, NotEnoughData) else _effect_in_words(effect)
    blocks: list[object] = [_outcome_chart(outcomes)]
    if len(reps):
        blocks = [Pair(_commitment_chart(reps, parameters), blocks[0]), _commitment_table(reps)]
    return Section("Visits", _visits_headline(effect, rate), f"{text} {said}", blocks)


def _visits_headline(effect: CommitmentEffect | NotEnoughData, rate: float) -> str:
    if isinstance(effect, NotEnoughData):
        return f"{share(rate)} of visits to deals end in a commitment"
    if effect.low > 0:
        return f"After a visit with a commitment, {_points(effect.difference)} more deals go on (80%: {_ends(effect)})"
    if effect.high < 0:
        return f"After a visit with a commitment, {_points(effect.difference)} fewer deals go on (80%: {_ends(effect)})"
    return "Deals go on about as often after a visit with a commitment as after one without"


def _effect_in_words(effect: CommitmentEffect) -> str:
    return (
        f"Among deals in the same stage and of about the same size, {share(effect.with_commitment, 1)} reach a later "
        f"stage or are won within {plural(effect.weeks, 'week')} after a visit with a commitment, "
        f"{share(effect.without, 1)} after one without. Keen customers commit more easily, so the difference goes with "
        "the commitment and need not come from it."
    )


def _ends(effect: CommitmentEffect) -> str:
    """Return the 80% interval of a difference of one sign, in points and without that sign."""
    return " to ".join(number(end, 1) for end in sorted((abs(100 * effect.low), abs(100 * effect.high))))


def _points(difference: float) -> str:
    return plural(float(f"{abs(100 * difference):.1f}"), "point")


def _outcome_chart(outcomes: pd.DataFrame) -> Chart:
    table = outcomes.reindex([name for name in OUTCOMES if name in outcomes.index])
    table = table.rename_axis("status").reset_index()
    return Chart(
        lambda narrow: shares_with_intervals(table, "status", "visits with a commitment", narrow=narrow, half=True),
        alt="Dots of the share of visits that ended in a commitment, by how the deal ended, with 80% intervals.",
        title="By how the deal ended",
        half=True,
    )


def _commitment_chart(reps: pd.DataFrame, parameters: Parameters) -> Chart:
    team = float(np.average(reps["share"], weights=reps["visits"]))
    return Chart(
        lambda narrow: rep_dots(reps, team, "share", narrow=narrow, half=True),
        alt="Dots of each rep's share of visits that ended in a commitment, with 80% intervals.",
        title="By rep",
        caption=f"Visits of the last {parameters.funnel_quarters} quarters, drawn towards the team's share the more "
        "the fewer they are.",
        half=True,
    )


def _commitment_table(reps: pd.DataFrame) -> DataTable:
    shown = reps.assign(interval=ranges(reps, 100, "low", "high"))
    columns = [
        Col("name", "Rep"),
        Col("visits", "Visits", "number"),
        Col("share", "With a commitment", "share"),
        Col("value", "Drawn towards the team", "share", below="interval"),
    ]
    return DataTable(shown, columns, filter_label="rep", shown=5)


@section("Decision roles")
def roles_section(
    coverage: pd.DataFrame, tables: DealTables, names: Names, as_of: date, parameters: Parameters
) -> Section:
    """Say whom of the decision we do not know, from `role_coverage`, and what knowing more goes with."""
    currency, worst = parameters.currency, money_without(coverage).iloc[0]
    known = float(coverage["known"].mean())
    total = float(coverage["amount"].sum())
    held = f"{money(worst['amount'], currency)} of {money(total, currency)}" if total > 0 else share(worst["share"])
    headline = f"For {held} open, we do not know the {worst['role']}"
    text = (
        f"On average we know {known:.1f} of the seven decision roles at the customer of an open deal. In "
        f"{int((coverage['decider'] == 0).sum()):,} of {plural(len(coverage), 'open deal')} we do not know the decider."
    )
    table = _gap_table(coverage, names, currency)
    if not parameters.use_contacts:
        return Section("Roles", headline, f"{text}\n\n{WITHOUT_CONTACTS}", (_gap_chart(coverage, currency), table))
    won = win_rate_by_roles(tables, as_of, parameters.funnel_quarters)
    pair = Pair(_gap_chart(coverage, currency, half=True), _win_rate_chart(won))
    return Section("Roles", headline, f"{text}\n\n{WITH_CONTACTS}", (pair, table))


def _gap_chart(coverage: pd.DataFrame, currency: str, *, half: bool = False) -> Chart:
    without = money_without(coverage)
    return Chart(
        lambda narrow: role_gaps(without, currency, narrow=narrow, half=half),
        alt="Bars of the open amount whose customers have nobody known in each decision role.",
        title="Open amount without a known …",
        half=half,
    )


def _win_rate_chart(won: pd.DataFrame | NotEnoughData) -> object:
    if isinstance(won, NotEnoughData):
        return won
    return Chart(
        lambda narrow: shares_with_intervals(won, "roles", "won", narrow=narrow, half=True),
        alt="Dots of the share won by how many decision roles are known, with 80% intervals.",
        title="Won, by roles known",
        half=True,
    )


def _gap_table(coverage: pd.DataFrame, names: Names, currency: str) -> DataTable:
    shown = coverage.head(MOST_GAPS)
    shown = shown.assign(
        account=shown["account_id"].map(names.get("account_id", {})).fillna(shown["account_id"]),
        rep=rep_names(shown["rep_id"], names) if "rep_id" in shown else "",
        known=shown["known"].map("{:.0f} of 7".format),
        missing=shown["missing"].replace("", "none"),
    )
    columns = [
        Col("account", "Customer", below="rep"),
        Col("amount", "Amount", "money", currency),
        Col("known", "Roles known"),
        Col("missing", "Nobody known as"),
    ]
    return DataTable(shown, columns, "The largest open deals.", "customer or role", shown=10)
