"""What the notebook uses, in the order it uses it: the topic's face for analysts."""

from salesops.market_sizing.adoptions import new_adopters
from salesops.market_sizing.assumptions import ASSUMPTIONS
from salesops.market_sizing.cautions import cautions
from salesops.market_sizing.coverage import coverage
from salesops.market_sizing.diffusion import adoption_forecast
from salesops.market_sizing.elasticity import elasticities
from salesops.market_sizing.grain import at_our_grain
from salesops.market_sizing.obtainable import expected_sales, obtainable
from salesops.market_sizing.parameters import Parameters
from salesops.market_sizing.position import position
from salesops.market_sizing.price_history import price_panel_of
from salesops.market_sizing.price_survey import price_meter
from salesops.market_sizing.prices import asked_products, best_prices_for, mean_elasticity, price_table
from salesops.market_sizing.published_tables import curves, market_sizes_table
from salesops.market_sizing.rivals import flows_of, revenues, shares_of, shift_of
from salesops.market_sizing.sales_force import sales_force
from salesops.market_sizing.scenarios import what_if
from salesops.market_sizing.sections_competition import competition_section
from salesops.market_sizing.sections_coverage import coverage_section
from salesops.market_sizing.sections_diffusion import diffusion_section
from salesops.market_sizing.sections_future import record_section, what_if_section
from salesops.market_sizing.sections_growth import shelf_section, trend_section
from salesops.market_sizing.sections_position import position_section, swot_section
from salesops.market_sizing.sections_prices import price_section
from salesops.market_sizing.sections_sizes import reach_section, sizes_section
from salesops.market_sizing.segment_figures import segment_figures
from salesops.market_sizing.segments import ours
from salesops.market_sizing.shelf import product_shelf
from salesops.market_sizing.sizes import market_sizes
from salesops.market_sizing.summary import kpis, summary
from salesops.market_sizing.swot import price_gaps, swot
from salesops.market_sizing.track_record import earlier_estimates, track_record
from salesops.market_sizing.trend import growth_table, growths, season
from salesops.market_sizing.try_it import Workbench, try_it

__all__ = [
    "ASSUMPTIONS",
    "Parameters",
    "Workbench",
    "adoption_forecast",
    "asked_products",
    "at_our_grain",
    "best_prices_for",
    "cautions",
    "competition_section",
    "coverage",
    "coverage_section",
    "curves",
    "diffusion_section",
    "earlier_estimates",
    "elasticities",
    "expected_sales",
    "flows_of",
    "growth_table",
    "growths",
    "kpis",
    "market_sizes",
    "market_sizes_table",
    "mean_elasticity",
    "new_adopters",
    "obtainable",
    "ours",
    "position",
    "position_section",
    "price_gaps",
    "price_meter",
    "price_panel_of",
    "price_section",
    "price_table",
    "product_shelf",
    "reach_section",
    "record_section",
    "revenues",
    "sales_force",
    "season",
    "segment_figures",
    "shares_of",
    "shelf_section",
    "shift_of",
    "sizes_section",
    "summary",
    "swot",
    "swot_section",
    "track_record",
    "trend_section",
    "try_it",
    "what_if",
    "what_if_section",
]
