"""What is said of a deal's days: open, in its stage, to its expected closing, and slipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.win_probability.won_deals import usual_when_won

if TYPE_CHECKING:
    import pandas as pd

# A shorter difference than a week says nothing.
NOTABLE_DAYS = 7.0
UNRECORDED = "stage not recorded"


def age_words(rows: pd.DataFrame, past: pd.DataFrame) -> pd.Series:
    """Return "open 76 days longer than won deals in decision", or "open for 8 days" where that is no news."""
    place = " in " + rows["stage"].astype(object).fillna("an unknown stage") if "stage" in rows else ""
    gap = rows["age_days"] - usual_when_won(rows, past, "age_days")
    against = "open " + _longer(gap) + " than won deals" + place
    return against.where(_is_news(gap, rows["age_days"]), "open for " + days(rows["age_days"]))


def in_stage_words(rows: pd.DataFrame, past: pd.DataFrame) -> pd.Series:
    """Return "19 days longer in comparison than won deals", or "2 days in comparison" where that is no news."""
    stage = rows["stage"].astype(object).fillna("")
    gap = rows["days_in_stage"] - usual_when_won(rows, past, "days_in_stage")
    against = _longer(gap) + " in " + stage + " than won deals"
    alone = days(rows["days_in_stage"]) + " in " + stage
    return against.where(_is_news(gap, rows["days_in_stage"]), alone).where(rows["stage"].notna(), UNRECORDED)


def due_words(rows: pd.DataFrame) -> pd.Series:
    """Return "expected to close in 12 days", or "12 days past its expected closing"."""
    left = rows["days_to_expected_close"]
    ahead = "expected to close in " + days(left)
    return ahead.where(left >= 0, days(left) + " past its expected closing").where(left.notna(), "no expected closing")


def slip_words(rows: pd.DataFrame) -> pd.Series:
    """Return "expected closing moved back 3 times, by 95 days"."""
    count = rows["slips"].fillna(0).astype(int)
    said: pd.Series = "expected closing moved back " + count.astype(str) + np.where(count == 1, " time", " times")
    by = ", by " + days(rows["slipped_days"]) if "slipped_days" in rows else ""
    return (said + by).where(count > 0, "expected closing never moved")


def days(values: pd.Series) -> pd.Series:
    """Return "1 day" or "12 days", whatever the sign.

    Examples
    --------
    >>> import pandas as pd
    >>> days(pd.Series([-12.0, 1.2])).tolist()
    ['12 days', '1 day']
    """
    whole = values.abs().round().fillna(0).astype(int)
    return whole.map("{:,}".format) + np.where(whole == 1, " day", " days")


def _longer(gap: pd.Series) -> pd.Series:
    said: pd.Series = days(gap) + np.where(gap > 0, " longer", " shorter")
    return said


def _is_news(gap: pd.Series, values: pd.Series) -> pd.Series:
    """Return where the comparison with won deals is worth telling.

    A reason is a difference from the average open deal: a comparison that points the other way would confuse.
    """
    news: pd.Series = (gap.abs() >= NOTABLE_DAYS) & (np.sign(gap) == np.sign(values - values.median()))
    return news
