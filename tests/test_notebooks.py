"""Every notebook keeps the house rules, so that each reads and runs like the others."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from papermill.inspection import inspect_notebook

if TYPE_CHECKING:
    from salesops.parameters import NotebookParameters

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_CELLS, MOST_LINES = 15, 10

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def tagged(path: Path, tag: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in code_cells(path) if tag in cell.metadata.get("tags", [])]


def lines(cell: nbformat.NotebookNode) -> list[str]:
    return [line for line in cell.source.splitlines() if line.strip()]


def headings(path: Path) -> list[str]:
    cells = nbformat.read(path, as_version=4).cells
    text = [line for cell in cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    return [line.lstrip("# ") for line in text if line.startswith("## ")]


def test_it_opens_with_a_title_and_the_question_it_answers(path: Path) -> None:
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "?" in first.source


def test_its_parameters_come_first_and_the_next_cell_checks_them(path: Path) -> None:
    first, second, *_ = code_cells(path)
    assert "parameters" in first.metadata.get("tags", [])
    assert "Parameters.of(globals())" in second.source


def test_it_ends_with_what_it_means_and_about_these_numbers(path: Path) -> None:
    found = headings(path)
    assert "What this means" in found
    assert found[-1] == "About these numbers"
    assert found.index("What this means") < len(found) - 1


def test_it_has_few_and_short_cells(path: Path) -> None:
    cells = code_cells(path)
    assert len(cells) <= MOST_CELLS
    # The parameters cell is a list of names, one per line, and is as long as there are parameters.
    computing = [cell for cell in cells if cell not in tagged(path, "parameters")]
    assert max(len(lines(cell)) for cell in computing) <= MOST_LINES


def test_it_defines_nothing_and_leaves_path_and_warnings_alone(path: Path) -> None:
    source = "\n".join(cell.source for cell in code_cells(path))
    nodes = list(ast.walk(ast.parse(source)))
    assert not [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda))]
    assert "sys.path" not in source
    assert "warnings" not in [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]


def test_its_workbook_lists_what_it_uses_and_nothing_else(path: Path) -> None:
    workbook = importlib.import_module(f"salesops.{path.stem}.workbook")
    nodes = list(ast.walk(ast.parse("\n".join(cell.source for cell in code_cells(path)))))
    imported = [alias for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names]
    (short,) = [alias.asname for alias in imported if alias.name == "workbook"]
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node.value) == short}
    assert set(workbook.__all__) == used


def test_it_is_stored_without_outputs(path: Path) -> None:
    assert all(not cell.outputs and cell.execution_count is None for cell in code_cells(path))


def test_its_parameters_cell_says_what_its_model_says(path: Path) -> None:
    model: type[NotebookParameters] = importlib.import_module(f"salesops.{path.stem}.parameters").Parameters
    defaults = model().model_dump()
    (cell,) = tagged(path, "parameters")
    assigned = {
        node.target.id: (ast.literal_eval(node.value), ast.unparse(node.annotation))
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
    }
    assert {name: value for name, (value, _) in assigned.items()} == defaults
    types = {name: annotation for name, (_, annotation) in assigned.items()}
    assert types == {name: type(value).__name__ for name, value in defaults.items()}


def test_papermill_shows_a_help_text_for_each_parameter(path: Path) -> None:
    found = inspect_notebook(str(path))
    model = importlib.import_module(f"salesops.{path.stem}.parameters").Parameters
    assert set(found) == set(model.model_fields)
    for name, entry in found.items():
        assert entry["help"] == model.model_fields[name].description, name


def test_it_has_something_to_try_which_the_report_leaves_out(path: Path) -> None:
    assert tagged(path, "try-it")
    assert tagged(path, "summary")
