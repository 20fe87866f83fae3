"""The language of a mapping: which files an export has, and how each contract column is found in them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from salesops.tables.imports.file_spec import FileSpec, Pivot, Scalar, Strict, scalar_text
from salesops.tables.imports.value_spec import Value

__all__ = ["Block", "FileSpec", "Join", "Mapping", "Pivot", "Scalar", "Strict", "Value", "scalar_text"]


def finished(table: str) -> str:
    """Return the name under which a finished contract table is known among the files of an export."""
    return f"table {table}"


class Join(Strict, BaseModel):
    """A file, or a finished table, whose columns are looked up: each row keeps its place, and gets at most one match.

    Examples
    --------
    >>> Join(table="accounts", match={"account_id": "customer"}).alias
    'accounts'
    """

    file: Annotated[str | None, Field(description="which of files")] = None
    table: Annotated[str | None, Field(description="which contract table of this mapping, as it comes out")] = None
    match: Annotated[dict[str, Value], Field(min_length=1, description="column there: value that it must equal")]
    as_: Annotated[str | None, Field(alias="as", description="another name, to join the same file twice")] = None
    skip: Annotated[
        dict[str, list[Scalar]], Field(description="column there: rows with one of these values are not looked at")
    ] = {}
    take: Annotated[
        Literal["first", "last"] | None, Field(description="which of several rows with one key, in place of an error")
    ] = None
    sort: Annotated[
        str | None, Field(description="column there with a date and time that says which is first; else their order")
    ] = None

    @model_validator(mode="after")
    def _is_one_kind(self) -> Join:
        if (self.file is None) == (self.table is None):
            raise ValueError("give either file (one of files) or table (a contract table of this mapping)")
        return self

    @property
    def source(self) -> str:
        """Return the name under which the rows are known to the import."""
        return self.file if self.file is not None else finished(str(self.table))

    @property
    def alias(self) -> str:
        """Return the name under which the columns are known to the block."""
        return self.as_ or self.file or str(self.table)

    @property
    def columns(self) -> list[str]:
        """Return the columns there that decide which row is found."""
        return [*self.match, *self.skip, *([self.sort] if self.sort else [])]


class Block(Strict, BaseModel):
    """Rows of one table: read from a file, or written out in the mapping."""

    from_: Annotated[str | None, Field(alias="from", description="which of files the rows come from")] = None
    rows: Annotated[list[dict[str, Scalar]] | None, Field(min_length=1, description="rows written out here")] = None
    unless: Annotated[str | None, Field(description="an optional file; where it is there, this block is left out")] = (
        None
    )
    join: Annotated[list[Join], Field(description="files or finished tables to look up columns in")] = []
    require: Annotated[
        list[str], Field(description="source columns: rows that lack one are left out, and counted")
    ] = []
    lacking: Annotated[
        list[str], Field(description="source columns: rows that have a value there are left out, and counted")
    ] = []
    only: Annotated[
        dict[str, list[Scalar]], Field(description="source column: rows with any other value there are left out")
    ] = {}
    skip: Annotated[
        dict[str, list[Scalar]], Field(description="source column: rows with one of these values are left out")
    ] = {}
    columns: Annotated[dict[str, Value], Field(description="contract column: where its value is found")] = {}
    further: Annotated[
        dict[str, Value], Field(description="column beyond the contract, kept as text: where its value is found")
    ] = {}
    distinct: Annotated[
        bool, Field(description="write rows that are equal in all columns only once, in all such blocks of a table")
    ] = False
    sort: Annotated[
        str | None, Field(description="source column with a date and time: rows are written in its order")
    ] = None

    @model_validator(mode="after")
    def _is_one_kind(self) -> Block:
        if (self.from_ is None) == (self.rows is None):
            raise ValueError("give either from (a file) or rows (written out)")
        if self.from_ is not None and not self.columns:
            raise ValueError("give columns: what to read from the file")
        taken = self.model_fields_set - {"rows", "unless"}
        if self.rows is not None and taken:
            raise ValueError(f"rows that are written out take no {', '.join(sorted(taken))}")
        return self

    @property
    def mapped(self) -> list[set[str]]:
        """Return the contract columns that are mapped: once for a file, or for each row written out."""
        return [set(row) for row in self.rows] if self.rows is not None else [set(self.columns)]

    @property
    def found(self) -> dict[str, Value]:
        """Return where each column's value is found, those of the contract first."""
        return {**self.columns, **self.further}

    @property
    def conditions(self) -> list[str]:
        """Return the source columns that decide which rows are kept, and in which order."""
        return [*self.require, *self.lacking, *self.only, *self.skip, *([self.sort] if self.sort else [])]


def _one_or_several(blocks: Any) -> Any:
    return [blocks] if isinstance(blocks, dict) else blocks


Blocks = Annotated[
    list[Block],
    Field(min_length=1),
    BeforeValidator(_one_or_several, json_schema_input_type=Block | list[Block]),
]


class Mapping(Strict, BaseModel):
    """A whole mapping: the files of an export, and the contract tables made of them."""

    description: Annotated[str, Field(description="what export this is for")] = ""
    currency: Annotated[str | None, Field(description="currency of all money in the export")] = None
    notes: Annotated[list[str], Field(description="what a reader of the figures has to know")] = []
    date_formats: Annotated[
        list[str], Field(description="how else dates are written in the export, as %d.%m.%Y; a time may follow")
    ] = []
    files: Annotated[dict[str, FileSpec], Field(min_length=1, description="name used here: file")]
    tables: Annotated[dict[str, Blocks], Field(min_length=1, description="contract table: its rows")]
