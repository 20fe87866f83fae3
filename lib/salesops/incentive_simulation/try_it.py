"""Sliders for JupyterLab: a plan of one's own, with its cost and curve; the report leaves them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.incentive_simulation.curve import Curve
from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, money, share, theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from salesops.incentive_simulation.parameters import Parameters

STYLE = {"description_width": "170px"}
FURTHEST = 2.5


@dataclass(frozen=True)
class Dials:
    """A plan by four numbers, in units of the quota and of the pay at quota.

    Parameters
    ----------
    threshold
        Attainment from which pay begins.
    rate
        Pay per unit of attainment up to the quota.
    accelerator
        By how much the rate is multiplied above the quota.
    cap
        Attainment above which nothing more is paid.
    """

    threshold: float = 0.5
    rate: float = 2.0
    accelerator: float = 1.0
    cap: float = 1.5

    @property
    def curve(self) -> Curve:
        """Pay over attainment.

        Examples
        --------
        >>> Dials(0.5, 2.0, 2.0, 1.5).curve.pay(np.array([0.5, 1.0, 2.0])).tolist()
        [0.0, 1.0, 3.0]
        """
        above = self.rate * self.accelerator
        if self.threshold >= 1 or self.cap <= 1:
            one = self.rate if self.cap <= 1 else above
            return Curve.of_pieces([self.threshold, self.cap], [0.0, one * (self.cap - self.threshold)], [one, 0.0])
        at_quota = self.rate * (1 - self.threshold)
        top = at_quota + above * (self.cap - 1)
        return Curve.of_pieces([self.threshold, 1.0, self.cap], [0.0, at_quota, top], [self.rate, above, 0.0])


def try_it(results: pd.DataFrame | NotEnoughData, parameters: Parameters) -> Any:
    """Return sliders for rate, threshold, accelerator and cap, with what last year's sellers would have been paid."""
    import ipywidgets as widgets

    usual = Dials()
    bounds = {"threshold": (0, 1.2), "rate": (0, 5), "accelerator": (0, 5), "cap": (1.0, 4.0)}
    sliders = [
        widgets.FloatSlider(getattr(usual, name), min=low, max=high, step=0.05, description=name, style=STYLE)
        for name, (low, high) in bounds.items()
    ]
    said, drawn = widgets.Label(), widgets.HTML()

    def show(_: Any) -> None:
        dials = Dials(*(slider.value for slider in sliders))
        said.value = in_words(dials, results, parameters)
        drawn.value = curve_chart(dials)._repr_html_()

    for slider in sliders:
        slider.observe(show, names="value")
    show(None)
    return widgets.VBox([*sliders, said, drawn])


def in_words(dials: Dials, results: pd.DataFrame | NotEnoughData, parameters: Parameters) -> str:
    """Return what a plan by dials would have cost over the last year, and what it does where."""
    if isinstance(results, NotEnoughData):
        return str(results)
    if dials.threshold >= dials.cap:
        return f"The threshold at {share(dials.threshold)} is not below the cap at {share(dials.cap)}: nobody is paid."
    year = results[(results["quarter"] > results["quarter"].max() - 4) & results["sales_quota"].gt(0)]
    attainment = (year["sales"] / year["sales_quota"]).to_numpy(float)
    paid = dials.curve.pay(attainment) * year["target_pay"].to_numpy(float) / 4 * year["present"].to_numpy(float)
    none, capped = float((attainment < dials.threshold).mean()), float((attainment > dials.cap).mean())
    return (
        f"Last year's sellers would have been paid {money(float(paid.sum()), parameters.currency)}; "
        f"{share(none)} of their quarters nothing, {share(capped)} at the cap."
    )


def curve_chart(dials: Dials) -> Chart:
    """Return the curve of a plan by dials as a chart."""
    return Chart(lambda narrow: _drawn(dials, narrow=narrow), alt="Pay over attainment of the plan on the sliders.")


def _drawn(dials: Dials, *, narrow: bool) -> Figure:
    fig, ax = theme.figure(280, narrow=narrow, half=True)
    attainment = np.linspace(0, FURTHEST, 501)
    ax.axvline(1.0, color=theme.LINE)
    ax.plot(attainment, dials.curve.pay(attainment), color=theme.ACCENT)
    ax.set_ylim(bottom=0)
    theme.percent_axis(ax, axis="x", title="attainment")
    theme.percent_axis(ax, title="pay, of the pay at quota")
    return fig
