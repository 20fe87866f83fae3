"""The page for those who write plans and scripts is true: its plan loads, its code runs, its figures come out."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from salesops.incentive_simulation import IncentivePlan
from salesops.incentive_simulation.plan import Role
from salesops.incentive_simulation.plan_terms import Measure

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "incentive_simulation.md").read_text(encoding="utf-8")
BLOCKS = [textwrap.dedent(block) for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", PAGE, re.MULTILINE)]


def test_the_plan_on_the_page_is_one() -> None:
    plan = IncentivePlan(**yaml.safe_load(BLOCKS[0]))
    assert plan.roles["AR"].measures[0].curve.pay(0.4).item() == 0.0
    assert plan.roles["AR"].measures[0].curve.pay(5.0).item() == pytest.approx(2.5)


def test_every_term_of_a_plan_is_explained_on_it() -> None:
    known = set(Role.model_fields) | set(Measure.model_fields) | set(IncentivePlan.model_fields)
    plain = {"name", "title", "description", "roles", "measure", "weight", "base_pay", "target_pay"}
    explained = set(re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| `.*$", PAGE, re.MULTILINE))))
    assert known - plain - explained == set()


def test_the_code_on_the_page_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    for block in BLOCKS[1:]:
        exec(compile(block, "docs/incentive_simulation.md", "exec"), names)
    # 24,000 of target pay a quarter: at 90%, 0.4 × 1.6; at 130%, 1 + 0.3 × 3.2.
    assert names["paid"].totals["variable"].tolist() == [15_360.0, 47_040.0]
    assert names["curve"].cliffs() == [(1.0, 0.2)]
    assert names["curve"].dead_zones() == [(0.0, 0.5), (1.8, float("inf"))]
    assert names["found"].plans["gain"].iloc[0] > 0
    assert round(names["quotas"]["new_quota"].sum(), 2) == round(1.05 * 34_791_600, 2)
