"""A run's log keeps every line, is found by its time, and never stops the run that it is about."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from salesops.run.shown.log_file import LogFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a file system")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_log_begins_with_its_first_line_and_each_line_is_there_at_once(tmp_path: Path) -> None:
    with LogFile(tmp_path / "logs") as log:
        assert not (tmp_path / "logs").exists()
        log.line("苏州 first")
        assert log.path.read_text(encoding="utf-8").endswith("+00:00 苏州 first\n")
        log.line("second")
        assert len(log.path.read_text(encoding="utf-8").splitlines()) == 2


def test_a_log_is_named_by_the_time_in_utc_and_the_process(tmp_path: Path) -> None:
    assert re.fullmatch(rf"\d{{8}}T\d{{6}}Z-{os.getpid()}\.log", LogFile(tmp_path).path.name)


def test_the_newest_fifty_logs_are_kept_and_nothing_else_is_touched(tmp_path: Path) -> None:
    for i in range(60):
        (tmp_path / f"202001{i // 2:02}T0000{i % 2:02}Z-{9999 - i}.log").touch()
    (tmp_path / "notes.log").touch()
    (tmp_path / "20190101T000000Z-1.log.gz").touch()
    with LogFile(tmp_path) as log:
        log.line("a line")
    logs = sorted(path.name for path in tmp_path.iterdir())
    assert logs[0] == "20190101T000000Z-1.log.gz"
    assert logs[1] == "20200105T000001Z-9988.log"
    assert logs[-2:] == [log.path.name, "notes.log"]
    assert len(logs) == 52


def test_a_log_that_cannot_be_opened_says_so_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    with LogFile(tmp_path / "logs") as log:
        log.line("first")
        log.line("second")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert str(log.path) in lines[0]
    assert "the run goes on" in lines[0]


def test_a_log_on_a_full_disk_keeps_what_fitted_and_says_so_once(
    small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with LogFile(small_disk / "logs") as log:
        log.line("it began")
        (small_disk / "ballast").write_bytes(bytes(60 * 1024 - 4096))
        for _ in range(100):
            log.line("x" * 200)
    assert "it began" in log.path.read_text()
    assert capsys.readouterr().err.count("No space left on device") == 1


def test_a_log_on_a_disk_that_may_only_be_read_says_so_once(
    small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with LogFile(small_disk / "logs") as log:
        log.line("first")
        log.line("second")
    assert capsys.readouterr().err.count("Read-only file system") == 1


def test_a_log_without_stderr_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "logs").touch()
    closed = (tmp_path / "closed").open("w")
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)
    with LogFile(tmp_path / "logs") as log:
        log.line("first")
