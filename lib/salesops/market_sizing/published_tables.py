"""The tables that the notebook publishes for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.market_sizing.intervals import QUANTILES
from salesops.market_sizing.segments import SEGMENT
from salesops.market_sizing.sizes import RECONCILED
from salesops.market_sizing.words import segment_names
from salesops.not_enough_data import passes_not_enough_data

if TYPE_CHECKING:
    from salesops.market_sizing.diffusion import Diffusion
    from salesops.market_sizing.obtainable import Obtainable
    from salesops.market_sizing.sizes import Sizes

COLUMNS = [*SEGMENT, "measure", "method", *QUANTILES]


@passes_not_enough_data
def market_sizes_table(sizes: Sizes, reached: Obtainable) -> pd.DataFrame:
    """Return TAM by every way and reconciled, and SAM and SOM, by segment.

    Returns
    -------
    DataFrame
        industry, region, measure (TAM, SAM, SOM), method, p10, p50, p90, then segment (its name) and period: the
        calendar year of TAM and SAM; of SOM, how many years from now the twelve months end.
    """
    ways = sizes.ways.assign(measure="TAM")
    tam = sizes.segments[[*SEGMENT, *QUANTILES]].assign(measure="TAM", method=RECONCILED)
    parts = [ways, tam, *(_measure(reached, name) for name in ("SAM", "SOM"))]
    table = pd.concat(parts, ignore_index=True)
    period = (
        table["measure"]
        .map({"TAM": f"{sizes.year}", "SAM": f"{sizes.year}"})
        .fillna(f"in {reached.ground.years} years")
    )
    return table[COLUMNS].assign(segment=segment_names(table), period=period)


def _measure(reached: Obtainable, measure: str) -> pd.DataFrame:
    name = measure.lower()
    renamed = {f"{name}_low": "p10", name: "p50", f"{name}_high": "p90"}
    return reached.segments[[*SEGMENT, *renamed]].rename(columns=renamed).assign(measure=measure, method=RECONCILED)


@passes_not_enough_data
def curves(diffusion: Diffusion) -> pd.DataFrame:
    """Return the parameters of every adoption curve."""
    return diffusion.parameters
