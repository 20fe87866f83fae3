"""The ledger: what every run found, for ever, as a folder of Parquet files that reads as one table."""

from salesops.tables.ledger.append import append
from salesops.tables.ledger.read import ledger_runs, read_ledger
from salesops.tables.ledger.rows import ledger_rows
from salesops.tables.ledger.said import said_before

__all__ = ["append", "ledger_rows", "ledger_runs", "read_ledger", "said_before"]
