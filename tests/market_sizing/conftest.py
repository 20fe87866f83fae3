"""Real series of the literature, where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

REAL = Path(__file__).resolve().parents[3] / "shared" / "real" / "bass_classic"


@pytest.fixture(scope="session")
def classic_series() -> pd.DataFrame:
    """Return segment, year, adoptions of durables and services, as published."""
    if not REAL.is_dir():
        pytest.skip("the classic diffusion series are not here")
    return pd.read_csv(REAL / "adoptions.csv").rename(columns={"series": "segment"})
