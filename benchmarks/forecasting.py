"""Measure the forecasting engine: M3 beside statsforecast, a public hierarchy, a business of 120 nodes, 100,000 series.

    python benchmarks/forecasting.py path/to/m3 path/to/tourism.csv --peers /path/to/other/environment/bin/python

The folder m3 holds m3_long.parquet (series_id, split, t, value) and m3_series.csv (series_id, period, h); tourism.csv
Quarter, Region, State, Purpose and Trips, as in the R package tsibble. The other environment needs statsforecast, which
wants older libraries. `--many 100000` forecasts so many series of 72 months on two processes. Times are processor
seconds, those of workers included; set OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

SEASONS = {"YEARLY": 1, "QUARTERLY": 4, "MONTHLY": 12, "OTHER": 1}
LEVELS = ((), ("State",), ("Purpose",), ("State", "Region"), ("State", "Purpose"), ("State", "Region", "Purpose"))


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return processor seconds, those of ended workers included, and the result."""
    start = sum(os.times()[:4])
    found = run()
    return sum(os.times()[:4]) - start, found


def m3(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the M3 series by period: unique_id, ds, y, split and h."""
    values = pd.read_parquet(folder / "m3_long.parquet")
    values = values.merge(pd.read_csv(folder / "m3_series.csv")[["series_id", "period", "h"]])
    values = values.rename(columns={"series_id": "unique_id", "t": "ds", "value": "y"})
    return dict(iter(values.groupby("period")))


def scored(part: pd.DataFrame, forecast: pd.DataFrame, season: int) -> pd.DataFrame:
    """Return sMAPE, MASE and whether 80% intervals held, by series."""
    train = part[part["split"] == "train"]
    both = part[part["split"] == "test"].merge(forecast, on=["unique_id", "ds"])
    error = (both["y"] - both["mean"]).abs()
    scale = train.groupby("unique_id")["y"].apply(lambda y: y.diff(season).abs().mean())
    found = both[["unique_id"]].assign(
        smape=200 * error / (both["y"] + both["mean"]), mase=error / both["unique_id"].map(scale)
    )
    if both.get("lo-80", pd.Series()).notna().any():
        found["within_80"] = both["y"].between(both["lo-80"], both["hi-80"])
    return found.groupby("unique_id").mean()


def over_m3(parts: dict[str, pd.DataFrame], forecast: Callable[[pd.DataFrame, int, int], pd.DataFrame]) -> str:
    """Forecast all of M3 and say how good that was and how long it took."""
    seconds, scores = 0.0, []
    for period, part in parts.items():
        train = part.loc[part["split"] == "train", ["unique_id", "ds", "y"]]
        horizon, season = int(part["h"].iloc[0]), SEASONS[period]
        took, found = timed(lambda t=train, h=horizon, m=season: forecast(t, h, m))
        seconds += took
        scores.append(scored(part, found, season))
    mean = pd.concat(scores).mean()
    words = "  ".join(f"{name} {value:.4f}" for name, value in mean.items())
    return f"{words}  {seconds:.1f} s"


def ours(train: pd.DataFrame, horizon: int, season: int, origins: int = 6) -> pd.DataFrame:
    """Return the engine's forecasts."""
    from salesops.sales_forecasting import forecast_series

    return forecast_series(train, horizon, season, origins=origins)


def peer(train: pd.DataFrame, horizon: int, season: int) -> pd.DataFrame:
    """Return the median of statsforecast's DOT, CES and AutoETS; runs in the other environment."""
    from statsforecast import StatsForecast
    from statsforecast.models import AutoCES, AutoETS, DynamicOptimizedTheta

    models = [model(season_length=season) for model in (DynamicOptimizedTheta, AutoCES, AutoETS)]
    found = StatsForecast(models=models, freq=1, n_jobs=1).forecast(df=train, h=horizon)
    return found[["unique_id", "ds"]].assign(mean=found[["DynamicOptimizedTheta", "CES", "AutoETS"]].median(axis=1))


def run_peer(python: Path, folder: Path) -> str:
    """Run the peers in their own environment."""
    # The other Python must not see this one's packages.
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(python), __file__, str(folder), "--peer"]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=clean).stdout.strip()


