"""What will close, how sure that is, and what it is worth: the computing behind the win_probability notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesops.win_probability.base_rate import BaseRate
    from salesops.win_probability.boosted import BoostedHazard
    from salesops.win_probability.column_model import ColumnModel
    from salesops.win_probability.hazard import LandmarkHazard

__all__ = ["BaseRate", "BoostedHazard", "ColumnModel", "LandmarkHazard"]

if not TYPE_CHECKING:
    _MODULES = {
        "BaseRate": "base_rate",
        "BoostedHazard": "boosted",
        "ColumnModel": "column_model",
        "LandmarkHazard": "hazard",
    }

    def __getattr__(name: str) -> object:
        # The runner reads this package's parameters alone, and must not wait for scipy and scikit-learn to do so.
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
