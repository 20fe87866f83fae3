"""Whether a run would do nothing at all: told from hashes alone, before anything heavy is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesops.run.building import UNCHANGED
from salesops.run.data import files_of
from salesops.run.fingerprints import library_hash, package_versions, published_hash, text_hash
from salesops.run.record import RECORD, record_or_none, write_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from salesops.run.plans.plan import Plan


def inputs(plan: Plan, scenario: str, root: Path) -> dict[str, str]:
    """Return hashes of all that a scenario's run depends on; empty if its data cannot be told without looking into it.

    Parameters
    ----------
    plan, scenario
        What is to be run.
    root
        The project's folder.
    """
    data = files_of(plan.data, root)
    if not data:
        return {}
    alone = plan.model_copy(update={"scenarios": {scenario: plan.scenarios[scenario]}})
    notebooks = [path.read_bytes().hex() for path in sorted((root / "notebooks").glob("*.ipynb"))]
    return {
        "plan": text_hash(alone.model_dump_json()),
        "data": data,
        "notebooks": text_hash(" ".join(notebooks)),
        "library": library_hash(),
        "packages": text_hash(str(package_versions())),
    }


def unchanged(plan: Plan, root: Path, folder: Path) -> dict[str, dict[str, Any]] | None:
    """Return each scenario's record if nothing that the plan depends on has changed since it was written.

    Parameters
    ----------
    plan
        What is to be run.
    root
        The project's folder.
    folder
        The plan's folder among the reports.
    """
    if not (folder / "index.html").is_file():
        return None
    records = {scenario: record_or_none(folder / scenario) for scenario in plan.scenarios}
    found = {scenario: record for scenario, record in records.items() if record is not None}
    same = len(found) == len(records) and all(
        record["inputs"] and record["inputs"] == inputs(plan, scenario, root) and _whole(folder / scenario, record)
        for scenario, record in found.items()
    )
    return found if same else None


def note_unchanged(folder: Path, record: Mapping[str, Any]) -> dict[str, Any]:
    """Write into a run's record that its notebooks were looked at again and did not have to run; return the record."""
    notebooks = [
        {**entry, "status": "reused", "why": f"{UNCHANGED} since it ran at {entry['ran_at']}"}
        for entry in record["notebooks"]
    ]
    content = {**record, "notebooks": notebooks}
    write_record(folder, content)
    return content


def _whole(folder: Path, record: Mapping[str, Any]) -> bool:
    published = {entry["topic"]: entry["published"] for entry in record["notebooks"]}
    return all((folder / name).is_file() for name in _files(record)) and all(
        published_hash(folder / "tables" / topic) == content for topic, content in published.items()
    )


def _files(record: Mapping[str, Any]) -> Iterator[str]:
    yield from (RECORD, "index.html", "tables/kpis.parquet")
    for entry in record["notebooks"]:
        yield from (entry["notebook"], entry["page"])
