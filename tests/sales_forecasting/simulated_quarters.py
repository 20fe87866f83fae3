"""A company under a known law: deals with stages, a season and shared fortune, and business that no deal announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from salesops.sales_forecasting.deal_expectation import expect_deals
from salesops.sales_forecasting.deal_orders import DealOrders
from salesops.sales_forecasting.deal_states import DealBook, deal_book
from salesops.sales_forecasting.quarter_sums import quarter_sums
from salesops.sales_forecasting.quarter_windows import quarter_windows
from salesops.sales_forecasting.this_quarter import QUARTERS_OF_SCALE, ThisQuarter, from_sums

FIRST = np.datetime64("2017-01", "M")
QUARTERS, WARM_UP = 40, 4
BEGINS = (FIRST + 3 * WARM_UP).astype("datetime64[D]")
STARTS = (FIRST + 3 * np.arange(QUARTERS + 1)).astype("datetime64[D]")


@dataclass(frozen=True)
class SimulatedCompany:
    """Sales by day from 2018 to 2026, and the deals behind a part of them."""

    days: np.ndarray
    sales: np.ndarray
    book: DealBook
    lag_days: int


def simulated_company(seed: int, lag_days: int = 0) -> SimulatedCompany:
    """Draw a company; deals become orders `lag_days` after winning on average, at once if 0.

    Rates of new deals follow a random walk with a season; wins share the fortune of their quarter; six deals in ten
    close in the last days of a quarter; stages tell the chance of winning with an error of 30%, and stated closing days
    are off by 10 to 45 days. 20 to 60% of sales come without a deal.
    """
    rng = np.random.default_rng(seed)
    jump, fortune, size = rng.uniform(0.05, 0.3), rng.uniform(0.05, 0.45), rng.uniform(0.7, 1.3)
    level = np.exp(np.cumsum(rng.normal(0.01, jump / 2, QUARTERS)) + np.resize(rng.normal(0, 0.12, 4), QUARTERS))
    quarter = np.repeat(np.arange(QUARTERS), rng.poisson(50 * level * rng.uniform(0.5, 2)))
    length = np.diff(STARTS).astype(int)
    created = STARTS[quarter] + np.floor(rng.random(len(quarter)) * length[quarter]).astype(int)
    closed = _closing(rng, created)
    luck = np.exp(rng.normal(0, fortune, QUARTERS + 1))[_quarter_of(closed)]
    chance = rng.beta(2, 5, len(quarter))
    won = rng.random(len(quarter)) < np.minimum(chance * luck, 0.98)
    ordered = closed + (np.ceil(rng.gamma(4, lag_days / 4, len(quarter))).astype(int) if lag_days else 0)
    deals = pd.DataFrame(
        {"opportunity_id": np.arange(len(quarter)), "created_at": created, "closed_at": closed,
         "delivery_at": ordered, "status": np.where(won, "won", "lost"), "amount": rng.lognormal(0, size, len(quarter))}
    )  # fmt: skip
    stated = np.clip(chance * np.exp(rng.normal(0, 0.3, len(quarter))), 0, 0.74)
    expected = closed + np.round(rng.normal(0, rng.uniform(10, 45), len(quarter))).astype(int)
    stage = np.array(list("abcde"))[np.floor(stated / 0.15).astype(int)]
    history = deals[["opportunity_id"]].assign(stage=stage, entered_at=created, expected_close=expected)
    link = DealOrders(pd.Series(dtype="datetime64[us]"), 1.0, lag_days)
    book = deal_book(deals, history, link)
    days = np.arange(BEGINS, STARTS[-1])
    return SimulatedCompany(days, _sales(rng, days, book, level), book, lag_days)


def quarter_on(company: SimulatedCompany, day: int, *, linked: bool = True) -> ThisQuarter:
    """Return the forecast on a day of the last quarter, with all earlier quarters as they would have been."""
    last = STARTS[-2].astype(date) + timedelta(days=day - 1)
    windows = quarter_windows(last, QUARTERS - WARM_UP - 1).since(BEGINS)
    months = np.arange(BEGINS, windows.month_end[-1] + 1, dtype="datetime64[M]")
    months = months[months < (windows.month_end[-1] + 1).astype("datetime64[M]")]
    book = company.book
    deals = expect_deals(book, windows, company.lag_days, QUARTERS_OF_SCALE)
    of_deals = quarter_sums(book.ordered[book.won], book.amount[book.won], windows, months) if linked else None
    return from_sums(windows, quarter_sums(company.days, company.sales, windows, months), deals, of_deals)


def _quarter_of(day: np.ndarray) -> np.ndarray:
    return np.minimum(np.searchsorted(STARTS, day, side="right") - 1, QUARTERS)


def _closing(rng: np.random.Generator, created: np.ndarray) -> np.ndarray:
    close = created + np.ceil(rng.gamma(2.0, 35.0, len(created))).astype(int)
    ends = np.append(STARTS[1:], STARTS[-1] + 90)[_quarter_of(close)] - 1
    pulled = np.maximum(ends - np.floor(rng.exponential(8, len(close))).astype(int), created + 1)
    return np.where(rng.random(len(close)) < 0.6, pulled, close)


def _sales(rng: np.random.Generator, days: np.ndarray, book: DealBook, level: np.ndarray) -> np.ndarray:
    inside = book.won & (book.ordered >= days[0]) & (book.ordered <= days[-1])
    of_deals = np.bincount((book.ordered[inside] - days[0]).astype(int), book.amount[inside], minlength=len(days))
    share = rng.uniform(0.2, 0.6)
    usual = of_deals.mean() * share / (1 - share)
    month = (days.astype("datetime64[M]") - BEGINS.astype("datetime64[M]")).astype(int)
    noise = rng.gamma(2, 0.5, len(days)) * np.exp(rng.normal(0, 0.08, month[-1] + 1))[month]
    return of_deals + usual * (level / level.mean())[_quarter_of(days)] * noise
