"""Sliders for JupyterLab on the same functions; the report leaves them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesops.customer_segmentation.overdue import overdue
from salesops.customer_segmentation.parameters import DIMENSIONS
from salesops.customer_segmentation.save_offers import save_offers
from salesops.customer_segmentation.sections_value import NAMES
from salesops.customer_segmentation.segmentation import find_segments
from salesops.customer_segmentation.value_tiers import TIERS, value_tiers
from salesops.not_enough_data import NotEnoughData
from salesops.report import money, plural, share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    import pandas as pd

    from salesops.customer_segmentation.churn_record import ChurnRecord
    from salesops.customer_segmentation.learned_orders import LearnedOrders
    from salesops.customer_segmentation.order_outlook import OrderOutlook
    from salesops.customer_segmentation.parameters import Parameters
    from salesops.customer_segmentation.segmentation import Segmentation

MOST_SEGMENTS = 8
STYLE = {"description_width": "170px"}


@dataclass(frozen=True)
class Workbench:
    """What the sliders turn on, each as the notebook has found it or absent.

    Parameters
    ----------
    history, segmentation
        From `features_over_time` and `find_segments`, for the number of segments.
    places, buyers
        From `dimensions` and `buyers`, for the weights of tiers.
    learned, outlook, record
        From `learn_orders`, `order_outlook` and `churn_record`, for the cost of an offer.
    """

    history: Mapping[date, pd.DataFrame] | NotEnoughData
    segmentation: Segmentation | NotEnoughData
    places: pd.DataFrame | NotEnoughData
    buyers: pd.DataFrame | NotEnoughData
    learned: LearnedOrders | NotEnoughData
    outlook: OrderOutlook | NotEnoughData
    record: ChurnRecord | NotEnoughData


def try_it(bench: Workbench, parameters: Parameters) -> Any:
    """Return sliders on the number of segments, the tier weights and the cost of an offer, with what they change."""
    import ipywidgets as widgets

    number = widgets.IntSlider(parameters.segments, 0, MOST_SEGMENTS, description="segments, 0: as shown", style=STYLE)
    # Segments are looked for anew, which takes a second: not at every step of the slider.
    number.continuous_update = False
    weights = [
        widgets.FloatSlider(weight, min=0, max=1, step=0.05, description=NAMES[name], style=STYLE)
        for name, weight in parameters.weights.items()
    ]
    most = max(10 * parameters.offer_cost, 1000.0)
    cost = widgets.FloatSlider(
        parameters.offer_cost, min=0, max=most, step=most / 200, description="cost of an offer", style=STYLE
    )
    return widgets.VBox([
        _lever([number], lambda values: segments_in_words(bench, int(values[0]), parameters)),
        _lever(weights, lambda values: tiers_in_words(
            bench.places, bench.buyers, dict(zip(DIMENSIONS, values, strict=True)), parameters)),
        _lever([cost], lambda values: offers_in_words(bench, values[0], parameters)),
    ])  # fmt: skip


def _lever(sliders: Sequence[Any], said_of: Callable[[Sequence[float]], str]) -> Any:
    """Return sliders with a sentence below that follows them."""
    import ipywidgets as widgets

    said = widgets.Label()

    def show(_: Any) -> None:
        said.value = said_of([slider.value for slider in sliders])

    for slider in sliders:
        slider.observe(show, names="value")
    show(None)
    return widgets.VBox([*sliders, said])


def segments_in_words(bench: Workbench, segments: int, parameters: Parameters) -> str:
    """Return what segments there would be if so many were asked for; those of the page are not looked for again."""
    as_shown = segments == parameters.segments
    found = bench.segmentation if as_shown else find_segments(bench.history, segments)
    if isinstance(found, NotEnoughData):
        return str(found)
    rows = zip(found.segments["name"], found.segments["customers"], found.segments["f1"], strict=True)
    kinds = "; ".join(f"{name} ({count:,}, rule F1 {fidelity:.2f})" for name, count, fidelity in rows)
    return f"{found.statement} {kinds}".strip()


def tiers_in_words(
    places: pd.DataFrame | NotEnoughData, buyers: pd.DataFrame | NotEnoughData, weights: dict[str, float],
    parameters: Parameters,
) -> str:  # fmt: skip
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
    if isinstance(places, NotEnoughData) or isinstance(buyers, NotEnoughData):
        return str(places)
    now, then = (value_tiers(places, chosen, parameters.tier_shares) for chosen in (parameters.weights, weights))
    if isinstance(now, NotEnoughData) or isinstance(then, NotEnoughData):
        return str(now)
    if then["value_tier"].isna().all():
        return "Give at least one dimension a weight."
    moved = int((now["value_tier"] != then["value_tier"]).sum())
    sales = buyers.set_index("account_id")["history_sales"].groupby(then["value_tier"]).sum()
    parts = ", ".join(f"{tier} {share(sales[tier] / sales.sum())}" for tier in TIERS if tier in sales)
    return f"{plural(moved, 'customer changes', 'customers change')} tier. Sales: {parts}."


def offers_in_words(bench: Workbench, cost: float, parameters: Parameters) -> str:
    """Return how many offers would pay at another cost, and what they would gain."""
    if isinstance(bench.learned, NotEnoughData) or isinstance(bench.outlook, NotEnoughData):
        return str(bench.learned)
    late = overdue(
        save_offers(bench.learned, bench.outlook, cost, parameters.offer_success), bench.outlook, bench.record
    )
    if isinstance(late, NotEnoughData):
        return str(late)
    gain = float(late.rows["gain"].clip(lower=0).sum())
    pays, currency = int(late.rows["worth_offer"].sum()), parameters.currency
    return (
        f"At {money(cost, currency)} an offer pays for {pays:,} of {plural(len(late.rows), 'overdue customer')}, "
        f"and they gain {money(gain, currency)}."
    )
