"""The two ways in which the suite stops, and the sentence each one ends with."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class SalesopsError(Exception):
    """Something the user can put right; its text says where and how."""

    exit_code = 1


class InputError(SalesopsError):
    """The plan, a parameter, a path or the data is wrong; nothing was run and nothing was written.

    Parameters
    ----------
    faults
        Each fault as one sentence that names its place, what was found and what to do.
    """

    exit_code = 2

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults: Sequence[str] = faults


class RunError(SalesopsError):
    """A notebook failed while it ran; the last good report stays as it was."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known name, or lists what is known.

    Examples
    --------
    >>> did_you_mean("horizon_month", ["horizon_months", "season_length"])
    'did you mean "horizon_months"?'
    >>> did_you_mean("x", ["b", "a"])
    'known are: a, b'
    """
    names = sorted(known)
    nearest = difflib.get_close_matches(name, names, n=1)
    return f'did you mean "{nearest[0]}"?' if nearest else f"known are: {', '.join(names)}"
