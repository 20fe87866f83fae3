"""From a run's folder to its pages: one per notebook, an index, and the plan's page with scenarios side by side."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import nbformat

from salesops.report.compose import PageMeta
from salesops.report.numbers import day
from salesops.report.pages import Scenario, Status, TopicCard, index_page, plan_page
from salesops.report.render import render
from salesops.report.summaries import summary_of
from salesops.run.publishing import FAILED
from salesops.run.record import RECORD, read_record

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

    from nbformat import NotebookNode

INDEX = "index.html"
STATUSES: dict[str, Status] = {"complete": "new", "reused": "reused", "kept": "kept", "failed": "failed"}
FIRST_SCENARIO = "base"


def write_pages(folder: Path, record: dict[str, Any]) -> None:
    """Write a page for each executed notebook of a run that has none yet, and the run's index.

    Parameters
    ----------
    folder
        The run's folder, with the executed notebooks in it.
    record
        What its run.json holds.
    """
    meta = PageMeta(plan=record["title"], scenario=record["scenario"], as_of=record["as_of"], home=INDEX)
    for entry in record["notebooks"]:
        if entry["notebook"] and not (folder / entry["page"]).is_file():
            _write(folder / entry["page"], render(_read(folder / entry["notebook"]), meta=meta))
    cards = _cards(folder, record)
    _write(folder / INDEX, index_page(record["title"], record["scenario"], record["as_of"], cards, home=f"../{INDEX}"))


def write_plan_page(folder: Path) -> Path:
    """Write the page of a plan over all scenarios that have a report, and return where it is.

    A scenario that has only failed so far is named as that.
    """
    found = {path.parent.name: read_record(path.parent) for path in folder.glob(f"[!.]*/{RECORD}")}
    shown = {name: record for name, record in found.items() if not _is_replaced(name, found)}
    page = folder / INDEX
    if shown:
        newest = max(shown.values(), key=lambda record: record["started_at"])
        scenarios = [_scenario(folder, name, shown[name]) for name in sorted(shown, key=_base_first)]
        _write(page, plan_page(newest["title"], newest["as_of"], scenarios))
    return page


def _is_replaced(name: str, found: Container[str]) -> bool:
    """Return whether a folder is of a failed run beside which there is a good one."""
    return name.endswith(FAILED) and name.removesuffix(FAILED) in found


def _base_first(name: str) -> tuple[bool, str]:
    return name.removesuffix(FAILED) != FIRST_SCENARIO, name


def _scenario(folder: Path, name: str, record: dict[str, Any]) -> Scenario:
    note = "failed; there is no good report yet" if name.endswith(FAILED) else ""
    return Scenario(record["scenario"], f"{name}/{INDEX}", _cards(folder / name, record), note)


def _cards(folder: Path, record: dict[str, Any]) -> list[TopicCard]:
    return [_card(folder, entry, record["as_of"]) for entry in record["notebooks"]]


def _card(folder: Path, entry: dict[str, Any], as_of: str) -> TopicCard:
    if not entry["notebook"]:
        return TopicCard(title=_words(entry["topic"]), href="", status="skipped", note=entry["why"])
    notebook, own_day = _read(folder / entry["notebook"]), entry["parameters"]["as_of"]
    return TopicCard(
        title=_title(notebook, entry["topic"]),
        href=entry["page"],
        summary=summary_of(notebook),
        status=STATUSES[entry["status"]],
        note=entry["failure"] or (f"as of {day(own_day)}" if own_day != as_of else ""),
    )


def _title(notebook: NotebookNode, topic: str) -> str:
    lines = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    return next((line[2:].strip() for line in lines if line.startswith("# ")), _words(topic))


def _words(topic: str) -> str:
    return topic.replace("_", " ").capitalize()


def _read(path: Path) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def _write(path: Path, page: str) -> None:
    # The plan's page is rewritten where people read it.
    aside = path.with_name(f".{path.name}.part")
    aside.write_text(page, encoding="utf-8")
    os.replace(aside, path)
