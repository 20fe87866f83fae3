"""The charts of where sales come from: the funnel from lead to cash, and what changed between two quarters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import money, number, share, theme
from salesops.win_probability.growth import SALES
from salesops.win_probability.lead_to_cash import LEAD, ORDER, STAGE, WON

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

BAR, ROW_PX = 0.5, 50
OUTCOMES = {LEAD: "become a deal", WON: "are ordered", ORDER: "are paid"}


def lead_to_cash_bars(steps: pd.DataFrame, currency: str, *, narrow: bool) -> Figure:
    """Draw how many of a hundred get to each step, with who goes on, how fast, and what is lost between them."""
    known = steps[np.isfinite(steps["reached"])].reset_index(drop=True)
    fig, ax = theme.figure(20 + ROW_PX * len(known), narrow=narrow)
    ax.barh(known.index, 100 * known["reached"], height=BAR, color=theme.ACCENT)
    dearest = known["lost_amount"].max()
    for at, row in known.iterrows():
        theme.direct_label(ax, 100 * row["reached"], at, _of_hundred(row["reached"]))
        colour = theme.BAD if row["lost_amount"] == dearest and dearest > 0 else theme.MUTED
        ax.text(0.5, at + 0.5, _between(row, known, currency, narrow=narrow), color=colour, va="center")
    ax.set_yticks(known.index, known["step"], color=theme.INK)
    ax.set_ylim(len(known) - 0.6, -0.5)
    ax.set_xlim(0, 112)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    ax.grid(visible=False)
    return fig


def _of_hundred(reached: float) -> str:
    return share(reached).rstrip("%")


def _between(row: pd.Series, steps: pd.DataFrame, currency: str, *, narrow: bool) -> str:
    if not np.isfinite(row["conversion"]):
        return ""
    stages = steps.loc[steps["kind"] == STAGE, "step"]
    outcome = OUTCOMES.get(row["kind"], "are won" if row["step"] == stages.iloc[-1] else "go on")
    said = [f"{share(row['conversion'])} {outcome}"]
    if np.isfinite(row["days_median"]):
        said.append(f"{number(row['days_median'])} days")
    if row["lost_amount"] > 0 and not narrow:
        said.append(f"{money(row['lost_amount'], currency)} lost")
    return " · ".join(said)


def growth_waterfall(growth: pd.DataFrame, names: list[str], currency: str, *, narrow: bool) -> Figure:
    """Draw the way from the earlier quarter's sales to the later one's, a factor at a time, with 80% intervals.

    Parameters
    ----------
    growth
        From `growth_split`.
    names
        What the rows are called: the earlier quarter, each factor, the later quarter.
    currency
        What money is called.
    narrow
        Whether it is drawn for a phone.
    """
    factors, sales = growth[growth["factor"] != SALES], growth[growth["factor"] == SALES].iloc[0]
    part = factors["part"].to_numpy()
    left = sales["before"] + np.concatenate([[0.0], np.cumsum(part)])
    fig, ax = theme.figure(60 + ROW_PX * len(names), narrow=narrow)
    ends, place = [0, len(names) - 1], np.arange(1, len(names) - 1)
    ax.barh(ends, [sales["before"], sales["now"]], height=BAR, color=theme.ACCENT)
    ax.barh(place, part, left=left[:-1], height=BAR, color=np.where(part >= 0, theme.GOOD, theme.BAD))
    low, high = left[:-1] + factors["low"].to_numpy(), left[:-1] + factors["high"].to_numpy()
    ax.hlines(place + 0.36, low, high, color=theme.MUTED, linewidth=1.4)
    right = np.concatenate([[sales["before"]], np.maximum(left[:-1], left[1:]), [sales["now"]]])
    texts = [money(sales["before"]), *map(signed_money, part), money(sales["now"])]
    for at, (end, text) in enumerate(zip(right, texts, strict=True)):
        theme.direct_label(ax, end, at, text)
    ax.set_yticks(np.arange(len(names)), names, color=theme.INK)
    ax.set_ylim(len(names) - 0.4, -0.5)
    widest = max(right.max(), high.max(), 1.0)
    ax.set_xlim(min(0.0, low.min()), widest * (1.25 if narrow else 1.1))
    ax.grid(visible=False)
    theme.money_axis(ax, currency, "won", axis="x")
    return fig


def signed_money(value: float, currency: str = "") -> str:
    """Return a change in money with its sign.

    Examples
    --------
    >>> signed_money(4_244_389, "CNY"), signed_money(-4_100), signed_money(0)
    ('+CNY 4.24 m', '−4.1 k', '0')
    """
    return f"+{money(value, currency)}" if value > 0 else money(value, currency)
