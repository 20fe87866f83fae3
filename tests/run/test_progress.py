"""Whoever waits for a run sees what it does: in a terminal, in a pipe and in the log; and none of them can stop it."""

from __future__ import annotations

import os
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest

from salesops.run.results import Failure, NotebookResult
from salesops.run.shown.log_file import LogFile
from salesops.run.shown.progress import progress
from tests.run.watched_run import Run, Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def terminal() -> Iterator[Callable[..., Any]]:
    """Opens pseudo-terminals of a width and height."""
    opened = []

    def opener(width: int = 100, height: int = 30, /, environment: Any = None, **options: object) -> Any:
        opened.append(Terminal(width, height, environment or {}, **options))
        return opened[-1]

    yield opener
    for run in opened:
        run.stop()


@pytest.fixture
def piped() -> Iterator[Callable[..., Any]]:
    """Opens pipes."""
    opened = []

    def opener(**options: object) -> Any:
        opened.append(Run(*os.pipe(), {"PYTHONIOENCODING": "utf-8"}, **options))
        return opened[-1]

    yield opener
    for run in opened:
        run.stop()


TWO = 'p.expect([("base", "one"), ("base", "two")], {("base", "one"): 1000, ("base", "two"): 600})'


def test_a_terminal_shows_what_runs_what_waits_and_how_long_everything_still_takes(
    terminal: Callable[..., Any],
) -> None:
    run = terminal()
    run.do(TWO, 'p.start("base", "one")')
    lines = run.wait_for(r"running for [1-9](.*\n)+.* left$").splitlines()
    assert re.fullmatch(r"▶ one  running for \d\.\d s, about 17 min left", lines[0])
    assert lines[1] == "· two  waiting, will take about 10 min"
    assert re.fullmatch(r"  0 of 2 done after \d\.\d s, about 27 min left", lines[2])


def test_notebooks_side_by_side_leave_less_time(terminal: Callable[..., Any]) -> None:
    run = terminal(jobs=2)
    run.do(TWO, 'p.start("base", "one")', 'p.start("base", "two")')
    lines = run.wait_for(r"two  running for .*\n.* left$").splitlines()
    assert [line.split(", ")[1] for line in lines] == [f"about {minutes} min left" for minutes in (17, 10, 17)]


def test_a_notebook_over_its_time_and_one_never_timed_say_so(terminal: Callable[..., Any]) -> None:
    run = terminal(jobs=2)
    run.do('p.expect([("base", "late"), ("base", "new")], {("base", "late"): 0.01})')
    run.do('p.start("base", "late")', 'p.start("base", "new")')
    seen = run.wait_for(r"any moment now\n.*\n  0 of 2 done")
    assert re.search(r"^▶ late  running for \d\.\d s, any moment now$", seen, re.MULTILINE)
    assert re.search(r"^▶ new   running for \d\.\d s$", seen, re.MULTILINE)


def test_what_has_ended_stays_readable_in_a_terminal(terminal: Callable[..., Any]) -> None:
    run = terminal()
    run.do('p.note("the data reaches 2026-09-30")', TWO, 'p.start("base", "one")', 'finish("base", "one")')
    run.do('finish("low", "two", "skipped", "it reads from one, which failed")')
    run.do('finish("base", "two", "failed", failure=Failure("Divide", 3, "KeyError", "no such column"))')
    lines = run.end().splitlines()
    assert lines[:-1] == [
        "the data reaches 2026-09-30",
        "✓ one  complete in 2.0 s",
        "– low: two   skipped: it reads from one, which failed",
        '✗ base: two  FAILED in 2.0 s: in "Divide", code cell 3: KeyError: no such column',
    ]
    assert lines[-1].endswith(": 1 complete, 1 FAILED, 1 skipped")
    assert run.raw.rfind(b"\x1b[?25h") > run.raw.rfind(b"\x1b[?25l"), "the cursor is not back"


