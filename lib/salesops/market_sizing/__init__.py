"""How big the market is, where it grows, what we can win, and at which price."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesops.market_sizing.adoption_models import Bass, Gompertz, Logistic
    from salesops.market_sizing.learned_errors import reconcile_together
    from salesops.market_sizing.reconciling import Reconciled, reconcile
    from salesops.market_sizing.sensitivity import sobol, tornado

__all__ = ["Bass", "Gompertz", "Logistic", "Reconciled", "reconcile", "reconcile_together", "sobol", "tornado"]

if not TYPE_CHECKING:
    _MODULES = {
        "Bass": "adoption_models",
        "Gompertz": "adoption_models",
        "Logistic": "adoption_models",
        "Reconciled": "reconciling",
        "reconcile": "reconciling",
        "reconcile_together": "learned_errors",
        "sobol": "sensitivity",
        "tornado": "sensitivity",
    }

    def __getattr__(name: str) -> object:
        # The runner reads this package's parameters alone, and must not wait for scipy and scikit-learn to do so.
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
