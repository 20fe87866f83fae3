"""The published table of customers: one row each, with everything that was found about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.customer_segmentation.next_steps import next_steps
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from salesops.customer_segmentation.parameters import Parameters

TEXT = ("segment", "value_tier", "lifecycle_stage")
NUMBERS = (
    "value_score", "band", "p_alive", "expected_orders", "expected_value", "clv", "clv_low", "clv_high", "churn_risk",
    "weeks_overdue", "wallet_share",
)  # fmt: skip
COLUMNS = (
    "account_id", "segment", "value_tier", "value_score", "band", "lifecycle_stage", "p_alive", "expected_orders",
    "expected_value", "clv", "clv_low", "clv_high", "churn_risk", "weeks_overdue", "wallet_share", "next_step", "name",
    "recent_sales",
)  # fmt: skip


@passes_not_enough_data
def customer_table(
    found: pd.DataFrame, parts: Sequence[pd.DataFrame | NotEnoughData], parameters: Parameters
) -> pd.DataFrame:
    """Return one row per customer with what every part of the page says of it.

    Parameters
    ----------
    found
        From `customers`.
    parts
        Frames with a row per customer, by account_id as index or column; what is absent leaves its columns empty.
        Where two hold the same column the first counts.
    parameters
        The notebook's parameters.

    Returns
    -------
    DataFrame
        The columns of the output contract, name and recent_sales, in order of account_id.

    Examples
    --------
    >>> import pandas as pd
    >>> from salesops.customer_segmentation.parameters import Parameters
    >>> one = pd.DataFrame({"account_id": ["A"], "name": ["Hefei"], "recent_sales": [5.0], "buys": [True]})
    >>> bands = pd.DataFrame({"band": [1]}, index=pd.Index(["A"], name="account_id"))
    >>> table = customer_table(one, [bands, NotEnoughData("clv")], Parameters())
    >>> table[["account_id", "band", "clv", "next_step"]].values.tolist()
    [['A', 1.0, nan, 'keep in contact as the band asks']]
    """
    table = found.set_index("account_id")
    for part in parts:
        if not isinstance(part, NotEnoughData):
            table = _with(table, part)
    absent = {name: None for name in TEXT if name not in table} | {n: np.nan for n in NUMBERS if n not in table}
    table = table.assign(**absent)
    table = table.assign(
        next_step=next_steps(table, parameters), **{name: table[name].astype(float) for name in NUMBERS}
    )
    table = table.assign(**{name: table[name].astype("str").where(table[name].notna()) for name in TEXT})
    return table.reset_index()[list(COLUMNS)]


def _with(table: pd.DataFrame, part: pd.DataFrame) -> pd.DataFrame:
    by_account = part.set_index("account_id") if "account_id" in part.columns else part
    return table.join(by_account[[name for name in by_account.columns if name not in table.columns]])
