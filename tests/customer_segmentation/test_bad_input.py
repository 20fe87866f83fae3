"""Companies that lack what the page lives on: the real notebook gives each its page, with a clear statement.

The cells are run here one after the other, as Jupyter would, for speed; one company goes through papermill, too.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from notebook_cells import run_cells, visible, write_tables

from salesops.tables import published

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "customer_segmentation.ipynb"
AS_OF = "2026-09-30"
FIRST = pd.Timestamp("2023-01-10")


def orders_of(counts, seed=1, gap=45):
    """Order lines of as many customers, each with as many orders, in a rhythm of about `gap` days."""
    rng = np.random.default_rng(seed)
    account = np.repeat([f"C{i:03d}" for i in range(len(counts))], counts)
    days = np.concatenate([np.cumsum(rng.gamma(3, gap / 3, n)) + rng.uniform(0, 300) for n in counts] or [[]])
    ordered = np.minimum(FIRST + pd.to_timedelta(np.floor(days), unit="D"), pd.Timestamp(AS_OF))
    amount = np.round(rng.lognormal(8, 0.5, len(account)), 2)
    lines = pd.DataFrame({"account_id": account, "ordered_at": ordered, "amount": amount})
    return lines.assign(order_id=[f"O{i:05d}" for i in range(len(lines))])


def many():
    return orders_of(np.random.default_rng(2).integers(1, 20, 80))


def one_customer():
    return {"orders": orders_of([12])}


def all_with_one_order():
    return {"orders": orders_of([1] * 40)}


def no_repeat_buyers_but_lines_of_one_day():
    once = orders_of([1] * 40)
    return {"orders": pd.concat([once, once.assign(order_id="D" + once["order_id"])], ignore_index=True)}


def returns_alone():
    orders = many()
    return {"orders": orders.assign(amount=-orders["amount"])}


def amounts_of_zero():
    return {"orders": many().assign(amount=0.0)}


def amounts_missing():
    return {"orders": many().assign(amount=np.nan)}


def some_amounts_zero_or_missing():
    orders = many()
    place = np.arange(len(orders))
    amount = orders["amount"].where(place % 7 != 0, 0.0).where(place % 11 != 0)
    return {"orders": orders.assign(amount=amount)}


def orders_in_the_future():
    orders = many()
    late = orders.head(5).assign(ordered_at=pd.Timestamp("2027-03-01"), order_id=[f"F{i}" for i in range(5)])
    return {"orders": pd.concat([orders, late], ignore_index=True)}


def several_currencies():
    orders = many()
    return {"orders": orders.assign(currency=np.where(np.arange(len(orders)) % 3, "CNY", "USD"))}


def no_orders():
    deal = {"opportunity_id": "D1", "account_id": "C001", "amount": 5.0, "created_at": FIRST, "stage": "need raised"}
    return {"opportunities": pd.DataFrame([{**deal, "status": "open"}])}


def an_account_that_stands_for_none():
    orders = many()
    nobody = orders.head(30).assign(account_id="unknown", order_id=[f"U{i}" for i in range(30)])
    return {"orders": pd.concat([orders, nobody], ignore_index=True)}


def names_with_markup_and_no_reps():
    orders = many()
    ids = orders["account_id"].unique()
    accounts = {"account_id": ids, "name": "<script>alert(1)</script>", "potential_spend": 0.0}
    return {"orders": orders, "accounts": pd.DataFrame(accounts)}


REPEATS = "needs 10 customers that have ordered on two days"
BAD = {
    one_customer: ["Of 1 customer", "This section needs 5 customers"],
    all_with_one_order: ["Of 40 customers", "Value to come: not enough data", "Segments: not enough data", REPEATS],
    no_repeat_buyers_but_lines_of_one_day: ["Of 40 customers", "Overdue: not enough data", REPEATS],
    returns_alone: ["needs customers who bought", "80 accounts have returns or empty amounts alone"],
    amounts_of_zero: ["needs customers who bought", "with an amount of zero: not counted as a purchase"],
    amounts_missing: ["needs customers who bought", "with no amount: not counted as a purchase"],
    some_amounts_zero_or_missing: ["with an amount of zero", "with no amount", "customers bring 80% of sales"],
    orders_in_the_future: ["The data goes on to 2027-03-01", "customers bring 80% of sales"],
    several_currencies: ["Orders are in several currencies (CNY, USD)", "customers bring 80% of sales"],
    no_orders: ["needs orders", "Nothing can be said of customers yet"],
    an_account_that_stands_for_none: ["Of 80 customers", "Left out as no customer (unknown): 30 order lines"],
    names_with_markup_and_no_reps: ["<script>alert(1)</script>", "needs accounts.potential_spend", "needs reps, or"],
}
HAS_BANDS = {
    all_with_one_order, no_repeat_buyers_but_lines_of_one_day, some_amounts_zero_or_missing, orders_in_the_future,
    several_currencies, an_account_that_stands_for_none, names_with_markup_and_no_reps,
}  # fmt: skip
cases = pytest.mark.parametrize("company", BAD, ids=lambda company: company.__name__)


def values_of_parameters(data, run_dir):
    return {"data": str(data), "as_of": AS_OF, "run_dir": str(run_dir)}


@cases
def test_each_gives_its_page_with_a_clear_statement(company, tmp_path):
    data = write_tables(company(), tmp_path / "data")
    page, _ = run_cells("customer_segmentation", values_of_parameters(data, tmp_path / "run"))
    text = visible(page)
    for said in BAD[company]:
        assert said in text
    assert "<script>alert" not in page
    assert not re.search(r"\b(nan|NaN|NaT|None|inf)\b", text.split("About these numbers")[0])
    customers = published(tmp_path / "run", "customer_segmentation", "customers")
    banded = isinstance(customers, pd.DataFrame) and bool(customers["band"].notna().any())
    assert banded == (company in HAS_BANDS)


def test_an_order_after_the_day_counts_nowhere(tmp_path):
    with_future = write_tables(orders_in_the_future(), tmp_path / "future")
    without = write_tables({"orders": many()}, tmp_path / "plain")
    tables = []
    for place in (with_future, without):
        run_cells("customer_segmentation", values_of_parameters(place, tmp_path / f"run-{place.name}"))
        tables.append(published(tmp_path / f"run-{place.name}", "customer_segmentation", "customers"))
    pd.testing.assert_frame_equal(*tables)


@pytest.mark.slow
def test_papermill_runs_the_same_to_the_end(tmp_path):
    import papermill

    data = write_tables(returns_alone(), tmp_path / "data")
    values = values_of_parameters(data, tmp_path / "run")
    run = papermill.execute_notebook(NOTEBOOK, tmp_path / "out.ipynb", values, progress_bar=False, cwd=ROOT)
    outputs = [output for cell in run.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "error"]
    text = visible(" ".join(output["data"].get("text/html", "") for output in outputs if "data" in output))
    assert all(said in text for said in BAD[returns_alone])
