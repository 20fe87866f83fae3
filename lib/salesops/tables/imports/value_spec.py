"""The part of a mapping's language that describes how one value is found."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from salesops.tables.imports.file_spec import Scalar, Strict

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

SOURCES = ("column", "constant", "first_of", "earliest", "concat", "multiply", "row_number", "todo")


class Value(Strict, BaseModel):
    """How one value is found: one source, then the steps in the order of the fields.

    A plain text stands for `column`, a plain number for `constant`.

    Examples
    --------
    >>> Value.model_validate("close_value").column
    'close_value'
    >>> Value.model_validate({"multiply": ["revenue", 1000000]}).multiply[1].constant
    '1000000'
    """

    column: Annotated[str | None, Field(min_length=1, description="a column; of a joined file as file.column")] = None
    constant: Annotated[Scalar | None, Field(description="the same value in every row")] = None
    first_of: Annotated[list[Value] | None, Field(min_length=2, description="the first that is not empty")] = None
    earliest: Annotated[list[Value] | None, Field(min_length=2, description="the first in time of some dates")] = None
    concat: Annotated[list[Value] | None, Field(min_length=2, description="texts set one after the other")] = None
    multiply: Annotated[list[Value] | None, Field(min_length=2, description="numbers to multiply")] = None
    row_number: Annotated[int | None, Field(description="the row's number in its file; the first has this one")] = None
    todo: Annotated[str | None, Field(description="not decided yet: the import stops and says this text")] = None
    separator: Annotated[str, Field(description="what concat sets between two texts")] = ""
    empty: Annotated[list[Scalar], Field(description="further values that mean there is none")] = []
    spellings: Annotated[dict[Scalar, Scalar], Field(description="values to replace; others stay as they are")] = {}
    values: Annotated[dict[Scalar, Scalar], Field(description="closed list: any other value is an error")] = {}
    otherwise: Annotated[Scalar | None, Field(description="what any other value becomes, in place of an error")] = None
    date_format: Annotated[str | None, Field(description="how a date is written, as %Y%m%d; else 2026-09-30")] = None
    shift_days: Annotated[int, Field(description="days to add to a date, before any months")] = 0
    shift_months: Annotated[int, Field(description="months to add to a date")] = 0
    period: Annotated[
        Literal["year", "quarter", "month"] | None, Field(description="write a date as 2026, 2026Q4 or 2026-10")
    ] = None
    if_: Annotated[
        dict[str, list[Scalar]],
        Field(alias="if", description="contract column of the same row: values with which this one is kept"),
    ] = {}
    default: Annotated[Scalar | None, Field(description="what to set where there is still no value")] = None
    help: Annotated[str | None, Field(description="what to do about a value that cannot be used")] = None

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"column": given}
        return {"constant": given} if isinstance(given, int | float | date) else given

    @model_validator(mode="after")
    def _has_one_source(self) -> Value:
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(SOURCES)}; found {', '.join(given) or 'none'}")
        if self.otherwise is not None and not self.values:
            raise ValueError("otherwise goes with values: say which values it is for all others of")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, {"type": "number"}, handler(core)]}

    @property
    def is_date(self) -> bool:
        """Return whether a step needs the value as a date."""
        return any((self.date_format, self.shift_days, self.shift_months, self.period))

    @property
    def parts(self) -> list[Value]:
        """Return the values that this one is made of."""
        return [*(self.first_of or []), *(self.earliest or []), *(self.concat or []), *(self.multiply or [])]

    @property
    def source_columns(self) -> list[str]:
        """Return the columns that the value is made of, in order."""
        own = [self.column] if self.column else []
        return list(dict.fromkeys([*own, *(name for part in self.parts for name in part.source_columns)]))

    @property
    def conditions(self) -> list[str]:
        """Return the contract columns that the value, or a part of it, depends on."""
        return list(dict.fromkeys([*self.if_, *(name for part in self.parts for name in part.conditions)]))

    @property
    def open_questions(self) -> list[str]:
        """Return what is still to be decided about the value."""
        own = [self.todo] if self.todo is not None else []
        return [*own, *(text for part in self.parts for text in part.open_questions)]
