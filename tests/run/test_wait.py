"""Of two runs of a plan one waits for the other, and nothing that a killed run leaves keeps the next from running."""

from __future__ import annotations

import fcntl
import json
import os
import re
import select
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from salesops.errors import InputError, RunError
from salesops.run.wait import plan_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE_SECONDS = 120

# Tells each thing that happens to it as a line, and holds the plan until its stdin is closed.
HOLD = """
import sys
from pathlib import Path
from salesops.run.wait import plan_lock

def say(line):
    print(line, flush=True)

with plan_lock(Path(sys.argv[1]), float(sys.argv[2]), say):
    say("held")
    sys.stdin.read()
    say("freed")
"""

# As on a network drive whose server keeps no locks.
WITHOUT_LOCKS = """
import errno, fcntl
def flock(*_):
    raise OSError(errno.ENOLCK, "No locks available")
fcntl.flock = flock
"""

# A process that the run has forked, as kernels are, and that outlives it.
FORK = """
    import os, time
    if not os.fork():
        print(os.getpid(), flush=True)
        time.sleep(600)
"""

COUNT = """
import sys, time
from pathlib import Path
from salesops.run.wait import plan_lock

for _ in range(10):
    with plan_lock(Path(sys.argv[1]), 600, lambda line: None):
        counter = Path(sys.argv[1], "counter")
        count = int(counter.read_text())
        time.sleep(0.001)
        counter.write_text(str(count + 1))
"""


class Run:
    """A process that runs a plan as far as holding it goes."""

    def __init__(self, folder: Path, code: str, wait_seconds: float = 600) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, str(folder), str(wait_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )

    def line(self) -> str:
        assert self.process.stdout
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_SECONDS)
        assert ready, "nothing was said"
        return self.process.stdout.readline().decode().rstrip("\n")

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(PATIENCE_SECONDS)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            stream.close()  # type: ignore[union-attr]


@pytest.fixture
def runs() -> Iterator[Callable[..., Run]]:
    begun: list[Run] = []

    def begin(folder: Path, code: str = HOLD, wait_seconds: float = 600) -> Run:
        begun.append(Run(folder, code, wait_seconds))
        return begun[-1]

    yield begin
    for run in begun:
        run.stop()


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


KINDS = pytest.mark.parametrize("code", [HOLD, WITHOUT_LOCKS + HOLD], ids=["locks of the system", "no locks"])


@KINDS
def test_a_second_run_says_who_it_waits_for_and_begins_when_that_has_ended(
    tmp_path: Path, runs: Callable[..., Run], code: str
) -> None:
    first = runs(tmp_path / "plan", code)
    assert first.line() == "held"
    second = runs(tmp_path / "plan", code, 3600)
    holder = rf"\(process {first.process.pid}, since \d\d:\d\d\)"
    wanted = rf"another run of this plan {holder} is under way: waiting up to 60 minutes"
    assert re.fullmatch(wanted, second.line())
    first.end()
    assert second.line() == "the other run has ended: this one begins"
    assert first.line() == "freed"
    assert second.line() == "held"


@KINDS
def test_a_run_killed_without_warning_frees_the_plan_for_the_one_that_waits_and_for_the_next(
    tmp_path: Path, runs: Callable[..., Run], code: str
) -> None:
    first = runs(tmp_path, code)
    assert first.line() == "held"
    second = runs(tmp_path, code)
    assert f"process {first.process.pid}" in second.line()
    kill(first)
    assert second.line() == "the other run has ended: this one begins"
    assert second.line() == "held"
    kill(second)
    assert runs(tmp_path, code).line() == "held"


def kill(run: Run) -> None:
    run.process.send_signal(signal.SIGKILL)
    run.process.wait(PATIENCE_SECONDS)


@pytest.mark.parametrize("code", [COUNT, WITHOUT_LOCKS + COUNT], ids=["locks of the system", "no locks"])
def test_runs_at_once_never_hold_a_plan_together(tmp_path: Path, runs: Callable[..., Run], code: str) -> None:
    (tmp_path / "counter").write_text("0")
    counting = [runs(tmp_path, code) for _ in range(4)]
    assert [run.process.wait(PATIENCE_SECONDS) for run in counting] == [0, 0, 0, 0]
    assert (tmp_path / "counter").read_text() == "40"


def test_waiting_ends_with_who_holds_the_plan_and_what_to_do(tmp_path: Path, runs: Callable[..., Run]) -> None:
    first = runs(tmp_path)
    assert first.line() == "held"
    said: list[str] = []
    with pytest.raises(RunError) as error, plan_lock(tmp_path, 0.6, said.append):
        pytest.fail("two runs hold the plan")
    assert len(said) == 1
    assert f"process {first.process.pid}, since" in str(error.value)
    assert str(error.value).endswith(
        f"is still under way after 1 second: run again when it has ended, or stop it (kill {first.process.pid})"
    )


