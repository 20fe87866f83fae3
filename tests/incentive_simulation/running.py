"""Runs the notebook's cells one after the other, as Jupyter would, for speed; and reads what a reader sees."""

import ast
import html
import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "incentive_simulation.ipynb"


def run(values):
    """Return what the cells show, as HTML, and their names."""
    shown = []
    html_of = lambda thing: thing._repr_html_() if hasattr(thing, "_repr_html_") else ""  # noqa: E731
    space = {"display": lambda *things: shown.extend(html_of(thing) for thing in things)}
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) and not cell.source.endswith(";") else None
        exec(compile(ast.Module(body, []), cell.source, "exec"), space)
        if "parameters" in cell.metadata.get("tags", []):
            space |= values
        if last is not None:
            shown.append(html_of(eval(compile(ast.Expression(last.value), cell.source, "eval"), space)))
    return "".join(shown), space


def visible(page):
    """Return the text of a page, as a reader sees it."""
    page = re.sub(r"<(style|svg|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def write(tables, folder):
    """Write tables as Parquet; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    return folder
