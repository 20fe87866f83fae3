"""What the command line changes in a plan holds in every scenario, and is refused by name where it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from typer.testing import CliRunner

from salesops.cli import app
from salesops.errors import InputError
from salesops.parameters import NotebookParameters
from salesops.run.plans.options import only, only_scenario, with_options, with_settings
from salesops.run.plans.plan import Limits, Plan
from salesops.run.plans.topics import Topic, known_topics, plan_faults

ROOT = Path(__file__).parents[2]
MINE = Path("notebooks", "mine.ipynb")
PLAN = Plan(
    name="q",
    notebooks=["win_probability", "sales_forecasting"],
    parameters={"sales_forecasting": {"horizon_months": 24, "history_months": 24}},
    scenarios={"base": {}, "bold": {"sales_forecasting": {"horizon_months": 3, "backtest_origins": 12}}},
    limits={"all": Limits(cell_seconds=60), "win_probability": Limits(memory_gb=4)},
)


def set_to(*settings: str) -> Plan:
    return with_settings(PLAN, list(settings))


def refused(*settings: str) -> str:
    with pytest.raises(InputError) as error:
        set_to(*settings)
    return str(error.value)


def test_a_setting_beats_the_plan_and_every_scenario_and_leaves_all_else() -> None:
    plan = set_to("sales_forecasting.horizon_months=6")
    assert plan.parameters_of("base", "sales_forecasting") == {"horizon_months": 6, "history_months": 24}
    assert plan.parameters_of("bold", "sales_forecasting") == {
        "horizon_months": 6,
        "history_months": 24,
        "backtest_origins": 12,
    }
    assert plan.limits_of("win_probability") == PLAN.limits_of("win_probability")
    assert PLAN.parameters_of("bold", "sales_forecasting")["horizon_months"] == 3


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("6", 6),
        ("0.5", 0.5),
        ("true", True),
        ("[region, channel]", ["region", "channel"]),
        ("{a: 1}", {"a": 1}),
        ("'a: b'", "a: b"),
        ("x=y", "x=y"),
        ("2026-06-30", "2026-06-30"),
        ("!!str 6", "6"),
    ],
)
def test_a_value_is_read_as_it_would_be_in_a_plan(written: str, value: Any) -> None:
    plan = set_to(f"win_probability.anything={written}")
    assert plan.parameters_of("base", "win_probability") == {"anything": value}


def test_the_last_setting_of_a_parameter_holds_and_none_changes_nothing() -> None:
    plan = set_to("win_probability.top_deals=5", "win_probability.top_deals=7", "sales_forecasting.horizon_months=1")
    assert plan.parameters["win_probability"] == {"top_deals": 7}
    assert plan.parameters["sales_forecasting"]["horizon_months"] == 1
    assert set_to() == PLAN


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("horizon_months=6", "write it as sales_forecasting.horizon_months=6"),
        ("sales_forecasting.horizon_months", "not written as topic.parameter=value"),
        ("", "not written as topic.parameter=value"),
        (
            "sales_forecast.horizon_months=6",
            '--set sales_forecast.horizon_months: the plan does not run "sales_forecast": '
            'did you mean "sales_forecasting"?',
        ),
        ("win_probability.as_of=2026-01-01", "all notebooks share as_of: use --as-of"),
        ("win_probability.top_deals=[", "--set win_probability.top_deals: its value cannot be read as YAML"),
        ("win_probability.x=!!python/object/apply:os.system ['true']", "cannot be read as YAML"),
    ],
)
def test_a_setting_of_another_form_is_named_with_its_cure(written: str, said: str) -> None:
    assert said in refused(written)


def test_all_wrong_settings_are_named_at_once() -> None:
    first, second, third = refused("y.z=1", "x", "win_probability.data=d").splitlines()
    assert first.startswith("--set y.z: ")
    assert second.startswith("--set number 2 is not written as topic.parameter=value")
    assert third.startswith("--set win_probability.data: ")


@pytest.mark.parametrize(
    "written", ["geheim", "=geheim", "no topic.x=geheim", "a.b=geheim", "win_probability.x=[geheim"]
)
def test_a_refused_setting_is_said_without_its_value(written: str) -> None:
    assert "geheim" not in refused(written)


def test_a_wrong_name_or_value_in_a_setting_is_a_fault_of_the_plan() -> None:
    plan = set_to("sales_forecasting.horizon_month=6", "sales_forecasting.history_months=many")
    text = "\n".join(plan_faults(plan, known_topics(ROOT)))
    assert '"horizon_month" is not known: did you mean "horizon_months"?' in text
    assert "\"history_months\" is 'many': it should be a valid integer" in text


def test_a_path_on_the_command_line_counts_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plan = with_options(PLAN, data="mine", as_of="2026-06-30", currency="EUR", name="other")
    assert (plan.data, plan.as_of, plan.currency, plan.name) == (
        str(tmp_path / "mine"),
        "2026-06-30",
        "EUR",
        "other",
    )
    assert with_options(PLAN, data="duckdb://x").data == "duckdb://x"
    assert with_options(PLAN) == PLAN


def topics(**upstream: list[str]) -> dict[str, Topic]:
    return {name: Topic(name, Path(f"{name}.ipynb"), NotebookParameters, tuple(of)) for name, of in upstream.items()}


def test_only_keeps_what_the_named_notebooks_read_if_the_plan_runs_it() -> None:
    known = topics(a=["b", "x"], b=["c"], c=[], d=["a"], x=[])
    plan = Plan(name="q", notebooks=["d", "c", "b", "a"])
    assert only(plan, ["a"], known).notebooks == ["c", "b", "a"]
    assert only(plan, ["c", "b"], known).notebooks == ["c", "b"]
    with pytest.raises(InputError, match=r'--only "x": the plan does not run "x": known are: a, b, c, d'):
        only(plan, ["x"], known)


def test_one_scenario_can_be_chosen_by_its_name() -> None:
    assert list(only_scenario(PLAN, "bold").scenarios) == ["bold"]
    with pytest.raises(InputError, match='scenario "bolt" is not in the plan: did you mean "bold"'):
        only_scenario(PLAN, "bolt")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("sales_forecasting.horizon_month=6", 'did you mean "horizon_months"?'),
        ("sales_forecasting=6", "write it as sales_forecasting.horizon_months=6"),
    ],
)
def test_the_command_refuses_wrong_settings_and_writes_nothing(tmp_path: Path, setting: str, said: str) -> None:
    plan = ROOT / "params" / "quarterly.yml"
    arguments = ["run", str(plan), "--set", "win_probability.top_deals=9", "--set", setting, "--reports", str(tmp_path)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_setting_reaches_the_notebook_in_every_scenario(tmp_path: Path) -> None:
    shared = 'data: str = ""\nas_of: str = ""\ncurrency: str = ""\nrun_dir: str = ""\n'
    first = nbformat.v4.new_code_cell(f"{shared}parts: list[str] = []  # of the business")
    first.metadata["tags"] = ["parameters"]
    for folder in ("notebooks", "params", "data"):
        (tmp_path / folder).mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[first, nbformat.v4.new_code_cell("print(parts)")]), tmp_path / MINE)
    (tmp_path / "data/orders.csv").write_text("order_id,account_id,ordered_at,amount\n1,A,2026-03-31,10\n")
    plan = tmp_path / "params" / "mine.yml"
    plan.write_text("name: m\ndata: data\nnotebooks: [mine]\nscenarios: {base: , bold: {mine: {parts: [x]}}}\n")
    done = CliRunner().invoke(app, ["run", str(plan), "--set", "mine.parts=[east, 湖州]"])
    assert done.exit_code == 0, done.output
    for scenario in ("base", "bold"):
        executed = nbformat.read(tmp_path / "reports" / "m" / scenario / "mine.ipynb", as_version=4)
        assert executed.cells[-1].outputs[0].text == "['east', '湖州']\n"
