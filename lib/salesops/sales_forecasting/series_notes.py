"""What the reader must know about the series, each by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesops.not_enough_data import NotEnoughData
from salesops.report.numbers import period_in_words
from salesops.sales_forecasting.series import CELL, COMPANY, NOT_GIVEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesops.sales_forecasting.outlook import Outlook

MOST = 8


def series_notes(outlook: Outlook | NotEnoughData, levels: Sequence[str] = ()) -> list[str]:
    """Say which parts of the business are not forecast and what is odd about the others.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.
    levels
        Parts of the business that were asked for.
    """
    if isinstance(outlook, NotEnoughData):
        return []
    facts = outlook.facts
    there = set(facts["level"])
    missing = [f"Orders name no {said(level)}: there is no forecast by it." for level in levels if level not in there]
    return missing + [note for fact in facts[facts["level"] != CELL].to_dict("records") for note in _notes_of(fact)]


def brief(notes: Sequence[str], most: int = MOST) -> list[str]:
    """Return at most `most` notes, the last of which counts those left out.

    Examples
    --------
    >>> brief(["a", "b", "c"], most=2)
    ['a', 'And 2 more of this kind.']
    """
    if len(notes) <= most:
        return list(notes)
    return [*notes[: most - 1], f"And {len(notes) - most + 1} more of this kind."]


def part_name(level: str, key: str) -> str:
    """Return what a part of the business is called in a sentence.

    Examples
    --------
    >>> part_name("product_line", "dialysis"), part_name("company", "all")
    ('product line "dialysis"', 'the company')
    """
    return "the company" if level == COMPANY else f'{said(level)} "{key}"'


def said(level: str) -> str:
    """Return a level's name in words."""
    return level.replace("_", " ")


def _notes_of(fact: dict[Any, Any]) -> list[str]:
    name = part_name(fact["level"], fact["key"])
    name = name[0].upper() + name[1:]
    absent = {
        "stopped": f"no orders since {period_in_words(fact['last_sale'])}",
        "too short": f"only {_months(fact['months'])} of history",
        "no sales": "its orders add up to zero in every month",
    }
    if fact["status"] == "short":
        return [f"{name} has only {_months(fact['months'])} of history: it is forecast by its share of the company."]
    if fact["status"] in absent:
        return [f"{name} is not forecast: {absent[fact['status']]}."]
    found = {
        f"no order in the last {_months(fact['silent_months'])}; does the data reach this day?": fact["silent_months"],
        f"returns exceeded sales in {_months(fact['negative_months'])}.": fact["negative_months"],
        f"no sales in {_months(fact['months_without_sales'])}, counted as zero.": fact["months_without_sales"],
        "order lines that name none are kept together.": fact["key"] == NOT_GIVEN,
    }
    return [f"{name}: {sentence}" for sentence, so in found.items() if so]


def _months(count: int) -> str:
    return "1 month" if count == 1 else f"{count} months"
