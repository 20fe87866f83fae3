"""What the notebook uses, in the order it uses it: the topic's face for analysts."""

from salesops.win_probability.assumptions import ASSUMPTIONS
from salesops.win_probability.bookings import bookings
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.expected_wins import chances_before_closing
from salesops.win_probability.funnel import stage_conversion
from salesops.win_probability.learn import judged, learn
from salesops.win_probability.losses import closed_deals, losses
from salesops.win_probability.open_deals import names_of, open_deals
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.rep_optimism import rep_optimism, stated_and_realised
from salesops.win_probability.role_coverage import role_coverage, win_rate_by_roles
from salesops.win_probability.sections import bookings_section, deals_section, funnel_section, trust_section
from salesops.win_probability.sections_losses import losses_section
from salesops.win_probability.sections_reps import optimism_section
from salesops.win_probability.sections_team import roles_section, visits_section
from salesops.win_probability.summary import cautions, kpis, summary
from salesops.win_probability.try_it import try_it
from salesops.win_probability.visit_commitment import visits

__all__ = [
    "ASSUMPTIONS",
    "DealTables",
    "Parameters",
    "bookings",
    "bookings_section",
    "cautions",
    "chances_before_closing",
    "closed_deals",
    "deals_section",
    "funnel_section",
    "judged",
    "kpis",
    "learn",
    "losses",
    "losses_section",
    "names_of",
    "open_deals",
    "optimism_section",
    "rep_optimism",
    "role_coverage",
    "roles_section",
    "stage_conversion",
    "stated_and_realised",
    "summary",
    "trust_section",
    "try_it",
    "visits",
    "visits_section",
    "win_rate_by_roles",
]
