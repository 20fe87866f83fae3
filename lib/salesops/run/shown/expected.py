"""How long a run still takes, from how long its notebooks took the last time, and spans of time in words."""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ANY_MOMENT = "any moment now"
MINUTE, HOUR = 60, 3600
SECONDS_SHOWN_UP_TO = 90
"""Longer estimates are told in minutes: their seconds would be false precision."""


def notebook_left(expected: float | None, elapsed: float) -> float | None:
    """Return how long a running notebook still takes; 0 when it is over its time, None when that is not known.

    Examples
    --------
    >>> notebook_left(12, 5), notebook_left(12, 20), notebook_left(None, 5)
    (7, 0, None)
    """
    return None if expected is None else max(0, expected - elapsed)


def run_left(running: Iterable[float], waiting: Iterable[float], jobs: int) -> float:
    """Return how long a run still takes if each free place takes the longest notebook that waits.

    Parameters
    ----------
    running
        What the running notebooks still take, in seconds.
    waiting
        What those that have not begun will take.
    jobs
        How many run side by side.

    Examples
    --------
    >>> run_left([5, 1], [4, 3], jobs=2), run_left([], [4, 3], jobs=1), run_left([], [], jobs=4)
    (8, 7, 0)
    """
    busy = list(running)
    places = busy + [0] * (max(1, jobs) - len(busy))
    heapq.heapify(places)
    for seconds in sorted(waiting, reverse=True):
        heapq.heapreplace(places, places[0] + seconds)
    return max(places)


def known_seconds(seconds: object) -> float | None:
    """Return a time that an earlier run has noted, or None where it is no time at all.

    Examples
    --------
    >>> known_seconds(12.5), known_seconds(None), known_seconds(-1), known_seconds(float("nan")), known_seconds("12")
    (12.5, None, None, None, None)
    """
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    return float(seconds) if math.isfinite(seconds) and seconds >= 0 else None


def span(seconds: float) -> str:
    """Return a time that has passed, in words.

    Examples
    --------
    >>> span(0.34), span(12.6), span(185), span(4321)
    ('0.3 s', '12 s', '3 min 5 s', '1 h 12 min')
    """
    if seconds < 10:
        # 9.96 would be rounded to "10.0".
        return f"{math.floor(10 * seconds) / 10:.1f} s"
    whole = int(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"


def about(seconds: float) -> str:
    """Return an estimate, no more precise than it deserves.

    Examples
    --------
    >>> about(11.2), about(0), about(90), about(91), about(7300)
    ('12 s', '0 s', '90 s', '2 min', '2 h 2 min')
    """
    if seconds <= SECONDS_SHOWN_UP_TO:
        return f"{math.ceil(seconds)} s"
    minutes = math.ceil(seconds / MINUTE)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def left_in_words(seconds: float | None) -> str:
    """Return how long something still takes, or nothing where that is not known.

    Examples
    --------
    >>> left_in_words(11.2), left_in_words(0), left_in_words(None)
    ('about 12 s left', 'any moment now', '')
    """
    if seconds is None:
        return ""
    return f"about {about(seconds)} left" if seconds > 0 else ANY_MOMENT
