"""A plan is refused with every fault named, before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from salesops.errors import InputError
from salesops.parameters import NotebookParameters
from salesops.run.plans.plan import Limits, Plan, load_plan
from salesops.run.plans.plan_schema import plan_schema
from salesops.run.plans.topics import Topic, known_topics, plan_faults

ROOT = Path(__file__).parents[2]


def plan(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "plan.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_quarterly_plan_has_no_fault() -> None:
    assert plan_faults(load_plan(ROOT / "params" / "quarterly.yml"), known_topics(ROOT)) == []


WRONG_PLANS = [
    ("name: q\nnotebooks: [w]\ncurency: EUR\n", ['"curency"', 'did you mean "currency"']),
    ("notebooks: [w]\n", ['"name"', "missing"]),
    ("name: ../up\nnotebooks: [w]\n", ["'../up'", "it becomes a folder"]),
    ("name: q\nnotebooks: []\n", ['"notebooks"', "at least 1 item"]),
    ("name: q\nnotebooks: [w]\nas_of: 30.9.2026\n", ['"as_of"', "30.9.2026", "2026-09-30"]),
    ("name: q\nnotebooks: [w]\nscenarios: {../x: {}}\n", ["'../x'", "cannot be a folder"]),
    ("name: q\nnotebooks: [w]\nlimits: {all: {cell_second: 9}}\n", ['"limits.all.cell_second"', '"cell_seconds"?']),
    ("name: q\nnotebooks: [w]\nlimits: {w: {memory_gb: 0}}\n", ['"limits.w.memory_gb" is 0', "greater than 0"]),
    ("name: q\nnotebooks: [w]\nlimits: 5\n", ['"limits" is 5']),
    ("just text\n", ["holds no keys"]),
    ("", ["holds no keys"]),
]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *WRONG_PLANS,
        ("name: q\nnotebooks: [w]\nlimits: {w: {cell_seconds: .inf}}\n", ['"limits.w.cell_seconds"', "finite"]),
        ("name: [\n", ["plan.yml, line", "not valid YAML"]),
    ],
)
def test_a_wrong_plan_is_named_with_its_cure(tmp_path: Path, text: str, said: list[str]) -> None:
    with pytest.raises(InputError) as error:
        load_plan(plan(tmp_path, text))
    for part in said:
        assert part in str(error.value)


def test_a_wrong_plan_fails_the_schema_as_well() -> None:
    topics = {"w": Topic("w", Path("w.ipynb"), NotebookParameters)}
    schema = Draft202012Validator(plan_schema(topics))
    assert schema.is_valid(yaml.safe_load("name: q\nnotebooks: [w]\nas_of: '2026-06-30'\n"))
    assert [text for text, _ in WRONG_PLANS if schema.is_valid(yaml.safe_load(text))] == []


def test_a_plan_that_is_not_there_names_the_nearest_one(tmp_path: Path) -> None:
    plan(tmp_path, "name: q\n").rename(tmp_path / "quarterly.yml")
    with pytest.raises(InputError, match=r"does not exist: did you mean .*quarterly\.yml"):
        load_plan(tmp_path / "quartely.yml")


def test_a_day_is_read_with_and_without_quotes(tmp_path: Path) -> None:
    for written in ("2026-06-30", "'2026-06-30'"):
        text = f"name: q\nnotebooks: [win_probability]\nas_of: {written}\n"
        assert load_plan(plan(tmp_path, text)).as_of == "2026-06-30"


def test_a_plan_is_data_and_never_code(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not valid YAML|cannot be read as YAML"):
        load_plan(plan(tmp_path, "name: !!python/object/apply:os.system ['true']\n"))


def test_an_empty_scenario_differs_in_nothing(tmp_path: Path) -> None:
    found = load_plan(plan(tmp_path, "name: q\nnotebooks: [w]\nscenarios:\n  base:\n  low: {w: {a: 1}}\n"))
    assert found.scenarios == {"base": {}, "low": {"w": {"a": 1}}}
    assert found.parameters_of("low", "w") == {"a": 1}


@pytest.mark.parametrize("scenarios", ["scenarios:\n", "scenarios: {}\n", ""])
def test_a_plan_without_scenarios_has_the_base_one(tmp_path: Path, scenarios: str) -> None:
    assert load_plan(plan(tmp_path, f"name: q\nnotebooks: [w]\n{scenarios}")).scenarios == {"base": {}}


def test_a_day_among_parameters_is_text_for_the_notebook_with_and_without_quotes(tmp_path: Path) -> None:
    text = "name: q\nnotebooks: [w]\nparameters: {w: {since: 2026-06-30, days: [2026-07-01, '2026-07-02']}}\n"
    found = load_plan(plan(tmp_path, f"{text}scenarios: {{base: {{w: {{since: 2026-01-01}}}}}}\n"))
    assert found.parameters_of("base", "w") == {"since": "2026-01-01", "days": ["2026-07-01", "2026-07-02"]}


def test_limits_are_the_notebooks_own_then_those_of_all_then_the_usual(tmp_path: Path) -> None:
    limits = "{all: {cell_seconds: 60, memory_gb: 8}, a: {memory_gb: 4}, b: {memory_gb: }}"
    text = f"name: q\nnotebooks: [a]\nlimits: {limits}\n"
    found = load_plan(plan(tmp_path, text))
    for unchanged in (found, found.changed(currency="EUR")):
        assert unchanged.limits_of("a") == Limits(cell_seconds=60, memory_gb=4)
        assert unchanged.limits_of("b") == Limits(cell_seconds=60, memory_gb=None)
        assert unchanged.limits_of("c") == Limits(cell_seconds=60, memory_gb=8)
    assert load_plan(plan(tmp_path, "name: q\nnotebooks: [a]\nlimits:\n")).limits_of("a") == Limits()


def test_limits_of_a_topic_that_is_not_known_are_a_fault() -> None:
    limits = {"all": Limits(), "win_probabilty": Limits()}
    found = plan_faults(Plan(name="q", notebooks=["win_probability"], limits=limits), known_topics(ROOT))
    assert found == ['limits: topic "win_probabilty" is not known: did you mean "win_probability"?']


def test_every_wrong_topic_and_parameter_is_listed_with_the_nearest_name() -> None:
    found = plan_faults(
        Plan(
            name="q",
            notebooks=["win_probability", "sales_forecast"],
            parameters={"sales_forecasting": {"horizon_month": 6}, "win_probability": {"as_of": "2026-01-01"}},
            scenarios={"base": {}, "bold": {"sales_forecasting": {"horizon_months": 1000}}, "odd": {"win": {}}},
        ),
        known_topics(ROOT),
    )
    assert len(found) == 5, found
    text = "\n".join(found)
    assert 'notebooks: topic "sales_forecast" is not known: did you mean "sales_forecasting"' in text
    assert 'scenario odd: topic "win" is not known' in text
    assert '"horizon_month" is not known: did you mean "horizon_months"' in text
    assert '"horizon_months" is 1000' in text
    assert "(scenario bold)" in text
    assert '"as_of" is set once for the whole plan' in text


def test_an_option_of_the_command_line_is_checked_like_the_file() -> None:
    with pytest.raises(InputError, match="option \"as_of\" is 'yesterday'"):
        Plan(name="q", notebooks=["w"]).changed(as_of="yesterday")
