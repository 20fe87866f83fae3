"""The contest: each rule does what its name says, and the one that fits the truth wins."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from salesops.win_probability.boosted import BoostedHazard
from salesops.win_probability.contest import losses_of, winner_of
from salesops.win_probability.contestants import BASE, MODEL, SIMPLEST_FIRST, simple_chances, stated_chances
from salesops.win_probability.customer_pace import customer_pace
from salesops.win_probability.evaluate import LATER_CLOSINGS, STATED_DATES
from salesops.win_probability.snapshots import outcomes
from salesops.win_probability.undated_people import people_marked_by_closings


def test_the_hazards_win_where_the_truth_is_hazards(learned):
    card = learned.judgement.model_card
    loss = card[(card["split"] == LATER_CLOSINGS) & (card["metric"] == "log_loss")].set_index("model")["value"]
    assert set(loss.index) <= set(SIMPLEST_FIRST)
    assert len(loss) >= 5
    assert loss[MODEL] <= loss.min() * 1.02
    assert loss[MODEL] < loss[BASE]


def test_each_stated_date_is_asked_for_only_where_it_has_passed(learned):
    card = learned.judgement.model_card
    kept = card[card["split"] == STATED_DATES].set_index(["model", "metric"])["value"]
    assert kept[(MODEL, "auc")] > 0.55
    # One share for all dates tells no date from another.
    assert kept[("reps' stated dates", "auc")] == 0.5


def test_of_two_that_cannot_be_told_apart_the_simpler_wins():
    rng = np.random.default_rng(1)
    truth = rng.uniform(0.2, 0.8, 400)
    closings = pd.DataFrame(
        {
            "opportunity_id": np.arange(400).astype(str),
            "status": np.where(rng.random(400) < truth, "won", "lost"),
        }
    )
    same = {BASE: truth, MODEL: truth + 1e-9}
    assert winner_of(losses_of(same, closings)) == BASE
    assert winner_of(losses_of({BASE: np.full(400, 0.5), MODEL: truth}, closings)) == MODEL


def test_a_stages_share_is_mixed_with_the_average():
    closed = pd.DataFrame(
        {
            "opportunity_id": list("abcdefgh"),
            "mark": 0,
            "stage": ["early"] * 4 + ["late"] * 4,
            "status": ["lost"] * 4 + ["won"] * 4,
        }
    )
    later = pd.DataFrame({"opportunity_id": ["x", "y"], "mark": 1, "stage": ["late", "never seen"]})
    chance = simple_chances(closed, later, ["stage"])["stage base rate"]
    assert chance == pytest.approx([(4 + 10 * 0.5) / 14, 0.5])


def test_a_stage_name_without_a_percentage_states_no_chance():
    assert stated_chances(pd.Series(["Negotiation 75%", "decision"])).isna().tolist() == [False, True]


def test_one_confirmation_more_never_lowers_a_boosted_chance(learned_from_reviews):
    rows, last = learned_from_reviews.snapshots, learned_from_reviews.last_mark
    past, used = rows[rows["mark"] < last], learned_from_reviews.choice.used
    model = BoostedHazard(used, max_iter=30).fit(past, outcomes(past, last))
    today = learned_from_reviews.today.head(200)
    ticks = [name for name in used if name in ("c6", "f1", "w1")]
    assert ticks
    for tick in ticks:
        without, with_it = (model.hazards(today.assign(**{tick: value})) for value in (0.0, 1.0))
        assert (with_it.won >= without.won - 1e-12).all()
        assert (with_it.lost_if_not_won <= without.lost_if_not_won + 1e-12).all()
    assert clone(model).get_params() == model.get_params()
    assert model.predict_proba(today).sum(axis=1) == pytest.approx(np.ones(len(today)))


def test_a_customer_that_confirms_more_than_others_has_the_faster_pace():
    deals = pd.DataFrame(
        {
            "opportunity_id": ["D1", "D2", "D3"],
            "account_id": ["A", "B", "A"],
            "created_at": pd.to_datetime(["2026-01-01", "2026-01-01", "2026-05-01"]),
        }
    )
    cards = pd.DataFrame(
        {
            "opportunity_id": ["D2", "D1"],
            "scored_at": pd.to_datetime(["2026-01-10", "2026-01-11"]),
            "c1": [0, 1],
            "c2": [0, 1],
        }
    )
    rows = pd.DataFrame({"account_id": ["A", "A"], "snapshot": pd.to_datetime(["2026-01-10", "2026-06-01"])})
    pace = customer_pace(rows, deals, pd.DataFrame(), cards)["customer_pace"]
    # Before its first review nothing is known of A; then one review stands one above the mean of both, 1 ÷ 11.
    assert pace.tolist() == pytest.approx([0, 1 / 11])


@pytest.mark.parametrize(("added", "out"), [(0, False), (3, True)])
def test_contacts_are_trusted_unless_customers_with_closings_show_more_of_them(added, out):
    accounts = pd.DataFrame({"account_id": [f"A{i}" for i in range(400)]})
    deals = pd.DataFrame({"account_id": accounts["account_id"].head(300), "status": "won"})
    rng = np.random.default_rng(2)
    known = rng.integers(1, 4, 400) + np.where(np.arange(400) < 300, added, 0)
    contacts = pd.DataFrame(
        {
            "account_id": np.repeat(accounts["account_id"].to_numpy(), known),
            "decision_role": np.concatenate([np.arange(count) for count in known]).astype(str),
        }
    )
    assert ("roles_covered" in people_marked_by_closings(accounts, deals, contacts)) == out
