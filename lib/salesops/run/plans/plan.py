"""A plan: what one run of the suite does, as a YAML file."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from salesops.errors import InputError, did_you_mean
from salesops.parameters import LAST_COMPLETE_QUARTER, as_of_text, parameter_faults

TopicParameters = dict[str, dict[str, Any]]

# A name becomes a folder, so it must be a plain one.
NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
# Said to editors alone; `as_of_text` is what holds.
AS_OF = rf"^(\d{{4}}-\d{{2}}-\d{{2}}|{LAST_COMPLETE_QUARTER})$"
PLAIN_NAME = "letters, digits, - and _ only"
FOR_ALL = "all"


class Limits(BaseModel):
    """What one notebook may use before it is stopped.

    Examples
    --------
    >>> Limits(memory_gb=4)
    Limits(cell_seconds=1800.0, memory_gb=4.0)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    cell_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False, description="longest time one cell may take")] = (
        1800.0
    )
    memory_gb: Annotated[
        float | None, Field(gt=0, allow_inf_nan=False, description="most memory, in GB; none if it has no limit")
    ] = None


class Plan(BaseModel):
    """What a run does: data, day, notebooks, parameters and scenarios.

    Examples
    --------
    >>> Plan(name="quarterly", notebooks=["win_probability"]).scenarios
    {'base': {}}
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[
        str, Field(description="folder under reports/; letters, digits, - and _", json_schema_extra={"pattern": NAME})
    ]
    title: Annotated[str, Field(description="what the plan is called on its pages")] = ""
    data: Annotated[
        str, Field(min_length=1, description="folder, workbook, DuckDB file or URL; relative to the project")
    ] = "data/sample"
    as_of: Annotated[
        str, Field(description="2026-09-30, or last_complete_quarter", json_schema_extra={"pattern": AS_OF})
    ] = LAST_COMPLETE_QUARTER
    currency: Annotated[str, Field(min_length=1, max_length=8, description="what money is called")] = "CNY"
    notebooks: Annotated[
        list[str], Field(min_length=1, description="topics to run, in this order unless one reads from another")
    ]
    parameters: Annotated[TopicParameters, Field(description="per topic, what differs from the notebook")] = {}
    scenarios: Annotated[dict[str, TopicParameters], Field(description="per scenario, what differs from base")] = {
        "base": {}
    }
    limits: Annotated[dict[str, Limits], Field(description="per topic, or for all, what a notebook may use")] = {}

    @field_validator("as_of", mode="before")
    @classmethod
    def _is_a_day(cls, value: object) -> str:
        return as_of_text(str(value))

    @field_validator("name")
    @classmethod
    def _is_a_plain_name(cls, value: str) -> str:
        if not re.fullmatch(NAME, value):
            raise ValueError(f"use {PLAIN_NAME}: it becomes a folder")
        return value

    @field_validator("parameters", "limits", mode="before")
    @classmethod
    def _empty_means_none(cls, value: object) -> object:
        return _without_nulls(value)

    @field_validator("scenarios", mode="before")
    @classmethod
    def _plain_scenario_names(cls, value: object) -> object:
        scenarios = {"base": {}} if value in (None, {}) else _without_nulls(value)
        for name in scenarios if isinstance(scenarios, dict) else ():
            if not re.fullmatch(NAME, str(name)):
                raise ValueError(f"scenario {name!r} has a name that cannot be a folder: use {PLAIN_NAME}")
        return {key: _without_nulls(item) for key, item in scenarios.items()} if isinstance(scenarios, dict) else value

    @field_validator("parameters", "scenarios")
    @classmethod
    def _days_as_text(cls, value: Any) -> Any:
        return _with_days_as_text(value)

    def changed(self, **values: Any) -> Plan:
        """Return the plan with other values for some of its keys, checked as they are in a file."""
        # What was not written stays so: limits of one notebook add to those of all by what they say.
        return _plan({**self.model_dump(exclude_unset=True), **values}, "option")

    def parameters_of(self, scenario: str, topic: str) -> dict[str, Any]:
        """Return the parameters of one notebook in one scenario, the shared ones left out."""
        return {**self.parameters.get(topic, {}), **self.scenarios[scenario].get(topic, {})}

    def limits_of(self, topic: str) -> Limits:
        """Return what a notebook may use: its own limits, those of all where it has none, or the usual ones.

        Examples
        --------
        >>> plan = Plan(name="q", notebooks=["a"], limits={"all": {"cell_seconds": 60}, "a": {"memory_gb": 4}})
        >>> plan.limits_of("a")
        Limits(cell_seconds=60.0, memory_gb=4.0)
        """
        parts = [self.limits[name].model_dump(exclude_unset=True) for name in (FOR_ALL, topic) if name in self.limits]
        return Limits(**{key: value for part in parts for key, value in part.items()})


def _without_nulls(value: object) -> Any:
    # In YAML `base:` with nothing after it is a null, and means "nothing differs".
    if isinstance(value, dict):
        return {key: {} if item is None else item for key, item in value.items()}
    return {} if value is None else value


def _with_days_as_text(value: Any) -> Any:
    # YAML makes a date of 2026-09-30 unless it is quoted; notebooks are told days as text, quoted or not.
    if isinstance(value, dict):
        return {key: _with_days_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_days_as_text(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def load_plan(path: str | Path) -> Plan:
    """Return the plan in a YAML file.

    Raises
    ------
    InputError
        With all faults at once: no such file, no YAML, unknown or missing keys, wrong values.
    """
    path = Path(path)
    if not path.is_file():
        near = sorted(str(p) for p in path.parent.glob("*.yml")) if path.parent.is_dir() else []
        raise InputError(f"plan {path} does not exist" + (f": {did_you_mean(str(path), near)}" if near else ""))
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise InputError(f"plan {path.name} holds no keys: it needs at least name and notebooks")
    return _plan(content, f"plan {path.name}: key")


def _plan(content: dict[str, Any], place: str) -> Plan:
    try:
        return Plan(**content)
    except ValidationError as error:
        raise InputError(*parameter_faults(Plan, error, place)) from None


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file, read by safe_load.

    Raises
    ------
    InputError
        If it is not YAML, naming the line.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path.name}, line {line}: not valid YAML: {error.problem}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} cannot be read as YAML: {error}") from None
