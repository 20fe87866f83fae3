"""What a notebook reads from comes before it; circles and unknown names are refused by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops.errors import InputError
from salesops.parameters import NotebookParameters
from salesops.run.plans.order import in_order, order_faults, with_what_it_needs
from salesops.run.plans.plan import Plan
from salesops.run.plans.topics import Topic, plan_faults

NAMES = "abcdefgh"


def topics(**upstream: str) -> dict[str, Topic]:
    """Topics of one letter each, `a="bc"` for a notebook a that reads from b and c."""
    return {name: Topic(name, Path(f"{name}.ipynb"), NotebookParameters, tuple(of)) for name, of in upstream.items()}


@st.composite
def without_circles(draw: st.DrawFn) -> dict[str, Topic]:
    """Topics of which each reads from some that come earlier in a drawn order, listed in another one."""
    names = draw(st.permutations(NAMES))
    reads = {name: draw(st.sets(st.sampled_from(names[:i]))) if i else set() for i, name in enumerate(names)}
    return topics(**{name: "".join(sorted(reads[name])) for name in draw(st.permutations(NAMES))})


some = st.lists(st.sampled_from(NAMES), unique=True)


def test_a_notebook_waits_for_what_it_reads_and_the_others_stay_in_place() -> None:
    known = topics(a="c", b="", c="", d="b")
    assert in_order(known, ["a", "b", "c", "d"]) == ["b", "c", "a", "d"]
    assert in_order(known, ["d", "a"]) == ["d", "a"]


@given(without_circles(), some)
def test_each_notebook_comes_once_and_after_what_it_reads(known: dict[str, Topic], wanted: list[str]) -> None:
    found = in_order(known, wanted)
    assert sorted(found) == sorted(wanted)
    for name in found:
        assert not set(known[name].upstream) & set(found[found.index(name) :])


@given(without_circles(), some)
def test_an_order_that_is_right_already_is_kept(known: dict[str, Topic], wanted: list[str]) -> None:
    found = in_order(known, wanted)
    assert in_order(known, found) == found


@given(some)
def test_notebooks_that_read_nothing_run_as_the_plan_lists_them(wanted: list[str]) -> None:
    assert in_order(topics(**dict.fromkeys(NAMES, "")), wanted) == wanted


@given(without_circles(), some)
def test_a_notebook_needs_exactly_what_it_depends_on(known: dict[str, Topic], only: list[str]) -> None:
    needed = with_what_it_needs(known, only)
    reads = np.array([[other in known[name].upstream for other in known] for name in known])
    reached = np.linalg.matrix_power(reads + np.eye(len(known), dtype=int), len(known)) > 0
    assert needed == [
        name for name, by in zip(known, reached.T, strict=True) if set(np.array(list(known))[by]) & set(only)
    ]
    assert with_what_it_needs(known, needed) == needed


def test_needs_go_through_others() -> None:
    known = topics(a="b", b="c", c="", d="c", e="")
    assert with_what_it_needs(known, ["a"]) == ["a", "b", "c"]


def test_a_sound_order_has_no_fault_and_what_is_not_in_the_plan_is_none() -> None:
    known = topics(a="b", b="x")
    assert order_faults(known, ["a"]) == []


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (topics(a="b", b="a"), ["a reads b, which reads a: remove one"]),
        (topics(a="b", b="c", c="a", d="a"), ["a reads b, which reads c, which reads a: remove one"]),
        (topics(a="a"), ["a reads itself: remove it"]),
        (topics(a="b", b="a", c="d", d="c"), ["a reads b, which reads a", "c reads d, which reads c"]),
    ],
)
def test_a_circle_is_named_once(known: dict[str, Topic], said: list[str]) -> None:
    found = order_faults(known, list(known))
    assert len(found) == len(said)
    for sentence, part in zip(found, said, strict=True):
        assert part in sentence
    with pytest.raises(InputError, match=said[0]):
        in_order(known, list(known))


def test_a_circle_through_a_notebook_outside_of_the_plan_is_one_too() -> None:
    assert len(order_faults(topics(a="b", b="a"), ["a"])) == 1


def test_a_plan_whose_notebook_reads_from_none_names_the_nearest() -> None:
    known = {
        "forecast": Topic("forecast", Path("forecast.ipynb"), NotebookParameters, ("win_probabilty",)),
        "win_probability": Topic("win_probability", Path("win_probability.ipynb"), NotebookParameters),
    }
    (fault,) = plan_faults(Plan(name="q", notebooks=["forecast"]), known)
    assert fault == 'forecast: upstream "win_probabilty" is no notebook: did you mean "win_probability"?'
