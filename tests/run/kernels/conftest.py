"""Notebooks of a few cells, run by papermill in this suite's kernels; processes, watched until they are gone."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import nbformat
import psutil
import pytest

from salesops.run.kernels import KernelLife, KernelSettings, kernel_manager_class, stop_kernels, warm_up

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

# Libraries whose state could differ in a fork, and one of Python's own modules that no kernel imports by itself.
PRELOAD = ("numpy", "pyarrow", "matplotlib.pyplot", "wave")
PATIENCE_SECONDS = 60
T = TypeVar("T")


@dataclass
class Ran:
    """A notebook that was run: what its last cell printed, what became of its kernel, and what was raised."""

    text: str
    life: KernelLife
    error: Exception | None


def finished(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns; in a thread, since a browser that other tests have open keeps a loop running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ran]:
    import papermill

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    numbers = iter(range(1000))

    def _run(*sources: str, settings: KernelSettings | None = None) -> Ran:
        source, output = (tmp_path / f"{next(numbers)}.ipynb" for _ in range(2))
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in sources]), source)
        manager, life = kernel_manager_class(settings or KernelSettings())
        error = None
        try:
            papermill.execute_notebook(
                str(source),
                str(output),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                shutdown_kernel="immediate",
                cwd=str(tmp_path),
                kernel_manager_class=manager,
            )
        except Exception as raised:
            error = raised
        return Ran(_printed(output), life, error)

    return _run


def _printed(path: Path) -> str:
    if not path.exists():  # the kernel died
        return ""
    cells: list[Any] = nbformat.read(path, as_version=4).cells
    return "".join(output.get("text", "") for output in cells[-1].get("outputs", [])).strip()


@pytest.fixture(scope="module", autouse=True)
def _kernels_of_a_file() -> Iterator[None]:
    """Let a relative PYTHONPATH mean the same in a kernel, which works in another folder; stop kernels in the end."""
    with pytest.MonkeyPatch.context() as patch:
        if "PYTHONPATH" in os.environ:
            folders = os.environ["PYTHONPATH"].split(os.pathsep)
            patch.setenv("PYTHONPATH", os.pathsep.join(os.path.abspath(folder) for folder in folders))
        yield
        stop_kernels()


@pytest.fixture
def warm() -> int:
    """The number of a fork server's process, the same from test to test unless one of them has stopped it."""
    from salesops.run.kernels.running import running

    assert warm_up(PRELOAD)
    assert running.server
    return running.server.pid


@pytest.fixture
def own_server() -> Iterator[int]:
    """The number of a fork server's process that a test may hurt."""
    from salesops.run.kernels.running import running

    stop_kernels()
    assert warm_up(["wave"])
    assert running.server
    yield running.server.pid
    stop_kernels()


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels that are not forked."""
    monkeypatch.setenv("SALESOPS_KERNELS", "plain")


@pytest.fixture
def eventually() -> Callable[[Callable[[], Any]], Any]:
    """Wait for something to become true."""

    def wait(condition: Callable[[], Any]) -> Any:
        end = time.monotonic() + PATIENCE_SECONDS
        while not (found := condition()):
            assert time.monotonic() < end, "never became true"
            time.sleep(0.02)
        return found

    return wait


@pytest.fixture
def gone(eventually: Callable[[Callable[[], Any]], Any]) -> Callable[..., None]:
    """Wait until processes have ended."""

    def wait(*pids: int) -> None:
        eventually(lambda: not any(_runs(pid) for pid in pids))

    return wait


def _runs(pid: int) -> bool:
    # What has ended and was not yet asked for by its parent counts as gone: it does nothing and holds nothing.
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
