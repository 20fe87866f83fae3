"""What other notebooks have published that pay is planned with: forecast, targets, goals and open deals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.published import published

if TYPE_CHECKING:
    import pandas as pd

    from salesops.incentive_simulation.parameters import Parameters


@dataclass(frozen=True, eq=False)
class Told:
    """Published tables, each a frame or a word on which notebook to run first.

    Parameters
    ----------
    forecast, targets, goals
        Tables forecast, targets and target_split of sales_forecasting.
    deals
        Table open_deals of win_probability.
    """

    forecast: pd.DataFrame | NotEnoughData
    targets: pd.DataFrame | NotEnoughData
    goals: pd.DataFrame | NotEnoughData
    deals: pd.DataFrame | NotEnoughData


def told(parameters: Parameters) -> Told:
    """Read what other notebooks have published into this run."""
    place, sales = parameters.run_dir, "sales_forecasting"
    return Told(
        published(place, sales, "forecast"),
        published(place, sales, "targets"),
        published(place, sales, "target_split"),
        published(place, "win_probability", "open_deals"),
    )


@passes_not_enough_data
def expected_from_deals(deals: pd.DataFrame, opportunities: pd.DataFrame) -> pd.Series | NotEnoughData:
    """Return, by rep_id, the amount of open deals that should be won in the running or coming quarter.

    Parameters
    ----------
    deals
        Table open_deals of win_probability.
    opportunities
        Table opportunities, for whose deals they are.

    Examples
    --------
    >>> import pandas as pd
    >>> deals = pd.DataFrame({"opportunity_id": ["D1"], "win_this_quarter": [0.5], "amount": [100.0]})
    >>> expected_from_deals(deals, pd.DataFrame({"opportunity_id": ["D1"], "rep_id": ["R1"]})).to_dict()
    {'R1': 50.0}
    """
    if not {"amount", "win_this_quarter"} <= set(deals) or "rep_id" not in opportunities:
        return NotEnoughData("opportunities.rep_id and amounts of open deals")
    mine = deals.merge(opportunities[["opportunity_id", "rep_id"]], on="opportunity_id")
    amount: pd.Series = mine["win_this_quarter"] * mine["amount"]
    return amount.groupby(mine["rep_id"]).sum()
