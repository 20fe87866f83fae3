"""Chances of the sample company's open deals, and of others under the same law, against the truth."""

from datetime import date

import numpy as np
import pytest
from scipy.stats import spearmanr

from salesops.tables.sample import generate
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.learn import learn
from salesops.win_probability.next_confirmation import gains_of_ticking
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.scores import bins_of

SEEDS = (2026, 1, 2, 3)


def expected_log_loss(chance, truth):
    return -(truth * np.log(chance) + (1 - truth) * np.log(1 - chance)).mean()


@pytest.fixture(scope="module")
def found():
    return [measured(seed) for seed in SEEDS]


def measured(seed):
    sample = generate(700, seed)
    tables = DealTables(
        **{name: sample.tables[name] for name in DealTables.__dataclass_fields__ if name in sample.tables}
    )
    learned = learn(tables, date(2026, 9, 30), Parameters())
    truth = sample.truth["deals"].set_index("opportunity_id")["win_probability"]
    truth = truth.reindex(learned.today["opportunity_id"]).to_numpy().clip(1e-4, 1 - 1e-4)
    chance = learned.model.win_probability(learned.today)
    low, high = learned.model.win_interval(learned.today)
    gains = gains_of_ticking(learned).mean()
    effects = sample.truth["win_effects"].set_index("feature")["effect"]
    bins = bins_of(chance)
    off = [abs((truth - chance)[bins == one].sum()) for one in np.unique(bins)]
    return {
        "ratio": expected_log_loss(chance, truth) / expected_log_loss(truth, truth),
        "held": ((low < truth) & (truth < high)).mean(),
        "rank": spearmanr(gains, effects[gains.index])[0],
        "off": sum(off) / len(truth),
    }


@pytest.mark.slow
def test_chances_lie_within_a_tenth_of_the_truths_own_log_loss_and_intervals_hold_what_they_say(found):
    """What tables show of these deals allows 1.043 at best, with the law and every rep known (decision 0009)."""
    assert np.mean([one["ratio"] for one in found]) < 1.08
    assert max(one["ratio"] for one in found) < 1.10
    assert all(0.75 <= one["held"] <= 0.85 for one in found), found


@pytest.mark.slow
def test_chances_mean_what_they_say(found):
    """Three points off on average; a swing of past quarters that all deals share can move one company by five."""
    off = [one["off"] for one in found]
    assert np.mean(off) < 0.03
    assert max(off) < 0.06


@pytest.mark.slow
def test_confirmations_rank_as_in_the_truth(found):
    """Who knew all but the thirteen effects would reach .98 on these companies, and .87 on the worst of others."""
    ranks = [one["rank"] for one in found]
    assert np.mean(ranks) > 0.8
    assert np.median(ranks) > 0.8
    assert min(ranks) > 0.6
