"""Sales that come now and then: how much a sale brings, and how often there is one, each smoothed apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array, Panel

ALPHAS = (0.05, 0.1, 0.2, 0.3)


def is_sparse(panel: Panel) -> Array:
    """Tell which series have sales in fewer than three of four periods, from the first sale to the last.

    Syntetos, Boylan and Croston (2005), "On the categorization of demand patterns": where the mean distance between
    sales is above 4/3 periods, forms for intermittent demand are the better ones. Zeros before the first sale and after
    the last one tell of a beginning and an end, and not of rare sales.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> values = np.array([[1.0, 4.0, 0.0], [2.0, 0.0, 0.0], [3.0, 5.0, 7.0]])
    >>> is_sparse(Panel(values, np.array([3, 3, 3]))).tolist()
    [False, True, False]
    """
    sold = panel.values != 0
    first, last = sold.argmax(axis=0), panel.rows - 1 - sold[::-1].argmax(axis=0)
    sparse: Array = sold.any(axis=0) & (4 * sold.sum(axis=0) < 3 * (last - first + 1))
    return sparse


def tsb(panel: Panel) -> Array:
    """Forecast by the method of Teunter, Syntetos and Babai, averaged over a few α.

    Teunter, Syntetos and Babai (2011), "Intermittent demand: linking forecasting to inventory obsolescence": the chance
    of a sale is smoothed in every period, so that the forecast fades where sales have ended; the size where there is
    one. Both start at the means of the history.

    Parameters
    ----------
    panel
        Series; time × series.

    Returns
    -------
    Array
        Mean sales per period ahead, one per series: the same for every period.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> tsb(Panel(np.array([[0.0], [8.0], [0.0], [8.0]]), np.array([4]))).round(1).tolist()
    [4.2]
    """
    alpha = np.array(ALPHAS)[:, None]
    count = (panel.values != 0).sum(axis=0)
    usual = panel.values.sum(axis=0) / np.maximum(count, 1)
    size, chance = (np.repeat(part[None], len(alpha), axis=0) for part in (usual, count / panel.lengths))
    for t, now in enumerate(panel.alive):
        value = panel.values[t, :now]
        sold = value != 0
        size[:, :now] += alpha * sold * (value - size[:, :now])
        chance[:, :now] += alpha * (sold - chance[:, :now])
    rate: Array = (size * chance).mean(axis=0)
    return rate
