"""Hide values without a day at looks where they may not have been known: what closing fills in tells the outcome.

The deals open today are the only witnesses: what they show is what is known before the end. Where deals that have
closed since show a column filled much more often (or less) than deals open today do in the same stage, it is filled at
or after the end, or only later on the way, and no look in that stage may use it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesops.win_probability.features import BY_NAME

# Filled this much more often, as a share, at looks at deals closed since than at deals open today.
FILLED_GAP = 0.2
# … and by more standard errors than a few open deals in a stage bring about by chance, over all columns and stages.
CERTAIN_ERRORS = 3.0
# Only looks of the last year are compared with today's: a column that was introduced before is not a late one.
COMPARED_MARKS = 12
UNDATED = (
    "product_line", "channel", "source", "partner_id", "industry", "region", "rep_id", "competitor", "price_gap",
    "iron_triangle",
    "roles_covered", "relationship_level", "attitude",
)  # fmt: skip
# Shares by themselves: what is compared is their level, not whether they are filled.
SHARES = ("iron_triangle", "roles_covered")
# An empty competitor says that nobody is named, which is knowledge, too, where it is not hidden.
WHEN_EMPTY = {"competitor": "none named"}


def hide_late_values(rows: pd.DataFrame, last_mark: int) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the looks with late values emptied, and what was hidden.

    Parameters
    ----------
    rows
        Snapshots with mark, closed_mark and, if known, stage; n rows.
    last_mark
        Mark of the as-of day, at which the witnesses are open.

    Returns
    -------
    rows
        A copy.
    hidden
        From a feature's name to the reason, as a sentence; it may be hidden in some stages or in all.
    """
    stage = rows["stage"].fillna("") if "stage" in rows.columns else pd.Series("", rows.index)
    today = rows["mark"] == last_mark
    past = (rows["closed_mark"] >= 0) & (rows["mark"] >= last_mark - COMPARED_MARKS)
    shown = rows.copy()
    hidden: dict[str, str] = {}
    if not (today.any() and past.any()):
        return shown, hidden
    for name in (name for name in UNDATED if name in rows.columns):
        filled = rows[name].fillna(0.0) if name in SHARES else rows[name].notna().astype(float)
        late = _late_stages(filled[today], filled[past], stage)
        kept = ~stage.isin(late.index)
        value = rows[name].fillna(WHEN_EMPTY[name]) if name in WHEN_EMPTY else rows[name]
        shown[name] = value.where(kept)
        if len(late):
            hidden[name] = _reason(name, late, everywhere=not kept.any())
    return shown, hidden


def _late_stages(witnessed: pd.Series, past: pd.Series, stage: pd.Series) -> pd.DataFrame:
    """Return the stages in which a column is filled late, with its share filled for open and closed deals."""
    by_stage = witnessed.groupby(stage)
    found = pd.DataFrame({"closed": past.groupby(stage).mean(), "open": by_stage.mean(), "deals": by_stage.size()})
    # A stage that no open deal is in has all the open deals as its witnesses.
    found = found.fillna({"open": witnessed.mean(), "deals": len(witnessed)}).dropna()
    chance = CERTAIN_ERRORS * np.sqrt(found["closed"] * (1 - found["closed"]) / found["deals"])
    return found[(found["closed"] - found["open"]).abs() > np.maximum(chance, FILLED_GAP)]


def _reason(name: str, late: pd.DataFrame, *, everywhere: bool) -> str:
    what = "covered" if name in SHARES else "filled"
    place = "" if everywhere else f" in {', '.join(late.index)}"
    mean = late.mean()
    return (
        f"{BY_NAME[name].label} is {what} for {mean['closed']:.0%} of deals that have closed since and "
        f"{mean['open']:.0%} of open deals{place}: there it would tell the outcome"
    )
