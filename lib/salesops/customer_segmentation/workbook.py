"""What the notebook uses, in the order it uses it: the topic's face for analysts."""

from salesops.customer_segmentation.assumptions import ASSUMPTIONS
from salesops.customer_segmentation.bands import bands
from salesops.customer_segmentation.cautions import cautions
from salesops.customer_segmentation.cohorts import cohorts
from salesops.customer_segmentation.contact_plan import contact_hours_spent, contact_plan, contact_reps, hours_by_band
from salesops.customer_segmentation.customer_table import customer_table
from salesops.customer_segmentation.customers import buyers, customer_orders, customers
from salesops.customer_segmentation.features import features_over_time
from salesops.customer_segmentation.lifecycle import lifecycle_stages
from salesops.customer_segmentation.migration import migration
from salesops.customer_segmentation.parameters import Parameters
from salesops.customer_segmentation.parts import decider_level, features_now, published_segments, segment_of
from salesops.customer_segmentation.relationship_wall import money_at_stake, relationship_wall
from salesops.customer_segmentation.sections_relations import cohorts_section, wall_section
from salesops.customer_segmentation.sections_segments import lifecycle_section, migration_section, segments_section
from salesops.customer_segmentation.sections_value import bands_section, tiers_section, wallet_section
from salesops.customer_segmentation.segmentation import find_segments
from salesops.customer_segmentation.summary import kpis, summary
from salesops.customer_segmentation.try_it import try_it
from salesops.customer_segmentation.value_tiers import dimensions, value_tiers
from salesops.customer_segmentation.wallet import wallet_share

__all__ = [
    "ASSUMPTIONS",
    "Parameters",
    "bands",
    "bands_section",
    "buyers",
    "cautions",
    "cohorts",
    "cohorts_section",
    "contact_hours_spent",
    "contact_plan",
    "contact_reps",
    "customer_orders",
    "customer_table",
    "customers",
    "decider_level",
    "dimensions",
    "features_now",
    "features_over_time",
    "find_segments",
    "hours_by_band",
    "kpis",
    "lifecycle_section",
    "lifecycle_stages",
    "migration",
    "migration_section",
    "money_at_stake",
    "published_segments",
    "relationship_wall",
    "segment_of",
    "segments_section",
    "summary",
    "tiers_section",
    "try_it",
    "value_tiers",
    "wall_section",
    "wallet_section",
    "wallet_share",
]
