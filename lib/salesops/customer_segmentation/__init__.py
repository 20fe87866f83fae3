"""Who the customers are, what they are worth, who is leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesops.customer_segmentation.beta_geo_nbd import BetaGeoNBD, ModifiedBetaGeoNBD
    from salesops.customer_segmentation.gamma_gamma import GammaGamma
    from salesops.customer_segmentation.pareto_nbd import ParetoNBD
    from salesops.customer_segmentation.regularity_mixture import RegularityMixture

__all__ = ["BetaGeoNBD", "GammaGamma", "ModifiedBetaGeoNBD", "ParetoNBD", "RegularityMixture"]

if not TYPE_CHECKING:
    _MODULES = {
        "BetaGeoNBD": "beta_geo_nbd",
        "GammaGamma": "gamma_gamma",
        "ModifiedBetaGeoNBD": "beta_geo_nbd",
        "ParetoNBD": "pareto_nbd",
        "RegularityMixture": "regularity_mixture",
    }

    def __getattr__(name: str) -> object:
        # The runner reads this package's parameters alone, and must not wait for scipy and scikit-learn to do so.
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
