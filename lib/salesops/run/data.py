"""The data of a run: checked, and known by its content; what an earlier run has found out is not found out again."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from salesops.errors import InputError
from salesops.parameters import LAST_COMPLETE_QUARTER
from salesops.paths import resolve
from salesops.run.fingerprints import SHORT, contract_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from salesops.run.plans.plan import Plan

LONGEST_SILENCE_DAYS = 366
"""After a year without any event, every figure of "the last twelve months" would be nothing."""


@dataclass(frozen=True)
class Data:
    """What a run needs to know of its data.

    Parameters
    ----------
    source
        Where it lies, as the plan says.
    as_of
        Day of the run, as 2026-09-30.
    reaches
        Day of the last event in the data.
    rows
        Rows of each table on the run's day.
    hashes
        Content hash of each table.
    """

    source: str
    as_of: str
    reaches: str
    rows: Mapping[str, int]
    hashes: Mapping[str, str]

    def as_record(self) -> dict[str, Any]:
        """Return what run.json says of it."""
        content = asdict(self)
        content.pop("as_of")
        return content

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Self:
        """Return what an earlier run has written down."""
        return cls(as_of=record["as_of"], **record["data"])


def files_of(data: str, root: Path) -> str:
    """Return a hash of all files of a source, without looking into them; empty for what is no file or folder.

    Parameters
    ----------
    data
        The source, as the plan says.
    root
        Folder that a relative path counts from.
    """
    if "://" in data or "$" in data:
        return ""
    place = resolve(data, root)
    files = sorted(path for path in place.iterdir() if path.is_file()) if place.is_dir() else [place]
    if not place.exists():
        return ""
    total = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            total.update(f"{path.name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()[:SHORT]


def known_data(plan: Plan, files: str, records: Iterable[Mapping[str, Any]]) -> Data | None:
    """Return what an earlier run has found out of the same files for the same day, by the same code; None otherwise."""
    for record in records:
        same = (
            files
            and record["inputs"].get("data") == files
            and record["data"]["source"] == plan.data
            and record["asked_as_of"] == plan.as_of
            and record["code"]["contract"] == contract_hash()
        )
        if same:
            return Data.of_record(record)
    return None


def refuse_going_back(plan: Plan, found: Data, records: Iterable[Mapping[str, Any]]) -> None:
    """Stop where data that the plan lets say the day reaches less far than it did when the last report was made.

    Raises
    ------
    InputError
        If the last report of the same source stands at a later day: an export that was cut short at the end of a line
        looks like any other, and its report of a day long past would stand in the place of the last good one.
    """
    for record in records:
        same = record["asked_as_of"] == plan.as_of == LAST_COMPLETE_QUARTER and record["data"]["source"] == plan.data
        if same and date.fromisoformat(record["as_of"]) > date.fromisoformat(found.as_of):
            fewer = [
                f"{name} {record['data']['rows'][name]:,} to {rows:,} rows"
                for name, rows in found.rows.items()
                if rows < record["data"]["rows"].get(name, 0)
            ]
            lost = f" ({', '.join(fewer)})" if fewer else ""
            raise InputError(
                f"the data goes back: it now reaches the end of a quarter on {found.as_of} only, and the last report "
                f"stands at {record['as_of']}{lost}. Was an export cut short, or a table left out? If it is meant, "
                f"say the day (--as-of {found.as_of}) or give another --name"
            )


def refuse_silence(found: Data) -> None:
    """Stop where nothing has happened in the year before the day: a wrong year would replace a good report.

    Raises
    ------
    InputError
        Naming the day and where the data ends.
    """
    if (date.fromisoformat(found.as_of) - date.fromisoformat(found.reaches)).days > LONGEST_SILENCE_DAYS:
        raise InputError(
            f"as_of is {found.as_of}, but the data ends on {found.reaches}: choose an earlier day, or bring later data"
        )


def checked_data(plan: Plan, root: Path) -> Data:
    """Hold the data against the contract and return what a run needs to know of it.

    Raises
    ------
    InputError
        With every fault of the data.
    """
    from salesops.tables.check import check
    from salesops.tables.content import content_hashes
    from salesops.tables.load import load
    from salesops.tables.reading.databases import answering
    from salesops.tables.reading.places import find_place
    from salesops.tables.sources import absolute, conformed, open_source

    data = absolute(plan.data, root)
    with answering(find_place(data)):
        found = open_source(data)
        source = conformed(found)
        check(source).raise_if_faulty()
        tables = load(source, plan.as_of)
        return Data(
            source=plan.data,
            as_of=tables.as_of.isoformat(),
            reaches=tables.reaches.isoformat(),
            rows=tables.rows(),
            hashes=content_hashes(found),
        )
