"""Whatever the company and the day, nothing later than the day shows in any table."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from salesops.tables.schemas import CONTRACT
from tests.tables import as_of_companies as companies

if TYPE_CHECKING:
    Frames = dict[str, pd.DataFrame]

LAST_DAY = date(2026, 9, 30)
SEEDS, DAYS = st.sampled_from((1, 2)), st.dates(date(2021, 1, 1), LAST_DAY)
few = settings(max_examples=3, deadline=None)


def assert_same(then: Frames, other: Frames) -> None:
    for name, frame in then.items():
        pd.testing.assert_frame_equal(frame, other[name], check_dtype=False, obj=name)


def assert_same_where_both_tell(then: Frames, other: Frames) -> None:
    for name, frame in then.items():
        assert len(frame) == len(other[name]), name
        both = frame.notna() & other[name].notna()
        pd.testing.assert_frame_equal(frame.where(both), other[name].where(both), check_dtype=False, obj=name)


@few
@given(seed=SEEDS, day=DAYS)
@example(seed=1, day=LAST_DAY)
def test_no_day_of_an_event_is_later_than_as_of(seed: int, day: date) -> None:
    then = companies.known_of(seed, day)
    assert set(then) == set(CONTRACT)
    for name, frame in then.items():
        for column in CONTRACT[name].columns:
            if column.type == "date" and column.name not in companies.PLANS:
                assert not (frame[column.name] > pd.Timestamp(day)).any(), (name, column.name)


@few
@given(seed=SEEDS, day=DAYS)
@example(seed=1, day=date(2026, 9, 1))
def test_what_happens_later_changes_nothing(seed: int, day: date) -> None:
    then, told_later = companies.known_of(seed, day), companies.known_of(seed, day, future=True)
    # On its last day a company also shows values of today; before, both must agree in every cell.
    same = assert_same_where_both_tell if day == LAST_DAY else assert_same
    same(then, told_later)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_month_later_the_last_day_is_remembered_as_it_was(seed: int) -> None:
    then, told_later = companies.known_of(seed, LAST_DAY), companies.known_of(seed, LAST_DAY, future=True)
    assert_same_where_both_tell(then, told_later)
    # Stages, amounts and expected closings come back from the history without a gap.
    shown = ["opportunity_id", "status", "stage", "amount", "expected_close", "closed_at"]
    pd.testing.assert_frame_equal(then["opportunities"][shown], told_later["opportunities"][shown])


@few
@given(seed=SEEDS, day=DAYS)
def test_an_export_made_on_the_day_tells_the_same(seed: int, day: date) -> None:
    export = companies.past_alone(companies.company(seed), pd.Timestamp(day))
    then = companies.known(companies.registered(export), day)
    assert_same_where_both_tell(companies.known_of(seed, day), then)


@few
@given(seed=SEEDS, day=DAYS)
def test_to_cut_twice_is_to_cut_once(seed: int, day: date) -> None:
    once = companies.known_of(seed, day)
    assert_same(once, companies.known(companies.registered(once), day))


@few
@given(seed=SEEDS, days=st.tuples(DAYS, DAYS).map(sorted))
def test_events_are_never_forgotten(seed: int, days: list[date]) -> None:
    earlier, later = (companies.known_of(seed, day) for day in days)
    for name, day in companies.DAY_OF.items():
        key = list(CONTRACT[name].key)
        if key:
            assert set(earlier[name][key].itertuples(index=False)) <= set(later[name][key].itertuples(index=False))
        passed = later[name][later[name][day] <= pd.Timestamp(days[0])]
        pd.testing.assert_series_equal(passed[day].value_counts(), earlier[name][day].value_counts(), check_dtype=False)
