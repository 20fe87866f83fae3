"""What else could give a chance: the rules in use and simpler models, which the hazards have to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

from salesops.win_probability.confirmations import CONFIRMATIONS
from salesops.win_probability.design import HazardDesign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

BASE, STAGE, CRM = "base rate", "stage base rate", "CRM's stage probability"
SCORECARD, LAST_LOOK = "equal-weight scorecard", "logistic, last look"
MODEL, BOOSTED = "landmark hazard", "boosted hazard"
# The same hazards on less: what the notebook shows where they do better than those on all that is known.
OF_STAGE, OF_CARD = "landmark hazard, stage alone", "landmark hazard, scorecard alone"
SIMPLER = (OF_STAGE, OF_CARD)
RULE_OF = {OF_STAGE: STAGE, OF_CARD: SCORECARD}
# Between chances that cannot be told apart on later closings, the first named wins.
SIMPLEST_FIRST = (BASE, STAGE, CRM, SCORECARD, LAST_LOOK, OF_STAGE, OF_CARD, MODEL, BOOSTED)
# Deals of the average that each stage's share is mixed with.
PRIOR_DEALS = 10.0
PERCENT = r"(\d{1,3}(?:\.\d+)?)\s*%"


def simpler_features(features: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the features of the simpler hazards, as far as they are in use and others are, too.

    Examples
    --------
    >>> simpler_features(["stage", "age_days", "c1", "confirmed"])[OF_CARD]
    ('c1', 'confirmed')
    """
    card = tuple(name for name in features if name in (*CONFIRMATIONS, "confirmed"))
    sets = {OF_STAGE: tuple(name for name in features if name == "stage"), OF_CARD: card}
    return {name: few for name, few in sets.items() if few and len(few) < len(features)}


def simple_chances(
    closed: pd.DataFrame, later: pd.DataFrame, features: Sequence[str], stated: Mapping[str, float] | None = None
) -> dict[str, Vector]:
    """Return each simple contestant's chance that later looks end in a win; those without their columns are left out.

    Parameters
    ----------
    closed
        Looks at deals that had closed by the day that is learned on; status and the features.
    later
        Looks to be scored, n rows.
    features
        Names of the features in use.
    stated
        Chance of winning that the CRM system gives each stage; where there is none, what the stages' names say.

    Returns
    -------
    dict of ndarray, shape (n,)
    """
    found: dict[str, Vector] = {}
    if "stage" in features:
        found[STAGE] = _by_stage(closed, later)
        by_crm: pd.Series = later["stage"].map(dict(stated)) if stated else stated_chances(later["stage"])
        if by_crm.notna().all():
            found[CRM] = by_crm.to_numpy(float)
    if "confirmed" in features:
        found[SCORECARD] = _by_count(closed, later)
    return found | {LAST_LOOK: _last_look(closed, later, features)}


def stated_chances(stages: pd.Series) -> pd.Series:
    """Return the chance that a stage's name states, as CRM systems write it; empty where it states none.

    Examples
    --------
    >>> import pandas as pd
    >>> stated_chances(pd.Series(["Proposal (50%)", "Won 100 %", "Talk"])).tolist()
    [0.5, 1.0, nan]
    """
    percent = stages.astype("string").str.extract(PERCENT, expand=False)
    return percent.astype("Float64").astype(float).clip(upper=100) / 100


def _won(rows: pd.DataFrame) -> pd.Series:
    return (rows["status"] == "won").astype(float)


def _by_stage(closed: pd.DataFrame, later: pd.DataFrame) -> Vector:
    won = _won(closed).groupby(closed["stage"]).agg(["sum", "size"])
    overall = float(_won(closed).mean())
    share = (won["sum"] + PRIOR_DEALS * overall) / (won["size"] + PRIOR_DEALS)
    return later["stage"].map(share).fillna(overall).to_numpy(float)


def _by_count(closed: pd.DataFrame, later: pd.DataFrame) -> Vector:
    """Return the share won by how many are confirmed, all weighing the same, on a logistic curve."""
    middle = float(closed["confirmed"].mean())
    counts = [rows["confirmed"].fillna(middle).to_numpy(float)[:, None] for rows in (closed, later)]
    chance: Vector = LogisticRegression().fit(counts[0], _won(closed)).predict_proba(counts[1])[:, 1]
    return chance


def _last_look(closed: pd.DataFrame, later: pd.DataFrame, features: Sequence[str]) -> Vector:
    """Return the textbook model: a logistic with splines on what each closed deal looked like last."""
    last = closed.sort_values("mark", kind="stable").drop_duplicates("opportunity_id", keep="last")
    design = HazardDesign(features).fit(last)
    then, now = (design.transform(rows, np.zeros(len(rows), dtype=np.int64)) for rows in (last, later))
    chance: Vector = LogisticRegression(solver="newton-cholesky").fit(then, _won(last)).predict_proba(now)[:, 1]
    return chance
