"""What had been done for a deal up to each look, and what its customer had committed to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesops.win_probability.deal_history import deal_days
from salesops.win_probability.marks import days_of

RECENT_DAYS = 90


def activity_up_to(rows: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """Return activities and commitments of each deal up to each look, and in the last 90 days before it.

    Parameters
    ----------
    rows
        Snapshots with opportunity_id and snapshot, n rows.
    activities
        Table of the input contract with opportunity_id.

    Returns
    -------
    DataFrame
        activities, recent_activities, days_since_activity, and with a column commitment also commitments and
        recent_commitments; n rows, indexed like `rows`. Looks before the table begins are empty: nobody kept it then.
    """
    done = activities[activities["opportunity_id"].notna() & activities["occurred_at"].notna()]
    known = pd.Index(done["opportunity_id"].unique())
    codes = known.get_indexer(done["opportunity_id"])
    keys = deal_days(codes, days_of(done["occurred_at"]))
    order = np.argsort(keys, kind="stable")
    keys, wanted, looked = keys[order], known.get_indexer(rows["opportunity_id"]), days_of(rows["snapshot"])
    start = np.searchsorted(keys, deal_days(wanted, np.full(len(rows), np.datetime64("1000-01-01"))))
    upto = np.searchsorted(keys, deal_days(wanted, looked), side="right")
    before = np.searchsorted(keys, deal_days(wanted, looked - RECENT_DAYS), side="right")
    found = {"activities": upto - start, "recent_activities": upto - before}
    if "commitment" in done.columns:
        total = np.concatenate([[0.0], np.cumsum(done["commitment"].fillna(0).to_numpy(float)[order])])
        found |= {"commitments": total[upto] - total[start], "recent_commitments": total[upto] - total[before]}
    last = np.where(upto > start, keys[np.maximum(upto, 1) - 1] - deal_days(wanted, looked), np.nan)
    table = pd.DataFrame({**found, "days_since_activity": -last}, index=rows.index).astype(float)
    return table.where(pd.Series(looked >= days_of(done["occurred_at"]).min(), rows.index))
