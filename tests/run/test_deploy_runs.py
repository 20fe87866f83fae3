"""What the schedulers of `deploy/` start runs a plan, says what went wrong and can be stopped."""

from __future__ import annotations

import json
import shlex
import shutil
import signal
import subprocess
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import psutil
import pytest

from tests.run import deploy_files as files

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow


PLAN = "name: quarterly\ndata: data/small\nnotebooks: [win_probability]\n"


def write_notebook(project: Path, source: str) -> None:
    first = nbformat.v4.new_code_cell('data: str = ""\nas_of: str = ""\ncurrency: str = ""\nrun_dir: str = ""')
    first.metadata["tags"] = ["parameters"]
    cells = [nbformat.v4.new_markdown_cell("# Probe\n\n## Divide"), first, nbformat.v4.new_code_cell(source)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), project / "notebooks/win_probability.ipynb")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    for folder in ("notebooks", "params", "data/small", "reports", "home"):
        (project / folder).mkdir(parents=True)
    orders = "order_id,account_id,ordered_at,amount\n1,A,2026-03-30,10\n2,A,2026-03-31,20\n"
    (project / "data/small/orders.csv").write_text(orders, encoding="utf-8")
    (project / "params/quarterly.yml").write_text(PLAN, encoding="utf-8")
    write_notebook(project, "1 + 1")
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/bin/salesops").symlink_to(Path(sysconfig.get_path("scripts")) / "salesops")
    return project


def bare(project: Path, **more: str) -> dict[str, str]:
    """The environment that a scheduler starts a command with: no language, no shell's profile, a short path."""
    return {"HOME": str(project / "home"), "LOGNAME": "salesops", "PATH": "/usr/local/bin:/usr/bin:/bin", **more}


def run_cron_job(project: Path) -> subprocess.CompletedProcess[str]:
    settings, jobs = files.crontab()
    environment = bare(project, **{**settings, "SALESOPS": str(project)})
    command = [settings["SHELL"], "-c", jobs[0].command]
    return subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False, timeout=300)


def status(project: Path, scenario: str = "base") -> str:
    record = json.loads((project / "reports/quarterly" / scenario / "run.json").read_text(encoding="utf-8"))
    return str(record["status"])


def test_a_job_of_cron_that_goes_well_says_nothing_so_that_no_mail_is_sent(project: Path) -> None:
    ended = run_cron_job(project)
    assert (ended.stdout, ended.stderr) == ("", "")
    assert status(project) == "complete"


def test_a_job_of_cron_that_fails_says_so_by_mail_and_in_its_log(project: Path) -> None:
    write_notebook(project, "1 / 0")
    said = run_cron_job(project).stdout
    assert "ZeroDivisionError" in said
    assert (project / "reports/cron.log").read_text(encoding="utf-8") == said
    assert status(project, "base.failed") == "failed"


def test_wrong_input_reaches_the_mail_of_cron_too(project: Path) -> None:
    (project / "params/quarterly.yml").write_text(PLAN + "curency: EUR\n", encoding="utf-8")
    assert 'did you mean "currency"' in run_cron_job(project).stdout
    assert not (project / "reports/quarterly").exists()


# systemd.


def service_command(project: Path) -> list[str]:
    return shlex.split(files.unit("salesops.service")["ExecStart"][0].replace(files.WHERE, str(project)))


READ_ONLY = """
set -e
mount --make-rprivate /
for folder in "$1/reports" "$2" "$1"; do mount --rbind "$folder" "$folder"; done
mount -o remount,bind,ro "$1"
mount -o remount,bind,ro /
cd "$1"
if touch probe 2>/dev/null; then exit 9; fi
shift 2
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
"""


def may_mount() -> bool:
    unshare = shutil.which("unshare")
    command = [unshare or "false", "--mount", "mount", "--make-rprivate", "/"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not may_mount(), reason="needs the right to mount, as root has")
