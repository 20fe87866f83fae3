"""Why shares moved between two years, exactly: growth of segments, gains within them, and both at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from salesops.market_sizing.arrays import Array


@passes_not_enough_data
def shift_by_segment(rows: pd.DataFrame, first: int, last: int) -> pd.DataFrame | NotEnoughData:
    """Return what each segment contributes to the change of each competitor's share of all segments.

    With w a segment's part of the market, s a share within it and S the share of all:
    ΔS = Σ (w₁ − w₀)(s₀ − S₀) + Σ w₀ (s₁ − s₀) + Σ (w₁ − w₀)(s₁ − s₀). Who enters or leaves has s = 0, a segment that
    does has w = 0.

    Parameters
    ----------
    rows
        year, segment, competitor, revenue.
    first, last
        The two years.

    Returns
    -------
    DataFrame or NotEnoughData
        competitor, segment, share_before, share_now (within the segment), weight_before, weight_now (of the segment),
        mix, own, both.

    Examples
    --------
    >>> rows = pd.DataFrame({"year": [1, 1, 2, 2], "segment": "East", "competitor": ["us", "A"] * 2})
    >>> rows["revenue"] = [40.0, 60.0, 50.0, 50.0]
    >>> shift_by_segment(rows, 1, 2)[["competitor", "mix", "own"]].round(2).values.tolist()
    [['A', 0.0, -0.1], ['us', 0.0, 0.1]]
    """
    cube = _cube(rows, first, last)
    if isinstance(cube, NotEnoughData):
        return cube
    competitors, segments, revenue = cube
    market = revenue.sum(axis=1)
    weight = market / market.sum(axis=1, keepdims=True)
    share = np.divide(revenue, market[:, None], out=np.zeros_like(revenue), where=market[:, None] > 0)
    overall = revenue.sum(axis=2) / revenue.sum(axis=(1, 2))[:, None]
    grown, gained = weight[1] - weight[0], share[1] - share[0]
    parts = {"mix": grown * (share[0] - overall[0][:, None]), "own": weight[0] * gained, "both": grown * gained}
    table: dict[str, object] = {"competitor": np.repeat(competitors, len(segments))}
    table["segment"] = np.tile(segments, len(competitors))
    table |= {"share_before": share[0].ravel(), "share_now": share[1].ravel()}
    table |= {
        f"weight_{when}": np.tile(at, len(competitors)) for when, at in zip(("before", "now"), weight, strict=True)
    }
    return pd.DataFrame(table | {name: part.ravel() for name, part in parts.items()})


@passes_not_enough_data
def share_shift(rows: pd.DataFrame, first: int, last: int) -> pd.DataFrame | NotEnoughData:
    """Return the change of each competitor's share of all segments, split.

    Parameters
    ----------
    rows, first, last
        As in `shift_by_segment`.

    Returns
    -------
    DataFrame or NotEnoughData
        competitor, share_before, share_now, mix (segments where it is strong grew), own (gained within segments), both;
        the three add up to the change.
    """
    parts = shift_by_segment(rows, first, last)
    if isinstance(parts, NotEnoughData):
        return parts
    parts["before"] = parts["share_before"] * parts["weight_before"]
    parts["now"] = parts["share_now"] * parts["weight_now"]
    summed = parts.groupby("competitor", as_index=False)[["before", "now", "mix", "own", "both"]].sum()
    return summed.rename(columns={"before": "share_before", "now": "share_now"})


@passes_not_enough_data
def hhi_change(rows: pd.DataFrame, first: int, last: int) -> pd.DataFrame | NotEnoughData:
    """Return how much each competitor moved the concentration of each segment: (b − a)(a + b), adding up to the change.

    Parameters
    ----------
    rows, first, last
        As in `shift_by_segment`.

    Returns
    -------
    DataFrame or NotEnoughData
        segment, competitor, share_before, share_now, part.
    """
    parts = shift_by_segment(rows, first, last)
    if isinstance(parts, NotEnoughData):
        return parts
    before, now = parts["share_before"], parts["share_now"]
    moved = parts.assign(part=(now - before) * (before + now))
    return moved[["segment", "competitor", "share_before", "share_now", "part"]].sort_values(
        ["segment", "competitor"], ignore_index=True
    )


@passes_not_enough_data
def share_flows(rows: pd.DataFrame, first: int, last: int) -> pd.DataFrame | NotEnoughData:
    """Return who took share from whom, as far as shares alone show.

    Within a segment each loser's loss is laid on the gainers in proportion to what they gained. That adds up exactly to
    what each lost and gained there; who really went from whom to whom, shares cannot tell.

    Parameters
    ----------
    rows, first, last
        As in `shift_by_segment`.

    Returns
    -------
    DataFrame or NotEnoughData
        from_competitor, to_competitor, share (of the whole market, segments by their weight in the last year); largest
        first, nothing where nothing moved.
    """
    parts = shift_by_segment(rows, first, last)
    if isinstance(parts, NotEnoughData):
        return parts
    moved = (parts["share_now"] - parts["share_before"]).rename("moved")
    by_segment = parts.assign(moved=moved).pivot(index="segment", columns="competitor", values="moved")
    weight = parts.drop_duplicates("segment").set_index("segment")["weight_now"].loc[by_segment.index].to_numpy()
    change = by_segment.to_numpy()
    flows = _flows(np.maximum(-change, 0), np.maximum(change, 0), weight)
    loser, gainer = np.nonzero(flows > 1e-12)
    names = by_segment.columns.to_numpy()
    table = pd.DataFrame({"from_competitor": names[loser], "to_competitor": names[gainer]})
    table["share"] = flows[loser, gainer]
    return table.sort_values("share", ascending=False, ignore_index=True)


def _flows(lost: Array, gained: Array, weight: Array) -> Array:
    """Return losers × gainers, from segments × competitors; a segment of one year only moved nothing."""
    total = gained.sum(axis=1)
    both_years = (total > 0) & (np.abs(lost.sum(axis=1) - total) < 1e-9)
    scale = np.where(both_years, weight / np.where(total > 0, total, 1.0), 0.0)
    flows: Array = np.einsum("sl,sg,s->lg", lost, gained, scale)
    return flows


def _cube(rows: pd.DataFrame, first: int, last: int) -> tuple[np.ndarray, np.ndarray, Array] | NotEnoughData:
    """Return competitors, segments, and years × competitors × segments of revenue."""
    lacking = [str(year) for year in (first, last) if not rows.loc[rows["year"] == year, "revenue"].gt(0).any()]
    if lacking:
        return NotEnoughData("competition", f"no sales of {' and '.join(lacking)}")
    both = rows[rows["year"].isin([first, last]) & (rows["revenue"] > 0)]
    competitors, segments = np.unique(both["competitor"].astype(object)), np.unique(both["segment"].astype(object))
    sums = both.groupby(["year", "competitor", "segment"])["revenue"].sum()
    index = pd.MultiIndex.from_product([[first, last], competitors, segments])
    revenue = sums.reindex(index, fill_value=0.0).to_numpy(dtype=np.float64)
    return competitors, segments, revenue.reshape(2, len(competitors), len(segments))
