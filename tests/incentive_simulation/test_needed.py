"""Who cannot be paid is named and left out; what nobody can be paid for is asked for, and stops no notebook."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from salesops.incentive_simulation import IncentivePlan, load_plans
from salesops.incentive_simulation.elasticity import Elasticity, prior
from salesops.incentive_simulation.inputs import Inputs
from salesops.incentive_simulation.not_reckoned import not_reckoned
from salesops.incentive_simulation.outlook import rep_outlook
from salesops.incentive_simulation.parameters import Parameters
from salesops.incentive_simulation.past_pay import past_pay
from salesops.incentive_simulation.payable import not_payable, payable
from salesops.incentive_simulation.plan_family import plan_family
from salesops.incentive_simulation.results import rep_results
from salesops.incentive_simulation.search import Limits, search
from salesops.incentive_simulation.sections_terms import search_section
from salesops.not_enough_data import NotEnoughData

QUARTERS = range(2024 * 4, 2026 * 4 + 3)
DEFAULT = Parameters()


def plan(*measures, **role):
    """A plan for sellers, and for SR on what the region sells."""
    region = {"measures": [{"measure": "sales", "level": "region"}]}
    return {"p": IncentivePlan(name="p", roles={"AR": {"measures": list(measures)} | role, "SR": region})}


def one_order(rep, quarter):
    row = {"rep_id": rep, "quarter": quarter, "account_id": "A9", "sales": 50.0, "costed_sales": 50.0, "cost": 30.0}
    return pd.DataFrame(
        [
            row
            | {
                "returned": 0.0,
                "collected": 50.0,
                "first_day": pd.Timestamp("2026-05-01"),
                "last_day": pd.Timestamp("2026-05-01"),
            }
        ]
    )


def results(reps=(), sold_too=None, **changed):
    """Four sellers of two regions, one SR in the North; orders of 100 a quarter each at a margin of 40%."""
    rng = np.random.default_rng(4)
    ids = ["R1", "R2", "R3", "R4"]
    keys = pd.MultiIndex.from_product([ids, QUARTERS], names=["rep_id", "quarter"]).to_frame(index=False)
    sales = rng.lognormal(4.6, 0.3, len(keys)).round(2)
    sold = keys.assign(account_id="A" + keys["rep_id"], sales=sales, costed_sales=sales, cost=0.6 * sales)
    sold = sold.assign(
        returned=0.0, collected=sales, first_day=pd.Timestamp("2026-01-05"), last_day=pd.Timestamp("2026-01-05")
    )
    sold = sold if sold_too is None else pd.concat([sold, sold_too], ignore_index=True)
    people = [(name, "AR", "North" if name < "R3" else "South") for name in ids] + [("S1", "SR", "North"), *reps]
    table = pd.DataFrame(people, columns=["rep_id", "role", "region"]).assign(
        name=lambda rows: "Person " + rows["rep_id"], base_salary=1000.0, target_incentive=400.0
    )
    targets = keys.assign(period=[f"{q // 4}Q{q % 4 + 1}" for q in keys["quarter"]], key=keys["rep_id"], target=100.0)
    tables = {"reps": table, "targets": targets.assign(level="rep", measure="sales"), "sold": sold}
    tables |= {name: NotEnoughData(name) for name in ("activity", "feedback", "accounts")}
    return rep_results(Inputs(as_of=date(2026, 9, 30), **(tables | changed)), 24)


SALES = {"measure": "sales"}


@pytest.fixture(scope="module")
def sellers():
    return results()


def test_a_new_seller_without_quota_and_sales_is_named_and_stops_nobody_elses_pay():
    found = results([("R9", "AR", "North")])
    plans = plan(SALES)
    paid = payable(found, plans, DEFAULT)
    assert set(paid["rep_id"]) == {"R1", "R2", "R3", "R4", "S1"}
    assert not past_pay(paid, plans).empty
    assert not_payable(found, plans, DEFAULT) == [
        "Person R9: neither a quota nor sales, so that nothing can be paid: left out."
    ]


def test_who_is_paid_with_a_team_in_which_nobody_sells_is_named_and_left_out():
    found = results([("S2", "SR", "Abroad")])
    plans = plan(SALES)
    assert "S2" not in set(payable(found, plans, DEFAULT)["rep_id"])
    (said,) = not_payable(found, plans, DEFAULT)
    assert said == "Person S2: paid with a team in which nobody has a quota and sales: left out."


def test_who_had_left_before_a_quarter_that_still_has_a_quota_is_named(sellers):
    gone = sellers["rep_id"].eq("R2") & sellers["period"].eq("2026Q3")
    found = sellers.assign(present=np.where(gone, 0.0, 1.0))
    (said,) = not_payable(found, plan(SALES), DEFAULT)
    assert said.startswith("Person R2: not at work in a quarter with a quota or sales of theirs")


@pytest.mark.parametrize(
    ("measure", "needs"),
    [
        ("satisfaction", "satisfaction for people of role AR"),
        ("activity", "activity for people of role AR"),
        ("new_customers", "a quota of new_customers above 0 for people of role AR"),
    ],
)
def test_a_measure_that_nobody_has_a_figure_or_a_quota_of_is_asked_for_by_name(measure, needs, sellers):
    found = payable(sellers, plan({"measure": measure}), DEFAULT)
    assert isinstance(found, NotEnoughData)
    assert found.needs == needs
    assert 'plan "p" pays for it' in found.why


def test_margins_that_nobody_knows_are_asked_for_where_a_team_is_paid_for_them(sellers):
    plans = plan({"measure": "margin", "level": "region"})
    found = payable(sellers.assign(margin=np.nan, margin_quota=np.nan), plans, DEFAULT)
    assert isinstance(found, NotEnoughData)
    assert found.needs == "margin for people of role AR"


def test_no_part_of_a_loss_can_be_reached(sellers):
    losing = sellers.assign(margin=-sellers["sales"], margin_quota=10.0)
    found = payable(losing, plan({"measure": "margin"}), DEFAULT)
    assert isinstance(found, NotEnoughData)
    assert found.needs == "a quota of margin above 0 for people of role AR"


def test_who_has_no_customers_to_keep_has_the_retention_of_their_role(sellers):
    found = sellers
    rows = found.assign(retention=np.where(found["rep_id"] == "R1", np.nan, 0.8), retention_quota=0.8)
    plans = plan({"measure": "retention"})
    paid = payable(rows, plans, DEFAULT)
    assert paid.loc[paid["rep_id"] == "R1", "retention"].sub(0.8).abs().max() < 1e-12
    variable = past_pay(paid, plans).set_index("rep_id")["variable"]
    assert variable["R1"] == pytest.approx(400.0)


def test_terms_that_break_a_limit_are_never_called_the_best(sellers):
    outlook = rep_outlook(payable(sellers, plan(SALES), DEFAULT))
    curve = plan(SALES)["p"].roles["AR"].measures[0].curve
    few = plan_family().head(20)
    nothing = Limits(spread=0.0, slack=0.0)
    found = search(curve, curve, outlook, Elasticity(prior()), limits=nothing, family=few)
    assert not found.plans["admissible"].any()
    section = search_section(found, DEFAULT)
    assert section.headline == "No other terms at today's cost keep the limits on people's pay"


def test_a_plan_without_pay_for_own_sales_leaves_nothing_to_search(sellers):
    outlook = rep_outlook(payable(sellers, plan(SALES), DEFAULT))
    curve = plan({"measure": "sales", "tiers": [{"from": 50, "rate": 1}]})["p"].roles["AR"].measures[0].curve
    found = search(curve, curve, outlook, Elasticity(prior()), family=plan_family().head(2))
    assert isinstance(found, NotEnoughData)


def test_terms_that_the_tables_cannot_pay_are_told(sellers):
    odd = IncentivePlan(
        name="p",
        title="Shared",
        roles=plan(SALES)["p"].roles,
        splits={"AR": 0.7, "SR": 0.3},
        clawback={"measures": ["sales", "margin"]},
    )
    assert not_payable(sellers, {"p": odd}, DEFAULT) == [
        "Splits of deals and shares of partners in the shared are left out: an order names one person, who is credited "
        "with all of it.",
        "Nothing of margin is taken back in the shared: of returns, sales alone are known.",
    ]


def test_what_other_measures_bring_is_said_not_to_be_reckoned():
    known = load_plans(["current", "balanced", "accelerated"])
    assert not_reckoned(known) == (
        "What the growth that stays pays for new customers and retention is counted as a cost, and what that brings is "
        "not reckoned: it may leave more than is said here."
    )
    assert not_reckoned({name: known[name] for name in ("current", "accelerated")}) == ""


def test_pay_that_only_plans_state_is_what_the_first_of_them_states(sellers):
    unknown = sellers.assign(target_pay=np.nan, base_pay=np.nan)
    stated = {name: plan(SALES, target_pay=amount)["p"] for name, amount in (("a", 800), ("b", 900))}
    found = payable(unknown, stated, DEFAULT)
    assert found.loc[found["role"] == "AR", "target_pay"].eq(800).all()


def test_a_manager_in_whose_name_an_order_stands_is_paid_with_the_team_all_the_same():
    sold = one_order("S1", 2026 * 4 + 1)
    found = results(sold_too=sold)
    plans = plan(SALES)
    assert found.loc[found["rep_id"] == "S1", "sales"].notna().sum() == 1
    paid = payable(found, plans, DEFAULT)
    assert (paid["rep_id"] == "S1").sum() == len(QUARTERS)
    assert not_payable(found, plans, DEFAULT) == []


def test_a_part_of_a_quarter_that_a_plan_has_no_rule_for_is_left_out_by_name(sellers):
    new = sellers["rep_id"].eq("R2") & sellers["period"].eq("2026Q1")
    found = sellers.assign(present=np.where(new, 0.5, 1.0))
    plans = {"p": plan(SALES)["p"].model_copy(update={"hired_mid_period": "refuse"})}
    paid = payable(found, plans, DEFAULT)
    assert len(paid) == len(found) - 1
    assert not past_pay(paid, plans).empty
    assert not_payable(found, plans, DEFAULT) == [
        "Person R2: at work for a part of a quarter, which a plan has no rule for (hired_mid_period: refuse): that "
        "quarter is left out."
    ]
