"""What a won deal brings against the amount stated before: stated amounts that shrink are not taken at their word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from salesops.win_probability.standpoints import Standpoint

# Before the data is seen: a won deal brings what was stated, give or take a tenth; stages differ as much.
PRIOR_SD = 0.1
LIKELY = (0.2, 3.0)


@dataclass(frozen=True)
class StatedAmounts:
    """The ratio of the amount at winning to the amount stated, by stage.

    Parameters
    ----------
    ratio, error
        Of all stages together, and its standard error.
    by_stage
        Ratio by stage.
    spread
        Standard deviation of single deals around their ratio, as a share of the amount stated.
    """

    ratio: float = 1.0
    error: float = 0.0
    by_stage: dict[str, float] = field(default_factory=dict)
    spread: float = 0.0

    def of(self, stages: pd.Series) -> NDArray[np.float64]:
        """Return the ratio of each deal by its stage; a stage without past deals has that of all."""
        return np.asarray(stages.map(self.by_stage).fillna(self.ratio), np.float64)


def learn_stated_amounts(standpoint: Standpoint) -> StatedAmounts:
    """Return the ratios from won deals, at their last look in each stage.

    Ratios are of sums, so that large deals count as much as they do in bookings. That of all stages is shrunk to 1,
    that of a stage to that of all. Without amounts in the history the ratio is 1.
    """
    if not {"amount", "stage"} <= set(standpoint.rows.columns):
        return StatedAmounts()
    looks = _won_looks(standpoint)
    if looks.empty:
        return StatedAmounts()
    ratio, error = _shrunk(looks.drop_duplicates("opportunity_id", keep="last"), 1.0)
    by_stage = {str(stage): _shrunk(rows, ratio)[0] for stage, rows in looks.groupby("stage")}
    gap = looks["final"] - looks["amount"] * looks["stage"].map(by_stage)
    spread = float(np.sqrt((gap**2).sum() / (looks["amount"] ** 2).sum()))
    return StatedAmounts(ratio, error, by_stage, min(spread, 1.0))


def _won_looks(standpoint: Standpoint) -> pd.DataFrame:
    won = standpoint.deals[standpoint.deals["status"] == "won"].set_index("opportunity_id")["amount"].rename("final")
    looks = standpoint.rows[["opportunity_id", "stage", "amount", "mark"]].join(won, on="opportunity_id")
    looks = looks[(looks["amount"] > 0) & (looks["final"] > 0) & looks["stage"].notna()]
    return looks.sort_values("mark", kind="stable").drop_duplicates(["opportunity_id", "stage"], keep="last")


def _shrunk(looks: pd.DataFrame, centre: float) -> tuple[float, float]:
    """Return the ratio of sums, shrunk to a centre, and its standard error."""
    stated, final = looks["amount"].to_numpy(float), looks["final"].to_numpy(float)
    ratio = final.sum() / stated.sum()
    # One deal tells nothing of the spread: a tenth of the amount is added as if seen once.
    seen = (((final - ratio * stated) ** 2).sum() + (PRIOR_SD * stated.mean()) ** 2) / stated.sum() ** 2
    weight = PRIOR_SD**2 / (PRIOR_SD**2 + seen)
    shrunk = float(np.clip(weight * ratio + (1 - weight) * centre, *LIKELY))
    return shrunk, float(np.sqrt(weight * seen))
