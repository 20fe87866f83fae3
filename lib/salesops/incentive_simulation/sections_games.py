"""The section on games: what each plan pays for where, and where it invites people to move sales."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation import figures_curves as figures
from salesops.incentive_simulation.curves import seller_curve
from salesops.incentive_simulation.sections_past import leading, title_of
from salesops.not_enough_data import passes_not_enough_data
from salesops.report import Chart, Col, DataTable, Section, money, section, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from salesops.incentive_simulation.curve import Curve
    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan
    from salesops.incentive_simulation.simulation import Simulation

FURTHEST = 2.0


@section("Where plans invite games")
def games_section(rows: pd.DataFrame, plans: Mapping[str, IncentivePlan], parameters: Parameters) -> Section:
    """Show payout curves, marginal pay with cliffs and dead zones, and what moving sales would cost, from `games`."""
    curves = {title_of(plan): seller_curve(plan) for plan in plans.values()}
    worst = rows.iloc[int(rows["cost"].to_numpy().argmax())]
    cost = money(worst["cost"], parameters.currency)
    headline = (
        f"{leading(worst['title'])} rewards moving sales between quarters most, at up to {cost} a year"
        if worst["cost"] > 0
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
    return Section("", headline, text, (payout, marginal, _table(rows, parameters.currency)))


@passes_not_enough_data
def games(simulation: Simulation, plans: Mapping[str, IncentivePlan]) -> pd.DataFrame:
    """Return `Simulation.games` with title, and dead (zones) and cliffs in words."""
    curves = [seller_curve(plan) for plan in plans.values()]
    return simulation.games.assign(
        title=[title_of(plan) for plan in plans.values()],
        dead=[_dead(curve) for curve in curves],
        cliffs=[_cliffs(curve) for curve in curves],
    )


def _dead(curve: Curve) -> str:
    zones = [
        f"above {share(start)}" if not np.isfinite(end) else f"{share(start)} to {share(end)}"
        for start, end in curve.dead_zones()
    ]
    return ", ".join(zones) or "none"


def _cliffs(curve: Curve) -> str:
    return ", ".join(f"{share(jump)} at {share(at)}" for at, jump in curve.cliffs()) or "none"


def _table(rows: pd.DataFrame, currency: str) -> DataTable:
    columns = [
        Col("title", "Plan"), Col("dead", "Dead zones"), Col("cliffs", "Cliffs"),
        Col("pulled", "Worth pulling forward", "share"), Col("held", "Worth holding back", "share"),
        Col("cost", "Cost a year", "money", currency),
    ]  # fmt: skip
    caption = (
        "Shares of quarters in which it pays to pull sales forward, or to hold them back; and what that would cost, "
        "with two moves a year, if everybody did so whenever it pays."
    )
    return DataTable(rows, columns, caption)
