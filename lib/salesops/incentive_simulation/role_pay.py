"""The lines of pay of one role, in the order in which a plan's terms act on each other.

Base; measures and kickers; gates cut them; contests; a new hire's guarantee tops up; pay that waits for collection is
held back; pay for sales that fell through is taken back; draws advance and recover what is left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation.extra_pay import contest_pay, draw_pay, gate_open, guarantee_pay, kicker_pay
from salesops.incentive_simulation.lines import Line
from salesops.incentive_simulation.measure_pay import measure_pay, row_base
from salesops.incentive_simulation.money import added_up, to_cents
from salesops.incentive_simulation.plan import line_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.book import Book
    from salesops.incentive_simulation.plan import IncentivePlan, Role
    from salesops.incentive_simulation.plan_extras import Gate
    from salesops.incentive_simulation.plan_terms import Measure

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Earned:
    """A line that gates, collection and clawback act on.

    Parameters
    ----------
    line
        As earned.
    name
        The measure or kicker that gates and draws call it by.
    kept
        What is left of it, to the cent.
    share
        Share that gates and collection have left.
    measure
        The measure; none for a kicker.
    """

    line: Line
    name: str
    kept: Floats
    share: Floats
    measure: Measure | None = None

    def cut(self, lost_share: Floats) -> tuple[Earned, Floats]:
        """Return the line with a share of what is left taken off, and the money that this takes."""
        lost = to_cents(lost_share * self.kept)
        return replace(self, kept=added_up(self.kept, -lost), share=self.share * (1 - lost_share)), lost


def role_lines(plan: IncentivePlan, role: Role, book: Book, rows: Ints) -> list[Line]:
    """Return all lines of pay of the people with one role.

    Parameters
    ----------
    rows
        Their rows of the book.
    """
    earned = [*_measures(plan, role, book, rows), *_kickers(plan, role, book, rows)]
    lines = [Line("base", "base", rows, to_cents(row_base(role, book, rows))[:, None]), *(e.line for e in earned)]
    for gate in role.gates:
        earned, line = _gated(plan, gate, book, rows, earned)
        lines.append(line)
    beside = [Line(c.name, "contest", rows, contest_pay(plan, c, book, rows)) for c in role.contests]
    beside += _guarantee(role, book, rows, [*(e.kept for e in earned), *(c.amount for c in beside)])
    earned, held = _held(plan, book, rows, earned)
    earned, back = _clawed_back(plan, role, book, rows, earned)
    return [*lines, *beside, *held, *back, *_draws(plan, role, book, rows, earned, beside)]


def _measures(plan: IncentivePlan, role: Role, book: Book, rows: Ints) -> list[Earned]:
    found = []
    for measure in role.measures:
        paid = measure_pay(plan, role, measure, book, rows)
        line = Line(line_name(measure), "measure", rows, paid.amount, paid.attainment, paid.target)
        found.append(Earned(line, measure.measure, paid.amount, np.ones((1, 1)), measure))
    return found


def _kickers(plan: IncentivePlan, role: Role, book: Book, rows: Ints) -> list[Earned]:
    lines = [Line(k.name, "kicker", rows, kicker_pay(plan, role, k, book, rows)) for k in role.kickers]
    return [Earned(line, line.name, line.amount, np.ones((1, 1))) for line in lines]


def _gated(plan: IncentivePlan, gate: Gate, book: Book, rows: Ints, earned: list[Earned]) -> tuple[list[Earned], Line]:
    closed = 1 - gate_open(plan, gate, book, rows)
    return _all_cut(f"gate_{gate.measure}", "gate", rows, earned, closed, gate.cuts)


def _all_cut(
    name: str, kind: str, rows: Ints, earned: list[Earned], lost_share: Floats, names: list[str]
) -> tuple[list[Earned], Line]:
    """Return lines with a share taken off those named (all, where none is), and the line that says how much."""
    cut = [e.cut(lost_share) if e.name in names or not names else (e, np.zeros((len(rows), 1))) for e in earned]
    return [left for left, _ in cut], Line(name, kind, rows, -added_up(*(lost for _, lost in cut)) + 0.0)


def _guarantee(role: Role, book: Book, rows: Ints, amounts: list[Floats]) -> list[Line]:
    if not (role.ramp and role.ramp.guaranteed):
        return []
    return [Line("guarantee", "guarantee", rows, guarantee_pay(role, book, rows, added_up(*amounts)))]


def _held(plan: IncentivePlan, book: Book, rows: Ints, earned: list[Earned]) -> tuple[list[Earned], list[Line]]:
    """Return lines and what is held back of them until customers have paid."""
    waits = [e.name for e in earned if e.measure and e.name in plan.payment.measures]
    if plan.payment.at_booking == 1 or not waits:
        return earned, []
    unpaid = (1 - plan.payment.at_booking) * (1 - _collected_share(plan, book, rows))
    earned, line = _all_cut("held", "held", rows, earned, unpaid, waits)
    return earned, [line]


def _collected_share(plan: IncentivePlan, book: Book, rows: Ints) -> Floats:
    """Return the share of the sales of each row that customers have paid: all of it where nothing was sold."""
    sales = book.of_rows("sales", plan.name, rows)
    share = np.divide(book.column("collected", np.inf)[rows, None], sales, out=np.ones_like(sales), where=sales > 0)
    return np.clip(share, 0.0, 1.0)


def _clawed_back(
    plan: IncentivePlan, role: Role, book: Book, rows: Ints, earned: list[Earned]
) -> tuple[list[Earned], list[Line]]:
    """Return lines, and what is taken back of them: pay as it was, less pay without the results that fell through."""
    if plan.clawback is None:
        return earned, []
    left, lines = [], []
    for e in earned:
        gone = book.column(f"{e.name}_reversed", 0.0)[rows, None]
        if e.measure and e.measure.level == "rep" and e.name in plan.clawback.measures and gone.any():
            without = measure_pay(plan, role, e.measure, book, rows, gone).amount
            back = to_cents(plan.clawback.share * e.share * np.maximum(e.line.amount - without, 0.0))
            lines.append(Line(f"clawback_{e.line.name}", "clawback", rows, -back + 0.0))
            left.append(replace(e, kept=added_up(e.kept, -back)))
        else:
            left.append(e)
    return left, lines


def _draws(
    plan: IncentivePlan, role: Role, book: Book, rows: Ints, earned: list[Earned], beside: list[Line]
) -> list[Line]:
    """Return what is advanced and recovered, held against the lines that the draw names, or all variable pay."""
    if not role.draw:
        return []
    counted = [e.kept for e in earned if not role.draw.against or e.name in role.draw.against]
    counted += [] if role.draw.against else [line.amount for line in beside]
    advanced, recovered = draw_pay(plan, role.draw, book, rows, added_up(*counted))
    lines = [Line("draw", "draw", rows, advanced), Line("draw_recovered", "draw", rows, recovered)]
    return lines if role.draw.recoverable else lines[:1]
