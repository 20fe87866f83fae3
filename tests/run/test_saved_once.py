"""An executed notebook is written when it has ended, whole, and not a hundred times while its cells run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from papermill import engines

from salesops.run.saved_once import SavedOnceEngine

if TYPE_CHECKING:
    from pathlib import Path


class _Cells(SavedOnceEngine):
    """Cells that begin and end, the last one badly, with no kernel behind them."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        for at, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, at)
            if cell["source"] == "bad":
                raise TimeoutError("stopped")
            nb_man.cell_complete(cell, at)


@pytest.mark.parametrize("last", ["good", "bad"])
def test_it_is_written_once_and_says_which_cells_had_begun(
    last: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    save = engines.write_ipynb
    monkeypatch.setattr(engines, "write_ipynb", lambda nb, path: (written.append(path), save(nb, path)))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in ("a", "b", last)])
    notebook.metadata["papermill"] = {}
    out = tmp_path / "out.ipynb"
    try:
        _Cells.execute_notebook(notebook, "python3", str(out))
    except TimeoutError:
        assert last == "bad"
    assert written == [str(out)]
    cells = json.loads(out.read_text(encoding="utf-8"))["cells"]
    assert all(cell["metadata"]["papermill"]["start_time"] for cell in cells)
    assert bool(cells[-1]["metadata"]["papermill"]["end_time"]) == (last == "good")
