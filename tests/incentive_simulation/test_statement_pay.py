"""What a statement promises is what the plan pays at those results, by hand."""

import numpy as np
import pandas as pd
import pytest

from salesops.incentive_simulation import IncentivePlan, load_plan
from salesops.incentive_simulation.statement_pay import lines_at, pay_over_results

PERSON = pd.Series({"role": "AR", "base_pay": 100_000.0, "target_pay": 80_000.0, "sales_quota": 500.0})


def plan(*measures, **role):
    return IncentivePlan(name="p", roles={"AR": {"measures": list(measures)} | role})


def pays(of, steps, person=PERSON):
    return pay_over_results(person, of, steps)["pay"].tolist()


@pytest.mark.parametrize("level", ["rep", "region", "company"])
def test_the_team_reaches_as_much_as_the_person(level):
    assert pays(plan({"measure": "sales", "level": level}), [0.0, 0.5, 1.0, 2.0]) == [
        0.0,
        40_000.0,
        80_000.0,
        160_000.0,
    ]


def test_a_quota_that_the_plan_states_is_the_one_that_is_reached():
    stated = plan(
        {"measure": "sales", "quota": 900},
    )
    assert pays(stated, [0.5, 1.0]) == [40_000.0, 80_000.0]
    half = plan({"measure": "sales", "weight": 0.5}, {"measure": "activity", "quota": 40, "weight": 0.5})
    assert pays(half, [0.0, 1.0]) == [40_000.0, 80_000.0]


def test_a_gate_cuts_no_pay_at_quota():
    balanced = load_plan("params/incentive_plans/balanced.yml")
    asked = {"margin_quota": np.nan, "new_customers_quota": 2.0, "retention_quota": 0.9, "satisfaction_quota": np.nan}
    lines = lines_at(pd.concat([PERSON, pd.Series(asked)]), balanced, 1.0).set_index("line")["amount"]
    assert lines["gate_satisfaction"] == 0
    # Retention pays five for one above 80%: at quota as much as all measures promise, 15% of the target pay.
    assert lines["sales"] + lines["margin"] + lines["new_customers"] + lines["retention"] == pytest.approx(80_000)


def test_no_prize_of_a_contest_is_promised():
    race = {"contests": [{"name": "race", "measure": "sales", "prizes": [5_000]}]}
    assert pays(plan({"measure": "sales"}, **race), [1.0]) == [80_000.0]
