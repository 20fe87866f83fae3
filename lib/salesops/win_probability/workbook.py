"""What the notebook uses, in the order it uses it: the topic's face for analysts."""

from salesops.win_probability.assumptions import ASSUMPTIONS
from salesops.win_probability.bookings import bookings
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.funnel import stage_conversion
from salesops.win_probability.growth import growth_split
from salesops.win_probability.key_prospects import key_prospects
from salesops.win_probability.lead_sources import lead_sources
from salesops.win_probability.lead_to_cash import first_orders, lead_to_cash
from salesops.win_probability.learn import judged, learn
from salesops.win_probability.open_deals import names_of, open_deals
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.scorecards import Scorecards
from salesops.win_probability.sections import bookings_section, trust_section
from salesops.win_probability.sections_cards import cards_section
from salesops.win_probability.sections_growth import funnel_section, growth_section, lead_sources_section
from salesops.win_probability.sections_prospects import prospects_section
from salesops.win_probability.summary import cautions, kpis, summary
from salesops.win_probability.try_it import try_it

__all__ = [
    "ASSUMPTIONS",
    "DealTables",
    "Parameters",
    "Scorecards",
    "bookings",
    "bookings_section",
    "cards_section",
    "cautions",
    "first_orders",
    "funnel_section",
    "growth_section",
    "growth_split",
    "judged",
    "key_prospects",
    "kpis",
    "lead_sources",
    "lead_sources_section",
    "lead_to_cash",
    "learn",
    "names_of",
    "open_deals",
    "prospects_section",
    "stage_conversion",
    "summary",
    "trust_section",
    "try_it",
]
