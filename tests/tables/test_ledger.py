"""The ledger keeps each run whole and for ever, whatever happens while it is written."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pytest

from salesops.errors import InputError, RunError
from salesops.tables.ledger import append, ledger_rows, ledger_runs, read_ledger
from salesops.tables.published import publish_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

LIB = Path(__file__).parents[2] / "lib"
HASH = "ab" * 32
RECORD: dict[str, Any] = {
    "run_id": "first",
    "plan": "quarterly",
    "scenario": "base",
    "started_at": "2026-10-01T08:00:00+02:00",
    "as_of": "2026-09-30",
    "currency": "CNY",
    "data": {"source": "data/mine", "rows": {"orders": 3, "reps": 1}, "hashes": {"orders": HASH}},
    "code": {"version": "0.1.0", "commit": "c0ffee"},
    "packages": {"python": "3.11.7", "pandas": "3.1.1"},
    "notebooks": [
        {
            "topic": "sales_forecasting",
            "parameters": {"horizon_months": 6, "regions": ["East", "华南"], "holidays": True, "data": "data/mine"},
            "fingerprint": {"source": "cd" * 32},
        }
    ],
}
KPI = {"topic": "sales_forecasting", "kpi": "sales", "label": "Sales 销售", "unit": "CNY", "better": "up"}


def write_run(folder: Path, **record: Any) -> Path:
    """Write a small run as the runner does."""
    publish_frame(folder / "tables", "kpis", pd.DataFrame([{**KPI, "value": 10.0, "low": 8.0, "high": float("nan")}]))
    quantiles = {"mean": [10.0, 11.0], "p10": [8.0, 7.0], "p50": [10.0, 10.5], "p90": [12.0, 15.0]}
    forecast = pd.DataFrame({"level": "company", "key": "all", "period": ["2026-10", "2026-11"], **quantiles})
    publish_frame(folder / "tables" / "sales_forecasting", "forecast", forecast.assign(model="theta"))
    deals = pd.DataFrame({"opportunity_id": ["007"], "win_probability": [0.6], "low": [0.5], "high": [0.7]})
    close = pd.to_datetime(["2026-11-30"])
    publish_frame(folder / "tables" / "win_probability", "open_deals", deals.assign(expected_close=close))
    (folder / "run.json").write_text(json.dumps({**RECORD, **record}), encoding="utf-8")
    return folder


@pytest.fixture
def rows(tmp_path: Path) -> pd.DataFrame:
    return ledger_rows(write_run(tmp_path / "run"))


@pytest.fixture
def ledger(tmp_path: Path, rows: pd.DataFrame) -> Path:
    """A ledger with one entry."""
    append(tmp_path / "ledger", "first", rows)
    return tmp_path / "ledger"


def of(rows: pd.DataFrame, name: str) -> dict[str, Any]:
    found = rows[rows["name"] == name]
    assert len(found) == 1, name
    row: dict[str, Any] = found.iloc[0].dropna().to_dict()
    return row


# What a run leaves


def test_a_runs_rows_come_back_from_the_ledger_as_they_were(ledger: Path, rows: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(read_ledger(ledger), rows)


def test_every_row_says_which_run_it_is_of(rows: pd.DataFrame) -> None:
    run = rows[["run_id", "started_at", "plan", "scenario", "as_of"]].drop_duplicates()
    assert run.values.tolist() == [
        ["first", pd.Timestamp("2026-10-01T06:00:00Z"), "quarterly", "base", pd.Timestamp("2026-09-30")]
    ]


def test_a_kpi_keeps_interval_unit_label_and_direction(rows: pd.DataFrame) -> None:
    kpi = of(rows[rows["kind"] == "kpi"], "sales")
    assert (kpi["topic"], kpi["value"], kpi["low"], kpi["unit"]) == ("sales_forecasting", 10.0, 8.0, "CNY")
    assert "high" not in kpi
    assert json.loads(kpi["text"]) == {"label": "Sales 销售", "better": "up"}


def test_a_forecast_keeps_its_mean_and_its_quantiles(rows: pd.DataFrame) -> None:
    november = rows[(rows["name"] == "forecast") & (rows["period"] == "2026-11")].iloc[0]
    assert november[["value", "low", "mid", "high"]].tolist() == [11.0, 7.0, 10.5, 15.0]
    assert november[["level", "key", "measure", "unit", "text"]].tolist() == ["company", "all", "sales", "CNY", "theta"]


def test_a_deals_chance_is_kept_under_its_identifier_and_its_expected_day(rows: pd.DataFrame) -> None:
    deal = of(rows, "open_deals")
    assert (deal["key"], deal["period"], deal["unit"]) == ("007", "2026-11-30", "share")
    assert (deal["low"], deal["value"], deal["high"]) == (0.5, 0.6, 0.7)


def test_parameters_are_numbers_where_they_are_numbers_and_text_where_not(rows: pd.DataFrame) -> None:
    assert of(rows, "horizon_months")["value"] == 6.0
    assert of(rows, "data")["text"] == "data/mine"
    assert of(rows, "holidays")["text"] == "true"
    assert json.loads(of(rows, "regions")["text"]) == ["East", "华南"]


def test_hashes_row_counts_and_versions_are_kept(rows: pd.DataFrame) -> None:
    assert (of(rows, "orders")["text"], of(rows, "orders")["value"]) == (HASH, 3.0)
    assert of(rows, "reps")["value"] == 1.0
    assert (of(rows, "source")["topic"], of(rows, "source")["level"]) == ("sales_forecasting", "fingerprint")
    assert {of(rows, name)["text"] for name in ("version", "commit", "pandas")} == {"0.1.0", "c0ffee", "3.1.1"}


def test_a_run_that_published_nothing_still_leaves_parameters_and_versions(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps(RECORD), encoding="utf-8")
    assert set(ledger_rows(tmp_path)["kind"]) == {"parameter", "hash", "version"}


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a run's folder"):
        ledger_rows(tmp_path)
    (tmp_path / "run.json").write_text('{"plan": "quart', encoding="utf-8")
    with pytest.raises(InputError, match="is not whole"):
        ledger_rows(tmp_path)


# Reading


def test_only_the_rows_asked_for_are_read(ledger: Path, rows: pd.DataFrame) -> None:
    append(ledger, "other", rows.assign(plan="weekly"))
    assert set(read_ledger(ledger, kind="forecast")["kind"]) == {"forecast"}
    assert set(read_ledger(ledger, topic="win_probability")["topic"]) == {"win_probability"}
    assert set(read_ledger(ledger, plan="weekly")["run_id"]) == {"other"}
    assert set(read_ledger(ledger, run_id="first")["plan"]) == {"quarterly"}
    assert read_ledger(ledger, kind="kpi", plan="monthly").empty


def test_a_ledger_without_entries_has_the_columns_and_types_of_one_with_entries(tmp_path: Path, ledger: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "absent"):
        assert read_ledger(folder).empty
        assert read_ledger(folder).dtypes.to_dict() == read_ledger(ledger).dtypes.to_dict()
        assert ledger_runs(folder).dtypes.to_dict() == ledger_runs(ledger).dtypes.to_dict()


def test_duckdb_alone_reads_the_folder_as_one_table(
    ledger: Path, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(ledger, "second", rows.assign(started_at=rows["started_at"] + timedelta(days=91)))
    monkeypatch.chdir(ledger.parent)
    query = "SELECT run_id, count(*), min(as_of)::VARCHAR FROM 'ledger/*.parquet' GROUP BY ALL ORDER BY run_id"
    assert duckdb.sql(query).fetchall() == [(run, len(rows), "2026-09-30") for run in ("first", "second")]


def test_runs_are_listed_once_each_and_in_order_of_time(ledger: Path, rows: pd.DataFrame) -> None:
    append(ledger, "earlier", rows.assign(started_at=rows["started_at"] - timedelta(days=1)))
    assert ledger_runs(ledger)["run_id"].tolist() == ["earlier", "first"]


def test_a_folder_whose_name_holds_signs_of_patterns_is_read(tmp_path: Path, rows: pd.DataFrame) -> None:
    append(tmp_path / "a [b] *?", "first", rows)
    assert len(read_ledger(tmp_path / "a [b] *?")) == len(rows)


@pytest.mark.parametrize("content", [b"", b"no Parquet at all", None])
def test_a_broken_file_is_named_with_what_to_do_and_costs_no_other_entry(
    ledger: Path, rows: pd.DataFrame, content: bytes | None
) -> None:
    whole = next(ledger.glob("*.parquet"))
    broken = ledger / "broken.parquet"
    broken.write_bytes(whole.read_bytes()[:-100] if content is None else content)
    with pytest.raises(InputError, match=r"broken\.parquet cannot be read as Parquet .* move it out") as caught:
        read_ledger(ledger)
    assert len(caught.value.faults) == 1
    broken.unlink()
    assert len(read_ledger(ledger)) == len(rows)


def test_a_parquet_file_of_something_else_is_named(ledger: Path) -> None:
    pd.DataFrame({"order_id": ["1"]}).to_parquet(ledger / "orders.parquet")
    with pytest.raises(InputError, match=r"orders\.parquet has other columns than the ledger: move it out"):
        read_ledger(ledger)


# Writing


def test_appending_a_run_again_changes_nothing(ledger: Path, rows: pd.DataFrame) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in ledger.iterdir()}
    path = append(ledger, "first", rows)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in ledger.iterdir()} == before
    assert path.name == "20261001T060000Z-quarterly-base-first.parquet"


def test_two_processes_append_at_once_while_a_third_reads_only_whole_runs(ledger: Path, rows: pd.DataFrame) -> None:
    spawn = multiprocessing.get_context("spawn")
    both_there = spawn.Barrier(2)
    jobs = [(ledger, f"run{number:02}", rows) for number in range(40)]
    query = f"SELECT count(*) FROM '{ledger}/*.parquet' GROUP BY run_id"
    with spawn.Pool(2, initializer=both_there.wait) as pool:
        written = pool.starmap_async(append, jobs, chunksize=20)
        while not written.ready():
            assert set(duckdb.sql(query).fetchall()) == {(len(rows),)}
        assert len(set(written.get())) == 40
    assert set(ledger_runs(ledger)["run_id"]) == {"first", *(run for _, run, _ in jobs)}
    assert len(read_ledger(ledger)) == 41 * len(rows)


def test_two_appends_of_the_same_run_at_once_leave_one_entry(tmp_path: Path, rows: pd.DataFrame) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        paths = pool.starmap(append, [(tmp_path / "ledger", "same", rows)] * 20, chunksize=1)
    assert [path.name for path in (tmp_path / "ledger").iterdir()] == [paths[0].name]
    assert len(read_ledger(tmp_path / "ledger")) == len(rows)


def stopped_append(ledger: Path, rows: pd.DataFrame, before: str) -> subprocess.Popen[str]:
    """Append the run `second` in a process of its own, after some preparation there."""
    source = ledger.parent / "rows.parquet"
    rows.to_parquet(source)
    script = f"""
