"""What will close, how sure that is, and what it is worth: the computing behind the win_probability notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.exports import imported_when_asked

if TYPE_CHECKING:
    from salesops.win_probability.base_rate import BaseRate
    from salesops.win_probability.boosted import BoostedHazard
    from salesops.win_probability.column_model import ColumnModel
    from salesops.win_probability.hazard import LandmarkHazard

__all__ = ["BaseRate", "BoostedHazard", "ColumnModel", "LandmarkHazard"]

if not TYPE_CHECKING:
    __getattr__ = imported_when_asked(
        __name__,
        {
            "BaseRate": "base_rate",
            "BoostedHazard": "boosted",
            "ColumnModel": "column_model",
            "LandmarkHazard": "hazard",
        },
    )
