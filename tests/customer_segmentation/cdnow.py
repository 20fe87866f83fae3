"""The CDNOW customers that the literature fits its models on, where they are at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "real" / "cdnow"
WEEK = 7.0


def order_days() -> pd.DataFrame:
    """Return account_id, day and amount of every day with an order, CDs given away included."""
    names = ["master_id", "account_id", "day", "discs", "amount"]
    frame = pd.read_csv(FOLDER / "CDNOW_sample.txt", sep=r"\s+", names=names, dtype={"account_id": str, "day": str})
    frame["day"] = pd.to_datetime(frame["day"], format="%Y%m%d")
    return frame.groupby(["account_id", "day"], as_index=False)["amount"].sum()


def weeks(days: pd.DataFrame, until: str) -> dict[str, np.ndarray]:
    """Return frequency, recency, T and log_gaps in weeks of the customers known on a day."""
    known = days[days["day"] <= until].sort_values(["account_id", "day"])
    gaps = np.log(known.groupby("account_id")["day"].diff().dt.days / WEEK)
    per = (
        known.assign(gap=gaps)
        .groupby("account_id")
        .agg(n=("day", "size"), a=("day", "min"), z=("day", "max"), g=("gap", "sum"))
    )
    return {
        "frequency": per["n"].to_numpy() - 1,
        "recency": (per["z"] - per["a"]).dt.days.to_numpy() / WEEK,
        "T": (pd.Timestamp(until) - per["a"]).dt.days.to_numpy() / WEEK,
        "log_gaps": per["g"].to_numpy(),
    }


def orders_after(days: pd.DataFrame, until: str) -> np.ndarray:
    """Return how many orders each customer known on a day placed after it."""
    known = days.loc[days["day"] <= until, "account_id"].drop_duplicates().sort_values()
    return days[days["day"] > until].groupby("account_id").size().reindex(known, fill_value=0).to_numpy()
