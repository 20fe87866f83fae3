"""Targets that do not add up: months to quarters to years, and regions to the company."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.tables.checks.fault import EXAMPLES, Fault
from salesops.tables.schemas import PERIOD

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ibis.expr.types as ir

TOLERANCE = 0.005
"""Targets are rounded when they are shared out; half a percent of the whole is forgiven."""
ADDITIVE = "sales"
"""Customers of two months may be the same ones, and shares are no parts: only sales add up."""
COLUMNS = ("period", "level", "key", "measure", "target")
WANTED = "parts that add up to the whole within 0.5%"


def target_sums(tables: dict[str, ir.Table]) -> Iterator[Fault]:
    """Yield a fault if targets do not add up, where a whole and all of its parts are there."""
    table = tables.get("targets")
    if table is None or not set(COLUMNS) <= set(table.columns):
        return
    sales = table.filter(table.measure == ADDITIVE).select(*COLUMNS).to_pandas().dropna()
    sales = sales[sales["period"].str.match(PERIOD)].drop_duplicates(["period", "level", "key"])
    wrong = [
        line for checked in (periods_off(sales), regions_off(sales)) for line in map(_sentence, *_columns(checked))
    ]
    if wrong:
        yield Fault("targets", "target", len(wrong), "; ".join(wrong[:EXAMPLES]), WANTED)


def periods_off(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the periods whose parts make another sum, with `name`, `parts`, `whole` and `total`.

    Parameters
    ----------
    targets
        Additive targets with `period`, `level`, `key` and `target`; each only once.

    Examples
    --------
    >>> months = pd.DataFrame({"period": ["2026-01", "2026-02", "2026-03", "2026Q1"], "target": [1.0, 2.0, 3.0, 7.0]})
    >>> periods_off(months.assign(level="company", key="all"))[["name", "parts", "total", "whole"]].values.tolist()
    [['company all in 2026Q1', 'months', 6.0, 7.0]]
    """
    month, quarter = targets["period"].str.contains("-"), targets["period"].str.contains("Q")
    year = targets["period"].str[:4]
    quarter_of = year + "Q" + ((targets["period"].str[5:].where(month, "1").astype(int) + 2) // 3).astype(str)
    quarters = _parts(targets[quarter], year[quarter], 4, "quarters")
    # Twelve months are held against their year only where quarters do not stand between them.
    months = _parts(targets[month], year[month], 12, "months")
    between = pd.MultiIndex.from_frame(quarters[["period", "level", "key"]])
    months = months[~pd.MultiIndex.from_frame(months[["period", "level", "key"]]).isin(between)]
    parts = pd.concat([_parts(targets[month], quarter_of[month], 3, "months"), quarters, months])
    off = _off(parts.merge(targets, on=["period", "level", "key"]))
    return off.assign(name=off["level"] + " " + off["key"] + " in " + off["period"])


def regions_off(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the periods in which the regions make another sum than the company, as `periods_off` does.

    The regions are those that targets name in any period; a period that lacks one of them is left out.
    """
    regions, company = targets[targets["level"] == "region"], targets[targets["level"] == "company"]
    sums = regions.groupby("period")["target"].agg(total="sum", n="count").reset_index()
    off = _off(sums[sums["n"] == regions["key"].nunique()].merge(company, on="period"))
    return off.assign(name="company in " + off["period"], parts="regions")


def _parts(targets: pd.DataFrame, whole: pd.Series[str], wanted: int, parts: str) -> pd.DataFrame:
    """Return the sums of parts, as far as a period has all `wanted` of them."""
    grouped = targets.assign(period=whole).groupby(["period", "level", "key"])["target"]
    sums = grouped.agg(total="sum", n="count").reset_index()
    return sums[sums["n"] == wanted].assign(parts=parts)


def _off(sums: pd.DataFrame) -> pd.DataFrame:
    sums = sums.rename(columns={"target": "whole"})
    return sums[(sums["total"] - sums["whole"]).abs() > TOLERANCE * sums["whole"].abs()]


def _columns(off: pd.DataFrame) -> list[pd.Series[str]]:
    return [off[column] for column in ("name", "parts", "total", "whole")]


def _sentence(name: str, parts: str, total: float, whole: float) -> str:
    return f"{name}: {parts} make {total:,.10g}, the whole is {whole:,.10g}"
