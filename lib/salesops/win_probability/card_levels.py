"""What share of deals was won that once stood at some level of the scorecard C931."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.confirmations import CLEARS, FIRSTS, WIN
from salesops.win_probability.scores import resampled_deals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.learn import DealModel

    Vector = NDArray[np.float64]
    Matrix = NDArray[np.float64]
    Places = NDArray[np.int64]

# The rule of thumb: eight Clears and one First, without the Win, mean a chance of 60% or more.
RULE_CLEARS, RULE_FIRSTS, RULE_CHANCE = 8, 1, 0.6
FEWEST_DEALS = 20


@dataclass(frozen=True)
class RuleOfThumb:
    """What became of deals that stood at 8 Clears and 1 First, or above.

    Parameters
    ----------
    all
        share, low, high, looks and deals of every look at that level or above.
    without_win
        The same, of those at which the decider's choice was still open; None where too few.
    """

    all: pd.Series
    without_win: pd.Series | None

    @property
    def verdict(self) -> str:
        """Return "holds", "does not hold" or "is not decided", by the 80% interval of the share won."""
        if self.all["low"] >= RULE_CHANCE:
            return "holds"
        return "does not hold" if self.all["high"] < RULE_CHANCE else "is not decided"


@passes_not_enough_data
def past_cards(learned: DealModel) -> pd.DataFrame | NotEnoughData:
    """Return past looks at deals that had been reviewed by then, with their level and what became of them.

    Returns
    -------
    DataFrame
        opportunity_id, confirmed, clears, firsts and win (how many are ticked; empty where the table lacks one of
        their columns), kind (won, lost or open) and months (from the look to the closing, or for as long as it was
        watched).
    """
    rows = learned.snapshots
    if "confirmed" not in rows.columns:
        return NotEnoughData("scorecards")
    rows = rows[rows["confirmed"].notna() & (rows["mark"] < learned.last_mark)]
    closed = rows["closed_mark"] >= 0
    ended = rows["closed_mark"].where(closed, learned.last_mark)
    return pd.DataFrame(
        {
            "opportunity_id": rows["opportunity_id"],
            "confirmed": rows["confirmed"].astype(int),
            **levels(rows),
            "kind": rows["status"].where(closed, "open"),
            "months": ended - rows["mark"],
        }
    ).reset_index(drop=True)


def levels(cards: pd.DataFrame) -> dict[str, pd.Series]:
    """Return how many Clears, Firsts and Wins each card has ticked; empty where a column of theirs is absent.

    Examples
    --------
    >>> levels(pd.DataFrame({"f1": [1.0], "f2": [0.0], "f3": [1.0], "c1": [1.0]}))["firsts"].tolist()
    [2.0]
    """
    parts = {"clears": CLEARS, "firsts": FIRSTS, "win": WIN}
    absent = pd.Series(np.nan, cards.index)
    return {
        name: cards[list(columns)].sum(axis=1, min_count=1) if set(columns) <= set(cards) else absent
        for name, columns in parts.items()
    }


@passes_not_enough_data
def rule_of_thumb(cards: pd.DataFrame) -> RuleOfThumb | NotEnoughData:
    """Return how often deals at 8 Clears and 1 First, or above, were won."""
    if cards[["clears", "firsts"]].isna().all(axis=None):
        return NotEnoughData("scorecards with all of c1 to c9 and f1 to f3")
    above = (cards["clears"] >= RULE_CLEARS) & (cards["firsts"] >= RULE_FIRSTS)
    found = shares_won(cards[above], np.zeros(int(above.sum()), dtype=np.int64))
    if found.empty or found["deals"].iloc[0] < FEWEST_DEALS:
        seen = int(found["deals"].sum())
        return NotEnoughData(f"{FEWEST_DEALS} past deals seen at 8 C and 1 F or above", f"there are {seen}")
    open_ = above & (cards["win"] == 0)
    without = shares_won(cards[open_], np.zeros(int(open_.sum()), dtype=np.int64))
    enough = not without.empty and without["deals"].iloc[0] >= FEWEST_DEALS
    return RuleOfThumb(found.iloc[0], without.iloc[0] if enough else None)


@passes_not_enough_data
def shares_by_count(cards: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return the share won by how many confirmations were ticked; counts seen in too few deals are left out.

    Returns
    -------
    DataFrame
        confirmed, share, low, high (80%, over deals), looks, deals.
    """
    found = shares_won(cards, cards["confirmed"].to_numpy()).rename(columns={"group": "confirmed"})
    found = found[found["deals"] >= FEWEST_DEALS].reset_index(drop=True)
    return NotEnoughData(f"{FEWEST_DEALS} reviewed deals at some count of confirmations") if found.empty else found


