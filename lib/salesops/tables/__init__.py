"""Tables in and out: the input contract, sources, as-of cuts, and what notebooks publish."""

from salesops.tables.load import Tables, load
from salesops.tables.published import publish, publish_kpis, published

__all__ = ["Tables", "load", "publish", "publish_kpis", "published"]
