"""Sliders for JupyterLab on the same functions; the report leaves them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesops.market_sizing.obtainable import obtainable
from salesops.market_sizing.scenarios import DRAWS
from salesops.not_enough_data import NotEnoughData
from salesops.report import money

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.parameters import Parameters
    from salesops.market_sizing.sales_force import SalesForce
    from salesops.market_sizing.segments import Ours
    from salesops.market_sizing.sizes import Sizes

STYLE = {"description_width": "190px"}


@dataclass(frozen=True)
class Workbench:
    """What the sliders turn on, each as the notebook has found it or absent."""

    sizes: Sizes | NotEnoughData
    ours: Ours | NotEnoughData
    growth: pd.DataFrame | NotEnoughData
    force: SalesForce | NotEnoughData
    elasticity: float


def try_it(bench: Workbench, parameters: Parameters) -> Any:
    """Return sliders on growth, prices, regulation, a new competitor and reps, with what can then be won."""
    import ipywidgets as widgets

    def slider(name: str, low: float, high: float, step: float, words: str) -> Any:
        kind = widgets.IntSlider if isinstance(low, int) else widgets.FloatSlider
        value = getattr(parameters, name)
        return kind(value, min=min(low, value), max=max(high, value), step=step, description=words, style=STYLE)

    sliders = {
        "growth_change": slider("growth_change", -0.1, 0.1, 0.01, "added to yearly growth"),
        "price_change": slider("price_change", -0.2, 0.2, 0.01, "change of our prices"),
        "regulation_shift": slider("regulation_shift", -0.5, 0.5, 0.05, "change by regulation"),
        "entrant_share": slider("entrant_share", 0.0, 0.5, 0.05, "share a newcomer takes"),
        "new_reps": slider("new_reps", 0, 40, 1, "reps to be hired"),
    }
    said = widgets.Label()

    def show(_: Any) -> None:
        said.value = obtainable_in_words(bench, {name: one.value for name, one in sliders.items()}, parameters)

    for one in sliders.values():
        one.observe(show, names="value")
    show(None)
    return widgets.VBox([*sliders.values(), said])


def obtainable_in_words(bench: Workbench, values: dict[str, float], parameters: Parameters) -> str:
    """Return what can be won with other values of some parameters."""
    chosen = type(parameters)(**{**parameters.model_dump(), **values, "draws": min(DRAWS, parameters.draws)})
    found = obtainable(bench.sizes, bench.ours, bench.growth, bench.force, bench.elasticity, chosen)
    if isinstance(found, NotEnoughData):
        return str(found)
    low, middle, high = (money(value, parameters.currency) for value in found.totals["SOM"])
    return f"We could win {middle} a year in {parameters.obtainable_years} years (80%: {low} to {high})."
