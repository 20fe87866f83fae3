"""A page's summary as data, so that the runner, index pages and a later rendering can read it again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from salesops.report.blocks import SUMMARY_MIME, Kpi, Message, Summary

if TYPE_CHECKING:
    from collections.abc import Iterator


def to_json(summary: Summary) -> dict[str, Any]:
    """Return a summary as plain values; a number that is not finite becomes null."""
    return {
        "answer": summary.answer,
        "kpis": [_plain(asdict(kpi)) for kpi in summary.kpis],
        "messages": [asdict(message) for message in summary.messages],
        "previous": _plain(dict(summary.previous)) if summary.previous else None,
    }


def from_json(values: Mapping[str, Any]) -> Summary:
    """Return the summary that `to_json` wrote.

    Examples
    --------
    >>> summary = Summary("We will meet it.", (Kpi("open", "Open deals", 295.0, "deals"),), (Message("Go."),))
    >>> from_json(to_json(summary)) == summary
    True
    """
    kpis = [{**kpi, "value": math.nan if kpi["value"] is None else kpi["value"]} for kpi in values["kpis"]]
    return Summary(
        values["answer"],
        tuple(Kpi(**{**kpi, "trend": tuple(kpi["trend"])}) for kpi in kpis),
        tuple(Message(**message) for message in values["messages"]),
        values.get("previous"),
    )


def summary_of(notebook: Mapping[str, Any]) -> Summary | None:
    """Return the summary of an executed notebook, or None if it has none (it failed before, for one)."""
    found = [output["data"][SUMMARY_MIME] for output in _outputs(notebook) if SUMMARY_MIME in output.get("data", {})]
    return from_json(found[-1]) if found else None


def _outputs(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for cell in notebook["cells"]:
        yield from cell.get("outputs", ())


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (str, type(None), bool)):
        return value
    if hasattr(value, "__iter__"):
        return [_plain(item) for item in value]
    return float(value) if math.isfinite(value) else None
