"""Lines of pay, and the tables that they make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation.money import added_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Line:
    """One line of pay for some rows of the results.

    Parameters
    ----------
    name, kind
        What it is called, and what it is of.
    rows
        Positions in the results.
    amount
        Rows × draws: money to the cent.
    attainment, target
        For a measure, rows × draws: result over quota, and the target pay that hangs on it.
    """

    name: str
    kind: str
    rows: Ints
    amount: Floats
    attainment: Floats | None = None
    target: Floats | None = None

    def mean(self) -> Line:
        """Return the line with means over the draws; one draw alone stays as it is."""
        return replace(
            self,
            amount=_mean(self.amount),
            attainment=None if self.attainment is None else _mean(self.attainment),
            target=None if self.target is None else self.target[:, :1],
        )

    @classmethod
    def mean_of(cls, chunks: Sequence[Line], widths: Sequence[int]) -> Line:
        """Return the mean of lines that are means over so many draws each."""
        if len(chunks) == 1:
            return chunks[0]
        amount = np.average([line.amount for line in chunks], axis=0, weights=widths)
        known = [line.attainment for line in chunks if line.attainment is not None]
        return replace(
            chunks[0], amount=amount, attainment=np.average(known, axis=0, weights=widths) if known else None
        )


def _mean(values: Floats) -> Floats:
    return values if values.shape[1] == 1 else values.mean(axis=1, keepdims=True)


def lines_frame(results: pd.DataFrame, lines: Sequence[Line]) -> pd.DataFrame:
    """Return one row per line, rep and period, in the order of the results and, within a row, of the computation."""
    rows, sizes = np.concatenate([line.rows for line in lines]), [len(line.rows) for line in lines]
    order = np.argsort(rows, kind="stable")
    columns = {
        "line": np.repeat(np.array([line.name for line in lines], dtype=object), sizes),
        "kind": np.repeat(np.array([line.kind for line in lines], dtype=object), sizes),
        "attainment": np.concatenate([_first(line.attainment, line) for line in lines]),
        "target": np.concatenate([_first(line.target, line) for line in lines]),
        "amount": np.concatenate([line.amount[:, 0] for line in lines]),
    }
    who = results[["rep_id", "period", "role"]].take(rows[order]).reset_index(drop=True)
    return who.assign(**{name: column[order] for name, column in columns.items()})


def _first(values: Floats | None, line: Line) -> Floats:
    first: Floats = np.full(len(line.rows), np.nan) if values is None else values[:, 0]
    return first


def totals_frame(results: pd.DataFrame, lines: Sequence[Line], variable: Floats) -> pd.DataFrame:
    """Return base, variable and total pay per row of the results."""
    base = np.zeros(len(results))
    for line in lines:
        if line.kind == "base":
            base[line.rows] += line.amount[:, 0]
    mean = variable[:, 0] if variable.shape[1] == 1 else variable.mean(axis=1)
    total = added_up(base, mean) if variable.shape[1] == 1 else base + mean
    return results[["rep_id", "period", "role"]].assign(base=base, variable=mean, total=total)
