"""Which notebooks there are, what each can be told, and what each reads from."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import salesops
from salesops.errors import InputError, did_you_mean
from salesops.parameters import NotebookParameters
from salesops.run.plans.cells import cells_of, parameters_cell
from salesops.run.plans.declared import declared_parameters, declared_upstream
from salesops.run.plans.order import order_faults
from salesops.run.plans.plan import FOR_ALL, NAME, PLAIN_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from salesops.run.plans.cells import Cell
    from salesops.run.plans.plan import Plan

SHARED = frozenset(NotebookParameters.model_fields)
T = TypeVar("T")


@dataclass(frozen=True)
class Topic:
    """One notebook, with what it declares.

    Parameters
    ----------
    name
        The notebook's name without its ending.
    notebook
        Where it is.
    parameters
        The model of its parameters: its package's, or one made of its parameters cell where it has no package.
    upstream
        Notebooks whose published tables it reads.
    faults
        Why it cannot be run, one sentence each.
    """

    name: str
    notebook: Path
    parameters: type[NotebookParameters]
    upstream: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def known_topics(root: Path) -> dict[str, Topic]:
    """Return a topic for every notebook of the project, also for those that cannot be run as they are."""
    return {path.stem: _topic(path) for path in sorted((root / "notebooks").glob("[!.]*.ipynb"))}


def _topic(notebook: Path) -> Topic:
    try:
        cells = cells_of(notebook)
    except InputError as error:
        return Topic(notebook.stem, notebook, NotebookParameters, faults=tuple(error.faults))
    upstream, wrong_upstream = _or_faults(lambda: declared_upstream(notebook.name, cells), tuple[str, ...]())
    parameters, wrong_parameters = _or_faults(lambda: _parameters(notebook, cells), NotebookParameters)
    faults = (*_name_faults(notebook), *wrong_parameters, *wrong_upstream)
    return Topic(notebook.stem, notebook, parameters, upstream, faults)


def _or_faults(step: Callable[[], T], otherwise: T) -> tuple[T, Sequence[str]]:
    try:
        return step(), ()
    except InputError as error:
        return otherwise, error.faults


def _name_faults(notebook: Path) -> Iterator[str]:
    if not re.fullmatch(NAME, notebook.stem):
        yield f"{notebook.name}: rename the notebook, {PLAIN_NAME}: its name becomes a folder"


def _parameters(notebook: Path, cells: Sequence[Cell]) -> type[NotebookParameters]:
    if not _has_package(notebook.stem):
        return declared_parameters(notebook.name, cells)
    parameters_cell(notebook.name, cells)
    model: type[NotebookParameters] = importlib.import_module(f"salesops.{notebook.stem}.parameters").Parameters
    return model


def _has_package(name: str) -> bool:
    # Looked up as a file: a notebook may be called like any package, and looking for a module would import that.
    return (Path(salesops.__file__).parent / name / "parameters.py").is_file()


def plan_faults(plan: Plan, topics: Mapping[str, Topic]) -> list[str]:
    """Return everything in a plan that cannot be run, one sentence each.

    That is an unknown topic, a wrong parameter, and a notebook that cannot be told anything or reads from none.
    """
    runs = [name for name in plan.notebooks if name in topics]
    return [
        *_unknown_topics(plan, topics),
        *(fault for name in dict.fromkeys(runs) for fault in topics[name].faults),
        *_wrong_parameters(plan, topics),
        *order_faults(topics, runs),
    ]


def _unknown_topics(plan: Plan, topics: Mapping[str, Topic]) -> Iterator[str]:
    places: dict[str, Iterable[str]] = {
        "notebooks": plan.notebooks,
        "parameters": plan.parameters,
        **{f"scenario {name}": overrides for name, overrides in plan.scenarios.items()},
        "limits": [name for name in plan.limits if name != FOR_ALL],
    }
    for place, names in places.items():
        for name in names:
            if name not in topics:
                yield f'{place}: topic "{name}" is not known: {did_you_mean(name, topics)}'
    doubles = sorted({name for name in plan.notebooks if plan.notebooks.count(name) > 1})
    yield from (f'notebooks: topic "{name}" comes twice: list it once' for name in doubles)


def _wrong_parameters(plan: Plan, topics: Mapping[str, Topic]) -> Iterator[str]:
    sound = {name for name, topic in topics.items() if not topic.faults}
    seen = set()
    for scenario in plan.scenarios:
        for name in sorted({*plan.notebooks, *plan.parameters, *plan.scenarios[scenario]} & sound):
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
