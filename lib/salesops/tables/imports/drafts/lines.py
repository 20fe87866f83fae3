"""How a draft finds each contract column, and what it says is doubtful about that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from salesops.tables.imports.drafts.guessing import SURE, Guess, TableGuess
from salesops.tables.imports.drafts.words import outcome
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from salesops.tables.contract import Column
    from salesops.tables.imports.drafts.profiles import ColumnProfile

UNKNOWN = "unknown"
COUNTED = ("order_id", "activity_id")


@dataclass
class Line:
    """The value of one contract column as the mapping writes it, and what is doubtful about it."""

    value: dict[str, Any]
    doubts: list[str] = field(default_factory=list)


def lines_of(guess: TableGuess) -> dict[str, Line]:
    """Return a line for each contract column that the table has or needs, in the contract's order."""
    found = {column.name: _line(guess, column) for column in CONTRACT[guess.table].columns}
    lines = {name: line for name, line in found.items() if line is not None}
    if "closed_at" in lines and "values" in lines.get("status", Line({})).value:
        _part_closing_days(guess, lines)
    return lines


def _part_closing_days(guess: TableGuess, lines: dict[str, Line]) -> None:
    """Keep one column of closing days for closed deals, and as what is expected of the others, if it is both."""
    status = lines["status"].value
    words = guess.file.columns[status["column"]].values
    open_rows = words.index[words.isin([value for value, word in status["values"].items() if word == "open"])]
    closing = guess.file.columns[lines["closed_at"].value["column"]].values.index
    if not len(open_rows.intersection(closing)):
        return
    day = lines["closed_at"].value
    doubt = f"{day['column']} is filled for open deals too, so for those it is taken as the day expected"
    lines["closed_at"] = Line({**day, "if": {"status": ["won", "lost"]}}, [doubt])
    lines.setdefault("expected_close", Line({**day, "if": {"status": ["open"]}}))


def _line(guess: TableGuess, column: Column) -> Line | None:
    found = guess.columns.get(column.name)
    if found is not None:
        return _from_column(guess, column, found)
    line = _stand_in(guess, column.name)
    return line if line is not None or not column.required else _todo(guess, column)


def _from_column(guess: TableGuess, column: Column, found: Guess) -> Line:
    source = guess.file.columns[found.source]
    line = Line({"column": found.source}, [] if found.score >= SURE else ["the name fits only in part"])
    if column.type == "date":
        _say_how_dates_are_written(line, source)
    if column.values:
        _translate(line, column, source)
    if CONTRACT[guess.table].key == (column.name,) and not (source.is_unique and source.is_filled):
        _make_unique(guess, line, column, source)
    elif column.required and not source.is_filled:
        _fill(line, column, source)
    return line


def _say_how_dates_are_written(line: Line, source: ColumnProfile) -> None:
    formats = source.date_formats
    if formats and formats[0]:
        line.value["date_format"] = formats[0]
    if len(formats) > 1:
        line.doubts.append(f"could as well be {' or '.join(formats[1:])}")


def _translate(line: Line, column: Column, source: ColumnProfile) -> None:
    if column.name == "status":
        known = {value: outcome(value) for value in source.closed_set}
    else:
        allowed = {value.casefold(): value for value in column.values}
        known = {value: allowed.get(value.casefold()) for value in source.closed_set}
    line.value["values"] = {value: word or column.values[0] for value, word in known.items()}
    unclear = [value for value, word in known.items() if word is None]
    if unclear:
        line.doubts.append(f"check that {', '.join(unclear)} mean {column.values[0]}")
    if not known:
        del line.value["values"]
        line.doubts.append(f"holds too many different values; wanted {column.wanted}")


def repeats_itself(guess: TableGuess) -> bool:
    """Return whether rows of the file come twice, equal in all columns, and would have a key if they came once."""
    key = guess.columns.get(CONTRACT[guess.table].key[0]) if CONTRACT[guess.table].key else None
    if key is None or not guess.file.repeated:
        return False
    source = guess.file.columns[key.source]
    return source.is_filled and source.values.nunique() == source.rows - guess.file.repeated


def _make_unique(guess: TableGuess, line: Line, column: Column, source: ColumnProfile) -> None:
    if repeats_itself(guess):
        count = guess.file.repeated
        said = (
            "1 row repeats another in all columns, and is"
            if count == 1
            else f"{count:,} rows repeat others in all columns, and are"
        )
        line.doubts = [f"{said} written once"]
    elif column.name in COUNTED:
        line.value = {"concat": [source.name, {"row_number": 1}], "separator": "-"}
        line.doubts.append(f"{source.name} is not in every row, or twice, so the row's number is added")
    else:
        line.doubts.append("not in every row, or twice: choose another, or write equal rows once with distinct: true")


def _fill(line: Line, column: Column, source: ColumnProfile) -> None:
    missing = f"{source.rows - len(source.values):,} of {source.rows:,} rows have none"
    if column.name == "account_id":
        line.value["default"] = UNKNOWN
        line.doubts.append(f"{missing}, and go to an account called {UNKNOWN}")
    else:
        line.doubts.append(f"{missing}: give a default, or leave them out with require: [{source.name}]")


def _stand_in(guess: TableGuess, name: str) -> Line | None:
    """Return what can take the place of a column that nothing was found for."""
    columns, key = guess.columns, CONTRACT[guess.table].key[:1]
    if name in COUNTED:
        return Line({"row_number": 1}, ["there is no identifier, so rows are counted"])
    if name == "status" and "stage" in columns:
        return _status_from_stage(guess)
    if name == "stage" and "status" in columns:
        return Line({"column": columns["status"].source}, ["there is no stage, so the status stands for it"])
    if name == "amount" and {"quantity", "unit_price"} <= columns.keys():
        parts = [columns["quantity"].source, columns["unit_price"].source]
        return Line({"multiply": parts}, ["there is no amount, so it is quantity times price"])
    if name == "decision_role":
        return Line({"constant": UNKNOWN}, ["nobody's role in buying is in the export"])
    if name == "name" and key[0] in columns:
        return Line({"column": columns[key[0]].source}, ["there is no name, so the identifier stands for it"])
    if key == (name,) and "name" in columns:
        return Line({"column": columns["name"].source}, ["there is no identifier, so the name stands for it"])
    return None


def _status_from_stage(guess: TableGuess) -> Line | None:
    source = guess.file.columns[guess.columns["stage"].source]
    if not any(outcome(value) for value in source.closed_set):
        return None
    line = Line({"column": source.name}, ["taken from the stage"])
    _translate(line, CONTRACT["opportunities"].column("status"), source)
    return line


def _todo(guess: TableGuess, column: Column) -> Line:
    return Line({"todo": f"nothing in {guess.file.spec.shown} looks like the {column.description}"})


def undecided(guess: TableGuess) -> dict[str, Line]:
    """Return a line that stops the import for each required column of a table of which nothing was found."""
    return {column.name: _todo(guess, column) for column in CONTRACT[guess.table].columns if column.required}