def shares_won(looks: pd.DataFrame, groups: NDArray[np.int64]) -> pd.DataFrame:
    """Return the share won among the looks of each group, deals still open counted as long as they were watched.

    The cumulative incidence of winning over that of winning or losing (Aalen and Johansen, 1978), with an 80%
    bootstrap interval over deals: looks at one deal repeat each other.

    Parameters
    ----------
    looks
        opportunity_id, kind (won, lost or open) and months (1 or more), n rows.
    groups
        Group of each look, as a code from 0; n of them.

    Returns
    -------
    DataFrame
        group, share, low, high, looks, deals; only groups in which something closed.

    Examples
    --------
    >>> looks = pd.DataFrame({"opportunity_id": list("abc"), "kind": ["won", "lost", "open"], "months": [1, 2, 1]})
    >>> shares_won(looks, np.zeros(3, int))["share"].round(3).tolist()
    [0.333]
    """
    if looks.empty:
        return pd.DataFrame(columns=["group", "share", "low", "high", "looks", "deals"])
    deal = looks["opportunity_id"].factorize()[0]
    months = looks["months"].to_numpy(int)
    shape = (int(groups.max()) + 1, int(months.max()) + 1)
    ends = [(looks["kind"] == kind).to_numpy() for kind in ("won", "lost", "open")]
    places = [((groups * shape[1] + months)[end], deal[end]) for end in ends]
    draws = resampled_deals(np.arange(int(deal.max()) + 1))
    found = np.array([_shares(*_counts(drawn, places, shape)) for drawn in draws])
    low, high = _ends(found[1:])
    by = looks.groupby(groups)["opportunity_id"]
    table = pd.DataFrame({"group": np.arange(shape[0]), "share": found[0], "low": low, "high": high})
    table = table.assign(looks=table["group"].map(by.size()), deals=table["group"].map(by.nunique()))
    return table[table["share"].notna()].reset_index(drop=True)


def _counts(drawn: Vector, places: list[tuple[Places, Places]], shape: tuple[int, int]) -> list[Matrix]:
    """Return looks won, lost and open by group and month, each counted as often as its deal was drawn."""
    cells = shape[0] * shape[1]
    return [np.bincount(cell, drawn[deal], cells).astype(float).reshape(shape) for cell, deal in places]


def _shares(won: Matrix, lost: Matrix, still_open: Matrix) -> Vector:
    """Return won ÷ (won + lost) in the end of each group, from counts by month."""
    all_ends = won + lost + still_open
    at_risk = np.maximum(np.cumsum(all_ends[:, ::-1], axis=1)[:, ::-1], 1e-300)
    wins, losses = won / at_risk, lost / at_risk
    before = np.cumprod(np.hstack([np.ones((len(won), 1)), (1 - wins - losses)[:, :-1]]), axis=1)
    all_won, all_lost = (before * wins).sum(axis=1), (before * losses).sum(axis=1)
    ended = all_won + all_lost
    shares: Vector = np.where(ended > 0, all_won / np.maximum(ended, 1e-300), np.nan)
    return shares


def _ends(resampled: NDArray[np.float64]) -> tuple[Vector, Vector]:
    known = np.where(np.isnan(resampled).all(axis=0), 0.0, resampled)
    low, high = np.nanquantile(known, [0.1, 0.9], axis=0)
    return low, high
