"""What `salesops compare` is given, and the run that it stands for."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from salesops.errors import InputError, did_you_mean
from salesops.tables.ledger import ledger_rows, ledger_runs, read_ledger

if TYPE_CHECKING:
    import pandas as pd

RECORD = "run.json"
LEDGER = "ledger"


def find_run(reference: str, reports: Path) -> pd.DataFrame:
    """Return the ledger's rows of one run.

    Parameters
    ----------
    reference
        A run's folder, or `PLAN/SCENARIO` for the one under the reports; a file of the ledger or the identifier of a
        run in it; `PLAN/SCENARIO@2026-06-30` for the newest run in the ledger as of that day.
    reports
        The folder that reports go to; the ledger lies in it.

    Raises
    ------
    InputError
        If there is no such run.
    """
    folders = [place for place in (Path(reference), reports / reference) if (place / RECORD).is_file()]
    if folders:
        return ledger_rows(folders[0])
    places = (Path(reference), reports / LEDGER / reference)
    files = [place for place in places if place.suffix == ".parquet" and place.is_file()]
    if files:
        return read_ledger(files[0])
    return _from_ledger(reference, reports)


def _from_ledger(reference: str, reports: Path) -> pd.DataFrame:
    names = _names(ledger_runs(reports / LEDGER))
    if reference not in names:
        raise _unknown(reference, names, reports)
    return read_ledger(reports / LEDGER, run_id=names[reference])


def _names(runs: pd.DataFrame) -> dict[str, str]:
    """Return what each run of the ledger can be called; where several share a name, it is the newest one's."""
    days = runs["plan"] + "/" + runs["scenario"] + "@" + runs["as_of"].dt.strftime("%Y-%m-%d")
    return dict(zip([*days, *runs["run_id"]], [*runs["run_id"]] * 2, strict=True))


def _unknown(reference: str, names: dict[str, str], reports: Path) -> InputError:
    folders = [path.parent.relative_to(reports).as_posix() for path in sorted(reports.glob("[!.]*/[!.]*/" + RECORD))]
    known = [*folders, *(name for name in names if "@" in name)]
    if not known:
        return InputError(f'there is no run "{reference}": nothing has been run into {reports} yet')
    # All runs of years would be too long a list: the nearest of them, or the folders.
    nearest = difflib.get_close_matches(reference, [*known, *names], n=1)
    hint = did_you_mean(reference, nearest or folders or known[-5:])
    return InputError(f'there is no run "{reference}" in {reports} or its ledger: {hint}')
