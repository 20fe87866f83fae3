"""Who decides at a customer, as far as we know: roles of the decision covered, our relations, their attitude.

Contacts carry no day, so that what was known of them then cannot be told; they are left out unless the parameter
`use_contacts` says that today's may stand for the past, which holds as far as people and their leanings change slowly.
"""

from __future__ import annotations

import pandas as pd

# Initiator, user, influencer, gatekeeper, decider, approver, payer.
ROLES = 7
PEOPLE_COLUMNS = ("roles_covered", "relationship_level", "attitude")


def customer_people(account_ids: pd.Series, contacts: pd.DataFrame) -> pd.DataFrame:
    """Return how well we know the people of each row's customer.

    Parameters
    ----------
    account_ids
        Customer of each row, n rows.
    contacts
        Table of the input contract.

    Returns
    -------
    DataFrame
        roles_covered (share of the seven roles; 0 for a customer without contacts) and, where the table has them, the
        means of relationship_level (1 to 5) and attitude (−2 to 2); n rows, indexed like `account_ids`.

    Examples
    --------
    >>> people = pd.DataFrame({"account_id": ["A", "A"], "decision_role": ["decider", "user"], "attitude": [2, 1]})
    >>> customer_people(pd.Series(["A", "B"]), people).round(2).values.tolist()
    [[0.29, 1.5], [0.0, nan]]
    """
    by_account = contacts.groupby("account_id")
    means = [column for column in PEOPLE_COLUMNS if column in contacts.columns]
    found = pd.DataFrame({"roles_covered": (by_account["decision_role"].nunique() / ROLES).clip(upper=1.0)})
    found = found.join(by_account[means].mean()) if means else found
    return found.reindex(account_ids).set_axis(account_ids.index).fillna({"roles_covered": 0.0})
