"""Which modules warm kernels load beforehand: those that the notebooks will ask for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from salesops.errors import InputError
from salesops.run.plans.cells import cells_of, code, python_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# What the suite's own packages load only when it is needed, which in a notebook it is.
LATE = (
    "seaborn",
    "scipy.optimize",
    "scipy.stats",
    "sklearn.cluster",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.mixture",
    "statsmodels.api",
    "jinja2",
    "duckdb",
    "ibis.backends.duckdb",
    "pyarrow.parquet",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
)
OURS = "salesops"


def preload_of(notebooks: Iterable[Path]) -> tuple[str, ...]:
    """Return the modules that notebooks import, and those that the suite's own packages load late.

    A name that turns out to be no module, such as a function, is passed over when it is loaded.
    """
    found = dict.fromkeys(name for notebook in notebooks for name in _imported(notebook))
    late = LATE if any(name.partition(".")[0] == OURS for name in found) else ()
    return (*found, *late)


def _imported(notebook: Path) -> Iterator[str]:
    try:
        trees = [ast.parse(source) for cell in code(cells_of(notebook)) if (source := python_of(cell))]
    except InputError:  # the notebook itself will say what is wrong with it
        return
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
