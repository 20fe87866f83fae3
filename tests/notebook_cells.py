"""A notebook's cells run one after the other in this process, as Jupyter would, and what a reader sees of them."""

from __future__ import annotations

import ast
import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

ROOT = Path(__file__).resolve().parents[1]


def run_cells(topic: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Run a topic's notebook with other parameters; return what its cells show, as HTML, and their names."""
    shown: list[str] = []
    space: dict[str, Any] = {"display": lambda *things: shown.extend(map(_html_of, things))}  # IPython gives it
    for cell in nbformat.read(ROOT / "notebooks" / f"{topic}.ipynb", as_version=4).cells:
        if cell.cell_type != "code":
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) and not cell.source.endswith(";") else None
        exec(compile(ast.Module(body, []), cell.source, "exec"), space)
        if "parameters" in cell.metadata.get("tags", []):
            space |= values
        if isinstance(last, ast.Expr):
            shown.append(_html_of(eval(compile(ast.Expression(last.value), cell.source, "eval"), space)))
    return "".join(shown), space


def visible(page: str) -> str:
    """Return the text of a page, as a reader sees it."""
    page = re.sub(r"<(style|svg|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> Path:
    """Write tables into a folder as Parquet; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    return folder


def _html_of(thing: Any) -> str:
    return str(thing._repr_html_()) if hasattr(thing, "_repr_html_") else ""
