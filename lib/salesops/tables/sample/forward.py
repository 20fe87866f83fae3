"""The chance that each open deal is finally won: the law of dynamics followed into the future on many paths."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from salesops.tables.sample.calendar import FORTNIGHT, STEPS, month_of, step_start
from salesops.tables.sample.company import SHOCK_SD
from salesops.tables.sample.conditions import climate_at, season_at
from salesops.tables.sample.draws import Floats, Ints, stream
from salesops.tables.sample.dynamics import chances, move, visit

if TYPE_CHECKING:
    from salesops.tables.sample.company import Company
    from salesops.tables.sample.deals import Story

PATHS = 150
HORIZON = 78  # fortnights: three years, after which almost no deal is open
STEPS_PER_QUARTER = 6
NEGLIGIBLE = 0.002
_DEALS_AT_ONCE = 500


def win_probabilities(company: Company, chunk: int, story: Story, paths: int = PATHS) -> tuple[Ints, Floats, Floats]:
    """Return what the deals open on the last day are in for.

    Each path draws visits, confirmations, stages and the shocks of coming quarters, and adds up the chance of winning
    in each fortnight times that of being open till then; the mean over paths has a standard error of about 0.01.

    Returns
    -------
    tuple
        Rows of the open deals, their probability of being won at all, and of being won in the coming quarter.
    """
    rng = stream(company.seed, "forward", chunk)
    rows = np.flatnonzero(story.closed > step_start(np.array(STEPS)))
    found = [_follow(rng, company, story, part, paths) for part in _blocks(rows)]
    ever, soon = (np.concatenate([np.zeros(0), *(pair[i] for pair in found)]) for i in (0, 1))
    return rows, ever, soon


def _blocks(rows: Ints) -> list[Ints]:
    return [rows[start : start + _DEALS_AT_ONCE] for start in range(0, len(rows), _DEALS_AT_ONCE)]


def _follow(rng: np.random.Generator, company: Company, story: Story, rows: Ints, paths: int) -> tuple[Floats, Floats]:
    many = np.repeat(rows, paths)
    deals, setting, state = story.deals.take(many), story.setting.take(many), story.state.take(many)
    climate = climate_at(company, deals, np.full(len(many), STEPS - 1))
    won, lost, soon = np.zeros((3, len(many)))
    path, still, shock = np.arange(len(many)), np.ones(len(many)), np.zeros(len(many))
    for step in range(STEPS, STEPS + HORIZON):
        if _begins_quarter(step):
            shock = SHOCK_SD * rng.normal(size=len(many))
        today = replace(climate.take(path), shock=shock[path], season=np.full(len(path), season_at(np.array(step))))
        win, loss = chances(setting, state, today)
        won[path] += still * win
        lost[path] += still * loss
        still = still * (1 - win - loss)
        if step - STEPS < STEPS_PER_QUARTER:
            soon = won.copy()
        kept = still > NEGLIGIBLE
        path, still, setting = path[kept], still[kept], setting.take(kept)
        state = move(rng, setting, state.take(kept), visit(rng, setting))
    # What is left open splits as the decided part of its path did.
    return _mean(won / (won + lost), paths), _mean(soon, paths)


def _begins_quarter(step: int) -> bool:
    middles = step_start(np.array([step - 1, step])) + FORTNIGHT // 2
    quarters = month_of(middles) // 3
    return step == STEPS or bool(quarters[0] != quarters[1])


def _mean(values: Floats, paths: int) -> Floats:
    mean: Floats = values.reshape(-1, paths).mean(axis=1)
    return mean