def test_a_run_that_is_stopped_while_it_waits_leaves_the_plan_to_its_holder(
    tmp_path: Path, runs: Callable[..., Run]
) -> None:
    first = runs(tmp_path)
    assert first.line() == "held"
    # What the interrupt leaves on stderr is not looked at.
    second = runs(tmp_path, "import sys; sys.stderr = None" + HOLD)
    assert "waiting" in second.line()
    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(PATIENCE_SECONDS) != 0
    assert json.loads((tmp_path / ".lock.json").read_text())["pid"] == first.process.pid
    assert f"process {first.process.pid}" in runs(tmp_path).line()


def test_a_holder_on_another_machine_or_of_another_day_is_named_so(tmp_path: Path, runs: Callable[..., Run]) -> None:
    assert runs(tmp_path).line() == "held"
    elsewhere = {"pid": 7, "host": "night-server", "since": "2026-01-02T12:00:00+00:00"}
    (tmp_path / ".lock.json").write_text(json.dumps(elsewhere))
    with pytest.raises(RunError) as error, plan_lock(tmp_path, 0.1, print):
        pytest.fail("two runs hold the plan")
    assert "(process 7 on night-server, since 2026-01-02 " in str(error.value)
    assert str(error.value).endswith("or stop it on night-server")


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": 1}', '{"pid": 1, "host": "h", "since": "noon"}', None])
def test_a_holder_that_has_left_no_readable_note_is_waited_for_all_the_same(
    tmp_path: Path, runs: Callable[..., Run], note: str | None
) -> None:
    assert runs(tmp_path).line() == "held"
    (tmp_path / ".lock.json").unlink()
    if note is not None:
        (tmp_path / ".lock.json").write_text(note)
    with (
        pytest.raises(RunError, match=r"^another run of this plan is still under way"),
        plan_lock(tmp_path, 0.1, print),
    ):
        pytest.fail("two runs hold the plan")


def test_a_note_of_a_process_that_is_dead_is_not_believed(tmp_path: Path, runs: Callable[..., Run]) -> None:
    dead = runs(tmp_path)
    assert dead.line() == "held"
    note = (tmp_path / ".lock.json").read_text()
    kill(dead)
    assert runs(tmp_path).line() == "held"
    (tmp_path / ".lock.json").write_text(note)
    with (
        pytest.raises(RunError, match=r"^another run of this plan is still under way"),
        plan_lock(tmp_path, 0.1, print),
    ):
        pytest.fail("two runs hold the plan")


def test_a_process_that_a_killed_run_has_forked_does_not_keep_the_plan(
    tmp_path: Path, runs: Callable[..., Run]
) -> None:
    run = runs(tmp_path, HOLD.replace("    sys.stdin", FORK + "    sys.stdin"))
    assert run.line() == "held"
    orphan = psutil.Process(int(run.line()))
    kill(run)
    try:
        with plan_lock(tmp_path, 0.1, pytest.fail):
            assert orphan.is_running()
    finally:
        orphan.kill()


def test_a_plan_is_free_after_a_run_whether_or_not_it_went_well(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="of the run itself"), plan_lock(tmp_path, 0, pytest.fail):
        raise OSError("of the run itself")
    with plan_lock(tmp_path, 0, pytest.fail):
        assert json.loads((tmp_path / ".lock.json").read_text())["pid"] == os.getpid()
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_a_folder_on_a_disk_that_may_only_be_read_is_refused_with_the_cure(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(InputError, match=r"Read-only file system.*--reports"), plan_lock(small_disk / "plan", 0, print):
        pytest.fail("it cannot be held")


def test_a_full_disk_is_named_with_the_cure_and_the_plan_is_free_again(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(64 * 1024))
    with pytest.raises(RunError, match=r"is full: free some space"), plan_lock(small_disk / "plan", 0, print):
        pytest.fail("it cannot be held")
    ballast.unlink()
    with plan_lock(small_disk / "plan", 0, pytest.fail):
        pass


def test_a_file_where_the_folder_should_be_is_refused_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "plan"):
        with pytest.raises(InputError, match=r"is, or lies under, a file"), plan_lock(folder, 0, print):
            pytest.fail("it cannot be held")


def test_a_folder_of_somebody_else_is_refused_with_the_cure(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match=r"Permission denied.*--reports"), plan_lock(tmp_path / "plan", 0, print):
        pytest.fail("it cannot be held")


def test_without_time_to_wait_nothing_is_said_of_waiting(tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with (
            pytest.raises(RunError, match=r"^another run of this plan is under way: "),
            plan_lock(tmp_path, 0, pytest.fail),
        ):
            pytest.fail("two hold the plan")
