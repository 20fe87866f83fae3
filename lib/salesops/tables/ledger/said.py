"""What earlier runs of a plan foretold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData
from salesops.paths import resolve
from salesops.tables.ledger.read import read_ledger

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd


def said_before(run_dir: str, as_of: date, topic: str, table: str) -> pd.DataFrame | NotEnoughData:
    """Return the forecasts of a table that earlier runs of this plan and scenario published, from the ledger.

    Parameters
    ----------
    run_dir
        Folder of the run: reports/PLAN/SCENARIO. The ledger lies beside the plans.
    as_of
        Day of the analysis; what was said as of that day or later is left out.
    topic, table
        Whose, and which.

    Returns
    -------
    DataFrame or NotEnoughData
        made_on, level, key, period, mean, p10, p50, p90. Of several runs as of one day, the newest counts.
    """
    import pandas as pd

    folder = resolve(run_dir)
    plan, scenario = folder.parent.name, _scenario(folder.name)
    remedy = f"run the plan as of past quarters: salesops run params/{plan}.yml --as-of 2025-12-31"
    rows = read_ledger(folder.parent.parent / "ledger", kind="forecast", topic=topic, plan=plan)
    rows = rows[(rows["name"] == table) & (rows["scenario"] == scenario) & (rows["as_of"] < pd.Timestamp(as_of))]
    if rows.empty:
        return NotEnoughData("forecasts of earlier runs in the ledger", remedy)
    newest = rows.groupby("as_of")["started_at"].transform("max") == rows["started_at"]
    said = rows[newest].rename(columns={"as_of": "made_on", "value": "mean", "low": "p10", "mid": "p50", "high": "p90"})
    return said[["made_on", "level", "key", "period", "mean", "p10", "p50", "p90"]].reset_index(drop=True)


def _scenario(name: str) -> str:
    """Return the scenario of a run's folder, also while it is built aside under a hidden name.

    Examples
    --------
    >>> _scenario("base"), _scenario(".base.building-4711")
    ('base', 'base')
    """
    return name.removeprefix(".").rsplit(".building-", 1)[0]
