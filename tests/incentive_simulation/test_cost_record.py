"""What an earlier run said that today's plan would cost is kept, and held against what then came."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from salesops.incentive_simulation import load_plans
from salesops.incentive_simulation.cost_record import cost_record, with_period
from salesops.incentive_simulation.inputs import rep_inputs
from salesops.incentive_simulation.parameters import Parameters
from salesops.incentive_simulation.past_pay import past_pay
from salesops.incentive_simulation.payable import payable
from salesops.incentive_simulation.results import rep_results
from salesops.incentive_simulation.sections_past import earlier
from salesops.tables import load
from salesops.tables.ledger import append, ledger_rows
from salesops.tables.output_contract import OUTPUT_CONTRACT
from salesops.tables.published import publish

AS_OF = date(2026, 9, 30)


@pytest.fixture(scope="module")
def paid():
    parameters = Parameters(run_dir="unused")
    return payable(rep_results(rep_inputs(load("data/sample")), 24), load_plans(parameters.plans), parameters)


def ran(reports, as_of, paid, costs, hour):
    """Leave what a run as of a day foretold, as the runner does."""
    folder, then = reports / "plan" / "base", paid[paid["start"] <= pd.Timestamp(as_of)]
    table = pd.DataFrame({"plan": list(costs), "cost_mean": list(costs.values())})
    table = table.assign(cost_p10=0.9 * table["cost_mean"], cost_p90=1.1 * table["cost_mean"])
    rest = dict.fromkeys(OUTPUT_CONTRACT["incentive_simulation"]["plans"], 0.0)
    publish(folder, "incentive_simulation", plans=with_period(table.assign(**rest | dict(table.items())), then))
    record = {
        "run_id": f"{as_of}-{hour}", "plan": "plan", "scenario": "base", "started_at": f"2026-10-01T{hour}:00:00+00:00",
        "as_of": f"{as_of}", "currency": "CNY", "data": {"rows": {}, "hashes": {}}, "code": {}, "packages": {},
        "notebooks": [],
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    append(reports / "ledger", record["run_id"], ledger_rows(folder))


def test_a_year_that_is_over_is_held_against_what_todays_terms_paid_for_it(tmp_path, paid):
    plan = load_plans(["current"])["current"]
    came = float(past_pay(paid, {"current": plan})["variable"].sum())
    ran(tmp_path, date(2025, 6, 30), paid, {"current": 2 * came, "flat_commission": 1.0}, "08")
    ran(tmp_path, date(2025, 9, 30), paid, {"current": 9 * came}, "09")
    ran(tmp_path, date(2025, 9, 30), paid, {"current": 1.05 * came}, "10")
    ran(tmp_path, date(2025, 12, 31), paid, {"current": came}, "11")
    found = cost_record(str(tmp_path / "plan" / "base"), AS_OF, paid, plan)
    # The year that was foretold at the end of 2025 is not over; of two runs as of one day the newer counts.
    assert found["period"].tolist() == ["2026-06-30", "2026-09-30"]
    assert found["actual"].iloc[1] == pytest.approx(came)
    assert found["within"].tolist() == [False, True]
    said = earlier(found, Parameters(run_dir="unused"))
    assert "As of 30 Sep 2025 this page foretold" in said
    assert "for the year to 30 Sep 2026 under today's plan" in said
    assert said.endswith("1 of 2 such intervals held.")


def test_a_first_run_says_nothing_of_earlier_ones(tmp_path, paid):
    found = cost_record(str(tmp_path / "plan" / "base"), AS_OF, paid, load_plans(["current"])["current"])
    assert found.empty
    assert earlier(found, Parameters(run_dir="unused")) == ""
