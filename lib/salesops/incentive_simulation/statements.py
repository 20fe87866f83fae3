"""Statements: one page for a person, with old and new pay over a range of results. Written only on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.errors import InputError, did_you_mean
from salesops.incentive_simulation.parameters import EVERYBODY
from salesops.incentive_simulation.statement_page import statement_page
from salesops.not_enough_data import NotEnoughData
from salesops.paths import resolve
from salesops.report import plural
from salesops.report.markup import slug

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from salesops.incentive_simulation.outlook import Outlook
    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan

FOLDER = "tables/incentive_simulation/statements"
"""Beside the tables, so that a later run that takes this page over takes statements over, too."""


def write_statements(
    plans: Mapping[str, IncentivePlan],
    new: str | NotEnoughData,
    outlook: Outlook | NotEnoughData,
    parameters: Parameters,
) -> list[str]:
    """Write the statements that the parameter asks for, and say where; with none asked for, write nothing.

    Parameters
    ----------
    plans
        By name; the first is today's.
    new
        Name of the plan that today's is held against.
    outlook
        From `year_ahead`: the people at work.
    parameters
        For `statements` (rep_ids, or "all"), `run_dir` and the currency.

    Returns
    -------
    list of str
        A sentence on what was written, or why nothing could be; empty where nothing was asked for.

    Raises
    ------
    InputError
        For a rep_id that nobody at work has.
    """
    if not parameters.statements:
        return []
    if isinstance(outlook, NotEnoughData) or isinstance(new, NotEnoughData):
        return [f"No statement was written: {outlook if isinstance(outlook, NotEnoughData) else new}."]
    people = _asked_for(outlook.people, parameters.statements)
    folder = resolve(parameters.run_dir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for person in people.to_dict("records"):
        page = statement_page(pd.Series(person), plans[parameters.plans[0]], plans[new], parameters.currency)
        _file(folder, str(person["rep_id"])).write_text(page, encoding="utf-8")
    return [f"{plural(len(people), 'statement')} of pay written to {FOLDER}/: they name people and their pay."]


def _asked_for(people: pd.DataFrame, wanted: list[str]) -> pd.DataFrame:
    if EVERYBODY in wanted:
        return people
    known = people["rep_id"].astype(str)
    unknown = [name for name in wanted if name not in set(known)]
    if unknown:
        raise InputError(
            *(f'parameter "statements": nobody at work has the rep_id "{n}": {did_you_mean(n, known)}' for n in unknown)
        )
    return people[known.isin(wanted)]


def _file(folder: Path, rep_id: str) -> Path:
    """Return the file of a person, inside the folder whatever the identifier holds."""
    return folder / f"{slug(rep_id)}.html"
