"""Each feature holds what was known on the day of the look, and what is known only later is hidden."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops.win_probability.confirmations import last_review
from salesops.win_probability.customer_people import customer_people
from salesops.win_probability.deal_activity import activity_up_to
from salesops.win_probability.deal_facts import deal_facts, usual_spelling
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.features import choose_features
from salesops.win_probability.late_values import hide_late_values
from salesops.win_probability.looks import take_looks
from salesops.win_probability.marks import month_marks

MARKS = month_marks(date(2026, 9, 30), 9)
LOOKS = pd.DataFrame(
    {
        "opportunity_id": ["D1", "D1", "D1", "D2"],
        "snapshot": pd.to_datetime(["2026-01-31", "2026-03-31", "2026-06-30", "2026-06-30"]),
    }
)
REVIEWS = pd.DataFrame(
    {
        "opportunity_id": ["D1", "D1"],
        "scored_at": pd.to_datetime(["2026-02-10", "2026-03-31"]),
        "c6": [0, 1],
        "f1": [1, 1],
        "w1": [0, np.nan],
    }
)
ACTIVITIES = pd.DataFrame(
    {
        "opportunity_id": ["D1", "D1", "D1", None],
        "occurred_at": pd.to_datetime(["2026-01-10", "2026-03-01", "2026-03-31", "2026-01-02"]),
        "commitment": [1, 0, 1, 1],
    }
)
DEALS = pd.DataFrame(
    {
        "opportunity_id": ["D1", "D2"],
        "account_id": "A1",
        "amount": 1.0,
        "created_at": pd.to_datetime(["2026-01-05", "2026-01-05"]),
        "stage": "need",
        "status": ["won", "open"],
        "closed_at": pd.to_datetime(["2026-08-15", None]),
        "rep_id": "R1",
    }
)
REPS = pd.DataFrame({"rep_id": ["R1"], "hired_at": pd.to_datetime(["2026-02-28"])})


def test_the_scorecard_is_that_of_the_last_review_up_to_the_look():
    then = last_review(LOOKS, REVIEWS)
    assert then.loc[0].isna().all()
    # The review of 31 March is known on 31 March; an empty tick is not a tick.
    assert then.loc[1].tolist() == [1, 1, 0, 2, 0]
    assert then.loc[2, "days_since_review"] == 91
    assert then.loc[3].isna().all()


def test_activities_and_commitments_are_counted_up_to_the_look_and_over_90_days():
    then = activity_up_to(LOOKS, ACTIVITIES)
    assert then["activities"].tolist() == [1, 3, 3, 0]
    assert then["commitments"].tolist() == [1, 2, 2, 0]
    # 10 January is 80 days before 31 March; 31 March is 91 days before 30 June.
    assert then["recent_activities"].tolist() == [1, 3, 0, 0]
    assert then["recent_commitments"].tolist() == [1, 2, 0, 0]


def test_before_the_table_of_activities_begins_nothing_is_known_of_them():
    early = LOOKS.assign(snapshot=pd.Timestamp("2025-12-31"))
    assert activity_up_to(early, ACTIVITIES).isna().all(axis=None)


def entered(table, day):
    if table == "scorecards":
        return pd.DataFrame({"opportunity_id": ["D1"], "scored_at": [day], "c6": [1], "f1": [0], "w1": [1]})
    return pd.DataFrame({"opportunity_id": ["D1"], "occurred_at": [day], "commitment": [1]})


@settings(max_examples=25, deadline=None)
@given(st.dates(date(2026, 4, 1), date(2026, 9, 30)), st.sampled_from(["scorecards", "activities"]))
def test_what_is_entered_after_a_look_never_changes_what_was_known(day, table):
    tables = {"scorecards": REVIEWS, "activities": ACTIVITIES}
    more = {**tables, table: pd.concat([tables[table], entered(table, pd.Timestamp(day))], ignore_index=True)}
    before, after = (take_looks(DEALS, DealTables(DEALS, **t), MARKS, use_contacts=True) for t in (tables, more))
    earlier = before["snapshot"] < pd.Timestamp(day)
    pd.testing.assert_frame_equal(before[earlier], after[earlier])


def test_a_reps_time_with_us_is_counted_to_the_look_and_unknown_before():
    looks = take_looks(DEALS, DealTables(DEALS, reps=REPS), MARKS, use_contacts=True)
    tenure = looks[looks["opportunity_id"] == "D1"].set_index("snapshot")["rep_tenure_days"]
    assert np.isnan(tenure["2026-01-31"])
    assert tenure["2026-03-31"] == 31


def test_contacts_are_used_only_if_wanted():
    contacts = pd.DataFrame({"account_id": ["A1"], "decision_role": ["decider"], "attitude": [2]})
    tables = DealTables(DEALS, contacts=contacts)
    assert take_looks(DEALS, tables, MARKS, use_contacts=True)["roles_covered"].eq(1 / 7).all()
    assert "roles_covered" not in take_looks(DEALS, tables, MARKS, use_contacts=False)
    assert customer_people(pd.Series(["nobody known"]), contacts)["roles_covered"].tolist() == [0]


def test_facts_of_a_deal():
    deals = pd.DataFrame(
        {
            "opportunity_id": ["a", "b", "c"],
            "rep_id": "R1",
            "solution_rep_id": ["R2", None, "R2"],
            "fulfilment_rep_id": "R3",
            "our_price": [110.0, 100.0, 100.0],
            "competitor_price": [100.0, 0.0, np.nan],
        }
    )
    facts = deal_facts(pd.Series(["c", "b", "a"]), deals)
    assert facts["iron_triangle"].tolist() == [1, 0, 1]
    assert facts["price_gap"].tolist() == pytest.approx([np.nan, np.nan, np.log(1.1)], nan_ok=True)
    assert usual_spelling(pd.Series([None, None])).isna().all()


def looks_in_two_stages(filled_open, filled_closed):
    """100 looks at closed and 100 at open deals in each of two stages; how many of them name a competitor."""
    parts = []
    for stage, at_open, at_closed in zip(("early", "late"), filled_open, filled_closed, strict=True):
        for closed_mark, mark, filled in ((-1, 20, at_open), (20, 15, at_closed)):
            named = np.where(np.arange(100) < filled, np.where(np.arange(100) % 2, "Kestrel", "Norvia"), None)
            parts.append(pd.DataFrame({"stage": stage, "mark": mark, "closed_mark": closed_mark, "competitor": named}))
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(opportunity_id=rows.index.astype(str))


def test_a_value_that_open_deals_do_not_show_yet_in_a_stage_is_hidden_in_that_stage():
    rows, hidden = hide_late_values(looks_in_two_stages((5, 90), (80, 95)), 20)
    assert rows.loc[rows["stage"] == "early", "competitor"].isna().all()
    assert (rows.loc[rows["stage"] == "late", "competitor"] == "none named").sum() == 15
    assert "80% of deals that have closed since and 5% of open deals in early" in hidden["competitor"]
    assert choose_features(rows, hidden).used == ("stage", "competitor")


def test_a_value_filled_at_closing_alone_is_left_out_altogether():
    rows, hidden = hide_late_values(looks_in_two_stages((0, 0), (60, 60)), 20)
    choice = choose_features(rows, hidden)
    assert "competitor" not in choice.used
    assert "would tell the outcome" in choice.left_out["competitor"]


def test_a_value_known_from_the_start_is_kept_and_its_emptiness_means_nobody():
    rows, hidden = hide_late_values(looks_in_two_stages((70, 75), (72, 70)), 20)
    assert not hidden
    assert rows["competitor"].isin(["Kestrel", "Norvia", "none named"]).all()


def test_a_category_that_names_each_deal_is_left_out():
    rows = pd.DataFrame({"opportunity_id": list("abcdef"), "source": list("uvwxyz"), "age_days": range(6)})
    choice = choose_features(rows)
    assert choice.used == ("age_days",)
    assert "names deals" in choice.left_out["source"]
