"""What a notebook's result depends on, as named hashes: where all are as they were, it need not run again."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

import salesops

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LIBRARY = Path(salesops.__file__).parent
# What a topic's package may import besides itself; a test of the house holds it to that.
SHARED_CODE = ("tables", "report")
CODE_FILES = (".py", ".j2", ".html", ".css", ".js", ".json")
PACKAGES = (
    "pandas",
    "numpy",
    "scipy",
    "scikit-learn",
    "statsmodels",
    "seaborn",
    "matplotlib",
    "ibis-framework",
    "duckdb",
    "papermill",
    "nbconvert",
    "pydantic",
)
# Where a run is built differs each time and changes no number.
PLACE_PARAMETERS = ("run_dir",)
SHORT = 16


def fingerprint(
    notebook: Path,
    topic: str,
    parameters: Mapping[str, Any],
    reaches: str,
    tables: Mapping[str, str],
    upstream: Mapping[str, str],
) -> dict[str, str]:
    """Return everything that a notebook's result depends on, from what it is to its hash or value.

    Parameters
    ----------
    notebook, topic
        Its file, and its name, which is also its package's.
    parameters
        What it is told, with `as_of` as a day.
    reaches
        Day of the last event in the data.
    tables
        Content hash of each table that it reads; empty for one that is not there.
    upstream
        Hash of what each notebook that it reads from has published.
    """
    return {
        "the notebook": notebook_hash(notebook),
        "the code": code_hash(topic),
        "the packages": text_hash(json.dumps(package_versions())),
        "the day the data reaches": reaches,
        **{f"parameter {name}": _written(value) for name, value in parameters.items() if name not in PLACE_PARAMETERS},
        **{f"table {name}": content[:SHORT] for name, content in tables.items()},
        **{f"what {name} published": content for name, content in upstream.items()},
    }


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the names of what differs between two fingerprints.

    Examples
    --------
    >>> changes({"the code": "a", "table orders": "b"}, {"the code": "a", "table orders": "c", "table reps": "d"})
    ['table orders', 'table reps']
    """
    return [name for name in {**now, **before} if before.get(name) != now.get(name)]


def notebook_hash(path: Path) -> str:
    """Return a hash of a notebook's cells and their tags; what an editor writes beside them does not count."""
    cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
    kept = [(cell["cell_type"], "".join(cell["source"]), cell.get("metadata", {}).get("tags", [])) for cell in cells]
    return text_hash(json.dumps(kept))


@functools.cache
def code_hash(topic: str) -> str:
    """Return a hash of the code that a topic's notebook can use: its package, and those that all topics share."""
    folders = [LIBRARY / name for name in (topic, *SHARED_CODE)]
    return files_hash([*LIBRARY.glob("*.py"), *(f for folder in folders for f in folder.rglob("*"))], LIBRARY)


@functools.cache
def library_hash() -> str:
    """Return a hash of all code of the suite."""
    return files_hash(LIBRARY.rglob("*"), LIBRARY)


@functools.cache
def contract_hash() -> str:
    """Return a hash of the code that checks and cuts data."""
    return files_hash((LIBRARY / "tables").rglob("*"), LIBRARY)


def files_hash(paths: Iterable[Path], root: Path) -> str:
    """Return a hash of the names and contents of code files."""
    total = hashlib.sha256()
    for path in sorted(path for path in paths if path.suffix in CODE_FILES):
        content = path.read_bytes()
        total.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return total.hexdigest()[:SHORT]


def published_hash(folder: Path) -> str:
    """Return a hash of the tables that a notebook has published; empty if there are none."""
    total = hashlib.sha256()
    files: Sequence[Path] = sorted(folder.glob("*.parquet"))
    for path in files:
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()[:SHORT] if files else ""


def text_hash(text: str) -> str:
    """Return a short SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:SHORT]


@functools.cache
def package_versions() -> dict[str, str]:
    """Return the versions that the numbers of a run rest on."""
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in PACKAGES}}
