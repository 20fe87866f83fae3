"""What the engine knows of each look is what arrays know of it, row by row."""

import numpy as np
import pandas as pd
import pytest

from salesops.tables import load
from salesops.tables.sample import generate
from salesops.win_probability import looks_by_query
from salesops.win_probability.deal_activity import activity_up_to
from salesops.win_probability.deal_history import known_then, running_state
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.looks import take_looks
from salesops.win_probability.looks_by_query import activity_by_query, by_query, stage_by_query
from salesops.win_probability.marks import days_of, month_marks
from salesops.win_probability.snapshots import take_snapshots

NAMES = ("accounts", "reps", "opportunities", "stage_history", "scorecards", "activities", "contacts")
OF_HISTORY = ["stage", "stage_since", "amount", "expected_close", "slips", "slipped_days"]


def with_gaps(tables):
    """The same company with blanks in the history, activities of no deal, and deals without a history."""
    rng = np.random.default_rng(6)
    history, done = tables["stage_history"].copy(), tables["activities"].copy()
    history.loc[rng.random(len(history)) < 0.3, "amount"] = np.nan
    history.loc[rng.random(len(history)) < 0.3, "expected_close"] = pd.NaT
    done.loc[rng.random(len(done)) < 0.2, "commitment"] = np.nan
    history = history[~history["opportunity_id"].isin(tables["opportunities"]["opportunity_id"].head(40))]
    return {**tables, "stage_history": history, "activities": done[done["occurred_at"] > "2022-06-01"]}


def poor(tables):
    """The least of both tables."""
    history = tables["stage_history"][["opportunity_id", "stage", "entered_at"]]
    return {**tables, "stage_history": history, "activities": tables["activities"].drop(columns="commitment")}


@pytest.fixture(scope="module", params=[dict, with_gaps, poor], ids=["whole", "with gaps", "least"])
def known(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    tables = request.param(generate(accounts=300, seed=9).tables)
    for name in NAMES:
        tables[name].to_csv(folder / f"{name}.csv", index=False)
    return load(folder, "2026-09-30")


@pytest.fixture(scope="module")
def looked(known):
    marks = month_marks(known.as_of, 60)
    tables = DealTables.of(known)
    return take_snapshots(tables.opportunities, tables.stage_history, tables.accounts, marks), tables, marks


def test_the_history_is_known_alike(looked):
    rows, tables, marks = looked
    arrays = known_then(running_state(tables.stage_history), rows["opportunity_id"], days_of(rows["snapshot"]))
    asked = stage_by_query(rows, tables.queries, marks)
    there = [column for column in OF_HISTORY if column in arrays]
    assert sorted(asked.columns) == sorted(there)
    pd.testing.assert_frame_equal(asked[there], arrays[there], check_dtype=False)


def test_activities_are_counted_alike(looked):
    rows, tables, marks = looked
    arrays = activity_up_to(rows, tables.activities)
    asked = activity_by_query(rows, tables.queries, marks)
    pd.testing.assert_frame_equal(asked[list(arrays.columns)], arrays, check_dtype=False)
    assert set(asked.columns) == set(arrays.columns)


def test_all_features_are_the_same_whoever_was_asked(looked, monkeypatch):
    _, tables, marks = looked
    arrays = take_looks(tables.opportunities, tables, marks, use_contacts=True)
    monkeypatch.setattr(looks_by_query, "MANY_ENTRIES", 1)
    asked = take_looks(tables.opportunities, tables, marks, use_contacts=True)
    pd.testing.assert_frame_equal(asked[list(arrays.columns)], arrays, check_dtype=False)


def test_only_long_tables_that_an_engine_holds_are_asked_of_it(looked):
    _, tables, _ = looked
    assert not by_query("stage_history", tables.stage_history, tables.queries)
    many = pd.DataFrame(index=range(looks_by_query.MANY_ENTRIES))
    assert by_query("stage_history", many, tables.queries)
    assert not by_query("stage_history", many, {})
