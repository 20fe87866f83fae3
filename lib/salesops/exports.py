"""Names that a package offers and imports only when they are asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def imported_when_asked(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a package whose names are imported one by one, each when it is first asked for.

    The runner reads a topic's parameters alone, and must not wait for scipy and scikit-learn to do so (PEP 562).

    Parameters
    ----------
    package
        Its `__name__`.
    modules
        Module of the package by each name that the package offers.

    Examples
    --------
    >>> imported_when_asked("salesops", {"NotEnoughData": "not_enough_data"})("NotEnoughData").__name__
    'NotEnoughData'
    """

    def offered(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{modules[name]}"), name)

    return offered
