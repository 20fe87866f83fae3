"""Random plans with every term that there is, and random results for them, in cents and hundredths."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import strategies as st

from salesops.incentive_simulation import IncentivePlan

MEASURES = ("sales", "margin", "new_customers", "satisfaction")


def hundredths(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(low, high).map(lambda number: number / 100)


def money(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(100 * low, 100 * high).map(lambda number: number / 100)


@st.composite
def measures(draw: Any, name: str, weight: float) -> dict[str, Any]:
    starts = sorted(draw(st.sets(st.integers(0, 20), min_size=1, max_size=4)))
    rates, bonuses = (
        draw(st.lists(hundredths(20, 400), min_size=4, max_size=4)),
        draw(st.lists(st.sampled_from([0.0, 0.0, 0.1, 0.25]), min_size=4, max_size=4)),
    )
    tiers = [{"from": s / 10, "rate": r, "bonus": b} for s, r, b in zip(starts, rates, bonuses, strict=False)]
    if draw(st.booleans()):
        tiers[-1]["to"] = round(starts[-1] / 10 + 0.5, 2)
    found = {
        "measure": name,
        "weight": weight,
        "level": draw(st.sampled_from(["rep", "rep", "rep", "region", "company"])),
        "tiers": tiers,
        "rates_on": draw(st.sampled_from(["tier", "tier", "whole"])),
        "threshold": draw(st.sampled_from([0.0, 0.4, 0.8])),
        "max_pay": draw(st.sampled_from([None, None, 0.7, 1.5, 2.5])),
        "period": draw(st.sampled_from([None, None, "half_year", "year"])),
        "paid": draw(st.sampled_from(["at_end", "to_date"])),
    }
    if draw(st.booleans()):
        found["cap_at"] = round(max(found["threshold"], tiers[0]["from"]) + draw(hundredths(1, 150)), 2)
    return found


@st.composite
def roles(draw: Any) -> dict[str, Any]:
    names = draw(st.permutations(MEASURES))[: draw(st.integers(1, 3))]
    weights = {1: [1.0], 2: [0.6, 0.4], 3: [0.5, 0.3, 0.2]}[len(names)]
    role: dict[str, Any] = {"measures": [draw(measures(n, w)) for n, w in zip(names, weights, strict=True)]}
    if draw(st.booleans()):
        start = (
            {"above_quota": draw(hundredths(50, 120))} if draw(st.booleans()) else {"from": draw(hundredths(0, 500))}
        )
        most = draw(st.sampled_from([None, 2.5]))
        role["kickers"] = [
            {"name": "spiff", "measure": "new_customers", "per_unit": draw(money(1, 900)), "bonus": 50.5, **start}
            | {"most_units": most}
        ]
    if draw(st.booleans()):
        role["contests"] = [{"name": "best", "measure": "sales", "prizes": [1000.01, 500.0], "at_least": 10.0}]
        role["contests"][0]["among"] = draw(st.sampled_from(["region", "company"]))
    if draw(st.booleans()):
        cuts = draw(st.sampled_from([[], [names[0]]]))
        role["gates"] = [
            {"measure": "satisfaction", "at_least": 5.0, "otherwise": draw(hundredths(0, 90)), "cuts": cuts}
        ]
    if draw(st.booleans()):
        role["draw"] = {
            "amount": draw(money(10, 9000)),
            "recoverable": draw(st.booleans()),
            "period": draw(st.sampled_from([None, "half_year"])),
            "months": draw(st.sampled_from([None, 4])),
            "against": draw(st.sampled_from([[], [names[0]]])),
        }
    if draw(st.booleans()):
        role["ramp"] = {"quota": [0.25, 0.5, 0.75, 0.9], "guaranteed": draw(st.sampled_from([[], [1.0, 0.5]]))}
    return role


@st.composite
def plans(draw: Any) -> IncentivePlan:
    values: dict[str, Any] = {
        "name": "random",
        "roles": {"AR": draw(roles())},
        "hired_mid_period": draw(st.sampled_from(["quota_as_given", "quota_by_days"])),
    }
    if draw(st.booleans()):
        values["payment"] = {"at_booking": draw(hundredths(0, 95))}
    if draw(st.sampled_from([False, True, True])):
        values["clawback"] = {"share": draw(hundredths(10, 100))}
    return IncentivePlan(**values)


@st.composite
def results(draw: Any) -> pd.DataFrame:
    """Return four quarters of three reps in two regions, some of them new and there for a part of the first quarter."""
    rows = []
    for rep, region in (("a", "N"), ("b", "N"), ("c", "S")):
        new, target = draw(st.booleans()), draw(money(1000, 200_000))
        for quarter in range(4):
            sales = draw(money(300, 3000))
            rows.append(
                {
                    "rep_id": rep,
                    "region": region,
                    "role": "AR",
                    "period": f"2026Q{quarter + 1}",
                    "start": 24312 + 3 * quarter,
                    "base_pay": 120_000.0,
                    "target_pay": target,
                    "present": draw(hundredths(1, 100)) if new and quarter == 0 else 1.0,
                    "months_of_service": 3.0 * quarter if new else 40.0,
                    "sales": sales,
                    "sales_quota": draw(st.sampled_from([1000.0, 1234.56, 777.77])),
                    "margin": draw(st.one_of(money(-100, 0), money(100, 900), money(100, 900))),
                    "margin_quota": 333.33,
                    "new_customers": float(draw(st.integers(1, 9))),
                    "new_customers_quota": 3.0,
                    "satisfaction": draw(hundredths(300, 1000)),
                    "satisfaction_quota": 7.5,
                    "collected": round(sales * draw(hundredths(0, 110)), 2),
                    "sales_reversed": draw(st.sampled_from([0.0, 99.9, 250.25])),
                }
            )
    return pd.DataFrame(rows)
