"""All that is known of the scorecards C931, in one parcel; any part may be absent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.card_levels import past_cards, rule_of_thumb, shares_by_count
from salesops.win_probability.card_weights import confirmation_weights, weighing
from salesops.win_probability.open_cards import open_cards

if TYPE_CHECKING:
    import pandas as pd

    from salesops.win_probability.card_levels import RuleOfThumb
    from salesops.win_probability.card_weights import Weighing
    from salesops.win_probability.learn import DealModel


@dataclass(frozen=True)
class Scorecards:
    """Scorecards of past and open deals.

    Parameters
    ----------
    open
        From `open_cards`: the card of every open deal.
    weights
        From `confirmation_weights`: what each confirmation goes with.
    weighing
        From `weighing`: whether weights tell more than a count.
    counts
        From `shares_by_count`: the share won by the count of confirmations.
    rule
        From `rule_of_thumb`: whether 8 C + 1 F means 60% here.
    """

    open: pd.DataFrame | NotEnoughData
    weights: pd.DataFrame | NotEnoughData
    weighing: Weighing | NotEnoughData
    counts: pd.DataFrame | NotEnoughData
    rule: RuleOfThumb | NotEnoughData

    @classmethod
    def of(cls, learned: DealModel | NotEnoughData, deals: pd.DataFrame | NotEnoughData) -> Scorecards:
        """Return what the scorecards tell, from `learn` and `open_deals`."""
        if isinstance(learned, NotEnoughData):
            return cls(learned, learned, learned, learned, learned)
        past = past_cards(learned)
        return cls(
            open=deals if isinstance(deals, NotEnoughData) else open_cards(learned, deals),
            weights=confirmation_weights(learned),
            weighing=weighing(learned),
            counts=past if isinstance(past, NotEnoughData) else shares_by_count(past),
            rule=past if isinstance(past, NotEnoughData) else rule_of_thumb(past),
        )
