"""The truth behind the tables, as frames of its own: read by tests of estimators, never by the suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.tables.sample.accounts import SEGMENTS
from salesops.tables.sample.births import SOURCES
from salesops.tables.sample.calendar import LAST_DAY, dates
from salesops.tables.sample.catalogue import BOOST, CONSUMABLES, ELASTICITY
from salesops.tables.sample.draws import Floats, Ints, pick
from salesops.tables.sample.dynamics import EFFECTS
from salesops.tables.sample.leads import CONVERSION
from salesops.tables.sample.pay import BELIEF_MEAN, CURRENT, PLANS, expected_pay, log_effort
from salesops.tables.sample.people import TARGET_INCENTIVE

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.company import Company
    from salesops.tables.sample.deal_tables import Book
    from salesops.tables.sample.people import Staff
    from salesops.tables.sample.rhythm import Custom
    from salesops.tables.sample.totals import Totals


def constants() -> dict[str, pd.DataFrame]:
    """Return what is the same in every sample company.

    prices (elasticity by line), win_effects (on the log-odds of winning in a fortnight), promotions (what a kind adds
    to log quantity besides its discount), lead_sources (share of leads that become a deal).
    """
    return {
        "prices": pd.DataFrame({"product_line": CONSUMABLES, "elasticity": ELASTICITY}),
        "win_effects": pd.DataFrame({"feature": list(EFFECTS), "effect": list(EFFECTS.values())}),
        "promotions": pd.DataFrame({"kind": list(BOOST), "boost": list(BOOST.values())}),
        "lead_sources": pd.DataFrame({"source": SOURCES[1:], "conversion": CONVERSION[1:]}),
    }


def reps_truth(staff: Staff) -> pd.DataFrame:
    """Return what drives each person."""
    return pd.DataFrame(
        {
            "rep_id": staff.ids,
            "effort_elasticity": staff.elasticity.round(4),
            "skill": staff.skill.round(4),
            "optimism": staff.optimism.round(4),
            "diligence": staff.diligence.round(4),
        }
    )


def customers_truth(accounts: Accounts, custom: Custom) -> pd.DataFrame:
    """Return how each account buys that was a customer at any time.

    orders_per_year is the rate at the start, growing by `growth` per year in logs; regularity is the gamma shape of
    the gaps; line_value the usual CNY per order line at the account's usual price; left_at may lie in the future.
    """
    frame = pd.DataFrame(
        {
            "account_id": accounts.ids,
            "segment": pick(SEGMENTS, accounts.segment),
            "alive": custom.alive,
            "orders_per_year": accounts.rate.round(4),
            "regularity": accounts.regularity,
            "growth": accounts.growth.round(4),
            "line_value": accounts.line_value.round(2),
            "potential": accounts.potential.round(2),
            "started_at": dates(custom.start),
            "left_at": dates(custom.end),
        }
    )
    return frame[custom.start <= LAST_DAY]


def deals_truth(book: Book, rows: Ints, ever: Floats, soon: Floats) -> pd.DataFrame:
    """Return the chance that each deal open on the last day is won at all, and within twelve weeks."""
    return pd.DataFrame(
        {
            "opportunity_id": book.ids[rows],
            "win_probability": np.round(ever, 4),
            "win_within_twelve_weeks": np.round(soon, 4),
        }
    )


def plans_truth(company: Company, totals: Totals) -> pd.DataFrame:
    """Return what each incentive plan would bring in the year after the last day.

    Account managers of today keep last year's sales and margin, times the effort that the plan draws from them over
    the effort of the current plan; profit is margin less incentive pay of account managers.
    """
    staff = company.staff
    seats = staff.seats_of("AR").ravel()
    person = staff.person_at[seats, -1]
    sales, margin = (_by_seat(staff, year)[seats] for year in (totals.by_person[-4:], totals.margin_by_person[-4:]))
    today = np.exp(log_effort(PLANS[CURRENT], staff.elasticity[person]))
    rows = []
    for plan in PLANS:
        log_e = log_effort(plan, staff.elasticity[person])
        gain = np.exp(log_e) / today
        paid = float((TARGET_INCENTIVE[0] * expected_pay(plan, BELIEF_MEAN + log_e)).sum())
        rows.append((plan.name, (sales * gain).sum(), (margin * gain).sum(), paid, np.exp(log_e).mean()))
    frame = pd.DataFrame(rows, columns=["plan", "sales", "margin", "incentive_pay", "mean_effort"])
    frame["profit"] = frame["margin"] - frame["incentive_pay"]
    return frame.round({"sales": 2, "margin": 2, "incentive_pay": 2, "profit": 2, "mean_effort": 4})


def _by_seat(staff: Staff, by_person: Floats) -> Floats:
    total: Floats = np.bincount(staff.seat, by_person.sum(axis=0), len(staff.seat_role)).astype(np.float64)
    return total
