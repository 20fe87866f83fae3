"""The history of deals: every deal is followed, fortnight by fortnight, to its end or to the last day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.tables.sample.calendar import FORTNIGHT, NEVER, STEPS, WORKING_OFFSETS, step_start
from salesops.tables.sample.conditions import climate_at, setting_of
from salesops.tables.sample.draws import stream
from salesops.tables.sample.dynamics import (
    COMPARISON,
    DELIVERY,
    Climate,
    Setting,
    State,
    Visits,
    chances,
    features,
    move,
    visit,
)

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.births import Deals
    from salesops.tables.sample.company import Company
    from salesops.tables.sample.draws import Bools, Floats, Ints

OPEN, WON, LOST = 0, 1, 2
SCORED_EVERY = 6  # fortnights, besides every step forward
# Days that a sober rep expects a deal to take from each stage on.
PLANNED_DAYS = np.array([112.0, 94.0, 76.0, 54.0, 28.0])
PLANNED_AT_LEAST = 10.0


@dataclass
class Log:
    """What happened, as columns of arrays that are joined at the end."""

    parts: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def add(self, **columns: np.ndarray) -> None:
        """Append rows."""
        for name, values in columns.items():
            self.parts.setdefault(name, []).append(values)

    def __getitem__(self, name: str) -> np.ndarray:
        return np.concatenate(self.parts[name])


@dataclass
class Story:
    """All that happens to a chunk of deals; it is written as time goes by.

    Parameters
    ----------
    company, deals, setting
        What was fixed.
    expected
        Day on which the rep last expected each deal to close.
    state
        Where each deal stands, at its end or on the last day.
    status, closed, reached
        OPEN, WON or LOST; day (`NEVER` for open deals); furthest stage.
    changes, scores, visits
        Stage history, scorecards and activities.
    risks
        Features, stage, age and outcome of every fortnight at risk; None unless asked for.
    """

    company: Company
    deals: Deals
    setting: Setting
    expected: Ints
    state: State
    status: Ints
    closed: Ints
    reached: Ints
    changes: Log
    scores: Log
    visits: Log
    risks: Log | None

    def alive(self, age: int) -> Ints:
        """Return the deals that reach an age in the model's time and are open."""
        return np.flatnonzero((self.status == OPEN) & (self.deals.born + age < STEPS))

    def note_change(self, rows: Ints, day: Ints) -> None:
        """Write the stage and expected closing of deals, as they are now, into the stage history."""
        stage, expected, reached = self.state.stage[rows], self.expected[rows], self.reached[rows]
        self.changes.add(deal=rows, stage=stage, day=day, expected=expected, reached=reached)


def run_deals(company: Company, chunk: int, accounts: Accounts, deals: Deals, *, keep_risks: bool = False) -> Story:
    """Follow a chunk of deals to the last day.

    Parameters
    ----------
    keep_risks
        Whether to keep the features of every fortnight at risk, from which the law of winning can be estimated.
    """
    rng = stream(company.seed, "deals", chunk)
    story = _begin(company, accounts, deals, keep_risks)
    for age in range(1, STEPS):
        alive = story.alive(age)
        if not len(alive):
            break
        _fortnight(rng, story, alive, deals.born[alive] + age)
    _deliver(story)
    return story


def _begin(company: Company, accounts: Accounts, deals: Deals, keep_risks: bool) -> Story:
    count = len(deals)
    story = Story(
        company=company,
        deals=deals,
        setting=setting_of(company, accounts, deals),
        expected=np.zeros(count, dtype=np.int64),
        state=State.newborn(count),
        status=np.full(count, OPEN),
        closed=np.full(count, NEVER),
        reached=np.zeros(count, dtype=np.int64),
        changes=Log(),
        scores=Log(),
        visits=Log(),
        risks=Log() if keep_risks else None,
    )
    story.expected[:] = deals.created + _planned(story, np.arange(count), deals.born)
    story.note_change(np.arange(count), deals.created)
    return story


