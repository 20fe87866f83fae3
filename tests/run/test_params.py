"""`salesops params` says what there is to run and to set, in a form that can be pasted."""

from __future__ import annotations

import json
import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from salesops.cli import app
from salesops.run.plans.explained import example, parameters_table
from salesops.run.plans.options import with_settings
from salesops.run.plans.plan import Plan
from salesops.run.plans.topics import Topic, known_topics, plan_faults

ROOT = Path(__file__).parents[2]
TOPICS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
SHARED = ["data", "as_of", "currency", "run_dir"]
OWN = """
top: int = 5  # how many to show, of all that there are in this long line, which is wider than any terminal that
ratio: float = 1e-07
word: str = "yes"
day: str = "2026-01-01"
since: str | None = None  # first day
parts: list[str] = ["a: b", "[bold]"]  # [red]markup[/red]
weights: dict[str, float] = {"湖州": 1.5}
"""
# An import of any of these would make a run wait that has nothing to do.
HEAVY = ("pandas", "numpy", "ibis", "papermill", "nbformat", "matplotlib")


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A project with one notebook that has no package."""
    shared = "".join(f'{name}: str = ""\n' for name in SHARED)
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "source": "# Mine\n\nWhat is mine?\n", "metadata": {}},
        {"cell_type": "code", "source": shared + OWN, "metadata": {"tags": ["parameters"]}},
        {"cell_type": "code", "source": 'upstream = ["other"]', "metadata": {}},
    ]
    write(tmp_path, "mine", cells)
    write(tmp_path, "other", [{"cell_type": "code", "source": shared, "metadata": {"tags": ["parameters"]}}])
    write(tmp_path, "broken", [])
    (tmp_path / "params").mkdir()
    return tmp_path


def write(project: Path, name: str, cells: list[dict[str, Any]]) -> None:
    path = project / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}), encoding="utf-8")


def params(*arguments: str) -> tuple[int, list[str]]:
    done = CliRunner().invoke(app, ["params", *arguments])
    return done.exit_code, done.output.splitlines()


def test_each_parameter_has_its_type_default_bounds_and_meaning_and_shared_ones_come_last() -> None:
    code, lines = params("sales_forecasting")
    assert code == 0
    assert lines[0].split() == ["parameter", "type", "default", "bounds", "what", "it", "is"]
    assert lines[1].split("  ")[0] == "horizon_months"
    for part in (" int ", " 12 ", " 1 to 36 ", " months to forecast"):
        assert part in f"{lines[1]} "
    assert "any of region, product_line, channel, rep" in lines[2]
    names = [line.split()[0] for line in lines[1 : lines.index("") - 1]]
    assert names[-4:] == SHARED
    assert names[:-4] == [*known_topics(ROOT)["sales_forecasting"].parameters.model_fields][4:]


def test_without_a_name_all_notebooks_are_listed_with_their_questions(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [line.split()[0] for line in params()[1][1:]] == TOPICS
    monkeypatch.chdir(mine)
    code, lines = params()
    assert code == 0
    assert 'cannot be run: broken.ipynb has no cell tagged "parameters"' in lines[1]
    assert [part.strip() for part in lines[2].split("  ") if part] == ["mine", "other", "What is mine?"]


def test_a_name_that_is_not_known_ends_with_2_and_the_nearest_one(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, lines = params("sales_forcasting")
    assert code == 2
    assert 'topic "sales_forcasting" is not known: did you mean "sales_forecasting"?' in lines[-1]
    monkeypatch.chdir(mine)
    assert params("broken")[0] == 2


@pytest.mark.parametrize("name", TOPICS)
def test_what_is_printed_can_be_pasted_into_a_plan_and_a_shell(name: str) -> None:
    assert_pasted_values_are_the_defaults(known_topics(ROOT)[name])


def test_odd_values_survive_the_pasting_too(mine: Path) -> None:
    topic = known_topics(mine)["mine"]
    assert topic.faults == ()
    assert_pasted_values_are_the_defaults(topic)


def assert_pasted_values_are_the_defaults(topic: Topic) -> None:
    option, _, *lines = example(topic).splitlines()
    own = topic.parameters().model_dump(exclude=set(SHARED))
    parameters = yaml.safe_load("\n".join(lines))["parameters"]
    assert parameters == {topic.name: own}
    # Only `--set` is left of the line in a shell.
    (setting,) = shlex.split(option.partition("--set ")[2])
    plan = with_settings(Plan(name="q", notebooks=[topic.name], parameters=parameters), [setting])
    assert plan_faults(plan, {topic.name: topic, **dict.fromkeys(topic.upstream, topic)}) == []
    assert plan.parameters == parameters


def test_a_notebook_without_parameters_of_its_own_says_so(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine)
    assert params("other")[1][-1] == "other has no parameters of its own."


def test_nothing_is_cut_off_outside_of_a_terminal(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine)
    monkeypatch.setenv("COLUMNS", "40")
    text = "\n".join(params("mine")[1])
    for row in parameters_table(known_topics(mine)["mine"]).rows:
        assert any(all(part in line for part in row) for line in text.splitlines())


@pytest.mark.parametrize("columns", [80, 100, 200])
def test_in_a_terminal_every_word_is_there_and_no_line_is_wider(mine: Path, columns: int) -> None:
    seen = in_terminal(mine, columns, "params", "mine")
    table = seen.partition("The last four")[0]
    assert max(map(len, table.splitlines())) <= columns
    found = parameters_table(known_topics(mine)["mine"])
    words = {word for row in (found.headings, *found.rows) for cell in row for word in cell.split()}
    # Longer ones may be broken over two lines, but not cut off.
    assert [word for word in sorted(words) if len(word) < 9 and word not in table] == []
    if columns == 200:
        assert "[red]markup[/red]" in table


def in_terminal(folder: Path, columns: int, *arguments: str) -> str:
    """Return what a command writes to a pseudo-terminal."""
    program = "import sys; from salesops.cli import app; app(sys.argv[1:])"
    looks = {"COLUMNS": str(columns), "TERM": "xterm", "NO_COLOR": "1"}
    environment = {**os.environ, **looks, "PYTHONPATH": str(ROOT / "lib")}
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], cwd=folder, env=environment, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        seen = b"".join(iter(lambda: read(ours), b""))
    os.close(ours)
    assert process.returncode == 0, seen.decode()
    return seen.decode().replace("\r\n", "\n").replace("\x1b[1m", "").replace("\x1b[0m", "")


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that nobody writes to it any more
        return b""


def test_what_all_notebooks_can_be_told_is_read_without_heavy_imports() -> None:
    program = (
        "import sys; from pathlib import Path; from salesops.run.plans.topics import known_topics;"
        f"assert len(known_topics(Path({str(ROOT)!r}))) > 1;"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_packages_names_are_there_all_the_same() -> None:
    import salesops.sales_forecasting as package

    assert package.forecast_series.__module__ == "salesops.sales_forecasting.engine"
    with pytest.raises(AttributeError, match="no attribute 'forecast_sery'"):
        _ = package.forecast_sery  # type: ignore[attr-defined]
