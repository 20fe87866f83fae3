"""Sliders for JupyterLab on the same functions; the report leaves them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.report import money, plural

if TYPE_CHECKING:
    import pandas as pd


@passes_not_enough_data
def try_it(deals: pd.DataFrame, currency: str) -> Any:
    """Return a slider on the chance under which deals would be dropped, with what that would save and cost.

    Parameters
    ----------
    deals
        From `open_deals`.
    currency
        What money is called.
    """
    import ipywidgets as widgets

    threshold = widgets.FloatSlider(
        value=0.1, min=0.0, max=0.9, step=0.01, description="Drop under", readout_format=".0%"
    )
    said = widgets.Label()

    def show(change: dict[str, Any]) -> None:
        said.value = dropped_in_words(deals, change["new"], currency)

    threshold.observe(show, names="value")
    show({"new": threshold.value})
    return widgets.VBox([threshold, said])


def dropped_in_words(deals: pd.DataFrame | NotEnoughData, threshold: float, currency: str) -> str:
    """Return what dropping all deals under a chance would save and cost.

    Examples
    --------
    >>> import pandas as pd
    >>> deals = pd.DataFrame({"win_probability": [0.05, 0.5], "expected_amount": [1000.0, 9000.0]})
    >>> dropped_in_words(deals, 0.1, "CNY")
    'Without the 1 deal under 10%, CNY 9 k of CNY 10 k is still expected.'
    """
    if isinstance(deals, NotEnoughData):
        return str(deals)
    kept = deals["win_probability"] >= threshold
    left, total = deals.loc[kept, "expected_amount"].sum(), deals["expected_amount"].sum()
    dropped = plural(int((~kept).sum()), "deal")
    return (
        f"Without the {dropped} under {threshold:.0%}, "
        f"{money(left, currency)} of {money(total, currency)} is still expected."
    )
