"""What a snapshot knows is what was known on its day."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.marks import coming_quarters, month_marks
from salesops.win_probability.records import record_up_to
from salesops.win_probability.snapshots import outcomes, take_snapshots

MARKS = month_marks(date(2026, 9, 30), 8)
ABSENT = NotEnoughData("stage_history")


def deals(**changes):
    frame = {
        "opportunity_id": ["D1"],
        "account_id": ["A1"],
        "amount": [900.0],
        "created_at": pd.to_datetime(["2026-02-10"]),
        "stage": ["decision"],
        "status": ["won"],
        "closed_at": pd.to_datetime(["2026-06-15"]),
        "rep_id": ["R1"],
    }
    return pd.DataFrame({**frame, **changes})


HISTORY = pd.DataFrame(
    {
        "opportunity_id": "D1",
        "stage": ["need", "need", "comparison", "decision"],
        "entered_at": pd.to_datetime(["2026-02-10", "2026-03-20", "2026-04-05", "2026-05-31"]),
        "amount": [500.0, np.nan, 700.0, 900.0],
        "expected_close": pd.to_datetime(["2026-04-30", "2026-05-30", "2026-05-30", "2026-06-30"]),
    }
)


def test_a_deal_is_looked_at_on_each_mark_between_its_birth_and_its_closing():
    rows = take_snapshots(deals(), ABSENT, ABSENT, MARKS)
    looks = rows["snapshot"].dt.strftime("%m-%d").tolist()
    assert looks == ["02-28", "03-31", "04-30", "05-31"]
    assert rows["age_days"].tolist() == [18, 49, 79, 110]


def test_stage_amount_and_expected_closing_are_those_of_the_day_not_of_today():
    rows = take_snapshots(deals(), HISTORY, ABSENT, MARKS)
    assert rows["stage"].tolist() == ["need", "need", "comparison", "decision"]
    assert rows["amount"].tolist() == [500, 500, 700, 900]
    assert rows["days_in_stage"].tolist() == [18, 49, 25, 0]
    assert rows["days_to_expected_close"].tolist() == [61, 60, 30, 30]
    assert rows["slips"].tolist() == [0, 1, 1, 2]
    assert rows["slipped_days"].tolist() == [0, 30, 30, 61]


def test_without_history_nothing_that_may_have_changed_since_is_used():
    rows = take_snapshots(deals(), ABSENT, ABSENT, MARKS)
    assert not {"stage", "amount", "expected_close"} & set(rows.columns)


def test_a_deal_whose_history_begins_later_is_not_given_another_deals_past():
    both = pd.concat([deals(), deals(opportunity_id=["D2"])])
    rows = take_snapshots(both, HISTORY, ABSENT, MARKS)
    assert rows.loc[rows["opportunity_id"] == "D2", "stage"].isna().all()


@settings(max_examples=25)
@given(st.dates(date(2026, 1, 1), date(2026, 9, 30)), st.text("abc", min_size=1, max_size=3))
def test_what_happens_after_a_look_never_changes_what_was_seen(day, stage):
    later = pd.DataFrame(
        {"opportunity_id": "D1", "stage": [stage], "entered_at": pd.to_datetime([day]), "amount": [1.0]}
    )
    history = pd.concat([HISTORY, later]).astype({"expected_close": "datetime64[us]"})
    before = take_snapshots(deals(), HISTORY, ABSENT, MARKS)
    after = take_snapshots(deals(), history, ABSENT, MARKS)
    earlier = before["snapshot"] < pd.Timestamp(day)
    pd.testing.assert_frame_equal(before[earlier], after[earlier])


def test_a_closing_after_the_known_day_is_not_known():
    rows = take_snapshots(deals(), ABSENT, ABSENT, MARKS)
    assert outcomes(rows, 8)["kind"].tolist() == ["won"] * 4
    # Mark 4 is 31 May, before the closing of 15 June.
    assert outcomes(rows, 4)["kind"].tolist() == ["open"] * 4
    # From the end of February, June is in the second quarter ahead; from the end of March in the first.
    assert outcomes(rows, 8)["quarter"].tolist() == [1, 0, 0, 0]


def test_a_record_counts_only_what_had_closed_by_the_day():
    past = pd.DataFrame(
        {
            "status": ["won", "won", "lost"],
            "closed_at": pd.to_datetime(["2026-03-01", "2026-05-01", "2026-05-01"]),
            "rep_id": ["R1", "R1", "R2"],
        }
    )
    looks = pd.DataFrame(
        {"rep_id": ["R1", "R1", "R2", "R9", None], "snapshot": pd.to_datetime(["2026-02-01", *["2026-06-01"] * 4])}
    )
    record = record_up_to(looks, past, "rep_id")
    assert record[0] == 0
    assert record[1] > 0 > record[2]
    assert record[3:].tolist() == [0, 0]


@pytest.mark.parametrize(("day", "first", "ahead"), [("2026-09-30", "2026Q4", 1.0), ("2026-11-15", "2026Q4", 0.5)])
def test_this_quarter_is_the_one_that_the_next_day_belongs_to(day, first, ahead):
    quarters = coming_quarters(date.fromisoformat(day))
    assert quarters["period"][0] == first
    assert quarters["quarters_ahead"][0] == pytest.approx(ahead, abs=0.01)


def test_marks_in_the_middle_of_a_month_keep_their_place():
    assert month_marks(date(2026, 3, 15), 2).astype(str).tolist() == ["2026-01-15", "2026-02-15", "2026-03-15"]
