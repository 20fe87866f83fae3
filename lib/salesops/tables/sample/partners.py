"""Distributors: where they sell, how well they work with us, and what that does to the deals that go through them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesops.tables.sample import names
from salesops.tables.sample.calendar import FIRST_DAY, dates
from salesops.tables.sample.catalogue import REGIONS
from salesops.tables.sample.draws import Floats, Ints, pick, stream

PARTNERS_PER_REGION = 8


@dataclass(frozen=True)
class Partners:
    """Distributors, eight per region and scale.

    Parameters
    ----------
    region, started
        Position in `REGIONS`; day.
    quality
        Standard normal; shows, with noise, in the scores.
    scores
        n × 3: marketing, cooperation, finance, 1 to 5.
    """

    region: Ints
    started: Ints
    quality: Floats
    scores: Floats

    @property
    def ids(self) -> np.ndarray:
        """Return the partner_id of every partner."""
        return np.char.mod("T%02d", np.arange(len(self.region)) + 1).astype(object)


def sign_up(seed: int, scale: int) -> Partners:
    """Return the distributors."""
    rng = stream(seed, "partners")
    region = np.repeat(np.arange(len(REGIONS)), PARTNERS_PER_REGION * scale)
    quality = rng.normal(size=len(region))
    noise = rng.normal(0, 0.6, (len(region), 3))
    scores: Floats = np.clip(3.2 + 0.7 * quality[:, None] + noise, 1, 5).round(1).astype(np.float64)
    return Partners(
        region=region,
        started=FIRST_DAY - rng.integers(30, 2500, size=len(region)),
        quality=quality,
        scores=scores,
    )


def partners_table(partners: Partners) -> pd.DataFrame:
    """Return the `partners` table."""
    return pd.DataFrame(
        {
            "partner_id": partners.ids,
            "name": names.distributors(len(partners.region)),
            "channel": "distributor",
            "region": pick(REGIONS, partners.region),
            "started_at": dates(partners.started),
            "marketing_score": partners.scores[:, 0],
            "cooperation_score": partners.scores[:, 1],
            "finance_score": partners.scores[:, 2],
        }
    )
