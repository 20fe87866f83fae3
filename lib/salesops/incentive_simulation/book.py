"""Results of reps as they are paid: one row per rep and period, checked before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.errors import InputError, did_you_mean
from salesops.incentive_simulation.periods import starts_and_length
from salesops.incentive_simulation.plan_terms import MONTHS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from salesops.incentive_simulation.plan import IncentivePlan

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

REQUIRED = ("rep_id", "period", "role")
LONG_IN_SERVICE = 10**6


@dataclass(frozen=True, eq=False)
class Book:
    """Checked results, and what was drawn for them.

    Parameters
    ----------
    frame
        The results, rows numbered from 0.
    draws
        By measure: rows × draws; a measure that is not drawn has what the frame says in each draw.
    people, starts
        Per row: number of the person, and first month of the period.
    length
        Months of a period.
    looked_up, teams_found, rows_found
        What was asked of the frame before, so that draws that are paid in parts ask once.
    """

    frame: pd.DataFrame
    draws: Mapping[str, Floats]
    people: Ints
    starts: Ints
    length: int
    looked_up: dict[tuple[str, float], Floats] = field(default_factory=dict)
    teams_found: dict[str, Ints] = field(default_factory=dict)
    rows_found: dict[str, Ints] = field(default_factory=dict)

    def of_rows(self, column: str, plan: str, rows: Ints) -> Floats:
        """Return some rows × draws (or × 1) of a measure, as `values` does of all."""
        values = self.values(column, plan)
        return values if len(rows) == len(values) else values[rows]

    def values(self, column: str, plan: str) -> Floats:
        """Return rows × draws (or × 1) of a measure.

        Raises
        ------
        InputError
            If there is no such column, with the nearest that there is.
        """
        if column in self.draws:
            return np.asarray(self.draws[column], dtype=np.float64)
        if column not in self.frame:
            raise InputError(
                f'plan "{plan}": results have no column "{column}": {did_you_mean(column, map(str, self.frame))}'
            )
        return self.column(column, np.nan)[:, None]

    def column(self, name: str, default: float) -> Floats:
        """Return a column of numbers, or the default where there is no such column or number."""
        # Not a number is never equal to itself, and would be looked up again.
        key = (name, -np.inf if np.isnan(default) else default)
        if key not in self.looked_up:
            known = self.frame[name] if name in self.frame else pd.Series(np.nan, index=self.frame.index)
            self.looked_up[key] = np.asarray(known.fillna(default), dtype=np.float64)
        return self.looked_up[key]

    def rows_of(self, role: str) -> Ints:
        """Return the rows of people with a role."""
        if role not in self.rows_found:
            self.rows_found[role] = np.flatnonzero((self.frame["role"] == role).to_numpy())
        return self.rows_found[role]

    def teams(self, level: str) -> Ints:
        """Return the number of the team that each row belongs to in its period.

        Raises
        ------
        InputError
            If teams are regions and the results have none.
        """
        if level == "region" and "region" not in self.frame:
            raise InputError('results have no column "region": the plan pays for what regions reach')
        if level not in self.teams_found:
            region = (
                pd.factorize(self.frame["region"])[0] if level == "region" else np.zeros(len(self.frame), dtype=int)
            )
            self.teams_found[level] = pd.factorize((region + 1) * 10**6 + self.starts)[0]
        return self.teams_found[level]

    def named(self, row: int) -> str:
        """Return how a fault calls a row."""
        return f'rep "{self.frame["rep_id"].iloc[row]}", period {self.frame["period"].iloc[row]}'


def book_of(plan: IncentivePlan, results: pd.DataFrame, draws: Mapping[str, Floats] | None) -> Book:
    """Return results as a book, once nothing is wrong with them.

    Raises
    ------
    InputError
        For missing columns, no rows, a rep twice in a period, a role that the plan has no terms for, periods longer
        than the plan's, shares of a period outside 0 to 1, who was not there the whole period where the plan refuses
        that, and draws of another length.
    """
    missing = [name for name in REQUIRED if name not in results]
    if missing:
        raise InputError(f'results have no column "{missing[0]}": needed are {", ".join(REQUIRED)}')
    if results.empty:
        raise InputError(f'plan "{plan.name}": results have no rows, so there is nobody to pay')
    frame = results.reset_index(drop=True)
    starts, length = starts_and_length(frame["period"])
    book = Book(frame, dict(draws or {}), pd.factorize(frame["rep_id"])[0], starts, length)
    faults = [*_row_faults(book), *_role_faults(plan, frame), *_period_faults(plan, book), *_draw_faults(book)]
    if faults:
        raise InputError(*faults)
    return book


def _row_faults(book: Book) -> list[str]:
    double = book.frame.duplicated(["rep_id", "period"]).to_numpy()
    present = book.column("present", 1.0)
    outside = ~((present > 0) & (present <= 1))
    return [
        *(f"{book.named(row)}: comes twice; add its rows up" for row in np.flatnonzero(double)[:3]),
        *(
            f"{book.named(row)}: present is {present[row]:g}: it is a share of the period, above 0 and at most 1"
            for row in np.flatnonzero(outside)[:3]
        ),
    ]


def _role_faults(plan: IncentivePlan, frame: pd.DataFrame) -> list[str]:
    unknown = sorted({str(role) for role in frame["role"].unique()} - set(plan.roles))
    return [f'plan "{plan.name}" has no terms for role "{role}": {did_you_mean(role, plan.roles)}' for role in unknown]


def _period_faults(plan: IncentivePlan, book: Book) -> list[str]:
    faults = []
    if MONTHS[plan.period] % book.length:
        faults.append(
            f'plan "{plan.name}" is settled by {plan.period}: results cover {book.length} months a row; '
            "settle it over that long or longer, or give shorter rows"
        )
    partly = book.column("present", 1.0) < 1
    if plan.hired_mid_period == "refuse" and partly.any():
        row = int(np.flatnonzero(partly)[0])
        faults.append(f'{book.named(row)}: was there for a part of it, which plan "{plan.name}" has no rule for')
    return faults


def _draw_faults(book: Book) -> list[str]:
    shapes = {name: np.shape(array) for name, array in book.draws.items()}
    wrong = {name: shape for name, shape in shapes.items() if len(shape) != 2 or shape[0] != len(book.frame)}
    faults = [f"draws of {name} have shape {shape}: wanted {len(book.frame)} × draws" for name, shape in wrong.items()]
    if not wrong and len({shape[1] for shape in shapes.values()}) > 1:
        faults.append(f"measures have different numbers of draws: {shapes}")
    return faults
