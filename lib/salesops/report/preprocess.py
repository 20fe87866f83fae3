"""The step that nbconvert runs before it fills our template, from Python and from its command line alike."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from nbconvert.preprocessors import Preprocessor

from salesops.report.compose import PageMeta, page_of

if TYPE_CHECKING:
    from collections.abc import Mapping

METADATA_KEY = "salesops"
"""Where a notebook's metadata says what page it becomes."""


class ReportPreprocessor(Preprocessor):
    """Put the parts of the page together for the template `salesops`."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return the notebook as it is, and the resources with the page."""
        resources["page"] = page_of(nb, meta_of(nb.metadata))
        return nb, resources


def meta_of(metadata: Mapping[str, Any]) -> PageMeta:
    """Return what a notebook's metadata says about its page; the day may come from its parameters.

    Examples
    --------
    >>> meta_of({"papermill": {"parameters": {"as_of": "2026-09-30"}}}).as_of
    '2026-09-30'
    """
    names = {field.name for field in fields(PageMeta)}
    given = {name: value for name, value in metadata.get(METADATA_KEY, {}).items() if name in names}
    as_of = metadata.get("papermill", {}).get("parameters", {}).get("as_of", "")
    return PageMeta(**{"as_of": str(as_of), **given})
