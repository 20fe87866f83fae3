"""The funnel, by hand and by theory."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.funnel import stage_conversion
from salesops.win_probability.passage import passage
from salesops.win_probability.stages import first_entries
from salesops.win_probability.wilson import wilson_interval

AS_OF = date(2026, 9, 30)


def tables(paths):
    """Deals as (status, closed, [(stage, day), …]), days of 2026 as "06-15"."""
    deal = [
        {
            "opportunity_id": f"D{i}",
            "amount": 100.0,
            "status": status,
            "stage": path[-1][0],
            "closed_at": pd.Timestamp(f"2026-{closed}") if closed else pd.NaT,
        }
        for i, (status, closed, path) in enumerate(paths)
    ]
    history = [
        {"opportunity_id": f"D{i}", "stage": stage, "entered_at": pd.Timestamp(f"2026-{day}")}
        for i, (_, _, path) in enumerate(paths)
        for stage, day in path
    ]
    return pd.DataFrame(deal), pd.DataFrame(history)


FOUR_DEALS = [
    ("won", "03-01", [("need", "01-01"), ("compare", "01-31"), ("won", "03-01")]),
    ("lost", "04-01", [("need", "01-01"), ("compare", "03-02"), ("closed lost", "04-01")]),
    ("lost", "01-11", [("need", "01-01"), ("closed lost", "01-11")]),
    ("lost", "02-10", [("need", "01-01"), ("closed lost", "02-10")]),
]


def test_four_deals_by_hand():
    funnel = stage_conversion(*tables(FOUR_DEALS), AS_OF, 4).set_index("stage")
    assert funnel.index.tolist() == ["need", "compare"]
    assert funnel["conversion"].tolist() == [0.5, 0.5]
    assert funnel["left"].tolist() == [4, 2]
    # They left the first stage after 10, 30, 40 and 60 days.
    assert funnel.loc["need", ["days_q1", "days_median", "days_q3"]].tolist() == [10, 30, 40]


def test_the_interval_is_wilsons():
    funnel = stage_conversion(*tables(FOUR_DEALS), AS_OF, 4)
    low, high = proportion_confint(2, 4, alpha=0.2, method="wilson")
    assert funnel.loc[0, ["low", "high"]].tolist() == pytest.approx([low, high])


def test_a_published_wilson_interval():
    # Newcombe (1998), table I: 81 of 263 at 95%: 0.2553 to 0.3662.
    low, high = wilson_interval(81, 263, level=0.95)
    assert (round(float(low), 4), round(float(high), 4)) == (0.2553, 0.3662)


def test_a_deal_that_skips_a_stage_goes_on_and_one_that_goes_back_is_counted_once():
    usual = [("won", "06-01", [("need", "01-01"), ("approve", "02-01"), ("compare", "03-01")])] * 3
    skips = ("won", "06-01", [("need", "01-01"), ("compare", "02-01")])
    back = ("lost", "06-01", [("approve", "01-01"), ("compare", "02-01"), ("need", "03-01")])
    funnel = stage_conversion(*tables([*usual, skips, back]), AS_OF, 4).set_index("stage")
    assert funnel.index.tolist() == ["need", "approve", "compare"]
    assert funnel["left"].tolist() == [4, 4, 5]
    assert funnel.loc["need", "conversion"] == 1
    assert funnel.loc["compare", "conversion"] == pytest.approx(0.8)


def test_stages_that_only_record_the_ending_are_no_stages():
    assert first_entries(*tables(FOUR_DEALS)).columns.tolist() == ["need", "compare"]


def test_without_history_the_funnel_says_what_it_needs():
    opportunities, _ = tables(FOUR_DEALS)
    result = stage_conversion(opportunities, NotEnoughData("stage_history"), AS_OF, 4)
    assert str(result) == "not enough data: needs stage_history"


@given(st.lists(st.tuples(st.integers(0, 90), st.booleans()), min_size=1, max_size=40))
def test_without_censoring_the_share_is_the_plain_share(leavers):
    days = np.array([float(d) for d, _ in leavers])
    on = np.array([b for _, b in leavers])
    found = passage(days, on, np.ones(len(on), bool), np.zeros(len(on)))
    assert found.went_on == pytest.approx(on.mean())


def test_slow_losses_still_to_come_do_not_make_a_stage_look_better():
    """Half go on after about 20 days, half are lost after about 120; many entered lately."""
    rng = np.random.default_rng(2)
    goes_on = rng.random(8000) < 0.5
    wait = rng.exponential(np.where(goes_on, 20, 120))
    seen = rng.uniform(0, 400, 8000)
    left = wait <= seen
    found = passage(np.where(left, wait, seen), goes_on & left, left, np.zeros(8000))
    naive = goes_on[left].mean()
    assert found.went_on == pytest.approx(0.5, abs=0.02)
    assert naive > 0.55


def test_simulated_stages_come_out_in_their_order(pipeline, simulated, as_of):
    funnel = stage_conversion(pipeline.opportunities, pipeline.stage_history, as_of, 8)
    assert funnel["stage"].tolist() == simulated.STAGES.tolist()
    assert funnel["open_deals"].sum() == (pipeline.opportunities["status"] == "open").sum()
