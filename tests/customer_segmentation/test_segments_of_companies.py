"""Over many companies: true segments are found, absent ones are not, and steady customers keep their label."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from salesops.customer_segmentation.features import features_over_time
from salesops.customer_segmentation.segmentation import find_segments
from salesops.tables.sample import accounts as sample_accounts
from salesops.tables.sample import orders as sample_orders
from salesops.tables.sample.generate import parts

DAY = dt.date(2026, 9, 30)
SEEDS = (1, 2, 3, 4, 5)
KINDS = {
    module: [name for name in names if hasattr(module, name)]
    for module in (sample_accounts, sample_orders)
    for names in [
        (
            "ORDERS_PER_YEAR",
            "REGULARITY",
            "LINE_VALUE",
            "LINES_BOUGHT",
            "PRODUCTS_BOUGHT",
            "FURTHER_LINE",
            "DISCOUNT_LEVEL",
            "LOST_PER_YEAR",
        )
    ]
}


def sample_company(seed):
    """Orders, accounts and the truth of their customers."""
    tables, truth = {}, []
    for part in parts(700, seed, with_truth=False):
        for name in ("orders", "accounts"):
            tables.setdefault(name, []).append(part.tables.get(name))
        truth.append(part.truth.get("customers"))
    return pd.concat(tables["orders"]), pd.concat(tables["accounts"]), pd.concat(truth).set_index("account_id")


@pytest.fixture(scope="module")
def companies(order_lines):
    """Five sample companies: their segments and the truth."""
    found = []
    for seed in SEEDS:
        orders, accounts, truth = sample_company(seed)
        lines, accounts = order_lines.as_tables(orders=orders, accounts=accounts)
        history = features_over_time(lines, DAY, accounts)
        found.append((find_segments(history), truth))
    return found


@pytest.mark.slow
def test_true_segments_of_the_sample_company_are_recovered(companies):
    for found, truth in companies:
        assert len(found.segments) == 4, found.criteria
        placed = found.customers.dropna(subset="segment").set_index("account_id")
        assert len(placed) > 0.9 * len(truth)
        assert adjusted_rand_score(truth["segment"].reindex(placed.index), placed["segment"]) > 0.8


@pytest.mark.slow
def test_steady_customers_keep_their_label_for_a_quarter(companies):
    for found, truth in companies:
        both = found.customers.dropna(subset=["segment", "segment_before"]).set_index("account_id")
        of_each = truth.reindex(both.index)
        steady = both[of_each["alive"].astype(bool) & (of_each["growth"].abs() < 0.1)]
        assert len(steady) > 200
        assert (steady["segment"] == steady["segment_before"]).mean() > 0.94


@pytest.mark.slow
def test_rules_hold_for_customers_they_were_not_made_from(companies):
    assert np.mean([found.segments["f1"].mean() for found, _ in companies]) > 0.85


@pytest.mark.slow
def test_two_years_of_the_same_company_speak_of_the_same_segments(order_lines):
    """Learned a year apart, names and members agree."""
    orders, accounts, _ = sample_company(1)
    lines, accounts = order_lines.as_tables(orders=orders, accounts=accounts)
    late, early = (find_segments(features_over_time(lines, day, accounts)) for day in (DAY, dt.date(2025, 9, 30)))
    both = late.customers.merge(early.customers, on="account_id").dropna(subset=["segment_x", "segment_y"])
    assert adjusted_rand_score(both["segment_x"], both["segment_y"]) > 0.85


def without_segments(seed, monkeypatch):
    """Orders of a sample company all of whose accounts are of one kind, but differ more within it."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(4)
    for module, names in KINDS.items():
        for name in names:
            values = getattr(sample_accounts, name)
            monkeypatch.setattr(module, name, np.full_like(values, values[kind]))
    monkeypatch.setattr(sample_accounts, "RATE_SD", rng.uniform(0.2, 0.7))
    monkeypatch.setattr(sample_accounts, "VALUE_SD", rng.uniform(0.25, 1.0))
    return pd.concat([part.tables["orders"] for part in parts(700, seed, with_truth=False) if "orders" in part.tables])


def false_alarms(companies, order_lines):
    found = [find_segments(features_over_time(order_lines.as_table(orders), DAY)) for orders in companies]
    return sum(segmentation.found for segmentation in found)


@pytest.mark.slow
def test_companies_whose_customers_are_of_one_kind_show_no_segments(order_lines):
    assert false_alarms((order_lines.one_population(seed) for seed in range(100)), order_lines) <= 5


@pytest.mark.slow
def test_sample_companies_of_one_kind_of_account_show_no_segments(order_lines):
    def companies():
        for seed in range(100):
            with pytest.MonkeyPatch.context() as monkeypatch:
                orders = without_segments(seed, monkeypatch)
            yield orders

    assert false_alarms(companies(), order_lines) <= 5
