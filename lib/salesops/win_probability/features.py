"""What the model may look at, how each is treated, and which columns are left out because they would deceive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from salesops.win_probability.confirmations import CONFIRMATIONS, in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Kind = Literal["category", "curve", "line", "signed", "tick", "due"]


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
        category; curve (a spline of log(1 + x)); line (log(1 + x), straight); signed (x itself, straight); tick (1 or
        0, and 0 where it is not known); due (days to the expected closing, as a spline of the distance from each
        quarter ahead).
    prior_sd
        Standard deviation, in log-odds, of an effect before the data is seen: what the ridge penalty stands for.
    fades
        Whether the effect may change with the quarters ahead: what is true of a deal today says less of next year.
    drifts
        Whether categories may change against each other over the years, as competitors do.
    told_as
        The topic under which its part in a chance is told to people, where several features are one to them.
    """

    name: str
    label: str
    kind: Kind
    prior_sd: float = 1.0
    fades: bool = False
    drifts: bool = False
    told_as: str = ""


SCORECARD, ACTIVITY, PEOPLE = "scorecard", "activity", "people"

# The widths were chosen by chances of simulated open deals; decision 0009 has the measurements. Reps differ by about a
# third in log-odds; a wider prior would take their small samples at their word.
CATALOGUE = (
    Feature("stage", "stage", "category", 2.0, fades=True),
    Feature("age_days", "age", "curve", 0.5, fades=True),
    Feature("days_in_stage", "time in stage", "curve", 0.5),
    Feature("amount", "amount", "curve", 0.25, fades=True),
    Feature("days_to_expected_close", "expected closing", "due", 0.5),
    Feature("slips", "slips of the expected closing", "line", 0.3),
    Feature("slipped_days", "days slipped", "line", 0.2, told_as="slips"),
    Feature("rep_id", "rep", "category", 0.35),
    Feature("rep_id_record", "rep's record", "signed", 1.0),
    Feature("account_id_record", "customer's record", "signed", 1.0),
    Feature("customer_pace", "customer's pace of confirming", "signed", 0.5),
    *(Feature(name, in_words(name), "tick", 0.05, told_as=SCORECARD) for name in CONFIRMATIONS),
    # Their weighted count, from which the single confirmations differ a little.
    Feature("confirmed", "confirmations", "signed", 1.0, fades=True, told_as=SCORECARD),
    Feature("days_since_review", "time since the last review", "line", 0.3, told_as=SCORECARD),
    Feature("activities", "activities", "line", 0.2, told_as=ACTIVITY),
    Feature("recent_activities", "recent activities", "line", 0.2, told_as=ACTIVITY),
    Feature("commitments", "commitments", "line", 0.3, told_as=ACTIVITY),
    Feature("recent_commitments", "recent commitments", "line", 0.2, told_as=ACTIVITY),
    Feature("roles_covered", "power map", "signed", 0.5, told_as=PEOPLE),
    Feature("relationship_level", "relationship level", "signed", 0.5, told_as=PEOPLE),
    Feature("attitude", "attitude", "signed", 0.5, told_as=PEOPLE),
    Feature("iron_triangle", "iron triangle", "tick", 1.0),
    Feature("competitor", "competitor", "category", 0.5, drifts=True),
    Feature("price_gap", "price gap", "signed", 1.0),
    Feature("rep_tenure_days", "rep's time with us", "line", 0.5),
    Feature("product_line", "product line", "category", 0.2),
    Feature("partner_id", "distributor", "category", 0.2),
    Feature("channel", "channel", "category", 0.3),
    Feature("source", "source", "category", 0.3),
    Feature("industry", "industry", "category", 0.2),
    Feature("region", "region", "category", 0.2),
)
BY_NAME = {feature.name: feature for feature in CATALOGUE}

# A category with more than this many levels per deal names the deals, and tells nothing of others.
LEVELS_PER_DEAL = 0.5
# More levels than this cost more time than they tell; of many reps, each one's record stands for the rep.
MOST_LEVELS = 200
STANDS_FOR = {"rep_id_record": "rep_id"}


@dataclass(frozen=True)
class Choice:
    """The features in use, and why others are not.

    Parameters
    ----------
    used
        Names of features, in the catalogue's order.
    left_out
        From a feature's name to the reason why it, or its values in some stages, are left out, as a sentence.
    """

    used: tuple[str, ...]
    left_out: dict[str, str]


def choose_features(rows: pd.DataFrame, hidden: Mapping[str, str] | None = None) -> Choice:
    """Return which features of the catalogue the snapshots support.

    Parameters
    ----------
    rows
        Snapshots.
    hidden
        From `salesops.win_probability.late_values.hide_late_values`: why values were hidden, by feature.
    """
    there = [feature.name for feature in CATALOGUE if feature.name in rows.columns]
    levels, deals = rows[there].nunique().to_dict(), rows["opportunity_id"].nunique()
    reasons = dict(hidden or {})
    for name in there:
        label = BY_NAME[name].label
        if levels[name] < 2 and name not in reasons:
            reasons[name] = f"{label} is the same, or empty, for all deals"
        elif BY_NAME[name].kind == "category" and levels[name] > max(LEVELS_PER_DEAL * deals, 2):
            reasons[name] = f"{label} has {levels[name]:,} values for {deals:,} deals: it names deals"
        elif BY_NAME[name].kind == "category" and levels[name] > MOST_LEVELS:
            reasons[name] = f"{label} has {levels[name]:,} values, too many to learn one by one"
    # What is hidden in some stages alone is used in the others.
    unused = {name for name in reasons if levels.get(name, 0) < 2 or "names deals" in reasons[name]}
    unused |= {name for name in reasons if "too many" in reasons[name]}
    unused |= {record for record, name in STANDS_FOR.items() if levels.get(name, 0) <= MOST_LEVELS}
    return Choice(tuple(name for name in there if name not in unused), reasons)
