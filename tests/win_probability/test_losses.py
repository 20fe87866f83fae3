"""Losses by hand, against expectation, and against the sample company's truth."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.evaluate import fit_until
from salesops.win_probability.expected_wins import chances_before_closing, in_the_years_fortune
from salesops.win_probability.learn import learn
from salesops.win_probability.losses import GAP_NAMES, closed_deals, losses, price_bands, winnable_losses, with_rates
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.wilson import wilson_interval

NO_MODEL = NotEnoughData("a model")


def five_deals():
    return pd.DataFrame(
        {
            "opportunity_id": list("abcde"),
            "account_id": ["A", "A", "B", "B", "B"],
            "status": ["lost", "lost", "lost", "won", "open"],
            "amount": [60.0, 30.0, 10.0, 500.0, 900.0],
            "closed_at": pd.to_datetime(["2026-05-01", "2026-06-01", "2026-07-01", "2026-07-02", None]),
            "competitor": ["Kestrel", "kestrel ", None, "Kestrel", "Norvia"],
            "loss_reason": ["price", "price", None, None, None],
            "our_price": [110.0, 100.0, 100.0, 90.0, 90.0],
            "competitor_price": [100.0, 100.0, 0.0, 100.0, 100.0],
        }
    )


@pytest.fixture(scope="module")
def by_hand(as_of):
    accounts = pd.DataFrame({"account_id": ["A", "B"], "region": ["North", "South"]})
    closed = closed_deals(DealTables(five_deals(), accounts=accounts), NO_MODEL, as_of, 4)
    return losses(closed).set_index(["by", "value"])


@pytest.fixture(scope="module")
def learned_company(company_tables, as_of):
    return learn(company_tables, as_of, Parameters())


@pytest.fixture(scope="module")
def closed(company_tables, learned_company, as_of):
    return closed_deals(company_tables, learned_company, as_of, 8)


@pytest.fixture(scope="module")
def found(closed):
    return losses(closed)


def test_lost_money_and_its_shares_by_hand(by_hand):
    assert by_hand.loc[("reason", "price"), ["lost", "lost_amount", "share"]].tolist() == [2, 90.0, 0.9]
    assert by_hand.loc[("reason", "no reason given"), "cumulative_share"] == pytest.approx(1.0)
    assert by_hand.loc[("competitor", "Kestrel"), ["lost", "won", "lost_amount"]].tolist() == [2, 1, 90.0]
    assert by_hand.loc[("region", "South"), ["lost", "won"]].tolist() == [1, 1]


def test_win_rates_have_wilsons_interval_and_reasons_have_none(by_hand):
    low, high = wilson_interval(1, 3)
    assert by_hand.loc[("competitor", "Kestrel"), ["low", "high"]].tolist() == pytest.approx([float(low), float(high)])
    assert by_hand.loc["reason"][["won", "win_rate", "low"]].isna().all(axis=None)


def test_prices_fall_into_bands_whose_ends_belong_to_the_lower_one():
    ours = pd.Series([94.0, 95.0, 100.0, 105.0, 110.0, 110.1, np.nan, 0.0])
    bands = price_bands(ours, pd.Series(100.0, ours.index)).tolist()
    assert bands == [GAP_NAMES[0], GAP_NAMES[0], GAP_NAMES[1], GAP_NAMES[2], GAP_NAMES[3], GAP_NAMES[4], None, None]


def test_every_kind_of_loss_adds_up_to_all_losses(found, closed):
    lost = closed[closed["won"] == 0]
    for by, rows in found.groupby("by"):
        if by == "price gap":
            continue
        assert rows["lost"].sum() == len(lost), by
        assert rows["lost_amount"].sum() == pytest.approx(lost["amount"].sum())
        assert rows["share"].sum() == pytest.approx(1)
        assert rows["cumulative_share"].is_monotonic_increasing
        assert rows["share"].is_monotonic_decreasing


def test_a_dearer_offer_wins_less_often_as_in_the_truth(found, company):
    effect = company.truth["win_effects"].set_index("feature")["effect"]
    rates = found[found["by"] == "price gap"].set_index("value")["win_rate"]
    assert effect["price_gap"] < 0
    assert rates.index.tolist() == list(GAP_NAMES)
    assert rates.is_monotonic_decreasing


def test_the_stronger_competitor_is_lost_to_more_often_as_in_the_truth(found, company):
    # Tianqu's strength has grown to .75 by the last years, Kestrel's lies at −.2; strength lowers the chance.
    effect = company.truth["win_effects"].set_index("feature")["effect"]
    assert effect["rivalry"] < 0
    rates = found[found["by"] == "competitor"].set_index("value")[["win_rate", "low", "high"]]
    strong, weak = (rates[rates.index.str.contains(name)].iloc[0] for name in ("Tianqu", "Kestrel"))
    assert strong["high"] < weak["low"]


def test_the_competitor_that_grew_stronger_than_it_was_falls_short_of_what_was_expected(found):
    # Haoren's strength has stayed what it was; Tianqu's rose by a sixth of a unit a year and was learned too low.
    gaps = found[found["by"] == "competitor"].set_index("value")[["gap", "gap_high"]]
    tianqu = gaps[gaps.index.str.contains("Tianqu")].iloc[0]
    assert tianqu["gap"] == gaps["gap"].min()
    assert tianqu["gap_high"] < 0


def test_chances_come_from_a_model_that_had_not_seen_the_year(learned_company):
    chances = chances_before_closing(learned_company, 4)
    rows, start = learned_company.snapshots, learned_company.last_mark - 12
    learned_rows = rows[(start - rows["mark"]) % 3 == 0]
    # What happened after the year began is taken away: nothing that the chances rest on may change.
    unseen = learned_rows["closed_mark"] > start
    blind = learned_rows.assign(
        closed_mark=learned_rows["closed_mark"].where(~unseen, -1), status=learned_rows["status"].where(~unseen, "open")
    )
    looked = rows[(rows["closed_mark"] - rows["mark"] == 3) & (rows["closed_mark"] > start)]
    by = fit_until(blind[blind["mark"] <= start], start, learned_company.choice.used, brief=True).predict_proba_by(
        looked, [1.0]
    )
    assert chances["opportunity_id"].tolist() == looked["opportunity_id"].tolist()
    assert chances["chance"].to_numpy() == pytest.approx((by.won / (by.won + by.lost))[:, 0], abs=1e-6)


def test_all_together_deals_win_as_expected_in_their_years_fortune(found):
    for by in ("competitor", "product line", "region"):
        rows = found[found["by"] == by]
        assert np.average(rows["gap"], weights=rows["expected_deals"]) == pytest.approx(0, abs=0.005), by


def test_the_years_fortune_moves_all_log_odds_alike():
    chances = np.array([0.2, 0.4, 0.7, 0.9])
    moved = in_the_years_fortune(chances, 1.0)
    assert np.ptp(logit(moved) - logit(chances)) == pytest.approx(0, abs=1e-9)
    assert moved.sum() == pytest.approx(4 * 1.5 / 5)
    assert in_the_years_fortune(chances, 4.0).max() < 1


def test_the_gap_of_deals_that_went_as_given_is_held_by_its_interval_four_times_in_five():
    rng = np.random.default_rng(3)
    chance = expit(rng.normal(-0.4, 1, (600, 200)))
    won = (rng.random(chance.shape) < chance).sum(axis=1)
    sums = {"won": won, "lost": 200 - won, "expected_deals": 200, "won_of_these": won}
    sums |= {"expected_wins": chance.sum(axis=1), "expected_variance": (chance * (1 - chance)).sum(axis=1)}
    rates = with_rates(pd.DataFrame(sums).astype(float))
    held = (rates["gap_low"] <= 0) & (rates["gap_high"] >= 0)
    assert 0.76 <= held.mean() <= 0.84


def test_winnable_losses_are_lost_deals_that_were_more_likely_won(closed, found):
    listed = winnable_losses(closed)
    assert (listed["status"] == "lost").all()
    assert (listed["chance"] >= 0.5).all()
    assert listed["amount"].is_monotonic_decreasing
    assert found[found["by"] == "reason"]["winnable"].sum() == len(listed) > 20


def test_without_amounts_losses_are_counted(as_of):
    table = losses(closed_deals(DealTables(five_deals().assign(amount=0.0)), NO_MODEL, as_of, 4))
    reasons = table[table["by"] == "reason"].set_index("value")
    assert reasons["share"].round(3).to_dict() == {"price": 0.667, "no reason given": 0.333}


def test_what_is_missing_is_named(as_of):
    deals = five_deals()
    assert "opportunities.closed_at" in str(
        closed_deals(DealTables(deals.drop(columns="closed_at")), NO_MODEL, as_of, 4)
    )
    won = closed_deals(DealTables(deals[deals["status"] == "won"]), NO_MODEL, as_of, 4)
    assert "a lost deal" in str(losses(won))
    bare = deals[["opportunity_id", "account_id", "status", "amount", "closed_at"]]
    assert "loss_reason" in str(losses(closed_deals(DealTables(bare), NO_MODEL, as_of, 4)))
    assert "a deal that closed" in str(closed_deals(DealTables(deals[deals["status"] == "open"]), NO_MODEL, as_of, 4))
