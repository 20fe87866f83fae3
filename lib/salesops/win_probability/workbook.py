"""What the notebook uses, in the order it uses it: the topic's face for analysts."""

from salesops.win_probability.assumptions import ASSUMPTIONS
from salesops.win_probability.bookings import bookings
from salesops.win_probability.bookings_sections import bookings_section
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.funnel import stage_conversion
from salesops.win_probability.growth import growth_split
from salesops.win_probability.inference import inference
from salesops.win_probability.key_prospects import key_prospects
from salesops.win_probability.lead_sources import lead_sources
from salesops.win_probability.lead_to_cash import first_orders, lead_to_cash
from salesops.win_probability.learn import judged, learn
from salesops.win_probability.losses import closed_deals, losses
from salesops.win_probability.open_deals import names_of, open_deals
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.past_bookings import past_bookings
from salesops.win_probability.rep_optimism import rep_optimism, stated_and_realised
from salesops.win_probability.role_coverage import role_coverage
from salesops.win_probability.scorecards import Scorecards
from salesops.win_probability.sections_cards import cards_section
from salesops.win_probability.sections_columns import trust_or_columns
from salesops.win_probability.sections_growth import funnel_section, growth_section, lead_sources_section
from salesops.win_probability.sections_losses import losses_section
from salesops.win_probability.sections_prospects import prospects_section
from salesops.win_probability.sections_reps import optimism_section
from salesops.win_probability.sections_team import roles_section, visits_section
from salesops.win_probability.summary import cautions, kpis, summary
from salesops.win_probability.try_it import try_it
from salesops.win_probability.visit_commitment import visits

__all__ = [
    "ASSUMPTIONS",
    "DealTables",
    "Parameters",
    "Scorecards",
    "bookings",
    "bookings_section",
    "cards_section",
    "cautions",
    "closed_deals",
    "first_orders",
    "funnel_section",
    "growth_section",
    "growth_split",
    "inference",
    "judged",
    "key_prospects",
    "kpis",
    "lead_sources",
    "lead_sources_section",
    "lead_to_cash",
    "learn",
    "losses",
    "losses_section",
    "names_of",
    "open_deals",
    "optimism_section",
    "past_bookings",
    "prospects_section",
    "rep_optimism",
    "role_coverage",
    "roles_section",
    "stage_conversion",
    "stated_and_realised",
    "summary",
    "trust_or_columns",
    "try_it",
    "visits",
    "visits_section",
]
