"""Stages follow each customer's own rhythm, and no verdict is given where nothing can be known."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from salesops.customer_segmentation.lifecycle import STAGES, company_rates, lifecycle_stages

HALF_YEAR, KNOWN = 182, 1095


def customers(**columns):
    """Customers known for three years, with orders until lately unless said otherwise."""
    frame = pd.DataFrame({"T_days": KNOWN, "recency_days": KNOWN - 10, **columns})
    return frame.assign(account_id=[f"A{row}" for row in range(len(frame))])


def stage_of_last(frame):
    return lifecycle_stages(frame)["lifecycle_stage"].iloc[-1]


def with_peers(**last):
    """One customer among a hundred that order monthly, some more and some less."""
    rates = np.random.default_rng(0).gamma(4, 3, 100)
    peers = customers(orders=np.round(rates * 3) + 2, orders_half_year=np.round(rates / 2))
    return pd.concat([peers, customers(**{name: [value] for name, value in last.items()})], ignore_index=True)


def test_the_same_silence_is_loss_for_one_customer_and_habit_for_another():
    silent = {"orders_half_year": 0, "recency_days": KNOWN - 200}
    assert stage_of_last(with_peers(orders=37, **silent)) == "lost"
    assert stage_of_last(with_peers(orders=4, **silent)) == "mature"


def test_more_orders_than_chance_gives_is_growth_and_fewer_is_decline():
    assert stage_of_last(with_peers(orders=30 + 14, orders_half_year=14)) == "growing"
    assert stage_of_last(with_peers(orders=60 + 2, orders_half_year=2)) == "declining"
    assert stage_of_last(with_peers(orders=37, orders_half_year=6)) == "mature"


def test_rare_buyers_get_no_verdict_on_their_trend():
    found = lifecycle_stages(with_peers(orders=9, orders_half_year=5)).iloc[-1]
    assert (found["lifecycle_stage"], found["trend_known"]) == ("mature", False)


def test_who_first_ordered_within_the_half_year_is_new():
    assert stage_of_last(with_peers(orders=2, orders_half_year=2, T_days=100, recency_days=90)) == "new"


def test_a_first_order_alone_is_no_rhythm_to_fall_short_of():
    only = customers(orders=1, orders_half_year=[0] * 50, recency_days=0, T_days=400)
    assert set(lifecycle_stages(only)["lifecycle_stage"]) <= {"mature", "lost"}


def test_at_risk_is_declining_or_lost():
    found = lifecycle_stages(with_peers(orders=37, orders_half_year=0, recency_days=KNOWN - 200))
    assert (found["at_risk"] == found["lifecycle_stage"].isin(["declining", "lost"])).all()
    assert set(found["lifecycle_stage"]) <= set(STAGES)


def test_rates_of_the_company_are_those_that_counts_were_drawn_with():
    rng = np.random.default_rng(1)
    days = rng.uniform(200, 900, 50_000)
    rates = company_rates(rng.poisson(rng.gamma(1.6, 1 / 70, 50_000) * days).astype(float), days)
    assert rates.shape == pytest.approx(1.6, rel=0.05)
    assert rates.days == pytest.approx(70, rel=0.05)


def test_the_outer_tails_hold_the_share_of_steady_customers_that_chance_puts_there():
    """A tail of 5% by the exact negative binomial, less what ties and rare buyers leave out."""
    found = simulated(np.full(6_000, "mature"), seed=2)
    frequent = found[found["rate"] >= 12]
    assert frequent["lifecycle_stage"].isin(["growing", "declining"]).mean() < 0.12


def simulated(true, seed, regularity=1.0, season=0.0):
    """Three years of customers of known stage, with gamma gaps and a season, and the stages found."""
    rng = np.random.default_rng(seed)
    n, rate = len(true), rng.gamma(1.6, 8 / 1.6, len(true))
    start = rng.uniform(0, KNOWN - 400, n)
    end = np.where(true == "lost", KNOWN - rng.uniform(90, 300, n), KNOWN)
    factor = np.select([true == "growing", true == "declining"], [2.2, 0.4], 1.0)
    grid = np.arange(KNOWN + 1.0)
    speed = 1 + season * np.cos(2 * np.pi * (grid - KNOWN + 60) / 365)
    clock = np.concatenate([[0.0], np.cumsum(speed)])[:-1]
    cut = KNOWN - HALF_YEAR
    # Own time runs faster by the factor within the half year.
    begun, turned = np.interp(start, grid, clock), clock[cut]
    span = np.minimum(np.interp(end, grid, clock), turned) - begun
    extra = np.maximum(np.interp(end, grid, clock) - turned, 0) * factor
    own_span = (np.maximum(span, 0) + extra) * rate / 365
    draws = np.ceil(own_span * 3 + 30).astype(int)
    who = np.repeat(np.arange(n), draws)
    total = np.cumsum(rng.gamma(regularity, 1 / regularity, len(who)))
    head = np.cumsum(draws) - draws
    own = total - np.concatenate([[0.0], total])[head][who]
    kept = own < own_span[who]
    who, own = who[kept], own[kept] * 365 / rate[who[kept]]
    early = own <= span[who]
    when = np.where(early, begun[who] + own, turned + (own - span[who]) / factor[who])
    day = np.interp(when, clock, grid)
    lines = pd.DataFrame({"who": np.concatenate([np.arange(n), who]), "day": np.floor(np.concatenate([start, day]))})
    lines = lines.drop_duplicates()
    by = lines.groupby("who")["day"]
    frame = pd.DataFrame({"first": by.min(), "last": by.max(), "orders": by.size()})
    late = lines[lines["day"] > cut].groupby("who").size().reindex(frame.index, fill_value=0)
    features = pd.DataFrame(
        {
            "account_id": frame.index,
            "orders": frame["orders"],
            "orders_half_year": late,
            "T_days": KNOWN - frame["first"],
            "recency_days": frame["last"] - frame["first"],
        }
    )
    return lifecycle_stages(features).assign(true=true, rate=rate)


def recall_and_precision(found, stages):
    true, said = found["true"].isin(stages), found["lifecycle_stage"].isin(stages)
    return (true & said).sum() / true.sum(), (true & said).sum() / said.sum()


@pytest.fixture(scope="module")
def mixed():
    rng = np.random.default_rng(3)
    true = rng.choice(["growing", "mature", "declining", "lost"], 8_000, p=[0.15, 0.55, 0.15, 0.15])
    return simulated(true, seed=3)


def test_frequent_customers_at_risk_are_mostly_found_and_seldom_accused_wrongly(mixed):
    recall, precision = recall_and_precision(mixed[mixed["rate"] >= 6], ["declining", "lost"])
    assert recall > 0.5
    assert precision > 0.8


def test_growing_and_lost_customers_are_told_from_chance(mixed):
    frequent = mixed[mixed["rate"] >= 6]
    recall, precision = recall_and_precision(frequent, ["growing"])
    assert recall > 0.6
    assert precision > 0.7
    recall, precision = recall_and_precision(frequent, ["lost"])
    assert recall > 0.55
    assert precision > 0.7


@pytest.mark.parametrize(("regularity", "season", "most"), [(1.0, 0.0, 0.12), (3.0, 0.0, 0.08), (1.0, 0.6, 0.25)])
def test_steady_customers_are_left_in_peace(regularity, season, most):
    found = simulated(np.full(5_000, "mature"), 4, regularity, season)
    judged = found[found["lifecycle_stage"] != "new"]
    assert (judged["lifecycle_stage"] != "mature").mean() < most


def test_the_query_counts_the_half_year_that_stages_look_at(order_lines):
    from salesops.customer_segmentation.features import customer_features

    days = [dt.date(2026, 9, 30) - dt.timedelta(days=back) for back in (181, 182, 500)]
    lines = pd.DataFrame({"account_id": "A", "ordered_at": pd.to_datetime(days), "amount": 10.0})
    found = customer_features(order_lines.as_table(lines), dt.date(2026, 9, 30))
    assert found[["orders", "orders_half_year", "T_days"]].iloc[0].tolist() == [3, 1, 500]
