"""What models of a customer's orders have in common: fitted once, then asked about any customer and horizon."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from salesops.customer_segmentation.histories import Array, Histories, histories
from salesops.customer_segmentation.likelihood import maximise

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from salesops.customer_segmentation.order_counts import OrderCounts

FEWEST_CUSTOMERS = 2


class OrderModel(BaseEstimator, ABC):  # type: ignore[misc]
    """A model of how many orders a customer will place, in scikit-learn's conventions.

    Times may be in any unit; parameters are in it, and horizons must be.

    Attributes
    ----------
    params_
        Parameters by the names of the paper.
    log_likelihood_
        Log-likelihood of all customers, in the unit of the data.
    """

    names: ClassVar[tuple[str, ...]]
    times: ClassVar[tuple[str, ...]]
    needs_gaps: ClassVar[bool] = False

    def fit(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, log_gaps: ArrayLike | None = None) -> Self:
        """Fit by maximum likelihood.

        Parameters
        ----------
        frequency, recency, T
            One value per customer: repeat orders, time from the first order to the last, time from the first order to
            the end of what was watched.
        log_gaps
            Sum of the natural logarithms of the gaps between orders; for `RegularityMixture` only.

        Raises
        ------
        ValueError
            If values are missing or impossible, if there are fewer than two customers, or nobody ordered twice.
        """
        return self.fit_histories(self._histories(frequency, recency, T, log_gaps))

    def fit_histories(self, known: Histories, start: Array | None = None, tolerance: float = 1e-12) -> Self:
        """Fit to counted histories, from a point of an earlier fit if there is one."""
        customers = float(known.weight.sum())
        unit = _usual(known.age.rows(), known.weight)
        orders = float(known.weight @ known.frequency.rows())
        if known.weight.sum() < FEWEST_CUSTOMERS or not orders > 0 or not unit > 0:
            raise ValueError("no repeat buyers: at least two customers and one repeat order are needed")
        scaled = known.in_units_of(unit)
        shift = self._shift(np.log(unit))
        first = self._start(scaled) if start is None else start - shift
        fitted = maximise(lambda point: self._likelihood(point, scaled), first, customers, tolerance)
        self.point_ = fitted.point + shift
        self.log_likelihood_ = fitted.log_likelihood - orders * float(np.log(unit))
        self.params_ = self._params()
        return self

    def p_alive(
        self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, log_gaps: ArrayLike | None = None
    ) -> Array:
        """Return each customer's probability of still being one."""
        known = self._asked(frequency, recency, T, log_gaps)
        return self.alive(known)

    def expected_orders(
        self,
        horizon: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
        log_gaps: ArrayLike | None = None,
    ) -> Array:
        """Return the expected number of orders of each customer in the `horizon` to come."""
        return self.expected(self._asked(frequency, recency, T, log_gaps), horizon)

    def order_counts(
        self,
        horizon: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
        log_gaps: ArrayLike | None = None,
    ) -> OrderCounts:
        """Return the distribution of the number of orders of each customer in the `horizon` to come."""
        return self.counts(self._asked(frequency, recency, T, log_gaps), horizon)

    def none_within(self, known: Histories, horizon: float) -> Array:
        """Return each customer's chance of no order within the horizon.

        It is how much less likely the history becomes by going on without an order, which needs no integral of its own.
        """
        now, then = (self.log_likelihoods(histories_) for histories_ in (known, known.later(horizon)))
        found: Array = np.minimum(np.exp(then - now), 1.0)[known.row_of]
        return found

    @abstractmethod
    def alive(self, known: Histories) -> Array:
        """Return the probability of still being a customer, by customer."""

    @abstractmethod
    def log_likelihoods(self, known: Histories) -> Array:
        """Return the log-likelihood of each row."""

    @abstractmethod
    def usual_gap(self, known: Histories) -> Array:
        """Return the usual time between two orders of each customer while it is one, by customer."""

    @abstractmethod
    def counts(self, known: Histories, horizon: float) -> OrderCounts:
        """Return the distribution of the number of orders."""

    def expected(self, known: Histories, horizon: float) -> Array:
        """Return the expected number of orders, by customer."""
        return self.counts(known, horizon).mean()

    @abstractmethod
    def _likelihood(self, point: Array, known: Histories) -> tuple[float, Array]:
        """Return log-likelihood and gradient at a point."""

    @abstractmethod
    def _start(self, known: Histories) -> Array:
        """Return where to begin the search, times in units of the usual age."""

    def _shift(self, log_unit: float) -> Array:
        """Return what changes in the point when the unit of time does."""
        return np.array([log_unit if name in self.times else 0.0 for name in self.names])

    def _params(self) -> dict[str, float]:
        return {name: float(np.exp(value)) for name, value in zip(self.names, self.point_, strict=True)}

    def _asked(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, log_gaps: ArrayLike | None) -> Histories:
        check_is_fitted(self, "point_")
        x, recency, age = np.broadcast_arrays(*(np.atleast_1d(column) for column in (frequency, recency, age)))
        return self._histories(x, recency, age, log_gaps)

    def _histories(
        self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, log_gaps: ArrayLike | None
    ) -> Histories:
        if self.needs_gaps and log_gaps is None:
            raise ValueError(f"{type(self).__name__} needs log_gaps, the sum of the logarithms of gaps between orders")
        return histories(frequency, recency, age, log_gaps if self.needs_gaps else None)


def order_rate(known: Histories) -> float:
    """Return orders per time over all customers."""
    return float((known.weight @ known.frequency.rows()) / (known.weight @ known.age.rows()))


def _usual(values: Array, weight: Array) -> float:
    return float(values @ weight / max(weight.sum(), 1.0))
