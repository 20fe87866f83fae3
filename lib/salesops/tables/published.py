"""The output contract: tables that notebooks publish for each other, for spreadsheets and for checks."""

from __future__ import annotations

import os
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from salesops.errors import InputError, did_you_mean
from salesops.not_enough_data import NotEnoughData
from salesops.paths import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd

KPI_COLUMNS = ("topic", "kpi", "label", "value", "low", "high", "unit", "better")

# The least that each table holds; further columns may follow.
OUTPUT_CONTRACT: dict[str, dict[str, tuple[str, ...]]] = {
    "market_sizing": {
        "market_sizes": ("industry", "region", "measure", "method", "p10", "p50", "p90"),
        "expected_sales": ("segment", "period", "p10", "p50", "p90"),
        "diffusion": ("segment", "model", "p", "q", "m", "p_se", "q_se", "m_se", "selected"),
        "elasticities": ("product_line", "elasticity", "low", "high", "n"),
        "price_points": ("product_line", "pmc", "ipp", "opp", "pme", "best_price", "goal"),
        "competition": ("year", "segment", "competitor", "share", "hhi"),
    },
    "win_probability": {
        "open_deals": (
            "opportunity_id",
            "win_probability",
            "low",
            "high",
            "win_this_quarter",
            "expected_amount",
            "expected_close",
            "reasons_up",
            "reasons_down",
            "next_confirmation",
            "next_gain",
        ),
        "key_prospects": (
            "opportunity_id",
            "account",
            "stage",
            "amount",
            "win_probability",
            "low",
            "high",
            "expected_amount",
            "expected_close",
            "changed",
            "risks",
            "resources_needed",
            "next_step",
        ),
        "scorecards": ("opportunity_id", "clears", "firsts", "win", "days_since_review", "unticked", "at_rule"),
        "confirmations": ("confirmation", "weight", "low", "high", "rank", "equal_weight"),
        "model_card": ("model", "split", "metric", "value", "low", "high"),
        "calibration": ("model", "bin", "predicted", "observed", "n"),
        "inference": ("feature", "comparison", "effect", "std_error", "z", "p_value", "p_adjusted", "low", "high"),
        "bookings": ("period", "mean", "p10", "p50", "p90"),
        "funnel": (
            "kind",
            "step",
            "reached",
            "reached_low",
            "reached_high",
            "conversion",
            "low",
            "high",
            "left",
            "lost",
            "lost_amount",
            "under_way",
            "days_median",
            "days_low",
            "days_high",
            "needs",
        ),
        "growth": ("factor", "before", "now", "part", "low", "high", "period_before", "period"),
        "lead_sources": (
            "source",
            "leads",
            "deals",
            "won",
            "won_amount",
            "conversion",
            "conversion_low",
            "conversion_high",
            "conversion_shrunk",
            "won_share",
            "won_share_low",
            "won_share_high",
            "days_median",
            "cost_per_lead",
            "cost_per_win",
            "cost_per_win_low",
            "cost_per_win_high",
            "won_per_cost",
            "won_per_cost_low",
            "won_per_cost_high",
        ),
        "losses": (
            "by",
            "value",
            "lost",
            "lost_amount",
            "share",
            "cumulative_share",
            "won",
            "win_rate",
            "low",
            "high",
            "expected",
            "gap",
            "gap_low",
            "gap_high",
            "winnable",
            "winnable_amount",
        ),
        "rep_optimism": (
            "rep_id",
            "deals",
            "days_late",
            "days_late_low",
            "days_late_high",
            "slipped",
            "slipped_low",
            "slipped_high",
            "won_deals",
            "amount_change",
            "amount_change_low",
            "amount_change_high",
        ),
        "past_bookings": ("period", "made_on", "quarters_ahead", "mean", "p10", "p50", "p90", "actual"),
    },
    "customer_segmentation": {
        "customers": (
            "account_id",
            "segment",
            "value_tier",
            "value_score",
            "band",
            "lifecycle_stage",
            "p_alive",
            "expected_orders",
            "expected_value",
            "clv",
            "clv_low",
            "clv_high",
            "churn_risk",
            "weeks_overdue",
            "wallet_share",
            "next_step",
        ),
        "segments": ("segment", "name", "rule", "customers", "revenue", "stability"),
    },
    "incentive_simulation": {
        "payouts": (
            "plan",
            "rep_id",
            "attainment_p50",
            "pay_mean",
            "pay_p10",
            "pay_p90",
            "change_from_current",
        ),
        "plans": (
            "plan",
            "cost_mean",
            "cost_p10",
            "cost_p90",
            "sales_mean",
            "cost_of_sales",
            "share_at_quota",
            "gini",
            "fairness",
            "steepest_margin",
        ),
        "quotas": ("rep_id", "potential", "quota", "new_quota", "change"),
    },
    "sales_forecasting": {
        "forecast": ("level", "key", "period", "mean", "p10", "p50", "p90", "model"),
        "promotions": ("kind", "months_run", "lift", "low", "high", "months_planned"),
        "anomalies": (
            "month",
            "level",
            "key",
            "actual",
            "expected",
            "low",
            "high",
            "gap",
            "by",
            "child",
            "contribution",
        ),
        "forecast_totals": ("level", "key", "period", "sales_so_far", "mean", "p10", "p50", "p90"),
        "backtest": ("level", "model", "horizon", "metric", "value"),
        "targets": ("period", "level", "key", "target", "forecast", "probability_met"),
        "target_split": ("period", "level", "key", "measure", "target", "share"),
        "this_quarter": ("period", "way", "booked", "still_to_come", "weight", "error"),
        "past_forecasts": (
            "made_on",
            "level",
            "key",
            "period",
            "months_ahead",
            "mean",
            "p10",
            "p90",
            "actual",
            "naive",
        ),
    },
}

# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA = re.compile(r"^\s*[=+\-@\t\r]")


def publish(run_dir: str | Path, topic: str, **frames: pd.DataFrame | NotEnoughData) -> list[str]:
    """Write a topic's tables as Parquet, with a CSV beside each.

    Parameters
    ----------
    run_dir
        Folder of the run; tables go to `tables/<topic>/`.
    topic
        The notebook's name.
    **frames
        Tables by name. One that is `NotEnoughData` is not written, and an older one of that name is removed.

    Returns
    -------
    list of str
        Names of the tables written.

    Raises
    ------
    InputError
        If a table is not in the output contract or lacks one of its columns.
    """
    folder = resolve(run_dir) / "tables" / topic
    return [name for name, frame in frames.items() if _publish_one(folder, topic, name, frame)]


def publish_kpis(run_dir: str | Path, topic: str, kpis: Sequence[Any]) -> dict[str, float]:
    """Write a topic's KPIs and return the values of the run before, by KPI, as far as there was one.

    Parameters
    ----------
    run_dir
        Folder of the run.
    topic
        The notebook's name.
    kpis
        Figures (`salesops.report.Kpi`, or any dataclass with the fields of `KPI_COLUMNS`).
    """
    import pandas as pd

    before = published(run_dir, topic, "kpis")
    rows = [{**asdict(kpi), "topic": topic} for kpi in kpis]
    frame = pd.DataFrame(rows, columns=list(KPI_COLUMNS))
    publish(run_dir, topic, kpis=frame.astype(dict.fromkeys(("value", "low", "high"), "float64")))
    return {} if isinstance(before, NotEnoughData) else dict(zip(before["kpi"], before["value"], strict=True))


def published(run_dir: str | Path, topic: str, name: str) -> pd.DataFrame | NotEnoughData:
    """Return a table that another notebook has published into this run, or say which notebook to run first."""
    # Imported here: a run that finds nothing changed has no use for it.
    import pandas as pd

    path = resolve(run_dir) / "tables" / topic / f"{name}.parquet"
    if not path.is_file():
        return NotEnoughData(f"table {name} of {topic}", f"run the notebook {topic} first")
    return pd.read_parquet(path)


def neutralised(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose text cells no spreadsheet takes for a formula.

    Examples
    --------
    >>> import pandas as pd
    >>> neutralised(pd.DataFrame({"name": ["=1+1", "Hefei"], "n": [-1, 2]}))["name"].tolist()
    ["'=1+1", 'Hefei']
    """
    text = frame.select_dtypes(include=["object", "string", "category"]).columns
    safe: Callable[[object], object] = lambda v: f"'{v}" if isinstance(v, str) and FORMULA.match(v) else v  # noqa: E731
    return frame.assign(**{column: frame[column].map(safe) for column in text}).rename(columns=lambda c: str(safe(c)))


def publish_frame(folder: Path, name: str, frame: pd.DataFrame) -> None:
    """Write one table as Parquet and as a CSV that spreadsheets open cleanly, each renamed into place."""
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / f"{name}.parquet", lambda path: frame.to_parquet(path, index=False))
    # With the byte-order mark, spreadsheets read Chinese names right.
    _replace(folder / f"{name}.csv", lambda path: neutralised(frame).to_csv(path, index=False, encoding="utf-8-sig"))


def _publish_one(folder: Path, topic: str, name: str, frame: pd.DataFrame | NotEnoughData) -> bool:
    if isinstance(frame, NotEnoughData):
        for kind in ("parquet", "csv"):
            (folder / f"{name}.{kind}").unlink(missing_ok=True)
        return False
    _check_columns(topic, name, frame)
    publish_frame(folder, name, frame)
    return True


def _check_columns(topic: str, name: str, frame: pd.DataFrame) -> None:
    contract = {**OUTPUT_CONTRACT.get(topic, {}), "kpis": KPI_COLUMNS}
    if name not in contract:
        raise InputError(f'table "{name}" of {topic} is not in the output contract: {did_you_mean(name, contract)}')
    missing = [column for column in contract[name] if column not in frame.columns]
    if missing:
        raise InputError(f"table {name} of {topic} lacks {', '.join(missing)}: the output contract promises them")


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    aside = path.with_name(path.name + ".part")
    write(aside)
    os.replace(aside, path)
