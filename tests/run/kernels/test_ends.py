"""However a kernel ends, and whoever is killed: it is known how, and nothing is left running."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from salesops.run.kernels import KernelSettings, kernel_manager_class, stop_kernels, warm_up
from salesops.run.kernels.running import running
from tests.run.kernels.conftest import finished

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEGABYTE = 1 << 20

# Prints its number and its child's into a file, then waits for ever.
WAIT = """
import os, pathlib, subprocess, time
child = subprocess.Popen(["sleep", "600"])
pathlib.Path("{file}.part").write_text(f"{{os.getpid()}} {{child.pid}}")
pathlib.Path("{file}.part").rename("{file}")
time.sleep(600)
"""

# A runner of its own: argument 1 is the notebook, argument 2 the kind of kernels.
RUNNER = """
import os, signal, sys, papermill
from salesops.run.kernels import KernelSettings, kernel_manager_class, stop_kernels, warm_up


def end(*_):
    stop_kernels()
    stop_kernels()
    os._exit(143)

signal.signal(signal.SIGTERM, end)
if sys.argv[2] == "warm":
    assert warm_up(["wave"])
if os.fork() == 0:  # as a pool of processes would
    signal.pause()
papermill.execute_notebook(
    sys.argv[1], sys.argv[1] + ".out", kernel_name="python3", language="python", progress_bar=False,
    kernel_manager_class=kernel_manager_class(KernelSettings())[0], shutdown_kernel="immediate",
)
"""


pytestmark = pytest.mark.slow


@pytest.fixture(params=["warm", "plain"])
def runner(
    request: pytest.FixtureRequest, tmp_path: Path, eventually: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """A runner's process in the middle of a notebook, what it has started, and its kernel with that one's child."""
    import nbformat

    runtime = tmp_path / "connections"
    runtime.mkdir()
    monkeypatch.setenv("TMPDIR", str(runtime))
    file, notebook = tmp_path / "pids", tmp_path / "wait.ipynb"
    cell = nbformat.v4.new_code_cell(WAIT.format(file=file))
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), notebook)
    process = subprocess.Popen([sys.executable, "-c", RUNNER, str(notebook), request.param], stderr=subprocess.DEVNULL)
    eventually(file.is_file)
    started = psutil.Process(process.pid).children(recursive=True)
    yield process, started, [int(pid) for pid in file.read_text().split()]
    process.kill()
    process.wait()
    for each in started:
        with suppress(psutil.NoSuchProcess):
            each.kill()


def connection_files(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "connections").glob("*.json"))


def test_a_runner_that_is_killed_takes_its_kernels_along(
    runner: Any, tmp_path: Path, gone: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    process, _, (kernel, child) = runner
    assert len(connection_files(tmp_path)) == 1
    process.kill()
    gone(kernel)
    if "warm" in request.node.name:  # a plain kernel ends by itself, and nobody is left to end its children
        gone(child)
        assert connection_files(tmp_path) == []


def test_a_signal_handler_can_stop_all_kernels(runner: Any, tmp_path: Path, gone: Callable[..., None]) -> None:
    process, _, pids = runner
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 143
    gone(*pids)
    assert connection_files(tmp_path) == []


def test_nothing_is_left_after_stopping(
    own_server: int, eventually: Callable[..., Any], gone: Callable[..., None], run: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "pids"
    ran: list[Any] = []
    notebook = threading.Thread(target=lambda: ran.append(run(WAIT.format(file=file))))
    notebook.start()
    eventually(file.is_file)
    (connection_file,) = running.kernels
    stop_kernels()
    gone(own_server, *(int(pid) for pid in file.read_text().split()))
    notebook.join(60)
    assert not connection_file.exists()
    assert type(ran[0].error).__name__ == "DeadKernelError"
    stop_kernels()
    assert not run("print(1)").life.warm


def test_a_kernel_that_is_being_started_meanwhile_is_stopped_too(
    own_server: int, monkeypatch: pytest.MonkeyPatch, gone: Callable[..., None]
) -> None:
    from jupyter_client.provisioning.local_provisioner import launch_kernel

    started = []

    def slowly(*arguments: Any, **options: Any) -> Any:
        process = launch_kernel(*arguments, **options)
        started.append(process.pid)
        stop_kernels()
        return process

    monkeypatch.setenv("SALESOPS_KERNELS", "plain")
    monkeypatch.setattr("jupyter_client.provisioning.local_provisioner.launch_kernel", slowly)
    with pytest.raises(RuntimeError, match="stopped while this one was being started"):
        finished(kernel_manager_class(KernelSettings())[0]().start_kernel())
    gone(own_server, *started)


def test_without_its_server_a_kernel_ends_and_the_next_is_plain(
    own_server: int, run: Callable[..., Any], gone: Callable[..., None]
) -> None:
    ran = run("import os, signal, time; os.kill(os.getppid(), signal.SIGKILL); time.sleep(600)")
    assert type(ran.error).__name__ == "DeadKernelError"
    assert (ran.life.warm, ran.life.exit_code) == (True, -signal.SIGKILL)
    gone(own_server, ran.life.pid)
    after = run("print('fine')")
    assert (after.text, after.life.warm) == ("fine", False)


@pytest.mark.parametrize("kind", ["warm", "plain"])
@pytest.mark.parametrize(
    ("death", "code"), [("os._exit(7)", 7), ("os.kill(os.getpid(), signal.SIGSEGV)", -signal.SIGSEGV)]
)
def test_it_is_noted_how_a_kernel_died(
    run: Callable[..., Any], request: pytest.FixtureRequest, kind: str, death: str, code: int
) -> None:
    request.getfixturevalue(kind)
    ran = run(f"import os, signal; {death}")
    assert ran.life.warm == (kind == "warm")
    assert type(ran.error).__name__ == "DeadKernelError"
    assert (ran.life.exit_code, ran.life.memory_exceeded) == (code, None)


@pytest.mark.parametrize("kind", ["warm", "plain"])
@pytest.mark.parametrize(
    "source", ["block = b'x' * (600 << 20)", "import subprocess, sys; subprocess.run([sys.executable, '-c', {!r}])"]
)
def test_a_kernel_above_its_memory_limit_is_killed_and_named(
    run: Callable[..., Any], request: pytest.FixtureRequest, gone: Callable[..., None], kind: str, source: str
) -> None:
    request.getfixturevalue(kind)
    block = "block = b'x' * (600 << 20); import time; time.sleep(600)"
    ran = run(
        source.format(block) + "; import time; time.sleep(600)", settings=KernelSettings(memory_bytes=500 * MEGABYTE)
    )
    assert type(ran.error).__name__ == "DeadKernelError"
    assert ran.life.memory_exceeded > 500 * MEGABYTE
    assert ran.life.exit_code == -signal.SIGKILL
    gone(ran.life.pid)


@pytest.mark.usefixtures("warm")
def test_a_kernel_below_its_memory_limit_lives_and_its_watcher_ends_with_it(
    run: Callable[..., Any], eventually: Callable[..., Any]
) -> None:
    ran = run("import time; time.sleep(0.6); print('fine')", settings=KernelSettings(memory_bytes=2000 * MEGABYTE))
    assert (ran.text, ran.life.memory_exceeded) == ("fine", None)
    eventually(lambda: not any(thread.name == "kernel memory" for thread in threading.enumerate()))


@pytest.mark.parametrize("kind", ["warm", "plain"])
@pytest.mark.parametrize("end", ["", "os._exit(1)"])
def test_what_a_kernel_has_started_ends_with_it(
    run: Callable[..., Any],
    request: pytest.FixtureRequest,
    gone: Callable[..., None],
    tmp_path: Path,
    kind: str,
    end: str,
) -> None:
    request.getfixturevalue(kind)
    file = tmp_path / "child"
    ran = run(
        "import os, pathlib, subprocess; child = subprocess.Popen(['sleep', '600'])\n"
        f"pathlib.Path({str(file)!r}).write_text(str(child.pid)); {end}"
    )
    gone(ran.life.pid, int(file.read_text()))


def test_a_forked_process_leaves_its_parents_server_alone(warm: int, run: Callable[..., Any]) -> None:
    pid = os.fork()
    if pid == 0:
        stop_kernels()
        os._exit(int(running.server is not None))
    assert os.waitpid(pid, 0)[1] == 0
    assert psutil.pid_exists(warm)
    assert run("print(1)").life.warm


def _notebook_of_a_worker() -> tuple[bool, int | None, int]:
    """Run a kernel in a pool's process, with a server that belongs to that process."""
    assert warm_up(["wave"])
    assert running.server
    kind, life = kernel_manager_class(KernelSettings())

    async def start() -> None:
        await kind().start_kernel()

    finished(start())
    return life.warm, life.pid, running.server.pid


def test_a_process_of_a_pool_has_its_own_server_which_ends_with_it(warm: int, gone: Callable[..., None]) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        forked, kernel, server = pool.submit(_notebook_of_a_worker).result(60)
        assert forked
        assert server != warm
        assert psutil.pid_exists(server)
    gone(kernel, server)
    assert psutil.pid_exists(warm)