def _fortnight(rng: np.random.Generator, story: Story, rows: Ints, steps: Ints) -> None:
    """Decide some deals and move the others on."""
    before, setting = story.state.take(rows), story.setting.take(rows)
    climate = climate_at(story.company, story.deals.take(rows), steps)
    outcome = _decide(rng, setting, before, climate)
    if story.risks is not None:
        facts: dict[str, Any] = {"features": features(setting, before, climate), "outcome": outcome}
        story.risks.add(stage=before.stage, age=before.age, **facts)
    day = step_start(steps) + WORKING_OFFSETS[rng.integers(len(WORKING_OFFSETS), size=len(rows))]
    met = visit(rng, setting)
    _note_visits(rng, story.visits, rows, steps, day, met)
    after = move(rng, setting, before, met)
    stays = outcome == OPEN
    story.status[rows], story.closed[rows] = outcome, np.where(stays, NEVER, day)
    _go_on(story, rows[stays], steps[stays], day[stays], after.take(stays))


def _decide(rng: np.random.Generator, setting: Setting, state: State, climate: Climate) -> Ints:
    win, loss = chances(setting, state, climate)
    draw = rng.random(len(win))
    return np.where(draw < win, WON, np.where(draw < win + loss, LOST, OPEN))


def _go_on(story: Story, rows: Ints, steps: Ints, day: Ints, after: State) -> None:
    """Note what deals that stay open have come to: new stage, scorecard, slipped closing."""
    stage_before = story.state.stage[rows]
    story.state.put(rows, after)
    story.reached[rows] = np.maximum(story.reached[rows], after.stage)
    reviewed = (after.stage > stage_before) | (after.age % SCORED_EVERY == 0)
    story.scores.add(deal=rows[reviewed], day=day[reviewed], confirmed=after.confirmed[reviewed])
    slipped = _slip(story, rows, steps, day)
    told = slipped | (after.stage != stage_before)
    story.note_change(rows[told], day[told])


def _slip(story: Story, rows: Ints, steps: Ints, day: Ints) -> Bools:
    """Put off the expected closing of deals for which it has come; return which ones."""
    slipped = story.expected[rows] < step_start(steps) + FORTNIGHT
    late, when = rows[slipped], day[slipped]
    fresh = when + _planned(story, late, steps[slipped])
    story.expected[late] = np.maximum(fresh, story.expected[late] + 7)
    return slipped


def _planned(story: Story, rows: Ints, steps: Ints) -> Ints:
    """Return the days a rep expects deals to take from their stage: too few, if the rep is an optimist."""
    person = story.company.staff.person_at[story.deals.seat[rows], steps]
    days = PLANNED_DAYS[story.state.stage[rows]] * story.company.staff.optimism[person]
    return np.maximum(np.round(days * story.deals.optimism_noise[rows]), PLANNED_AT_LEAST).astype(np.int64)


def _note_visits(rng: np.random.Generator, log: Log, deal: Ints, steps: Ints, day: Ints, met: Visits) -> None:
    row = np.repeat(np.arange(len(deal)), met.paid)
    first = np.cumsum(met.paid) - met.paid
    nth = np.arange(len(row)) - first[row]
    # Visits of the fortnight lie on or before the day on which it is decided.
    start = step_start(steps[row])
    offset: Floats = np.floor(rng.random(len(row)) * (day[row] - start + 1))
    log.add(deal=deal[row], day=start + offset.astype(np.int64), commitment=nth < met.committed[row])


def _deliver(story: Story) -> None:
    """Note the step of won deals into the last stage, on the day they were won."""
    won = np.flatnonzero(story.status == WON)
    story.reached[won] = np.maximum(story.reached[won], COMPARISON)
    story.state.stage[won] = DELIVERY
    story.expected[won] = story.closed[won]
    story.note_change(won, story.closed[won])
