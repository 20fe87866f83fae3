"""From a finished run's folder to the rows that the ledger keeps of it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from salesops.errors import InputError
from salesops.tables.ledger.columns import stacked
from salesops.tables.ledger.estimates import ESTIMATES, MONEY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

    from salesops.tables.ledger.estimates import Estimate

RECORD = "run.json"
DATA_TABLE = "table"
FINGERPRINT = "fingerprint"
CODE = "code"
PACKAGE = "package"


def ledger_rows(run_folder: Path) -> pd.DataFrame:
    """Return what the ledger keeps of a run: KPIs, forecasts, parameters, hashes and versions.

    Parameters
    ----------
    run_folder
        Folder of a finished run, with its run.json and its tables. A table that was not published leaves no rows.

    Raises
    ------
    InputError
        If the folder holds no run.json, or one that is not whole.
    """
    import pandas as pd

    record = _record(run_folder)
    facts = pd.DataFrame([*_parameters(record), *_hashes(record), *_versions(record)])
    parts = [_kpis(run_folder), *_forecasts(run_folder, record["currency"]), facts]
    run = {
        "run_id": record.get("run_id", ""),
        "started_at": datetime.fromisoformat(record["started_at"]),
        "plan": record["plan"],
        "scenario": record["scenario"],
        "as_of": date.fromisoformat(record["as_of"]),
    }
    return stacked(part.assign(**run) for part in parts)


def _record(run_folder: Path) -> dict[str, Any]:
    path = run_folder / RECORD
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{run_folder} holds no {RECORD}: it is not a run's folder") from None
    except ValueError as error:
        raise InputError(f"{path} is not whole ({error}): run the plan again") from None
    return content


def _kpis(run_folder: Path) -> pd.DataFrame:
    import pandas as pd

    path = run_folder / "tables" / "kpis.parquet"
    if not path.is_file():
        return pd.DataFrame()
    kpis = pd.read_parquet(path)
    words = kpis[["label", "better"]].to_dict("records")
    return kpis.rename(columns={"kpi": "name"}).assign(kind="kpi", text=[_json(row) for row in words])


def _forecasts(run_folder: Path, currency: str) -> Iterator[pd.DataFrame]:
    import pandas as pd

    for estimate in ESTIMATES:
        path = run_folder / "tables" / estimate.topic / f"{estimate.table}.parquet"
        table = pd.read_parquet(path) if path.is_file() else pd.DataFrame()
        # A run of an earlier version may have published the table before it was a forecast, without its period.
        if set(estimate.columns.values()) <= set(table):
            yield _forecast(estimate, table, currency)


def _forecast(estimate: Estimate, table: pd.DataFrame, currency: str) -> pd.DataFrame:
    import pandas as pd

    # Where there is nothing to foretell from, as of a customer with returns alone, nothing was foretold.
    table = table[table[estimate.columns["value"]].notna()]
    numbers = {"value", "low", "mid", "high"}
    columns = {
        column: table[source] if column in numbers else _as_text(table[source])
        for column, source in estimate.columns.items()
    }
    return pd.DataFrame(columns).assign(
        topic=estimate.topic,
        kind="forecast",
        name=estimate.table,
        measure=estimate.measure,
        unit=currency if estimate.unit == MONEY else estimate.unit,
    )


def _as_text(column: pd.Series[Any]) -> pd.Series[Any]:
    return column.dt.strftime("%Y-%m-%d") if column.dtype.kind == "M" else column.astype("str")


def _parameters(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for notebook in record["notebooks"]:
        for name, value in notebook["parameters"].items():
            yield {"topic": notebook["topic"], "kind": "parameter", "name": name, **_value(value)}


def _value(value: object) -> dict[str, Any]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"value": float(value)}
    return {"text": value if isinstance(value, str) else _json(value)}


def _hashes(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    rows, hashes = record["data"]["rows"], record["data"]["hashes"]
    for name in sorted({*rows, *hashes}):
        count = {"value": float(rows[name]), "unit": "rows"} if name in rows else {}
        yield {"kind": "hash", "level": DATA_TABLE, "name": name, "text": hashes.get(name), **count}
    for notebook in record["notebooks"]:
        for name, text in notebook.get("fingerprint", {}).items():
            yield {"topic": notebook["topic"], "kind": "hash", "level": FINGERPRINT, "name": name, "text": text}


def _versions(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for level, versions in ((CODE, record["code"]), (PACKAGE, record["packages"])):
        for name, text in versions.items():
            yield {"kind": "version", "level": level, "name": name, "text": text}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
