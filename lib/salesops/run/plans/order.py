"""In which order notebooks run, by what each says it reads from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from salesops.run.plans.topics import Topic


def in_order(topics: Mapping[str, Topic], wanted: Sequence[str]) -> list[str]:
    """Return notebooks so that what one reads from comes before it, and otherwise as they were given.

    Parameters
    ----------
    topics
        All topics by name.
    wanted
        Which of them to put in order. What they read from and is not among them has no say.

    Raises
    ------
    InputError
        If some read each other in a circle.
    """
    left, ordered = list(wanted), list[str]()
    while left:
        ready = next((name for name in left if not set(topics[name].upstream) & set(left)), None)
        if ready is None:
            raise InputError(*_circles(topics, left))
        left.remove(ready)
        ordered.append(ready)
    return ordered


def with_what_it_needs(topics: Mapping[str, Topic], only: Iterable[str]) -> list[str]:
    """Return notebooks and everything that they read from, directly or through others, in the order of `topics`."""
    found = _reached({name: topic.upstream for name, topic in topics.items()}, only)
    return [name for name in topics if name in found]


def _reached(steps: Mapping[str, Sequence[str]], start: Iterable[str]) -> set[str]:
    found, ahead = set[str](), list(start)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += steps.get(name, ())
    return found


def order_faults(topics: Mapping[str, Topic], wanted: Sequence[str]) -> list[str]:
    """Return what is wrong with what notebooks say they read from: names of no notebook, and circles.

    Parameters
    ----------
    topics
        All topics by name.
    wanted
        Those that are to run; the others may be unfinished.
    """
    return [*_unknown(topics, wanted), *_circles(topics, wanted)]


def _unknown(topics: Mapping[str, Topic], names: Sequence[str]) -> Iterator[str]:
    for name in names:
        for source in topics[name].upstream:
            if source not in topics:
                hint = did_you_mean(source, topics.keys() - {name})
                yield f'{name}: upstream "{source}" is no notebook: {hint}'


def _circles(topics: Mapping[str, Topic], names: Sequence[str]) -> Iterator[str]:
    seen = set[frozenset[str]]()
    for name in names:
        circle = _shortest_way(topics, name)
        if circle and frozenset(circle) not in seen:
            seen.add(frozenset(circle))
            yield _circle_in_words(circle)


def _shortest_way(topics: Mapping[str, Topic], name: str) -> list[str]:
    """Return the shortest way of reading that leads from a notebook back to itself, without its end."""
    ways = [[name]]
    passed = set[str]()
    for way in ways:
        for source in topics[way[-1]].upstream if way[-1] in topics else ():
            if source == name:
                return way
            if source not in passed:
                passed.add(source)
                ways.append([*way, source])
    return []


def _circle_in_words(circle: Sequence[str]) -> str:
    first, *others = circle
    if not others:
        return f"{first} reads itself: remove it from its own upstream"
    return f"{first} reads " + ", which reads ".join([*others, first]) + ": remove one of these from its upstream"
