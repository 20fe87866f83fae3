"""Measure `customer_features` on many order lines: seconds and memory.

    python benchmarks/customer_features.py --lines 10000000

Order lines are drawn at random and written to Parquet in a temporary folder. A process of its own then runs the query
on DuckDB, so that the peak is the query's and not the drawing's.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

AS_OF = dt.date(2026, 9, 30)
SECONDS, GIGABYTES = 5.0, 2.0
CHUNK = 1_000_000
RETURNED = 0.02
CHANNELS = ("direct", "distributor", "online")
PRODUCT_LINES = tuple(f"line {number:02}" for number in range(12))
PRODUCTS = 240


def draw(rng: np.random.Generator, lines: int, accounts: int) -> pa.Table:
    """Return order lines over six years, in orders of one to four lines; some accounts buy much, most buy little."""
    basket = np.repeat(np.arange(lines), rng.integers(1, 5, lines))[:lines]
    account = (accounts * rng.random(lines) ** 2).astype(np.int64)[basket]
    day = (np.datetime64(AS_OF) - rng.integers(0, 6 * 365, lines)).astype("datetime64[D]")[basket]
    amount = np.round(np.exp(rng.normal(5, 1, lines)), 2)
    product = (PRODUCTS * rng.random(lines) ** 2).astype(np.int64)
    return pa.table(
        {
            "account_id": pa.array(np.char.add("A", account.astype(str))),
            "ordered_at": pa.array(day),
            "amount": np.where(rng.random(lines) < RETURNED, -amount, amount),
            "product_id": pa.array(np.char.mod("P%03d", np.arange(PRODUCTS))[product]),
            "product_line": pa.array(np.array(PRODUCT_LINES)[product % len(PRODUCT_LINES)]),
            "channel": pa.array(np.array(CHANNELS)[account % len(CHANNELS)]),
            "paid_at": pa.array(day + rng.integers(5, 120, lines)[basket]),
        }
    )


def write(path: Path, lines: int, accounts: int) -> None:
    """Write order lines to Parquet, a chunk at a time."""
    rng = np.random.default_rng(2026)
    chunks = (draw(rng, min(CHUNK, lines - start), accounts) for start in range(0, lines, CHUNK))
    first = next(chunks)
    with pq.ParquetWriter(path, first.schema) as file:
        file.write_table(first)
        for chunk in chunks:
            file.write_table(chunk)


def measure(path: Path, known: int) -> dict[str, float]:
    """Return seconds and peak memory (of the whole process) of the query, its result fetched into pandas."""
    import ibis

    from salesops.tables.queries import collect, customer_features

    orders = ibis.duckdb.connect().read_parquet(path)
    accounts = ibis.memtable(
        {"account_id": [f"A{number}" for number in range(known)], "potential_spend": 1e5, "payment_days": 30.0}
    )
    start, cpu = time.perf_counter(), time.process_time()
    found = collect(customer_features(orders, AS_OF, accounts, CHANNELS))
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    # Linux counts in kilobytes, macOS in bytes.
    unit = 1e9 if sys.platform == "darwin" else 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return {"customers": len(found), "seconds": round(seconds, 2), "cpu": round(cpu, 2), "gigabytes": round(peak, 2)}


def main() -> int:
    """Print what was measured; exit code 1 if it is over the limits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=10_000_000, help="order lines")
    parser.add_argument("--accounts", type=int, default=300_000, help="accounts")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure, arguments.accounts)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.parquet"
        write(path, arguments.lines, arguments.accounts)
        command = [sys.executable, __file__, "--measure", str(path)]
        command += ["--accounts", str(arguments.accounts)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(f"{arguments.lines:,} order lines of {found['customers']:,} accounts to customer_features:")
    print(f"{found['seconds']} s (at most {SECONDS}; {found['cpu']} s of processor time over all cores)")
    print(f"{found['gigabytes']} GB at the peak (at most {GIGABYTES})")
    return int(found["seconds"] > SECONDS or found["gigabytes"] > GIGABYTES)


if __name__ == "__main__":
    sys.exit(main())
