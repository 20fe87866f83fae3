"""What an order will be worth: published fit, recovered truth, and estimates that beat each alone."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from salesops.customer_segmentation import GammaGamma
from salesops.customer_segmentation.order_book import day_number, known_on, order_book
from salesops.customer_segmentation.spending import (
    Spending,
    by_credibility,
    by_gamma_gamma,
    by_log_normal,
    expected_amounts,
    shrunk,
)
from salesops.not_enough_data import NotEnoughData
from salesops.tables.queries import collect, customer_margins

P, Q, V = 6.0, 4.0, 15.0


@pytest.fixture(scope="module")
def drawn():
    """Amounts of 20,000 customers drawn from the Gamma-Gamma law, and each one's true mean."""
    rng = np.random.default_rng(5)
    rate = rng.gamma(Q, 1 / V, 20_000)
    orders = rng.integers(1, 9, len(rate))
    amounts = rng.gamma(P, 1 / np.repeat(rate, orders))
    per = pd.DataFrame({"who": np.repeat(np.arange(len(rate)), orders), "z": amounts, "l": np.log(amounts)})
    per = per.assign(zz=per["z"] ** 2, ll=per["l"] ** 2).groupby("who").sum()
    return Spending(orders.astype(float), *(per[name].to_numpy() for name in ("z", "zz", "l", "ll"))), P / rate


@pytest.mark.real_data
def test_gamma_gamma_finds_the_published_parameters(cdnow):
    known = pd.read_csv(cdnow.FOLDER / "cdnow_customers_summary_with_transactions.csv")
    known = known[known["x"] > 0]
    assert len(known) == 946
    found = GammaGamma().fit(known["x"], known["zbar"]).params_
    assert {name: round(value, 2) for name, value in found.items()} == pytest.approx(
        {"p": 6.25, "q": 3.74, "v": 15.44}, abs=0.011
    )


@pytest.mark.parametrize("all_amounts", [False, True])
def test_gamma_gamma_recovers_the_law_of_simulated_amounts(drawn, all_amounts):
    spent, _ = drawn
    logs = spent.logs / spent.orders if all_amounts else None
    found = GammaGamma().fit(spent.orders, spent.total / spent.orders, logs).params_
    assert found["p"] == pytest.approx(P, rel=0.03 if all_amounts else 0.2)
    assert found["q"] == pytest.approx(Q, rel=0.1)
    assert found["v"] == pytest.approx(V, rel=0.1 if all_amounts else 0.25)


def test_logs_of_amounts_keep_gamma_gamma_from_running_away_where_customers_hardly_differ():
    rng = np.random.default_rng(1)
    amounts = rng.gamma(5.0, 20.0, (300, 4))
    found = GammaGamma().fit(np.full(300, 4), amounts.mean(axis=1), np.log(amounts).mean(axis=1))
    assert found.params_["p"] == pytest.approx(5.0, rel=0.1)
    assert found.expected_amount([4], [150.0])[0] == pytest.approx(100, rel=0.1)


@pytest.mark.parametrize("estimate", [by_gamma_gamma, by_log_normal, by_credibility, expected_amounts])
def test_estimates_come_closer_to_true_means_than_customers_own_means(drawn, estimate):
    spent, truth = drawn
    error, own = (np.abs(found - truth).mean() for found in (estimate(spent), spent.total / spent.orders))
    assert error < 0.95 * own


def test_customers_that_all_spend_alike_get_the_mean_of_all():
    orders = np.array([2.0, 5.0, 3.0])
    found = shrunk(orders, orders * 7.0, orders * 49.0)
    assert found.mean == pytest.approx([7.0, 7.0, 7.0])
    assert found.within == 0


@pytest.mark.real_data
def test_the_median_of_three_foretells_holdout_amounts_better_than_gamma_gamma_on_repeat_orders(cdnow):
    days = cdnow.order_days()
    known = known_on(order_book(days), day_number(pd.Timestamp("1997-09-30")))
    orders = known.orders_within(273)
    bought = orders > 0
    actual = known.amount_within(273)[bought] / orders[bought]
    error = np.abs(expected_amounts(known.spending)[bought] - actual).mean()
    first = days[days["day"] <= "1997-09-30"].sort_values("day").query("amount > 0").drop_duplicates("account_id")
    spent = known.spending
    repeat = spent.orders - 1
    mean = (spent.total - first.set_index("account_id")["amount"].reindex(known.account_id)) / np.maximum(repeat, 1)
    classic = GammaGamma().fit(repeat[repeat > 0], mean[repeat > 0])
    # Who has not repeated is expected to spend what customers do on average.
    expected = np.where(repeat > 0, classic.expected_amount(np.maximum(repeat, 1), mean), mean[repeat > 0].mean())
    assert error < np.abs(expected[bought] - actual).mean()


@pytest.mark.parametrize(
    ("orders", "amounts"), [([1], [5.0]), ([1, 2], [5.0, 0.0]), ([1, 2], [5.0, np.nan]), ([0, 2], [5.0, 4.0])]
)
def test_amounts_that_cannot_be_are_refused(orders, amounts):
    with pytest.raises(ValueError, match="amount above zero"):
        GammaGamma().fit(orders, amounts)


LINES = {
    "account_id": ["A", "A", "A", "B"],
    "ordered_at": [date(2026, 1, 1), date(2026, 1, 2), date(2026, 3, 1), date(2026, 1, 3)],
    "product_id": ["P", "Q", "P", None],
    "quantity": [2.0, 1.0, 5.0, 1.0],
    "amount": [100.0, -30.0, 900.0, 50.0],
}
PRODUCTS = {"product_id": ["P", "Q"], "unit_cost": [30.0, 20.0]}


def margins(lines, products=None):
    found = collect(customer_margins(ibis.memtable(lines), date(2026, 2, 1), products), "account_id")
    return found if isinstance(found, NotEnoughData) else found.set_index("account_id")


def test_margin_is_what_lines_leave_after_their_cost_and_nothing_later_counts():
    found = margins(LINES | {"cost": [60.0, -20.0, 500.0, 45.0]})
    assert found.loc["A"].tolist() == [100.0, 100 - 60 - (30 - 20)]
    assert found.loc["B"].tolist() == [50.0, 5.0]


def test_where_a_line_has_no_cost_its_product_has():
    found = margins(LINES | {"cost": [None, -20.0, 500.0, None]}, ibis.memtable(PRODUCTS))
    assert found.loc["A"].tolist() == [100.0, 100 - 2 * 30 - (30 - 20)]
    assert "B" not in found.index


def test_without_any_cost_there_is_no_margin():
    assert isinstance(margins(LINES), NotEnoughData)
