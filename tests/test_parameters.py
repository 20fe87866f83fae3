"""What is known at a place of a model that holds other models, alone or in lists and dicts."""

import importlib
from typing import Annotated

import pytest
from pydantic import BaseModel, Field

from salesops.errors import InputError
from salesops.parameters import known_names


class Step(BaseModel):
    kind: str
    then: "list[Step] | None" = None


class Plan(BaseModel):
    first: Step
    steps: Annotated[dict[str, list[Step] | Step], Field(description="by name")] = {}
    skip_: Annotated[list[str], Field(alias="skip")] = []


def test_names_are_found_through_models_dicts_lists_and_choices() -> None:
    assert known_names(Plan, ("fist",)) == ["first", "steps", "skip"]
    assert known_names(Plan, ("first", "knd")) == ["kind", "then"]
    assert known_names(Plan, ("steps", "any name", 0, "knd")) == ["kind", "then"]
    assert known_names(Plan, ("steps", "any name", 0, "then", 3, "knd")) == ["kind", "then"]


def test_a_name_with_an_alias_is_known_as_it_is_written() -> None:
    assert "skip" in known_names(Plan, ("skp",))
    assert "skip_" not in known_names(Plan, ("skp",))


@pytest.mark.parametrize(
    ("topic", "name", "count"),
    [("market_sizing", "strength_weights", 4), ("customer_segmentation", "tier_weights", 5)],
)
def test_weights_that_are_all_nought_are_refused_by_name(topic: str, name: str, count: int) -> None:
    model = importlib.import_module(f"salesops.{topic}.parameters").Parameters
    with pytest.raises(InputError, match=f'parameter "{name}" is .*: at least one weight has to be above 0'):
        model(**{name: [0.0] * count})
    assert getattr(model(**{name: [0.0] * (count - 1) + [2.0]}), name)[-1] == 2.0
