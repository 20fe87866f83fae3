"""What stands in a notebook's cells, read from its JSON alone: importing nbformat takes half a second."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

PARAMETERS_TAG = "parameters"
MAGIC_LINE = re.compile(r"^([ \t]*)(?:[%!?].*|[\w.]+\?{1,2}|[\w., ]+=[ \t]*[%!].*)$", re.MULTILINE)
CELL_MAGIC = "%%"


@dataclass(frozen=True)
class Cell:
    """One cell: whether it is code or markdown, what it says, and its tags."""

    kind: str
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """A name that a cell assigns at its top level; no value where it only announces or changes the name."""

    name: str
    value: ast.expr | None
    annotation: ast.expr | None
    lines: tuple[int, int]


def cells_of(notebook: Path) -> list[Cell]:
    """Return the cells of a notebook.

    Raises
    ------
    InputError
        If the file is no notebook.
    """
    try:
        return [_cell(cell) for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        found = f"{type(error).__name__}: {error}"
        raise InputError(
            f"{notebook.name} cannot be read as a notebook ({found}): open it in JupyterLab and save it again"
        ) from None


def _cell(content: dict[str, Any]) -> Cell:
    # A source is one text or a list of lines.
    return Cell(content["cell_type"], "".join(content["source"]), tuple(content.get("metadata", {}).get("tags", ())))


def parameters_cell(notebook: str, cells: Sequence[Cell]) -> Cell:
    """Return the cell that papermill puts its values behind.

    Raises
    ------
    InputError
        If none is tagged `parameters`.
    """
    found = [cell for cell in code(cells) if PARAMETERS_TAG in cell.tags]
    if not found:
        raise InputError(f'{notebook} has no cell tagged "{PARAMETERS_TAG}": tag the one that assigns them')
    return found[0]


def question(cells: Sequence[Cell]) -> str:
    r"""Return the first line below the notebook's title: the question that it answers.

    Examples
    --------
    >>> question([Cell("markdown", "# Chances\n\nWhich deals will close?\nAnd when?")])
    'Which deals will close?'
    """
    lines = [line.strip() for cell in cells if cell.kind == "markdown" for line in cell.source.splitlines()]
    return next((line for line in lines if line and not line.startswith("#")), "")


def code(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells that are run."""
    return [cell for cell in cells if cell.kind == "code"]


def assignments(python: str) -> Iterator[Assignment]:
    r"""Yield each assignment of a plain name at the top level of a cell, in order.

    Examples
    --------
    >>> [found.name for found in assignments("x: int = 1\nif x:\n    y = 2\na.b = 3\nz = 4")]
    ['x', 'z']
    """
    for node in ast.parse(python).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield Assignment(name, value, None, _lines(node))
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=given):
                yield Assignment(name, given, annotation, _lines(node))
            case ast.AugAssign(target=ast.Name(id=name)):
                yield Assignment(name, None, None, _lines(node))


def _lines(node: ast.stmt) -> tuple[int, int]:
    return node.lineno, node.end_lineno or node.lineno


def python_of(cell: Cell) -> str | None:
    r"""Return a cell's Python with IPython's lines passed over; None if it is none, or a cell magic runs it.

    Examples
    --------
    >>> python_of(Cell("code", "%matplotlib inline\nx = 1"))
    'pass\nx = 1'
    """
    if cell.source.lstrip().startswith(CELL_MAGIC):
        return None
    # As it stands first: what looks like a magic may be the second line of a division with remainder.
    return next(filter(_is_python, (cell.source, MAGIC_LINE.sub(r"\1pass", cell.source))), None)


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True
