"""Who the customers are, what they are worth, who is leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.exports import imported_when_asked

if TYPE_CHECKING:
    from salesops.customer_segmentation.beta_geo_nbd import BetaGeoNBD, ModifiedBetaGeoNBD
    from salesops.customer_segmentation.gamma_gamma import GammaGamma
    from salesops.customer_segmentation.pareto_nbd import ParetoNBD
    from salesops.customer_segmentation.regularity_mixture import RegularityMixture

__all__ = ["BetaGeoNBD", "GammaGamma", "ModifiedBetaGeoNBD", "ParetoNBD", "RegularityMixture"]

if not TYPE_CHECKING:
    __getattr__ = imported_when_asked(
        __name__,
        {
            "BetaGeoNBD": "beta_geo_nbd",
            "GammaGamma": "gamma_gamma",
            "ModifiedBetaGeoNBD": "beta_geo_nbd",
            "ParetoNBD": "pareto_nbd",
            "RegularityMixture": "regularity_mixture",
        },
    )
