"""JSON Schema as an editor shows it best: by it a file is completed, explained and checked while it is written."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class WithoutTitles(GenerateJsonSchema):
    """Schemas whose fields have no titles: they would say each name a second time, above its description."""

    def field_title_should_be_set(self, schema: object) -> bool:
        """Say no for every field."""
        return False


def in_one_line(schema: dict[str, Any]) -> dict[str, Any]:
    r"""Return a schema that says of each model what it is, and not how it is used from Python.

    Examples
    --------
    >>> in_one_line({"description": "A plan.\n\nRaises", "$defs": {"Tier": {"description": "A tier.\nMore"}}})
    {'description': 'A plan.', '$defs': {'Tier': {'description': 'A tier.'}}}
    """
    return {**_first_line(schema), "$defs": {name: _first_line(part) for name, part in schema["$defs"].items()}}


def _first_line(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, "description": part["description"].partition("\n")[0]} if "description" in part else part
