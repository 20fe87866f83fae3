"""run.json: what a run did, with what, and how it ended."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import subprocess
from typing import TYPE_CHECKING, Any

import salesops
from salesops.errors import InputError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from salesops.run.plan import Plan
    from salesops.run.results import NotebookResult
    from salesops.tables import Tables
    from salesops.tables.sources import Source

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
RECORD = "run.json"


def record(
    plan: Plan,
    scenario: str,
    tables: Tables,
    source: Source,
    results: list[NotebookResult],
    started_at: datetime,
    seconds: float,
    root: Path,
) -> dict[str, Any]:
    """Return what run.json holds."""
    return {
        "plan": plan.name,
        "title": plan.title or plan.name,
        "scenario": scenario,
        "status": "failed" if any(result.failure for result in results) else "complete",
        "started_at": started_at.isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "as_of": tables.as_of.isoformat(),
        "currency": plan.currency,
        "data": {
            "source": plan.data,
            "reaches": tables.reaches.isoformat(),
            "rows": tables.rows(),
            "hashes": table_hashes(source),
        },
        "code": {"version": salesops.__version__, "commit": commit(root)},
        "packages": package_versions(),
        "notebooks": [_notebook(result) for result in results],
    }


def _notebook(result: NotebookResult) -> dict[str, Any]:
    return {
        "topic": result.topic,
        "status": result.status,
        "seconds": round(result.seconds, 2),
        "notebook": result.notebook.name,
        "page": f"{result.topic}.html",
        "parameters": {name: value for name, value in result.parameters.items() if name != "run_dir"},
        "failure": None if result.failure is None else str(result.failure),
    }


def write_record(folder: Path, content: dict[str, Any]) -> None:
    """Write run.json into a run's folder."""
    (folder / RECORD).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_record(folder: Path) -> dict[str, Any]:
    """Return the run.json of a run's folder.

    Raises
    ------
    InputError
        If there is none.
    """
    path = folder / RECORD
    if not path.is_file():
        raise InputError(f"{folder} holds no {RECORD}: it is not a run's folder")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def table_hashes(source: Source) -> dict[str, str]:
    """Return the hash of each table's file; a file that holds many tables is read once."""
    hashes = {path: file_hash(path) for path in set(source.files.values())}
    return {name: hashes[path] for name, path in source.files.items()}


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def package_versions() -> dict[str, str]:
    """Return the versions that the numbers of a run rest on."""
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in PACKAGES}}


def commit(root: Path) -> str:
    """Return the commit of the project's checkout, with a mark if files differ from it; empty outside of one."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.strip()
