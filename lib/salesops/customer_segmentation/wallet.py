"""Wallet share (钱包份额): what an account buys of us against what it spends in our categories with anyone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

MONTHS_A_YEAR = 12


@passes_not_enough_data
def wallet_share(buyers: pd.DataFrame, value_months: int) -> pd.DataFrame | NotEnoughData:
    """Return each customer's wallet share, and the spend a year that others get.

    Parameters
    ----------
    buyers
        From `buyers`: recent_sales (money in the last `value_months`), potential_spend (money a year).
    value_months
        Months that recent_sales were made in.

    Returns
    -------
    DataFrame or NotEnoughData
        By account_id: wallet_share (0 to 1, at most 1), headroom (money a year that goes elsewhere, not negative), and
        above_potential (whether it buys more of us than it is said to spend: the potential is too low). Empty where
        the potential is not known or zero.

    Examples
    --------
    >>> two = pd.DataFrame({"account_id": ["A", "B"], "recent_sales": [30.0, 5.0], "potential_spend": [120.0, 4.0]})
    >>> wallet_share(two, 12)[["wallet_share", "headroom", "above_potential"]].values.tolist()
    [[0.25, 90.0, False], [1.0, 0.0, True]]
    """
    potential = buyers["potential_spend"] if "potential_spend" in buyers else pd.Series(np.nan, buyers.index)
    potential = potential.where(potential > 0)
    if potential.notna().sum() == 0:
        return NotEnoughData("accounts.potential_spend")
    a_year = buyers["recent_sales"].clip(lower=0) * MONTHS_A_YEAR / value_months
    columns = {
        "wallet_share": (a_year / potential).clip(upper=1.0),
        "headroom": (potential - a_year).clip(lower=0.0),
        "above_potential": a_year > potential,
    }
    return pd.DataFrame(columns).set_axis(pd.Index(buyers["account_id"], name="account_id"))


def total_share(buyers: pd.DataFrame, found: pd.DataFrame) -> float:
    """Return our share of all known potential of customers together, each customer's at most all of its own.

    Examples
    --------
    >>> two = pd.DataFrame({"account_id": ["A", "B"], "recent_sales": [30.0, 5.0], "potential_spend": [96.0, 4.0]})
    >>> round(total_share(two, wallet_share(two, 12)), 2)
    0.34
    """
    potential = buyers["potential_spend"].to_numpy(dtype=float)
    known = found["wallet_share"].notna().to_numpy()
    return float((found["wallet_share"].to_numpy() * potential)[known].sum() / potential[known].sum())
