"""Small charts of one kind side by side, each with its name above."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from salesops.report.palette import INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL_PX, ON_A_PHONE_PX, ABOVE_PX = 190, 160, 60
LETTERS_ON_A_PHONE, INTERVALS_ON_A_PHONE, ROOMY = 16, 2, 3
"""Letters in a line of a panel's name, and steps of its horizontal axis, where two panels share 350 px; with more
than so many in a row, a laptop has no more room for each."""


def panels(names: Sequence[str], *, across: int, narrow: bool, **options: Any) -> tuple[Figure, list[Axes]]:
    """Return a figure with one panel per name, in rows of `across`; a phone has two in a row.

    Parameters
    ----------
    names
        What stands above the panels.
    across
        Most panels in a row on a laptop.
    narrow
        Whether it is drawn for a phone.
    **options
        Passed on to `matplotlib.figure.Figure.subplots`, such as `sharey`.

    Examples
    --------
    >>> fig, axes = panels(["East", "West", "South"], across=3, narrow=True)
    >>> len(axes), [round(side * 96) for side in fig.get_size_inches()]
    (3, [350, 380])
    """
    from matplotlib.ticker import MaxNLocator

    from salesops.report.theme import subplots

    columns = max(1, min(2 if narrow else across, len(names)))
    rows = max(1, -(-len(names) // columns))
    height = ABOVE_PX + (ON_A_PHONE_PX if narrow else PANEL_PX) * rows
    fig, grid = subplots(rows, columns, height, narrow=narrow, squeeze=False, **options)
    for ax in grid.flat[len(names) :]:
        ax.set_visible(False)
    axes = list(grid.flat[: len(names)])
    for ax, name in zip(axes, names, strict=True):
        title = textwrap.fill(str(name), LETTERS_ON_A_PHONE) if narrow and columns > 1 else str(name)
        ax.set_title(title, loc="left", color=INK, pad=8)
        if (narrow and columns > 1) or columns > ROOMY:
            ax.xaxis.set_major_locator(MaxNLocator(INTERVALS_ON_A_PHONE, prune="upper"))
    return fig, axes