import os, resource, signal, sys
from pathlib import Path
import pandas as pd
from salesops.tables.ledger import append
rows = pd.read_parquet({str(source)!r})
{before}
append(Path({str(ledger)!r}), "second", rows)
"""
    environment = {**os.environ, "PYTHONPATH": str(LIB)}
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)


def assert_only_the_first_run_is_there_and_the_second_can_follow(ledger: Path, rows: pd.DataFrame) -> None:
    assert ledger_runs(ledger)["run_id"].tolist() == ["first"]
    assert duckdb.sql(f"SELECT count(*) FROM '{ledger}/*.parquet'").fetchall() == [(len(rows),)]
    append(ledger, "second", rows)
    assert len(read_ledger(ledger)) == 2 * len(rows)


def test_a_process_killed_before_its_file_is_in_place_leaves_the_ledger_whole(ledger: Path, rows: pd.DataFrame) -> None:
    # All is written and the rename is next: the process says so, and waits there for its end.
    wait = "os.fsync = lambda _: (print('written', flush=True), signal.pause())"
    process = stopped_append(ledger, rows, wait)
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    process.kill()
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    assert len(list(ledger.glob(".*.part"))) == 1
    assert_only_the_first_run_is_there_and_the_second_can_follow(ledger, rows)


def test_a_process_killed_in_mid_write_leaves_the_ledger_whole(ledger: Path, rows: pd.DataFrame) -> None:
    # The kernel kills a process, with a signal it cannot see coming, at the thousandth byte that it writes.
    limit = "signal.signal(signal.SIGXFSZ, signal.SIG_DFL); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))"
    core = "resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); "
    process = stopped_append(ledger, rows, core + limit)
    assert process.wait() == -signal.SIGXFSZ
    assert process.stdout is not None
    process.stdout.close()
    assert [path.stat().st_size for path in ledger.glob(".*.part")] == [1000]
    assert_only_the_first_run_is_there_and_the_second_can_follow(ledger, rows)


def test_what_a_crash_left_is_removed_once_it_is_a_day_old(ledger: Path, rows: pd.DataFrame) -> None:
    old, young = ledger / ".old.parquet.1-a.part", ledger / ".young.parquet.2-b.part"
    for path, hours in ((old, 25), (young, 23)):
        path.write_bytes(b"half")
        os.utime(path, (time.time() - hours * 3600,) * 2)
    append(ledger, "second", rows)
    assert not old.exists()
    assert young.exists()


@pytest.fixture
def small_disk(tmp_path: Path, rows: pd.DataFrame) -> Iterator[Path]:
    """A file system of one megabyte that holds a ledger with one entry."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"needs the right to mount a file system: {mounted.stderr.strip()}")
    append(place / "ledger", "first", rows)
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(place: Path) -> None:
    with suppress(OSError), (place / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)


