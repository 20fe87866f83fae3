"""Products and promotions as tables."""

from __future__ import annotations

import pandas as pd

from salesops.tables.sample.catalogue import LINES, PRODUCTS, PROMOTIONS


def products_table() -> pd.DataFrame:
    """Return the `products` table."""
    return pd.DataFrame(
        {
            "product_id": [product.product_id for product in PRODUCTS],
            "name": [product.name for product in PRODUCTS],
            "product_line": [LINES[product.line] for product in PRODUCTS],
            "list_price": [float(product.list_price) for product in PRODUCTS],
            "unit_cost": [float(product.unit_cost) for product in PRODUCTS],
            "launched_at": pd.to_datetime([product.launched for product in PRODUCTS]),
        }
    )


def promotions_table() -> pd.DataFrame:
    """Return the `promotions` table, the planned one included."""
    return pd.DataFrame(
        {
            "promotion_id": [promotion.promotion_id for promotion in PROMOTIONS],
            "kind": [promotion.kind for promotion in PROMOTIONS],
            "starts_at": pd.to_datetime([promotion.starts for promotion in PROMOTIONS]),
            "ends_at": pd.to_datetime([promotion.ends for promotion in PROMOTIONS]),
            "cost": [float(promotion.cost) for promotion in PROMOTIONS],
            "discount": [promotion.discount for promotion in PROMOTIONS],
        }
    )
