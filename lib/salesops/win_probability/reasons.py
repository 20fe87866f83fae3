"""A deal's largest contributions in words that a manager uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.report import money
from salesops.win_probability.features import ACTIVITY, BY_NAME, PEOPLE, SCORECARD
from salesops.win_probability.reason_words import (
    activity_words,
    pace_words,
    people_words,
    price_gap_words,
    rep_record_words,
    scorecard_words,
    tenure_words,
    triangle_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_REASONS = 2
# Under this, in log-odds, a contribution moves the chance by less than three points and is not worth a word.
WORTH_SAYING = 0.12
SEPARATOR = "; "


def told(parts: pd.DataFrame) -> pd.DataFrame:
    """Return contributions by the topics that people tell them under; rows add up as before.

    Examples
    --------
    >>> told(pd.DataFrame({"activities": [0.5], "commitments": [0.25], "stage": [0.1]})).to_dict("list")
    {'activity': [0.75], 'stage': [0.1]}
    """
    topics = [BY_NAME[name].told_as or name for name in parts.columns]
    return parts.T.groupby(topics, sort=False).sum().T


def phrases(today: pd.DataFrame, parts: pd.DataFrame, names: dict[str, dict[str, str]], currency: str) -> pd.DataFrame:
    """Return what is to be said of each deal on each topic.

    Parameters
    ----------
    today
        Snapshots of the open deals, n rows.
    parts
        Contributions of the features in use.
    names
        For identifiers such as rep_id: from the identifier to the name people use.
    currency
        What money is called.

    Returns
    -------
    DataFrame of str, shape (n, topics)
        In the order of `told`.
    """
    words: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
        "age_days": _age,
        "days_in_stage": _in_stage,
        "amount": lambda rows: _amount(rows, currency),
        "days_to_expected_close": _expected,
        "slips": lambda rows: _counted(rows["slips"], "expected closing never moved", "expected closing moved back"),
        "slipped_days": lambda rows: "slipped by " + _days(rows["slipped_days"]) + " in all",
        "account_id_record": _record,
        "customer_pace": pace_words,
        "rep_id_record": rep_record_words,
        "price_gap": price_gap_words,
        "iron_triangle": triangle_words,
        "rep_tenure_days": tenure_words,
        SCORECARD: lambda rows: scorecard_words(rows, parts),
        ACTIVITY: activity_words,
        PEOPLE: people_words,
    }
    topics = told(parts).columns
    said = {name: words[name](today) if name in words else _level(today, name, names) for name in topics}
    return pd.DataFrame(said, index=today.index)


def top_reasons(parts: pd.DataFrame, said: pd.DataFrame, *, up: bool) -> pd.Series:
    """Return the phrases of the largest contributions in one direction, joined; empty where none is worth a word.

    Parameters
    ----------
    parts
        Contributions in log-odds, shape (n, features).
    said
        Phrases, same shape.
    up
        Whether to tell what raises the chance, or what lowers it.

    Examples
    --------
    >>> parts = pd.DataFrame({"a": [0.5], "b": [-0.4], "c": [0.9]})
    >>> said = pd.DataFrame({"a": ["large"], "b": ["old"], "c": ["near"]})
    >>> top_reasons(parts, said, up=True)[0], top_reasons(parts, said, up=False)[0]
    ('near; large', 'old')
    """
    strength = np.where(said == "", 0.0, parts[said.columns] * (1 if up else -1))
    order = np.argsort(-strength, axis=1, kind="stable")[:, :MOST_REASONS]
    text = np.take_along_axis(said.to_numpy(object), order, axis=1)
    text = np.where(np.take_along_axis(strength, order, axis=1) > WORTH_SAYING, text, "")
    joined = pd.Series("", index=parts.index, dtype=object)
    for column in text.T:
        joined = joined + np.where(column != "", SEPARATOR, "").astype(object) + column
    return joined.str.removeprefix(SEPARATOR).astype(str)


def _days(values: pd.Series) -> pd.Series:
    days = values.abs().round().fillna(0).astype(int)
    return days.astype(str) + np.where(days == 1, " day", " days")


def _against(values: pd.Series, usual: pd.Series | float, place: pd.Series | str) -> pd.Series:
    """Return "19 days longer in comparison than usual"; nothing where it is as usual."""
    gap = values - usual
    text = _days(gap) + np.where(gap > 0, " longer ", " shorter ") + place + " than usual"
    return text.where(gap.abs() >= 1, "")


def _age(rows: pd.DataFrame) -> pd.Series:
    return _against(rows["age_days"], rows["age_days"].median(), "open")


def _in_stage(rows: pd.DataFrame) -> pd.Series:
    usual = rows.groupby("stage")["days_in_stage"].transform("median")
    text = _against(rows["days_in_stage"], usual, "in " + rows["stage"].astype(str))
    return text.where(rows["stage"].notna(), "stage not recorded")


def _amount(rows: pd.DataFrame, currency: str) -> pd.Series:
    usual = rows["amount"].median()
    ending = f" times the usual {money(usual, currency)}"
    times = (rows["amount"] / usual).map("{:.1f}".format) + ending if usual > 0 else "unusual amount"
    return pd.Series(times, rows.index).where(rows["amount"].notna(), "amount not recorded")


def _expected(rows: pd.DataFrame) -> pd.Series:
    days = rows["days_to_expected_close"]
    ahead = "expected to close in " + _days(days)
    return ahead.where(days >= 0, _days(days) + " past its expected closing").where(days.notna(), "no expected closing")


def _counted(values: pd.Series, never: str, moved: str) -> pd.Series:
    count = values.fillna(0).astype(int).astype(str)
    return (moved + " " + count + np.where(values == 1, " time", " times")).where(values > 0, never)


def _record(rows: pd.DataFrame) -> pd.Series:
    better = rows["account_id_record"]
    return pd.Series(
        np.select([better > 0, better < 0], ["customer bought more often than others", "customer bought less often"],
                  "customer without closed deals"), rows.index,
    )  # fmt: skip


def _level(rows: pd.DataFrame, name: str, names: dict[str, dict[str, str]]) -> pd.Series:
    label = BY_NAME[name].label
    shown = rows[name].map(names[name]).astype(object).fillna(rows[name]) if name in names else rows[name]
    return (f"{label} " + shown.astype(str)).where(rows[name].notna(), f"{label} not recorded")
