"""What every notebook can be told, and how a wrong value is refused."""

from __future__ import annotations

import typing
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from salesops.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

LAST_COMPLETE_QUARTER = "last_complete_quarter"


def _weighs_something(weights: list[float]) -> list[float]:
    if not sum(weights) > 0:
        raise ValueError("at least one weight has to be above 0")
    return weights


Weights = Annotated[list[Annotated[float, Field(ge=0, le=1000)]], AfterValidator(_weighs_something)]
"""Weights, of which only the ratios count."""


class NotebookParameters(BaseModel):
    """Parameters that all notebooks share; each topic's own model adds to them.

    Raises
    ------
    InputError
        For an unknown name (with the nearest right one), a wrong type or a value out of bounds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Annotated[
        str,
        Field(
            min_length=1,
            description="folder, workbook, DuckDB file or database URL; a path is relative to the project",
        ),
    ] = "data/sample"
    as_of: Annotated[str, Field(description="day the analysis is made for (2026-09-30), or last_complete_quarter")] = (
        LAST_COMPLETE_QUARTER
    )
    currency: Annotated[str, Field(min_length=1, max_length=8, description="what money is called on the page")] = "CNY"
    run_dir: Annotated[
        str, Field(min_length=1, description="folder that tables are published to; relative to the project")
    ] = "reports/workbench/base"

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise InputError(*parameter_faults(type(self), error)) from None

    @classmethod
    def of(cls, names: Mapping[str, Any]) -> Self:
        """Return the parameters that a notebook's cell has assigned.

        Parameters
        ----------
        names
            The notebook's `globals()`; whatever is no parameter is passed over.

        Examples
        --------
        >>> NotebookParameters.of({"currency": "USD", "x": 1}).currency
        'USD'
        """
        return cls(**{name: names[name] for name in cls.model_fields if name in names})

    @field_validator("as_of")
    @classmethod
    def _is_a_day(cls, value: str) -> str:
        return as_of_text(value)


def as_of_text(value: str | date) -> str:
    """Return `value` if it is a day written as 2026-09-30 or `last_complete_quarter`.

    Raises
    ------
    ValueError
        For anything else, showing the right form.

    Examples
    --------
    >>> as_of_text("2026-09-30")
    '2026-09-30'
    """
    text = str(value)
    if text == LAST_COMPLETE_QUARTER:
        return text
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f'write a day as "2026-09-30", or {LAST_COMPLETE_QUARTER}') from None


def parameter_faults(model: type[BaseModel], error: ValidationError, place: str = "parameter") -> list[str]:
    """Return one sentence per fault that pydantic found, with the nearest right name for unknown ones."""
    return [_sentence(model, fault, place) for fault in error.errors()]


def _sentence(model: type[BaseModel], fault: Mapping[str, Any], place: str) -> str:
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f'{place} "{name}" is not known: {did_you_mean(str(fault["loc"][-1]), known_names(model, fault["loc"]))}'
    if fault["type"] == "missing":
        return f'{place} "{name}" is missing: add it'
    wanted = fault["msg"].removeprefix("Value error, ").replace("Input should be", "it should be")
    if fault["type"] == "value_error" and isinstance(fault["input"], dict):
        # What is wrong lies between its keys, and the sentence names them; all of it would hide that.
        return f'{place} "{name}": {wanted}' if name else wanted
    return f'{place} "{name}" is {fault["input"]!r}: {wanted}'


def known_names(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """Return the names, as they are written, that are known where the last step of `location` stands.

    Parameters
    ----------
    model
        A model, which may hold others: alone, or in lists and dicts of any depth.
    location
        Where pydantic found a fault: names of fields, keys and positions from the outermost in.

    Examples
    --------
    >>> known_names(NotebookParameters, ("as_off",))
    ['data', 'as_of', 'currency', 'run_dir']
    """
    annotation: Any = model
    for step in location[:-1]:
        here = _model_in(annotation)
        # A step that is no field is a key or a position: the model it leads to is the one already found.
        if here is not None and step in (fields := _fields(here)):
            annotation = fields[str(step)]
            model = _model_in(annotation) or model
    return list(_fields(model))


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that an annotation such as `list[Block]` or `dict[str, Value]` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in typing.get_args(annotation))
    return next((model for model in found if model is not None), None)
