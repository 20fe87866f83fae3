"""The sections on how the team works: visits, roles of the decision, and what reps' words turned out to be worth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, money, number, plural, section, share
from salesops.win_probability.closings import quarters_back
from salesops.win_probability.figures_team import rep_dots, role_gaps, shares_with_intervals
from salesops.win_probability.rep_optimism import team_and_reps
from salesops.win_probability.role_coverage import money_without, win_rate_by_roles
from salesops.win_probability.shrinkage import EIGHTY_PERCENT
from salesops.win_probability.visit_commitment import commitment_by_outcome, commitment_by_rep, commitment_effect

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from salesops.win_probability.deal_tables import DealTables
    from salesops.win_probability.parameters import Parameters
    from salesops.win_probability.shrinkage import Shrunk
    from salesops.win_probability.visit_commitment import CommitmentEffect

Names = dict[str, dict[str, str]]
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
    reps = _named(commitment_by_rep(visits, quarters_back(as_of, parameters.funnel_quarters)), names)
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
        return f"After a visit with a commitment, {_points(effect.difference)} more deals go on"
    if effect.high < 0:
        return f"After a visit with a commitment, {_points(effect.difference)} fewer deals go on"
    return "Deals go on about as often after a visit with a commitment as after one without"


def _effect_in_words(effect: CommitmentEffect) -> str:
    ends = f"{number(100 * effect.low, 1)} to {number(100 * effect.high, 1)}"
    return (
        f"Among deals in the same stage and of about the same size, {share(effect.with_commitment)} reach a later "
        f"stage or are won within {plural(effect.weeks, 'week')} after a visit with a commitment, "
        f"{share(effect.without)} after one without (difference in points, 80%: {ends}). Keen customers commit more "
        "easily, so the difference goes with the commitment and need not come from it."
    )


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
    shown = reps.assign(interval=_ranges(reps, 100, "low", "high"))
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
    headline = f"In {held} open, nobody is known as {worst['role']}"
    text = (
        f"At the customer of an open deal {known:.1f} of the seven decision roles are known, on average. In "
        f"{int((coverage['decider'] == 0).sum()):,} of {plural(len(coverage), 'open deal')} the decider is not."
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
        rep=_rep_names(shown["rep_id"], names) if "rep_id" in shown else "",
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


@section("What reps say and what comes")
def optimism_section(
    optimism: pd.DataFrame, stated: pd.DataFrame, names: Names, parameters: Parameters
) -> Section | NotEnoughData:
    """Say how late deals close against the day stated, from `rep_optimism` and `stated_and_realised`."""
    found = team_and_reps(stated, "days_late")
    if isinstance(found, NotEnoughData):
        return found
    team, reps = found[0], _named(optimism, names)
    drawn = reps.rename(columns={"days_late": "value", "days_late_low": "low", "days_late_high": "high"})
    drawn = drawn[drawn["value"].notna()]
    chart = Chart(
        lambda narrow: rep_dots(drawn, team.mean, "days", narrow=narrow),
        alt="Dots of the days that each rep's deals closed after the day stated, with 80% intervals.",
        caption="Days from the stated to the actual closing, below zero if early; drawn towards the team's mean the "
        "more the fewer deals a rep has.",
    )
    text = " ".join((_closings_in_words(team, stated, parameters), _spread_in_words(team), _amounts_in_words(stated)))
    return Section("Reps", _optimism_headline(reps), text, (chart, _optimism_table(reps)))


def _optimism_headline(reps: pd.DataFrame) -> str:
    first = reps.iloc[0]
    late = f"{plural(abs(round(first['days_late'])), 'day')} {'late' if first['days_late'] >= 0 else 'early'}"
    if len(reps) == 1:
        return f"Deals of {first['name']} close {late}, on average"
    last = reps[reps["days_late"].notna()].iloc[-1]
    if first["days_late_low"] <= last["days_late_high"]:
        return "No rep's stated closing days are clearly better than another's"
    how = "late" if last["days_late"] >= 0 else "early"
    return (
        f"Deals of {first['name']} close {late}, those of {last['name']} "
        f"{plural(abs(round(last['days_late'])), 'day')} {how}"
    )


def _closings_in_words(team: Shrunk, stated: pd.DataFrame, parameters: Parameters) -> str:
    error = EIGHTY_PERCENT * team.mean_error
    slipped = share(stated["slipped"].mean())
    return (
        f"Of the closing days stated at month-ends that came due in the last {parameters.funnel_quarters} quarters, "
        f"{slipped} passed with the deal still open. Against the stated day, deals were won or lost "
        f"{abs(team.mean):.0f} days {'later' if team.mean >= 0 else 'earlier'} on average "
        f"(80%: {_range(team.mean - error, team.mean + error)})."
    )


def _spread_in_words(team: Shrunk) -> str:
    if team.spread == 0:
        return "Reps differ by no more than luck would make them."
    return (
        f"Beyond luck, two reps in three lie within {team.spread:.0f} days of the team: correct their days by theirs."
    )


def _amounts_in_words(stated: pd.DataFrame) -> str:
    found = team_and_reps(stated, "amount_log_ratio")
    if isinstance(found, NotEnoughData):
        return ""
    team, error = found[0], EIGHTY_PERCENT * found[0].mean_error
    low, middle, high = (100 * math.expm1(x) for x in (team.mean - error, team.mean, team.mean + error))
    ends = f"{number(low, 1)} to {number(high, 1)}%"
    if low <= 0 <= high:
        return f"Amounts won are about what was stated before (80%: {ends})."
    return f"Amounts won are {abs(middle):.1f}% {'above' if middle > 0 else 'below'} those stated before (80%: {ends})."


def _optimism_table(reps: pd.DataFrame) -> DataTable:
    shown = reps.assign(
        late=_ranges(reps, 1, "days_late_low", "days_late_high"),
        slip=_ranges(reps, 100, "slipped_low", "slipped_high"),
        change=_ranges(reps, 100, "amount_change_low", "amount_change_high"),
        amount_points=100 * reps["amount_change"],
    )
    columns = [
        Col("name", "Rep"),
        Col("deals", "Deals", "number"),
        Col("days_late", "Closing late", "number", "days", 0, below="late"),
        Col("slipped", "Stated days that slipped", "share", below="slip"),
        Col("won_deals", "Won", "number", "deals"),
        Col("amount_points", "Amount won against stated", "number", "%", 1, below="change"),
    ]
    caption = "All figures drawn towards the team's mean; in small their 80% intervals."
    return DataTable(shown, columns, caption, "rep", shown=10)


def _ranges(reps: pd.DataFrame, scale: int, low: str, high: str) -> list[str]:
    ends = zip(reps[low] * scale, reps[high] * scale, strict=True)
    return [_range(first, last) if np.isfinite(first) else "" for first, last in ends]


def _range(low: float, high: float) -> str:
    return f"{number(low, 0)} to {number(high, 0)}"


def _named(reps: pd.DataFrame, names: Names) -> pd.DataFrame:
    return reps.assign(name=_rep_names(reps["rep_id"], names))


def _rep_names(reps: pd.Series, names: Names) -> pd.Series:
    return reps.map(names.get("rep_id", {})).fillna(reps)
