"""The pages above the notebooks' own: one run's index, and the scenarios of a plan side by side."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from salesops.report.blocks import Kpi, Summary, tile
from salesops.report.markup import block_html, held_together, slug
from salesops.report.numbers import Change, plural
from salesops.report.shell import Entry, Shell, eyebrow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment
    from markupsafe import Markup

    from salesops.report.blocks import Section

Status = Literal["new", "reused", "kept", "failed", "skipped"]
STATUS_TEXT = {
    "new": "",
    "reused": "unchanged since an earlier run",
    "kept": "from an earlier run; this one was about other pages",
    "failed": "failed in this run",
    "skipped": "not run: it needs a page that failed",
}


@dataclass(frozen=True)
class TopicCard:
    """One notebook on an index page.

    Parameters
    ----------
    title
        The page's title.
    href
        Relative link to the page; no link if empty.
    summary
        Its summary, with the last run's values; None if it has none.
    status
        `new`, `reused` (nothing it depends on has changed), `kept` (the run was not about it), `failed` or `skipped`
        (something it needs failed).
    note
        What went wrong, or what is shown instead.
    """

    title: str
    href: str
    summary: Summary | None = None
    status: Status = "new"
    note: str = ""

    @property
    def anchor(self) -> str:
        """Where the card is on its page."""
        return slug(self.title)

    @property
    def status_text(self) -> str:
        """The status in words; nothing where all is as it should be."""
        return STATUS_TEXT[self.status]

    @property
    def tiles(self) -> list[Markup]:
        """The card's figures, four at most."""
        if self.summary is None:
            return []
        previous = self.summary.previous or {}
        return [tile(kpi, previous.get(kpi.kpi)) for kpi in self.summary.kpis[:4]]


@dataclass(frozen=True)
class Scenario:
    """One scenario of a plan: its name, the link to its index, and its notebooks; the first one is compared with."""

    name: str
    href: str
    topics: Sequence[TopicCard]
    note: str = ""

    def kpi(self, topic: str, kpi: str) -> Kpi | None:
        """Return one figure of this scenario, or None where it has none."""
        found = [k for card in self.topics if card.title == topic and card.summary for k in card.summary.kpis]
        return next((k for k in found if k.kpi == kpi), None)


@dataclass(frozen=True)
class CompareCell:
    """One figure of one scenario, with its difference from the first scenario."""

    label: str
    kpi: Kpi | None
    change: Change


def index_page(plan_name: str, scenario: str, as_of: str, topics: Sequence[TopicCard], *, home: str = "") -> str:
    """Return the index of one run: a card per notebook.

    Parameters
    ----------
    plan_name, scenario, as_of
        What was run, and for which day.
    topics
        The notebooks, in the order they are to be read.
    home
        Relative link to the plan's page; none if empty.
    """
    entries = tuple(Entry(card.anchor, card.title) for card in topics)
    shell = Shell(plan_name, eyebrow("All scenarios" if home else "", scenario, as_of), entries, home)
    return _page("run.html.j2", shell, topics=topics, answer=_standing(topics))


def plan_page(plan_name: str, as_of: str, scenarios: Sequence[Scenario]) -> str:
    """Return the page of a plan: a row per figure, a column per scenario, and differences from the first one.

    Parameters
    ----------
    plan_name, as_of
        What was run, and for which day.
    scenarios
        The scenarios, base first.
    """
    shell = Shell(plan_name, eyebrow("", "", as_of))
    groups = [(title, _rows(title, scenarios)) for title in _topics(scenarios)]
    return _page("plan.html.j2", shell, scenarios=scenarios, groups=[group for group in groups if group[1]])


def sections_page(title: str, above: Sequence[str], summary: Summary, sections: Sequence[Section]) -> str:
    """Return a page that no notebook stands behind: a summary and sections.

    Parameters
    ----------
    title
        The page's title.
    above
        What stands above the title, such as the data's place and day.
    summary, sections
        What the page says, in reading order.
    """
    entries = tuple(Entry(slug(section.title), section.title) for section in sections)
    parts = [block_html(part) for part in (summary, *sections)]
    return _page("sections.html.j2", Shell(title, tuple(above) or ("",), entries), parts=parts)


def _standing(topics: Sequence[TopicCard]) -> str:
    """Say in one sentence whether the pages can be relied on."""
    bad = [card.title for card in topics if card.status in ("failed", "skipped")]
    kept = sum(card.status == "kept" for card in topics)
    if not bad:
        return f"{plural(len(topics), 'page')}, {f'{kept} of them from an earlier run' if kept else 'all up to date'}."
    return f"{len(bad)} of {plural(len(topics), 'page')} could not be renewed: {', '.join(bad)}."


def _topics(scenarios: Sequence[Scenario]) -> list[str]:
    return list(dict.fromkeys(card.title for scenario in scenarios for card in scenario.topics))


def _rows(topic: str, scenarios: Sequence[Scenario]) -> list[tuple[str, list[CompareCell]]]:
    cards = [card for scenario in scenarios for card in scenario.topics if card.title == topic and card.summary]
    labels = {kpi.kpi: kpi.label for card in reversed(cards) for kpi in (card.summary.kpis if card.summary else ())}
    return [(label, _cells(topic, kpi, scenarios)) for kpi, label in labels.items()]


def _cells(topic: str, kpi: str, scenarios: Sequence[Scenario]) -> list[CompareCell]:
    first = scenarios[0].kpi(topic, kpi)
    return [_cell(scenario, scenario.kpi(topic, kpi), first) for scenario in scenarios]


def _cell(scenario: Scenario, kpi: Kpi | None, first: Kpi | None) -> CompareCell:
    differs = kpi is not None and first is not None and kpi is not first
    change = kpi.change(first.value) if differs and kpi and first else Change("", "none")
    return CompareCell(scenario.name, kpi, Change("same", "none") if change.text == "unchanged" else change)


def _page(template: str, shell: Shell, **values: Any) -> str:
    return _environment().get_template(template).render(resources={"page": shell}, **values)


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("salesops.report", "templates/salesops")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=held_together,
    )  # fmt: skip
