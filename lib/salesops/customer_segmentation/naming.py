"""Names for segments: what sets each apart, in words a salesperson uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesops.customer_segmentation.arrays import Floats
    from salesops.customer_segmentation.traits import Trait

# Standard deviations from the mean of all customers below which a segment is like everybody.
ORDINARY = 0.3
FEWEST_TRAITS = 2


def segment_names(centers: Floats, traits: Sequence[Trait]) -> tuple[str, ...]:
    """Return a name for each segment from the traits in which it differs most from all customers.

    Two traits are named, and more where two segments would have the same name.

    Parameters
    ----------
    centers
        In standard deviations from the mean of all customers, shape (k, d).
    traits
        d of them.

    Examples
    --------
    >>> from salesops.customer_segmentation.traits import TRAITS
    >>> segment_names(np.array([[1.5, 1.0, 0.2, 0.0], [-0.5, -1.0, 0.0, 0.4]]), TRAITS)
    ('Frequent large orders', 'Rare small orders')
    """
    for named in range(min(FEWEST_TRAITS, len(traits)), len(traits) + 1):
        names = [_name(center, traits, named) for center in centers]
        if len(set(names)) == len(names):
            break
    return _numbered(names)


def _name(center: Floats, traits: Sequence[Trait], named: int) -> str:
    telling = [place for place in np.argsort(-np.abs(center))[:named] if abs(center[place]) > ORDINARY]
    words = {traits[place].column: traits[place].word(center[place]) for place in telling}
    before = [words[column] for column in ("orders_per_year", "order_value") if column in words]
    after = [words[column] for column in ("usual_products", "gap_cv") if column in words]
    return " ".join([*before, "orders", *after]).capitalize() if words else "Orders like most"


def _numbered(names: Sequence[str]) -> tuple[str, ...]:
    """Tell equal names apart by numbers."""
    return tuple(
        name if names.count(name) == 1 else f"{name} ({names[: place + 1].count(name)})"
        for place, name in enumerate(names)
    )
