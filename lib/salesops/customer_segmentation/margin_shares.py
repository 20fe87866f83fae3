"""Share of sales that is kept after our own cost, by customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from salesops.customer_segmentation.histories import Array

# A customer's own margin counts half once it has bought this many times what customers usually have.
TRUSTED_AT = 0.2


def margin_shares(account_id: pd.Index, margins: pd.DataFrame) -> Array:
    """Return the share of sales that is margin, drawn towards the company's where little was bought.

    Parameters
    ----------
    account_id
        Customers wanted.
    margins
        account_id, bought and margin (money), as `salesops.tables.queries.customer_margins` finds them; customers
        without a row take the company's share.

    Examples
    --------
    >>> import pandas as pd
    >>> margins = pd.DataFrame({"account_id": ["A", "B"], "bought": [900.0, 100.0], "margin": [270.0, 80.0]})
    >>> margin_shares(pd.Index(["A", "B", "C"]), margins).round(3).tolist()
    [0.305, 0.575, 0.35]
    """
    known = margins.set_index("account_id")[["bought", "margin"]].reindex(account_id).fillna(0.0)
    bought, margin = known["bought"].to_numpy(), known["margin"].to_numpy()
    everybody, all_margin = float(margins["bought"].sum()), float(margins["margin"].sum())
    company = all_margin / everybody if everybody > 0 else 0.0
    prior = TRUSTED_AT * everybody / max(len(margins), 1)
    shares: Array = (margin + prior * company) / np.maximum(bought + prior, 1e-12)
    return shares
