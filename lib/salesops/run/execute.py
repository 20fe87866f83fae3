"""One notebook, run by papermill."""

from __future__ import annotations

import logging
import shutil
import time
from typing import TYPE_CHECKING, Any

from salesops.run.results import Failure, NotebookResult

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

    from salesops.run.topics import Topic

START_TIMEOUT_SECONDS = 120


def execute(topic: Topic, output: Path, parameters: dict[str, Any], root: Path) -> NotebookResult:
    """Run a notebook with parameters and keep the executed one, also where it fails.

    Parameters
    ----------
    topic
        Which notebook.
    output
        Where the executed notebook goes.
    parameters
        What to tell it.
    root
        Folder the kernel works in.
    """
    # Imported here: papermill takes seconds, and a plan with a fault in it should be refused at once.
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from salesops.run.kernels import SameInterpreterKernelManager

    logging.getLogger("papermill").setLevel(logging.ERROR)
    started = time.perf_counter()
    failure = None
    try:
        papermill.execute_notebook(
            str(topic.notebook),
            str(output),
            parameters,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            start_timeout=START_TIMEOUT_SECONDS,
            cwd=str(root),
            kernel_manager_class=SameInterpreterKernelManager,
        )
    except PapermillExecutionError as error:
        failure = _failure(output, error)
    except Exception as error:  # a kernel that does not start or dies must not take the other notebooks with it
        failure = Failure("", 0, type(error).__name__, str(error))
        if not output.is_file():
            shutil.copy(topic.notebook, output)
    return NotebookResult(
        topic=topic.name,
        status="failed" if failure else "complete",
        seconds=time.perf_counter() - started,
        notebook=output,
        parameters=parameters,
        failure=failure,
    )


def _failure(output: Path, error: Any) -> Failure:
    import nbformat

    notebook = nbformat.read(output, as_version=4)
    index = _failed_cell(notebook)
    before = notebook.cells[: index + 1]
    return Failure(
        section=_last_heading(before),
        cell=sum(cell.cell_type == "code" for cell in before),
        error=error.ename,
        message=error.evalue,
    )


def _failed_cell(notebook: NotebookNode) -> int:
    failed = [
        i
        for i, cell in enumerate(notebook.cells)
        if any(output.output_type == "error" for output in cell.get("outputs", []))
    ]
    return failed[0] if failed else len(notebook.cells) - 1


def _last_heading(cells: list[NotebookNode]) -> str:
    lines = [line for cell in cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    headings = [line.lstrip("# ").strip() for line in lines if line.startswith("#")]
    return headings[-1] if headings else ""
