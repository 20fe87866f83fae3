"""The section on games: what each plan pays for where, and where it invites people to move sales."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation import figures_curves as figures
from salesops.incentive_simulation.curves import seller_curve
from salesops.incentive_simulation.gaming import temptation
from salesops.incentive_simulation.sections_past import title_of
from salesops.not_enough_data import passes_not_enough_data
from salesops.report import Chart, Col, DataTable, Section, section, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.incentive_simulation.curve import Curve
    from salesops.incentive_simulation.outlook import Outlook
    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan

FURTHEST = 2.0


@section("Where plans invite games")
def games_section(plans: Mapping[str, IncentivePlan], outlook: Outlook, parameters: Parameters) -> Section:
    """Show payout curves, marginal pay with cliffs and dead zones, and what moving sales would gain."""
    curves = {title_of(plan): seller_curve(plan) for plan in plans.values()}
    rows = _games(plans, outlook, parameters)
    worst = rows.iloc[int(rows["gain"].to_numpy().argmax())]
    headline = (
        f"{worst['title']} rewards moving sales most: it pays in {share(worst['pulled'] + worst['held'])} of quarters"
        if worst["gain"] > 0
        else "No plan rewards moving sales from one quarter to another"
    )
    payout = Chart(
        lambda narrow: figures.payout_curves(curves, narrow=narrow),
        alt="Lines of pay over attainment under each plan.",
        title="What is paid for what",
        caption="Pay of a seller for own results, in shares of the pay at quota.",
    )
    marginal = Chart(
        lambda narrow: figures.gaming(curves, narrow=narrow),
        alt="Steps of marginal pay over attainment, a panel per plan; cliffs and dead zones are marked.",
        title="Pay for one more unit",
        caption="Red: dead zones, where more sales pay nothing more. Orange: cliffs, where one sale pays a lump.",
    )
    text = f"Reps are taken to be able to move {share(parameters.movable)} of a quota over the end of a quarter."
    return Section("", headline, text, (payout, marginal, _table(rows)))


@passes_not_enough_data
def games(plans: Mapping[str, IncentivePlan], outlook: Outlook, parameters: Parameters) -> pd.DataFrame:
    """Return plan, title, gain (mean, of pay at quota), pulled, held (shares of quarters), dead and cliffs in words."""
    return _games(plans, outlook, parameters)


def _games(plans: Mapping[str, IncentivePlan], outlook: Outlook, parameters: Parameters) -> pd.DataFrame:
    level = outlook.sellers["log_mean"].to_numpy(float)
    spread = float(np.hypot(outlook.swings.sd, level.std()))
    curves = [seller_curve(plan) for plan in plans.values()]
    found = [temptation(curve, float(level.mean()), spread, parameters.movable) for curve in curves]
    return pd.DataFrame(
        {
            "plan": list(plans),
            "title": [title_of(plan) for plan in plans.values()],
            "gain": [each.gain for each in found],
            "pulled": [each.pulled for each in found],
            "held": [each.held for each in found],
            "dead": [_dead(curve) for curve in curves],
            "cliffs": [_cliffs(curve) for curve in curves],
        }
    )


def _dead(curve: Curve) -> str:
    zones = [
        f"above {share(start)}" if not np.isfinite(end) else f"{share(start)} to {share(end)}"
        for start, end in curve.dead_zones()
    ]
    return ", ".join(zones) or "none"


def _cliffs(curve: Curve) -> str:
    return ", ".join(f"{share(jump)} at {share(at)}" for at, jump in curve.cliffs()) or "none"


def _table(rows: pd.DataFrame) -> DataTable:
    columns = [
        Col("title", "Plan"), Col("dead", "Dead zones"), Col("cliffs", "Cliffs"),
        Col("pulled", "Worth pulling forward", "share"), Col("held", "Worth holding back", "share"),
        Col("gain", "Gain", "share", digits=1),
    ]  # fmt: skip
    caption = "Shares of quarters in which moving sales pays; gain in the mean, of the pay at quota."
    return DataTable(rows, columns, caption)
