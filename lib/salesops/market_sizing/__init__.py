"""How big the market is, where it grows, what we can win, and at which price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.exports import imported_when_asked

if TYPE_CHECKING:
    from salesops.market_sizing.adoption_models import Bass, Gompertz, Logistic
    from salesops.market_sizing.learned_errors import reconcile_together
    from salesops.market_sizing.reconciling import Reconciled, reconcile
    from salesops.market_sizing.sensitivity import sobol, tornado

__all__ = ["Bass", "Gompertz", "Logistic", "Reconciled", "reconcile", "reconcile_together", "sobol", "tornado"]

if not TYPE_CHECKING:
    __getattr__ = imported_when_asked(
        __name__,
        {
            "Bass": "adoption_models",
            "Gompertz": "adoption_models",
            "Logistic": "adoption_models",
            "Reconciled": "reconciling",
            "reconcile": "reconciling",
            "reconcile_together": "learned_errors",
            "sobol": "sensitivity",
            "tornado": "sensitivity",
        },
    )
