"""What part of each segment's market our products and channels can serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing.segments import SEGMENT

if TYPE_CHECKING:
    from salesops.market_sizing.parameters import Parameters

PRIOR_ACCOUNTS = 5.0
"""How many accounts of the average share a segment's own are joined by, since few say little."""


def serviceable(segments: pd.DataFrame, accounts: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Return the share of each segment that we can serve, and its standard deviation.

    A segment outside of the industries and regions served has none. Elsewhere it is the share of spend at accounts
    whose technology fits ours; accounts without a note of it are left out, and where none has one, all fit.

    Parameters
    ----------
    segments
        industry and region of each segment.
    accounts
        From `salesops.market_sizing.segments.ours`.
    parameters
        Of which served_industries, served_regions, least_technology_fit and regulation_shift.

    Returns
    -------
    DataFrame
        In the order of `segments`: fit (0 to 1) and sd.

    Examples
    --------
    >>> from salesops.market_sizing.parameters import Parameters
    >>> where = pd.DataFrame({"industry": ["clinic", "school"], "region": ["East", "East"]})
    >>> serviceable(where, pd.DataFrame(columns=["industry", "region", "technology_fit"]),
    ...             Parameters(served_industries=["clinic"])).values.tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    noted = accounts[accounts["technology_fit"].notna()] if parameters.least_technology_fit else accounts.head(0)
    fits = (noted["technology_fit"] >= parameters.least_technology_fit).astype(float)
    counted = fits.groupby([noted[name] for name in SEGMENT]).agg(["sum", "size"])
    counted = counted.reindex(pd.MultiIndex.from_frame(segments[SEGMENT]), fill_value=0)
    mean = float(fits.mean()) if len(fits) else 1.0
    size = counted["size"].to_numpy(dtype=float) + PRIOR_ACCOUNTS
    fit = (counted["sum"].to_numpy(dtype=float) + PRIOR_ACCOUNTS * mean) / size
    served = _within(segments["industry"], parameters.served_industries) & _within(
        segments["region"], parameters.served_regions
    )
    allowed = np.clip(1 + parameters.regulation_shift, 0, None) * served
    sd = np.sqrt(fit * (1 - fit) / (size + 1))
    return pd.DataFrame({"fit": np.minimum(fit * allowed, 1.0), "sd": sd * allowed})


def _within(names: pd.Series[str], served: list[str]) -> np.ndarray:
    return names.isin(served).to_numpy() if served else np.ones(len(names), dtype=bool)
