"""The language of a mapping: which files an export has, and how each contract column is found in them."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

SOURCES = ("column", "constant", "first_of", "concat", "multiply")


def scalar_text(value: Any) -> Any:
    """Return a number or date that YAML has already read as the text it was written as.

    Examples
    --------
    >>> scalar_text(272), scalar_text(date(2017, 12, 31))
    ('272', '2017-12-31')
    """
    if isinstance(value, bool):
        raise ValueError("put it in quotes, because YAML reads yes, no, on and off as true or false")
    return str(value) if isinstance(value, int | float | date) else value


Scalar = Annotated[str, BeforeValidator(scalar_text, json_schema_input_type=str | int | float)]


class Strict(BaseModel):
    """A part of a mapping, in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FileSpec(Strict):
    """One file of the export; every cell is read as text and trimmed.

    Examples
    --------
    >>> FileSpec(path="territory.csv", delimiter=";", columns=["id", "name"]).columns
    ['id', 'name']
    """

    path: Annotated[str, Field(min_length=1, description="file name, relative to the source folder")]
    delimiter: Annotated[str, Field(min_length=1, max_length=1, description="what separates the columns")] = ","
    columns: Annotated[
        list[str] | None, Field(min_length=1, description="names of the columns of a file without a header")
    ] = None
    empty: Annotated[list[Scalar], Field(description="values that mean there is none, besides a blank cell")] = []
    spellings: Annotated[
        dict[str, dict[Scalar, Scalar]],
        Field(description="by column: spellings to correct; other values stay as they are"),
    ] = {}

    @field_validator("path")
    @classmethod
    def _stays_in_the_source(cls, path: str) -> str:
        parts = PurePosixPath(path.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts:
            raise ValueError("name a file inside the source folder, without .. or a leading /")
        return path


class Value(Strict):
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
    concat: Annotated[list[Value] | None, Field(min_length=2, description="texts set one after the other")] = None
    multiply: Annotated[list[Value] | None, Field(min_length=2, description="numbers to multiply")] = None
    separator: Annotated[str, Field(description="what concat sets between two texts")] = ""
    empty: Annotated[list[Scalar], Field(description="further values that mean there is none")] = []
    spellings: Annotated[dict[Scalar, Scalar], Field(description="values to replace; others stay as they are")] = {}
    values: Annotated[dict[Scalar, Scalar], Field(description="closed list: any other value is an error")] = {}
    date_format: Annotated[str | None, Field(description="how a date is written, as %Y%m%d; else 2026-09-30")] = None
    shift_days: Annotated[int, Field(description="days to add to a date, before any months")] = 0
    shift_months: Annotated[int, Field(description="months to add to a date")] = 0
    period: Annotated[
        Literal["year", "quarter", "month"] | None, Field(description="write a date as 2026, 2026Q4 or 2026-10")
    ] = None
    default: Annotated[Scalar | None, Field(description="what to set where there is still no value")] = None

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
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, {"type": "number"}, handler(core)]}

    @property
    def is_date(self) -> bool:
        """Return whether a step needs the value as a date."""
        return any((self.date_format, self.shift_days, self.shift_months, self.period))

    @property
    def source_columns(self) -> list[str]:
        """Return the columns that the value is made of, in order."""
        parts = [*(self.first_of or []), *(self.concat or []), *(self.multiply or [])]
        own = [self.column] if self.column else []
        return list(dict.fromkeys([*own, *(name for part in parts for name in part.source_columns)]))


class Join(Strict):
    """A file whose columns are looked up: each row keeps its place, and gets at most one match."""

    file: Annotated[str, Field(description="which of files")]
    match: Annotated[dict[str, Value], Field(min_length=1, description="column of that file: value that it must equal")]
    as_: Annotated[str | None, Field(alias="as", description="another name, to join the same file twice")] = None

    @property
    def alias(self) -> str:
        """Return the name under which the columns are known."""
        return self.as_ or self.file


class Block(Strict):
    """Rows of one table: read from a file, or written out in the mapping."""

    from_: Annotated[str | None, Field(alias="from", description="which of files the rows come from")] = None
    rows: Annotated[list[dict[str, Scalar]] | None, Field(min_length=1, description="rows written out here")] = None
    join: Annotated[list[Join], Field(description="files to look up columns in")] = []
    require: Annotated[
        list[str], Field(description="source columns: rows that lack one are left out, and counted")
    ] = []
    columns: Annotated[dict[str, Value], Field(description="contract column: where its value is found")] = {}
    distinct: Annotated[bool, Field(description="write rows that are equal in all columns only once")] = False

    @model_validator(mode="after")
    def _is_one_kind(self) -> Block:
        if (self.from_ is None) == (self.rows is None):
            raise ValueError("give either from (a file) or rows (written out)")
        if self.from_ is not None and not self.columns:
            raise ValueError("give columns: what to read from the file")
        if self.rows is not None and (self.join or self.require or self.columns or self.distinct):
            raise ValueError("rows that are written out take no join, require, columns or distinct")
        return self

    @property
    def mapped(self) -> list[set[str]]:
        """Return the contract columns that are mapped: once for a file, or for each row written out."""
        return [set(row) for row in self.rows] if self.rows is not None else [set(self.columns)]


def _one_or_several(blocks: Any) -> Any:
    return [blocks] if isinstance(blocks, dict) else blocks


Blocks = Annotated[
    list[Block],
    Field(min_length=1),
    BeforeValidator(_one_or_several, json_schema_input_type=Block | list[Block]),
]


class Mapping(Strict):
    """A whole mapping: the files of an export, and the contract tables made of them."""

    description: Annotated[str, Field(description="what export this is for")] = ""
    currency: Annotated[str | None, Field(description="currency of all money in the export")] = None
    notes: Annotated[list[str], Field(description="what a reader of the figures has to know")] = []
    files: Annotated[dict[str, FileSpec], Field(min_length=1, description="name used here: file")]
    tables: Annotated[dict[str, Blocks], Field(min_length=1, description="contract table: its rows")]
