"""What a notebook declares is read from its cells, and what cannot be read is named with its cure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from salesops.errors import InputError
from salesops.run.plans.cells import Cell, cells_of, question
from salesops.run.plans.declared import declared_parameters, declared_upstream
from salesops.run.plans.plan import Plan
from salesops.run.plans.topics import Topic, known_topics, plan_faults

ROOT = Path(__file__).parents[2]
SHARED = 'data: str = ""\nas_of: str = ""\ncurrency: str = ""\nrun_dir: str = ""\n'


def code(source: str, *tags: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": source.splitlines(keepends=True), "metadata": {"tags": list(tags)}}


def write(root: Path, name: str, *cells: dict[str, Any]) -> Topic:
    path = root / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}), encoding="utf-8")
    return known_topics(root)[name]


def upstream(*sources: str) -> tuple[str, ...]:
    return declared_upstream("mine.ipynb", [Cell("code", source) for source in sources])


def declared(source: str) -> Any:
    return declared_parameters("mine.ipynb", [Cell("code", SHARED + source, ("parameters",))])


def faults_of(source: str) -> str:
    with pytest.raises(InputError) as refused:
        declared(source)
    return str(refused.value)


@pytest.mark.parametrize(
    "source",
    [
        'upstream = ["win_probability"]  # what is read here',
        'upstream: list[str] = ["win_probability"]',
        'import os\nupstream = [\n    "win_probability",\n    "win_probability",\n]\nif os.name:\n    upstream2 = []',
        '%matplotlib inline\nfiles = !ls\nupstream = ["win_probability"]\nupstream?',
    ],
)
def test_upstream_is_read_however_it_is_written(source: str) -> None:
    assert upstream("x = 1", source, "%%bash\nupstream = (") == ("win_probability",)


def test_what_only_looks_like_a_magic_stays_as_it_is() -> None:
    assert upstream('upstream = ["a"]\nx = (7\n  % 2)') == ("a",)


def test_a_notebook_that_says_nothing_reads_from_none() -> None:
    assert upstream("x = 1", "if x:\n    upstream = ['a']", "this is no Python") == ()
    assert upstream("upstream = []") == ()


@pytest.mark.parametrize(
    "source",
    [
        'upstream = "win_probability"',
        'upstream = ["a", 1]',
        "upstream = [name for name in names]",
        'upstream = [*others, "a"]',
        "upstream: list[str]",
        'upstream += ["a"]',
    ],
)
def test_an_upstream_that_is_no_list_of_names_is_refused(source: str) -> None:
    with pytest.raises(InputError, match=r'mine\.ipynb: upstream is not a list .*: write them out, as upstream = \["'):
        upstream(source)


def test_an_upstream_that_comes_twice_is_refused() -> None:
    with pytest.raises(InputError, match=r"mine\.ipynb: upstream is assigned 2 times: keep one list"):
        upstream('upstream = ["a"]', 'upstream = ["b"]')


def test_a_notebook_without_a_package_is_told_what_its_cell_declares() -> None:
    model = declared(
        "top: int = 5  # how many to show\nshare = 0.5\nname: str = 'x'\nlevels: list[str] = [  # parts\n    'a',\n]\n"
        "weights: dict[str, float] = {}\nsince: str | None = None\nlimit: float = None\nopen = True\nfree = None\n"
    )
    values = model(top=6, share=1, levels=["b"], weights={"a": 1.5}, since="2026-01-01", limit=2, open=False, free=[1])
    own = values.model_dump(exclude={"data", "as_of", "currency", "run_dir", "name"})
    assert own == {
        "top": 6,
        "share": 1.0,
        "levels": ["b"],
        "weights": {"a": 1.5},
        "since": "2026-01-01",
        "limit": 2.0,
        "open": False,
        "free": [1],
    }
    assert model.model_fields["top"].description == "how many to show"
    assert model.model_fields["levels"].description == "parts"
    assert model().currency == "CNY"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"top": "abc"}, "\"top\" is 'abc': it should be a valid integer"),
        ({"top": "6"}, "\"top\" is '6': it should be a valid integer"),
        ({"top": True}, '"top" is True: it should be a valid integer'),
        ({"top": None}, '"top" is None'),
        ({"tops": 6}, '"tops" is not known: did you mean "top"?'),
        ({"levels": "east"}, "\"levels\" is 'east': it should be a valid list"),
        ({"levels": [1]}, '"levels.0" is 1: it should be a valid string'),
        ({"_hidden": 1}, '"_hidden" is not known'),
        ({"upstream": ["a"]}, '"upstream" is not known'),
    ],
)
def test_a_value_that_a_cell_does_not_allow_is_refused(values: dict[str, Any], said: str) -> None:
    model = declared('top: int = 5\nlevels: list[str] = ["a"]\n_hidden = 1\nupstream = ["a"]')
    with pytest.raises(InputError) as refused:
        model(**values)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("since = date.today()", 'mine.ipynb: parameter "since" is computed or of no plain type: write its value out'),
        ("pair = (1, 2)", '"pair" is computed or of no plain type'),
        ("top: int", '"top" has no value of its own: give it one'),
        ("top: np.ndarray = 1", '"top" has the type np.ndarray: use one of str, int, float, bool, list, dict'),
        ("top: list[Level] = []", '"top" has the type list[Level]'),
        ("top: int = 'many'", "\"top\" is 'many': it should be a valid integer"),
        ("copy = True", '"copy" has a name that the suite uses itself: call it copy_value'),
        ("top = (", 'the cell tagged "parameters" is not Python'),
    ],
)
def test_a_cell_that_declares_no_plain_values_is_refused(source: str, said: str) -> None:
    assert said in faults_of(source)


def test_every_fault_of_a_cell_is_listed() -> None:
    assert len(faults_of("a = date.today()\nb: object = 1\nc: int").splitlines()) == 3


def test_a_missing_shared_parameter_is_named_with_the_line_to_add(tmp_path: Path) -> None:
    topic = write(tmp_path, "mine", code(SHARED.replace('currency: str = ""\n', ""), "parameters"))
    (fault,) = topic.faults
    assert 'mine.ipynb: parameter "currency", which all notebooks share, is missing' in fault
    line = fault.partition("parameters cell: ")[2]
    assert line == 'currency: str = "CNY"  # what money is called on the page'
    assert not write(tmp_path, "mine", code(SHARED.replace('currency: str = ""', line).strip(), "parameters")).faults


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "mine.ipynb cannot be read as a notebook"),
        ("[]", "mine.ipynb cannot be read as a notebook"),
        ('{"worksheets": []}', "open it in JupyterLab and save it again"),
        ('{"cells": [1]}', "mine.ipynb cannot be read as a notebook"),
        ('{"cells": []}', 'mine.ipynb has no cell tagged "parameters": tag the one that assigns them'),
    ],
)
def test_a_file_that_is_no_runnable_notebook_is_a_fault_of_plans_that_run_it(
    tmp_path: Path, content: str, said: str
) -> None:
    write(tmp_path, "good", code(SHARED, "parameters"))
    (tmp_path / "notebooks" / "mine.ipynb").write_text(content, encoding="utf-8")
    topics = known_topics(tmp_path)
    (fault,) = plan_faults(Plan(name="q", notebooks=["good", "mine"], parameters={"mine": {"x": 1}}), topics)
    assert said in fault
    assert plan_faults(Plan(name="q", notebooks=["good"]), topics) == []


def test_a_notebook_that_cannot_be_a_folder_has_to_be_renamed(tmp_path: Path) -> None:
    (fault,) = write(tmp_path, "my notebook.v2", code(SHARED, "parameters")).faults
    assert "my notebook.v2.ipynb: rename the notebook, letters, digits" in fault


def test_a_notebook_may_be_called_like_a_package_of_the_library(tmp_path: Path) -> None:
    topic = write(tmp_path, "tables", code(SHARED + "top: int = 5", "parameters"))
    assert topic.faults == ()
    assert topic.parameters(top=3).model_dump()["top"] == 3


def test_a_notebook_with_a_package_has_its_model_and_needs_its_cell_all_the_same(tmp_path: Path) -> None:
    topic = write(tmp_path, "sales_forecasting", code('upstream = ["win_probability"]'))
    assert (topic.upstream, "horizon_months" in topic.parameters.model_fields) == (("win_probability",), False)
    assert "no cell tagged" in topic.faults[0]
    assert "horizon_months" in known_topics(ROOT)["sales_forecasting"].parameters.model_fields


def test_a_plan_tells_such_notebooks_values_like_any_other(tmp_path: Path) -> None:
    write(tmp_path, "mine", code(SHARED + "top: int = 5  # how many", "parameters"))
    plan = Plan(
        name="q",
        notebooks=["mine"],
        parameters={"mine": {"top": 7}},
        scenarios={"base": {}, "bold": {"mine": {"top": "abc", "tops": 1, "as_of": "2026-01-01"}}},
    )
    text = "\n".join(plan_faults(plan, known_topics(tmp_path)))
    assert "mine: parameter \"top\" is 'abc': it should be a valid integer" in text
    assert 'mine: parameter "tops" is not known: did you mean "top"? (scenario bold)' in text
    assert '"as_of" is set once for the whole plan' in text


def test_the_question_of_a_notebook_is_the_line_below_its_title() -> None:
    assert question(cells_of(ROOT / "notebooks" / "win_probability.ipynb")).startswith("Which open deals will close")
    assert question([Cell("code", "x"), Cell("markdown", "# Title only")]) == ""
