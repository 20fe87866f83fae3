"""From tables to a model that may be shown, or to the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.base_rate import BaseRate
from salesops.win_probability.evaluate import MANY_SNAPSHOTS, closed_until, fit_until, judge
from salesops.win_probability.features import Choice, choose_features
from salesops.win_probability.hazard import LandmarkHazard
from salesops.win_probability.late_values import hide_late_values
from salesops.win_probability.leak_guard import without_leaks
from salesops.win_probability.looks import take_looks
from salesops.win_probability.marks import MONTHS_PER_QUARTER, month_marks
from salesops.win_probability.recalibration import recalibrated
from salesops.win_probability.some_deals import some_deals
from salesops.win_probability.undated_people import people_marked_by_closings

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from salesops.win_probability.deal_tables import DealTables
    from salesops.win_probability.evaluate import Judgement, Model
    from salesops.win_probability.parameters import Parameters

FEWEST_EACH = 10


@dataclass(frozen=True)
class DealModel:
    """The model that is shown, with what it learned from and how it was judged.

    Parameters
    ----------
    model
        The landmark hazard that did best on later closings, or the base rate where they show no signal.
    snapshots
        Deals open at past marks, with what was known then.
    today
        Snapshots of the deals open on the as-of day.
    last_mark
        Mark of the as-of day.
    choice
        Features in use, and why others are not.
    judgement
        How a model learned earlier did on later closings; absent where there are too few to judge by.
    as_of
        The day the chances are for.
    past
        Models of past marks that were asked for, by mark.
    """

    model: Model
    snapshots: pd.DataFrame
    today: pd.DataFrame
    last_mark: int
    choice: Choice
    judgement: Judgement | NotEnoughData
    as_of: date
    past: dict[int, Model] = field(default_factory=dict, repr=False, compare=False)

    @property
    def uses_base_rate(self) -> bool:
        """Whether all deals get the same chance, since nothing tells them apart."""
        return isinstance(self.model, BaseRate)

    @property
    def verdict(self) -> str:
        """Return the verdict in a few words."""
        if isinstance(self.judgement, NotEnoughData):
            return "not judged: base rate used"
        return self.judgement.verdict

    def model_at(self, mark: int) -> Model:
        """Return a model as it would have been learned on the day of a past mark, for its chances alone.

        One look a quarter teaches nearly as much as three, in a third of the time.
        """
        if mark not in self.past:
            rows = self.snapshots[(mark - self.snapshots["mark"]) % MONTHS_PER_QUARTER == 0]
            looked = some_deals(rows[rows["mark"] <= mark], MANY_SNAPSHOTS)
            features = () if self.uses_base_rate else self.choice.used
            self.past[mark] = fit_until(looked, mark, features, brief=True)
        return self.past[mark]


def learn(tables: DealTables, as_of: date, parameters: Parameters) -> DealModel | NotEnoughData:
    """Return the model of the company's deals as it can be known on a day.

    Parameters
    ----------
    tables
        Tables of the input contract, cut to `as_of`; all but the deals may be absent.
    as_of
        The day the chances are for.
    parameters
        history_quarters, min_closed_deals, use_contacts and stage_probability are used.
    """
    opportunities = tables.opportunities
    if isinstance(opportunities, NotEnoughData):
        return opportunities
    if "closed_at" not in opportunities.columns:
        return NotEnoughData("opportunities.closed_at", "without it no deal is known to have closed")
    opportunities, leaks = without_leaks(opportunities)
    marks = month_marks(as_of, MONTHS_PER_QUARTER * parameters.history_quarters)
    rows = take_looks(opportunities, tables, marks, use_contacts=parameters.use_contacts)
    last_mark = len(marks) - 1
    lacking = _too_few(rows, last_mark, parameters.min_closed_deals)
    if lacking is not None:
        return lacking
    rows, hidden = _without_what_came_later(rows, opportunities, tables, last_mark)
    choice = choose_features(rows, leaks | hidden)
    judgement = judge(rows, last_mark, choice.used, parameters.stage_probability)
    model = _model_as_judged(rows, last_mark, judgement)
    if isinstance(model, LandmarkHazard):
        choice = replace(choice, used=tuple(model.features))
    today = rows[rows["mark"] == last_mark].reset_index(drop=True)
    return DealModel(model, rows, today, last_mark, choice, judgement, as_of)


def _model_as_judged(rows: pd.DataFrame, last_mark: int, judgement: Judgement | NotEnoughData) -> Model:
    """Return the model that did well on later closings, learned from all that is known; else the base rate."""
    if isinstance(judgement, NotEnoughData) or judgement.verdict == "no signal: base rate used":
        return fit_until(rows, last_mark, ())
    model, found = fit_until(rows, last_mark, judgement.features), judgement.recalibration
    if isinstance(model, LandmarkHazard) and found is not None and found.helps:
        return recalibrated(model, (found.shift, found.slope))
    return model


def _without_what_came_later(
    rows: pd.DataFrame, opportunities: pd.DataFrame, tables: DealTables, last_mark: int
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the looks without undated values that closings may have filled in or changed, and why each is out."""
    marked: dict[str, str] = {}
    if "roles_covered" in rows.columns and not isinstance(tables.contacts, NotEnoughData):
        customers = opportunities if isinstance(tables.accounts, NotEnoughData) else tables.accounts
        marked = people_marked_by_closings(customers[["account_id"]].drop_duplicates(), opportunities, tables.contacts)
    shown, hidden = hide_late_values(rows.drop(columns=list(marked)), last_mark)
    return shown, hidden | marked


def _too_few(rows: pd.DataFrame, last_mark: int, least: int) -> NotEnoughData | None:
    closed = closed_until(rows, last_mark)
    found = f"{closed['won']} won and {closed['lost']} lost in the quarters learned from"
    for kind, count in closed.items():
        if count < FEWEST_EACH:
            return NotEnoughData(f"at least {FEWEST_EACH} deals {kind} that were seen open a quarter before", found)
    if sum(closed.values()) < least:
        return NotEnoughData(f"{least} closed deals (parameter min_closed_deals)", found)
    return None


def judged(
    learned: DealModel | NotEnoughData,
) -> tuple[pd.DataFrame | NotEnoughData, pd.DataFrame | NotEnoughData]:
    """Return the tables model_card and calibration to be published, or why there are none."""
    judgement = learned if isinstance(learned, NotEnoughData) else learned.judgement
    if isinstance(judgement, NotEnoughData):
        return judgement, judgement
    return judgement.model_card, judgement.calibration


def unseen_stages(learned: DealModel) -> list[str]:
    """Return stages of open deals that no past deal was seen in; those deals count as average in stage."""
    if "stage" not in learned.snapshots.columns:
        return []
    past = learned.snapshots.loc[learned.snapshots["mark"] < learned.last_mark, "stage"].dropna().unique()
    return sorted(np.setdiff1d(learned.today["stage"].dropna().unique(), past).tolist())
