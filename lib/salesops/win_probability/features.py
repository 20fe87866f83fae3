"""What the model may look at, how each is treated, and which columns are left out because they would deceive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["category", "curve", "line", "due"]


@dataclass(frozen=True)
class Feature:
    """One thing known of a deal.

    Parameters
    ----------
    name
        Column of the snapshots.
    label
        The name a manager uses.
    kind
        category; curve (a spline of log(1 + x)); line (log(1 + x), straight); due (days to the expected closing, as a
        spline of the distance from each quarter ahead).
    prior_sd
        Standard deviation, in log-odds, of an effect before the data is seen: what the ridge penalty stands for.
    fades
        Whether the effect may change with the quarters ahead: what is true of a deal today says less of next year.
    """

    name: str
    label: str
    kind: Kind
    prior_sd: float = 1.0
    fades: bool = False


# Reps differ by about a third in log-odds; a wider prior would take their small samples at their word.
CATALOGUE = (
    Feature("stage", "stage", "category", 2.0, fades=True),
    Feature("age_days", "age", "curve", 2.0, fades=True),
    Feature("days_in_stage", "time in stage", "curve", 2.0),
    Feature("amount", "amount", "curve", 1.0, fades=True),
    Feature("days_to_expected_close", "expected closing", "due", 2.0),
    Feature("slips", "slips of the expected closing", "line", 1.0),
    Feature("slipped_days", "days slipped", "line", 0.5),
    Feature("rep_id", "rep", "category", 0.35),
    Feature("account_id_record", "customer's record", "line", 1.0),
    Feature("product_line", "product line", "category"),
    Feature("channel", "channel", "category"),
    Feature("source", "source", "category"),
    Feature("industry", "industry", "category"),
    Feature("region", "region", "category"),
)
BY_NAME = {feature.name: feature for feature in CATALOGUE}

# A column filled for closed deals and empty for open ones (or the reverse) tells the outcome by its emptiness.
EMPTINESS_GAP = 0.2


@dataclass(frozen=True)
class Choice:
    """The features in use, and why others are not.

    Parameters
    ----------
    used
        Names of features, in the catalogue's order.
    left_out
        From a feature's name to the reason, as a sentence.
    """

    used: tuple[str, ...]
    left_out: dict[str, str]


def choose_features(rows: pd.DataFrame) -> Choice:
    """Return which features of the catalogue the snapshots support.

    Parameters
    ----------
    rows
        Snapshots with closed_mark (-1 for deals still open).
    """
    there = [feature.name for feature in CATALOGUE if feature.name in rows.columns]
    last = rows.drop_duplicates("opportunity_id", keep="last")
    still_open = last["closed_mark"] < 0
    empty_open = last.loc[still_open, there].isna().mean().to_dict()
    empty_closed = last.loc[~still_open, there].isna().mean().to_dict()
    both = bool(still_open.any() and not still_open.all())
    reasons: dict[str, str] = {}
    for name in there:
        if both and abs(empty_open[name] - empty_closed[name]) > EMPTINESS_GAP:
            reasons[name] = (
                f"{BY_NAME[name].label} is empty for {empty_open[name]:.0%} of open and {empty_closed[name]:.0%} of "
                "closed deals: its emptiness would tell the outcome"
            )
        elif rows[name].nunique() < 2:
            reasons[name] = f"{BY_NAME[name].label} is the same, or empty, for all deals"
    return Choice(tuple(name for name in there if name not in reasons), reasons)
