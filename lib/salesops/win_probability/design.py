"""From a snapshot and a quarter ahead to the columns of a logistic regression."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.preprocessing import SplineTransformer

from salesops.win_probability.confirmations import CONFIRMATIONS
from salesops.win_probability.features import BY_NAME, Feature
from salesops.win_probability.marks import DAYS_PER_QUARTER, MONTHS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

KNOTS = 7
# Quarters ahead that share one level: the first, the second, the third and fourth, up to the seventh, later ones.
PERIOD_EDGES = (1, 2, 4, 7)
PERIOD_PRIOR_SD = 2.0
DUE_RANGE = (-4.0, 6.0)
LEAST_SPREAD = 1e-6
# How far a drifting category moves against the others in three years, in log-odds, before the data is seen.
DRIFT_PRIOR_SD, DRIFT_MONTHS = 0.3, 36


@dataclass(frozen=True)
class _Block:
    """Columns of one feature that do not depend on the quarter ahead, with what is needed to make them again."""

    feature: Feature
    levels: tuple[Any, ...] = ()
    shares: tuple[float, ...] = ()
    spline: SplineTransformer | None = None
    middle: float = 0.0
    spread: float = 1.0


class HazardDesign:
    """Columns for the hazard of a quarter ahead: level of the quarter, features, and features that fade with it.

    Columns are scaled by their prior standard deviation, so that one ridge penalty fits all. A category never seen
    in training, or a missing value, gets zeros: it counts as average.

    Parameters
    ----------
    features
        Names from the catalogue in `salesops.win_probability.features`.
    tick_prior_sd
        Prior standard deviation of confirmations, where it is not the catalogue's.
    """

    def __init__(self, features: Sequence[str], tick_prior_sd: float | None = None) -> None:
        self.features = tuple(features)
        self.tick_prior_sd = tick_prior_sd

    def fit(self, rows: pd.DataFrame) -> HazardDesign:
        """Learn levels, knots and typical values from snapshots."""
        self.last_mark_ = int(rows["mark"].max()) if "mark" in rows else 0
        self.blocks_ = [_learn(self._feature(name), rows[name]) for name in self.features]
        return self

    def _feature(self, name: str) -> Feature:
        feature = BY_NAME[name]
        if self.tick_prior_sd is None or name not in CONFIRMATIONS:
            return feature
        return replace(feature, prior_sd=self.tick_prior_sd)

    def owners(self) -> NDArray[np.str_]:
        """Return, for each column, the feature it belongs to; the level of the quarter belongs to "quarter"."""
        parts = [["quarter"] * (len(PERIOD_EDGES) + 1)]
        parts += [[block.feature.name] * _width(block) for block in self.blocks_]
        return np.array([name for part in parts for name in part], dtype=str)

    def transform(
        self, rows: pd.DataFrame, ahead: NDArray[np.int64], of_row: NDArray[np.int64] | None = None
    ) -> Matrix:
        """Return the columns of each row and quarter ahead.

        Parameters
        ----------
        rows
            Snapshots.
        ahead
            Quarter ahead of each wanted line, 0 for the first, n of them.
        of_row
            Position in `rows` of each line; the rows themselves in order if not given.

        Returns
        -------
        ndarray of shape (n, columns)
        """
        line = np.arange(len(rows)) if of_row is None else of_row
        out = np.zeros((len(line), len(self.owners())))
        period = np.searchsorted(PERIOD_EDGES, ahead, side="right")
        out[np.arange(len(line)), period] = PERIOD_PRIOR_SD
        at = len(PERIOD_EDGES) + 1
        for block in self.blocks_:
            width = _width(block)
            columns = _columns(block, rows[block.feature.name], ahead, line)
            if block.feature.drifts:
                columns = np.hstack([columns, _drift_columns(block, columns, self._when(rows, ahead, line))])
            out[:, at : at + width] = columns
            at += width
        return out

    def _when(self, rows: pd.DataFrame, ahead: NDArray[np.int64], line: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return when each line's quarter begins, in units of `DRIFT_MONTHS`; what lies ahead stays as it last was."""
        if "mark" not in rows:
            return np.zeros(len(line))
        months = np.minimum(rows["mark"].to_numpy()[line] + MONTHS_PER_QUARTER * ahead - self.last_mark_, 0)
        return months / DRIFT_MONTHS + 0.5


