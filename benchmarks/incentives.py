"""Measure the pay engine: exact expectations, draws, a search over terms, games between two quarters, a year simulated.

    python benchmarks/incentives.py

Processor time of one thread (set OMP_NUM_THREADS=1), the least of several runs, since other work on the machine can
only add to it. Memory is the most that the process ever held.
"""

from __future__ import annotations

import resource
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesops.incentive_simulation import load_plans, lognormal_pay, pay
from salesops.incentive_simulation.elasticity import Elasticity, prior
from salesops.incentive_simulation.moments import Moments
from salesops.incentive_simulation.outlook import Outlook
from salesops.incentive_simulation.payout import total_cost
from salesops.incentive_simulation.plan_family import plan_family
from salesops.incentive_simulation.search import search
from salesops.incentive_simulation.simulation import simulate
from salesops.incentive_simulation.timing import best_shift

if TYPE_CHECKING:
    from collections.abc import Callable

REPS, DRAWS, STATES = 1_000, 10_000, 20_000
NAMES = ["current", "flat_commission", "accelerated", "team_bonus"]
LIMITS = {"exact": 0.02, "draws": 1.5, "search": 3.0, "games": 0.03}
MOST_GB = 1.0


def least(run: Callable[[], Any], times: int) -> float:
    """Return the least processor time of several runs, in seconds."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return min(taken)


def team() -> pd.DataFrame:
    """Return one quarter of a thousand reps in five regions."""
    rep = np.arange(REPS)
    table = pd.DataFrame({"rep_id": rep, "region": rep % 5, "period": "2026Q3", "role": "AR", "sales": 1e6})
    return table.assign(sales_quota=1e6, base_pay=120_000.0, target_pay=96_000.0)


def outlook() -> Outlook:
    """Return what the thousand may reach."""
    level = np.linspace(-0.5, 0.4, REPS)
    people = team().assign(name=team()["rep_id"].astype(str))
    sellers = people[["rep_id", "region", "sales_quota"]].assign(log_mean=level, log_mean_sd=0.1, margin_rate=0.35)
    return Outlook(people, sellers, Moments(level, np.full(REPS, 16), 0.1, 0.05, 0.4, 15))


def main() -> int:
    """Print what was measured; exit code 1 if it misses the limits."""
    plans = load_plans(NAMES)
    five = plans | {"again": plans["accelerated"]}
    curves = [plan.roles["AR"].measures[0].curve for plan in five.values()]
    level = np.linspace(-0.5, 0.4, REPS)
    luck = np.exp(-0.05 + 0.35 * np.random.default_rng(1).standard_normal((REPS, DRAWS)))
    this, following = luck[:2, :].repeat(STATES // DRAWS, axis=1)
    people, table, believed = outlook(), team(), Elasticity(prior())
    measured = {
        "exact": least(lambda: [lognormal_pay(curve, level, 0.4) for curve in curves], 9),
        "draws": least(lambda: total_cost(five, table, {"sales": 1e6 * luck}), 3),
        "draws of every person, one plan": least(lambda: pay(plans["accelerated"], table, {"sales": 1e6 * luck}), 3),
        "search": least(lambda: search(curves[0], curves[1], people, believed), 3),
        "games": least(lambda: best_shift(curves[2], this, following, 0.1), 9),
        "a year of four plans, 1,000 draws": least(lambda: simulate(plans, people, believed, "current", draws=1000), 1),
    }
    for name, seconds in measured.items():
        print(f"{name:36} {seconds:8.4f} s" + (f", limit {LIMITS[name]:g}" if name in LIMITS else ""))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{len(plan_family()):,} plans searched; most memory {memory:.2f} GB")
    wrong = [name for name, limit in LIMITS.items() if measured[name] > limit]
    wrong += ["memory"] if memory > MOST_GB else []
    print("over the limit: " + ", ".join(wrong) if wrong else "all within limits")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
