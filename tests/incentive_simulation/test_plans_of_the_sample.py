"""What the sample company's own law says of its reps and plans is found from its tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from salesops.incentive_simulation import load_plans
from salesops.incentive_simulation.effort import Beliefs
from salesops.incentive_simulation.elasticity import Elasticity, estimate_elasticity
from salesops.incentive_simulation.inputs import rep_inputs
from salesops.incentive_simulation.outlook import Outlook, rep_outlook
from salesops.incentive_simulation.plan_change import plan_change
from salesops.incentive_simulation.results import rep_results
from salesops.incentive_simulation.simulation import simulate
from salesops.tables import load
from salesops.tables.sample import generate, write_sample

ROOT = Path(__file__).parents[2]
PLANS = load_plans(["current", "flat_commission", "accelerated", "team_bonus"])
COMPANIES = 10


@dataclass(frozen=True)
class Found:
    """What was estimated from tables, and what is true."""

    elasticity: Elasticity
    ranked: list[str]
    true_ranked: list[str]
    true_elasticity: float

    @property
    def inside(self) -> bool:
        return self.elasticity.low <= self.true_elasticity <= self.elasticity.high

    @property
    def place_of_the_best(self) -> int:
        return self.ranked.index(self.true_ranked[0]) + 1


def found(data: Path, truth: dict[str, pd.DataFrame]) -> Found:
    tables = load(data)
    inputs = rep_inputs(tables)
    outlook = rep_outlook(rep_results(inputs, 24), mix=inputs.mix, deals=inputs.deals, gone=inputs.gone)
    assert isinstance(outlook, Outlook)
    before, today = PLANS["flat_commission"], PLANS["current"]
    change = plan_change(tables.frame("orders"), before, today)
    elasticity = estimate_elasticity(change, before, today, Beliefs.of(outlook))
    profit = simulate(PLANS, outlook, elasticity, "current", before, draws=500).profit
    reps = tables.frame("reps")
    sellers = reps.loc[reps["role"] == "AR", "rep_id"]
    etas = truth["reps"].set_index("rep_id").loc[sellers, "effort_elasticity"]
    return Found(
        elasticity,
        sorted(PLANS, key=lambda name: -float(profit[name].mean())),
        truth["plans"].sort_values("profit", ascending=False)["plan"].tolist(),
        float(etas.median()),
    )


@pytest.fixture(scope="module")
def committed() -> Found:
    return found(ROOT / "data" / "sample", generate(accounts=700, seed=2026).truth)


def test_the_elasticity_of_the_sample_company_lies_inside_its_interval(committed: Found) -> None:
    assert committed.inside
    assert committed.elasticity.high - committed.elasticity.low < 0.3
    assert not committed.elasticity.includes_none


def test_its_best_plan_is_found_to_be_the_best(committed: Found) -> None:
    assert committed.place_of_the_best <= 2


@pytest.mark.slow
def test_the_best_plan_is_first_or_second_in_nine_of_ten_companies(tmp_path: Path) -> None:
    companies = []
    for seed in range(1, COMPANIES + 1):
        place, truth_place = tmp_path / str(seed), tmp_path / f"truth{seed}"
        write_sample(place, accounts=700, seed=seed, truth_dir=truth_place)
        truth = {name: pd.read_csv(truth_place / f"{name}.csv") for name in ("reps", "plans")}
        companies.append(found(place, truth))
    assert sum(company.place_of_the_best <= 2 for company in companies) >= 9
    # A 90% interval that misses more than three of ten would be too narrow (chance of that: 1%).
    assert sum(company.inside for company in companies) >= 7
