"""Companies that lack what the page lives on: the real notebook gives each its page, with a clear statement."""

import re

import pandas as pd
import pytest
from notebook_cells import run_cells, visible, write_tables

from salesops.tables import published
from salesops.tables.sample import generate

AS_OF = "2026-09-30"


@pytest.fixture(scope="module")
def company():
    """A small company that has every table."""
    return generate(accounts=150, seed=3).tables


def without(tables, *names):
    return {name: table for name, table in tables.items() if name not in names}


def only(tables, *names):
    return {name: tables[name] for name in names}


def no_market_table(tables):
    return without(tables, "market")


def no_market_nor_competition(tables):
    return without(tables, "market", "competition")


def shares_over_one(tables):
    market = tables["market"]
    low = {name: market[name] / 50 for name in ("spend", "p10", "p90")}
    return {**tables, "market": market.assign(**low)}


def one_year(tables):
    orders, market, competition = tables["orders"], tables["market"], tables["competition"]
    return {
        **without(tables, "opportunities", "stage_history", "scorecards", "activities", "leads"),
        "orders": orders[orders["ordered_at"] >= pd.Timestamp(2025, 10, 1)],
        "market": market[market["year"] == 2025],
        "competition": competition[competition["year"] == 2025],
    }


def price_never_varied(tables):
    orders = tables["orders"]
    price = orders["product_id"].map(orders.groupby("product_id")["unit_price"].median())
    return {**tables, "orders": orders.assign(unit_price=price, amount=(price * orders["quantity"]).round(2))}


def survey_out_of_order(tables):
    survey = tables["price_survey"]
    swapped = survey.assign(too_cheap=survey["too_expensive"], too_expensive=survey["too_cheap"])
    return {**tables, "price_survey": swapped}


def a_segment_without_accounts(tables):
    market = tables["market"]
    new = market[market["region"] == "East"].assign(region="Islands")
    return {**tables, "market": pd.concat([market, new], ignore_index=True)}


def orders_alone(tables):
    return only(tables, "orders")


def required_columns_alone(tables):
    return {"orders": tables["orders"][["order_id", "account_id", "ordered_at", "amount"]]}


def opportunities_alone(tables):
    return only(tables, "opportunities")


def accounts_and_orders(tables):
    return only(tables, "orders", "accounts")


def accounts_without_industry(tables):
    return {**tables, "accounts": tables["accounts"].drop(columns=["industry"])}


def one_account(tables):
    orders = tables["orders"]
    first = orders["account_id"].iloc[0]
    return {
        "orders": orders[orders["account_id"] == first],
        "accounts": tables["accounts"][tables["accounts"]["account_id"] == first],
        **only(tables, "market", "competition"),
    }


def returns_alone(tables):
    orders = tables["orders"]
    return {
        **only(tables, "accounts", "market", "competition"),
        "orders": orders.assign(amount=-orders["amount"].abs()),
    }


def nobody_left_to_sell(tables):
    return {**tables, "reps": tables["reps"].assign(left_at=pd.Timestamp(2026, 1, 1))}


def competition_without_segments(tables):
    return {**tables, "competition": tables["competition"].drop(columns=["industry", "region"])}


BAD = {
    no_market_table: "Published spend: not enough data: needs market",
    no_market_nor_competition: "There is only one way, so nothing checks it",
    shares_over_one: "a share over 100%",
    one_year: "needs a calendar year of both orders and competition",
    price_never_varied: "price never varied enough",
    survey_out_of_order: "check the columns' names",
    a_segment_without_accounts: "Islands",
    orders_alone: "needs market, accounts.potential_spend or competition",
    required_columns_alone: "needs market, accounts.potential_spend or competition",
    opportunities_alone: "needs market, accounts.potential_spend or competition",
    accounts_and_orders: "There is only one way, so nothing checks it",
    accounts_without_industry: "we can win",
    one_account: "the market",
    returns_alone: "nothing was sold in 2025",
    nobody_left_to_sell: "all have left",
    competition_without_segments: "the market",
}
cases = pytest.mark.parametrize("change", BAD, ids=lambda change: change.__name__)


@pytest.mark.slow
@cases
def test_each_gives_its_page_with_a_clear_statement(change, company, tmp_path):
    data = write_tables(change(company), tmp_path / "data")
    shown, _ = run_cells("market_sizing",
        {"data": str(data), "as_of": AS_OF, "run_dir": str(tmp_path / "run"), "ledger": str(tmp_path / "ledger"),
         "draws": 500}
    )  # fmt: skip
    page = visible(shown)
    assert BAD[change] in page
    assert not re.search(r"\b(nan|NaN|NaT|None|inf)\b", page.split("About these numbers")[0])
    sizes = published(tmp_path / "run", "market_sizing", "market_sizes")
    if "market, accounts.potential_spend or competition" in BAD[change]:
        assert not isinstance(sizes, pd.DataFrame)
    else:
        total = sizes[sizes["measure"] == "TAM"]
        assert (total[["p10", "p50", "p90"]] > 0).all(axis=None)
        assert (sizes[["p10", "p50", "p90"]] >= 0).all(axis=None)
