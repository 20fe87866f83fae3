"""What the notebook uses, in the order it uses it: the topic's face for analysts."""

from salesops.win_probability.assumptions import ASSUMPTIONS
from salesops.win_probability.bookings import bookings
from salesops.win_probability.bookings_sections import bookings_section
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.funnel import stage_conversion
from salesops.win_probability.learn import judged, learn
from salesops.win_probability.open_deals import names_of, open_deals
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.past_bookings import past_bookings
from salesops.win_probability.sections import deals_section, funnel_section, trust_section
from salesops.win_probability.summary import cautions, kpis, summary
from salesops.win_probability.try_it import try_it

__all__ = [
    "ASSUMPTIONS",
    "DealTables",
    "Parameters",
    "bookings",
    "bookings_section",
    "cautions",
    "deals_section",
    "funnel_section",
    "judged",
    "kpis",
    "learn",
    "names_of",
    "open_deals",
    "past_bookings",
    "stage_conversion",
    "summary",
    "trust_section",
    "try_it",
]
