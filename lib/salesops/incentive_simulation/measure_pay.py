"""What a measure pays: attainment over the time it is settled for, and the target pay that hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.errors import InputError
from salesops.incentive_simulation.book import LONG_IN_SERVICE
from salesops.incentive_simulation.money import CENTS, to_cents
from salesops.incentive_simulation.periods import Spans
from salesops.incentive_simulation.plan_terms import MONTHS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.book import Book
    from salesops.incentive_simulation.plan import IncentivePlan, Role
    from salesops.incentive_simulation.plan_terms import Measure

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class MeasurePay:
    """What one measure pays the people of one role, rows of the role × draws.

    Parameters
    ----------
    amount
        Money to the cent, in the row in which it is paid.
    attainment
        Result over quota of the time that the row is paid for; NaN in rows that are not the last of their time.
    target
        Target pay that hangs on it, per row; NaN as attainment.
    """

    amount: Floats
    attainment: Floats
    target: Floats


def measure_pay(
    plan: IncentivePlan, role: Role, measure: Measure, book: Book, rows: Ints, less: Floats | None = None
) -> MeasurePay:
    """Return what a measure pays.

    Parameters
    ----------
    rows
        Rows of the book of people with this role.
    less
        Rows of the role × 1: what is taken off their results, to see what they would have paid.

    Raises
    ------
    InputError
        For a quota that is missing, zero or negative, naming rep and period.
    """
    results, quota = _results(plan, role, measure, book, rows)
    if less is not None:
        results = results - less
    months = MONTHS[measure.period or plan.period]
    spans = Spans.of(book.people[rows], book.starts[rows], months)
    target = row_target(role, book, rows) * measure.weight
    targets, quotas = spans.sums(target[:, None]), spans.sums(quota)
    # Of rates, which are not added up, the means are compared: the same as comparing the sums of as many rows.
    if measure.paid == "at_end" or book.length == months:
        attainment = spans.sums(results) / quotas
        return _at_end(spans, to_cents(targets * measure.curve.pay(attainment)), attainment, targets)
    so_far = spans.so_far(results) / quotas[spans.of_row]
    due = to_cents(targets[spans.of_row] * measure.curve.pay(so_far))
    return MeasurePay(_to_date(spans, due), so_far, np.broadcast_to(targets[spans.of_row], so_far.shape))


def row_target(role: Role, book: Book, rows: Ints) -> Floats:
    """Return the target pay of each row: a year's, for the part of the year that the row covers.

    Raises
    ------
    InputError
        If neither the plan nor the results say what the target pay is.
    """
    return _yearly(role.target_pay, "target_pay", book, rows)


def row_base(role: Role, book: Book, rows: Ints) -> Floats:
    """Return the base pay of each row."""
    return _yearly(role.base_pay, "base_pay", book, rows)


def _yearly(stated: float | None, column: str, book: Book, rows: Ints) -> Floats:
    yearly = np.full(len(rows), stated) if stated is not None else book.column(column, np.nan)[rows]
    if np.isnan(yearly).any():
        row = int(rows[np.flatnonzero(np.isnan(yearly))[0]])
        raise InputError(f"{book.named(row)}: {column} is missing: give it in the plan's role or in the results")
    part: Floats = yearly * book.length / 12 * book.column("present", 1.0)[rows]
    return part


def quota_of(plan: IncentivePlan, role: Role, measure: str, stated: float | None, book: Book, rows: Ints) -> Floats:
    """Return rows × 1: the quota that each person has in each row, ramps and parts of a period allowed for."""
    given = None if stated is None else np.full((len(rows), 1), stated)
    quota = book.of_rows(f"{measure}_quota", plan.name, rows) if given is None else given
    wrong = ~(quota[:, 0] > 0)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"{book.named(int(rows[at]))}: {measure}_quota is {quota[at, 0]:g}: a quota has to be above 0; "
            "give one, or leave the row out"
        )
    if plan.hired_mid_period == "quota_by_days":
        quota = quota * book.column("present", 1.0)[rows, None]
    return quota * ramp_share(role.ramp.quota if role.ramp else [], book, rows, 1.0)[:, None]


def ramp_share(by_month: list[float], book: Book, rows: Ints, after: float) -> Floats:
    """Return per row the mean over its months of what a ramp says of each month of service."""
    if not by_month:
        return np.full(len(rows), after)
    served = np.floor(book.column("months_of_service", LONG_IN_SERVICE)[rows]).astype(np.int64)
    steps = np.maximum(served[:, None], 0) + np.arange(book.length)
    table = np.append(np.array(by_month), after)
    share: Floats = table[np.minimum(steps, len(by_month))].mean(axis=1)
    return share


def _results(plan: IncentivePlan, role: Role, measure: Measure, book: Book, rows: Ints) -> tuple[Floats, Floats]:
    if measure.level == "rep":
        results = book.of_rows(measure.measure, plan.name, rows)
        refuse_missing(book, rows, measure.measure, results)
        return results, quota_of(plan, role, measure.measure, measure.quota, book, rows)
    return _team_results(plan, measure, book, rows)


def refuse_missing(book: Book, rows: Ints, name: str, results: Floats) -> None:
    """Raise an InputError that names the first rep and period whose result is missing."""
    # The least of numbers of which one is missing is missing: a look at all of them without a copy.
    if np.isnan(results.min()):
        row = int(rows[np.flatnonzero(np.isnan(results).any(axis=1))[0]])
        raise InputError(f"{book.named(row)}: {name} is missing: write 0 where there was none, or leave the row out")


def _team_results(plan: IncentivePlan, measure: Measure, book: Book, rows: Ints) -> tuple[Floats, Floats]:
    """Return results and quotas of the team that each row belongs to, added up over those who have a quota."""
    results = book.values(measure.measure, plan.name)
    stated = np.full((len(book.frame), 1), measure.quota) if measure.quota is not None else None
    quota = book.values(f"{measure.measure}_quota", plan.name) if stated is None else stated
    counted = (quota > 0) & ~np.isnan(results).any(axis=1, keepdims=True)
    team = book.teams(measure.level)
    sums = _by_team(team, np.where(counted, results, 0.0))
    quotas = _by_team(team, np.where(counted, quota, 0.0))
    empty = quotas[team[rows], 0] <= 0
    if empty.any():
        row = int(rows[np.flatnonzero(empty)[0]])
        raise InputError(f"{book.named(row)}: nobody in the {measure.level} has a {measure.measure}_quota above 0")
    return sums[team[rows]], quotas[team[rows]]


def _by_team(team: Ints, values: Floats) -> Floats:
    order = np.argsort(team, kind="stable")
    first = np.flatnonzero(np.diff(team[order], prepend=-1))
    sums: Floats = np.add.reduceat(values[order], first, axis=0)
    return sums


def _at_end(spans: Spans, due: Floats, attainment: Floats, targets: Floats) -> MeasurePay:
    if spans.single:
        return MeasurePay(due, attainment, np.broadcast_to(targets, due.shape))
    shape = (len(spans.order), due.shape[1])
    found = MeasurePay(np.zeros(shape), np.full(shape, np.nan), np.full(shape, np.nan))
    found.amount[spans.last_rows] = due
    found.attainment[spans.last_rows] = attainment
    found.target[spans.last_rows] = targets
    return found


def _to_date(spans: Spans, due: Floats) -> Floats:
    """Return what each row pays of what is due so far: what was paid before is not taken back within the time."""
    paid = np.zeros((len(spans.first), due.shape[1]))
    amount = np.zeros_like(due)
    for span, row in spans.positions():
        step = np.maximum(np.rint((due[row] - paid[span]) * CENTS) / CENTS, 0.0)
        amount[row] = step
        paid[span] += step
    return amount
