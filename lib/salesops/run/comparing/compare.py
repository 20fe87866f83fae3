"""Two runs side by side: what went in differently, and what came out differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from salesops.run.comparing.kpis import KpiDifference, compare_kpis

if TYPE_CHECKING:
    from datetime import date, datetime

    import pandas as pd

TableState = Literal["same", "same, as of another day", "changed", "only in A", "only in B", "not known"]
Values = dict[tuple[str, str], str]
Hashed = tuple[str | None, int | None]
"""Hash and number of rows of a table."""


@dataclass(frozen=True)
class Side:
    """One of the two runs."""

    run_id: str
    plan: str
    scenario: str
    as_of: date
    started_at: datetime


@dataclass(frozen=True)
class Difference:
    """A parameter or a version that is not the same in both runs.

    Parameters
    ----------
    places
        The notebooks that the parameter is one of; `code` or `package` for a version.
    name
        Its name.
    a, b
        What it is in each; None where it is not set.
    """

    places: tuple[str, ...]
    name: str
    a: str | None
    b: str | None


@dataclass(frozen=True)
class TableDifference:
    """One table of the data, and how many of its rows each run saw, as far as that is known."""

    table: str
    state: TableState
    rows_a: int | None
    rows_b: int | None


@dataclass(frozen=True)
class Comparison:
    """What differs between two runs.

    Parameters
    ----------
    a, b
        The runs.
    only_in_a, only_in_b
        Notebooks that one of them lacks.
    parameters
        Parameters that differ, of notebooks that both have.
    tables
        Every table of the data.
    versions
        Code and packages that differ.
    kpis
        Every KPI of both.
    """

    a: Side
    b: Side
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]
    parameters: tuple[Difference, ...]
    tables: tuple[TableDifference, ...]
    versions: tuple[Difference, ...]
    kpis: tuple[KpiDifference, ...]


def compare(a: pd.DataFrame, b: pd.DataFrame) -> Comparison:
    """Set two runs side by side.

    Parameters
    ----------
    a, b
        The ledger's rows of one run each.
    """
    values_a, values_b = _values(a, "parameter"), _values(b, "parameter")
    topics_a, topics_b = _topics(values_a), _topics(values_b)
    both = set(topics_a) & set(topics_b)
    return Comparison(
        a=_side(a),
        b=_side(b),
        only_in_a=tuple(topic for topic in topics_a if topic not in both),
        only_in_b=tuple(topic for topic in topics_b if topic not in both),
        parameters=_parameters(_of(values_a, both), _of(values_b, both)),
        tables=_tables(a, b),
        versions=_versions(_values(a, "version"), _values(b, "version")),
        kpis=compare_kpis(a, b),
    )


def _side(rows: pd.DataFrame) -> Side:
    run = rows.iloc[0]
    return Side(run["run_id"], run["plan"], run["scenario"], run["as_of"].date(), run["started_at"].to_pydatetime())


def _values(rows: pd.DataFrame, kind: str) -> Values:
    """Return the values of one kind as they are written, by notebook (or by code and package) and name."""
    of_kind = rows[rows["kind"] == kind]
    numbers = of_kind["value"].map("{:.15g}".format)
    written = of_kind["text"].where(of_kind["value"].isna(), numbers)
    places = of_kind["level"] if kind == "version" else of_kind["topic"]
    return dict(zip(zip(places, of_kind["name"], strict=True), written, strict=True))


def _topics(values: Values) -> list[str]:
    return list(dict.fromkeys(topic for topic, _ in values))


def _of(values: Values, topics: set[str]) -> Values:
    return {key: value for key, value in values.items() if key[0] in topics}


def _parameters(a: Values, b: Values) -> tuple[Difference, ...]:
    """Return the parameters that differ; one that differs alike in several notebooks comes once."""
    places: dict[tuple[str, str | None, str | None], list[str]] = {}
    for topic, name in _differing(a, b):
        places.setdefault((name, a.get((topic, name)), b.get((topic, name))), []).append(topic)
    return tuple(Difference(tuple(topics), *difference) for difference, topics in places.items())


def _versions(a: Values, b: Values) -> tuple[Difference, ...]:
    return tuple(Difference((key[0],), key[1], a.get(key), b.get(key)) for key in _differing(a, b))


def _differing(a: Values, b: Values) -> list[tuple[str, str]]:
    return [key for key in {**a, **b} if a.get(key) != b.get(key)]


def _tables(a: pd.DataFrame, b: pd.DataFrame) -> tuple[TableDifference, ...]:
    hashed_a, hashed_b = _hashed(a), _hashed(b)
    return tuple(_table(name, hashed_a.get(name), hashed_b.get(name)) for name in sorted({*hashed_a, *hashed_b}))


def _hashed(rows: pd.DataFrame) -> dict[str, Hashed]:
    """Return hash and number of rows of each table of a run's data."""
    tables = rows[(rows["kind"] == "hash") & (rows["level"] == "table")]
    hashes = tables["text"].astype("object").where(tables["text"].notna(), None)
    counts = tables["value"].astype("Int64").astype("object").where(tables["value"].notna(), None)
    return dict(zip(tables["name"], zip(hashes, counts, strict=True), strict=True))


def _table(name: str, a: Hashed | None, b: Hashed | None) -> TableDifference:
    if a is None or b is None:
        return TableDifference(name, "only in B" if a is None else "only in A", a and a[1], b and b[1])
    return TableDifference(name, _state(a, b), a[1], b[1])


def _state(a: Hashed, b: Hashed) -> TableState:
    if a[0] is None or b[0] is None:
        return "not known" if a[1] == b[1] else "changed"
    if a[0] != b[0]:
        return "changed"
    # A run sees of the same table only what was known on its day.
    return "same" if a[1] == b[1] else "same, as of another day"
