"""The time left is a plain sum of what is known, is never negative, and is nothing once all is done."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops.run.results import Failure, NotebookResult
from salesops.run.shown.board import Board
from salesops.run.shown.expected import about, left_in_words, notebook_left, run_left, span

times = st.floats(min_value=0, max_value=1e5)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.mark.parametrize(
    ("running", "waiting", "jobs", "left"),
    [
        ([], [], 1, 0),
        ([5], [], 1, 5),
        ([], [4, 3, 2], 1, 9),
        ([5], [4, 3], 1, 12),
        # Two places: the longest goes to the one that is free first: 1 + 4 = 5, 5 + 3 = 8.
        ([5, 1], [3, 4], 2, 8),
        ([], [7, 5, 4, 2], 2, 9),
        ([10], [1, 1, 1], 2, 10),
        ([0, 0], [6], 2, 6),
        ([], [3, 3, 3], 8, 3),
        # More run than was said: none of them waits for another.
        ([4, 9, 2], [], 1, 9),
    ],
)
def test_the_time_left_of_a_run_is_what_a_schedule_on_paper_gives(
    running: list[float], waiting: list[float], jobs: int, left: float
) -> None:
    assert run_left(running, waiting, jobs) == left


@given(st.lists(times), st.lists(times), st.integers(1, 12))
def test_a_run_takes_at_least_its_longest_notebook_and_at_most_all_of_them_in_a_row(
    running: list[float], waiting: list[float], jobs: int
) -> None:
    left, everything = run_left(running, waiting, jobs), [*running, *waiting, 0]
    assert max(everything) <= left
    assert sum(everything) / max(jobs, len(running)) <= left * (1 + 1e-9)
    assert left <= sum(everything) * (1 + 1e-9)


@given(times, times)
def test_a_notebook_over_its_time_is_expected_any_moment(expected: float, elapsed: float) -> None:
    left = notebook_left(expected, elapsed)
    assert left is not None
    assert left >= 0
    assert (left_in_words(left) == "any moment now") == (elapsed >= expected)


@given(times)
def test_an_estimate_in_words_is_never_too_short_and_a_time_that_passed_never_too_long(seconds: float) -> None:
    assert in_seconds(about(seconds)) >= seconds
    assert in_seconds(span(seconds)) <= seconds


def in_seconds(words: str) -> float:
    unit = {"s": 1, "min": 60, "h": 3600}
    return sum(float(number) * unit[name] for number, name in re.findall(r"([\d.]+) (s|min|h)", words))


durations = st.tuples(st.one_of(st.none(), times), times)


@given(st.lists(durations, max_size=8), st.integers(1, 4), st.floats(0, 1))
def test_the_time_left_of_a_run_never_is_negative_never_rises_by_waiting_and_falls_to_nothing(
    notebooks: list[tuple[float | None, float]], jobs: int, part: float
) -> None:
    clock = Clock()
    board = Board(jobs, clock)
    keys = [("base", f"topic_{i}") for i in range(len(notebooks))]
    board.expect(keys, {key: told for key, (told, _) in zip(keys, notebooks, strict=True) if told is not None})
    ends: dict[tuple[str, str], float] = {}
    waiting = dict(zip(keys, (real for _, real in notebooks), strict=True))
    while waiting or ends:
        while waiting and len(ends) < jobs:
            key = next(iter(waiting))
            board.start(*key)
            ends[key] = clock.time + waiting.pop(key)
        first = min(ends, key=lambda key: ends[key])
        before = board.left()
        clock.time += part * (ends[first] - clock.time)
        assert_falls(before, board.left())
        clock.time = ends.pop(first)
        board.finish("base", NotebookResult(first[1], "complete"))
        assert "-" not in board.outlook()
    assert board.left() == 0


def assert_falls(before: float | None, after: float | None) -> None:
    assert (before is None) == (after is None)
    assert before is None or after is None or 0 <= after <= before


def board_of(seconds: dict[str, Any], jobs: int = 1) -> tuple[Board, Clock]:
    clock = Clock()
    board = Board(jobs, clock)
    board.expect([("base", name) for name in seconds], {("base", name): value for name, value in seconds.items()})
    return board, clock


def test_the_line_on_the_run_counts_what_is_done_and_tells_what_is_left() -> None:
    board, clock = board_of({"a": 30.0, "b": 20.0, "c": 10.0})
    assert board.outlook() == "0 of 3 done after 0.0 s, about 60 s left"
    board.start("base", "a")
    clock.time += 25
    assert board.outlook() == "0 of 3 done after 25 s, about 35 s left"
    clock.time += 10
    assert board.outlook() == "0 of 3 done after 35 s, about 30 s left"
    for name in "abc":
        board.finish("base", NotebookResult(name, "complete"))
    assert board.outlook() == "3 of 3 done after 35 s, any moment now"


def test_what_nobody_has_timed_is_not_guessed() -> None:
    board, _ = board_of({"a": 30.0, "b": None})
    assert board.outlook() == "0 of 2 done after 0.0 s, at least 30 s left"
    board.finish("base", NotebookResult("a", "reused"))
    assert board.outlook() == "1 of 2 done after 0.0 s"


@pytest.mark.parametrize("nonsense", [float("nan"), float("inf"), -3.0, "12", True])
def test_a_time_in_an_old_record_that_is_none_counts_as_unknown(nonsense: object) -> None:
    board, _ = board_of({"a": nonsense})
    assert board.left() is None


def test_a_notebook_that_is_begun_again_is_timed_from_its_new_beginning() -> None:
    board, clock = board_of({"a": 30.0})
    board.start("base", "a")
    clock.time += 20
    board.start("base", "a")
    assert board.left() == 30


def test_what_is_told_of_further_notebooks_forgets_nothing_of_those_that_ran() -> None:
    board, _ = board_of({"a": 30.0})
    board.finish("base", NotebookResult("a", "complete"))
    board.expect([("base", "a"), ("base", "b")], {("base", "b"): 5.0})
    assert board.outlook() == "1 of 2 done after 0.0 s, about 5 s left"


def test_a_notebook_is_named_with_its_scenario_only_where_there_are_several() -> None:
    board, _ = board_of({"a": 1.0})
    row = board.start("base", "a")
    assert board.name(row) == "a"
    board.start("low", "a")
    assert board.name(row) == "base: a"


def test_the_last_line_counts_how_notebooks_ended_and_names_those_that_did_not() -> None:
    board, clock = board_of(dict.fromkeys("abcdef"))
    board.finish("base", NotebookResult("a", "reused"))
    board.start("base", "b")
    board.finish("base", NotebookResult("b", "failed", failure=Failure("", 0, "KeyError", "x")))
    board.finish("base", NotebookResult("c", "skipped"))
    board.finish("base", NotebookResult("d", "complete"))
    board.start("base", "e")
    clock.time += 61
    words = "1 complete, 1 not run again, 1 FAILED, 1 skipped, stopped: e, 1 not begun"
    assert board.summary() == f"run ended after 1 min 1 s: {words}"
