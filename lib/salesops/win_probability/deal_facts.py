"""What the table of deals itself says of a deal without a day: competitor, prices, who is responsible.

These are today's values. `late_values` hides them at looks where they may not have been known.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

RESPONSIBLE = ("rep_id", "solution_rep_id", "fulfilment_rep_id")


def deal_facts(opportunity_ids: pd.Series, opportunities: pd.DataFrame) -> pd.DataFrame:
    """Return facts of each row's deal, as far as the table has their columns.

    Parameters
    ----------
    opportunity_ids
        Deal of each row, n rows.
    opportunities
        Table of the input contract.

    Returns
    -------
    DataFrame
        competitor (in its usual spelling), price_gap (natural log of our price over the competitor's) and
        iron_triangle (1 where account, solution and fulfilment responsible are all named, else 0); n rows.
    """
    found = pd.DataFrame(index=pd.Index(opportunities["opportunity_id"]))
    table = opportunities.set_index("opportunity_id")
    if "competitor" in table:
        found["competitor"] = usual_spelling(table["competitor"])
    if {"our_price", "competitor_price"} <= set(table):
        priced = (table["our_price"] > 0) & (table["competitor_price"] > 0)
        ratio = (table["our_price"] / table["competitor_price"]).where(priced).astype(float)
        found["price_gap"] = np.log(ratio)
    if set(RESPONSIBLE) <= set(table):
        found["iron_triangle"] = table[list(RESPONSIBLE)].notna().all(axis=1).astype(float)
    return found.reindex(opportunity_ids).set_axis(opportunity_ids.index)


def usual_spelling(names: pd.Series) -> pd.Series:
    """Return names that differ in case or outer spaces alone as one, in the spelling used most often.

    Examples
    --------
    >>> usual_spelling(pd.Series(["Kestrel", "kestrel ", None, "Kestrel"])).tolist()
    ['Kestrel', 'Kestrel', None, 'Kestrel']
    """
    plain = names.astype(object).where(names.notna(), None)
    key = plain.str.strip().str.casefold()
    counts = pd.DataFrame({"key": key, "name": plain.str.strip()}).value_counts().reset_index()
    usual = counts.drop_duplicates("key").set_index("key")["name"]
    return key.map(usual).astype(object).where(key.notna(), None)