def test_a_stopped_run_gives_the_terminal_back_and_names_what_it_has_stopped(
    terminal: Callable[..., Any],
) -> None:
    run = terminal()
    run.do(TWO, 'p.start("base", "one")', "raise SystemExit(0)")
    assert run.wait_for("run ended").endswith(": stopped: one, 1 not begun")
    run.end()
    assert run.raw.rfind(b"\x1b[?25h") > run.raw.rfind(b"\x1b[?25l")


def test_a_terminal_without_utf_8_gets_ascii(terminal: Callable[..., Any]) -> None:
    run = terminal(environment={"PYTHONIOENCODING": "ascii"})
    run.do(TWO, 'p.start("base", "one")')
    run.wait_for("> one  running")
    run.do('finish("base", "one", why="\\u82cf\\u5dde has changed")')
    assert "+ one  complete in 2.0 s: ?? has changed\n" in run.end()
    assert run.raw.isascii()


COLOUR = rb"\x1b\[[0-9;]*3[1-7]m"


def test_colours_are_left_out_when_the_reader_does_not_want_them_and_the_words_stay(
    terminal: Callable[..., Any],
) -> None:
    runs = [terminal(), terminal(environment={"NO_COLOR": "1"})]
    for run in runs:
        run.do(TWO, 'finish("base", "one")', 'finish("base", "two", "failed", failure=Failure("", 1, "E", "m"))')
        assert "✓ one  complete" in run.end()
        assert "✗ two  FAILED" in run.seen()
    assert [bool(re.search(COLOUR, run.raw)) for run in runs] == [True, False]


def test_a_dumb_terminal_gets_plain_lines(terminal: Callable[..., Any]) -> None:
    run = terminal(environment={"TERM": "dumb"})
    run.do(TWO, 'p.start("base", "one")')
    assert re.fullmatch(r"\d\d:\d\d:\d\d  one: started, about 17 min expected", run.wait_for("expected"))
    run.end()
    assert b"\x1b" not in run.raw


def test_more_notebooks_than_the_terminal_has_lines_are_each_shown_once(terminal: Callable[..., Any]) -> None:
    run = terminal(50, 12)
    run.do('keys = [("base", f"topic_{i:02}") for i in range(40)]', "p.expect(keys, {key: 9 for key in keys})")
    run.do('p.start("base", "topic_00")')
    assert len(run.wait_for(r"and 32 more\n.* left$").splitlines()) == 10
    run.do("_ = [(p.start(*key), finish(*key)) for key in keys]")
    assert re.findall(r"✓ topic_(\d\d)", run.end()) == [f"{i:02}" for i in range(40)]


def test_a_narrow_terminal_cuts_what_changes_and_wraps_what_stays(terminal: Callable[..., Any]) -> None:
    run = terminal(30, 20)
    run.do(TWO, 'p.start("base", "one")')
    lines = run.wait_for("0 of 2 done").splitlines()
    assert len(lines) == 3
    run.do('finish("base", "one", why="its parameters have changed since then")')
    assert " ".join(run.end().split()).startswith("✓ one complete in 2.0 s: its parameters have changed since then run")


def test_a_note_longer_than_the_terminal_is_wide_is_not_cut(terminal: Callable[..., Any]) -> None:
    run = terminal(30, 20)
    run.do(TWO, 'p.note("report: " + "long_folder/" * 9)', 'p.start("base", "one")')
    assert "report: " + "long_folder/" * 9 + "▶" in run.wait_for("0 of 2 done").replace("\n", "")


def test_many_threads_at_once_lose_no_line_in_a_terminal(terminal: Callable[..., Any], tmp_path: Path) -> None:
    run = terminal(log=str(tmp_path))
    run.do('p.expect([("s0", "topic_0"), ("s1", "topic_0")], {})')
    run.do('threads = [threading.Thread(target=many, args=[f"s{i}"]) for i in range(12)]')
    run.do("_ = [thread.start() for thread in threads]", "_ = [thread.join() for thread in threads]")
    names = sorted(f"s{i}: topic_{j}" for i in range(12) for j in range(5))
    assert sorted(re.findall(r"^✓ (\S+ \S+) +complete in 2.0 s$", run.end(), re.MULTILINE)) == names
    words = [line.split(" ", 1)[1] for line in next(tmp_path.iterdir()).read_text().splitlines()]
    assert sorted(words[:-1]) == sorted(f"{name}: {end}" for name in names for end in ("started", "complete in 2.0 s"))


