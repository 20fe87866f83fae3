"""How long chances take for a large company: features, fit, judging and scoring, with the peak of memory.

Run: python benchmarks/win_probability.py [accounts]; 43,000 accounts have about 200,000 deals and 1,000,000 stage rows.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import fields

import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.tables.sample.generate import parts
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.learn import learn
from salesops.win_probability.open_deals import open_deals
from salesops.win_probability.parameters import Parameters

AS_OF = pd.Timestamp("2026-09-30").date()
BYTES_PER_GB = 1e6 if sys.platform != "darwin" else 1e9


def company(accounts: int) -> DealTables:
    """Return the tables of deals of a sample company, without the rest of it."""
    wanted = [field.name for field in fields(DealTables)]
    kept: dict[str, list[pd.DataFrame]] = {name: [] for name in wanted}
    for part in parts(accounts, seed=5, with_truth=False):
        for name in wanted:
            if name in part.tables:
                kept[name].append(part.tables[name])
    return DealTables(**{name: pd.concat(frames, ignore_index=True) for name, frames in kept.items()})


def main() -> None:
    """Print what was measured."""
    tables = company(int(sys.argv[1]) if len(sys.argv) > 1 else 43_000)
    assert not isinstance(tables.opportunities, NotEnoughData)
    assert not isinstance(tables.stage_history, NotEnoughData)
    print(f"{len(tables.opportunities):,} deals, {len(tables.stage_history):,} stage rows, {_peak():.1f} GB")
    start = time.perf_counter()
    learned = learn(tables, AS_OF, Parameters())
    assert not isinstance(learned, NotEnoughData)
    print(f"learned and judged in {time.perf_counter() - start:.0f} s, peak {_peak():.1f} GB")
    deals = open_deals(learned, tables.opportunities, {}, "CNY")
    assert not isinstance(deals, NotEnoughData)
    print(f"{len(deals):,} open deals scored after {time.perf_counter() - start:.0f} s, peak {_peak():.1f} GB")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / BYTES_PER_GB


if __name__ == "__main__":
    main()
