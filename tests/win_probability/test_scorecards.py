"""What the scorecards C931 are worth, against another library and a truth that is known."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from statsmodels.duration.survfunc import CumIncidenceRight

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.card_levels import RuleOfThumb, past_cards, rule_of_thumb, shares_by_count, shares_won
from salesops.win_probability.card_weights import confirmation_weights, weighing
from salesops.win_probability.contributions import closing_weights
from salesops.win_probability.learn import learn
from salesops.win_probability.open_cards import open_cards
from salesops.win_probability.open_deals import open_deals
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.scorecards import Scorecards
from salesops.win_probability.sections_cards import cards_section

LAST_DAY = pd.Timestamp("2026-09-30")


@pytest.fixture(scope="module")
def deals(learned_from_reviews, reviewed):
    return open_deals(learned_from_reviews, reviewed.opportunities, {}, "CNY")


@pytest.fixture(scope="module")
def weights(learned_from_reviews):
    return confirmation_weights(learned_from_reviews)


@pytest.fixture(scope="module")
def cards(learned_from_reviews, deals):
    return Scorecards.of(learned_from_reviews, deals)


def looks(kinds, months, deals=None):
    ids = np.arange(len(kinds)) if deals is None else deals
    return pd.DataFrame({"opportunity_id": ids, "kind": kinds, "months": months})


def one_group(frame):
    return shares_won(frame, np.zeros(len(frame), dtype=int)).iloc[0]


def test_the_share_won_is_the_one_that_statsmodels_finds():
    rng = np.random.default_rng(3)
    kinds, months = rng.choice(["won", "lost", "open"], 400, p=[0.3, 0.4, 0.3]), rng.integers(1, 15, 400)
    codes = pd.Series(kinds).map({"open": 0, "won": 1, "lost": 2}).to_numpy()
    won, lost = (incidence[-1] for incidence in CumIncidenceRight(months, codes).cinc)
    assert one_group(looks(kinds, months))["share"] == pytest.approx(won / (won + lost), abs=1e-9)


def test_deals_still_open_are_not_taken_for_lost_or_left_out():
    rng = np.random.default_rng(5)
    # Winners take long, losers are out soon: counting closed deals alone would see too few winners.
    wins = rng.random(6000) < 0.5
    ends = np.where(wins, rng.integers(6, 13, 6000), rng.integers(1, 4, 6000))
    watched = rng.integers(1, 14, 6000)
    kinds = np.where(ends <= watched, np.where(wins, "won", "lost"), "open")
    found = one_group(looks(kinds, np.minimum(ends, watched)))
    closed_alone = (kinds == "won").sum() / (kinds != "open").sum()
    assert closed_alone < 0.4
    assert found["low"] - 0.02 < 0.5 < found["high"] + 0.02


def test_many_looks_at_one_deal_know_no_more_than_one():
    rng = np.random.default_rng(1)
    kinds, months = rng.choice(["won", "lost"], 100), np.ones(100, dtype=int)
    once = one_group(looks(kinds, months))
    often = one_group(looks(np.repeat(kinds, 9), np.repeat(months, 9), np.repeat(np.arange(100), 9)))
    assert often[["share", "low", "high"]].tolist() == pytest.approx(once[["share", "low", "high"]].tolist())
    assert (often["looks"], often["deals"]) == (900, 100)


@pytest.mark.slow
def test_four_of_five_intervals_hold_the_share_that_was_drawn():
    rng, held = np.random.default_rng(8), []
    for _ in range(150):
        kinds = np.where(rng.random(120) < 0.6, "won", "lost")
        found = one_group(looks(np.repeat(kinds, 3), np.tile([3, 2, 1], 120), np.repeat(np.arange(120), 3)))
        held.append(found["low"] <= 0.6 <= found["high"])
    assert 0.7 < np.mean(held) < 0.9


@pytest.mark.parametrize(("share", "verdict"), [(0.9, "holds"), (0.3, "does not hold"), (0.6, "is not decided")])
def test_the_rule_of_thumb_is_judged_by_its_interval(share, verdict):
    kinds = np.where(np.arange(100) < 100 * share, "won", "lost")
    level = {"clears": 8.0, "firsts": 1.0, "win": 0.0, "confirmed": 9}
    rule = rule_of_thumb(looks(kinds, np.ones(100, dtype=int)).assign(**level))
    assert rule.verdict == verdict
    assert rule.all["share"] == pytest.approx(share)
    assert rule.without_win["share"] == pytest.approx(share)


def test_a_deal_below_the_level_does_not_count_for_the_rule():
    found = looks(["won"] * 30 + ["lost"] * 60, [1] * 90)
    level = {"clears": [8.0] * 30 + [9.0] * 30 + [7.0] * 30, "firsts": [1.0] * 30 + [0.0] * 30 + [3.0] * 30}
    assert rule_of_thumb(found.assign(win=0.0, **level)).all["share"] == 1.0


def test_the_rule_says_when_too_few_deals_stood_there():
    few = looks(["won", "lost"], [1, 1]).assign(clears=8.0, firsts=1.0, win=0.0)
    assert str(rule_of_thumb(few)) == "not enough data: needs 20 past deals seen at 8 C and 1 F or above (there are 2)"


def test_more_confirmations_go_with_more_wins_where_that_is_the_truth(learned_from_reviews):
    counts = shares_by_count(past_cards(learned_from_reviews))
    assert spearmanr(counts["confirmed"], counts["share"]).statistic > 0.9
    assert (counts["low"] <= counts["share"]).all()
    assert (counts["share"] <= counts["high"]).all()


def test_learned_weights_rank_confirmations_as_the_truth_does(weights, simulated_reviews):
    truth = pd.Series(simulated_reviews.TICK_EFFECT, simulated_reviews.CONFIRMATIONS)
    assert spearmanr(weights["weight"], truth[weights["confirmation"]]).statistic > 0.8
    assert weights["rank"].tolist() == list(range(1, 14))
    assert weights["weight"].is_monotonic_decreasing


def test_a_weight_is_what_the_model_adds_to_the_log_odds_with_one_tick_more(learned_from_reviews, weights):
    model, today = learned_from_reviews.model, learned_from_reviews.today
    deal = today[today["c6"] == 0].head(1)
    both = pd.concat([deal, deal.assign(c6=1.0, confirmed=deal["confirmed"] + 1)])
    _, won, lost = model.linear_predictors(both)
    odds = (won - lost) @ closing_weights(model, today)
    weight = weights.set_index("confirmation").loc["c6", "weight"]
    assert weight == pytest.approx(odds[1] - odds[0], abs=1e-9)


def test_what_matters_most_is_told_from_nothing_and_from_what_does_nothing(weights):
    assert ((weights["low"] < weights["weight"]) & (weights["weight"] < weights["high"])).all()
    # In the simulated truth C6 matters most, and C5 not at all.
    by = weights.set_index("confirmation")
    assert by.loc["c6", "low"] > 0
    assert by.loc["c6", "low"] > by.loc["c5", "high"]


def reviewed_once(effects):
    """4,000 deals, each looked at in the month before it closed; all that counts is on the card."""
    rng = np.random.default_rng(4)
    ticks, mark = rng.integers(0, 2, (4000, 2)), rng.integers(0, 40, 4000)
    won = rng.random(4000) < 1 / (1 + np.exp(1 - ticks @ effects))
    rows = pd.DataFrame({"opportunity_id": range(4000), "mark": mark, "closed_mark": mark + 1, "snapshot": LAST_DAY})
    return SimpleNamespace(
        snapshots=rows.assign(
            status=np.where(won, "won", "lost"), c1=ticks[:, 0], c2=ticks[:, 1], confirmed=ticks.sum(axis=1)
        )
    )


def test_weighing_beats_counting_where_one_confirmation_is_all_that_counts():
    found = weighing(reviewed_once(np.array([2.0, 0.0])))
    assert found.low > 0
    assert found.verdict == "Weighing them told later wins from losses better than counting them"
    assert found.auc_weighed > found.auc_counted > 0.5


def test_weighing_does_not_beat_counting_where_all_count_alike():
    found = weighing(reviewed_once(np.array([1.0, 1.0])))
    assert found.low <= 0
    assert found.verdict != "Weighing them told later wins from losses better than counting them"


def test_every_open_deal_has_its_card(learned_from_reviews, reviewed, deals):
    found = open_cards(learned_from_reviews, deals)
    assert found["opportunity_id"].tolist() == deals["opportunity_id"].tolist()
    last = reviewed.scorecards.sort_values("scored_at").drop_duplicates("opportunity_id", keep="last")
    for deal in found[found["days_since_review"].notna()].head(40).itertuples():
        card = last.set_index("opportunity_id").loc[deal.opportunity_id]
        ticks = [name for name in card.index if name[0] in "cfw" and name[1:].isdigit()]
        assert deal.clears == card[[f"c{n}" for n in range(1, 10)]].sum()
        assert deal.unticked == ", ".join(name.upper() for name in ticks if card[name] == 0)
        assert deal.at_rule == int(deal.clears >= 8 and deal.firsts >= 1)


def test_the_section_says_whether_the_rule_holds_and_what_goes_with_most(cards):
    html = cards_section(cards, Parameters())._repr_html_()
    assert f"means 60% or more {cards.rule.verdict} here" in html
    assert cards.weights["label"].iloc[0] in html
    assert "no proof" in html
    assert html.count("<svg") == 4


def test_without_scorecards_the_section_says_so(reviewed, as_of):
    bare = replace(reviewed, scorecards=NotEnoughData("scorecards"))
    learned = learn(bare, as_of, Parameters())
    found = cards_section(Scorecards.of(learned, open_deals(learned, bare.opportunities, {}, "CNY")), Parameters())
    assert "needs <b>scorecards</b>" in found._repr_html_()


@pytest.mark.parametrize("kept", [["c1", "c2"], ["f1"], ["c1", "c6", "w1"]])
def test_a_card_of_few_columns_is_counted_and_not_held_against_the_rule(reviewed, as_of, kept):
    narrow = replace(reviewed, scorecards=reviewed.scorecards[["opportunity_id", "scored_at", *kept]])
    few = replace(narrow, opportunities=reviewed.opportunities.tail(1500).reset_index(drop=True))
    learned = learn(few, as_of, Parameters())
    html = cards_section(Scorecards.of(learned, open_deals(learned, few.opportunities, {}, "CNY")), Parameters())
    assert "scorecards with all of c1 to c9 and f1 to f3" in html._repr_html_()


def test_where_nothing_can_be_learned_all_of_it_says_so():
    found = Scorecards.of(NotEnoughData("closed deals"), NotEnoughData("closed deals"))
    assert not isinstance(found.rule, RuleOfThumb)
    assert "needs <b>closed deals</b>" in cards_section(found, Parameters())._repr_html_()
