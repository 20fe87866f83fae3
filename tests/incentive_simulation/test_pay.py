"""What a plan pays is what its terms say, to the cent, line by line."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesops.errors import InputError
from salesops.incentive_simulation import IncentivePlan, load_plans, pay
from salesops.incentive_simulation.equal_cost import scaled
from salesops.incentive_simulation.plan_extras import Draw
from tests.incentive_simulation.plain_pay import PlainPay, exact
from tests.incentive_simulation.random_plans import plans, results

QUARTER = 3


def agrees(plan: IncentivePlan, table: pd.DataFrame) -> None:
    plain, found = PlainPay(plan, table.to_dict("records"), QUARTER), pay(plan, table)
    place = {key: i for i, key in enumerate(zip(table["rep_id"], table["period"], strict=True))}
    paid = {
        (place[row.rep_id, row.period], row.line): exact(round(row.amount, 6))
        for row in found.lines.itertuples(index=False)
        if row.amount
    }
    assert paid == {key: amount for key, amount in plain.lines.items() if amount}
    assert [exact(round(total, 6)) for total in found.totals["total"]] == [plain.total(i) for i in range(len(table))]


@given(plans(), results())
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_the_engine_pays_what_a_plain_reckoning_pays_to_the_cent(plan: IncentivePlan, table: pd.DataFrame) -> None:
    agrees(plan, table)


@pytest.mark.slow
@given(plans(), results())
@settings(max_examples=850, suppress_health_check=list(HealthCheck))
def test_the_engine_pays_what_a_plain_reckoning_pays_on_ten_thousand_results(
    plan: IncentivePlan, table: pd.DataFrame
) -> None:
    agrees(plan, table)


AR = {"base_pay": 120_000.0, "target_pay": 96_000.0, "measures": [{"measure": "sales"}]}


def one_rep(**values: Any) -> pd.DataFrame:
    row = {"rep_id": "R1", "period": "2026Q3", "role": "AR", "sales": 80.0, "sales_quota": 100.0, **values}
    return pd.DataFrame([row])


def plan_of(role: dict[str, Any] | None = None, **values: Any) -> IncentivePlan:
    return IncentivePlan(**({"name": "p", "roles": {"AR": AR | (role or {})}} | values))


def lines_of(plan: IncentivePlan, table: pd.DataFrame) -> dict[str, float]:
    lines = pay(plan, table).lines
    return dict(zip(lines["line"], lines["amount"].tolist(), strict=True))


@given(plans(), results())
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_total_pay_is_the_sum_of_its_lines_in_whole_cents(plan: IncentivePlan, table: pd.DataFrame) -> None:
    paid = pay(plan, table)
    sums = paid.lines.groupby(["period", "rep_id"])["amount"].sum()
    totals = paid.totals.set_index(["period", "rep_id"])["total"]
    assert (sums - totals.reindex(sums.index)).abs().max() < 1e-6
    cents = paid.lines["amount"] * 100
    assert (cents - cents.round()).abs().max() < 1e-6


@given(plans(), results())
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_nobody_has_less_than_base_pay_unless_pay_is_taken_back(plan: IncentivePlan, table: pd.DataFrame) -> None:
    paid = pay(plan, table)
    taken = paid.lines[paid.lines["line"].str.startswith(("clawback", "draw_recovered"))]
    back = taken.groupby(["rep_id", "period"])["amount"].sum()
    floor = paid.totals.set_index(["rep_id", "period"])["base"].add(back, fill_value=0.0)
    assert (paid.totals.set_index(["rep_id", "period"])["total"] >= floor - 1e-6).all()


@given(plans(), results())
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_draws_are_paid_as_the_same_results_in_a_table_are(plan: IncentivePlan, table: pd.DataFrame) -> None:
    other = table["sales"].to_numpy()[::-1]
    both = {"sales": np.column_stack([table["sales"], other])}
    drawn = pay(plan, table, both).variable
    for column, sales in enumerate((table["sales"], other)):
        assert drawn[:, column] == pytest.approx(pay(plan, table.assign(sales=sales)).variable[:, 0], abs=1e-6)


@given(st.integers(0, 10**7), st.integers(0, 10**6))
@settings(max_examples=40)
def test_selling_more_never_pays_less_under_todays_plan(sales: int, more: int) -> None:
    plan = load_plans(["current"])["current"]
    table = one_rep(base_pay=1.0, target_pay=96_000.0, sales_quota=50_000.0)
    drawn = pay(plan, table, {"sales": np.array([[sales / 100, (sales + more) / 100]])}).variable[0]
    assert drawn[1] >= drawn[0]
    assert drawn.max() <= 2 * 96_000 / 4


def test_pay_can_be_followed_line_by_line() -> None:
    role = {
        "measures": [{"measure": "sales", "weight": 0.75}, {"measure": "margin", "weight": 0.25, "quota": 40.0}],
        "kickers": [{"name": "spiff", "measure": "new_customers", "per_unit": 500}],
        "gates": [{"measure": "satisfaction", "at_least": 8, "otherwise": 0.5, "cuts": ["margin"]}],
    }
    table = one_rep(margin=30.0, new_customers=2.0, satisfaction=7.9)
    # A quarter has 24,000 of target pay: 18,000 for sales at 80%, 6,000 for margin at 75%, of which half is cut.
    assert lines_of(plan_of(role), table) == {
        "base": 30_000.0,
        "sales": 14_400.0,
        "margin": 4_500.0,
        "spiff": 1_000.0,
        "gate_satisfaction": -2_250.0,
    }


def test_a_year_that_is_paid_to_date_makes_up_for_a_weak_quarter() -> None:
    terms = {"measure": "sales", "threshold": 0.5, "tiers": [{"from": 0, "to": 1, "rate": 1}, {"from": 1, "rate": 2}]}
    year = pd.concat([one_rep(period=f"2026Q{q}", sales=s) for q, s in ((1, 20.0), (2, 200.0), (3, 100), (4, 120))])
    to_date = plan_of({"measures": [terms | {"period": "year", "paid": "to_date"}]})
    quarterly = plan_of({"measures": [terms]})
    # 440 of 400 in the year: 96,000 × (1 + 2 × 0.1). By quarters, the weak first one is lost.
    assert pay(to_date, year).totals["variable"].sum() == pytest.approx(115_200.0)
    assert pay(to_date, year).totals["variable"].tolist() == [0.0, 52_800.0, 24_000.0, 38_400.0]
    assert pay(quarterly, year).totals["variable"].tolist() == [0.0, 72_000.0, 24_000.0, 33_600.0]


@given(st.lists(st.integers(0, 30_000), min_size=4, max_size=4), st.integers(0, 3), st.integers(0, 3), st.floats(0, 1))
@settings(max_examples=25)
def test_moving_sales_within_a_year_that_is_paid_to_date_changes_nothing(
    sales: list[int], giver: int, taker: int, share: float
) -> None:
    moved = sales.copy()
    moved[giver] -= (units := int(share * sales[giver]))
    moved[taker] += units
    tiers = [{"from": 0.4, "to": 1, "rate": 1.5}, {"from": 1, "rate": 3, "bonus": 0.3}]
    plan = plan_of({"measures": [{"measure": "sales", "tiers": tiers, "period": "year", "paid": "to_date"}]})
    years = [
        pd.concat([one_rep(period=f"2026Q{q + 1}", sales=s / 100) for q, s in enumerate(of)]) for of in (sales, moved)
    ]
    before, after = (pay(plan, year).totals["variable"].sum() for year in years)
    assert after == pytest.approx(before, abs=1e-6)


def test_a_draw_is_paid_back_from_later_pay_and_not_before() -> None:
    plan = plan_of({"draw": {"amount": 20_000}})
    year = pd.concat([one_rep(period=f"2026Q{q}", sales=s) for q, s in ((1, 50.0), (2, 100.0), (3, 150.0))])
    lines = pay(plan, year).lines.pivot(index="period", columns="line", values="amount")
    assert lines["draw"].tolist() == [8_000.0, 0.0, 0.0]
    assert lines["draw_recovered"].tolist() == [0.0, -4_000.0, -4_000.0]
    assert pay(plan_of({"draw": {"amount": 20_000, "recoverable": False}}), year).totals["variable"].tolist() == [
        20_000.0,
        24_000.0,
        36_000.0,
    ]


def test_a_draw_tops_up_what_else_is_paid_and_not_beside_it() -> None:
    # Target pay of a quarter is 24,000 and guaranteed, so that a draw of 20,000 has nothing to advance.
    new = one_rep(months_of_service=0.0, sales=10.0)
    guaranteed = plan_of({"ramp": {"guaranteed": [1, 1, 1]}, "draw": {"amount": 20_000}})
    assert lines_of(guaranteed, new)["draw"] == 0.0
    won = plan_of({"contests": [{"name": "race", "measure": "sales", "prizes": [5_000]}], "draw": {"amount": 20_000}})
    assert lines_of(won, one_rep(sales=10.0))["draw"] == 20_000 - 5_000 - 2_400


@given(plans(), results())
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_a_draw_in_force_leaves_nobody_with_less(plan: IncentivePlan, table: pd.DataFrame) -> None:
    role = plan.roles["AR"].model_copy(update={"draw": Draw(amount=5_000)})
    paid = pay(plan.model_copy(update={"roles": {"AR": role}}), table)
    least = 5_000 * table["present"].to_numpy()
    assert (paid.totals["variable"].to_numpy() >= np.floor(100 * least) / 100 - 1e-6).all()


@given(plans(), results(), st.sampled_from([0.5, 2.0]))
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_a_plan_at_half_its_rates_costs_half(plan: IncentivePlan, table: pd.DataFrame, factor: float) -> None:
    role = plan.roles["AR"].model_copy(update={"ramp": None})
    settled = plan.model_copy(update={"roles": {"AR": role}})
    once, other = (pay(of, table).variable for of in (settled, scaled(settled, factor)))
    # Each of a dozen lines may be off by half a cent, times two.
    assert np.abs(other - factor * once).max() < 0.15


def test_who_is_hired_in_the_middle_of_a_quarter_is_paid_for_the_part_that_the_plan_says() -> None:
    half = one_rep(present=0.5, sales=40.0, months_of_service=0.0)
    assert lines_of(plan_of(), half) == {"base": 15_000.0, "sales": 4_800.0}
    assert lines_of(plan_of(hired_mid_period="quota_by_days"), half) == {"base": 15_000.0, "sales": 9_600.0}
    with pytest.raises(InputError, match='rep "R1", period 2026Q3: was there for a part of it'):
        pay(plan_of(hired_mid_period="refuse"), half)


def test_a_new_hire_has_a_lower_quota_and_guaranteed_pay() -> None:
    ramp = {"quota": [0.2, 0.4, 0.6], "guaranteed": [1, 1, 0.5]}
    new = one_rep(months_of_service=0.0, sales=10.0)
    # The quota is 40% of 100, so that 10 are a quarter of it; guaranteed is 5/6 of 24,000.
    assert lines_of(plan_of({"ramp": ramp}), new) == {"base": 30_000.0, "sales": 6_000.0, "guarantee": 14_000.0}


def test_pay_waits_for_the_customers_money_and_goes_back_with_a_sale_that_falls_through() -> None:
    plan = plan_of(payment={"at_booking": 0.4}, clawback={"share": 1})
    table = one_rep(collected=20.0, sales_reversed=10.0)
    # Of 19,200 for 80, three quarters are uncollected, of which 60% wait: 8,640. 10 of 80 fell through, at 55% paid.
    assert lines_of(plan, table) == {
        "base": 30_000.0,
        "sales": 19_200.0,
        "held": -8_640.0,
        "clawback_sales": -1_320.0,
    }


def test_who_ties_in_a_contest_shares_the_prizes_of_the_places_tied_for() -> None:
    plan = plan_of({"contests": [{"name": "race", "measure": "sales", "prizes": [900, 600, 100]}]})
    table = pd.concat([one_rep(rep_id=name, sales=s) for name, s in (("a", 9.0), ("b", 7.0), ("c", 7.0), ("d", 1.0))])
    lines = pay(plan, table).lines
    assert lines.loc[lines["line"] == "race", "amount"].tolist() == [900.0, 350.0, 350.0, 0.0]


def test_teams_are_paid_on_what_the_region_reaches() -> None:
    plan = load_plans(["current"])["current"]
    region = pd.concat(
        [
            one_rep(rep_id="R1", region="N", sales=150.0),
            one_rep(rep_id="R2", region="N", sales=50.0),
            one_rep(rep_id="R3", region="N", role="SR", sales=np.nan, sales_quota=np.nan),
            one_rep(rep_id="R4", region="S", sales=500.0),
        ]
    ).assign(base_pay=1.0, target_pay=40_000.0)
    paid = pay(plan, region).totals.set_index("rep_id")["variable"]
    assert paid.to_dict() == {"R1": 20_000.0, "R2": 0.0, "R3": 10_000.0, "R4": 20_000.0}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sales_quota": 0.0}, 'rep "R1", period 2026Q3: sales_quota is 0: a quota has to be above 0'),
        ({"sales_quota": np.nan}, "sales_quota is nan"),
        ({"sales": np.nan}, "sales is missing: write 0 where there was none"),
        ({"role": "SR"}, 'plan "p" has no terms for role "SR"'),
        ({"present": 0.0}, "present is 0"),
        ({"present": 1.2}, "present is 1.2"),
        ({"period": "Q3 2026"}, "write it as 2026-09, 2026Q3"),
        ({"period": "2026"}, "results cover 12 months a row"),
    ],
)
def test_results_that_cannot_be_paid_are_refused_by_name(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        pay(plan_of(), one_rep(**wrong))


def test_missing_columns_rows_and_doubles_are_refused_by_name() -> None:
    with pytest.raises(InputError, match=r'no column "salse": did you mean "sales"'):
        pay(plan_of({"measures": [{"measure": "salse", "quota": 1}]}), one_rep())
    with pytest.raises(InputError, match="there is nobody to pay"):
        pay(plan_of(), one_rep().iloc[:0])
    with pytest.raises(InputError, match="comes twice"):
        pay(plan_of(), pd.concat([one_rep(), one_rep()]))
    with pytest.raises(InputError, match="target_pay is missing"):
        pay(plan_of({"target_pay": None}), one_rep())
    with pytest.raises(InputError, match=r'no column "rep_id"'):
        pay(plan_of(), one_rep().drop(columns="rep_id"))
    with pytest.raises(InputError, match=r"draws of sales have shape \(2, 3\): wanted 1 × draws"):
        pay(plan_of(), one_rep(), {"sales": np.zeros((2, 3))})


def test_the_public_plan_doubles_the_rate_above_quota_and_draws_against_retention() -> None:
    plan = load_plans(["sourcegraph_public"])["sourcegraph_public"]
    year = pd.concat(
        [
            one_rep(period=f"2026-{m:02d}", role="account_executive", sales=125.0, new_customers=1.0, retention=0.9)
            for m in range(1, 13)
        ]
    ).assign(base_pay=0.0, target_pay=100_000.0, new_customers_quota=1.0, retention_quota=0.9)
    lines = pay(plan, year).lines.groupby("line")["amount"].sum()
    assert lines["sales"] == pytest.approx(60_000 * (1 + 2 * 0.25))
    assert lines["new_customers"] == pytest.approx(20_000)
    assert lines["retention"] == pytest.approx(20_000)
    assert lines["draw"] == pytest.approx(3 * 2_500)
    assert lines["draw"] + lines["draw_recovered"] == pytest.approx(0.0)


def test_the_balanced_plan_pays_for_each_of_its_measures_and_cuts_what_displeases_customers() -> None:
    plan = load_plans(["balanced"])["balanced"]
    at_quota = {"margin": 30.0, "margin_quota": 30.0, "new_customers": 2.0, "new_customers_quota": 2.0}
    at_quota |= {"retention": 0.9, "retention_quota": 0.9, "collected": 100.0, "sales": 100.0}
    table = one_rep(base_pay=0.0, target_pay=96_000.0, satisfaction=7.0, **at_quota)
    assert pay(plan, table).totals["variable"].tolist() == [24_000.0]
    assert pay(plan, table.assign(satisfaction=5.9)).totals["variable"].tolist() == [19_200.0]
    assert lines_of(plan, table.assign(retention=0.72))["retention"] == 0.0
    # Half of the sales are not collected: three tenths of half of what hangs on sales and margin wait.
    assert lines_of(plan, table.assign(collected=50.0))["held"] == -0.15 * 18_000


def test_nobody_is_cut_for_what_was_not_measured_and_no_missing_result_is_paid_as_none() -> None:
    gate = plan_of({"gates": [{"measure": "satisfaction", "at_least": 8}]})
    assert lines_of(gate, one_rep(satisfaction=np.nan))["gate_satisfaction"] == 0.0
    assert lines_of(gate, one_rep(satisfaction=7.0))["gate_satisfaction"] == -19_200.0
    spiff = plan_of({"kickers": [{"name": "spiff", "measure": "new_customers", "per_unit": 500}]})
    with pytest.raises(InputError, match="new_customers is missing"):
        pay(spiff, one_rep(new_customers=np.nan))
