"""Sections that speak as long as what they are about is there, whatever else is missing."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from salesops.not_enough_data import NotEnoughData
from salesops.report import section

if TYPE_CHECKING:
    from collections.abc import Callable

    from salesops.report import Section

T = TypeVar("T")
P = ParamSpec("P")


def section_about(
    title: str,
) -> Callable[[Callable[Concatenate[T, P], Section]], Callable[Concatenate[T | NotEnoughData, P], Section]]:
    """Let a function that returns a `Section` say so when its first argument is `NotEnoughData`; others may be.

    Parameters
    ----------
    title
        The section's title; it is the same with and without data.

    Examples
    --------
    >>> from salesops.report import Section
    >>> @section_about("Prices")
    ... def prices(best, survey):
    ...     return Section("Prices", f"{best} is best; survey: {survey}")
    >>> prices(3, NotEnoughData("price_survey")).headline
    '3 is best; survey: not enough data: needs price_survey'
    >>> prices(NotEnoughData("orders"), 1).headline
    'Prices: not enough data'
    """

    def decorate(
        function: Callable[Concatenate[T, P], Section],
    ) -> Callable[Concatenate[T | NotEnoughData, P], Section]:
        @functools.wraps(function)
        def wrapper(first: T | NotEnoughData, /, *args: P.args, **kwargs: P.kwargs) -> Section:
            @section(title)
            def speak() -> Section | NotEnoughData:
                return first if isinstance(first, NotEnoughData) else function(first, *args, **kwargs)

            return speak()

        return wrapper

    return decorate
