"""An explicit answer for a question that the data cannot answer."""

from __future__ import annotations

import functools
import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class NotEnoughData:
    """A result that is absent, with the reason.

    Parameters
    ----------
    needs
        What would have to be there: a table, a column, a number of rows.
    why
        What the data holds instead, as a sentence for the reader.

    Examples
    --------
    >>> str(NotEnoughData("stage_history"))
    'not enough data: needs stage_history'
    """

    needs: str
    why: str = ""

    def __str__(self) -> str:
        """Return the sentence that a page shows."""
        return f"not enough data: needs {self.needs}" + (f" ({self.why})" if self.why else "")

    def _repr_html_(self) -> str:
        return f'<p class="so-statement">{html.escape(str(self))}</p>'


def passes_not_enough_data(function: Callable[P, R]) -> Callable[P, R | NotEnoughData]:
    """Let a function return the first argument that is `NotEnoughData` instead of computing on it.

    Notebooks then string functions together without asking at each step whether there was data.

    Examples
    --------
    >>> double = passes_not_enough_data(lambda x: 2 * x)
    >>> double(3), str(double(NotEnoughData("orders")))
    (6, 'not enough data: needs orders')
    """

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R | NotEnoughData:
        absent = [value for value in (*args, *kwargs.values()) if isinstance(value, NotEnoughData)]
        return absent[0] if absent else function(*args, **kwargs)

    return wrapper
