"""Plans as files: read with every fault named, and the JSON Schema by which an editor checks one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from salesops.editor_schema import DIALECT, WithoutTitles, in_one_line
from salesops.errors import InputError, did_you_mean
from salesops.incentive_simulation.plan import IncentivePlan
from salesops.paths import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FOLDER = "params/incentive_plans"


def load_plan(path: str | Path) -> IncentivePlan:
    """Return the plan in a YAML file.

    Parameters
    ----------
    path
        The file; a relative path counts from the project's root.

    Raises
    ------
    InputError
        If it cannot be read, or for every fault in it, each with the file's name.
    """
    path = resolve(path)
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path.name}: cannot be read as a plan: {error}") from None
    return _plan(path, values)


def _plan(path: Path, values: Any) -> IncentivePlan:
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise InputError(f"{path.name}: write a plan as keys and values, beginning with name and roles")
    try:
        plan = IncentivePlan(**values)
    except InputError as error:
        raise InputError(*(f"{path.name}: {fault}" for fault in error.faults)) from None
    if plan.name != path.stem:
        raise InputError(f'{path.name}: the plan is called "{plan.name}": give the file the same name')
    return plan


def load_plans(names: Sequence[str], folder: str | Path = FOLDER) -> dict[str, IncentivePlan]:
    """Return plans by name, in the order asked for.

    Raises
    ------
    InputError
        For a name that no file has (with the nearest that one has), and every fault in a file.
    """
    where = resolve(folder)
    known = {path.stem: path for path in sorted(where.glob("*.yml"))}
    unknown = [f'plan "{name}" is not known: {did_you_mean(name, known)}' for name in names if name not in known]
    if unknown:
        raise InputError(*unknown)
    return {name: load_plan(known[name]) for name in names}


def plan_schema_text() -> str:
    """Return the JSON Schema of incentive plans as the text of `params/incentive_plans/plan.schema.json`."""
    schema = in_one_line(IncentivePlan.model_json_schema(schema_generator=WithoutTitles))
    return json.dumps({"$schema": DIALECT, **schema}, ensure_ascii=False, indent=2) + "\n"
