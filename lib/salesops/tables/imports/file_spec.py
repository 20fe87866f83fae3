"""The part of a mapping's language that describes the files of an export."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

BLANKS = "blanks"
BLANKS_PATTERN = r"[ \t]+"


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
    """A part of a mapping, in which an unknown key is an error.

    Where it is inherited in another module, BaseModel is named beside it, for linters that look no further.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Pivot(Strict):
    """A file of changes, one property a row, to be read as rows with all properties as they stood after each change.

    Examples
    --------
    >>> Pivot(of="deal", at="time", name="property", value="new", properties={"amount": ["Amount"]}).columns
    ['deal', 'time', 'amount']
    """

    of: Annotated[str, Field(description="column that says whose property it is")]
    at: Annotated[str, Field(description="column that says when it changed")]
    name: Annotated[str, Field(description="column that names the property")]
    value: Annotated[str, Field(description="column with the new value")]
    properties: Annotated[
        dict[str, list[Scalar]], Field(min_length=1, description="property, which becomes a column: other names of it")
    ]

    @property
    def columns(self) -> list[str]:
        """Return the columns of the rows that come out."""
        return [self.of, self.at, *self.properties]


class FileSpec(Strict):
    """One file of the export; every cell is read as text and trimmed.

    Examples
    --------
    >>> FileSpec(path="territory.csv", delimiter=";", columns=["id", "name"]).columns
    ['id', 'name']
    """

    path: Annotated[str, Field(min_length=1, description="file name, relative to the source folder")]
    sheet: Annotated[str | None, Field(min_length=1, description="which sheet of a workbook, where it has several")] = (
        None
    )
    also: Annotated[list[str], Field(description="other names it may have; * stands for any characters")] = []
    optional: Annotated[bool, Field(description="an export without this file is read as if it had no rows")] = False
    delimiter: Annotated[
        str, Field(pattern=f"^(.|\t|{BLANKS})$", description="what separates columns; blanks for one blank or more")
    ] = ","
    columns: Annotated[
        list[str] | None, Field(min_length=1, description="names of the columns of a file without a header")
    ] = None
    names: Annotated[
        dict[str, list[Scalar]], Field(description="column, as it is called here: other headers it may have")
    ] = {}
    optional_columns: Annotated[list[str], Field(description="columns that are empty where the file lacks them")] = []
    empty: Annotated[list[Scalar], Field(description="values that mean there is none, besides a blank cell")] = []
    flags: Annotated[
        list[str], Field(description="columns that say yes or no: they become 1 or 0, and a blank cell is 0")
    ] = []
    decimal_comma: Annotated[
        list[str],
        Field(description="columns with numbers written as 1.234,56; a cell that Excel itself holds as one counts"),
    ] = []
    spellings: Annotated[
        dict[str, dict[Scalar, Scalar]],
        Field(description="by column: spellings to correct; other values stay as they are"),
    ] = {}
    pivot: Annotated[Pivot | None, Field(description="for a file of changes, one property a row")] = None

    @model_validator(mode="after")
    def _fits_a_workbook(self) -> FileSpec:
        books = [path for path in (self.path, *self.also) if path.lower().endswith(".xlsx")]
        if self.sheet is not None and not books:
            raise ValueError("only a workbook (.xlsx) has a sheet: remove sheet, or correct path")
        if self.columns is not None and books:
            raise ValueError("columns is for text files without a header: the first line of a sheet names its columns")
        return self

    @property
    def shown(self) -> str:
        """Return what a sentence calls the file, or the sheet in it."""
        return f"{self.path}, sheet {self.sheet}" if self.sheet else self.path

    @property
    def decimal_comma_headers(self) -> set[str]:
        """Return the headers, without case, under which columns with a decimal comma may stand in the file."""
        return {word.casefold() for name in self.decimal_comma for word in (name, *self.names.get(name, []))}

    @field_validator("path", "also")
    @classmethod
    def _stays_in_the_source(cls, given: str | list[str]) -> str | list[str]:
        for path in [given] if isinstance(given, str) else given:
            parts = PurePosixPath(path.replace("\\", "/"))
            if parts.is_absolute() or ".." in parts.parts:
                raise ValueError("name a file inside the source folder, without .. or a leading /")
        return given
