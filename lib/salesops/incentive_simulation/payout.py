"""Who is paid what, line by line, for any table of results or for draws of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation.book import book_of
from salesops.incentive_simulation.lines import Line, lines_frame, totals_frame
from salesops.incentive_simulation.money import added_up
from salesops.incentive_simulation.role_pay import role_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from salesops.incentive_simulation.book import Book
    from salesops.incentive_simulation.plan import IncentivePlan

    Floats = NDArray[np.float64]

# Draws are paid so many numbers at a time, which then stay in the processor's cache.
CHUNK_NUMBERS = 50_000


@dataclass(frozen=True, eq=False)
class Payout:
    """Pay by line, and its totals, to the cent.

    Parameters
    ----------
    lines
        rep_id, period, role, line, kind (base, measure, kicker, contest, gate, guarantee, held, clawback, draw),
        attainment, target (money that hangs on the measure), amount.
    totals
        rep_id, period, role, base, variable, total: one row per row of the results, in their order.
    variable
        Rows × draws: variable pay; × 1 where nothing was drawn.
    """

    lines: pd.DataFrame
    totals: pd.DataFrame
    variable: Floats


def pay(plan: IncentivePlan, results: pd.DataFrame, draws: Mapping[str, Floats] | None = None) -> Payout:
    """Return what a plan pays for results.

    Each line is rounded to the cent (`money.to_cents`), and totals are sums of lines. With draws, `lines` and `totals`
    hold means over the draws and `variable` each draw.

    Parameters
    ----------
    plan
        From `load_plan`.
    results
        One row per rep and period: rep_id, period, role, a column per measure that the plan names, and its quota as
        `<measure>_quota` unless the plan states it. Optional: region (for teams), base_pay and target_pay a year
        (unless the plan states them), present (share of the period at work, 1), months_of_service (complete ones at
        the period's start), collected (money of the sales that customers have paid, all) and `<measure>_reversed`
        (results that fell through, 0).
    draws
        By measure: rows × draws, in place of the column.

    Raises
    ------
    InputError
        For results that cannot be paid: quotas of zero, missing numbers, unknown roles or columns; all named.

    Examples
    --------
    >>> import pandas as pd
    >>> from salesops.incentive_simulation.plan import IncentivePlan
    >>> plan = IncentivePlan(
    ...     name="p", roles={"AR": {"base_pay": 120000, "target_pay": 96000, "measures": [{"measure": "sales"}]}}
    ... )
    >>> results = pd.DataFrame(
    ...     {"rep_id": ["R1"], "period": ["2026Q3"], "role": ["AR"], "sales": [90.0], "sales_quota": [100.0]}
    ... )
    >>> pay(plan, results).totals[["base", "variable", "total"]].iloc[0].tolist()
    [30000.0, 21600.0, 51600.0]
    """
    book = book_of(plan, results, draws)
    count = next((np.shape(array)[1] for array in book.draws.values()), 1)
    step = max(1, CHUNK_NUMBERS // len(book.frame))
    variable, parts = np.empty((len(book.frame), count)), []
    for start in range(0, count, step):
        some = slice(start, min(start + step, count))
        lines = _lines(plan, _some(book, some))
        variable[:, some] = _variable(lines, len(book.frame), some.stop - some.start)
        parts.append((some.stop - some.start, [line.mean() for line in lines]))
    means = [
        Line.mean_of(several, [width for width, _ in parts]) for several in zip(*(p for _, p in parts), strict=True)
    ]
    return Payout(lines_frame(book.frame, means), totals_frame(book.frame, means, variable), variable)


def total_cost(
    plans: Mapping[str, IncentivePlan], results: pd.DataFrame, draws: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Return the variable pay of everybody together, in each draw, under each plan.

    The same as the sums of `pay(...).variable`, without holding every person's pay in every draw.

    Parameters
    ----------
    plans
        By name.
    results, draws
        As for `pay`.
    """
    books = {name: book_of(plan, results, draws) for name, plan in plans.items()}
    count = next(np.shape(array)[1] for array in draws.values())
    step, cost = max(1, CHUNK_NUMBERS // len(results)), {name: np.empty(count) for name in plans}
    for start in range(0, count, step):
        some = slice(start, min(start + step, count))
        for name, plan in plans.items():
            lines = _lines(plan, _some(books[name], some))
            cost[name][some] = sum(line.amount.sum(axis=0) for line in lines if line.kind != "base")
    return {name: added_up(total) for name, total in cost.items()}


def _some(book: Book, some: slice) -> Book:
    return replace(book, draws={name: array[:, some] for name, array in book.draws.items()})


def _variable(lines: Sequence[Line], rows: int, draws: int) -> Floats:
    """Return rows × draws of variable pay; a plan that pays for nothing that is drawn has the same in each draw."""
    total = np.zeros((rows, draws))
    by_role: dict[int, list[Line]] = {}
    for line in lines:
        if line.kind != "base":
            by_role.setdefault(int(line.rows[0]), []).append(line)
    for several in by_role.values():
        amounts = [line.amount for line in several]
        total[several[0].rows] = added_up(*amounts) if len(amounts) > 1 else amounts[0]
    return total


def _lines(plan: IncentivePlan, book: Book) -> list[Line]:
    found = []
    for name, role in plan.roles.items():
        rows = book.rows_of(name)
        if len(rows):
            found += role_lines(plan, role, book, rows)
    return found
