"""Sales of each rep by product line and market, as a share of the quota, quarter by quarter."""

from __future__ import annotations

import pandas as pd

from salesops.incentive_simulation.results import usable

REP, REGION, PRODUCT, MARKET = "rep", "region", "product", "market"


def sales_cells(results: pd.DataFrame, mix: pd.DataFrame) -> pd.DataFrame:
    """Return what each rep sold of each product line to each market, over its usual attainment.

    Parameters
    ----------
    results
        Rows of reps and quarters: rep_id, quarter (a number), region, sales_quota.
    mix
        From `salesops.tables.queries.rep_mix`, its quarter as a number.

    Returns
    -------
    DataFrame
        Cells × quarters; index rep, region, product, market. Cells of a rep add up to 1 in the mean of quarters. A
        quarter without a quota is NaN, one with a quota and without such sales is 0.

    Examples
    --------
    >>> results = pd.DataFrame({"rep_id": "R", "quarter": [1, 2], "region": "N", "sales_quota": 10.0})
    >>> mix = pd.DataFrame({"rep_id": "R", "quarter": [1, 1, 2], "product_line": ["a", "b", "a"], "industry": "i"})
    >>> sales_cells(results, mix.assign(sales=[4.0, 4.0, 8.0])).to_numpy().tolist()
    [[0.5, 1.0], [0.5, 0.0]]
    """
    known = results[usable(results)]
    quotas = known.pivot(index="rep_id", columns="quarter", values="sales_quota")
    regions = known.drop_duplicates("rep_id", keep="last").set_index("rep_id")["region"].astype(str)
    rows = mix[mix["rep_id"].isin(quotas.index) & mix["quarter"].isin(quotas.columns)]
    cells = rows.fillna({"product_line": "", "industry": ""}).pivot_table(
        "sales", ["rep_id", "product_line", "industry"], "quarter", aggfunc="sum", fill_value=0.0
    )
    rep = cells.index.get_level_values("rep_id")
    parts = pd.DataFrame(cells.reindex(columns=quotas.columns, fill_value=0.0) / quotas.reindex(rep).to_numpy())
    usual = parts.mean(axis=1).groupby(rep).transform("sum")
    names = parts.index.to_frame(index=False).assign(region=regions.reindex(rep).to_numpy())
    index = pd.MultiIndex.from_frame(names[["rep_id", "region", "product_line", "industry"]])
    return parts.div(usual.where(usual > 0), axis=0).set_axis(index.set_names([REP, REGION, PRODUCT, MARKET]))
