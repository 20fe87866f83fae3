"""Sliders for JupyterLab on the same functions; the report leaves them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesops.customer_segmentation.parameters import DIMENSIONS
from salesops.customer_segmentation.sections_value import NAMES
from salesops.customer_segmentation.value_tiers import TIERS, value_tiers
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.report import plural, share

if TYPE_CHECKING:
    import pandas as pd

    from salesops.customer_segmentation.parameters import Parameters


@passes_not_enough_data
def try_it(places: pd.DataFrame, buyers: pd.DataFrame, parameters: Parameters) -> Any:
    """Return sliders on the tier weights, with who would move and what the tiers would bring.

    Parameters
    ----------
    places, buyers
        From `dimensions` and `buyers`.
    parameters
        The notebook's parameters, where the sliders start.
    """
    import ipywidgets as widgets

    style = {"description_width": "150px"}
    sliders = {
        name: widgets.FloatSlider(parameters.weights[name], min=0, max=1, step=0.05,
                                  description=NAMES[name], style=style)
        for name in DIMENSIONS
    }  # fmt: skip
    said = widgets.Label()

    def show(_: Any) -> None:
        weights = {name: slider.value for name, slider in sliders.items()}
        said.value = tiers_in_words(places, buyers, weights, parameters)

    for slider in sliders.values():
        slider.observe(show, names="value")
    show(None)
    return widgets.VBox([*sliders.values(), said])


def tiers_in_words(
    places: pd.DataFrame, buyers: pd.DataFrame, weights: dict[str, float], parameters: Parameters
) -> str:
    """Return what other weights would change: customers who move, and the share of sales of each tier.

    Examples
    --------
    >>> import pandas as pd
    >>> from salesops.customer_segmentation.parameters import Parameters
    >>> places = pd.DataFrame({"historical": [0.9, 0.1], "loyalty": [0.1, 0.9]}, index=["A", "B"])
    >>> money = pd.DataFrame({"account_id": ["A", "B"], "history_sales": [30.0, 10.0]})
    >>> tiers_in_words(places, money, {"loyalty": 1.0}, Parameters(tier_shares=[0.5, 0.2, 0.2]))
    '2 customers change tier. Sales: A 25%, B 75%.'
    """
    now = value_tiers(places, parameters.weights, parameters.tier_shares)
    then = value_tiers(places, weights, parameters.tier_shares)
    if isinstance(now, NotEnoughData) or isinstance(then, NotEnoughData) or then["value_tier"].isna().all():
        return "Give at least one dimension a weight."
    moved = int((now["value_tier"] != then["value_tier"]).sum())
    sales = buyers.set_index("account_id")["history_sales"].groupby(then["value_tier"]).sum()
    parts = ", ".join(f"{tier} {share(sales[tier] / sales.sum())}" for tier in TIERS if tier in sales)
    change = "changes" if moved == 1 else "change"
    return f"{plural(moved, 'customer')} {change} tier. Sales: {parts}."
