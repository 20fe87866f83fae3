"""Customers drawn from the law that the models assume, so that their parameters are known."""

from __future__ import annotations

import numpy as np

TRUTH = {"r": 1.2, "alpha": 6.0, "a": 0.8, "b": 6.0}
MOST = 1500


def simulate(customers, regularity, weeks, seed, *, modified=True, ahead=0.0):
    """Return histories in weeks, and the truth: parameters, and orders in the `ahead` weeks after.

    Rates are gamma, gaps gamma with one of the regularities, the chance of stopping after an order beta.
    """
    rng = np.random.default_rng(seed)
    k = np.asarray(regularity)[np.arange(customers) % len(regularity)].astype(float)
    rate = rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], customers)
    stop = rng.beta(TRUTH["a"], TRUTH["b"], customers)
    last = rng.geometric(stop) - modified
    age = rng.uniform(0.3, 1.0, customers) * weeks
    time, count, recency, logs, later = np.zeros((5, customers))
    for order in range(1, MOST):
        gap = np.maximum(rng.gamma(k) / (k * rate), 1e-9)
        time += gap
        placed = order <= last
        now, then = placed & (time <= age), placed & (time > age) & (time <= age + ahead)
        count += now
        recency = np.where(now, time, recency)
        logs += np.where(now, np.log(gap), 0.0)
        later += then
        if not (placed & (time <= age + ahead)).any():
            break
    known = {"frequency": count, "recency": recency, "T": age, "log_gaps": logs}
    return known, TRUTH | {"later": later}
