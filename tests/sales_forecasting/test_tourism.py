"""A public hierarchy of 425 nodes: forecasts that add up are better than those that do not, and bands hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from salesops.sales_forecasting.forms import forecast_panel
from salesops.sales_forecasting.naive import naive_error
from salesops.sales_forecasting.panel import Panel
from salesops.sales_forecasting.reconciliation import add_up, finest_nodes, projection, summing_constraints
from salesops.sales_forecasting.rolling import choose_cuts, roll
from salesops.sales_forecasting.sample_paths import coherent_paths, path_quantiles, window_sums

TOURISM = Path(__file__).parents[3] / "shared" / "real" / "tourism_hier" / "tourism.csv"
LEVELS = ((), ("State",), ("Purpose",), ("State", "Region"), ("State", "Purpose"), ("State", "Region", "Purpose"))
SEASON, HORIZON, ORIGINS, FEWEST = 4, 8, 24, 10

pytestmark = [
    pytest.mark.slow,
    pytest.mark.real_data,
    pytest.mark.skipif(not TOURISM.is_file(), reason="the tourism data is not beside this checkout"),
]


def hierarchy() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Quarters × nodes, the summing matrix and each node's level."""
    trips = pd.read_csv(TOURISM).pivot_table(index="Quarter", columns=list(LEVELS[-1]), values="Trips", aggfunc="sum")
    names = trips.columns.to_frame(index=False)
    groups = [names[list(by)].agg("|".join, axis=1) if by else pd.Series("all", names.index) for by in LEVELS]
    summing = [pd.get_dummies(group).to_numpy(float).T for group in groups]
    level = np.repeat(np.arange(len(LEVELS)), [len(part) for part in summing])
    return trips.fillna(0.0).to_numpy() @ np.vstack(summing).T, np.vstack(summing), level


@pytest.fixture(scope="module")
def last_eight_origins():
    values, summing, level = hierarchy()
    constraints, finest = summing_constraints(summing), finest_nodes(summing)
    found = []
    for origin in range(len(values) - HORIZON - 7, len(values) - HORIZON + 1):
        panel, actual = Panel(values[:origin], np.full(len(level), origin)), values[origin : origin + HORIZON]
        cuts = choose_cuts(origin, HORIZON, ORIGINS, FEWEST, whole=False)
        errors, scale = roll(panel, HORIZON, SEASON, cuts, FEWEST).error, naive_error(panel, SEASON)
        matrix = projection(constraints, errors[:ORIGINS, 0])
        base = forecast_panel(panel, HORIZON, SEASON).mean
        mean = add_up((base @ matrix.T)[:, finest], summing, np.ones(len(finest), bool))
        paths = coherent_paths(mean, errors, matrix, level, scale)
        found.append(
            {
                "base": np.abs(actual - base).mean(axis=0) / scale,
                "reconciled": np.abs(actual - mean).mean(axis=0) / scale,
                "apart": np.abs(np.concatenate([mean[None], paths]) @ constraints.T).max() / mean[:, 0].mean(),
                "quarters": held(paths, actual),
                "year": held(window_sums(paths, 1, 4), actual[:4].sum(axis=0)),
            }
        )
    return {name: np.array([origin[name] for origin in found]) for name in found[0]}, level


def held(paths: np.ndarray, actual: np.ndarray) -> np.ndarray:
    low, high = path_quantiles(paths, (0.1, 0.9))
    return np.asarray((low <= actual) & (actual <= high))


def test_adding_up_beats_forecasts_apart_and_autoets_with_mint(last_eight_origins):
    """AutoETS with MinT, made by the same measure, has .990."""
    found, _ = last_eight_origins
    assert found["reconciled"].mean() <= 0.95
    assert found["reconciled"].mean() < found["base"].mean()
    assert found["apart"].max() < 1e-6


def test_bands_hold_four_in_five_at_every_level_and_for_years(last_eight_origins):
    """The total is one node over 8 overlapping origins: some 70% to 90% is all that can be told of it."""
    found, level = last_eight_origins
    by_level = [found["quarters"][:, :, level == number].mean() for number in range(len(LEVELS))]
    assert all(0.75 <= share <= 0.86 for share in by_level[1:])
    assert 0.70 <= by_level[0] <= 0.90
    assert 0.75 <= found["year"].mean() <= 0.86
