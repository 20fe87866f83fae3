"""Which customers are worth an offer that may keep them, and from which risk on offers would have paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.churn_record import CUT_OFFS
from salesops.customer_segmentation.spending import expected_amounts
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from salesops.customer_segmentation.learned_orders import LearnedOrders
    from salesops.customer_segmentation.order_outlook import OrderOutlook


SMALLEST_CHANCE = 1e-12
CURVE = ("cut_off", "offers", "stayed_away", "saved", "cost", "gain")


@dataclass(frozen=True)
class SaveOffers:
    """Offers to customers that may be leaving.

    Parameters
    ----------
    customers
        One row per customer that is overdue, at risk and not yet lost, most gain first:

        - account_id, churn_risk, weeks_overdue
        - losing: money, the value within the horizon if it is still a customer, times the chance that it no longer is
        - gain: money, losing times the chance that an offer keeps it, less its cost
        - worth_offer: whether gain is above zero
    cut_off
        Risk from which offers would have gained most a horizon ago; NaN where history cannot tell.
    curve
        By cut_off, a horizon ago: offers, stayed_away (share of them without an order in the weeks of warning), saved
        (value usual but missed by these, times the chance that an offer keeps a customer), cost and gain (money).
    """

    customers: pd.DataFrame
    cut_off: float
    curve: pd.DataFrame


@passes_not_enough_data
def save_offers(learned: LearnedOrders, outlook: OrderOutlook, cost: float, success: float) -> SaveOffers:
    """Return who is worth a save offer.

    Parameters
    ----------
    learned
        Customers as known today and some time ago.
    outlook
        Their value and risk today.
    cost
        Money that an offer costs.
    success
        Share of customers about to leave that an offer keeps, 0 to 1.

    Notes
    -----
    Risk says whom to warn of: who places no order in the coming weeks. An offer to a customer that stays anyway gains
    nothing and costs its price, so what can be saved is what its silence says is being lost: who orders seldom is at
    risk in every quarter, and is not leaving.
    """
    curve = _curve(learned, outlook, cost, success)
    best = float("nan") if curve.empty else float(CUT_OFFS[int(curve["gain"].to_numpy().argmax())])
    rows = outlook.customers
    losing = (rows["at_stake"] - rows["clv"]).clip(lower=0.0)
    rows = rows.assign(losing=losing, gain=success * losing - cost, worth_offer=success * losing > cost)
    savable = can_be_saved(rows["weeks_since_order"], rows["usual_gap_weeks"], learned.settings.lost_weeks)
    asked = savable & (rows["churn_risk"] >= (0.0 if np.isnan(best) else best))
    columns = ["account_id", "churn_risk", "weeks_overdue", "losing", "gain", "worth_offer"]
    found = rows.loc[asked, columns].sort_values("gain", ascending=False, kind="stable")
    return SaveOffers(found.reset_index(drop=True), best, curve)


def can_be_saved(silent: pd.Series, usual_gap: pd.Series, lost: float) -> pd.Series:
    """Return who is overdue but not yet lost: silent for less than the time given, or than twice the usual gap.

    Parameters
    ----------
    silent, usual_gap
        Time since the last order, and usual time between two, by customer.
    lost
        Silence of who is lost, in the same unit.

    Examples
    --------
    >>> can_be_saved(pd.Series([10, 30, 30, 70]), pd.Series([20, 5, 20, 60]), 26).tolist()
    [False, False, True, True]
    """
    return (silent > usual_gap) & (silent < np.maximum(lost, 2 * usual_gap))


def _curve(learned: LearnedOrders, outlook: OrderOutlook, cost: float, success: float) -> pd.DataFrame:
    """Return what offers at the past standpoint would have brought, by cut-off."""
    if isinstance(learned.past, NotEnoughData):
        return pd.DataFrame(columns=CURVE)
    known, model, settings = learned.past.known, learned.past.model, learned.settings
    gap, alive = model.usual_gap(known.known), model.alive(known.known)
    orders = model.expected(known.known, learned.past_days) / np.maximum(alive, SMALLEST_CHANCE)
    usual = orders * expected_amounts(known.spending)
    away = known.orders_within(settings.churn_days) == 0
    missed = np.where(away, np.maximum(usual - known.amount_within(learned.past_days), 0.0), 0.0)
    savable = can_be_saved(pd.Series(known.silent_days), pd.Series(gap), settings.lost_days).to_numpy()
    risk = np.where(savable, model.none_within(known.known, settings.churn_days), -1.0)
    asked = risk >= CUT_OFFS[:, None]
    offers = asked.sum(axis=1)
    saved = success * _value_share(outlook) * (asked @ missed)
    share = (asked & away).sum(axis=1) / np.maximum(offers, 1)
    columns = (CUT_OFFS, offers, np.where(offers > 0, share, np.nan), saved, cost * offers, saved - cost * offers)
    return pd.DataFrame(dict(zip(CURVE, columns, strict=True)))


def _value_share(outlook: OrderOutlook) -> float:
    """Return value over sales of all customers together: what one unit of sales is worth."""
    customers = outlook.customers
    sales = float((customers["expected_orders"] * customers["expected_value"]).sum())
    return float(customers["clv"].sum()) / sales if sales > 0 else 1.0
