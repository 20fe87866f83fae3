"""Columns that closed deals show otherwise than open ones do: what closing fills in tells the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.win_probability.column_alone import area, held_back_at_random, value_codes

if TYPE_CHECKING:
    from salesops.win_probability.deal_evidence import Evidence

FEWEST_OPEN = 20
FEWEST_CLOSED = 50
# A column is filled at the end if open deals fill it this many times less often than closed ones of their age …
FILLED_AT_THE_END = 0.15
# … by more standard errors than chance brings about over many columns.
CERTAIN_ERRORS = 4.0
CONSTANT = 0.99
# Closed deals that show values which no open deal does, beyond what few open deals bring about by chance.
UNSEEN_SHARE = 0.2
# Alone, an honest column tells this much only where it is known as well before the end.
TELLS_ALL = 0.95
TELLS_MUCH = 0.75
EMPTINESS_GAP = 0.2


def filled_for_closed_deals(values: pd.Series, evidence: Evidence) -> str | None:
    """Say whether a column is filled for closed deals alone, compared with open deals of the same age."""
    if not _has_witnesses(evidence):
        return None
    filled = values.notna().to_numpy()
    closed = float(filled[~evidence.is_open] @ evidence.age_weights())
    witnessed = float(filled[evidence.is_open].mean())
    chance = np.sqrt(max(closed * (1 - closed), 1 / evidence.open_deals) / evidence.open_deals)
    if witnessed > FILLED_AT_THE_END * closed or closed - witnessed < CERTAIN_ERRORS * chance:
        return None
    return (
        f"is filled for {closed:.0%} of closed deals and {witnessed:.0%} of open deals of the same age: it would tell "
        "the outcome"
    )


def same_for_open_deals(values: pd.Series, evidence: Evidence) -> str | None:
    """Say whether all open deals show one value, or closed deals show values that no open deal does."""
    if not _has_witnesses(evidence):
        return None
    closed, weights = values[~evidence.is_open], evidence.age_weights()
    witnessed = values[evidence.is_open].dropna()
    if len(witnessed) < FEWEST_OPEN or closed.notna().sum() < FEWEST_CLOSED:
        return None
    shares = witnessed.value_counts(normalize=True)
    alike = float((closed == shares.index[0]).to_numpy() @ weights)
    if shares.iloc[0] >= CONSTANT and alike < 0.5 and alike ** len(witnessed) < 1e-6:
        return f'is "{shares.index[0]}" for {shares.iloc[0]:.0%} of open deals, and for {alike:.0%} of closed ones'
    return _values_of_closed_deals_alone(closed, pd.Series(weights, closed.index), witnessed)


def _values_of_closed_deals_alone(closed: pd.Series, weights: pd.Series, witnessed: pd.Series) -> str | None:
    filled = closed.notna()
    share = weights[filled].groupby(closed[filled]).sum()
    share = share / share.sum()
    if len(share) > len(witnessed) / 2:
        return None
    unseen = ~share.index.isin(witnessed.unique())
    by_chance = float((share * (1 - share) ** len(witnessed)).sum())
    found = float(share[unseen].sum())
    if found - by_chance < UNSEEN_SHARE or by_chance > found / 2:
        return None
    names = ", ".join(f'"{name}"' for name in share[unseen].nlargest(3).index)
    return f"has values for {found:.0%} of closed deals that none of {len(witnessed)} open deals shows, such as {names}"


def tells_all_but_of_open_deals(values: pd.Series, evidence: Evidence) -> str | None:
    """Say whether a column alone tells nearly every outcome, while it is mostly empty or the same for open deals."""
    if not (_has_witnesses(evidence) and _has_both(evidence)):
        return None
    filled, witnessed = values.notna().to_numpy(), values[evidence.is_open]
    closed = float(filled[~evidence.is_open] @ evidence.age_weights())
    most = float(witnessed.value_counts().max() if witnessed.notna().any() else len(witnessed)) / len(witnessed)
    if witnessed.notna().mean() > 0.5 * closed and most < 0.9:
        return None
    alone = _alone(values[~evidence.is_open], evidence.outcomes)
    if alone < TELLS_ALL:
        return None
    return (
        f"alone tells {alone:.0%} of wins from losses, and is filled for {witnessed.notna().mean():.0%} of open "
        f"deals against {closed:.0%} of closed ones, {most:.0%} of open deals showing one value"
    )


def emptiness_without_witnesses(values: pd.Series, evidence: Evidence) -> str | None:
    """Say whether emptiness differs by outcome at the same age, where no open deals show if that is known before.

    A question that only some customers answer is empty for some; what is in it then hardly tells how it ended. What
    people enter knowing the end is empty by outcome and tells it by its values, too: only both together are named.
    """
    if _has_witnesses(evidence) or not _has_both(evidence):
        return None
    closed, won = values[~evidence.is_open], evidence.outcomes
    gap, error = _gap_at_the_same_age(closed.notna().to_numpy(float), won, evidence.began[~evidence.is_open])
    filled = closed.notna().to_numpy()
    told = won[filled]
    if abs(gap) < max(EMPTINESS_GAP, CERTAIN_ERRORS * error) or min(told.sum(), (1 - told).sum()) < FEWEST_OPEN:
        return None
    alone = _alone(closed[filled], told)
    if alone < TELLS_MUCH:
        return None
    of_won, of_lost = filled[won == 1].mean(), filled[won == 0].mean()
    return (
        f"is filled for {of_won:.0%} of won deals and {of_lost:.0%} of lost ones, and where it is, it alone tells "
        f"{alone:.0%} of wins from losses; no open deals show whether it is known before the end"
    )


def _gap_at_the_same_age(filled: np.ndarray, won: np.ndarray, began: np.ndarray) -> tuple[float, float]:
    """Return by how much won deals are filled more often than lost ones of their age, and its standard error."""
    group = np.searchsorted(np.unique(np.quantile(began, np.linspace(0, 1, 9)[1:-1])), began, side="right")
    counts = pd.DataFrame({"group": group, "won": won, "filled": filled}).groupby(["group", "won"])["filled"]
    share, deals = counts.mean().unstack(), counts.size().unstack()
    both = share.notna().all(axis=1)
    share, deals = share[both], deals[both]
    weight = deals[0.0] * deals[1.0] / (deals[0.0] + deals[1.0])
    weight = weight / weight.sum()
    variance = (share * (1 - share) / deals).sum(axis=1)
    return float(((share[1.0] - share[0.0]) * weight).sum()), float(np.sqrt((variance * weight**2).sum()))


def _alone(values: pd.Series, won: np.ndarray) -> float:
    return area(held_back_at_random(value_codes(values), won), won)


def _has_witnesses(evidence: Evidence) -> bool:
    closed = int((~evidence.is_open).sum())
    return evidence.open_deals >= FEWEST_OPEN and closed >= FEWEST_CLOSED


def _has_both(evidence: Evidence) -> bool:
    won = evidence.outcomes
    return bool(min(won.sum(), (1 - won).sum()) >= FEWEST_OPEN)
