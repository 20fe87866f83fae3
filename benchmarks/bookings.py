"""Measure how often the 80% intervals of bookings hold, over many sample companies whose later quarters are held back.

    python benchmarks/bookings.py --companies 50

Each company is looked at on two days a year apart, in turn at the ends of the four quarters, so that every season is
met. What the next four quarters were expected to bring on that day, from all deals and from deals open then alone, is
held against what they brought. Companies are kept in a folder, to be drawn only once; 50 of them take ten minutes on
one core.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from salesops import tables
from salesops.tables.sample.generate import parts
from salesops.win_probability import workbook as wp
from salesops.win_probability.marks import coming_quarters
from salesops.win_probability.past_bookings import width_asked_for
from salesops.win_probability.simulated_bookings import shown, simulate
from salesops.win_probability.standpoints import standpoint_today, won_between

ACCOUNTS = 700
READ = ("opportunities", "stage_history", "accounts", "reps", "scorecards", "activities", "contacts")
DAYS = ("2023-12-31", "2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31", "2025-03-31", "2025-06-30", "2025-09-30")
BAR = (0.75, 0.85)


def company(folder: Path, seed: int) -> Path:
    """Return the folder of a sample company, which is drawn if it is not there."""
    place = folder / str(seed)
    if not place.is_dir():
        drawn = list(parts(ACCOUNTS, seed, with_truth=False))
        aside = place.with_suffix(".part")
        aside.mkdir(parents=True, exist_ok=True)
        for name in READ:
            rows = [part.tables[name] for part in drawn if name in part.tables]
            pd.concat(rows, ignore_index=True).to_parquet(aside / f"{name}.parquet", index=False)
        aside.rename(place)
    return place


def foretold(place: Path, day: str) -> pd.DataFrame:
    """Return what the quarters after a day were expected to bring, and brought, from all deals and from open ones."""
    known = tables.load(place, day)
    deal_tables = wp.DealTables.of(known)
    learned = wp.learn(deal_tables, known.as_of, wp.Parameters())
    width = width_asked_for(wp.past_bookings(learned, deal_tables.opportunities))
    standpoint, quarters = standpoint_today(learned, deal_tables.opportunities), coming_quarters(known.as_of)
    drawn = simulate(standpoint, shown(standpoint), quarters["quarters_ahead"].to_numpy(), quarters["ends"])
    later = pd.read_parquet(place / "opportunities.parquet")
    borders = [standpoint.day, *quarters["ends"]]
    actual = [won_between(later, *ends) for ends in pairwise(borders)]
    ways = {"all deals": (drawn.totals, width), "all deals, model's width": (drawn.totals, 1.0)}
    ways["open deals alone"] = (drawn.open_deals, width)
    return pd.concat([_lines(way, totals, wider, actual) for way, (totals, wider) in ways.items()])


def _lines(way: str, totals: np.ndarray, width: float, actual: list[float]) -> pd.DataFrame:
    mean = totals.mean(axis=0)
    low, high = np.quantile(np.maximum(mean + width * (totals - mean), 0), [0.1, 0.9], axis=0)
    found = {"quarters_ahead": np.arange(1, 5), "mean": mean, "low": low, "high": high, "actual": actual}
    return pd.DataFrame({"way": way, "width": width, **found})


def measure(companies: int, folder: Path) -> pd.DataFrame:
    """Return one line per company, day, way and quarter ahead."""
    pairs = [(seed, DAYS[seed % 4 + after]) for seed in range(1, companies + 1) for after in (0, 4)]
    return pd.concat(
        [foretold(company(folder, seed), day).assign(seed=seed, day=day) for seed, day in pairs], ignore_index=True
    )


def summarised(lines: pd.DataFrame) -> pd.DataFrame:
    """Return coverage, bias and error by way and quarters ahead."""
    gap = lines["mean"] - lines["actual"]
    terms = lines.assign(
        held=lines["actual"].between(lines["low"], lines["high"]),
        gap=gap,
        missed=gap.abs(),
        relative=(lines["high"] - lines["low"]) / lines["mean"],
    )
    by = terms.groupby(["way", "quarters_ahead"])
    sums = by[["gap", "missed", "actual"]].sum()
    means = by[["held", "width", "relative"]].mean()
    found = means.assign(forecasts=by.size(), bias=sums["gap"] / sums["actual"], wape=sums["missed"] / sums["actual"])
    return found.rename(columns={"held": "within_80", "relative": "interval_over_mean"})


def main() -> None:
    """Run the measurement and say whether it meets the bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=50)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "salesops-companies")
    arguments = parser.parse_args()
    started = time.perf_counter()
    found = summarised(measure(arguments.companies, arguments.folder))
    print(found.round(3).to_string())
    held = found.loc[("all deals", 1), "within_80"]
    word = "met" if BAR[0] <= held <= BAR[1] else "missed"
    print(f"80% intervals of the next quarter held {held:.0%}: bar of {BAR[0]:.0%} to {BAR[1]:.0%} {word}.")
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
