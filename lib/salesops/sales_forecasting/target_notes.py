"""What the reader must know about targets: which cannot be compared, which contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.errors import did_you_mean
from salesops.not_enough_data import NotEnoughData
from salesops.report import plural
from salesops.report.numbers import period_in_words
from salesops.sales_forecasting.periods import month_bounds, month_count
from salesops.sales_forecasting.series import COMPANY
from salesops.sales_forecasting.series_notes import part_name, said
from salesops.sales_forecasting.targets import GIVEN, SALES, WHOLE, level_sums, sales_targets
from salesops.sales_forecasting.totals import located

if TYPE_CHECKING:
    from collections.abc import Iterable

    from salesops.sales_forecasting.outlook import Outlook

# Targets are often rounded to thousands before they are handed down.
TOLERANCE = 0.005


def target_notes(targets: pd.DataFrame | NotEnoughData, outlook: Outlook | NotEnoughData) -> list[str]:
    """Say of targets whose period is not over which were added up, cannot be compared or contradict each other.

    Parameters
    ----------
    targets
        Table targets.
    outlook
        Result of `forecast_sales`.
    """
    if isinstance(targets, NotEnoughData) or isinstance(outlook, NotEnoughData):
        return []
    rows = located(sales_targets(targets, outlook.history), outlook)
    rows = rows[rows["last"] > int(outlook.last_month.astype(int))]
    given = rows[rows["source"] == GIVEN]
    return [
        *_added_up(rows),
        *_not_added_up(rows, given, outlook.history),
        *_without_comparison(rows, outlook),
        *time_contradictions(given),
        *level_contradictions(given, outlook.history),
        *_other_measures(targets),
    ]


def time_contradictions(given: pd.DataFrame) -> list[str]:
    """Name each target whose quarters or months do not add up to it, by more than half a percent.

    Parameters
    ----------
    given
        period, level, key and target.
    """
    rows = given.assign(first=month_bounds(given["period"])[0], months=month_count(given["period"]))
    apart = pd.concat([_apart(rows, whole, part) for whole, part in ((12, 3), (3, 1), (12, 1))])
    return [
        f"Targets of {part_name(row['level'], row['key'])} contradict each other: the {row['parts']} of "
        f"{period_in_words(row['period'])} add up to {row['sum']:,.0f}, its own target is {row['target']:,.0f}."
        for row in apart.to_dict("records")
    ]


def level_contradictions(given: pd.DataFrame, history: pd.DataFrame) -> list[str]:
    """Name each level whose targets are more than half a percent apart from the company's in some period.

    Where a level's targets cover only part of the business, they may add up to less, but not to more.
    """
    company = given[given["level"] == COMPANY].set_index("period")["target"]
    sums = level_sums(given, history)
    sums = sums.assign(whole=company.reindex(sums["period"]).to_numpy(float))
    over = (sums["target"] - sums["whole"]) / sums["whole"].where(sums["whole"] != 0)
    apart = sums[(over > TOLERANCE) | ((over < -TOLERANCE) & (sums["share"] >= WHOLE))]
    return [
        f"Targets by {said(str(level))} do not add up to the company's in {plural(len(part), 'period')}: in "
        f"{period_in_words(part['period'].iloc[0])} {part['target'].iloc[0]:,.0f} against {part['whole'].iloc[0]:,.0f}."
        for level, part in apart.groupby("level", sort=False)
    ]


def _apart(rows: pd.DataFrame, whole: int, part: int) -> pd.DataFrame:
    """Return wholes of which all parts are there but add up to something else."""
    key = ["level", "key", "first"]
    parts = rows[rows["months"] == part].assign(first=lambda r: r["first"] - r["first"] % whole)
    joined = rows[rows["months"] == whole].merge(parts, on=key, suffixes=("", "_part"))
    sums = joined.groupby(["level", "key", "period", "target"])["target_part"].agg(["sum", "count"]).reset_index()
    differs = (sums["sum"] - sums["target"]).abs() > TOLERANCE * sums["target"].abs()
    return sums[(sums["count"] == whole // part) & differs].assign(parts={1: "months", 3: "quarters"}[part])


def _added_up(rows: pd.DataFrame) -> list[str]:
    added = rows[rows["source"] != GIVEN]
    return [
        f"The company has no target of its own for {_listed(part['period'])}: the {source} stands for it."
        for source, part in added.groupby("source", sort=False)
    ]


def _not_added_up(rows: pd.DataFrame, given: pd.DataFrame, history: pd.DataFrame) -> list[str]:
    """Name the periods in which the company has no target and no level's targets cover the business."""
    sums = level_sums(given, history)
    open_periods = sums[~sums["period"].isin(rows.loc[rows["level"] == COMPANY, "period"]) & (sums["share"] > 0)]
    best = open_periods.sort_values("share").drop_duplicates("period", keep="last")
    return [
        f"The company has no target for {period_in_words(row['period'])}: those by {said(row['level'])} cover only "
        f"{row['share']:.0%} of its sales and are not added up."
        for row in best.to_dict("records")
    ]


def _without_comparison(rows: pd.DataFrame, outlook: Outlook) -> list[str]:
    """Say what cannot be compared, once per level, period or part, whichever the obstacle belongs to."""
    by = {obstacle: part for obstacle, part in rows.groupby("obstacle") if obstacle}
    none = rows.iloc[:0]
    notes = [
        f"Targets by {said(str(level))} ({len(part)}) are not compared: add {level} to the parameter levels, if orders "
        "name it."
        for level, part in by.get("level not forecast", none).groupby("level")
    ]
    if "beyond the horizon" in by:
        periods = _listed(by["beyond the horizon"]["period"])
        notes.append(f"Targets for {periods} lie beyond {outlook.horizon} months: raise horizon_months.")
    notes += _of_parts(by.get("unknown key", none), "orders know no such name", outlook.history)
    notes += _of_parts(by.get("not forecast", none), "this part is not forecast")
    return notes + _of_parts(by.get("before the first order", none), "orders begin later")


def _of_parts(rows: pd.DataFrame, reason: str, history: pd.DataFrame | None = None) -> list[str]:
    """Return one note per part, with the nearest known name if `history` is given."""
    notes = []
    for names, part in rows.groupby(["level", "key"], sort=False):
        level, key = map(str, names)
        known: list[str] = [] if history is None else history.loc[history["level"] == level, "key"].unique().tolist()
        hint = f" ({did_you_mean(key, known)})" if known else ""
        notes.append(
            f"Target of {part_name(level, key)} for {_listed(part['period'])} is not compared: {reason}{hint}."
        )
    return notes


def _other_measures(targets: pd.DataFrame) -> list[str]:
    other = targets.loc[targets["measure"] != SALES, "measure"]
    if other.empty:
        return []
    return [f"{plural(len(other), 'target')} for {' and '.join(sorted(other.unique()))} are not compared here."]


def _listed(periods: Iterable[str], most: int = 4) -> str:
    names = [period_in_words(period) for period in dict.fromkeys(periods)]
    return ", ".join(names) if len(names) <= most else f"{', '.join(names[:most])} and {len(names) - most} more"
