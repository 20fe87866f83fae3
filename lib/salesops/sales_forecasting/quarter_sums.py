"""What was sold before and after the same day of each quarter, and by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.quarter_windows import sums_between

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.quarter_windows import QuarterWindows


@dataclass(frozen=True)
class QuarterSums:
    """Money, one per quarter and one per month.

    Parameters
    ----------
    sold, left
        What was sold up to the known day, and after it; the last quarter's `left` is not known (NaN).
    after_month
        What was sold after the last whole month before the known day; NaN for the last quarter.
    monthly
        Sales of each month that is over, in the order of time.
    """

    sold: Array
    left: Array
    after_month: Array
    monthly: Array

    def less(self, other: QuarterSums) -> QuarterSums:
        """Return what is left when another part is taken away."""
        return QuarterSums(
            self.sold - other.sold, self.left - other.left, self.after_month - other.after_month,
            self.monthly - other.monthly,
        )  # fmt: skip


def quarter_sums(
    days: Array, amounts: Array, windows: QuarterWindows, months: Array, monthly: Array | None = None
) -> QuarterSums:
    """Add amounts up.

    Parameters
    ----------
    days, amounts
        One per order or day of sales.
    windows
        The quarters.
    months
        The months that are over (datetime64[M]), in the order of time, without gaps.
    monthly
        Their sums, if they are known already.
    """
    sold = sums_between(days, amounts, windows.first - 1, windows.known)
    left, after_month = (sums_between(days, amounts, edge, windows.end) for edge in (windows.known, windows.month_end))
    left[-1] = after_month[-1] = np.nan
    if monthly is None:
        edges = np.append(months, months[-1] + 1).astype("datetime64[D]") - 1
        monthly = sums_between(days, amounts, edges[:-1], edges[1:])
    return QuarterSums(sold, left, after_month, monthly)
