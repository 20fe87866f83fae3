"""The market around the company: institutions, how they took to the technology, what they spend, and with whom.

Per segment (industry × region) institutions adopt by Bass's law; the market's size (TAM) is what adopters spend per
year. Our accounts are a known share of the adopters, so their mean spend times the number of adopters is the size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.tables.sample.catalogue import (
    COMPETITOR_SHARE,
    COMPETITORS,
    EQUIPMENT_SHARE,
    FIRST_PRICE,
    INDUSTRIES,
    LINES,
    NEED,
    REGIONS,
    between,
)
from salesops.tables.sample.draws import Floats, Ints, pick, stream
from salesops.tables.sample.totals import FIRST_YEAR

if TYPE_CHECKING:
    from salesops.tables.sample.totals import Totals

# Bass's coefficients of innovation and imitation per year, by industry; the first year is `LAUNCH`.
INNOVATION = np.array([0.030, 0.008, 0.006, 0.004])
IMITATION = np.array([0.40, 0.42, 0.35, 0.30])
LAUNCH, LAST_YEAR = 2012, 2025
COMPETITION_FROM = 2021
MARKET_YEARS = np.arange(LAUNCH, LAST_YEAR + 1)
# Institutions that will never adopt, in terms of those that will.
NEVER_ADOPT = 0.1
KNOWN_SHARE = (0.40, 0.75)
# What published figures are off by, in logs: the source's own error per segment, and that of a single year.
SOURCE_ERROR, YEAR_ERROR, ADOPTERS_ERROR, COUNT_ERROR = 0.15, 0.02, 0.04, 0.03
RIVAL_ERROR, RIVAL_SEGMENT_ERROR = 0.10, 0.10
_NORMAL_90 = 1.2816


def bass(years: Floats, innovation: Floats, imitation: Floats) -> Floats:
    """Return the share that has adopted after some years: F(t) = (1 − e^−(p+q)t) / (1 + q/p · e^−(p+q)t).

    Bass (1969), "A new product growth for model consumer durables", Management Science 15(5).

    Examples
    --------
    >>> bass(np.array([0.0, 100.0]), np.array(0.03), np.array(0.4)).round(6).tolist()
    [0.0, 1.0]
    """
    decay = np.exp(-(innovation + imitation) * years)
    return (1 - decay) / (1 + imitation / innovation * decay)


@dataclass(frozen=True)
class Market:
    """The true market; arrays are industries × regions, with years first where there are years.

    Parameters
    ----------
    ceiling
        Institutions that will ever adopt (Bass's m).
    adopters, size
        Per year of `MARKET_YEARS`: institutions that have adopted, and what they spend in CNY (TAM).
    growth
        Yearly growth of spend per adopter, in logs.
    ours
        Our sales per calendar year from 2020.
    """

    ceiling: Floats
    adopters: Floats
    size: Floats
    growth: Floats
    ours: Floats

    @property
    def share(self) -> Floats:
        """Return our share of the market, for the years from `COMPETITION_FROM` to `LAST_YEAR`."""
        first = COMPETITION_FROM
        ours = self.ours[first - FIRST_YEAR : LAST_YEAR - FIRST_YEAR + 1]
        return ours / np.maximum(self.size[first - LAUNCH :], 1.0)


def draw_market(seed: int, totals: Totals) -> Market:
    """Return the market in which the known accounts are what they are."""
    rng = stream(seed, "market")
    shape = totals.potential.shape
    adopters = totals.known / rng.uniform(*KNOWN_SHARE, shape)
    spend = totals.potential / np.maximum(totals.known, 1)
    years: Floats = (MARKET_YEARS - LAUNCH + 1)[:, None].astype(np.float64)
    adopted = bass(years, INNOVATION, IMITATION)
    ceiling = np.maximum(np.round(adopters / adopted[-1][:, None]), 1)
    growth = rng.normal(0.035, 0.012, shape)
    by_year = ceiling * adopted[:, :, None]
    deflator = np.exp(-growth * (LAST_YEAR - MARKET_YEARS)[:, None, None])
    return Market(ceiling, by_year, by_year * spend * deflator, growth, totals.by_segment.sum(axis=3))


def market_table(seed: int, market: Market) -> pd.DataFrame:
    """Return the `market` table: what an outside source publishes, with its error and an honest range."""
    rng = stream(seed, "market", 1)
    shape = market.size.shape
    error = SOURCE_ERROR * rng.normal(size=shape[1:]) + YEAR_ERROR * rng.normal(size=shape)
    spend = market.size * np.exp(error)
    spread = np.exp(_NORMAL_90 * np.hypot(SOURCE_ERROR, YEAR_ERROR))
    added = np.diff(market.adopters, axis=0, prepend=0) * np.exp(ADOPTERS_ERROR * rng.normal(size=shape))
    institutions = market.ceiling * (1 + NEVER_ADOPT) * np.exp(COUNT_ERROR * rng.normal(size=shape[1:]))
    adopters = np.minimum(np.cumsum(added, axis=0), institutions)
    outlook = np.gradient(np.log(np.maximum(market.size, 1.0)), axis=0) + 0.01 * rng.normal(size=shape)
    year, industry, region = (index.ravel() for index in np.indices(shape))
    table = pd.DataFrame(
        {
            "year": MARKET_YEARS[year],
            "industry": pick(INDUSTRIES, industry),
            "region": pick(REGIONS, region),
            "spend": np.round(spend.ravel(), -3),
            "accounts": np.broadcast_to(np.ceil(institutions), shape).ravel(),
            "adopters": np.round(adopters.ravel()),
            "growth_outlook": np.round(outlook.ravel(), 3),
            "p10": np.round((spend / spread).ravel(), -3),
            "p90": np.round((spend * spread).ravel(), -3),
        }
    )
    return table[(market.size > 0).ravel()]


def competition_table(seed: int, market: Market) -> pd.DataFrame:
    """Return the `competition` table: what rivals are thought to sell, by year, segment and product line."""
    rng = stream(seed, "market", 2)
    years = np.arange(COMPETITION_FROM, LAST_YEAR + 1)
    size = market.size[COMPETITION_FROM - LAUNCH :]
    left = np.maximum(size * (1 - market.share), 0.2 * size)
    split = between(COMPETITOR_SHARE, (years - years[0]) / (len(years) - 1))
    lines = np.concatenate([NEED * EQUIPMENT_SHARE, NEED * (1 - EQUIPMENT_SHARE)], axis=1)
    revenue = left[:, None, :, :, None] * split[:, :, None, None, None] * lines[None, None, :, None, :]
    off = RIVAL_SEGMENT_ERROR * rng.normal(size=(1, 1, *size.shape[1:], 1))
    off = off + RIVAL_ERROR * rng.normal(size=(1, len(COMPETITORS), *size.shape[1:], 1))
    revenue = revenue * np.exp(off)
    year, rival, industry, region, line = (index.ravel() for index in np.indices(revenue.shape))
    table = pd.DataFrame(
        {
            "year": years[year],
            "competitor": pick(COMPETITORS, rival),
            "revenue": np.round(revenue.ravel(), -3),
            "industry": pick(INDUSTRIES, industry),
            "region": pick(REGIONS, region),
            "product_line": pick(LINES, line),
            "list_price": np.round(_rival_prices(rng, years)[year, rival, line], 0),
        }
    )
    return table[table["revenue"] > 0]


def _rival_prices(rng: np.random.Generator, years: Ints) -> Floats:
    """Return years × competitors × lines: the list price of what compares with our first product of the line."""
    level = np.array([1.04, 1.00, 1.06, 0.90])[:, None] * np.exp(0.04 * rng.normal(size=(4, len(LINES))))
    prices: Floats = FIRST_PRICE * level * np.exp(0.02 * (years - LAST_YEAR))[:, None, None]
    return prices


def market_truth(market: Market) -> pd.DataFrame:
    """Return the true size of each segment in the last year."""
    industry, region = (index.ravel() for index in np.indices(market.ceiling.shape))
    return pd.DataFrame(
        {
            "industry": pick(INDUSTRIES, industry),
            "region": pick(REGIONS, region),
            "year": LAST_YEAR,
            "tam": np.round(market.size[-1].ravel(), 2),
            "adopters": np.round(market.adopters[-1].ravel(), 2),
            "our_sales": np.round(market.ours[LAST_YEAR - FIRST_YEAR].ravel(), 2),
        }
    )


def diffusion_truth(market: Market) -> pd.DataFrame:
    """Return Bass's coefficients by industry, for the whole country and for each region."""
    whole = np.concatenate([market.ceiling.sum(axis=1, keepdims=True), market.ceiling], axis=1)
    industry, region = (index.ravel() for index in np.indices(whole.shape))
    return pd.DataFrame(
        {
            "segment": pick(INDUSTRIES, industry),
            "region": pick(("all", *REGIONS), region),
            "p": INNOVATION[industry],
            "q": IMITATION[industry],
            "m": whole.ravel(),
        }
    )
