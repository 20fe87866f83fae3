"""An engine for papermill that writes the notebook when it has ended, and not before and after each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines

if TYPE_CHECKING:
    from nbformat import NotebookNode

ENGINE = "salesops"


class _SavedOnce(NotebookExecutionManager):  # type: ignore[misc]
    """What papermill notes of a run; a page of charts is a megabyte, and would be written a hundred times."""

    def save(self, **options: Any) -> None:
        """Write the notebook once it has ended, however it ended."""
        if self.end_time is not None:
            super().save(**options)


class SavedOnceEngine(NBClientEngine):  # type: ignore[misc]
    """Papermill's own engine with one difference: nothing is written while cells run."""

    @classmethod
    def execute_notebook(
        cls,
        nb: NotebookNode,
        kernel_name: str,
        output_path: str | None = None,
        progress_bar: bool = False,
        log_output: bool = False,
        **options: Any,
    ) -> NotebookNode:
        """Run a notebook and return it; it is written to `output_path` after a failure, too."""
        options.pop("autosave_cell_every", None)
        run = _SavedOnce(nb, output_path, progress_bar=progress_bar, log_output=log_output, autosave_cell_every=0)
        run.notebook_start()
        try:
            cls.execute_managed_notebook(run, kernel_name, log_output=log_output, **options)
        finally:
            run.cleanup_pbar()
            run.notebook_complete()
        executed: NotebookNode = run.nb
        return executed


papermill_engines.register(ENGINE, SavedOnceEngine)
