"""How far reps' results hang on product lines and on customers' markets, whose good and bad quarters they share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.incentive_simulation.quarters import MONTHS, QUARTERS
from salesops.incentive_simulation.sales_cells import MARKET, PRODUCT, sales_cells
from salesops.incentive_simulation.shared_variances import shared_variances
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

KINDS = (PRODUCT, MARKET)


@dataclass(frozen=True, eq=False)
class Exposures:
    """Shares of each rep's sales by product line and by market, and how much one of these swings in a quarter.

    To first order, a rep whose sales are made of parts wᵢ has Σ wᵢ sᵢ of the log shocks sᵢ of lines, or of markets.

    Parameters
    ----------
    shares
        By kind, "product" and "market": reps × groups, index rep_id; each row adds up to 1.
    sds
        By kind: standard deviation of the log shock of one group in one quarter.
    """

    shares: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    sds: Mapping[str, float] = field(default_factory=dict)

    def of(self, reps: Any) -> Exposures:
        """Return those of some reps, in their order; who has sold nothing lately is taken to sell what all do."""
        rows = {kind: table.reindex(reps) for kind, table in self.shares.items()}
        return Exposures({kind: table.fillna(self.shares[kind].mean()) for kind, table in rows.items()}, self.sds)

    def parts(self) -> dict[str, float]:
        """Return, by kind, the variance that it brings to one rep's log results, in the mean of reps."""
        return {kind: self.sds[kind] ** 2 * float((table**2).sum(axis=1).mean()) for kind, table in self.shares.items()}

    def shocks(self, rng: np.random.Generator, wider: Floats) -> Floats | float:
        """Return reps × draws of what lines and markets do to log results in a quarter.

        Parameters
        ----------
        rng
            Where luck comes from.
        wider
            Kinds × draws: factors on the standard deviations, for how well these are known.
        """
        drawn: Floats | float = 0.0
        for (kind, table), width in zip(self.shares.items(), wider, strict=True):
            shocks = self.sds[kind] * width * rng.standard_normal((table.shape[1], len(width)))
            drawn = drawn + table.to_numpy() @ shocks
        return drawn

    @property
    def variance(self) -> Floats | float:
        """Variance that all kinds together bring to each rep's log results; 0 where nothing is known."""
        return sum((self.sds[k] ** 2 * (table.to_numpy() ** 2).sum(axis=1) for k, table in self.shares.items()), 0.0)

    @property
    def covariance(self) -> Floats | float:
        """Reps × reps: how log results swing together by what is sold, and to whom; 0 where nothing is known."""
        return sum((self.sds[k] ** 2 * table.to_numpy() @ table.to_numpy().T for k, table in self.shares.items()), 0.0)


def exposures(results: pd.DataFrame, mix: pd.DataFrame | NotEnoughData) -> Exposures:
    """Return how far reps share the swings of product lines and markets; none where that is not known.

    Parameters
    ----------
    results
        Rows of reps and quarters: rep_id, quarter (a number), region, sales, sales_quota.
    mix
        From `salesops.tables.queries.rep_mix`, its quarter as a number.
    """
    if isinstance(mix, NotEnoughData):
        return Exposures()
    variances = shared_variances(sales_cells(results, mix))
    recent = mix[mix["quarter"].between(results["quarter"].max() - QUARTERS + 1, results["quarter"].max())]
    recent = recent[recent["rep_id"].isin(results["rep_id"])]
    if not recent["sales"].sum() > 0:
        return Exposures()
    shares = {kind: _shares(recent, column) for kind, column in zip(KINDS, ("product_line", "industry"), strict=True)}
    return Exposures(
        {kind: shares[kind] for kind in variances}, {kind: float(np.sqrt(value)) for kind, value in variances.items()}
    )


def _shares(recent: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return each rep's shares of a year's sales, drawn to those of all by a month of what a rep usually sells."""
    table = recent.fillna({column: ""}).pivot_table("sales", "rep_id", column, aggfunc="sum", fill_value=0.0)
    table = table.clip(lower=0.0)
    usual = table.to_numpy().sum() / max(len(table), 1) / (QUARTERS * MONTHS)
    team = table.sum() / table.to_numpy().sum()
    drawn: pd.DataFrame = table + usual * team
    return drawn.div(drawn.sum(axis=1), axis=0)
