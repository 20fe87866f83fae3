"""A deal's largest contributions in words that a manager uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.win_probability.features import ACTIVITY, BY_NAME, PEOPLE, SCORECARD
from salesops.win_probability.reason_words import (
    activity_words,
    pace_words,
    people_words,
    price_gap_words,
    record_words,
    rep_record_words,
    scorecard_words,
    tenure_words,
    triangle_words,
)
from salesops.win_probability.time_words import age_words, due_words, in_stage_words, slip_words
from salesops.win_probability.won_deals import amount_words, level_words

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_REASONS = 3
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


def phrases(
    today: pd.DataFrame, parts: pd.DataFrame, past: pd.DataFrame, names: dict[str, dict[str, str]], currency: str
) -> pd.DataFrame:
    """Return what is to be said of each deal on each topic.

    Parameters
    ----------
    today
        Snapshots of the open deals, n rows.
    parts
        Contributions of the features in use.
    past
        Snapshots of deals that have closed since, which open ones are compared with.
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
        "age_days": lambda rows: age_words(rows, past),
        "days_in_stage": lambda rows: in_stage_words(rows, past),
        "amount": lambda rows: amount_words(rows, past, currency),
        "days_to_expected_close": due_words,
        "slips": slip_words,
        "account_id_record": record_words,
        "customer_pace": pace_words,
        "rep_id_record": rep_record_words,
        "price_gap": price_gap_words,
        "iron_triangle": triangle_words,
        "rep_tenure_days": tenure_words,
        SCORECARD: lambda rows: scorecard_words(rows, parts),
        ACTIVITY: activity_words,
        PEOPLE: people_words,
    }
    topics = told(parts)
    said = {
        name: words[name](today) if name in words else level_words(today, past, name, topics[name], names)
        for name in topics.columns
    }
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
    strength = _strength(parts, said, up=up)
    order = np.argsort(-strength, axis=1, kind="stable")[:, :MOST_REASONS]
    text = np.take_along_axis(said.to_numpy(object), order, axis=1)
    text = np.where(np.take_along_axis(strength, order, axis=1) > WORTH_SAYING, text, "")
    joined = pd.Series("", index=parts.index, dtype=object)
    for column in text.T:
        joined = joined + np.where(column != "", SEPARATOR, "").astype(object) + column
    return joined.str.removeprefix(SEPARATOR).astype(str)


def strongest(parts: pd.DataFrame, said: pd.DataFrame, *, up: bool) -> pd.Series:
    """Return the name of the topic that `top_reasons` tells first; empty where it tells none.

    Examples
    --------
    >>> parts = pd.DataFrame({"stage": [0.5, 0.01], "age_days": [-0.4, 0.0]})
    >>> strongest(parts, pd.DataFrame({"stage": ["late"] * 2, "age_days": ["old"] * 2}), up=True).tolist()
    ['stage', '']
    """
    strength = pd.DataFrame(_strength(parts, said, up=up), parts.index, said.columns)
    labels = {name: BY_NAME[name].label for name in said.columns if name in BY_NAME}
    named = strength.idxmax(axis=1).map(lambda name: labels.get(name, name))
    return named.where(strength.max(axis=1) > WORTH_SAYING, "").astype(str)


def _strength(parts: pd.DataFrame, said: pd.DataFrame, *, up: bool) -> np.ndarray:
    return np.where(said == "", 0.0, parts[said.columns] * (1 if up else -1))
