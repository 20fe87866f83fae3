"""Real series of the literature, where they are at hand, and the notebook run cell by cell."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

REAL = Path(__file__).resolve().parents[3] / "shared" / "real" / "bass_classic"


@pytest.fixture(scope="session")
def classic_series() -> pd.DataFrame:
    """Return segment, year, adoptions of durables and services, as published."""
    if not REAL.is_dir():
        pytest.skip("the classic diffusion series are not here")
    return pd.read_csv(REAL / "adoptions.csv").rename(columns={"series": "segment"})


NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "market_sizing.ipynb"


@pytest.fixture(scope="session")
def run_notebook() -> Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]:
    """Run the notebook's cells in one namespace with other parameters; return what they show, and their names."""
    return _run


def _run(values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    shown: list[str] = []
    space: dict[str, Any] = {"display": lambda *things: shown.extend(map(_html, things))}
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) and not cell.source.endswith(";") else None
        exec(compile(ast.Module(body, []), cell.source, "exec"), space)
        if "parameters" in cell.metadata.get("tags", []):
            space |= values
        if last is not None:
            shown.append(_html(eval(compile(ast.Expression(last.value), cell.source, "eval"), space)))
    return "".join(shown), space


def _html(thing: Any) -> str:
    return str(thing._repr_html_()) if hasattr(thing, "_repr_html_") else ""
