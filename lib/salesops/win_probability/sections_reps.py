"""The section on what reps stated of their deals, against what came."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Section, number, plural, section, share
from salesops.win_probability.figures_team import rep_dots
from salesops.win_probability.rep_optimism import team_and_reps
from salesops.win_probability.rep_words import Names, in_words, named, ranges
from salesops.win_probability.shrunk_means import EIGHTY_PERCENT, FEWEST

if TYPE_CHECKING:
    import pandas as pd

    from salesops.win_probability.parameters import Parameters
    from salesops.win_probability.shrunk_means import Shrunk


@section("What reps say and what comes")
def optimism_section(
    optimism: pd.DataFrame, stated: pd.DataFrame, names: Names, parameters: Parameters
) -> Section | NotEnoughData:
    """Say how late deals close against the day stated, from `rep_optimism` and `stated_and_realised`."""
    found = team_and_reps(stated, "days_late")
    if isinstance(found, NotEnoughData):
        return found
    team, reps = found[0], named(optimism, names)
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
        f"(80%: {in_words(team.mean - error, team.mean + error)})."
    )


def _spread_in_words(team: Shrunk) -> str:
    if len(team.values) < FEWEST:
        return "With so few reps none is drawn towards the others."
    if team.spread == 0:
        return "Reps differ by no more than luck would make them."
    return (
        f"Reps differ by more than luck: two in three lie within {team.spread:.0f} days of that. Move a day that a rep "
        "states by what is shown of this rep."
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
        late=ranges(reps, 1, "days_late_low", "days_late_high"),
        slip=ranges(reps, 100, "slipped_low", "slipped_high"),
        change=ranges(reps, 100, "amount_change_low", "amount_change_high"),
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
