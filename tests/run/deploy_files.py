"""Readers of the files in `deploy/`, and the times at which cron and systemd would start what is in them."""

from __future__ import annotations

import ast
import itertools
import os
import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
WHERE = "/opt/salesops"
# Minute, hour, day of the month, month, day of the week, as cron bounds them.
BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))


def documented() -> str:
    """The command that the README tells every scheduler to run."""
    return next(line.strip() for line in readme().splitlines() if line.startswith("    .venv/bin/salesops run"))


def readme() -> str:
    return (DEPLOY / "README.md").read_text(encoding="utf-8")


def workflow() -> dict[Any, Any]:
    content: dict[Any, Any] = yaml.safe_load((DEPLOY / "github-actions.yml").read_text(encoding="utf-8"))
    return content


def workflow_crons() -> list[str]:
    # YAML 1.1 reads the key `on` as true.
    return [entry["cron"] for entry in workflow()[True]["schedule"]]


def steps_that_run() -> dict[str, str]:
    return {step["name"]: step["run"] for step in workflow()["jobs"]["report"]["steps"] if "run" in step}


def dag() -> ast.Module:
    return ast.parse((DEPLOY / "airflow_dag.py").read_text(encoding="utf-8"))


def dag_constants() -> dict[str, str]:
    assigned = [node for node in dag().body if isinstance(node, ast.Assign)]
    return {ast.unparse(node.targets[0]): ast.literal_eval(node.value) for node in assigned}


def dag_crons() -> list[str]:
    (call,) = [
        node
        for node in ast.walk(dag())
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "MultipleCronTriggerTimetable"
    ]
    return [ast.literal_eval(argument) for argument in call.args]


@dataclass(frozen=True)
class Job:
    """A line of the crontab."""

    times: str
    user: str
    command: str


def crontab() -> tuple[dict[str, str], list[Job]]:
    """Return the settings and the jobs of the crontab."""
    settings, jobs = {}, []
    for line in (DEPLOY / "salesops.cron").read_text(encoding="utf-8").splitlines():
        if setting := re.fullmatch(r"([A-Z]+)=(.*)", line):
            settings[setting[1]] = setting[2]
        elif line and not line.startswith("#"):
            *times, user, command = line.split(maxsplit=6)
            jobs.append(Job(" ".join(times), user, command))
    return settings, jobs


def firings(times: str, start: datetime, count: int) -> list[datetime]:
    """Return the next times that cron would start a job of the five fields `times`."""
    return list(itertools.islice(_firings(times, start), count))


def _firings(times: str, start: datetime) -> Iterator[datetime]:
    fields = times.split()
    assert "*" in (fields[2], fields[4]), "cron takes either where both days are given, which nobody expects"
    minutes, hours, days, months, weekdays = (_values(*pair) for pair in zip(fields, BOUNDS, strict=True))
    for ahead in itertools.count():
        day = datetime(start.year, start.month, start.day) + timedelta(days=ahead)
        if day.day in days and day.month in months and day.isoweekday() % 7 in weekdays:
            due = [day.replace(hour=hour, minute=minute) for hour in hours for minute in minutes]
            yield from (time for time in due if time > start)


def _values(field: str, bounds: tuple[int, int]) -> list[int]:
    if field == "*":
        return list(range(bounds[0], bounds[1] + 1))
    values = sorted(int(part) for part in field.split(","))
    assert all(bounds[0] <= value <= bounds[1] for value in values), field
    return values


def unit(name: str) -> dict[str, list[str]]:
    """Return the settings of a unit of systemd; one that comes twice has two values."""
    found = defaultdict(list)
    for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines():
        if setting := re.fullmatch(r"([A-Za-z]+)=(.*)", line):
            found[setting[1]].append(setting[2])
    return found


def elapses(calendar: str, start: datetime, count: int) -> list[datetime]:
    """Return the next times that systemd would start a timer at."""
    command = ["systemd-analyze", "calendar", f"--iterations={count}", f"--base-time={start}", calendar]
    said = subprocess.run(
        command, env={**os.environ, "TZ": "UTC", "LC_ALL": "C"}, capture_output=True, text=True, check=True
    ).stdout
    found = re.findall(r"(?:Next elapse|Iter\. #\d+): \w+ (\S+ \S+)", said)
    return [datetime.fromisoformat(time) for time in found]
