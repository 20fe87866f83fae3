"""Under which conditions each deal lives: what is fixed about it, and what the day brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.tables.sample.births import NOBODY, SOURCES
from salesops.tables.sample.calendar import (
    DECISION_SEASON,
    FIRST_QUARTER,
    FORTNIGHT,
    STEPS,
    STEPS_BEFORE,
    month_of_year,
    quarter_of,
    step_start,
)
from salesops.tables.sample.catalogue import COMPETITOR_STRENGTH, between
from salesops.tables.sample.draws import sigmoid
from salesops.tables.sample.dynamics import USUAL_AMOUNT, Climate, Setting
from salesops.tables.sample.people import RAMP_STEPS

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.births import Deals
    from salesops.tables.sample.company import Company
    from salesops.tables.sample.draws import Floats, Ints

VISITS_PER_FORTNIGHT = 0.34
# Log-odds that a visit ends in a commitment: at rest, per point of the decider's attitude, per unit of the rep's skill.
COMMITMENT, COMMITMENT_ATTITUDE, COMMITMENT_SKILL = -0.5, 0.3, 0.5


def setting_of(company: Company, accounts: Accounts, deals: Deals) -> Setting:
    """Return what is fixed about deals as far as winning goes."""
    staff, account = company.staff, deals.account
    person = staff.person_at[deals.seat, deals.born]
    attitude = accounts.attitude[account]
    readiness = COMMITMENT + COMMITMENT_ATTITUDE * attitude + COMMITMENT_SKILL * staff.skill[person]
    return Setting(
        fixed=_fixed(company, accounts, deals),
        price_gap=np.where(deals.competitor == NOBODY, 0.0, deals.price_gap),
        visit_rate=VISITS_PER_FORTNIGHT * staff.diligence[person] * staff.effort[deals.seat, deals.born],
        commitment_chance=sigmoid(readiness),
        relationship=accounts.relationship[account],
    )


def _fixed(company: Company, accounts: Accounts, deals: Deals) -> Floats:
    """Return deals × features, in the order that `Setting` tells."""
    account = deals.account
    partner = accounts.partner[account]
    return np.column_stack(
        [
            accounts.relationship[account] - 3,
            accounts.attitude[account],
            accounts.coverage[account] - 0.5,
            deals.triangle,
            np.log(deals.amount / USUAL_AMOUNT),
            np.append(company.partners.quality, 0.0)[partner],
            partner >= 0,
            deals.source == SOURCES.index("referral"),
            deals.source == SOURCES.index("tender notice"),
        ]
    )


def climate_at(company: Company, deals: Deals, steps: Ints) -> Climate:
    """Return what the fortnights bring to the deals; beyond the last one, competitor and rep stay as they were."""
    staff, now = company.staff, np.minimum(steps, STEPS - 1)
    person = staff.person_at[deals.seat, now]
    progress = (now - STEPS_BEFORE) / (STEPS - STEPS_BEFORE)
    strength = np.column_stack([between(COMPETITOR_STRENGTH, progress), np.zeros(len(now))])
    quarter = quarter_of(_middle(steps)) - FIRST_QUARTER
    return Climate(
        rivalry=strength[np.arange(len(now)), deals.competitor],
        skill=staff.skill[person],
        inexperience=np.exp(-staff.tenure(person, now) / RAMP_STEPS),
        shock=company.shocks[np.minimum(quarter, len(company.shocks) - 1)],
        season=season_at(steps),
    )


def season_at(steps: Ints) -> Floats:
    """Return what the season of each fortnight adds to the log-odds of winning."""
    season: Floats = DECISION_SEASON[month_of_year(_middle(steps))]
    return season


def _middle(steps: Ints) -> Ints:
    return step_start(steps) + FORTNIGHT // 2