def test_a_full_disk_is_named_and_the_earlier_entries_stay_readable(small_disk: Path, rows: pd.DataFrame) -> None:
    fill(small_disk)
    ledger = small_disk / "ledger"
    with pytest.raises(RunError, match=f"takes no entry: the disk of {ledger} is full: free some space"):
        append(ledger, "second", rows)
    assert len(list(ledger.iterdir())) == 1
    assert len(read_ledger(ledger)) == len(rows)


def test_a_read_only_file_system_is_named_and_the_earlier_entries_stay_readable(
    small_disk: Path, rows: pd.DataFrame
) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    ledger = small_disk / "ledger"
    with pytest.raises(RunError, match=f"takes no entry: {ledger} cannot be written to .Read-only file system."):
        append(ledger, "second", rows)
    assert append(ledger, "first", rows).is_file()
    assert len(read_ledger(ledger)) == len(rows)


def test_a_folder_without_the_right_to_write_is_named(ledger: Path, rows: pd.DataFrame) -> None:
    ledger.chmod(0o555)
    try:
        if os.access(ledger, os.W_OK):
            pytest.skip("this user may write everywhere")
        with pytest.raises(RunError, match="Permission denied"):
            append(ledger, "second", rows)
    finally:
        ledger.chmod(0o755)


# Size


@pytest.mark.slow
def test_three_hundred_runs_are_read_in_seconds(tmp_path: Path, rows: pd.DataFrame) -> None:
    entry = pd.concat([rows] * (3000 // len(rows) + 1), ignore_index=True).head(3000)
    start = datetime(2020, 1, 1, tzinfo=UTC)
    for number in range(300):
        append(tmp_path, f"run{number:03}", entry.assign(started_at=pd.Timestamp(start + timedelta(days=number))))
    began = time.perf_counter()
    assert len(read_ledger(tmp_path, kind="kpi")) == 300 * (entry["kind"] == "kpi").sum()
    assert len(ledger_runs(tmp_path)) == 300
    assert len(read_ledger(tmp_path)) == 900_000
    # A bit over a second on a quiet machine of two cores; the bound is for loaded ones.
    assert time.perf_counter() - began < 20
