"""One notebook, run by papermill on a warm kernel, within its limits."""

from __future__ import annotations

import json
import logging
import re
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops.run.results import Failure, NotebookResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from salesops.run.kernels import KernelLife

START_TIMEOUT_SECONDS = 120
LAST_LINES = 4
TRACEBACK_HEAD = "Traceback (most recent call last)"
STOPPED_BY_US = ("CellTimeoutError", "DeadKernelError")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Job:
    """All that is needed to run one notebook, here or on another machine that sees the same folders.

    Parameters
    ----------
    topic
        The notebook's name.
    notebook, output
        Where it is, and where it goes once it is executed.
    parameters
        What to tell it.
    root
        Folder that the kernel works in.
    cell_seconds
        Longest that one cell may take.
    memory_bytes
        Most memory that the kernel may take; None for no limit.
    threads
        Compute threads of the kernel.
    preload
        Modules that warm kernels have loaded already.
    """

    topic: str
    notebook: str
    output: str
    parameters: dict[str, Any]
    root: str
    cell_seconds: float
    memory_bytes: int | None = None
    threads: int = 1
    preload: tuple[str, ...] = field(default=(), repr=False)


def execute(job: Job) -> NotebookResult:
    """Run a notebook and keep the executed one, also where it fails; a failure is a result, never an exception."""
    from salesops.run.kernels import KernelSettings, kernel_manager_class, warm_up

    warm_up(job.preload)
    ran_at, started = datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="salesops-") as folder:
        reads = Path(folder) / "reads.json"
        settings = KernelSettings(job.threads, job.memory_bytes, {"SALESOPS_READS": str(reads)})
        manager, life = kernel_manager_class(settings)
        failure = _failure_of(job, manager, life)
        tables = _tables_read(reads)
    return NotebookResult(
        topic=job.topic,
        status="failed" if failure else "complete",
        seconds=time.perf_counter() - started,
        ran_at=ran_at,
        parameters=job.parameters,
        reads=tables,
        failure=failure,
    )


def _failure_of(job: Job, manager: type, life: KernelLife) -> Failure | None:
    output = Path(job.output)
    try:
        _run_papermill(job, manager)
    except Exception as error:  # whatever happens to one notebook must not take the others with it
        if not output.is_file():
            shutil.copy(job.notebook, output)
        return _failure(job, output, error, life)
    return None


def _run_papermill(job: Job, manager: type) -> None:
    import papermill

    from salesops.run.saved_once import ENGINE

    for name in ("papermill", "traitlets"):  # a failure is told once, in our own words
        logging.getLogger(name).setLevel(logging.CRITICAL)
    papermill.execute_notebook(
        job.notebook,
        job.output,
        job.parameters,
        engine_name=ENGINE,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        start_timeout=START_TIMEOUT_SECONDS,
        execution_timeout=job.cell_seconds,
        kernel_manager_class=manager,
        shutdown_kernel="immediate",
        # Not papermill's cwd: that changes the folder of this whole process, in which other notebooks run, too.
        resources={"metadata": {"path": job.root}},
    )


def _tables_read(path: Path) -> tuple[str, ...] | None:
    # A notebook that reads by other means than `tables.load` is taken to read everything.
    if not path.is_file():
        return None
    return tuple(sorted(json.loads(path.read_text(encoding="utf-8"))["tables"]))


def _failure(job: Job, output: Path, error: Exception, life: KernelLife) -> Failure:
    cells = _cells(output)
    index = _failed_cell(cells)
    before = cells[: index + 1] if index is not None else []
    kind, message, traceback = _raised(error, before[-1] if before else {})
    kind, message, cure = _explained(job, kind, message, life)
    lines = [line for text in traceback for line in COLOURS.sub("", text).splitlines() if line.strip()]
    lines = [line for line in lines if TRACEBACK_HEAD not in line]
    return Failure(
        section=_last_heading(before),
        cell=sum(cell["cell_type"] == "code" for cell in before),
        error=kind,
        message=message,
        lines=tuple(lines[-LAST_LINES:]),
        cure=cure,
    )


def _cells(output: Path) -> list[dict[str, Any]]:
    try:
        cells: list[dict[str, Any]] = json.loads(output.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError):  # a full disk leaves half a notebook
        return []
    return cells


def _failed_cell(cells: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the position of the cell that raised, or else of the last one that was begun."""
    raised = [i for i, cell in enumerate(cells) if any(o["output_type"] == "error" for o in cell.get("outputs", []))]
    begun = [i for i, cell in enumerate(cells) if cell["metadata"].get("papermill", {}).get("start_time")]
    return raised[0] if raised else begun[-1] if begun else None


def _last_heading(cells: Sequence[Mapping[str, Any]]) -> str:
    lines = [line for c in cells if c["cell_type"] == "markdown" for line in "".join(c["source"]).splitlines()]
    headings = [line.lstrip("# ").strip() for line in lines if line.startswith("#")]
    return headings[-1] if headings else ""


def _raised(error: Exception, cell: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    found = [output for output in cell.get("outputs", []) if output["output_type"] == "error"]
    # A cell that is stopped leaves a KeyboardInterrupt, which is not why.
    if found and type(error).__name__ not in STOPPED_BY_US:
        return found[0]["ename"], found[0]["evalue"], found[0]["traceback"]
    return type(error).__name__, (str(error).splitlines() or [""])[0], []


def _explained(job: Job, kind: str, message: str, life: KernelLife) -> tuple[str, str, str]:
    """Put what happened to a kernel into words that lead to a cure."""
    if life.memory_exceeded is not None and job.memory_bytes is not None:
        used, limit = life.memory_exceeded / 1e9, job.memory_bytes / 1e9
        cure = f"raise limits: {{{job.topic}: {{memory_gb: …}}}} in the plan, or give the notebook less to read"
        return "MemoryLimit", f"the notebook used {used:.1f} GB, and may use {limit:.1f} GB", cure
    if kind == "CellTimeoutError":
        cure = f"raise limits: {{{job.topic}: {{cell_seconds: …}}}} in the plan, or give the notebook less to do"
        return "CellTimeout", f"the cell took longer than the {job.cell_seconds:g} s that it may", cure
    if kind == "DeadKernelError":
        code = life.exit_code or 0
        ended = f"with exit code {code}" if code >= 0 else f"by signal {-code}"
        cure = "see whether the machine lacked memory, or a library is at fault"
        return kind, f"the kernel ended {ended} while the cell ran", cure
    return kind, message, ""
