"""The estimators keep scikit-learn's conventions, by its own checks."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from salesops.win_probability import BaseRate, BoostedHazard, ColumnModel, LandmarkHazard
from salesops.win_probability.snapshots import outcomes

ESTIMATORS = [BaseRate(), LandmarkHazard(), BoostedHazard(max_iter=5), ColumnModel(), ColumnModel("boosting", rounds=5)]


@parametrize_with_checks(ESTIMATORS)
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def labelled():
    rng = np.random.default_rng(8)
    age = rng.gamma(2.0, 40.0, 1500)
    won = rng.random(1500) < 1 / (1 + np.exp(0.02 * (age - 80)))
    return pd.DataFrame({"age_days": age}), np.where(won, "yes", "no")


@pytest.mark.parametrize(
    "model", [LandmarkHazard(["age_days"]), BoostedHazard(["age_days"])], ids=["landmark", "boosted"]
)
def test_plain_labels_do_where_nothing_is_known_of_when_deals_closed(model, labelled):
    rows, answers = labelled
    assert cross_val_score(model, rows, answers, cv=3, scoring="roc_auc").min() > 0.65
    model.fit(rows, answers)
    assert set(model.predict(rows)) == {"no", "yes"}
    assert model.predict_proba(rows)[:, 1].mean() == pytest.approx((answers == "yes").mean(), abs=0.01)


def test_named_features_want_a_frame(labelled):
    with pytest.raises(ValueError, match="age_days"):
        LandmarkHazard(["age_days"]).fit(labelled[0].to_numpy(), labelled[1])


def test_looks_are_answered_with_won_and_lost(small, learned):
    model = BaseRate().fit(learned.snapshots, outcomes(learned.snapshots, learned.last_mark))
    assert set(model.predict(learned.today)) <= {"lost", "won"}


def test_the_package_is_imported_without_scikit_learn():
    code = "import sys, salesops.win_probability; print('sklearn' in sys.modules, 'pandas' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]
