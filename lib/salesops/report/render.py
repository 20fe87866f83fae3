"""An executed notebook as one HTML file."""

from __future__ import annotations

import copy
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from salesops.report.compose import PageMeta

TEMPLATES = Path(__file__).parent / "templates"


def render(notebook: NotebookNode, *, meta: PageMeta | None = None) -> str:
    """Return a notebook's page: one file that makes no request.

    Parameters
    ----------
    notebook
        An executed notebook; it is not changed. One that failed is shown as far as it came.
    meta
        Where the page belongs; what the notebook's metadata says if not given.

    Returns
    -------
    str
        The page, the same for the same notebook.
    """
    from salesops.report.preprocess import METADATA_KEY

    if meta is not None:
        notebook = copy.copy(notebook)
        notebook.metadata = {**notebook.metadata, METADATA_KEY: asdict(meta)}
    page, _ = _exporter().from_notebook_node(notebook)
    return str(page)


def _exporter() -> Any:
    from nbconvert import HTMLExporter

    # Taken from the package itself, so that an old copy elsewhere on Jupyter's paths cannot stand in for it.
    return HTMLExporter(template_name="salesops", extra_template_basedirs=[str(TEMPLATES)])