def test_the_service_writes_nowhere_but_to_its_reports_and_its_cache(project: Path, tmp_path: Path) -> None:
    service = files.unit("salesops.service")
    assert service["ReadWritePaths"] == [f"{files.WHERE}/reports"]
    assert (service["ProtectSystem"], service["Environment"]) == (["strict"], ["HOME=%C/salesops"])
    cache = tmp_path / "cache"
    cache.mkdir()
    ended = subprocess.run(
        ["unshare", "--mount", "sh", "-c", READ_ONLY, "sh", project, cache, *service_command(project)],
        env=bare(project, HOME=str(cache), TMPDIR=str(cache)),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert status(project) == "complete"


def wait_for(path: Path, runner: subprocess.Popen[str], seconds: float = 240) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and runner.poll() is None:
        if path.is_file() and (text := path.read_text(encoding="utf-8")):
            return text
        time.sleep(0.05)
    raise AssertionError(f"{path.name} never came; the runner's exit code is {runner.poll()}")


def lives(process: psutil.Process) -> bool:
    # Where nobody collects orphans, what has ended stays listed.
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


@pytest.fixture
def started(project: Path) -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    """The service's command while its notebook runs, and the notebook's kernel."""
    told = "import os, pathlib\npathlib.Path('reports/kernel').write_text(str(os.getpid()))\n"
    write_notebook(project, f"{told}import time\ntime.sleep(600)")
    runner = subprocess.Popen(
        service_command(project), cwd=project, env=bare(project), stderr=subprocess.DEVNULL, text=True
    )
    try:
        kernel = psutil.Process(int(wait_for(project / "reports/kernel", runner)))
        yield runner, kernel
        if lives(kernel):
            kernel.kill()
    finally:
        runner.kill()
        runner.wait()


def test_a_stopped_service_ends_in_time_as_a_failure_and_leaves_no_kernel(
    started: tuple[subprocess.Popen[str], psutil.Process],
) -> None:
    runner, kernel = started
    service = files.unit("salesops.service")
    runner.send_signal(signal.Signals[service["KillSignal"][0]])
    assert runner.wait(timeout=float(service["TimeoutStopSec"][0])) == 143
    assert "SuccessExitStatus" not in service
    assert not lives(kernel)


def test_a_failed_service_is_told_by_journal_and_mail(tmp_path: Path) -> None:
    assert files.unit("salesops.service")["OnFailure"] == ["salesops-failed@%n.service"]
    # This machine has neither a running systemd nor a mail server: both programs write down what they were told.
    for name in ("systemctl", "mail"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho {name} "$@"\n[ {name} = systemctl ] || cat\n', encoding="utf-8")
        program.chmod(0o755)
    told = files.unit("salesops-failed@.service")
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", **dict(line.split("=") for line in told["Environment"])}
    commands = [line.removeprefix("-").replace("%i", "salesops.service") for line in told["ExecStart"]]
    said = [
        subprocess.run(shlex.split(line.replace("%H", "host")), env=environment, capture_output=True, text=True).stdout
        for line in commands
    ]
    assert said[0].startswith("<3>salesops.service failed: ")
    assert "mail -s salesops.service failed on host sales-operations@example.com" in said[1]
    assert "systemctl status --no-pager --full --lines=50 salesops.service" in said[1]


# GitHub.


def run_workflow_step(project: Path, **typed: str) -> subprocess.CompletedProcess[str]:
    defaults = {name: entry["default"] for name, entry in files.workflow()[True]["workflow_dispatch"]["inputs"].items()}
    environment = {name.upper(): value for name, value in {**defaults, **typed}.items()}
    command = ["bash", "-e", "-c", files.steps_that_run()["Run the plan"]]
    return subprocess.run(
        command, cwd=project, env=bare(project, **environment), capture_output=True, text=True, check=False, timeout=300
    )


def test_the_workflow_runs_the_plan_and_the_day_that_were_typed_in(project: Path) -> None:
    ended = run_workflow_step(project, as_of="2026-03-30")
    assert ended.returncode == 0, ended.stderr
    record = json.loads((project / "reports/quarterly/base/run.json").read_text(encoding="utf-8"))
    assert record["as_of"] == "2026-03-30"


@pytest.mark.parametrize("name", ["plan", "as_of"])
def test_what_is_typed_into_the_workflows_form_is_never_run(project: Path, name: str) -> None:
    assert not any("${{" in script for script in files.steps_that_run().values())
    ended = run_workflow_step(project, **{name: '"; touch owned; $(touch owned) #'})
    assert ended.returncode == 2
    assert not (project / "owned").exists()
