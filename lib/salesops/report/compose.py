"""An executed notebook as the parts of a page, in the order that a manager reads them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from salesops.report.outputs import code_html, error_html, foreign_html, markdown_html, own_html, stream_html
from salesops.report.shell import Entry, Shell, eyebrow
from salesops.report.summaries import summary_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HIDDEN_TAG, SETUP_TAG, SUMMARY_TAG = "try-it", "setup", "summary"
NOTHING = Markup("")
SECTION = re.compile(r'<section class="so-section" id="([^"]*)" data-title="([^"]*)">')


@dataclass(frozen=True)
class PageMeta:
    """Where a page belongs.

    Parameters
    ----------
    plan, scenario, as_of
        Name of the plan, of its scenario, and the day the analysis is made for.
    title
        The page's title; the notebook's own if empty.
    home
        Relative link to the index of the run; none if empty.
    previous
        The last run's value of each KPI; that of the notebook's summary if not given.
    """

    plan: str = ""
    scenario: str = ""
    as_of: str = ""
    title: str = ""
    home: str = ""
    previous: Mapping[str, float | None] | None = None


@dataclass(frozen=True)
class Page(Shell):
    """A notebook's page: what is `Markup` is shown as it is, all else is escaped."""

    question: Markup = NOTHING
    summary: Markup = NOTHING
    body: tuple[Markup, ...] = ()
    about: Markup = NOTHING
    code: tuple[Markup, ...] = ()


@dataclass(frozen=True)
class Step:
    """A code cell with the prose in front of it, already split into what is shown and what is folded away."""

    own: tuple[Markup, ...]
    foreign: tuple[Markup, ...]
    errors: tuple[Markup, ...]
    prose: tuple[Markup, ...]
    folded: tuple[Markup, ...]
    is_summary: bool


def page_of(notebook: Mapping[str, Any], meta: PageMeta) -> Page:
    """Return a notebook as a page.

    Parameters
    ----------
    notebook
        An executed notebook, nbformat 4; one that failed on its way is shown as far as it came.
    meta
        Where the page belongs.
    """
    title, question, cells = _title(notebook["cells"])
    steps = _steps(cells)
    body = _with_unique_ids([part for step in steps if not step.is_summary for part in _shown(step)])
    about = Markup("").join(part for part in body if part.startswith("<details"))
    body = [part for part in body if not part.startswith("<details")]
    return Page(
        title=meta.title or title,
        eyebrow=eyebrow(meta.plan, meta.scenario, meta.as_of),
        contents=_contents(body, about),
        home=meta.home,
        question=question,
        summary=_summary(notebook, steps, meta),
        body=tuple(body),
        about=about,
        code=tuple(part for step in steps for part in step.folded),
    )


def _title(cells: Sequence[Mapping[str, Any]]) -> tuple[str, Markup, Sequence[Mapping[str, Any]]]:
    """Return title and question from the first cell, and the other cells."""
    first = cells[0]["source"] if cells and cells[0]["cell_type"] == "markdown" else ""
    heading = re.match(r"\s*#\s+(.+?)\s*(?:\n|$)", first)
    if not heading:
        return "Report", Markup(""), cells
    return heading.group(1), markdown_html(first[heading.end() :]), cells[1:]


def _steps(cells: Iterable[Mapping[str, Any]]) -> list[Step]:
    steps, prose = [], []
    for cell in cells:
        if HIDDEN_TAG in _tags(cell) or not cell["source"].strip():
            continue
        if cell["cell_type"] == "markdown":
            prose.append(markdown_html(cell["source"]))
        elif cell["cell_type"] == "code":
            steps.append(_step(cell, prose))
            prose = []
    return [*steps, Step((), tuple(prose), (), (), (), is_summary=False)]


def _step(cell: Mapping[str, Any], prose: Sequence[Markup]) -> Step:
    """Split one cell. Prose stays on the page only where it explains an output that is not one of our blocks.

    A section's own headline and text say what is to be said to a manager; the prose in front of its cell is for
    whoever reads the code.
    """
    outputs = [] if SETUP_TAG in _tags(cell) else cell["outputs"]
    own, foreign = own_html(outputs), foreign_html(outputs)
    errors = error_html(cell["outputs"])
    folded = (*([] if foreign else prose), code_html(cell["source"]), *stream_html(outputs))
    shown_prose = tuple(prose) if foreign else ()
    return Step(own, foreign, errors, shown_prose, folded, SUMMARY_TAG in _tags(cell))


def _shown(step: Step) -> tuple[Markup, ...]:
    return (*step.prose, *step.own, *step.foreign, *step.errors)


def _summary(notebook: Mapping[str, Any], steps: Sequence[Step], meta: PageMeta) -> Markup:
    """Return the summary with the changes since the run that `meta` names, and what else its cell showed."""
    summary = summary_of(notebook)
    if summary is None:
        return Markup("").join(part for step in steps if step.is_summary for part in _shown(step))
    previous = summary.previous if meta.previous is None else meta.previous
    failed = [part for step in steps if step.is_summary for part in step.errors]
    return Markup("").join([Markup(replace(summary, previous=previous)._repr_html_()), *failed])


def _contents(body: Sequence[Markup], about: Markup) -> tuple[Entry, ...]:
    sections = [Entry(*map(html.unescape, found)) for part in body for found in SECTION.findall(part)]
    return (*sections, *([Entry("about-these-numbers", "About these numbers")] if about else []))


def _with_unique_ids(parts: Iterable[Markup]) -> list[Markup]:
    """Return parts in which sections of the same title are numbered, so that each link leads to its own."""
    seen: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        anchor = match.group(1)
        seen[anchor] = seen.get(anchor, 0) + 1
        own = anchor if seen[anchor] == 1 else f"{anchor}-{seen[anchor]}"
        return match.group(0).replace(f'id="{anchor}"', f'id="{own}"')

    return [Markup(SECTION.sub(numbered, part)) for part in parts]


def _tags(cell: Mapping[str, Any]) -> Sequence[str]:
    tags: Sequence[str] = cell.get("metadata", {}).get("tags", ())
    return tags
