"""The parts that a page is made of: its summary and its sections."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ParamSpec

from markupsafe import Markup

from salesops.not_enough_data import NotEnoughData
from salesops.report import numbers
from salesops.report.markup import block_html, fill, interval_together, paragraphs, slug

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from salesops.report.numbers import Better, Change

P = ParamSpec("P")

SUMMARY_MIME = "application/vnd.salesops.summary+json"


@dataclass(frozen=True)
class Kpi:
    """One figure.

    Parameters
    ----------
    kpi
        Its identifier, the same from run to run.
    label
        What it is called on its tile.
    value
        The figure, in `unit`; not finite means that it is not known.
    unit
        `share` (0 to 1, shown in percent), a currency (`CNY`), a noun (`deals`) or nothing.
    low, high
        Ends of the 80% interval.
    better
        Which direction is good news: up, down or none.
    note
        A few words below the figure, such as the target.
    trend
        Earlier values, oldest first, ending with this one; drawn small.
    """

    kpi: str
    label: str
    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None
    better: Better = "none"
    note: str = ""
    trend: Sequence[float] = ()

    @property
    def text(self) -> str:
        """The value in words, as the tile shows it.

        Examples
        --------
        >>> Kpi("bookings", "Bookings expected", 142_300_000, "CNY").text
        'CNY 142 m'
        """
        return numbers.format_value(self.value, self.unit, numbers.share_digits(self.low, self.high))

    @property
    def figure(self) -> str:
        """The value without its noun."""
        return self.text.removesuffix(self.noun).rstrip() if self.noun else self.text

    @property
    def noun(self) -> str:
        """What is counted, in the form that the value wants; empty for money and shares."""
        if self.unit == numbers.SHARE or numbers.is_money(self.unit) or self.text == numbers.ABSENT:
            return ""
        return numbers.noun(self.value, self.unit)

    @property
    def interval(self) -> str:
        """The 80% interval in words, in the scale of the value; empty if there is none."""
        return numbers.interval(self.low, self.high, self.unit, self.value)

    def change(self, previous: float | None) -> Change:
        """Return the change from the last run."""
        return numbers.change(self.value, previous, self.unit, self.better)

    def _repr_html_(self) -> str:
        return str(Markup('<div class="so-tiles">{}</div>').format(tile(self)))


@dataclass(frozen=True)
class Message:
    """One key message.

    Parameters
    ----------
    lead
        Its first sentence, shown bold: the money or the finding.
    text
        What follows from it.
    """

    lead: str
    text: str = ""

    def _repr_html_(self) -> str:
        return str(Markup('<p class="so-lead"><b>{}</b> {}</p>').format(self.lead, self.text))


@dataclass(frozen=True)
class Summary:
    """The top of a page.

    Parameters
    ----------
    answer
        One sentence that answers the page's question.
    kpis
        The figures, four at best.
    messages
        Key messages, three at best, the most valuable first.
    previous
        The last run's value of each KPI, by its identifier.
    """

    answer: str
    kpis: Sequence[Kpi] = ()
    messages: Sequence[Message] = ()
    previous: Mapping[str, float | None] | None = None

    def _repr_html_(self) -> str:
        tiles = [tile(kpi, (self.previous or {}).get(kpi.kpi)) for kpi in self.kpis]
        return fill(
            "summary.html",
            answer=interval_together(self.answer),
            tiles=tiles,
            reading=self._how_to_read(),
            messages=self.messages,
        )

    def _how_to_read(self) -> str:
        """Explain once what each tile would otherwise have to repeat."""
        changes = [kpi.change((self.previous or {}).get(kpi.kpi)).text for kpi in self.kpis]
        return " · ".join(
            (["▲ ▼ change since the last run"] if any(changes) else [])
            + (["80%: in four of five cases the figure lies within"] if any(kpi.interval for kpi in self.kpis) else [])
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from salesops.report.summaries import to_json

        return {"text/plain": self.answer, "text/html": self._repr_html_(), SUMMARY_MIME: to_json(self)}


@dataclass(frozen=True)
class Section:
    """One section of a page.

    Parameters
    ----------
    title
        A few words for the table of contents.
    headline
        The finding, as a sentence; shown without its full stop.
    text
        A sentence or two; an empty line starts a new paragraph.
    blocks
        Charts, tables, pairs, `NotEnoughData` or plain text, in reading order.
    """

    title: str
    headline: str
    text: str = ""
    blocks: Sequence[object] = ()

    def _repr_html_(self) -> str:
        headline = interval_together(self.headline.removesuffix("."))
        return fill(
            "section.html", slug=slug(self.title), title=self.title, headline=headline,
            text=paragraphs(self.text), blocks=[block_html(block) for block in self.blocks],
        )  # fmt: skip


def section(title: str) -> Callable[[Callable[P, Section | NotEnoughData]], Callable[P, Section]]:
    """Let a function that returns a `Section` say so when it is handed `NotEnoughData`, or returns it.

    Parameters
    ----------
    title
        The section's title; it is the same with and without data.

    Examples
    --------
    >>> @section("Stages")
    ... def stages(conversion):
    ...     return Section("Stages", f"{conversion:.0%} of deals go on")
    >>> stages(0.7).headline, stages(NotEnoughData("stage_history")).headline
    ('70% of deals go on', 'Stages: not enough data')
    """

    def decorate(function: Callable[P, Section | NotEnoughData]) -> Callable[P, Section]:
        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> Section:
            absent = [value for value in (*args, *kwargs.values()) if isinstance(value, NotEnoughData)]
            result = absent[0] if absent else function(*args, **kwargs)
            if isinstance(result, NotEnoughData):
                return Section(title, f"{title.rstrip('?')}: not enough data", blocks=(result,))
            return replace(result, title=title)

        return wrapper

    return decorate


def tile(kpi: Kpi, previous: float | None = None) -> Markup:
    """Return one figure as a tile, with its change from the last run."""
    from salesops.report.sparkline import sparkline

    return fill("tile.html", kpi=kpi, change=kpi.change(previous), spark=sparkline(kpi.trend))
