"""The model by columns alone, against scikit-learn's own parts and against leads that nobody here made."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict, cross_val_score

from salesops.not_enough_data import NotEnoughData
from salesops.tables import load
from salesops.tables.check import check
from salesops.tables.imports import import_tables
from salesops.win_probability.column_judgement import judge_columns
from salesops.win_probability.column_model import ColumnModel
from salesops.win_probability.leak_guard import usable_columns
from salesops.win_probability.sections_columns import trust_or_columns

ROOT = Path(__file__).resolve().parents[2]
LEADS = ROOT.parent / "shared" / "real" / "lead_scoring_xeducation"
AFTER_THE_FACT = {"tags", "lead_quality", "last_activity", "last_notable_activity"}
KINDS = ("logistic", "boosting")


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(1)
    names = rng.choice(["web", "fair", "phone", "odd"], 3000, p=[0.5, 0.3, 0.195, 0.005])
    visits = rng.poisson(3, 3000).astype(float)
    odds = pd.Series(names).map({"web": -1.0, "fair": 0.0, "phone": 1.0, "odd": 0.0}).to_numpy() + 0.4 * (visits - 3)
    won = np.where(rng.random(3000) < 1 / (1 + np.exp(-odds)), "won", "lost")
    return pd.DataFrame({"source": names, "visits": visits}), won, 1 / (1 + np.exp(-odds))


@pytest.mark.parametrize("kind", KINDS)
def test_chances_are_those_of_the_truth(rows, kind):
    columns, won, truth = rows
    model = ColumnModel(kind, rounds=60).fit(columns, won)
    chance = model.predict_proba(columns)
    assert model.classes_.tolist() == ["lost", "won"]
    assert chance.sum(axis=1) == pytest.approx(np.ones(len(chance)))
    assert np.abs(chance[:, 1] - truth).mean() < 0.04


def test_the_logistic_is_scikit_learns_on_the_same_columns(rows):
    columns, won, _ = rows
    visits = (columns["visits"] - columns["visits"].mean()) / columns["visits"].std(ddof=0)
    common = columns["source"].where(columns["source"] != "odd", "~")
    by_hand = np.column_stack([pd.get_dummies(common).to_numpy(float), visits])
    wanted = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(by_hand, won).predict_proba(by_hand)
    found = ColumnModel(fewest=50).fit(columns, won).predict_proba(columns)
    assert found == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_an_estimator_that_scikit_learn_takes(rows, kind):
    columns, won, _ = rows
    model = ColumnModel(kind, fewest=5, rounds=20)
    assert clone(model).get_params() == model.get_params()
    assert cross_val_score(model, columns, won, cv=3, scoring="roc_auc").min() > 0.7
    assert set(model.fit(columns, won).predict(columns)) <= {"won", "lost"}


@pytest.mark.parametrize("kind", KINDS)
def test_rare_new_and_empty_values_get_a_chance_between_the_others(rows, kind):
    columns, won, _ = rows
    model = ColumnModel(kind, rounds=30).fit(columns, won)
    new = pd.DataFrame({"source": ["never seen", None, "odd"], "visits": [3.0, None, "3"]})
    chance = model.predict_proba(new)[:, 1]
    assert np.isfinite(chance).all()
    assert ((chance > 0.05) & (chance < 0.95)).all()


def test_numbers_written_as_text_are_numbers(rows):
    columns, won, _ = rows
    as_text = columns.assign(visits=columns["visits"].astype(int).astype(str))
    assert ColumnModel().fit(as_text, won).predict_proba(as_text) == pytest.approx(
        ColumnModel().fit(columns, won).predict_proba(columns)
    )


def test_one_class_is_refused_with_a_sentence(rows):
    with pytest.raises(ValueError, match="wants two classes; y holds 1"):
        ColumnModel().fit(rows[0], ["won"] * 3000)


@pytest.fixture(scope="module")
def leads(tmp_path_factory):
    if not LEADS.is_dir():
        pytest.skip(f"the leads of X Education are not at {LEADS}")
    out = tmp_path_factory.mktemp("leads") / "out"
    import_tables(ROOT / "params" / "imports" / "lead_scoring.yml", LEADS, out)
    assert check(out).faults == ()
    return load(out).frame("opportunities")


@pytest.mark.real_data
def test_every_lead_arrives_with_its_outcome_and_its_further_columns(leads):
    assert len(leads) == 9240
    assert (leads["status"] == "won").mean() == pytest.approx(0.3854, abs=5e-5)
    assert set(leads["status"]) == {"won", "lost"}
    assert {*AFTER_THE_FACT, "occupation", "website_seconds", "lead_origin"} <= set(leads.columns)
    assert not leads.isin(["Select"]).any().any()


@pytest.mark.real_data
def test_the_columns_filled_after_the_fact_are_found(leads):
    kept, left_out = usable_columns(leads)
    # What happened last is overwritten as time goes on, too; no other column is taken for a leak.
    assert {found.column for found in left_out} == AFTER_THE_FACT
    assert {"website_seconds", "occupation", "source", "lead_origin"} <= set(kept)


@pytest.mark.real_data
@pytest.mark.slow
def test_the_page_names_the_four_columns_and_gives_no_chance(leads):
    shown = trust_or_columns(NotEnoughData("days"), leads)
    page = shown._repr_html_()
    assert shown.headline.startswith("No chances, but columns tell won deals from lost ones")
    for column in AFTER_THE_FACT:
        assert column.replace("_", " ").capitalize() in page


@pytest.mark.real_data
@pytest.mark.slow
def test_leads_held_back_at_random_are_told_apart_without_those_columns(leads):
    # The export has no days: later leads cannot be held back, only a random fifth at a time.
    kept, _ = usable_columns(leads)
    won = (leads["status"] == "won").to_numpy()
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    areas = {
        kind: roc_auc_score(
            won, cross_val_predict(ColumnModel(kind), leads[list(kept)], won, cv=folds, method="predict_proba")[:, 1]
        )
        for kind in KINDS
    }
    assert areas["logistic"] > 0.88
    assert areas["boosting"] > 0.90


def closed_deals(columns, won):
    """Deals that nothing is known of but their columns: all were created and closed on one day."""
    day = pd.Timestamp("2026-09-30")
    ids = [f"D{i:04}" for i in range(len(won))]
    return columns.assign(
        opportunity_id=ids, account_id=ids, amount=0.0, created_at=day, closed_at=day, stage="Lead", status=won
    )


def test_where_no_chance_can_be_learned_the_page_says_what_columns_tell_and_what_was_left_out(rows):
    columns, won, truth = rows
    deals = closed_deals(columns.assign(serial=[f"{i:x}-{i}" for i in range(3000)]), won)
    learned = NotEnoughData("days")
    shown = trust_or_columns(learned, deals)
    told = judge_columns(deals)
    assert told.kept == ("source", "visits")
    areas = told.card[told.card["metric"] == "auc"].set_index("model")["value"]
    best_possible = roc_auc_score(won == "won", truth)
    assert areas.to_numpy() == pytest.approx(np.full(2, best_possible), abs=0.02)
    assert shown.headline.startswith("No chances, but columns tell won deals from lost ones")
    assert "Serial has 3,000 values for 3,000 deals: it names deals" in shown._repr_html_()


def test_columns_without_signal_are_said_to_tell_nothing(rows):
    columns, won, _ = rows
    shown = trust_or_columns(NotEnoughData("days"), closed_deals(columns, np.random.default_rng(3).permutation(won)))
    assert shown.headline == "No chances, and columns alone do not tell won deals from lost ones"


def test_few_deals_are_not_judged_by_their_columns(rows):
    columns, won, _ = rows
    few = judge_columns(closed_deals(columns, won).head(60))
    assert isinstance(few, NotEnoughData)
    assert "50 deals won and 50 lost" in str(few)
    shown = trust_or_columns(NotEnoughData("days"), closed_deals(columns, won).head(60))
    assert "days" in shown._repr_html_()
