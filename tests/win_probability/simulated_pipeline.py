"""A pipeline whose truth is known: who wins, who loses and when follows from hazards written here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

STEP_DAYS = 15
STEPS = 146
AS_OF = date(2026, 9, 30)
STAGES = np.array(["need raised", "project approved", "comparison", "decision"])
SEGMENTS = np.array(["north", "east", "south", "west"])
SEGMENT_EFFECT = np.array([-0.7, -0.2, 0.3, 0.7])
WIN_LEVEL = np.array([-5.6, -4.7, -3.9, -3.0])
SHOCK_SD = 0.25


def expit(x):
    return 1 / (1 + np.exp(-x))


@dataclass
class State:
    stage: np.ndarray
    age: np.ndarray
    in_stage: np.ndarray
    slips: np.ndarray


@dataclass
class Traits:
    size: np.ndarray
    segment: np.ndarray
    rep: np.ndarray
    rep_effect: np.ndarray

    def take(self, which):
        return Traits(self.size[which], self.segment[which], self.rep[which], self.rep_effect)


def hazards(state: State, traits: Traits, shock):
    """Chances of being won and lost in half a month; losses come later than wins, on average."""
    skill = traits.rep_effect[traits.rep] + SEGMENT_EFFECT[traits.segment]
    stale = 0.06 * np.maximum(state.in_stage - 6, 0) + 0.25 * np.minimum(state.slips, 4)
    won = expit(WIN_LEVEL[state.stage] + skill - 0.35 * traits.size - stale + shock)
    lost = expit(-5.2 - 0.5 * skill + 2.2 * np.minimum(state.age, 30) / 30 - 0.3 * shock)
    return won, lost * (1 - won)


def advance(state: State, rng) -> State:
    moves = (rng.random(len(state.stage)) < 0.14) & (state.stage < len(STAGES) - 1)
    slips = (rng.random(len(state.stage)) < 0.06) & ~moves
    return State(state.stage + moves, state.age + 1, np.where(moves, 0, state.in_stage + 1), state.slips + slips)


@dataclass
class Pipeline:
    opportunities: pd.DataFrame
    stage_history: pd.DataFrame
    accounts: pd.DataFrame
    truth: pd.Series
    truth_this_quarter: pd.Series


def simulate(deals: int = 4000, seed: int = 1, shock_sd: float = SHOCK_SD, paths: int = 60) -> Pipeline:
    """Return the tables as of the last day, and the true chances of the deals still open then."""
    rng = np.random.default_rng(seed)
    born = np.sort((np.log1p(rng.random(deals) * np.expm1(1.2)) / 1.2 * STEPS).astype(int))
    reps = max(12, deals // 150)
    traits = Traits(
        rng.normal(0, 1, deals), rng.integers(0, 4, deals), rng.integers(0, reps, deals), rng.normal(0, 0.35, reps)
    )
    zero = np.zeros(deals, int)
    state, status, closed = State(zero, zero, zero, zero), np.full(deals, "open", object), np.full(deals, -1)
    shocks, entries = rng.normal(0, shock_sd, STEPS // 6 + 2), []
    for step in range(STEPS):
        entries.append((np.flatnonzero(born == step), step, state))
        live = np.flatnonzero((born <= step) & (status == "open"))
        now = State(*(v[live] for v in vars(state).values()))
        won, lost = hazards(now, traits.take(live), shocks[step // 6])
        draw = rng.random(len(live))
        ended = draw < won + lost
        status[live[draw < won]] = "won"
        status[live[(draw >= won) & ended]] = "lost"
        closed[live[ended]] = step + 1
        before = state
        moved = advance(now, rng)
        state = State(*(v.copy() for v in vars(before).values()))
        for old, new in zip(vars(state).values(), vars(moved).values(), strict=True):
            old[live[~ended]] = new[~ended]
        changed = live[~ended][(moved.stage != now.stage)[~ended] | (moved.slips != now.slips)[~ended]]
        entries.append((changed, step + 1, state))
    return _tables(born, closed, status, traits, entries, state, rng, shock_sd, paths)


def _tables(born, closed, status, traits, entries, state, rng, shock_sd, paths):
    start = np.datetime64(AS_OF) - STEP_DAYS * STEPS
    ids = np.array([f"D{i:05d}" for i in range(len(born))])
    amount = np.round(np.exp(traits.size) * 1e6)
    day = lambda steps: pd.to_datetime(start + STEP_DAYS * np.asarray(steps))  # noqa: E731
    parts = [
        pd.DataFrame(
            {
                "opportunity_id": ids[who],
                "stage": STAGES[then.stage[who]],
                "entered_at": day(np.full(len(who), step)),
                "amount": amount[who],
                "expected_close": day(born[who] + 14) + pd.to_timedelta(60 * then.slips[who], "D"),
            }
        )
        for who, step, then in entries
        if len(who)
    ]
    is_open = status == "open"
    opportunities = pd.DataFrame(
        {
            "opportunity_id": ids,
            "account_id": [f"A{i % 500}" for i in range(len(born))],
            "amount": amount,
            "created_at": day(born),
            "stage": STAGES[state.stage],
            "status": status.astype(str),
            "closed_at": pd.Series(day(np.maximum(closed, 0))).where(~is_open),
            "expected_close": day(born + 14) + pd.to_timedelta(60 * state.slips, "D"),
            "rep_id": [f"R{i}" for i in traits.rep],
            "product_line": SEGMENTS[traits.segment],
        }
    )
    accounts = pd.DataFrame(
        {"account_id": [f"A{i}" for i in range(500)], "name": [f"Hospital {i}" for i in range(500)]}
    )
    eventually, this_quarter = truth(state, traits, np.flatnonzero(is_open), rng, shock_sd, paths)
    index = ids[is_open]
    return Pipeline(
        opportunities,
        pd.concat(parts, ignore_index=True),
        accounts,
        pd.Series(eventually, index),
        pd.Series(this_quarter, index),
    )


def truth(state, traits, live, rng, shock_sd, paths):
    """Chances of winning in the end and within six steps, by following each open deal along many paths."""
    who = np.repeat(live, paths)
    now, fixed = State(*(v[who] for v in vars(state).values())), traits.take(who)
    alive, won_share, first_quarter = np.ones(len(who)), np.zeros(len(who)), None
    for step in range(96):
        if step % 6 == 0:
            shock = rng.normal(0, shock_sd, len(who))
        won, lost = hazards(now, fixed, shock)
        won_share, alive = won_share + alive * won, alive * (1 - won - lost)
        first_quarter = won_share.copy() if step == 5 else first_quarter
        now = advance(now, rng)
    won_share += alive * won / (won + lost)
    mean = lambda x: x.reshape(len(live), paths).mean(axis=1)  # noqa: E731
    return mean(won_share), mean(first_quarter)
