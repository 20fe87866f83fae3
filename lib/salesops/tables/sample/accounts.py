"""Accounts: who they are, how they buy, whom we know there; hidden segments of behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.tables.sample import names
from salesops.tables.sample.calendar import FIRST_DAY, LAST_DAY, dates
from salesops.tables.sample.catalogue import INDUSTRIES, INDUSTRY_WEIGHTS, REGION_WEIGHTS, REGIONS
from salesops.tables.sample.draws import Bools, Floats, Ints, choose, pick, stream

if TYPE_CHECKING:
    from salesops.tables.sample.company import Company

SEGMENTS = ("anchor", "steady", "occasional", "bulk")
# How the hidden segment depends on the industry (rows as in INDUSTRIES).
SEGMENT_WEIGHTS = np.array(
    [[0.45, 0.25, 0.10, 0.20], [0.06, 0.55, 0.30, 0.09], [0.20, 0.50, 0.25, 0.05], [0.05, 0.15, 0.30, 0.50]]
)
ORDERS_PER_YEAR = np.array([12.0, 5.2, 2.6, 3.4])
RATE_SD = 0.20
# Gamma shape of the gaps between orders: 1 is random, 8 is clockwork.
REGULARITY = np.array([6.0, 4.0, 1.5, 5.0])
# CNY per order line, and its spread between accounts of a segment.
LINE_VALUE = np.array([21000.0, 8500.0, 3000.0, 52000.0])
VALUE_SD = 0.25
# How many lines of consumables, and how many products of each, an account of the segment ever buys.
LINES_BOUGHT = np.array([3, 2, 1, 1])
PRODUCTS_BOUGHT = np.array([5, 3, 2, 1])
# Chance that an order holds a further line beside its first.
FURTHER_LINE = np.array([0.15, 0.08, 0.0, 0.0])
DISCOUNT_LEVEL = np.array([0.12, 0.07, 0.03, 0.17])
LOST_PER_YEAR = np.array([0.05, 0.08, 0.14, 0.08])
# Growth per year in log orders: most are steady, some grow, some fade.
GROWTH_KINDS = ((0.76, 0.03, 0.03), (0.13, 0.26, 0.05), (0.11, -0.38, 0.07))
CUSTOMER_AT_START = 0.42
# Mean yearly spend of one institution in our categories, with anyone, in CNY.
POTENTIAL = np.array([1_900_000.0, 620_000.0, 780_000.0, 1_050_000.0])
POTENTIAL_SD = 0.45
# No account buys a larger part of what it needs from us than this, in the beginning.
WALLET_SHARE = (0.3, 0.7)
REGION_WEALTH = np.array([1.0, 1.25, 1.1, 0.9, 0.8])
# Deals per year by segment; a third more if it is a customer from the start.
DEALS_PER_YEAR = np.array([1.10, 0.65, 0.40, 0.72])
DISTRIBUTED = np.array([0.35, 0.60, 0.45, 0.40])
ROLE_NAMES = ("initiator", "user", "influencer", "gatekeeper", "decider", "approver", "payer")


@dataclass(frozen=True)
class Accounts:
    """One chunk of accounts; arrays with one entry per account unless said otherwise.

    Positions refer to REGIONS, INDUSTRIES, SEGMENTS, the staff's seats and the list of partners (−1: direct).
    """

    number: Ints
    region: Ints
    industry: Ints
    segment: Ints
    potential: Floats
    seat: Ints
    partner: Ints
    created: Ints
    initial: Bools
    rate: Floats
    regularity: Floats
    growth: Floats
    line_value: Floats
    discount: Floats
    lifetime: Floats
    relationship: Floats
    attitude: Floats
    coverage: Floats
    deal_rate: Floats

    def __len__(self) -> int:
        return len(self.number)

    @property
    def ids(self) -> np.ndarray:
        """Return the account_id of every account."""
        return np.char.mod("A%05d", self.number + 1).astype(object)


def draw_accounts(company: Company, chunk: int) -> Accounts:
    """Return one chunk of accounts with all that is true of them."""
    rng = stream(company.seed, "accounts", chunk)
    number = company.numbers(chunk)
    count = len(number)
    region = choose(rng, np.tile(REGION_WEIGHTS, (count, 1)))
    industry = choose(rng, np.tile(INDUSTRY_WEIGHTS, (count, 1)))
    segment = choose(rng, SEGMENT_WEIGHTS[industry])
    size = rng.normal(size=count)
    potential = POTENTIAL[industry] * REGION_WEALTH[region] * np.exp(POTENTIAL_SD * size - POTENTIAL_SD**2 / 2)
    rate = ORDERS_PER_YEAR[segment] * np.exp(RATE_SD * rng.normal(size=count))
    line_value = LINE_VALUE[segment] * np.exp(VALUE_SD * (0.4 * size + np.sqrt(0.84) * rng.normal(size=count)))
    potential = np.maximum(potential, rate * line_value / rng.uniform(*WALLET_SHARE, count))
    initial = rng.random(count) < CUSTOMER_AT_START
    relationship = np.clip(2.6 + 0.4 * initial + 0.8 * rng.normal(size=count), 1, 5)
    return Accounts(
        number=number,
        region=region,
        industry=industry,
        segment=segment,
        potential=potential,
        seat=_one_of(rng, company.staff.seats_of("AR")[region]),
        partner=_partner(rng, company, region, industry),
        created=np.where(initial, FIRST_DAY - rng.integers(1, 1800, count), FIRST_DAY + _late(rng, count)),
        initial=initial,
        rate=rate,
        regularity=REGULARITY[segment],
        growth=_growth(rng, count),
        line_value=line_value,
        discount=np.clip(DISCOUNT_LEVEL[segment] + 0.015 * rng.normal(size=count), 0.0, 0.3),
        lifetime=rng.exponential(365.25 / LOST_PER_YEAR[segment]),
        relationship=relationship,
        attitude=np.clip(0.5 * (relationship - 3) + 0.8 * rng.normal(size=count), -2, 2),
        coverage=np.clip(0.35 + 0.12 * (relationship - 3) + 0.18 * rng.normal(size=count), 0.14, 1.0),
        deal_rate=DEALS_PER_YEAR[segment] * np.where(initial, 1.12, 0.84) * rng.gamma(2.0, 0.5, count),
    )


def _one_of(rng: np.random.Generator, options: Ints) -> Ints:
    return options[np.arange(len(options)), rng.integers(options.shape[1], size=len(options))]


def _late(rng: np.random.Generator, count: int) -> Ints:
    """Return days after `FIRST_DAY` at which prospects become known: most early, some until the last year."""
    return np.where(rng.random(count) < 0.55, -rng.integers(1, 1500, count), rng.integers(0, LAST_DAY - 200, count))


def _growth(rng: np.random.Generator, count: int) -> Floats:
    weights, means, spreads = np.array(GROWTH_KINDS).T
    kind = choose(rng, np.tile(weights, (count, 1)))
    growth: Floats = means[kind] + spreads[kind] * rng.normal(size=count)
    return growth


def _partner(rng: np.random.Generator, company: Company, region: Ints, industry: Ints) -> Ints:
    """Return the distributor that serves each account, −1 where we sell direct; good ones serve more accounts."""
    by_region = np.argsort(company.partners.region, kind="stable").reshape(len(REGIONS), -1)
    options = by_region[region]
    chosen = choose(rng, np.exp(0.5 * company.partners.quality[options]))
    partner = options[np.arange(len(region)), chosen]
    return np.where(rng.random(len(region)) < DISTRIBUTED[industry], partner, -1)


def accounts_table(company: Company, chunk: int, accounts: Accounts) -> pd.DataFrame:
    """Return the `accounts` table of a chunk, with the gaps and errors that such tables have."""
    rng = stream(company.seed, "gaps", chunk)
    count = len(accounts)
    style = np.where(rng.random(count) < 0.1, 4, rng.integers(4, size=count))
    beds = 420 * (accounts.potential / POTENTIAL.mean()) ** 0.8 * np.exp(0.3 * rng.normal(size=count))
    revenue = accounts.potential * 60 * np.exp(0.4 * rng.normal(size=count))
    seen = accounts.potential * np.exp(0.25 * rng.normal(size=count) - 0.25**2 / 2)
    fit = np.clip(3.1 + 0.5 * (accounts.relationship - 3) + 0.7 * rng.normal(size=count), 1, 5)
    stability = np.clip(3.4 - 2.0 * (accounts.growth < -0.2) + 0.7 * rng.normal(size=count), 1, 5)
    return pd.DataFrame(
        {
            "account_id": accounts.ids,
            "name": names.hospitals(accounts.number, accounts.industry, style),
            "industry": pick(INDUSTRIES, np.where(rng.random(count) < 0.01, -1, accounts.industry)),
            "region": pick(REGIONS, accounts.region),
            "employees": blank(rng, np.round(beds), 0.08),
            "annual_revenue": blank(rng, np.round(revenue, -4), 0.2),
            "created_at": dates(accounts.created),
            "potential_spend": blank(rng, np.round(seen, -2), 0.12),
            "technology_fit": blank(rng, np.round(fit, 1), 0.1),
            "stability": blank(rng, np.round(stability, 1), 0.1),
            "payment_days": payment_terms(accounts),
        }
    )


def payment_terms(accounts: Accounts) -> Ints:
    """Return agreed days to pay: 30 for laboratories and centres, 60 for counties, 90 for large hospitals."""
    return np.where(accounts.partner >= 0, 45, np.array([90, 60, 30, 30])[accounts.industry])


def blank(rng: np.random.Generator, values: Floats, share: float) -> Floats:
    """Return values with a random share of them missing."""
    return np.where(rng.random(len(values)) < share, np.nan, values)
