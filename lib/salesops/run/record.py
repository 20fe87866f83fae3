"""run.json: what a run did, with what, why, and how it ended."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from typing import TYPE_CHECKING, Any

import salesops
from salesops.errors import InputError
from salesops.run.fingerprints import contract_hash, package_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from salesops.run.data import Data
    from salesops.run.plans.plan import Plan
    from salesops.run.results import NotebookResult

RECORD = "run.json"


def new_run_id(started_at: datetime) -> str:
    """Return a name for a run that no other run has, and that sorts by time."""
    return f"{started_at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def record(
    plan: Plan,
    scenario: str,
    data: Data,
    inputs: Mapping[str, str],
    results: Iterable[NotebookResult],
    started_at: datetime,
    seconds: float,
    root: Path,
) -> dict[str, Any]:
    """Return what run.json holds.

    Parameters
    ----------
    plan, scenario, data
        What was run, on what.
    inputs
        Hashes of all that the run as a whole depends on; empty where a later run must look more closely.
    results
        How each notebook ended, in the plan's order.
    started_at, seconds
        When it began, and how long it took.
    root
        The project's folder.
    """
    notebooks = [_notebook(result) for result in results]
    return {
        "run_id": new_run_id(started_at),
        "plan": plan.name,
        "title": plan.title or plan.name,
        "scenario": scenario,
        "status": "failed" if any(entry["status"] in ("failed", "skipped") for entry in notebooks) else "complete",
        "started_at": started_at.isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "asked_as_of": plan.as_of,
        "as_of": data.as_of,
        "currency": plan.currency,
        "data": data.as_record(),
        "code": {"version": salesops.__version__, "commit": commit(root), "contract": contract_hash()},
        "packages": package_versions(),
        "inputs": dict(inputs),
        "notebooks": notebooks,
    }


def _notebook(result: NotebookResult) -> dict[str, Any]:
    ran = result.status != "skipped"
    return {
        "topic": result.topic,
        "status": result.status,
        "why": result.why,
        "seconds": round(result.seconds, 2),
        "ran_at": result.ran_at,
        "notebook": f"{result.topic}.ipynb" if ran else None,
        "page": f"{result.topic}.html" if ran else None,
        "parameters": {name: value for name, value in result.parameters.items() if name != "run_dir"},
        "fingerprint": result.fingerprint,
        "published": result.published,
        "reads": None if result.reads is None else list(result.reads),
        "failure": None if result.failure is None else str(result.failure),
    }


def write_record(folder: Path, content: Mapping[str, Any]) -> None:
    """Write run.json into a run's folder, in one step."""
    aside = folder / f".{RECORD}.part"
    aside.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    os.replace(aside, folder / RECORD)


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


def record_or_none(folder: Path) -> dict[str, Any] | None:
    """Return the run.json of a folder that may hold none, or one that an earlier version wrote and nobody can read."""
    try:
        content = read_record(folder)
    except (InputError, ValueError):
        return None
    return content if {"run_id", "inputs", "notebooks"} <= set(content) else None


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
