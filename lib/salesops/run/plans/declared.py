"""What a notebook declares in its cells: which notebooks it reads from, and what it can be told."""

from __future__ import annotations

import ast
import io
import tokenize
from typing import TYPE_CHECKING, Any, Union

from pydantic import ConfigDict, Field, create_model

from salesops.errors import InputError
from salesops.parameters import NotebookParameters
from salesops.run.plans.cells import PARAMETERS_TAG, assignments, code, parameters_cell, python_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from salesops.run.plans.cells import Assignment, Cell

UPSTREAM = "upstream"
UPSTREAM_FORM = 'upstream = ["win_probability"]'
TYPES: Mapping[str, type] = {kind.__name__: kind for kind in (str, int, float, bool, list, dict)}
TYPE_NAMES = ", ".join(TYPES)


class DeclaredParameters(NotebookParameters):
    """Parameters of a notebook that has no package of its own: nothing checks them a second time in the kernel."""

    model_config = ConfigDict(strict=True, validate_default=True, protected_namespaces=())


def declared_upstream(notebook: str, cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return the notebooks whose published tables a notebook says it reads.

    Parameters
    ----------
    notebook
        Its file's name, for messages.
    cells
        Its cells, of which one may say `upstream = ["win_probability"]`.

    Raises
    ------
    InputError
        If that is no list of names, or comes more than once.

    Examples
    --------
    >>> from salesops.run.plans.cells import Cell
    >>> declared_upstream("plan.ipynb", [Cell("code", 'upstream = ["win_probability"]')])
    ('win_probability',)
    """
    sources = [source for cell in code(cells) if (source := python_of(cell)) is not None]
    found = [entry for source in sources for entry in assignments(source) if entry.name == UPSTREAM]
    if len(found) > 1:
        raise InputError(f"{notebook}: {UPSTREAM} is assigned {len(found)} times: keep one list of all names")
    return _names(notebook, found[0]) if found else ()


def _names(notebook: str, entry: Assignment) -> tuple[str, ...]:
    items = entry.value.elts if isinstance(entry.value, ast.List) else [None]
    names = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    if len(names) < len(items):
        raise InputError(
            f"{notebook}: {UPSTREAM} is not a list of notebooks' names: write them out, as {UPSTREAM_FORM}"
        )
    return tuple(dict.fromkeys(names))


def declared_parameters(notebook: str, cells: Sequence[Cell]) -> type[NotebookParameters]:
    r"""Return a model of what the cell tagged `parameters` assigns, besides what all notebooks share.

    Parameters
    ----------
    notebook
        Its file's name, for messages.
    cells
        Its cells.

    Raises
    ------
    InputError
        With a sentence for each name that cannot be a parameter, and for each shared one that is not there.

    Examples
    --------
    >>> from salesops.run.plans.cells import Cell
    >>> shared = 'data: str = ""; as_of: str = ""; currency: str = ""; run_dir: str = ""'
    >>> cells = [Cell("code", f"{shared}\ntop: int = 5  # how many to show", ("parameters",))]
    >>> declared_parameters("mine.ipynb", cells)(top=7).top
    7
    """
    source = python_of(parameters_cell(notebook, cells))
    if source is None:
        raise InputError(f'{notebook}: the cell tagged "{PARAMETERS_TAG}" is not Python: keep plain assignments in it')
    entries = {entry.name: entry for entry in assignments(source)}
    own = [entry for name, entry in entries.items() if _is_own(name)]
    faults = [*_lacking(entries), *(fault for entry in own for fault in _entry_faults(entry))]
    if faults:
        raise InputError(*(f"{notebook}: {fault}" for fault in faults))
    return _model(notebook, own, _comments(source))


def _is_own(name: str) -> bool:
    return name != UPSTREAM and not name.startswith("_") and name not in NotebookParameters.model_fields


def _lacking(entries: Mapping[str, Assignment]) -> Iterator[str]:
    for name, field in NotebookParameters.model_fields.items():
        if name not in entries:
            line = f'{name}: str = "{field.default}"  # {field.description}'
            yield f'parameter "{name}", which all notebooks share, is missing: add to the parameters cell: {line}'


def _entry_faults(entry: Assignment) -> Iterator[str]:
    place = f'parameter "{entry.name}"'
    if hasattr(NotebookParameters, entry.name):
        yield f"{place} has a name that the suite uses itself: call it {entry.name}_value, for example"
    if entry.value is None:
        yield f"{place} has no value of its own: give it one, as {entry.name} = 1"
    elif not _is_literal(entry.value):
        yield f"{place} is computed or of no plain type: write its value out ({TYPE_NAMES})"
    if entry.annotation is not None and _type(entry.annotation) is NotImplemented:
        yield f"{place} has the type {ast.unparse(entry.annotation)}: use one of {TYPE_NAMES}"


def _is_literal(node: ast.expr) -> bool:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError):
        return False
    return value is None or type(value) in TYPES.values()


def _type(node: ast.expr) -> Any:
    """Return the type that an annotation writes, and NotImplemented for one that is not known here."""
    match node:
        case ast.Name(id=name):
            return TYPES.get(name, NotImplemented)
        case ast.Constant(value=None):
            return type(None)
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return _composed(list, item)
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[key, item])):
            return _composed(dict, key, item)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _composed(Union, left, right)
    return NotImplemented


def _composed(kind: Any, *nodes: ast.expr) -> Any:
    parts = [_type(node) for node in nodes]
    return NotImplemented if NotImplemented in parts else kind[*parts]


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ").strip() for token in tokens if token.type == tokenize.COMMENT}


def _model(notebook: str, own: Sequence[Assignment], comments: Mapping[int, str]) -> type[NotebookParameters]:
    fields: dict[str, Any] = {entry.name: _field(entry, comments) for entry in own}
    model = create_model("Parameters", __base__=DeclaredParameters, **fields)
    try:
        model()
    except InputError as error:
        raise InputError(*(f"{notebook}: {fault}" for fault in error.faults)) from None
    return model


def _field(entry: Assignment, comments: Mapping[int, str]) -> tuple[Any, Any]:
    default = ast.literal_eval(entry.value) if entry.value else None
    kind = type(default) if entry.annotation is None else _type(entry.annotation)
    if default is None:
        # `x: float = None` is how many write a value that may lack; `x = None` says nothing about its type.
        kind = Any if entry.annotation is None else kind | None
    first, last = entry.lines
    return kind, Field(default=default, description=comments.get(first) or comments.get(last))
