"""HTML from templates that escape every value, and the few shapes that all blocks share."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from jinja2 import Environment


# Between a currency and its amount, and between an amount and its size.
WITHIN_AMOUNTS = re.compile(r"(?<=\b[A-Z]{3}) (?=[−\d])|(?<=\d) (?=(?:k|m|bn)\b)")
NO_BREAK = "\N{NO-BREAK SPACE}"
INTERVAL = re.compile(r"\d+%: [−\d.,]+ to [−\d.,]+")


def held_together(value: Any) -> Any:
    r"""Return text in which no line ends within an amount of money; anything else as it is.

    Examples
    --------
    >>> held_together("CNY 1.2 m more than in 2025").split(" ")
    ['CNY\xa01.2\xa0m', 'more', 'than', 'in', '2025']
    """
    if not isinstance(value, str):
        return value
    text = WITHIN_AMOUNTS.sub(NO_BREAK, str(value))
    return Markup(text) if isinstance(value, Markup) else text


def interval_together(text: str) -> str:
    r"""Return text in which no line ends within an interval; a headline's lines are long enough for that.

    Examples
    --------
    >>> interval_together("CNY 32 m (80%: 26.5 to 37.5)").split(" ")
    ['CNY', '32', 'm', '(80%:\xa026.5\xa0to\xa037.5)']
    """
    return INTERVAL.sub(lambda found: found.group().replace(" ", NO_BREAK), text)


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("salesops.report", "html")
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=held_together,
    )


def fill(template: str, **values: Any) -> Markup:
    """Return a template of the folder `html` with `values` set in; only `Markup` is taken as HTML."""
    return Markup(_environment().get_template(template).render(**values))


def block_html(block: object) -> Markup:
    """Return a block as HTML; plain text becomes paragraphs, anything unknown is escaped.

    Examples
    --------
    >>> block_html("a < b")
    Markup('<p>a &lt; b</p>')
    """
    from salesops.report import about, blocks, charts, tables

    if isinstance(block, NotEnoughData):
        why = Markup(" {}").format(block.why[:1].upper() + block.why[1:]) if block.why else ""
        return Markup('<p class="so-statement">This section needs <b>{}</b>.{}</p>').format(block.needs, why)
    own = (blocks.Summary, blocks.Section, about.About, charts.Chart, charts.Pair, tables.DataTable)
    if isinstance(block, own):
        return Markup(block._repr_html_())
    return paragraphs(str(block))


def paragraphs(text: str) -> Markup:
    r"""Return text as paragraphs, parted where it has an empty line.

    Examples
    --------
    >>> paragraphs("One.\n\nTwo.")
    Markup('<p>One.</p><p>Two.</p>')
    """
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(part) for part in parts)


def slug(title: str) -> str:
    """Return a name for `title` that can stand in an address.

    Examples
    --------
    >>> slug("Can the chances be trusted?"), slug("客户 分层"), slug("?")
    ('can-the-chances-be-trusted', '客户-分层', 'section')
    """
    plain = unicodedata.normalize("NFKC", title).lower()
    return re.sub(r"[^\w]+", "-", plain).strip("-_") or "section"
