"""What people say: buyers on prices, customers on how content they are, employees on their work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.tables.sample.calendar import LAST_DAY, dates
from salesops.tables.sample.catalogue import FIRST_PRICE, LINES, REGIONS
from salesops.tables.sample.draws import Floats, Ints, pick, stream

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.company import Company
    from salesops.tables.sample.people import Staff
    from salesops.tables.sample.rhythm import Custom

RESPONDENTS = 90
# Prices named for the four questions, in terms of what the respondent holds to be fair; fair over our list price.
FAIR_MEAN, FAIR_SD = 0.97, 0.18
TOO_CHEAP, CHEAP, EXPENSIVE, TOO_EXPENSIVE = 0.62, 0.84, 1.12, 1.36
MIXED_UP = 0.05
WAVE_DAYS = 183
WAVES = 12
ANSWERING_CUSTOMERS, ANSWERING_STAFF = 0.3, 0.8
TOPICS = ("service", "product", "delivery")
LOSING_PATIENCE_DAYS = 270


def price_survey_table(seed: int) -> pd.DataFrame:
    """Return the `price_survey` table: van Westendorp's four questions on the first product of each line."""
    rng = stream(seed, "survey")
    line = np.repeat(np.arange(len(LINES)), RESPONDENTS)
    fair = FIRST_PRICE[line] * FAIR_MEAN * np.exp(FAIR_SD * rng.normal(size=len(line)))
    factors = np.array([TOO_CHEAP, CHEAP, EXPENSIVE, TOO_EXPENSIVE])
    prices = fair[:, None] * factors * np.exp(0.05 * rng.normal(size=(len(line), 4)))
    prices = _as_people_round(np.sort(prices, axis=1))
    mixed = rng.random(len(line)) < MIXED_UP
    prices[mixed] = prices[mixed][:, [1, 0, 2, 3]]
    intent = np.clip(np.array([0.7, 0.3]) + 0.12 * rng.normal(size=(len(line), 2)), 0.0, 1.0).round(2)
    answers = ("too_cheap", "cheap", "expensive", "too_expensive")
    return pd.DataFrame(
        {
            "respondent_id": np.char.mod("Q%03d", np.arange(len(line)) + 1).astype(object),
            "product_line": pick(LINES, line),
            **{name: prices[:, i] for i, name in enumerate(answers)},
            "buy_at_cheap": intent.max(axis=1),
            "buy_at_expensive": intent.min(axis=1),
        }
    )


def _as_people_round(prices: Floats) -> Floats:
    """Round as people do: to about two digits and a half."""
    step = 10.0 ** (np.floor(np.log10(prices)) - 1) / 2
    return np.round(prices / step) * step


def feedback_table(company: Company, chunk: int, accounts: Accounts, custom: Custom) -> pd.DataFrame:
    """Return the `feedback` table: twice a year some customers answer; who is about to leave says so."""
    rng = stream(company.seed, "feedback", chunk)
    day = WAVE_DAYS * np.arange(WAVES) + 90 + rng.integers(0, 45, (len(accounts), WAVES))
    asked = (custom.start[:, None] + 60 <= day) & (day <= np.minimum(custom.end[:, None] + 60, LAST_DAY))
    account, wave = np.nonzero(asked & (rng.random(day.shape) < ANSWERING_CUSTOMERS))
    given = day[account, wave]
    content = (
        7.3
        + 0.7 * (accounts.relationship[account] - 3)
        + 0.3 * accounts.attitude[account]
        - 1.0 * (accounts.growth[account] < -0.2)
        - 2.0 * (custom.end[account] - given < LOSING_PATIENCE_DAYS)
        + 1.2 * rng.normal(size=len(account))
    )
    return pd.DataFrame(
        {
            "account_id": accounts.ids[account],
            "given_at": dates(given),
            "score": np.clip(np.round(content), 0, 10),
            "kind": pick(TOPICS, rng.integers(len(TOPICS), size=len(account))),
        }
    )


def staff_survey_table(seed: int, staff: Staff, attainment: Floats) -> pd.DataFrame:
    """Return the `staff_survey` table: contentment follows how the last two quarters went; half sign their answer.

    Parameters
    ----------
    attainment
        Quarters × people: sales over target.
    """
    rng = stream(seed, "survey", 1)
    day = WAVE_DAYS * np.arange(WAVES) + 170
    there = (staff.hired + 30 <= day[:, None]) & (staff.left > day[:, None])
    wave, person = np.nonzero(there & (rng.random(there.shape) < ANSWERING_STAFF))
    recent = _recent(attainment)[wave, person]
    score = 6.8 + 2.0 * np.clip(recent - 0.95, -0.6, 0.6) + 0.9 * rng.normal(size=len(person))
    signed = rng.random(len(person)) < 0.5
    return pd.DataFrame(
        {
            "surveyed_at": dates(day[wave]),
            "score": np.clip(score, 0, 10).round(1),
            "region": pick(REGIONS, staff.seat_region[staff.seat[person]]),
            "rep_id": pick(staff.ids, np.where(signed, person, -1)),
        }
    )


def _recent(attainment: Floats) -> Floats:
    """Return waves × people: mean attainment of the two quarters before each wave, 0.95 for who had no target."""
    known = np.where(np.isnan(attainment), 0.95, attainment)
    last: Ints = np.clip(2 * np.arange(WAVES) + 1, 1, len(known) - 1)
    return 0.5 * (known[last] + known[last - 1])
