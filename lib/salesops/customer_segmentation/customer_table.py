"""The published table of customers: one row each, with everything that was found about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.next_steps import next_steps
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from salesops.customer_segmentation.parameters import Parameters

TEXT = ("value_tier", "lifecycle_stage", "segment_name")
COUNTS = ("segment", "band")
NUMBERS = (
    "value_score", "p_alive", "expected_orders", "expected_value", "clv", "clv_low", "clv_high", "churn_risk",
    "weeks_overdue", "wallet_share",
)  # fmt: skip
COLUMNS = (
    "account_id", "segment", "value_tier", "value_score", "band", "lifecycle_stage", "p_alive", "expected_orders",
    "expected_value", "clv", "clv_low", "clv_high", "churn_risk", "weeks_overdue", "wallet_share", "next_step",
    "segment_name", "name", "recent_sales", "risk_until",
)  # fmt: skip


@passes_not_enough_data
def customer_table(
    found: pd.DataFrame, parts: Sequence[pd.DataFrame | NotEnoughData], as_of: date, parameters: Parameters
) -> pd.DataFrame:
    """Return one row per customer with what every part of the page says of it.

    Parameters
    ----------
    found
        From `customers`.
    parts
        Frames with a row per customer, by account_id as index or column; what is absent leaves its columns empty.
        Where two hold the same column the first counts.
    as_of
        Last day that is known.
    parameters
        The notebook's parameters.

    Returns
    -------
    DataFrame
        The columns of the output contract, segment_name, name, recent_sales and risk_until (the day up to which
        churn_risk is the chance of no order), in order of account_id. Segment and band are whole numbers, empty where
        there is none.

    Examples
    --------
    >>> from datetime import date
    >>> import pandas as pd
    >>> from salesops.customer_segmentation.parameters import Parameters
    >>> one = pd.DataFrame({"account_id": ["A"], "name": ["Hefei"], "recent_sales": [5.0], "buys": [True]})
    >>> bands = pd.DataFrame({"band": [1]}, index=pd.Index(["A"], name="account_id"))
    >>> table = customer_table(one, [bands, NotEnoughData("clv")], date(2026, 9, 30), Parameters())
    >>> table[["account_id", "band", "clv", "next_step"]].values.tolist()
    [['A', 1, nan, 'keep in contact as the band asks']]
    """
    table = found.set_index("account_id")
    for part in parts:
        if not isinstance(part, NotEnoughData):
            table = _with(table, part)
    absent = [name for name in (*TEXT, *COUNTS, *NUMBERS) if name not in table]
    table = table.assign(**dict.fromkeys(absent, np.nan)).assign(next_step=next_steps(table, parameters))
    until = pd.Timestamp(as_of) + pd.Timedelta(weeks=parameters.churn_weeks)
    table = table.assign(risk_until=until.strftime("%Y-%m-%d"))
    kinds = dict.fromkeys(TEXT, "string") | dict.fromkeys(COUNTS, "Int64") | dict.fromkeys(NUMBERS, "float64")
    table = table.astype(kinds)
    return table.reset_index()[list(COLUMNS)]


def _with(table: pd.DataFrame, part: pd.DataFrame) -> pd.DataFrame:
    by_account = part.set_index("account_id") if "account_id" in part.columns else part
    return table.join(by_account[[name for name in by_account.columns if name not in table.columns]])
