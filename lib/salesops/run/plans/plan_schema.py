"""The JSON Schema of plans, by which an editor completes, explains and checks one while it is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from salesops.editor_schema import DIALECT, WithoutTitles, in_one_line
from salesops.parameters import NotebookParameters
from salesops.run.plans.plan import FOR_ALL, NAME, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.run.plans.topics import Topic

PARAMETERS = "topic_parameters"
LIMITS = "Limits"
# In YAML a key with nothing after it is a null, and means that nothing differs.
MAY_BE_EMPTY = ["object", "null"]


def plan_schema(topics: Mapping[str, Topic]) -> dict[str, Any]:
    """Return the JSON Schema of plans that run some of these topics.

    Parameters
    ----------
    topics
        All topics by name; those that cannot be run are left out.
    """
    sound = {name: topic for name, topic in topics.items() if not topic.faults}
    schema = Plan.model_json_schema(schema_generator=WithoutTitles)
    for name, topic in sound.items():
        schema["$defs"] |= _topic_definitions(name, topic)
    schema["$defs"][PARAMETERS] = _per_name({name: _reference(f"topic.{name}") for name in sound})
    schema["$defs"][LIMITS]["type"] = MAY_BE_EMPTY
    for key, said in _said_of_topics(list(sound)).items():
        schema["properties"][key] |= said
    return {"$schema": DIALECT, **in_one_line(schema)}


def _said_of_topics(names: list[str]) -> dict[str, dict[str, Any]]:
    """Return, for each key of a plan that speaks of topics, what the model cannot know."""
    parameters = _reference(PARAMETERS)
    return {
        "notebooks": {"items": {"enum": names}, "uniqueItems": True},
        "parameters": {"type": MAY_BE_EMPTY, "additionalProperties": True, **parameters},
        "scenarios": {
            "type": MAY_BE_EMPTY,
            "propertyNames": {"pattern": NAME},
            "additionalProperties": parameters,
        },
        "limits": _per_name(dict.fromkeys([FOR_ALL, *names], _reference(LIMITS))),
    }


def plan_schema_text(topics: Mapping[str, Topic]) -> str:
    """Return the JSON Schema of plans as the text of `params/plan.schema.json`."""
    return json.dumps(plan_schema(topics), ensure_ascii=False, indent=2) + "\n"


def own_parameters(topic: Topic) -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each of a topic's own parameters, those that all notebooks share left out."""
    return _own(topic, topic.parameters.model_json_schema(schema_generator=WithoutTitles))


def _own(topic: Topic, schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    defaults = topic.parameters().model_dump(mode="json")
    shared = NotebookParameters.model_fields
    return {
        name: {**prop, "default": defaults[name]} for name, prop in schema["properties"].items() if name not in shared
    }


def _topic_definitions(name: str, topic: Topic) -> dict[str, Any]:
    """Return a topic's schema, with the schemas of models that its parameters hold under names of their own."""
    template = f"#/$defs/topic.{name}.{{model}}"
    schema = topic.parameters.model_json_schema(schema_generator=WithoutTitles, ref_template=template)
    inner = {f"topic.{name}.{model}": part for model, part in schema.get("$defs", {}).items()}
    return {f"topic.{name}": _per_name(_own(topic, schema)), **inner}


def _per_name(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": MAY_BE_EMPTY, "properties": properties, "additionalProperties": False}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}
