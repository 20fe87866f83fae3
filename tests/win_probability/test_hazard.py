"""The landmark hazard, against a truth that is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from salesops.win_probability import hazard
from salesops.win_probability.base_rate import BaseRate
from salesops.win_probability.chances import Hazards, cumulative
from salesops.win_probability.design import HazardDesign
from salesops.win_probability.hazard import LandmarkHazard
from salesops.win_probability.snapshots import outcomes


def expected_log_loss(chance, truth):
    chance, truth = np.clip(chance, 1e-4, 1 - 1e-4), np.asarray(truth)
    return -(truth * np.log(chance) + (1 - truth) * np.log(1 - chance)).mean()


@pytest.fixture(scope="module")
def truth(learned, pipeline):
    return pipeline.truth.reindex(learned.today["opportunity_id"]).to_numpy().clip(1e-4, 1 - 1e-4)


def test_chances_on_open_deals_are_within_5_percent_of_the_truths_own_log_loss(learned, truth):
    own = expected_log_loss(truth, truth)
    assert expected_log_loss(learned.model.win_probability(learned.today), truth) < 1.05 * own
    # The base rate is far worse here, so that the claim is not empty.
    assert expected_log_loss(np.full(len(truth), truth.mean()), truth) > 1.15 * own


def test_chances_of_this_quarter_are_within_5_percent_too(learned, pipeline):
    truth = pipeline.truth_this_quarter.reindex(learned.today["opportunity_id"]).to_numpy()
    chance = learned.model.predict_proba_by(learned.today, [1.0]).won[:, 0]
    assert expected_log_loss(chance, truth) < 1.05 * expected_log_loss(truth, truth)


def test_learning_from_the_last_look_at_closed_deals_alone_is_worse(learned, truth):
    """The textbook way learns what a deal looks like on the day it closes, and forgets those that take long."""
    rows, used = learned.snapshots, learned.choice.used
    closed = rows[rows["closed_mark"] >= 0].drop_duplicates("opportunity_id", keep="last")
    design = HazardDesign(used).fit(closed)
    now = lambda frame: design.transform(frame, np.zeros(len(frame), int))  # noqa: E731
    textbook = LogisticRegression(max_iter=500).fit(now(closed), closed["status"] == "won")
    chance = textbook.predict_proba(now(learned.today))[:, 1]
    ours = expected_log_loss(learned.model.win_probability(learned.today), truth)
    assert expected_log_loss(chance, truth) > 1.05 * ours


def test_chances_are_not_biased_upwards_by_losses_still_to_come(learned, truth):
    assert learned.model.win_probability(learned.today).mean() == pytest.approx(truth.mean(), abs=0.05)


def test_intervals_hold_the_truth_about_as_often_as_they_say(learned, truth):
    low, high = learned.model.win_interval(learned.today)
    assert 0.72 < ((low < truth) & (truth < high)).mean() < 0.92


def test_won_lost_and_open_add_up_to_one_and_never_turn_back(learned):
    by = learned.model.predict_proba_by(learned.today, [0.25, 1, 2, 5.5, 12, np.inf])
    assert np.allclose(by.won + by.lost + by.open, 1)
    assert (np.diff(by.won, axis=1) >= -1e-12).all()
    assert (np.diff(by.lost, axis=1) >= -1e-12).all()
    assert np.allclose(by.open[:, -1], 0)


shares = st.floats(0.001, 0.6)


@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=8))
def test_any_hazards_give_chances_that_add_up(pairs):
    won, lost = np.array(pairs).T[:, None, :]
    by = cumulative(Hazards(won, lost), np.array([[0.5, 1, 3, np.inf]]))
    assert np.allclose(by.won + by.lost + by.open, 1)
    assert (by.open >= -1e-12).all()


def test_constant_hazards_by_hand():
    # 0.2 won and 0.8 × 0.25 = 0.2 lost a quarter: half of the deals win in the end, 0.2 + 0.6 × 0.2 by the second.
    by = cumulative(Hazards(np.full((1, 3), 0.2), np.full((1, 3), 0.25)), np.array([[1, 2, np.inf]]))
    assert by.won[0] == pytest.approx([0.2, 0.32, 0.5])


def test_the_delta_method_agrees_with_moving_the_coefficients(learned, monkeypatch):
    """Standard errors along one direction, by finite differences."""
    monkeypatch.setattr(hazard, "UNSEEN", 0.0)
    model, rows = learned.model, learned.today.head(5)
    direction = np.random.default_rng(0).normal(size=sum(map(len, model.coefficients_)))
    moved = clone(model)
    moved.__dict__.update(model.__dict__)
    logit = lambda p: np.log(p / (1 - p))  # noqa: E731
    base, step, at = logit(model.win_probability(rows)), 1e-5, len(model.coefficients_[0])
    moved.coefficients_ = (
        model.coefficients_[0] + step * direction[:at],
        model.coefficients_[1] + step * direction[at:],
    )
    moved.covariance_ = np.outer(direction, direction)
    slope = np.abs(logit(moved.win_probability(rows)) - base) / step
    moved.coefficients_ = model.coefficients_
    low, high = moved.win_interval(rows, z=1.0)
    assert (logit(high) - logit(low)) / 2 == pytest.approx(slope, rel=1e-3)


def test_it_follows_scikit_learns_conventions():
    model = LandmarkHazard(features=("age_days",), horizon_quarters=6)
    assert clone(model).get_params() == model.get_params()


def test_a_stage_never_seen_counts_as_no_stage_known(learned):
    two = learned.today.head(1).loc[lambda frame: frame.index.repeat(2)].assign(stage=["never seen", None])
    chances = learned.model.win_probability(two)
    assert chances[0] == chances[1]


@pytest.mark.parametrize("kind", ["won", "lost"])
def test_one_kind_of_ending_alone_teaches_nothing(kind):
    rows = pd.DataFrame({"opportunity_id": ["a", "b"]})
    known = pd.DataFrame({"kind": kind, "quarter": [0, 1], "watched": 3})
    with pytest.raises(ValueError, match="cannot be learned"):
        LandmarkHazard().fit(rows, known)


def test_open_deals_are_censored_not_missing(small, as_of, learned):
    """Leaving the open deals out makes winning look likelier than it is."""
    rows = learned.snapshots[learned.snapshots["mark"] < learned.last_mark]
    with_open = BaseRate().fit(rows, outcomes(rows, learned.last_mark))
    closed = rows[rows["closed_mark"] >= 0]
    without = BaseRate().fit(closed, outcomes(closed, learned.last_mark))
    assert without.closing_[0] > 1.15 * with_open.closing_[0]


def against_competitors(share_won, marks=60, each=60, seed=4):
    """Deals against A and B, of which a third stay open; of the others share_won(competitor, mark) are won."""
    draw = np.random.default_rng(seed)
    mark, rival = np.repeat(np.arange(marks), each), np.tile(["A", "B"], marks * each // 2)
    share = np.array([share_won(one, m) for one, m in zip(rival, mark, strict=True)])
    rows = pd.DataFrame({"opportunity_id": np.arange(len(mark)), "mark": mark, "competitor": rival})
    kind = np.where(draw.random(len(mark)) < share, "won", "lost")
    kind[draw.random(len(mark)) < 1 / 3] = "open"
    return rows, pd.DataFrame({"kind": kind, "quarter": np.where(kind == "open", -1, 0), "watched": 1})


def chances_today(rows, known):
    model = LandmarkHazard(features=("competitor",)).fit(rows, known)
    today = pd.DataFrame({"opportunity_id": [1, 2], "mark": rows["mark"].max() + 1, "competitor": ["A", "B"]})
    return model.win_probability(today)


def test_a_competitor_that_grew_stronger_than_another_counts_as_such_today():
    """Half of the deals against either were won; against A from 75% five years ago to 25% now, a gap of 25 points."""
    a, b = chances_today(*against_competitors(lambda rival, mark: 0.5 if rival == "B" else 0.75 - 0.5 * mark / 59))
    assert 0.15 < b - a < 0.25


def test_a_fall_shared_by_all_competitors_is_not_carried_forward():
    """Good and bad years hit all alike: the chance stays at the mean of the years, 50%."""
    a, b = chances_today(*against_competitors(lambda _, mark: 0.75 - 0.5 * mark / 59))
    assert 0.45 < (a + b) / 2 < 0.55
    assert abs(b - a) < 0.1
