"""Maximum likelihood over logarithms of positive parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    from collections.abc import Callable

    from salesops.customer_segmentation.histories import Array

# In logarithms, with time in units of the usual age: where a likelihood keeps rising towards a limit, it stops here.
FARTHEST = 9.0


@dataclass(frozen=True)
class Fitted:
    """Where a likelihood is highest.

    Parameters
    ----------
    point
        Parameters, as the likelihood takes them.
    log_likelihood
        Its value there, over all customers.
    """

    point: Array
    log_likelihood: float


def maximise(
    objective: Callable[[Array], tuple[float, Array]],
    start: Array,
    customers: float,
    tolerance: float = 1e-12,
) -> Fitted:
    """Return the parameters with the highest log-likelihood, by L-BFGS-B.

    Parameters
    ----------
    objective
        From parameters to log-likelihood and its gradient.
    start
        Where to begin.
    customers
        Their number; what is optimised is the mean per customer, so that tolerances fit any company.
    tolerance
        Relative gain per step below which it stops.

    Examples
    --------
    >>> fitted = maximise(lambda point: (-float((point - 2) @ (point - 2)), -2 * (point - 2)), np.zeros(1), 1.0)
    >>> fitted.point.round(4).tolist()
    [2.0]
    """

    def cost(point: Array) -> tuple[float, Array]:
        value, gradient = objective(point)
        return -value / customers, -gradient / customers

    options = {"maxiter": 500, "ftol": tolerance, "gtol": 1e-7, "maxcor": 20}
    bounds = [(-FARTHEST, FARTHEST)] * len(start)
    clipped = np.clip(start, -FARTHEST, FARTHEST)
    found = minimize(cost, clipped, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return Fitted(np.asarray(found.x, dtype=np.float64), -float(found.fun) * customers)
