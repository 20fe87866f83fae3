"""What moves a deal from one fortnight to the next: the law by which it is won, lost, advances and is confirmed.

Within a fortnight an open deal is won with probability σ(w), else lost with probability σ(l):
w = WIN_STAGE[stage] + Σ effect · feature, l = LOSS_STAGE[stage] − LOSS_SHARE · Σ effect · feature + LOSS_AGEING · age.
What is not decided moves on: visits bring commitments, commitments and good relations bring confirmations, and these
bring the next stage. Nothing else matters, so this module is the whole truth about winning.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from salesops.tables.sample.draws import Bools, Floats, Ints, sigmoid

STAGES = ("need raised", "project approved", "pre-selection", "comparison", "decision", "delivery and use")
COMPARISON, DECISION, DELIVERY = 3, 4, 5
CONFIRMATIONS = ("c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "f1", "f2", "f3", "w1")
# Stage from which a confirmation can well be had; before it is rare.
CONFIRMED_FROM = np.array([0, 0, 1, 1, 0, 1, 2, 2, 2, 2, 2, 1, 3])

# Effect on the log-odds of winning in a fortnight, per unit of each feature.
EFFECTS = {
    "c1": 0.05,
    "c2": 0.25,
    "c3": 0.32,
    "c4": 0.45,
    "c5": 0.20,
    "c6": 0.55,
    "c7": 0.15,
    "c8": 0.10,
    "c9": 0.02,
    "f1": 0.65,
    "f2": 0.38,
    "f3": 0.75,
    "w1": 1.00,
    "relationship": 0.32,  # level, 3 = 0
    "attitude": 0.18,  # of the decider, −2 to 2
    "coverage": 1.20,  # share of the seven decision roles that we know, less one half
    "triangle": 0.50,  # account, solution and fulfilment responsible all named
    "log_amount": -0.15,  # natural log of the amount over USUAL_AMOUNT
    "price_gap": -5.5,  # log of our price over the competitor's, from the comparison on
    "rivalry": -1.0,  # strength of the competitor on that day
    "partner": 0.20,  # quality of the distributor, standardised
    "distributor": -0.10,
    "referral": 0.30,
    "tender": -0.25,
    "commitments": 0.15,  # of the customer so far, at most five counted
    "skill": 1.0,  # of the rep
    "inexperience": -0.5,  # of the rep: 1 on the first day, fading by a factor e every half year
    "stuck": -0.10,  # fortnights in the stage beyond four, at most twelve
    "shock": 1.0,  # shared by all deals in the quarter
    "season": 1.0,
}
USUAL_AMOUNT = 200_000.0
EFFECT = np.array(list(EFFECTS.values()))
WIN_STAGE = np.array([-11.3, -9.9, -8.7, -7.5, -6.3])
LOSS_STAGE = np.array([-4.2, -4.4, -4.6, -4.8, -5.1])
LOSS_SHARE = 0.35
LOSS_AGEING = 0.66  # per fortnight
LOSS_OLD = 8  # fortnights after which it ages no more
ADVANCE, ADVANCE_PER_LEAD, ADVANCE_PER_COMMITMENT, BACK = 2.0, 0.25, 0.5, 0.025
CONFIRM_READY, CONFIRM_EARLY, CONFIRM_RELATION, CONFIRM_COMMITMENT = 0.28, 0.07, 0.25, 0.4


@dataclass(frozen=True)
class Setting:
    """What is fixed about each deal as far as winning goes; arrays of one length.

    `fixed` holds relationship, attitude, coverage, triangle, log_amount, partner, distributor, referral and tender, in
    this order; `EFFECTS` says what each is.
    """

    fixed: Floats
    price_gap: Floats
    visit_rate: Floats
    commitment_chance: Floats
    relationship: Floats

    def take(self, rows: Ints | Bools) -> Self:
        """Return the setting of some deals."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


@dataclass(frozen=True)
class State:
    """Where each open deal stands; arrays of one length, `confirmed` with 13 columns."""

    stage: Ints
    age: Ints
    in_stage: Ints
    confirmed: Bools
    commitments: Ints

    @classmethod
    def newborn(cls, count: int) -> Self:
        """Return deals on the day of their birth."""
        stage, age, in_stage, commitments = np.zeros((4, count), dtype=np.int64)
        return cls(stage, age, in_stage, np.zeros((count, len(CONFIRMATIONS)), dtype=bool), commitments)

    def take(self, rows: Ints | Bools) -> Self:
        """Return the state of some deals."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def put(self, rows: Ints, values: State) -> None:
        """Set the state of some deals."""
        for field in fields(self):
            getattr(self, field.name)[rows] = getattr(values, field.name)


@dataclass(frozen=True)
class Climate:
    """What the day brings to each deal: competitor, rep and quarter."""

    rivalry: Floats
    skill: Floats
    inexperience: Floats
    shock: Floats
    season: Floats

    def take(self, rows: Ints | Bools) -> Self:
        """Return what it brings to some deals."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def features(setting: Setting, state: State, climate: Climate) -> Floats:
    """Return deals × features, in the order of `EFFECTS`."""
    late = (state.stage >= COMPARISON).astype(float)
    return np.column_stack(
        [
            state.confirmed,
            setting.fixed[:, :5],
            setting.price_gap * late,
            climate.rivalry,
            setting.fixed[:, 5:],
            np.minimum(state.commitments, 5),
            climate.skill,
            climate.inexperience,
            np.clip(state.in_stage - 4, 0, 12),
            climate.shock,
            climate.season,
        ]
    )


def chances(setting: Setting, state: State, climate: Climate) -> tuple[Floats, Floats]:
    """Return the probabilities that each deal is won, and lost, within the fortnight."""
    drive = features(setting, state, climate) @ EFFECT
    win = sigmoid(WIN_STAGE[state.stage] + drive)
    ageing = LOSS_AGEING * np.minimum(state.age, LOSS_OLD)
    return win, (1 - win) * sigmoid(LOSS_STAGE[state.stage] - LOSS_SHARE * drive + ageing)


@dataclass(frozen=True)
class Visits:
    """Visits paid to each deal in a fortnight, and how many ended in a commitment."""

    paid: Ints
    committed: Ints


def visit(rng: np.random.Generator, setting: Setting) -> Visits:
    """Draw the visits of a fortnight."""
    paid = rng.poisson(setting.visit_rate)
    return Visits(paid, rng.binomial(paid, setting.commitment_chance))


def move(rng: np.random.Generator, setting: Setting, state: State, visits: Visits) -> State:
    """Draw where deals that stay open stand after the fortnight."""
    ready = state.stage[:, None] >= CONFIRMED_FROM
    push = np.exp(CONFIRM_RELATION * (setting.relationship - 3) + CONFIRM_COMMITMENT * visits.committed)
    chance = np.where(ready, CONFIRM_READY, CONFIRM_EARLY) * push[:, None]
    confirmed = state.confirmed | (rng.random(state.confirmed.shape) < chance)
    lead = state.confirmed.sum(axis=1) - 2.0 * state.stage
    forward = sigmoid(ADVANCE + ADVANCE_PER_LEAD * lead + ADVANCE_PER_COMMITMENT * visits.committed)
    draw = rng.random(len(state.stage))
    ahead = (draw < forward) & (state.stage < DECISION)
    back = (draw > 1 - BACK) & (state.stage > 0)
    stage = state.stage + ahead - (back & ~ahead)
    return replace(
        state,
        stage=stage,
        age=state.age + 1,
        in_stage=np.where(stage == state.stage, state.in_stage + 1, 0),
        confirmed=confirmed,
        commitments=state.commitments + visits.committed,
    )
