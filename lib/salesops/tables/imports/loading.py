"""Reading a mapping file, and saying in a sentence what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ValidationError

from salesops.errors import InputError, did_you_mean
from salesops.parameters import known_names
from salesops.tables.imports.mapping import Mapping

if TYPE_CHECKING:
    from pathlib import Path


class _UniqueKeys(yaml.SafeLoader):
    """Plain YAML that refuses a key given twice, of which the first would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for position, key in enumerate(keys):
            if key in keys[:position]:
                mark = node.value[position][0].start_mark
                raise yaml.constructor.ConstructorError(None, None, f'"{key}" is there twice: keep one', mark)
        return super().construct_mapping(node, deep=deep)


def load_mapping(path: Path) -> Mapping:
    """Return the mapping that the YAML file at `path` holds.

    Raises
    ------
    InputError
        For a file that is not there or not YAML, and for every unknown key, missing key and wrong value in it.
    """
    try:
        return Mapping.model_validate(_yaml(path))
    except ValidationError as error:
        raise InputError(*(f"{path.name}: {_sentence(fault)}" for fault in error.errors())) from None


def _yaml(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"mapping {path} cannot be read: {error}; give a YAML file in UTF-8") from None
    try:
        # the subclass builds plain Python values only, as safe_load does
        return yaml.load(text, Loader=_UniqueKeys)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(f"{path.name}{line}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise InputError(f"{path.name} is not YAML: {error}") from None


def _sentence(fault: Any) -> str:
    place, name = _place(fault["loc"]), str(fault["loc"][-1]) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden":
        return f'"{place}" is not known: {did_you_mean(name, known_names(Mapping, fault["loc"]))}'
    if fault["type"] == "missing":
        return f'"{place}" is missing: add it'
    wanted = fault["msg"].removeprefix("Value error, ").replace("Input should be", "it should be")
    found = "" if isinstance(fault["input"], dict | BaseModel) else f" is {fault['input']!r}"
    return f'"{place or "the whole file"}"{found}: {wanted}'


def _place(location: tuple[str | int, ...]) -> str:
    """Return the place as it is written in the file, blocks and list items counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
