"""Rules of at most three conditions that a salesperson can apply by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from salesops.customer_segmentation.human_numbers import human_numbers, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from salesops.customer_segmentation.arrays import Bools
    from salesops.customer_segmentation.traits import Condition

MOST_CONDITIONS = 3
# A further condition has to make a rule better by this much, or it is not worth remembering.
WORTH_A_CONDITION = 0.01
THRESHOLDS, BEAM = 40, 6
TRAINED = 0.6
MOST_CUSTOMERS = 5_000


class Test(NamedTuple):
    """One condition: a column against a threshold."""

    condition: Condition
    threshold: float
    at_least: bool

    def holds(self, features: pd.DataFrame) -> Bools:
        """Return for which customers it holds; for none whose value is missing."""
        values = features[self.condition.column].to_numpy("float64", na_value=np.nan)
        holds: Bools = values >= self.threshold if self.at_least else values < self.threshold
        return holds

    def __str__(self) -> str:
        words = self.condition.at_least if self.at_least else self.condition.below
        return words.format(spoken(self.threshold))


@dataclass(frozen=True)
class Rule:
    """Who belongs to a segment, in one sentence, and how far the sentence holds.

    Parameters
    ----------
    tests
        All of which must hold.
    precision, recall, f1
        Among customers that the rule was not made from: share of those it names that belong to the segment, share of
        the segment that it names, and their harmonic mean.
    """

    tests: tuple[Test, ...]
    precision: float
    recall: float
    f1: float

    def holds(self, features: pd.DataFrame) -> Bools:
        """Return for which customers the rule holds."""
        return _all_hold(self.tests, features)

    def __str__(self) -> str:
        by_column: dict[Condition, list[Test]] = {}
        for test in self.tests:
            by_column.setdefault(test.condition, []).append(test)
        text = ", and ".join(_in_words(tests) for tests in by_column.values()) or "every customer"
        return text[0].upper() + text[1:]


def _in_words(tests: Sequence[Test]) -> str:
    """Return the tests of one column in words; two sides of it as one range."""
    if len(tests) == 1:
        return str(tests[0])
    low, high = sorted(test.threshold for test in tests)
    return tests[0].condition.between.format(spoken(low), spoken(high))


def segment_rule(features: pd.DataFrame, members: Bools, conditions: Sequence[Condition]) -> Rule:
    """Return the best rule that a search finds for one segment.

    Conjunctions grow one condition at a time from the six best so far (a beam), each with a threshold that is a
    round number to begin with. Three customers in five make the rule, the others judge it.

    Parameters
    ----------
    features
        Customers, n of them.
    members
        Who belongs to the segment, shape (n,).
    conditions
        Columns that a rule may speak of.
    """
    rows = np.random.default_rng(0).permutation(len(features))[:MOST_CUSTOMERS]
    makes, judges = np.split(rows, [int(TRAINED * len(rows))])
    tests = _search(features.iloc[makes], members[makes], _tests(features, conditions))
    named, belong = _all_hold(tests, features.iloc[judges]), members[judges]
    return Rule(tests, *_fidelity(named, belong))


def _tests(features: pd.DataFrame, conditions: Sequence[Condition]) -> list[Test]:
    """Return every condition at every round number within the range of its column."""
    found = {}
    for condition in conditions:
        values = features[condition.column].to_numpy("float64", na_value=np.nan)
        cuts = np.nanquantile(values, np.linspace(0.02, 0.98, THRESHOLDS))
        found[condition] = human_numbers(cuts, whole=condition.whole)
    return [Test(c, cut, side) for c, cuts in found.items() for cut in cuts.tolist() for side in (True, False)]


def _search(features: pd.DataFrame, members: Bools, tests: Sequence[Test]) -> tuple[Test, ...]:
    holds = np.array([test.holds(features) for test in tests]).T
    best: tuple[int, ...] = ()
    best_score = 2 * members.mean() / (members.mean() + 1)
    beam = [best]
    for _ in range(MOST_CONDITIONS):
        scored = _grown(beam, tests, holds, members)
        beam = sorted(scored, key=lambda rule: (-scored[rule], rule))[:BEAM]
        if not beam or scored[beam[0]] <= best_score + WORTH_A_CONDITION:
            break
        best, best_score = beam[0], scored[beam[0]]
    return tuple(tests[place] for place in best)


def _grown(
    beam: Sequence[tuple[int, ...]], tests: Sequence[Test], holds: Bools, members: Bools
) -> dict[tuple[int, ...], float]:
    """Return each rule of the beam with each further condition, with its F1 on the customers at hand."""
    scored = {}
    for rule in beam:
        so_far = holds[:, list(rule)].all(axis=1)
        hits = (so_far & members).astype(float) @ holds
        f1 = 2 * hits / (so_far.astype(float) @ holds + members.sum())
        used = {(tests[place].condition.column, tests[place].at_least) for place in rule}
        for place, score in enumerate(f1):
            if (tests[place].condition.column, tests[place].at_least) not in used:
                scored[tuple(sorted((*rule, place)))] = float(score)
    return scored


def _all_hold(tests: Sequence[Test], features: pd.DataFrame) -> Bools:
    holds = np.ones(len(features), dtype=bool)
    for test in tests:
        holds &= test.holds(features)
    return holds


def _fidelity(named: Bools, belong: Bools) -> tuple[float, float, float]:
    hits = int((named & belong).sum())
    precision, recall = hits / max(int(named.sum()), 1), hits / max(int(belong.sum()), 1)
    return precision, recall, 2 * hits / max(int(named.sum() + belong.sum()), 1)
