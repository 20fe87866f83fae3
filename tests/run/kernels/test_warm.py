"""A warm kernel has its libraries from the start, and nothing else tells it from a plain one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from salesops.run.kernels import KernelSettings, kernel_manager_class, stop_kernels, warm_up
from tests.run.kernels.conftest import finished

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# What a notebook could see of how its kernel was started. A plain one is told its parent in the environment, and the
# third argument, the connection file, is another every time.
SURROUNDINGS = """
import json, os, signal, sys, threading
import matplotlib.pyplot as plt
print(json.dumps({
    "argv": [*sys.argv[:2], *sys.argv[3:]],
    "main": sys.modules["__main__"] is get_ipython().user_module,
    "name": __name__,
    "file": globals().get("__file__"),
    "path": sys.path,
    "backend": plt.get_backend(),
    "cwd": os.getcwd(),
    "executable": sys.executable,
    "group": os.getpgrp() == os.getpid(),
    "child signal": str(signal.getsignal(signal.SIGCHLD)),
    "interrupt": str(signal.getsignal(signal.SIGINT)),
    "history": get_ipython().history_manager.enabled,
    "environment": {name: value for name, value in os.environ.items() if name != "JPY_PARENT_PID"},
    "threads": sorted(type(thread).__name__ for thread in threading.enumerate()),
}))
"""


@pytest.mark.usefixtures("warm")
def test_a_preloaded_module_is_there_before_the_notebook_imports_it(run: Callable[..., Any]) -> None:
    assert run("import sys; print('wave' in sys.modules)").text == "True"


def test_a_warm_kernel_is_a_child_of_the_server(run: Callable[..., Any], warm: int) -> None:
    ran = run("import os; print(os.getpid(), os.getppid())")
    assert ran.text.split() == [str(ran.life.pid), str(warm)]
    assert ran.life.warm


@pytest.mark.usefixtures("warm")
def test_a_notebook_sees_the_same_surroundings_as_in_a_plain_kernel(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    forked = run(SURROUNDINGS)
    monkeypatch.setenv("SALESOPS_KERNELS", "plain")
    started = run(SURROUNDINGS)
    assert (forked.life.warm, started.life.warm) == (True, False)
    seen, expected = json.loads(forked.text), json.loads(started.text)
    for name in ("SALESOPS_KERNELS", "PYDEVD_USE_FRAME_EVAL"):  # the second is the debugger's note to itself
        expected["environment"].pop(name, None)
    assert seen == expected


@pytest.mark.usefixtures("warm")
def test_a_chart_shows_in_the_notebook(run: Callable[..., Any]) -> None:
    ran = run(
        "import matplotlib.pyplot as plt; plt.plot([1, 2])",
        "from IPython.utils.capture import capture_output\n"
        "with capture_output() as captured:\n    plt.plot([2, 1]); plt.show()\n"
        "print(sorted(captured.outputs[0].data))",
    )
    assert ran.text == "['image/png', 'text/plain']"


@pytest.mark.usefixtures("warm")
def test_no_two_kernels_draw_the_same_random_numbers(run: Callable[..., Any]) -> None:
    draw = "import random, numpy; print(random.random(), numpy.random.random(), numpy.random.default_rng().random())"
    first, second = (run(draw).text.split() for _ in range(2))
    assert len({*first, *second}) == 6


@pytest.mark.parametrize("kind", ["warm", "plain"])
@pytest.mark.parametrize("threads", [1, 2])
def test_libraries_use_as_many_threads_as_told(
    run: Callable[..., Any], request: pytest.FixtureRequest, kind: str, threads: int
) -> None:
    request.getfixturevalue(kind)
    source = (
        "import json, os, numpy, pyarrow, threadpoolctl\n"
        "pools = {pool['num_threads'] for pool in threadpoolctl.threadpool_info()}\n"
        "print(json.dumps([sorted(pools), pyarrow.cpu_count(), os.environ['SALESOPS_THREADS']]))"
    )
    ran = run(source, settings=KernelSettings(threads=threads))
    assert json.loads(ran.text) == [[threads], threads, str(threads)]
    assert ran.life.warm == (kind == "warm")


@pytest.mark.parametrize("kind", ["warm", "plain"])
def test_a_kernel_has_the_environment_that_its_settings_add(
    run: Callable[..., Any], request: pytest.FixtureRequest, kind: str
) -> None:
    request.getfixturevalue(kind)
    ran = run("import os; print(os.environ['COLOUR'])", settings=KernelSettings(environment={"COLOUR": "绿"}))
    assert ran.text == "绿"


@pytest.mark.usefixtures("warm")
def test_a_kernel_has_the_runners_environment_of_the_moment(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SET_AFTER_THE_SERVER", "yes")
    ran = run("import os; print(os.environ['SET_AFTER_THE_SERVER'])")
    assert (ran.text, ran.life.warm) == ("yes", True)


@pytest.mark.usefixtures("warm")
def test_what_python_reads_when_it_starts_gets_a_kernel_that_is_started(run: Callable[..., Any]) -> None:
    ran = run("import sys; print(sys.flags.utf8_mode)", settings=KernelSettings(environment={"PYTHONUTF8": "1"}))
    assert (ran.text, ran.life.warm) == ("1", False)


@pytest.mark.parametrize("kind", ["warm", "plain"])
def test_a_kernelspec_of_the_machine_does_not_choose_the_interpreter(
    run: Callable[..., Any],
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    request.getfixturevalue(kind)
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text('{"argv": ["/nowhere/python"], "display_name": "other", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert run("import sys; print(sys.executable)").text == sys.executable


@pytest.mark.usefixtures("plain")
def test_kernels_are_plain_where_that_is_wanted(run: Callable[..., Any]) -> None:
    assert not warm_up(["wave"])
    ran = run("import os, sys; print(os.getppid(), 'wave' in sys.modules)")
    assert ran.text.split() == [str(os.getpid()), "False"]


def test_a_second_call_starts_no_second_server(warm: int) -> None:
    from salesops.run.kernels.running import running

    assert warm_up(["numpy"])
    assert running.server
    assert running.server.pid == warm


@pytest.mark.usefixtures("warm")
def test_notebooks_run_at_once_from_several_threads(run: Callable[..., Any]) -> None:
    with ThreadPoolExecutor(4) as pool:
        ran = list(pool.map(run, [f"print({number})" for number in range(8)]))
    assert [one.text for one in ran] == [str(number) for number in range(8)]
    assert all(one.life.warm for one in ran)
    assert len({one.life.pid for one in ran}) == 8


@pytest.fixture
def _bad_modules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    stop_kernels()
    (tmp_path / "broken.py").write_text("raise SystemExit('not today')")
    (tmp_path / "threaded.py").write_text(
        "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path[1:]]))
    yield
    stop_kernels()


@pytest.mark.usefixtures("_bad_modules")
def test_a_module_that_cannot_be_imported_is_left_to_the_notebook(run: Callable[..., Any]) -> None:
    assert warm_up(["no_such_module", "broken", "wave"])
    ran = run("import sys; print('wave' in sys.modules)")
    assert (ran.text, ran.life.warm) == ("True", True)


@pytest.mark.usefixtures("_bad_modules")
def test_a_module_that_starts_a_thread_makes_kernels_plain(run: Callable[..., Any]) -> None:
    assert warm_up(["threaded"])
    ran = run("print('fine')")
    assert (ran.text, ran.life.warm) == ("fine", False)


def test_what_the_server_imports_makes_no_kernel_of_it() -> None:
    check = (
        "import importlib; from salesops.run.kernels.server import KERNEL_MODULES\n"
        "for name in KERNEL_MODULES: importlib.import_module(name)\n"
        "from IPython.core.interactiveshell import InteractiveShell; from ipykernel.kernelapp import IPKernelApp\n"
        "from ipykernel.ipkernel import IPythonKernel; import psutil, sys, zmq\n"
        "singletons = InteractiveShell, IPKernelApp, IPythonKernel\n"
        "print(any(each.initialized() for each in singletons), zmq.Context._instance, psutil.Process().num_threads(),"
        " 'papermill' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "None", "1", "False"]


async def _first(client: Any, wanted: Callable[[Any], bool]) -> Any:
    while True:
        message = await client.get_iopub_msg(timeout=60)
        if wanted(message):
            return message


async def _interrupted() -> tuple[str, bool]:
    kind, life = kernel_manager_class(KernelSettings())
    manager = kind()
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    client.execute("import time; print('on my way', flush=True); time.sleep(600)")
    await _first(client, lambda message: message["content"].get("text", "").startswith("on my way"))
    await manager.interrupt_kernel()
    error = await _first(client, lambda message: message["msg_type"] == "error")
    client.stop_channels()
    await manager.shutdown_kernel(now=True)
    return error["content"]["ename"], life.warm


async def _restarted() -> tuple[int | None, int | None, bool, bool]:
    kind, life = kernel_manager_class(KernelSettings())
    manager = kind()
    await manager.start_kernel()
    before = life.pid
    await manager.restart_kernel(now=True)
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    client.stop_channels()
    await manager.shutdown_kernel()
    return before, life.pid, life.warm, await manager.is_alive()


@pytest.mark.parametrize("kind", ["warm", "plain"])
def test_a_cell_can_be_interrupted(request: pytest.FixtureRequest, kind: str) -> None:
    request.getfixturevalue(kind)
    assert finished(_interrupted()) == ("KeyboardInterrupt", kind == "warm")


@pytest.mark.parametrize("kind", ["warm", "plain"])
def test_a_kernel_can_be_restarted_and_ends_when_asked(
    request: pytest.FixtureRequest, gone: Callable[..., None], kind: str
) -> None:
    request.getfixturevalue(kind)
    before, after, forked, alive = finished(_restarted())
    assert before != after
    assert forked == (kind == "warm")
    assert not alive
    gone(before, after)


def test_threads_that_ask_at_once_get_one_server() -> None:
    from salesops.run.kernels.running import running

    stop_kernels()
    servers = set()
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(warm_up, [["wave"]] * 8):
            servers.add(running.server)
    assert len(servers) == 1
    stop_kernels()
