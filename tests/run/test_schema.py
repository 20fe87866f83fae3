"""The schema of plans says what plans may say, so that an editor explains and refuses what a run would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field
from typer.testing import CliRunner

from salesops.cli import app
from salesops.parameters import NotebookParameters
from salesops.run.plans.plan import load_plan
from salesops.run.plans.plan_schema import plan_schema, plan_schema_text
from salesops.run.plans.topics import Topic, known_topics, plan_faults

ROOT = Path(__file__).parents[2]
FILE = ROOT / "params" / "plan.schema.json"
PLANS = sorted((ROOT / "params").glob("*.yml"))
TOPICS = known_topics(ROOT)
START = {"name": "q", "notebooks": ["sales_forecasting"]}


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads(FILE.read_text(encoding="utf-8")))


def test_the_file_is_made_from_the_models() -> None:
    assert FILE.read_text(encoding="utf-8") == plan_schema_text(TOPICS), (
        "run: salesops schema plan > params/plan.schema.json"
    )


def test_it_is_a_schema_itself(schema: Draft202012Validator) -> None:
    Draft202012Validator.check_schema(schema.schema)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_plan_of_the_project_keeps_it_and_names_it(schema: Draft202012Validator, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=plan.schema.json\n")
    assert list(schema.iter_errors(yaml.safe_load(text))) == []


@pytest.mark.parametrize(
    "more",
    [
        {"parameters": {"sales_forecasting": {"horizon_months": 6, "levels": ["region"]}}},
        {"parameters": {"sales_forecasting": None}, "scenarios": None, "limits": None},
        {"scenarios": {"base": None, "bold": {"win_probability": {"top_deals": 9, "key_amount": 1.5}}}},
        {"limits": {"all": {"cell_seconds": 60}, "sales_forecasting": {"memory_gb": None}}},
        {"as_of": "last_complete_quarter", "title": "湖州", "data": "${SALES}", "currency": "EUR"},
    ],
)
def test_what_a_run_takes_the_schema_takes(schema: Draft202012Validator, tmp_path: Path, more: dict[str, Any]) -> None:
    assert list(schema.iter_errors({**START, **more})) == []
    (tmp_path / "plan.yml").write_text(yaml.safe_dump({**START, **more}), encoding="utf-8")
    assert plan_faults(load_plan(tmp_path / "plan.yml"), TOPICS) == []


@pytest.mark.parametrize(
    "more",
    [
        {"notebooks": ["sales_forecast"]},
        {"notebooks": ["sales_forecasting", "sales_forecasting"]},
        {"parameters": {"sales_forecast": {}}},
        {"parameters": {"sales_forecasting": {"horizon_month": 6}}},
        {"parameters": {"sales_forecasting": {"horizon_months": 0}}},
        {"parameters": {"sales_forecasting": {"horizon_months": "many"}}},
        {"parameters": {"sales_forecasting": {"levels": ["planet"]}}},
        {"parameters": {"sales_forecasting": {"currency": "EUR"}}},
        {"scenarios": {"bold": {"sales_forecasting": {"horizon_months": 1000}}}},
        {"scenarios": {"bold": {"sales_forecast": {}}}},
        {"limits": {"sales_forecast": {"memory_gb": 4}}},
    ],
)
def test_what_a_run_refuses_the_schema_refuses(
    schema: Draft202012Validator, tmp_path: Path, more: dict[str, Any]
) -> None:
    assert not schema.is_valid({**START, **more})
    (tmp_path / "plan.yml").write_text(yaml.safe_dump({**START, **more}), encoding="utf-8")
    assert plan_faults(load_plan(tmp_path / "plan.yml"), TOPICS) != []


def test_every_key_and_parameter_is_explained(schema: Draft202012Validator) -> None:
    models = [schema.schema, *(part for name, part in schema.schema["$defs"].items() if name != "topic_parameters")]
    silent = [name for model in models for name, key in model["properties"].items() if "description" not in key]
    assert silent == []


class Step(BaseModel):
    days: Annotated[int, Field(gt=0)]


class WithSteps(NotebookParameters):
    steps: Annotated[list[Step], Field(default_factory=list)]


class OtherStep(NotebookParameters):
    class Step(BaseModel):
        price: float

    step: Step | None = None


def test_models_inside_of_parameters_keep_apart_where_topics_call_them_alike() -> None:
    topics = {name: Topic(name, Path(name), model) for name, model in {"a": WithSteps, "b": OtherStep}.items()}
    schema = Draft202012Validator(plan_schema(topics))
    right = {"a": {"steps": [{"days": 1}]}, "b": {"step": {"price": 1.5}}}
    assert list(schema.iter_errors({"name": "q", "notebooks": ["a", "b"], "parameters": right})) == []
    for wrong in ({"a": {"steps": [{"days": 0}]}}, {"b": {"step": {"days": 1}}}):
        assert not schema.is_valid({"name": "q", "notebooks": ["a"], "parameters": wrong})


def test_a_notebook_that_cannot_be_run_is_not_in_it() -> None:
    topics = {
        "a": Topic("a", Path("a"), NotebookParameters),
        "b": Topic("b", Path("b"), NotebookParameters, (), ("!",)),
    }
    assert plan_schema(topics)["properties"]["notebooks"]["items"] == {"enum": ["a"]}


def test_the_command_prints_either_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert CliRunner().invoke(app, ["schema", "plan"]).output == FILE.read_text(encoding="utf-8")
    data = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    assert [CliRunner().invoke(app, ["schema", *of]).output for of in ([], ["tables"])] == [data, data]
    assert CliRunner().invoke(app, ["schema", "plans"]).exit_code == 2
