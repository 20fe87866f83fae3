"""A plan's file says what it means, and a wrong one is refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from salesops.cli import app
from salesops.errors import InputError
from salesops.incentive_simulation import IncentivePlan, load_plan, load_plans
from salesops.incentive_simulation.plan_files import plan_schema_text
from salesops.tables.sample.pay import PLANS
from salesops.tables.sample.pay import pay as sample_pay

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "params" / "incentive_plans"
FILES = sorted(FOLDER.glob("*.yml"))
SALES = {"measure": "sales"}


def plan(**measure: Any) -> IncentivePlan:
    return IncentivePlan(name="p", roles={"AR": {"measures": [{**SALES, **measure}]}})


def faults(**values: Any) -> str:
    with pytest.raises(InputError) as caught:
        IncentivePlan(**({"name": "p", "roles": {"AR": {"measures": [SALES]}}} | values))
    return str(caught.value)


def test_the_schema_is_made_from_the_models() -> None:
    text = (FOLDER / "plan.schema.json").read_text(encoding="utf-8")
    assert text == plan_schema_text(), "run: salesops schema incentive-plan > params/incentive_plans/plan.schema.json"
    Draft202012Validator.check_schema(json.loads(text))
    assert CliRunner().invoke(app, ["schema", "incentive-plan"]).output == text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_plan_of_the_project_keeps_the_schema_and_names_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=plan.schema.json\n")
    schema = Draft202012Validator(json.loads(plan_schema_text()))
    days_as_text = json.loads(json.dumps(yaml.safe_load(text), default=str))
    assert list(schema.iter_errors(days_as_text)) == []
    assert load_plan(path).title


def test_every_key_is_explained() -> None:
    schema = json.loads(plan_schema_text())
    models = [schema, *schema["$defs"].values()]
    assert [name for model in models for name, key in model["properties"].items() if "description" not in key] == []


@pytest.mark.parametrize("of_sample", PLANS, ids=lambda found: found.name)
def test_the_sample_companys_plans_pay_as_the_company_does(of_sample: Any) -> None:
    ours = load_plans([of_sample.name])[of_sample.name].roles["AR"]
    attainment = [0.0, 0.2, 0.4999, 0.5, 0.75, 1.0, 1.25, 1.5, 1.8, 2.5]
    for a in attainment:
        paid = sum(m.weight * m.curve.pay(a).item() for m in ours.measures)
        assert paid == pytest.approx(sample_pay(of_sample, np.array([a]), np.array([a])).item(), abs=1e-12)
    team = sum(m.weight for m in ours.measures if m.level == "region")
    assert team == of_sample.team_share


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"weight": 0.5}, "add up to 0.5"),
        ({"wieght": 1}, 'did you mean "weight"'),
        ({"threshold": 1.2, "cap_at": 1.0}, "not above the threshold"),
        ({"tiers": [{"from": 0, "to": 1.1, "rate": 1}, {"from": 1.0, "rate": 2}]}, "overlap"),
        ({"tiers": [{"from": 0, "to": 0.9, "rate": 1}, {"from": 1.0, "rate": 2}]}, "gap from 0.9 to 1"),
        ({"tiers": [{"from": 1, "rate": 1}, {"from": 0.5, "rate": 2}]}, "ascending"),
        ({"tiers": []}, "at least 1"),
        ({"quota": 0}, "greater than 0"),
    ],
)
def test_terms_that_contradict_each_other_are_refused_by_name(wrong: dict[str, Any], said: str) -> None:
    assert said in faults(roles={"AR": {"measures": [{**SALES, **wrong}]}})


def test_a_plan_without_roles_and_splits_that_are_not_whole_are_refused() -> None:
    assert faults(roles={}) == "the plan has no roles, so that nobody would be paid: add one, with its measures"
    assert "140%" in faults(splits={"AR": 0.8, "SR": 0.6})
    assert "90%" in faults(splits={"AR": 0.9})


def test_a_fault_between_keys_names_its_place_and_not_all_that_stands_there() -> None:
    said = faults(roles={"AR": {"measures": [{**SALES, "weight": 0.5}]}})
    assert said == 'key "roles.AR": the weights of its measures add up to 0.5: make them add up to 1'


def test_a_file_is_named_in_each_of_its_faults(tmp_path: Path) -> None:
    (tmp_path / "bold.yml").write_text("name: bold\nrole: {}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bold.yml: key \"role\" is not known: did you mean \"roles\"") as caught:
        load_plan(tmp_path / "bold.yml")
    assert len(caught.value.faults) == 2
    with pytest.raises(InputError, match=r'plan "bolt" is not known: did you mean "bold"'):
        load_plans(["bolt"], tmp_path)
    (tmp_path / "bold.yml").write_text("- 1\n", encoding="utf-8")
    with pytest.raises(InputError, match="keys and values"):
        load_plan(tmp_path / "bold.yml")
    (tmp_path / "bold.yml").write_text("name: [", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        load_plan(tmp_path / "bold.yml")


def test_a_file_and_its_plan_have_one_name(tmp_path: Path) -> None:
    (tmp_path / "bold.yml").write_text("name: other\nroles: {AR: {measures: [{measure: sales}]}}\n", encoding="utf-8")
    with pytest.raises(InputError, match="the same name"):
        load_plan(tmp_path / "bold.yml")


def test_whole_rates_jump_and_tier_rates_bend() -> None:
    tiers = [{"from": 0, "to": 1, "rate": 1.0}, {"from": 1, "rate": 1.5}]
    assert plan(tiers=tiers).roles["AR"].measures[0].curve.cliffs() == []
    assert plan(tiers=tiers, rates_on="whole").roles["AR"].measures[0].curve.cliffs() == [(1.0, 0.5)]


def test_a_threshold_pays_from_the_first_unit_once_it_is_reached() -> None:
    curve = plan(threshold=0.6).roles["AR"].measures[0].curve
    assert curve.pay(0.59).item() == 0.0
    assert curve.pay(0.6).item() == pytest.approx(0.6)
    assert curve.cliffs() == [(0.6, 0.6)]


def test_caps_bind_where_they_say() -> None:
    assert plan(cap_at=1.2).roles["AR"].measures[0].curve.pay(3.0).item() == pytest.approx(1.2)
    capped = plan(tiers=[{"from": 0, "to": 1, "rate": 1}, {"from": 1, "rate": 3}], max_pay=2.5).roles["AR"].measures[0]
    assert capped.curve.pay(1.5).item() == pytest.approx(2.5)
    assert capped.curve.pay(9.0).item() == pytest.approx(2.5)
    assert capped.curve.dead_zones() == [(1.5, float("inf"))]


def test_a_kicker_that_pays_nothing_is_refused() -> None:
    terms = {"measures": [{"measure": "sales"}], "kickers": [{"name": "spiff", "measure": "new_customers"}]}
    with pytest.raises(InputError, match="it pays nothing: give per_unit or bonus"):
        IncentivePlan(name="p", roles={"AR": terms})