def _learn(feature: Feature, values: pd.Series) -> _Block:
    if feature.kind == "category":
        shares = values.value_counts(normalize=True).sort_index()
        return _Block(feature, levels=tuple(shares.index), shares=tuple(shares))
    if feature.kind == "tick":
        return _Block(feature)
    known = _scale(feature, values.to_numpy(float))
    known = known[np.isfinite(known)]
    spline = None
    if feature.kind == "due":
        known = np.array(DUE_RANGE)
    if feature.kind in ("curve", "due"):
        spline = SplineTransformer(KNOTS, degree=2, knots="uniform", include_bias=False).fit(known[:, None])
    # What differs in the last digits alone is the same for all: it must not be blown up.
    spread = float(known.std()) if known.std() > LEAST_SPREAD else 1.0
    return _Block(feature, spline=spline, middle=float(known.mean()), spread=spread)


def _scale(feature: Feature, values: Matrix) -> Matrix:
    if feature.kind == "due":
        return values / DAYS_PER_QUARTER
    if feature.kind == "tick":
        return np.nan_to_num(values)
    # What has a sign is a log already, or a rating; durations, money and counts need a logarithm.
    return values if feature.kind == "signed" else np.log1p(np.maximum(values, 0.0))


def _width(block: _Block) -> int:
    if block.feature.kind == "category":
        return len(block.levels) * (1 + 2 * block.feature.fades + block.feature.drifts)
    if block.feature.kind == "tick":
        return 1
    curve = block.spline.n_features_out_ if block.spline is not None else 1
    return int(curve + 1 + block.feature.fades)


def _columns(block: _Block, values: pd.Series, ahead: NDArray[np.int64], line: NDArray[np.int64]) -> Matrix:
    if block.feature.kind == "category":
        return _category_columns(block, values, ahead, line)
    scaled = _scale(block.feature, values.to_numpy(float))
    if block.feature.kind == "tick":
        return scaled[line, None] * block.feature.prior_sd
    missing = np.isnan(scaled)
    if block.feature.kind == "due":
        columns = _spline(block, (scaled[line] - ahead).clip(*DUE_RANGE))
    else:
        columns = _spline(block, scaled)[line]
    standard = np.where(missing, 0.0, (scaled - block.middle) / block.spread)[line]
    parts = [columns * block.feature.prior_sd, missing[line, None].astype(float)]
    if block.feature.fades:
        parts.append((standard * np.log1p(ahead))[:, None] * 0.5)
    return np.hstack(parts)


def _spline(block: _Block, scaled: Matrix) -> Matrix:
    missing = np.isnan(scaled)
    if block.spline is None:
        standard: Matrix = np.where(missing, 0.0, (scaled - block.middle) / block.spread)
        return standard[:, None]
    columns: Matrix = block.spline.transform(np.where(missing, block.middle, scaled)[:, None])
    columns[missing] = 0.0
    return columns


def _category_columns(block: _Block, values: pd.Series, ahead: NDArray[np.int64], line: NDArray[np.int64]) -> Matrix:
    # Looked up once a name, not once a row: names of strings are slow to compare.
    code, names = pd.factorize(values)
    place = pd.Index(block.levels, dtype=object).get_indexer(pd.Index(names, dtype=object))
    level = np.append(place, -1)[code][line]
    known = np.flatnonzero(level >= 0)
    ones: Matrix = np.zeros((len(line), len(block.levels)))
    ones[known, level[known]] = 1.0
    columns: Matrix = ones * block.feature.prior_sd
    if not block.feature.fades:
        return columns
    fading = np.log1p(ahead)[:, None]
    return np.hstack([columns, ones * fading, ones * fading**2])


def _drift_columns(block: _Block, columns: Matrix, time: NDArray[np.float64]) -> Matrix:
    """Return what a category gains on the others as time goes by; what all gain or lose together is none's."""
    ones = columns[:, : len(block.levels)] / block.feature.prior_sd
    against_all: Matrix = ones - ones.sum(axis=1, keepdims=True) * np.array(block.shares)
    return DRIFT_PRIOR_SD * against_all * time[:, None]
