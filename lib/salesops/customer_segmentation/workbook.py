"""What the notebook uses, in the order it uses it: the topic's face for analysts."""

from salesops.customer_segmentation.assumptions import ASSUMPTIONS
from salesops.customer_segmentation.bands import bands
from salesops.customer_segmentation.cautions import cautions
from salesops.customer_segmentation.churn_record import churn_record
from salesops.customer_segmentation.cohorts import cohorts
from salesops.customer_segmentation.contact_plan import contact_hours
from salesops.customer_segmentation.customer_table import customer_table
from salesops.customer_segmentation.customers import buyers, customer_orders, customers
from salesops.customer_segmentation.features import features_over_time
from salesops.customer_segmentation.learned_orders import learn_orders
from salesops.customer_segmentation.lifecycle import lifecycle_stages
from salesops.customer_segmentation.migration import migration
from salesops.customer_segmentation.order_contest import order_contest
from salesops.customer_segmentation.order_outlook import order_outlook
from salesops.customer_segmentation.order_tracking import order_tracking
from salesops.customer_segmentation.outlook_inputs import days_of_orders, margins, outlook_settings
from salesops.customer_segmentation.overdue import overdue
from salesops.customer_segmentation.parameters import Parameters
from salesops.customer_segmentation.parts import (
    decider_level,
    features_now,
    offer_of,
    outlook_of,
    published_segments,
    segment_of,
)
from salesops.customer_segmentation.relationship_wall import money_at_stake, relationship_wall
from salesops.customer_segmentation.save_offers import save_offers
from salesops.customer_segmentation.sections_outlook import contest_section, overdue_section, value_section
from salesops.customer_segmentation.sections_relations import cohorts_section, wall_section
from salesops.customer_segmentation.sections_segments import (
    lifecycle_section,
    migration_section,
    proof_section,
    segments_section,
)
from salesops.customer_segmentation.sections_value import bands_section, tiers_section, wallet_section
from salesops.customer_segmentation.segmentation import find_segments
from salesops.customer_segmentation.summary import kpis, summary
from salesops.customer_segmentation.try_it import Workbench, try_it
from salesops.customer_segmentation.value_tiers import dimensions, value_tiers
from salesops.customer_segmentation.wallet import wallet_share

__all__ = [
    "ASSUMPTIONS",
    "Parameters",
    "Workbench",
    "bands",
    "bands_section",
    "buyers",
    "cautions",
    "churn_record",
    "cohorts",
    "cohorts_section",
    "contact_hours",
    "contest_section",
    "customer_orders",
    "customer_table",
    "customers",
    "days_of_orders",
    "decider_level",
    "dimensions",
    "features_now",
    "features_over_time",
    "find_segments",
    "kpis",
    "learn_orders",
    "lifecycle_section",
    "lifecycle_stages",
    "margins",
    "migration",
    "migration_section",
    "money_at_stake",
    "offer_of",
    "order_contest",
    "order_outlook",
    "order_tracking",
    "outlook_of",
    "outlook_settings",
    "overdue",
    "overdue_section",
    "proof_section",
    "published_segments",
    "relationship_wall",
    "save_offers",
    "segment_of",
    "segments_section",
    "summary",
    "tiers_section",
    "try_it",
    "value_section",
    "value_tiers",
    "wall_section",
    "wallet_section",
    "wallet_share",
]
