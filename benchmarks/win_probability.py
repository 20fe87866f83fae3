"""How long chances take for a large company: reading, features, fit, judging and scoring, with the peak of memory.

Run: python benchmarks/win_probability.py [accounts]; 43,000 accounts have about 200,000 deals and 1,000,000 stage rows.
The company lies in Parquet files and is opened as a notebook would. With --arrays nothing is asked of the engine.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.tables import load
from salesops.tables.sample.generate import parts
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.learn import learn
from salesops.win_probability.open_deals import open_deals
from salesops.win_probability.parameters import Parameters

AS_OF = "2026-09-30"
BYTES_PER_GB = 1e6 if sys.platform != "darwin" else 1e9


def write_company(accounts: int, folder: Path) -> None:
    """Write the tables of deals of a sample company, without the rest of it."""
    wanted = [field.name for field in fields(DealTables)]
    kept: dict[str, list[pd.DataFrame]] = {}
    for part in parts(accounts, seed=5, with_truth=False):
        for name in set(wanted) & set(part.tables):
            kept.setdefault(name, []).append(part.tables[name])
    for name, frames in kept.items():
        pd.concat(frames, ignore_index=True).to_parquet(folder / f"{name}.parquet", index=False)


def main() -> None:
    """Print what was measured."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    with TemporaryDirectory() as folder:
        write_company(numbers[0] if numbers else 43_000, Path(folder))
        measure(folder)


def measure(folder: str) -> None:
    """Print how long each step took, and the peak of memory so far."""
    start = time.perf_counter(), time.process_time()
    tables = DealTables.of(load(folder, AS_OF))
    if "--arrays" in sys.argv:
        tables = replace(tables, queries={})
    assert not isinstance(tables.opportunities, NotEnoughData)
    assert not isinstance(tables.stage_history, NotEnoughData)
    say(f"{len(tables.opportunities):,} deals, {len(tables.stage_history):,} stage rows read", start)
    learned = learn(tables, pd.Timestamp(AS_OF).date(), Parameters())
    assert not isinstance(learned, NotEnoughData)
    say("learned and judged", start)
    deals = open_deals(learned, tables.opportunities, {}, "CNY")
    assert not isinstance(deals, NotEnoughData)
    say(f"{len(deals):,} open deals scored", start)


def say(what: str, start: tuple[float, float]) -> None:
    """Print what is done, seconds since the start and of the processor, and the peak of memory."""
    wall, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
    print(f"{what} after {wall:.0f} s ({cpu:.0f} s of CPU), peak {_peak():.1f} GB")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / BYTES_PER_GB


if __name__ == "__main__":
    main()
