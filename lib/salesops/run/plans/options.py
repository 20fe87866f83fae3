"""What the command line changes in a plan."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from salesops.errors import InputError, did_you_mean
from salesops.run.plans.order import with_what_it_needs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from salesops.run.plans.plan import Plan, TopicParameters
    from salesops.run.plans.topics import Topic

EXAMPLE = "sales_forecasting.horizon_months=6"
SETTING = re.compile(r"([\w-]+)\.(\w+)=(.*)", re.DOTALL)
# Parameters that all notebooks share have options of their own.
INSTEAD = {"data": "--data", "as_of": "--as-of", "currency": "--currency", "run_dir": "--reports and --name"}


class Setting(NamedTuple):
    """A value that the command line gives one parameter of one notebook."""

    topic: str
    parameter: str
    value: Any


def with_options(
    plan: Plan,
    *,
    data: str | None = None,
    as_of: str | None = None,
    currency: str | None = None,
    name: str | None = None,
) -> Plan:
    """Return a plan with the values that the command line gives; a path there counts from the current folder.

    Raises
    ------
    InputError
        If a value is not allowed in a plan.
    """
    from salesops.tables.reading.places import absolute

    given = {"data": data and absolute(data, Path.cwd()), "as_of": as_of, "currency": currency, "name": name}
    return plan.changed(**{key: value for key, value in given.items() if value is not None})


def with_settings(plan: Plan, settings: Sequence[str]) -> Plan:
    """Return a plan in which parameters have the given values, in every scenario.

    Parameters
    ----------
    plan
        The plan.
    settings
        Each as topic.parameter=value, the value as in a plan's YAML. The last one on a parameter holds.

    Raises
    ------
    InputError
        With a sentence for each that has another form, a topic that the plan does not run, or a parameter that all
        notebooks share.

    Examples
    --------
    >>> from salesops.run.plans.plan import Plan
    >>> plan = Plan(name="q", notebooks=["a"], scenarios={"base": {}, "bold": {"a": {"top": 9}}})
    >>> with_settings(plan, ["a.top=5"]).parameters_of("bold", "a")
    {'top': 5}
    """
    found, faults = list[Setting](), list[str]()
    for number, written in enumerate(settings, 1):
        try:
            found.append(_setting(plan, written, number))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(*faults)
    scenarios = {name: _without(overrides, found) for name, overrides in plan.scenarios.items()}
    return plan.changed(parameters=_with(plan.parameters, found), scenarios=scenarios) if found else plan


def only(plan: Plan, names: Sequence[str], topics: Mapping[str, Topic]) -> Plan:
    """Return a plan cut down to some of its notebooks and those that they read from.

    Parameters
    ----------
    plan
        The plan.
    names
        Which of its notebooks.
    topics
        All topics by name.

    Raises
    ------
    InputError
        If one of them is not in the plan.
    """
    strangers = [name for name in names if name not in plan.notebooks]
    if strangers:
        raise InputError(*(_not_run(f'--only "{name}"', name, plan) for name in strangers))
    needed = {*names, *with_what_it_needs(topics, names)}
    return plan.changed(notebooks=[name for name in plan.notebooks if name in needed])


def only_scenario(plan: Plan, scenario: str) -> Plan:
    """Return a plan cut down to one of its scenarios.

    Raises
    ------
    InputError
        If the plan has no such scenario.
    """
    if scenario not in plan.scenarios:
        raise InputError(f'scenario "{scenario}" is not in the plan: {did_you_mean(scenario, plan.scenarios)}')
    return plan.changed(scenarios={scenario: plan.scenarios[scenario]})


def _setting(plan: Plan, written: str, number: int) -> Setting:
    match = SETTING.fullmatch(written)
    if match is None:
        # It is named by its number, since a text of no known form may hold a secret.
        raise InputError(f"--set number {number} is not written as topic.parameter=value: write it as {EXAMPLE}")
    topic, parameter, text = match.groups()
    place = f"--set {topic}.{parameter}"
    if topic not in plan.notebooks:
        raise InputError(_not_run(place, topic, plan))
    if parameter in INSTEAD:
        raise InputError(f"{place}: all notebooks share {parameter}: use {INSTEAD[parameter]}")
    return Setting(topic, parameter, _value(place, text))


def _value(place: str, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise InputError(f"{place}: its value cannot be read as YAML: put it into quotes, as \"'a: b'\"") from None


def _not_run(place: str, topic: str, plan: Plan) -> str:
    return f'{place}: the plan does not run "{topic}": {did_you_mean(topic, plan.notebooks)}'


def _with(parameters: TopicParameters, settings: Sequence[Setting]) -> TopicParameters:
    changed = {topic: dict(values) for topic, values in parameters.items()}
    for topic, parameter, value in settings:
        changed.setdefault(topic, {})[parameter] = value
    return changed


def _without(overrides: TopicParameters, settings: Sequence[Setting]) -> TopicParameters:
    # A scenario's own value would hide the one that was just asked for.
    set_here = {(topic, parameter) for topic, parameter, _ in settings}
    return {topic: dict(_kept(topic, values, set_here)) for topic, values in overrides.items()}


def _kept(topic: str, values: Mapping[str, Any], dropped: set[tuple[str, str]]) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in values.items() if (topic, name) not in dropped)
