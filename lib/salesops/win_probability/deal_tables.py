"""The tables that chances are learned from, in one parcel; only the deals themselves are required."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir
    import pandas as pd

    from salesops.tables import Tables

    Table = pd.DataFrame | NotEnoughData

ASKED_OF_THE_ENGINE = ("opportunities", "stage_history", "activities")


@dataclass(frozen=True)
class DealTables:
    """What is known of deals, each table cut to one day; an absent one is `NotEnoughData`.

    Parameters
    ----------
    opportunities, stage_history, accounts, reps, scorecards, activities, contacts
        Tables of the input contract.
    queries
        The same tables as expressions, for what is asked of the engine that holds them; none for frames alone.

    Examples
    --------
    >>> import pandas as pd
    >>> str(DealTables(pd.DataFrame({"opportunity_id": ["D1"]})).scorecards)
    'not enough data: needs scorecards'
    """

    opportunities: Table
    stage_history: Table = field(default=NotEnoughData("stage_history"))
    accounts: Table = field(default=NotEnoughData("accounts"))
    reps: Table = field(default=NotEnoughData("reps"))
    scorecards: Table = field(default=NotEnoughData("scorecards"))
    activities: Table = field(default=NotEnoughData("activities"))
    contacts: Table = field(default=NotEnoughData("contacts"))
    queries: Mapping[str, ir.Table] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, known: Tables) -> DealTables:
        """Return the tables of a source, as of its day."""
        names = [table.name for table in fields(cls) if table.name != "queries"]
        asked = {name: known.expressions[name] for name in ASKED_OF_THE_ENGINE if name in known.expressions}
        return cls(**{name: known.frame(name) for name in names}, queries=asked)
