"""Which notebooks there are, and what each can be told."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesops.errors import InputError, did_you_mean
from salesops.parameters import NotebookParameters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from salesops.run.plan import Plan

SHARED = frozenset(NotebookParameters.model_fields)


@dataclass(frozen=True)
class Topic:
    """One notebook and the model of its parameters."""

    name: str
    notebook: Path
    parameters: type[NotebookParameters]


def known_topics(root: Path) -> dict[str, Topic]:
    """Return every topic that has both a notebook in the project and a package in the library."""
    found = {path.stem: path for path in sorted((root / "notebooks").glob("*.ipynb"))}
    return {name: Topic(name, path, _parameters(name)) for name, path in found.items() if _has_package(name)}


def _has_package(name: str) -> bool:
    return importlib.util.find_spec(f"salesops.{name}") is not None


def _parameters(name: str) -> type[NotebookParameters]:
    model: type[NotebookParameters] = importlib.import_module(f"salesops.{name}.parameters").Parameters
    return model


def plan_faults(plan: Plan, topics: dict[str, Topic]) -> list[str]:
    """Return everything in a plan that names an unknown topic or a wrong parameter, one sentence each."""
    return [*_unknown_topics(plan, topics), *_wrong_parameters(plan, topics)]


def _unknown_topics(plan: Plan, topics: dict[str, Topic]) -> Iterator[str]:
    places = {
        "notebooks": plan.notebooks,
        "parameters": plan.parameters,
        **{f"scenario {name}": overrides for name, overrides in plan.scenarios.items()},
    }
    for place, names in places.items():
        for name in names:
            if name not in topics:
                yield f'{place}: topic "{name}" is not known: {did_you_mean(name, topics)}'
    doubles = sorted({name for name in plan.notebooks if plan.notebooks.count(name) > 1})
    yield from (f'notebooks: topic "{name}" comes twice: list it once' for name in doubles)


def _wrong_parameters(plan: Plan, topics: dict[str, Topic]) -> Iterator[str]:
    seen = set()
    for scenario in plan.scenarios:
        for name in sorted({*plan.notebooks, *plan.parameters, *plan.scenarios[scenario]} & set(topics)):
            for fault in _faults(topics[name], plan.parameters_of(scenario, name)):
                if (name, fault) not in seen:
                    seen.add((name, fault))
                    yield f"{name}: {fault}" + ("" if scenario == "base" else f" (scenario {scenario})")


def _faults(topic: Topic, values: dict[str, Any]) -> list[str]:
    shared = [f'parameter "{name}" is set once for the whole plan: move it there' for name in values if name in SHARED]
    try:
        topic.parameters(**{name: value for name, value in values.items() if name not in SHARED})
    except InputError as error:
        return [*shared, *error.faults]
    return shared
