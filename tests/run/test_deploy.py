"""The files in `deploy/` are what their schedulers take, and fire when a quarter has ended."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.run import deploy_files as files

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 11, 20)
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")


# When.


def test_the_first_job_fires_on_the_day_after_each_quarters_end() -> None:
    quarterly = files.crontab()[1][0]
    days = [time - timedelta(days=1) for time in files.firings(quarterly.times, START, 5)]
    assert [f"{day:%m-%d}" for day in days] == ["12-31", "03-31", "06-30", "09-30", "12-31"]
    assert files.firings(quarterly.times, START, 1) == [datetime(2027, 1, 1, 5)]


def test_the_second_job_fires_every_monday() -> None:
    weekly = files.crontab()[1][1]
    assert files.firings(weekly.times, START, 2) == [datetime(2026, 11, 23, 6), datetime(2026, 11, 30, 6)]
    assert all(f"{time:%A}" == "Monday" for time in files.firings(weekly.times, START, 60))


def test_all_schedulers_fire_at_the_same_times() -> None:
    assert [job.times for job in files.crontab()[1]] == files.workflow_crons() == files.dag_crons()


@needs_systemd
def test_the_timer_elapses_when_the_crontab_fires() -> None:
    timer = files.unit("salesops.timer")
    for calendar, job in zip(timer["OnCalendar"], files.crontab()[1], strict=True):
        assert files.elapses(calendar, START, 6) == files.firings(job.times, START, 6)
    assert timer["Persistent"] == ["true"]


# What.


def test_every_scheduler_runs_the_documented_command() -> None:
    assert all(files.documented() in job.command for job in files.crontab()[1])
    assert files.unit("salesops.service")["ExecStart"] == [f"{files.WHERE}/{files.documented()}"]
    assert files.dag_constants()["COMMAND"] == files.documented()


def test_every_file_is_in_the_readme() -> None:
    names = {path.name for path in files.DEPLOY.iterdir()} - {"README.md"}
    assert {name for name in names if name not in files.readme()} == set()


def test_the_readme_says_what_each_exit_code_means() -> None:
    codes = re.findall(r"^\| ([\d, ]+) \|", files.readme(), re.MULTILINE)
    assert [int(code) for cell in codes for code in cell.split(",")] == [0, 1, 2, 130, 143]


def test_the_crontab_is_one_that_cron_takes() -> None:
    settings, jobs = files.crontab()
    assert (files.DEPLOY / "salesops.cron").read_text(encoding="utf-8").endswith("\n")
    assert {job.user for job in jobs} == {"salesops"}
    # Cron ends a command at a bare %, and hands settings on without expanding what is in them.
    assert not any("%" in job.command for job in jobs)
    assert not any("$" in value for value in settings.values())
    for job in jobs:
        subprocess.run([settings["SHELL"], "-n", "-c", job.command], check=True)


@needs_systemd
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    # It asks that the program is there.
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/salesops").symlink_to("/bin/true")
    units = ("salesops.service", "salesops.timer", "salesops-failed@.service")
    for name in units:
        text = (files.DEPLOY / name).read_text(encoding="utf-8").replace(files.WHERE, str(tmp_path))
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", *(f"./{name}" for name in units)]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@needs_systemd
def test_systemd_counts_the_service_as_little_exposed() -> None:
    # 4.0 is the upper end of what systemd calls OK; a service without any hardening has 9.6.
    command = [
        "systemd-analyze",
        "security",
        "--offline=yes",
        "--threshold=40",
        str(files.DEPLOY / "salesops.service"),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.skipif(not importlib.util.find_spec("check_jsonschema"), reason="needs check-jsonschema: the extra dev")
def test_the_workflow_keeps_githubs_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    ended = subprocess.run([*command, files.DEPLOY / "github-actions.yml"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


def test_the_workflow_can_only_read_and_names_the_major_version_of_each_action() -> None:
    content = files.workflow()
    assert content["permissions"] == {"contents": "read"}
    assert "permissions" not in content["jobs"]["report"]
    uses = [step["uses"] for step in content["jobs"]["report"]["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", use) for use in uses), uses


def test_the_workflow_keeps_the_reports_of_a_run_that_failed() -> None:
    last = files.workflow()["jobs"]["report"]["steps"][-1]
    assert last["uses"].startswith("actions/upload-artifact@")
    assert (last["if"], last["with"]["path"]) == ("always()", "reports/")


def test_the_workflow_sets_up_by_a_target_of_the_makefile() -> None:
    command = [*shlex.split(files.steps_that_run()["Set up"]), "--dry-run"]
    assert command[0] == "make"
    subprocess.run(command, cwd=files.ROOT, check=True, capture_output=True)


def test_the_dag_is_python_and_its_command_a_shells() -> None:
    compile(files.dag(), "airflow_dag.py", "exec")
    constants = files.dag_constants()
    assert constants["PROJECT"] == files.WHERE
    subprocess.run(["sh", "-n", "-c", constants["COMMAND"]], check=True)
    # Airflow would take the first for the name of a template, and the second for one.
    assert not constants["COMMAND"].endswith((".sh", ".bash"))
    assert "{{" not in constants["COMMAND"]
