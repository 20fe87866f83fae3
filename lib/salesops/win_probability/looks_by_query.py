"""What was known of each deal at each look, asked of the engine that holds the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.marks import days_of, whole_days

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from salesops.win_probability.marks import Days

    Queries = Mapping[str, ir.Table]

# Of few entries arrays tell the same in a quarter of the time; of so many the difference is lost in all the rest.
MANY_ENTRIES = 500_000
RECENT_DAYS = 90
OF_CLOSING = ("slips", "slipped_days")


def by_query(name: str, table: pd.DataFrame, queries: Queries) -> bool:
    """Return whether a table's part in the looks is to be asked of the engine."""
    return len(table) >= MANY_ENTRIES and {name, "opportunities"} <= set(queries)


def stage_by_query(rows: pd.DataFrame, queries: Queries, marks: Days) -> pd.DataFrame:
    """Return what `salesops.win_probability.deal_history.known_then` knows of each look, indexed like the rows.

    Parameters
    ----------
    rows
        Looks with opportunity_id and mark.
    queries
        Tables opportunities and stage_history as expressions, cut to the last mark.
    marks
        Days at which the pipeline is looked at.
    """
    # Ibis takes a second to import, which a script with frames need not spend.
    from salesops.tables.queries import stage_at_looks

    history = queries["stage_history"]
    then = _collected(stage_at_looks(history, queries["opportunities"], marks.tolist()), rows)
    without = [column for column in ("amount", "expected_close") if column not in history.columns]
    return then.drop(columns=[*without, *(OF_CLOSING if "expected_close" in without else ())])


def activity_by_query(rows: pd.DataFrame, queries: Queries, marks: Days) -> pd.DataFrame:
    """Return what `salesops.win_probability.deal_activity.activity_up_to` counts; parameters as above."""
    from salesops.tables.queries import activity_at_looks

    done = queries["activities"]
    done = done.filter(done.opportunity_id.notnull())
    found = _collected(activity_at_looks(done, queries["opportunities"], marks.tolist(), RECENT_DAYS), rows)
    looked, first = days_of(rows["snapshot"]), days_of(pd.Series([done.occurred_at.min().to_pandas()]))
    counts = found.drop(columns="last_activity").astype(float).fillna(0.0)
    if "commitment" not in done.columns:
        counts = counts.drop(columns=["commitments", "recent_commitments"])
    counts["days_since_activity"] = whole_days(looked - days_of(found["last_activity"]))
    return counts.where(pd.Series(looked >= first, rows.index))


def _collected(query: ir.Table | NotEnoughData, rows: pd.DataFrame) -> pd.DataFrame:
    """Return a query's row of each look; empty where it has none."""
    assert not isinstance(query, NotEnoughData)
    found = query.to_pyarrow()
    deals = pd.Index(rows["opportunity_id"].unique())
    span = int(rows["mark"].max()) + 1
    # Arrow finds half a million names in a fraction of the time that they take to become Python's.
    known = pc.index_in(found["opportunity_id"], value_set=pa.array(deals)).to_numpy()
    place = pd.Index(known * span + found["mark"].to_numpy()).get_indexer(
        pd.Index(deals.get_indexer(pd.Index(rows["opportunity_id"])) * span + rows["mark"].to_numpy())
    )
    values = found.drop_columns(["opportunity_id", "mark"]).to_pandas(strings_to_categorical=True, date_as_object=False)
    there = values.take(place).set_axis(rows.index).where(pd.Series(place >= 0, rows.index))
    kinds = {"category": object, "datetime": "datetime64[us]"}
    types = {name: kind for group, kind in kinds.items() for name in there.select_dtypes(group).columns}
    plain: pd.DataFrame = there.astype(types)
    return plain
