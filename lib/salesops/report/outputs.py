"""Cells and their outputs as HTML: our own blocks as they are, all else escaped."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OWN_BLOCK = re.compile(r'\s*<(?:section|div|figure|details|p) class="so-')
STYLE_ALONE = '<div class="so-look"'
"""The style sheet that a notebook shows for JupyterLab; a page has its own."""

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def own_html(outputs: Iterable[Mapping[str, Any]]) -> tuple[Markup, ...]:
    """Return the outputs that are blocks of this package; these have escaped what they hold."""
    texts = [_text(output["data"]["text/html"]) for output in outputs if _is_own(output)]
    return tuple(Markup(text.strip()) for text in texts if not text.startswith(STYLE_ALONE))


def foreign_html(outputs: Iterable[Mapping[str, Any]]) -> tuple[Markup, ...]:
    """Return other results: pictures as pictures, the rest as plain text; no HTML from elsewhere gets in."""
    results = [output for output in outputs if output["output_type"] in ("display_data", "execute_result")]
    return tuple(_foreign(output["data"]) for output in results if not _is_own(output) and _can_show(output))


def error_html(outputs: Iterable[Mapping[str, Any]]) -> tuple[Markup, ...]:
    """Return errors, so that a notebook that failed shows where and why."""
    return tuple(_error(output) for output in outputs if output["output_type"] == "error")


def stream_html(outputs: Iterable[Mapping[str, Any]]) -> tuple[Markup, ...]:
    """Return what was printed, for the fold that holds the code."""
    texts = [_plain(_text(output["text"])) for output in outputs if output["output_type"] == "stream"]
    return tuple(Markup('<pre class="so-stream">{}</pre>').format(text) for text in texts if text.strip())


def markdown_html(source: str) -> Markup:
    r"""Return Markdown as HTML; HTML inside it is shown as text.

    Examples
    --------
    >>> markdown_html("**Now** <b>")
    Markup('<div class="so-prose"><p><strong>Now</strong> &lt;b&gt;</p>\n</div>')
    """
    import mistune

    if not source.strip():
        return Markup("")
    text = mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])(source)
    # A picture's address would be a request; the page makes none, so its alternative text stands for it.
    text = re.sub(r'<img src="(?!data:image/)[^"]*" alt="([^"]*)"[^>]*>', r"\1", str(text))
    return Markup(f'<div class="so-prose">{text}</div>')


def code_html(source: str) -> Markup:
    """Return Python code, highlighted."""
    from pygments import highlight  # type: ignore[import-untyped]
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
    from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

    return Markup(f"<pre><code>{highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))}</code></pre>")


def _is_own(output: Mapping[str, Any]) -> bool:
    return bool(OWN_BLOCK.match(_text(output.get("data", {}).get("text/html", ""))))


def _can_show(output: Mapping[str, Any]) -> bool:
    return any(kind in output["data"] for kind in ("image/png", "image/jpeg", "text/plain"))


def _foreign(data: Mapping[str, Any]) -> Markup:
    text = _plain(_text(data.get("text/plain", "")))
    for kind in ("image/png", "image/jpeg"):
        code = "".join(_text(data.get(kind, "")).split())
        if _is_base64(code):
            picture = Markup('<p class="so-output"><img src="data:{};base64,{}" alt="{}"></p>')
            return picture.format(kind, code, text)
    return Markup('<pre class="so-output">{}</pre>').format(text)


def _is_base64(code: str) -> bool:
    try:
        return bool(base64.b64decode(code, validate=True))
    except binascii.Error:
        return False


def _error(output: Mapping[str, Any]) -> Markup:
    return Markup(
        '<div class="so-error" role="alert"><h2>This page is incomplete: its notebook stopped here</h2>'
        "<p><b>{}</b> {}</p><details><summary>Where it happened</summary><pre>{}</pre></details></div>"
    ).format(output["ename"], output["evalue"], _plain("\n".join(output["traceback"])))


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, (list, tuple)) else str(value)


def _plain(text: str) -> str:
    return ANSI.sub("", text)
