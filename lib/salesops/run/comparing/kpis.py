"""The KPIs of two runs side by side: how far apart, how sure that is, and whether it is good news."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from salesops.report.numbers import Better, change, is_finite

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["better", "worse", "unchanged", "none"]


@dataclass(frozen=True)
class Figure:
    """A KPI in one run; value and ends of the interval are None where there are none."""

    label: str
    unit: str
    better: Better
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class KpiDifference:
    """A KPI in both runs.

    Parameters
    ----------
    topic, kpi
        The notebook, and what it calls the KPI.
    a, b
        The figure in each run; None where the run lacks it.
    difference, relative
        How much more it is in B, in its unit and as a share of A; None where that cannot be said.
    within_bands
        Whether each of the two values lies inside the other's interval; None where an interval is missing.
    verdict
        What the difference means for the business; `none` where neither direction is good news, or nothing can be
        said.
    """

    topic: str
    kpi: str
    a: Figure | None
    b: Figure | None
    difference: float | None = None
    relative: float | None = None
    within_bands: bool | None = None
    verdict: Verdict = "none"


def compare_kpis(a: pd.DataFrame, b: pd.DataFrame) -> tuple[KpiDifference, ...]:
    """Return every KPI of two runs: in the order of A, then those that B alone has.

    Parameters
    ----------
    a, b
        The ledger's rows of one run each.
    """
    kpis_a, kpis_b = _kpis(a), _kpis(b)
    return tuple(_difference(*key, kpis_a.get(key), kpis_b.get(key)) for key in {**kpis_a, **kpis_b})


def _kpis(rows: pd.DataFrame) -> dict[tuple[str, str], Figure]:
    kpis = rows[rows["kind"] == "kpi"].to_dict("records")
    return {(row["topic"], row["name"]): _figure(row) for row in kpis}


def _figure(row: dict[Any, Any]) -> Figure:
    words = json.loads(row["text"])
    value, low, high = (row[name] if is_finite(row[name]) else None for name in ("value", "low", "high"))
    return Figure(words["label"], row["unit"], words["better"], value, low, high)


def _difference(topic: str, kpi: str, a: Figure | None, b: Figure | None) -> KpiDifference:
    # Figures in two currencies have no difference.
    if a is None or b is None or a.value is None or b.value is None or a.unit != b.unit:
        return KpiDifference(topic, kpi, a, b)
    return KpiDifference(
        topic,
        kpi,
        a,
        b,
        difference=b.value - a.value,
        relative=(b.value - a.value) / abs(a.value) if a.value else None,
        within_bands=_each_within(a, b),
        verdict=_verdict(b.value, a.value, b),
    )


def _each_within(a: Figure, b: Figure) -> bool | None:
    if None in (a.low, a.high, b.low, b.high):
        return None
    return bool(a.low <= b.value <= a.high and b.low <= a.value <= b.high)  # type: ignore[operator]


def _verdict(value: float, previous: float, figure: Figure) -> Verdict:
    seen = change(value, previous, figure.unit, figure.better)
    if seen.text == "unchanged":
        return "unchanged"
    words: dict[str, Verdict] = {"good": "better", "bad": "worse", "none": "none"}
    return words[seen.tone]
