"""Deals reviewed, visited and decided month by month, whose chances follow from the effects written here."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesops.win_probability.deal_tables import DealTables

LAST_DAY = pd.Timestamp("2026-09-30")
MONTHS = 60
CONFIRMATIONS = [f"c{i}" for i in range(1, 10)] + ["f1", "f2", "f3", "w1"]
# Not in the order of the card, so that no ranking is right by accident.
TICK_EFFECT = np.array([0.5, 0.1, 0.9, 0.3, 0.0, 1.1, 0.2, 0.6, 0.05, 0.4, 0.8, 0.7, 1.0])
TRIANGLE_EFFECT, PRICE_EFFECT, COMMITMENT_EFFECT, RIVAL_EFFECT = 0.8, -5.0, 0.4, -0.9
AMOUNT = 100_000.0


def expit(x):
    return 1 / (1 + np.exp(-x))


def simulate_reviews(deals: int, seed: int) -> DealTables:
    """Return the tables as of the last day."""
    rng = np.random.default_rng(seed)
    born, triangle = np.sort(rng.integers(0, MONTHS, deals)), rng.random(deals) < 0.5
    gap, rival = rng.normal(0, 0.1, deals), rng.random(deals) < 0.5
    fixed = TRIANGLE_EFFECT * triangle + PRICE_EFFECT * gap + RIVAL_EFFECT * rival
    ticks, commitments = rng.random((deals, 13)) < 0.15, np.zeros(deals)
    status, closed, reviews, visits = np.full(deals, "open", object), np.full(deals, -1), [], []
    for month in range(1, MONTHS + 1):
        live = np.flatnonzero((born < month) & (status == "open"))
        ticks[live] |= rng.random((len(live), 13)) < 0.06
        visited, committed = rng.random(len(live)) < 0.5, rng.random(len(live)) < 0.4
        commitments[live] += visited & committed
        reviews.append((live, month, ticks[live].astype(int)))
        visits.append((live[visited], month, committed[visited].astype(int)))
        drive = fixed[live] + ticks[live] @ TICK_EFFECT + COMMITMENT_EFFECT * np.minimum(commitments[live], 5)
        won = expit(-5.2 + drive)
        ended = won + (1 - won) * expit(-1.6 - 0.5 * drive)
        draw = rng.random(len(live))
        status[live[draw < ended]] = np.where(draw < won, "won", "lost")[draw < ended]
        closed[live[draw < ended]] = month
    deals_table = _opportunities(born, closed, status, triangle, gap, rival)
    scorecards = _events(reviews, "scored_at", CONFIRMATIONS)
    activities = _events(visits, "occurred_at", ["commitment"]).assign(kind="visit")
    return DealTables(deals_table, scorecards=scorecards, activities=activities)


def day(months, days_before_its_end):
    ends = pd.date_range(end=LAST_DAY, periods=MONTHS + 1, freq="ME")
    return ends[np.asarray(months)] - pd.Timedelta(days=days_before_its_end)


def ids(positions):
    return np.char.mod("D%05d", np.asarray(positions))


def _opportunities(born, closed, status, triangle, gap, rival):
    return pd.DataFrame(
        {
            "opportunity_id": ids(np.arange(len(born))),
            "account_id": [f"A{i % 400}" for i in range(len(born))],
            "amount": AMOUNT,
            "created_at": day(born, 1),
            "stage": "open",
            "status": status.astype(str),
            # Visits and reviews come ten days before the end of a month, the decision one day before it.
            "closed_at": pd.Series(day(np.maximum(closed, 0), 1)).where(status != "open"),
            "rep_id": "R1",
            "solution_rep_id": np.where(triangle, "R2", None),
            "fulfilment_rep_id": "R3",
            "competitor": np.where(rival, "Kestrel", None),
            "our_price": AMOUNT * np.exp(gap),
            "competitor_price": AMOUNT,
        }
    )


def _events(parts, date_column, columns):
    found = pd.DataFrame(np.concatenate([values.reshape(len(who), -1) for who, _, values in parts]), columns=columns)
    found.insert(0, "opportunity_id", ids(np.concatenate([who for who, _, _ in parts])))
    found.insert(1, date_column, day(np.concatenate([np.full(len(who), month) for who, month, _ in parts]), 10))
    return found
