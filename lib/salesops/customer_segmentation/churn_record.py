"""Back-test of warnings: how early they came, how many were false, and which cut-off would have paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.churn_looks import churn_looks
from salesops.customer_segmentation.outlook_settings import DAYS_PER_WEEK
from salesops.customer_segmentation.scoring import area_under_curve, calibration_error
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from salesops.customer_segmentation.learned_orders import LearnedOrders
    from salesops.customer_segmentation.outlook_settings import OutlookSettings

CUT_OFFS = np.round(np.arange(0.05, 1.0, 0.05), 2)
# From fewer warnings of the past no share is told.
FEWEST_WARNINGS = 10


@dataclass(frozen=True)
class ChurnRecord:
    """What warnings of the past were worth.

    Parameters
    ----------
    cut_off
        Risk from which customers are warned of: the lowest at which enough earlier warnings came true.
    warnings
        Later warnings at that cut-off.
    false_alarms
        Share of these after which the customer ordered before it counted as lost.
    weeks_of_warning
        Median weeks from warning to loss, of the losses that were warned of.
    losses, losses_warned
        Later losses, and those among them that were warned of.
    area
        Chance that who stayed away was given a higher risk than who ordered.
    calibration
        Mean absolute difference between risk and share that stayed away, over five groups.
    looks
        Risk and outcome pairs behind the last two.
    curve
        By cut_off: warnings, false_alarms, weeks_of_warning, losses_warned (share), over all spells of the record.
    """

    cut_off: float
    warnings: int
    false_alarms: float
    weeks_of_warning: float
    losses: int
    losses_warned: int
    area: float
    calibration: float
    looks: int
    curve: pd.DataFrame


@passes_not_enough_data
def churn_record(learned: LearnedOrders) -> ChurnRecord | NotEnoughData:
    """Judge warnings as they would have been given since the past standpoint.

    A spell is the time since an order of a customer that has ordered twice. It is a loss once it has lasted the
    settings' weeks of silence, and no loss if an order ends it before. A warning is the first fortnightly look at which
    the customer is overdue and its risk has reached the cut-off. The cut-off is set on the earlier half of spells and
    judged on the later half.

    Parameters
    ----------
    learned
        Customers as known today and some time ago.

    Returns
    -------
    ChurnRecord or NotEnoughData
        The latter if history is too short, or fewer than ten spells with a known end were looked at in each half.
    """
    if isinstance(learned.past, NotEnoughData):
        return learned.past
    settings, today = learned.settings, learned.today.known.on
    looks = churn_looks(learned, learned.past)
    spells = _decided(looks, today, settings)
    middle = spells["last"].drop_duplicates().median() if len(spells) else 0
    earlier, later = spells[spells["last"] <= middle], spells[spells["last"] > middle]
    if min(_spells(earlier), _spells(later)) < FEWEST_WARNINGS:
        return NotEnoughData(
            f"{2 * FEWEST_WARNINGS} customers' silences with a known end",
            f"orders reach back too short a time to know who stayed away for {settings.lost_weeks} weeks",
        )
    cut_off = _cut_off(_curve(earlier, settings), settings.precision)
    judged = _judged(later, cut_off, settings)
    area, calibration, pairs = _chances(looks, today, settings)
    return ChurnRecord(cut_off, *judged, area, calibration, pairs, _curve(spells, settings))


def _decided(looks: pd.DataFrame, today: int, settings: OutlookSettings) -> pd.DataFrame:
    """Return looks at customers not yet lost, in spells whose end is known whatever it was."""
    open_ = (looks["silent_days"] < settings.lost_days) & (looks["last"] + settings.lost_days <= today)
    return looks[open_].assign(lost=looks["next"] - looks["last"] >= settings.lost_days)


def _spells(looks: pd.DataFrame) -> int:
    return len(looks[["account", "last"]].drop_duplicates())


def _judged(looks: pd.DataFrame, cut_off: float, settings: OutlookSettings) -> tuple[int, float, float, int, int]:
    """Return warnings, share of false alarms, median weeks of warning, losses, and losses warned of."""
    spells = looks.drop_duplicates(["account", "last"])
    warned = looks[looks["overdue"] & (looks["risk"] >= cut_off)].drop_duplicates(["account", "last"])
    true = warned[warned["lost"]]
    weeks = (settings.lost_days - true["silent_days"]) / DAYS_PER_WEEK
    false = 1 - len(true) / len(warned) if len(warned) else float("nan")
    return len(warned), false, float(weeks.median()), int(spells["lost"].sum()), len(true)


def _curve(looks: pd.DataFrame, settings: OutlookSettings) -> pd.DataFrame:
    names = ["warnings", "false_alarms", "weeks_of_warning", "losses", "losses_warned"]
    rows = pd.DataFrame([_judged(looks, cut_off, settings) for cut_off in CUT_OFFS], columns=names)
    return rows.assign(cut_off=CUT_OFFS)[["cut_off", *names]]


def _cut_off(curve: pd.DataFrame, precision: float) -> float:
    """Return the lowest cut-off at which enough warnings came true, or else the most precise one."""
    told = curve["warnings"].to_numpy() >= FEWEST_WARNINGS
    true = np.where(told, 1 - curve["false_alarms"].to_numpy(dtype=np.float64), -1.0)
    enough = np.flatnonzero(true >= precision)
    if not told.any():
        return float(CUT_OFFS[len(CUT_OFFS) // 2])
    return float(CUT_OFFS[enough[0] if len(enough) else int(true.argmax())])


def _chances(looks: pd.DataFrame, today: int, settings: OutlookSettings) -> tuple[float, float, int]:
    """Return area under the curve and calibration of the risk, over looks a full horizon apart, and their pairs."""
    first = looks["day"].min()
    apart = (looks["day"] - first) % (-(-settings.churn_days // 14) * 14) == 0
    known = looks[apart & (looks["day"] + settings.churn_days <= today)]
    stayed_away = (known["next"] - known["day"] > settings.churn_days).to_numpy()
    risk = known["risk"].to_numpy()
    return area_under_curve(risk, stayed_away), calibration_error(risk, stayed_away), len(known)
