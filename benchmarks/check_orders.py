"""Time and memory to check ten million order lines in Parquet: under 30 s and 2 GB on two cores.

    python benchmarks/check_orders.py [ROWS] [FOLDER]

One line in thirteen is at fault, since finding and counting faults is the dear part.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

SECONDS, GIGABYTES = 30, 2.0


def write_orders(rows: int, folder: Path) -> None:
    """Write orders and their accounts; one in thirteen is paid before it is placed, a few are of unknown accounts."""
    draw = np.random.default_rng(1)
    accounts = rows // 20 + 1
    day = pd.Timestamp("2020-01-01") + pd.to_timedelta(draw.integers(0, 2000, rows), unit="D")
    orders = pd.DataFrame(
        {
            "order_id": np.arange(rows).astype(str),
            "account_id": "A" + pd.Series(draw.integers(0, accounts + 5, rows)).astype(str),
            "ordered_at": day,
            "amount": draw.lognormal(5, 1, rows).round(2),
            "quantity": draw.integers(1, 9, rows).astype(float),
            "paid_at": day + pd.to_timedelta(draw.integers(-5, 60, rows), unit="D"),
        }
    )
    orders.to_parquet(folder / "orders.parquet")
    names = "A" + pd.Series(np.arange(accounts)).astype(str)
    pd.DataFrame({"account_id": names, "name": names}).to_parquet(folder / "accounts.parquet")


def main(rows: int, folder: Path) -> int:
    """Check the orders in `folder`, which are made by another process if they are not there."""
    from salesops.tables.check import check

    started = time.perf_counter()
    report = check(folder)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    for fault in report.faults:
        print(fault)
    print(f"{rows:,} order lines: {seconds:.1f} s (at most {SECONDS}), {peak:.2f} GB (at most {GIGABYTES})")
    return int(seconds > SECONDS or peak > GIGABYTES)


if __name__ == "__main__":
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    given = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(prefix="salesops-") as temporary:
        folder = given or Path(temporary)
        if not (folder / "orders.parquet").exists():
            import multiprocessing

            # Its memory is not that of the check.
            maker = multiprocessing.get_context("spawn").Process(target=write_orders, args=(rows, folder))
            maker.start()
            maker.join()
        sys.exit(main(rows, folder))