def test_when_drawing_fails_the_run_goes_on_with_plain_lines(terminal: Callable[..., Any]) -> None:
    run = terminal()
    run.do(TWO, "import salesops.run.shown.live as live", "live.MARKS = {}", 'p.start("base", "one")')
    run.do('finish("base", "one")')
    seen = run.end()
    assert re.search(r"\d\d:\d\d:\d\d  one: started, about 17 min expected\n\d\d:\d\d:\d\d  one: complete", seen)


def test_a_pipe_gets_each_line_at_once_and_no_rich_is_imported(piped: Callable[..., Any]) -> None:
    run = piped()
    run.do(TWO, 'p.start("base", "one")')
    assert re.fullmatch(r"\d\d:\d\d:\d\d  one: started, about 17 min expected\n", run.wait_for("\n"))
    run.do('finish("base", "one", why="its code has changed")')
    run.wait_for(r"\d\d:\d\d:\d\d  one: complete in 2.0 s: its code has changed\n")
    run.do('p.start("base", "two")', 'p.note(str("rich" in sys.modules))')
    assert run.wait_for("True|False").endswith("False\n")
    run.end()
    assert b"\x1b" not in run.raw


def test_a_reader_that_has_gone_does_not_stop_the_run(piped: Callable[..., Any], tmp_path: Path) -> None:
    run = piped(log=str(tmp_path))
    run.do('p.note("first")')
    run.wait_for("first")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, run.output)
    os.close(null)
    run.do(TWO, 'p.start("base", "one")', 'finish("base", "one")')
    run.end()
    words = [line.split(" ", 1)[1] for line in next(tmp_path.iterdir()).read_text().splitlines()]
    assert words[:3] == ["first", "one: started, about 17 min expected", "one: complete in 2.0 s"]


def test_a_quiet_run_says_nothing_and_logs_everything(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    failure = Failure("Divide", 2, "ZeroDivisionError", "division by zero", ("line 1", "line 2"))
    with LogFile(tmp_path) as log, progress(quiet=True, log=log) as run:
        run.note("two lines\nin one note")
        run.start("base", "one")
        run.finish("base", NotebookResult("one", "failed", seconds=1.5, failure=failure))
    assert capfd.readouterr() == ("", "")
    times, words = zip(*(line.split(" ", 1) for line in log.path.read_text().splitlines()), strict=True)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", time) for time in times)
    assert words[:-1] == (
        "two lines",
        "in one note",
        "one: started",
        'one: FAILED in 1.5 s: in "Divide", code cell 2: ZeroDivisionError: division by zero',
        "    line 1",
        "    line 2",
    )


def test_many_threads_at_once_write_whole_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def work(scenario: str) -> None:
        for i in range(50):
            run.start(scenario, f"topic_{i}")
            run.finish(scenario, NotebookResult(f"topic_{i}", "complete"))

    with LogFile(tmp_path) as log, progress(log=log, terminal=False) as run:
        run.expect([("a", "topic_0"), ("b", "topic_0")], {})
        threads = [threading.Thread(target=work, args=[f"s{i}"]) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    wanted = sorted(
        f"s{i}: topic_{j}: {end}" for i in range(8) for j in range(50) for end in ("started", "complete in 0.0 s")
    )
    assert sorted(line.split("  ", 1)[1] for line in capsys.readouterr().out.splitlines()[:-1]) == wanted
    assert sorted(line.split(" ", 1)[1] for line in log.path.read_text().splitlines()[:-1]) == wanted


def test_what_an_error_says_cannot_move_the_cursor_or_forge_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failure = Failure("Names", 1, "ValueError", "\x1b[2Jgone\n12:00:00  one: complete")
    with LogFile(tmp_path) as log, progress(log=log, terminal=False) as run:
        run.finish("base", NotebookResult("one", "failed", failure=failure))
    for text in (capsys.readouterr().out, log.path.read_text()):
        assert "\x1b" not in text
        assert len(text.splitlines()) == 2
