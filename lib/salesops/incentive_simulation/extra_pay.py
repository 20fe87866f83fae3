"""What is paid beside measures, and what is cut, held back or advanced; all arrays are rows of a role × draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation.book import LONG_IN_SERVICE
from salesops.incentive_simulation.curve import TOLERANCE
from salesops.incentive_simulation.measure_pay import quota_of, ramp_share, refuse_missing, row_target
from salesops.incentive_simulation.money import CENTS, added_up, to_cents
from salesops.incentive_simulation.periods import Spans
from salesops.incentive_simulation.plan_terms import MONTHS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.book import Book
    from salesops.incentive_simulation.plan import IncentivePlan, Role
    from salesops.incentive_simulation.plan_extras import Contest, Draw, Gate, Kicker

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def kicker_pay(plan: IncentivePlan, role: Role, kicker: Kicker, book: Book, rows: Ints) -> Floats:
    """Return money per unit above the start, and the lump for who reached it.

    Raises
    ------
    InputError
        For a result that is missing, naming rep and period.
    """
    units = book.of_rows(kicker.measure, plan.name, rows)
    refuse_missing(book, rows, kicker.measure, units)
    start = np.full((len(rows), 1), kicker.starts)
    if kicker.above_quota is not None:
        stated = next((m.quota for m in role.measures if m.measure == kicker.measure), None)
        start = kicker.above_quota * quota_of(plan, role, kicker.measure, stated, book, rows)
    most = np.inf if kicker.most_units is None else kicker.most_units
    paid = np.clip(units - start, 0.0, most)
    reached = units >= start - TOLERANCE * np.maximum(1.0, start)
    return to_cents(kicker.per_unit * paid + kicker.bonus * reached)


def contest_pay(plan: IncentivePlan, contest: Contest, book: Book, rows: Ints) -> Floats:
    """Return prizes; who ties shares the prizes of the places tied for, cut to whole cents."""
    result = book.of_rows(contest.measure, plan.name, rows)
    result = np.where(result >= contest.at_least, result, -np.inf)
    team = book.teams(contest.among)[rows]
    prizes = np.zeros_like(result)
    for group in np.unique(team).tolist():
        members = np.flatnonzero(team == group)
        prizes[members] = _prizes(result[members], contest.prizes)
    return prizes


def _prizes(result: Floats, prizes: list[float]) -> Floats:
    order = np.argsort(-result, axis=0, kind="stable")
    sorted_ = np.take_along_axis(result, order, axis=0)
    place = np.broadcast_to(np.arange(len(result))[:, None], result.shape)
    new = np.vstack([np.ones((1, result.shape[1]), dtype=bool), sorted_[1:] != sorted_[:-1]])
    first = np.maximum.accumulate(np.where(new, place, 0), axis=0)
    ends = np.vstack([new[1:], np.ones((1, result.shape[1]), dtype=bool)])
    last = np.minimum.accumulate(np.where(ends, place, len(result))[::-1], axis=0)[::-1]
    pot = np.concatenate([[0.0], np.cumsum(prizes)])
    shared = pot[np.minimum(last + 1, len(prizes))] - pot[np.minimum(first, len(prizes))]
    each = np.floor(shared / (last + 1 - first) * CENTS + 1e-7) / CENTS
    found = np.empty_like(result)
    np.put_along_axis(found, order, np.where(np.isfinite(sorted_), each, 0.0), axis=0)
    return found


def gate_open(plan: IncentivePlan, gate: Gate, book: Book, rows: Ints) -> Floats:
    """Return the share of pay that a gate leaves: 1 where it is open, as it is where nothing was measured."""
    result = book.of_rows(gate.measure, plan.name, rows)
    below = result < gate.at_least - TOLERANCE * max(1.0, abs(gate.at_least))
    left: Floats = np.where(below, gate.otherwise, 1.0)
    return left


def guarantee_pay(role: Role, book: Book, rows: Ints, earned: Floats) -> Floats:
    """Return what is missing to the pay that a new hire is guaranteed."""
    share = ramp_share(list(role.ramp.guaranteed) if role.ramp else [], book, rows, 0.0)
    promised = to_cents(share * row_target(role, book, rows))[:, None]
    return np.maximum(added_up(promised, -earned), 0.0)


def draw_pay(plan: IncentivePlan, draw: Draw, book: Book, rows: Ints, earned: Floats) -> tuple[Floats, Floats]:
    """Return what is advanced and what is recovered (not positive), in the last row of each period of the draw."""
    spans = Spans.of(book.people[rows], book.starts[rows], MONTHS[draw.period or plan.period])
    last = spans.last_rows
    amount = _draw_amounts(plan, draw, book, rows, spans)
    counted = added_up(spans.sums(earned))
    advanced, recovered = np.zeros_like(earned), np.zeros_like(earned)
    missing = np.maximum(added_up(amount, -counted), 0.0)
    advanced[last] = missing
    if draw.recoverable:
        spare = np.maximum(added_up(counted, -amount), 0.0)
        recovered[last] = _recovered(book.people[rows][last], book.starts[rows][last], missing, spare)
    return advanced, -recovered + 0.0


def _draw_amounts(plan: IncentivePlan, draw: Draw, book: Book, rows: Ints, spans: Spans) -> Floats:
    months = book.column("present", 1.0)[rows, None] * book.length
    part = spans.sums(months) / MONTHS[draw.period or plan.period]
    served = book.column("months_of_service", LONG_IN_SERVICE)[rows][spans.last_rows]
    running = served < (np.inf if draw.months is None else draw.months)
    return to_cents(draw.amount * part * running[:, None])


def _recovered(people: Ints, starts: Ints, missing: Floats, spare: Floats) -> Floats:
    """Return what each person pays back of what was advanced before, period by period."""
    lives = Spans.of(people, starts, 10**6)
    balance = np.zeros((len(lives.first), missing.shape[1]))
    recovered = np.zeros_like(missing)
    for person, row in lives.positions():
        back = np.minimum(balance[person], spare[row])
        recovered[row] = back
        balance[person] = added_up(balance[person], missing[row], -back)
    return recovered