def tourism(path: Path) -> str:
    """Forecast 425 nodes from the last eight origins and say how good that was, apart and adding up."""
    from salesops.sales_forecasting.forms import forecast_panel
    from salesops.sales_forecasting.naive import naive_error
    from salesops.sales_forecasting.panel import Panel
    from salesops.sales_forecasting.reconciliation import add_up, finest_nodes, projection, summing_constraints
    from salesops.sales_forecasting.rolling import choose_cuts, roll
    from salesops.sales_forecasting.sample_paths import coherent_paths, path_quantiles, window_sums

    trips = pd.read_csv(path).pivot_table(index="Quarter", columns=list(LEVELS[-1]), values="Trips", aggfunc="sum")
    names = trips.columns.to_frame(index=False)
    groups = [names[list(by)].agg("|".join, axis=1) if by else pd.Series("all", names.index) for by in LEVELS]
    parts = [pd.get_dummies(group).to_numpy(float).T for group in groups]
    summing, level = np.vstack(parts), np.repeat(np.arange(len(LEVELS)), [len(part) for part in parts])
    values = trips.fillna(0.0).to_numpy() @ summing.T
    constraints, finest = summing_constraints(summing), finest_nodes(summing)
    rows, start = [], time.process_time()
    for origin in range(len(values) - 15, len(values) - 7):
        panel, actual = Panel(values[:origin], np.full(len(level), origin)), values[origin : origin + 8]
        errors = roll(panel, 8, 4, choose_cuts(origin, 8, 24, 10, whole=False), 10).error
        base, scale, matrix = (
            forecast_panel(panel, 8, 4).mean,
            naive_error(panel, 4),
            projection(constraints, errors[:24, 0]),
        )
        mean = add_up((base @ matrix.T)[:, finest], summing, np.ones(len(finest), bool))
        paths = coherent_paths(mean, errors, matrix, level, scale)
        (low, high), (least, most) = (path_quantiles(p, (0.1, 0.9)) for p in (paths, window_sums(paths, 1, 4)))
        year = actual[:4].sum(axis=0)
        rows.append(
            pd.DataFrame(
                {
                    "level": level,
                    "apart": np.abs(actual - base).mean(axis=0) / scale,
                    "adding_up": np.abs(actual - mean).mean(axis=0) / scale,
                    "within_80": ((low <= actual) & (actual <= high)).mean(axis=0),
                    "year_within_80": (least <= year) & (year <= most),
                }
            )
        )
    found = pd.concat(rows)
    by_level = found.groupby("level").mean().set_axis(["/".join(by) or "total" for by in LEVELS])
    by_level.loc["all"] = found[by_level.columns].mean()
    return f"{by_level.round(3)}\n{time.process_time() - start:.1f} s"


def business() -> list[str]:
    """Time 100 and 120 series of 72 months."""
    from salesops.sales_forecasting.forms import forecast_panel
    from salesops.sales_forecasting.naive import naive_error
    from salesops.sales_forecasting.panel import Panel
    from salesops.sales_forecasting.reconciliation import projection, summing_constraints
    from salesops.sales_forecasting.rolling import choose_cuts, roll
    from salesops.sales_forecasting.sample_paths import coherent_paths

    rng = np.random.default_rng(0)
    summing = np.vstack([np.ones((1, 100)), rng.random((19, 100)) < 0.1, np.eye(100)])
    values = many(100).pivot_table(index="ds", columns="unique_id", values="y").to_numpy() @ summing.T
    panel, constraints = Panel(values, np.full(120, 72)), summing_constraints(summing)
    level = np.repeat([0, 1, 2], [1, 19, 100])

    def backtest() -> None:
        hundred = panel.take(np.arange(100))
        forecast_panel(hundred, 12, 12)
        roll(hundred, 12, 12, choose_cuts(72, 12, 6, 26, 3), 26)

    def hierarchy() -> None:
        errors = roll(panel, 12, 12, choose_cuts(72, 12, 24, 26), 26).error
        matrix = projection(constraints, errors[:, 0])
        mean = forecast_panel(panel, 12, 12).mean @ matrix.T
        coherent_paths(mean, errors, matrix, level, naive_error(panel, 12))

    found = []
    for words, run in (
        ("100 series, back-test of six origins", backtest),
        ("120 nodes, 24 origins, 1,000 paths", hierarchy),
    ):
        run()
        found.append(f"{words}: {min(timed(run)[0] for _ in range(3)):.2f} s")
    return found


def many(count: int) -> pd.DataFrame:
    """Return so many invented series of 72 months, with trend, season and noise."""
    rng, month = np.random.default_rng(0), np.arange(72)
    level = rng.normal(5, 1, (count, 1)) + np.cumsum(rng.normal(0.003, 0.05, (count, 72)), axis=1)
    season = 1 + 0.3 * np.sin(2 * np.pi * month / 12 + rng.uniform(0, 6, (count, 1)))
    y = np.exp(level + rng.normal(0, 0.1, (count, 72))) * season
    names = np.repeat(np.array([f"s{number:06d}" for number in range(count)]), 72)
    return pd.DataFrame(
        {"unique_id": names, "ds": np.tile(pd.date_range("2020-10-01", periods=72, freq="MS"), count), "y": y.ravel()}
    )


def large(count: int) -> str:
    """Forecast many series with calibrated intervals on two processes."""
    frame = many(count)

    def run() -> pd.DataFrame:
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
            from salesops.sales_forecasting import forecast_series

            return forecast_series(frame, 12, 12, executor=pool)

    start = time.perf_counter()
    seconds, _ = timed(run)
    memory = [resource.getrusage(who).ru_maxrss / 1e6 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    took = time.perf_counter() - start
    size = memory[0] + 2 * memory[1]
    return f"{count:,} series: {seconds:.0f} s of processors, {took:.0f} s by the clock, at most {size:.1f} GB"


def main() -> int:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("m3", type=Path)
    parser.add_argument("tourism", type=Path, nargs="?")
    parser.add_argument("--peers", type=Path, help="Python that has statsforecast")
    parser.add_argument("--many", type=int, default=0, help="forecast so many series on two processes, too")
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    parts = m3(arguments.m3)
    if arguments.peer:
        # Compiling is not counted.
        peer(parts["OTHER"].query("split == 'train'").head(60)[["unique_id", "ds", "y"]], 2, 4)
        print(over_m3(parts, peer))
        return 0
    print("M3, points     ", over_m3(parts, lambda *task: ours(*task, origins=0)))
    print("M3, intervals  ", over_m3(parts, ours))
    if arguments.peers:
        print("statsforecast  ", run_peer(arguments.peers, arguments.m3))
    print(*business(), sep="\n")
    if arguments.tourism:
        print(tourism(arguments.tourism))
    if arguments.many:
        print(large(arguments.many))
    return 0


if __name__ == "__main__":
    sys.exit(main())
