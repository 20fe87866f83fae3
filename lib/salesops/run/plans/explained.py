"""What there is to run, and what each notebook can be told, for people at a terminal."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from salesops.errors import InputError, did_you_mean
from salesops.parameters import NotebookParameters
from salesops.run.plans.cells import cells_of, question
from salesops.run.plans.plan_schema import own_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from salesops.run.plans.topics import Topic

TYPE_WORDS = {
    "integer": "int",
    "number": "float",
    "string": "str",
    "boolean": "bool",
    "array": "list",
    "object": "dict",
    "null": "none",
}
SHARED_NOTE = "The last four belong to a whole plan, not to one notebook."


class Table(NamedTuple):
    """Lines of text in columns; the last column is the widest."""

    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def topics_table(topics: Mapping[str, Topic]) -> Table:
    """Return all notebooks with what they read from and the question they answer, or why they cannot be run."""
    rows = [(name, ", ".join(topic.upstream) or "-", _question(topic)) for name, topic in topics.items()]
    return Table(("notebook", "reads from", "question"), rows)


def _question(topic: Topic) -> str:
    return f"cannot be run: {'; '.join(topic.faults)}" if topic.faults else question(cells_of(topic.notebook))


def chosen_topic(topics: Mapping[str, Topic], name: str) -> Topic:
    """Return a topic by its name.

    Raises
    ------
    InputError
        If there is none, or it cannot be run.
    """
    if name not in topics:
        raise InputError(f'topic "{name}" is not known: {did_you_mean(name, topics)}')
    if topics[name].faults:
        raise InputError(*topics[name].faults)
    return topics[name]


def parameters_table(topic: Topic) -> Table:
    """Return what a notebook can be told, its own parameters first."""
    shared = {name: _shared(name) for name in NotebookParameters.model_fields}
    entries = {**own_parameters(topic), **shared}
    rows = [
        (name, type_words(entry), as_yaml(entry["default"]), bounds_words(entry) or "-", entry.get("description", ""))
        for name, entry in entries.items()
    ]
    return Table(("parameter", "type", "default", "bounds", "what it is"), rows)


def _shared(name: str) -> dict[str, Any]:
    entry: dict[str, Any] = NotebookParameters.model_json_schema()["properties"][name]
    return entry


def type_words(entry: Mapping[str, Any]) -> str:
    """Return the type that a JSON Schema asks for, in Python's words.

    Examples
    --------
    >>> type_words({"anyOf": [{"type": "integer"}, {"type": "null"}]})
    'int or none'
    """
    if "anyOf" in entry:
        return " or ".join(type_words(part) for part in entry["anyOf"])
    return "dict" if "$ref" in entry else TYPE_WORDS.get(entry.get("type", ""), "any")


def bounds_words(entry: Mapping[str, Any]) -> str:
    """Return the bounds that a JSON Schema sets.

    Examples
    --------
    >>> bounds_words({"minimum": 1, "maximum": 36}), bounds_words({"exclusiveMinimum": 0})
    ('1 to 36', 'more than 0')
    >>> bounds_words({"items": {"enum": ["region", "rep"]}})
    'any of region, rep'
    """
    parts = entry.get("anyOf", [])
    return ", ".join([*_bounds(entry), *(words for part in parts for words in _bounds(part))])


def _bounds(entry: Mapping[str, Any]) -> Iterator[str]:
    for low, high, unit in (("minimum", "maximum", ""), ("minLength", "maxLength", " characters")):
        yield from _range(entry.get(low), entry.get(high), unit)
    yield from _range(entry.get("minItems"), entry.get("maxItems"), " items")
    for key, words in (("exclusiveMinimum", "more than"), ("exclusiveMaximum", "less than")):
        if key in entry:
            yield f"{words} {entry[key]}"
    if "enum" in entry:
        yield f"one of {', '.join(map(str, entry['enum']))}"
    if "enum" in entry.get("items", {}):
        yield f"any of {', '.join(map(str, entry['items']['enum']))}"


def _range(low: float | None, high: float | None, unit: str) -> Iterator[str]:
    if low is not None and high is not None:
        yield f"{low} to {high}{unit}"
    elif low is not None:
        yield "not empty" if unit and low == 1 else f"at least {low}{unit}"
    elif high is not None:
        yield f"at most {high}{unit}"


def as_yaml(value: Any) -> str:
    """Return a value as one writes it in a plan, on one line.

    Examples
    --------
    >>> as_yaml(12), as_yaml(["region", "rep"]), as_yaml("yes")
    ('12', '[region, rep]', "'yes'")
    """
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=sys.maxsize)
    return text.removesuffix("...\n").strip()


def example(topic: Topic) -> str:
    """Return how to tell a notebook something: an option for the shell and lines for a plan, ready to paste."""
    entries = own_parameters(topic)
    if not entries:
        return f"{topic.name} has no parameters of its own."
    first = next(iter(entries))
    option = shlex.quote(f"{topic.name}.{first}={as_yaml(entries[first]['default'])}")
    lines = [f"    {name}: {as_yaml(entry['default'])}" for name, entry in entries.items()]
    head = [f"On the command line: --set {option}", "In a plan, of which you keep the lines that differ:", ""]
    return "\n".join([*head, "parameters:", f"  {topic.name}:", *lines])


def show(table: Table) -> None:
    """Print a table: drawn to fit where there is a terminal, and one line per row with nothing cut off elsewhere."""
    if sys.stdout.isatty():
        _draw(table)
    else:
        print("\n".join(plain_lines(table)))


def plain_lines(table: Table) -> list[str]:
    """Return a table as aligned lines.

    Examples
    --------
    >>> plain_lines(Table(("name", "what"), [("a", "first"), ("long", "second")]))
    ['name  what', 'a     first', 'long  second']
    """
    lines = [table.headings, *table.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]


def _draw(table: Table) -> None:
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    drawn = Drawn(*table.headings, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    drawn.columns[0].no_wrap = True
    for column in drawn.columns:
        column.overflow = "fold"
    for row in table.rows:
        drawn.add_row(*map(Text, row))
    Console().print(drawn)
