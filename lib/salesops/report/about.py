"""What is said about the numbers at the end of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops.report.markup import fill

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HIDDEN = "***"
WHERE_BUILT = "run_dir"
"""A parameter that no figure depends on: the folder that a page was built in is gone when the page is read."""


@dataclass(frozen=True)
class About:
    """What the numbers rest on; folded on the screen, open in print.

    Parameters
    ----------
    data
        Each table or source that was read, with its size and reach.
    parameters
        Each parameter with its value; what looks like a secret is shown as `***`.
    warnings
        What the reader should know before trusting the numbers.
    versions
        Packages and their versions; those at work if not given.
    notes
        How the figures were computed, a paragraph each.
    """

    data: Mapping[str, object] | None = None
    parameters: Mapping[str, object] | None = None
    warnings: Sequence[str] = ()
    versions: Mapping[str, str] | None = None
    notes: Sequence[str] = ()

    def _repr_html_(self) -> str:
        parameters = {
            name: masked(name, value) for name, value in (self.parameters or {}).items() if name != WHERE_BUILT
        }
        data = {name: masked(name, value) for name, value in (self.data or {}).items()}
        lists = {
            "Data": data,
            "Parameters": parameters,
            "Versions": versions_at_work() if self.versions is None else self.versions,
        }
        return fill("about.html", warnings=self.warnings, notes=self.notes, lists=lists)


def masked(name: str, value: object) -> str:
    """Return a value as text, without what looks like a secret.

    Examples
    --------
    >>> masked("data", "postgres://ann:pw@host/db"), masked("api_key", "abc"), masked("horizon_months", 6)
    ('postgres://ann:***@host/db', '***', '6')
    """
    if re.search(r"passw|secret|token|api_?key|credential", name, re.IGNORECASE):
        return HIDDEN
    text = re.sub(r"(://[^/\s:@]*):[^/\s@]*@", rf"\1:{HIDDEN}@", str(value))
    return re.sub(r"(?i)((?:password|pwd|token|secret|key)=)[^&;\s]+", rf"\1{HIDDEN}", text)


def versions_at_work() -> dict[str, str]:
    """Return the versions of Python and of the packages that figures depend on."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"Python": platform.python_version()}
    for package in ("salesops", "pandas", "numpy", "scipy", "scikit-learn", "statsmodels", "duckdb"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
