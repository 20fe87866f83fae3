"""Measure the statistics of markets: a million purchases, a thousand launches, a hundred thousand draws.

    OMP_NUM_THREADS=1 python benchmarks/market_sizing.py

Processor seconds of this process; each is run once before, so that imports do not count.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing import reconcile, reconcile_together
from salesops.market_sizing.adoption_curves import BASS
from salesops.market_sizing.diffusion import adoption_forecast
from salesops.market_sizing.elasticity import elasticities
from salesops.market_sizing.fixed_effects import absorbed_fit
from salesops.market_sizing.price_survey import price_meter

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS, PRODUCTS, MONTHS, LIFE = 1_000_000, 20_000, 156, 9


def timed(name: str, bar: float | None, run: Callable[[], object]) -> None:
    """Print processor seconds of the second run, beside what is asked for."""
    run()
    begun = time.process_time()
    run()
    asked = "" if bar is None else f"  (at most {bar:.0f})"
    print(f"{name:60} {time.process_time() - begun:6.2f} s{asked}")


def short_lived(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return log quantity, regressors, product and month of products that are sold for nine months each."""
    product = rng.integers(0, PRODUCTS, ROWS)
    month = rng.integers(0, MONTHS - LIFE + 1, PRODUCTS)[product] + rng.integers(0, LIFE, ROWS)
    price = rng.normal(size=PRODUCTS)[product] + 0.15 * rng.normal(size=ROWS)
    promoted = (rng.random(ROWS) < 0.1).astype(float)
    return -2 * price + 0.3 * promoted + 0.4 * rng.normal(size=ROWS), np.column_stack([price, promoted]), product, month


def purchases(rng: np.random.Generator) -> pd.DataFrame:
    """Return six product lines of forty products, twenty thousand customers, 72 months."""
    product, account, month = (rng.integers(0, many, ROWS) for many in (240, 20_000, 72))
    price = np.exp(0.1 * rng.normal(size=ROWS))
    return pd.DataFrame(
        {
            "product_line": np.char.mod("line %d", product // 40),
            "product_id": np.char.mod("P%03d", product),
            "account_id": np.char.mod("A%05d", (product * 83 + account % 400) % 20_000),
            "month": pd.Timestamp("2020-01-01") + pd.to_timedelta(31 * month, unit="D"),
            "quantity": price**-1.5 * np.exp(rng.normal(size=ROWS)),
            "unit_price": price,
            "promotion_share": (rng.random(ROWS) < 0.1).astype(float),
        }
    )


def launches(rng: np.random.Generator) -> pd.DataFrame:
    """Return a thousand segments of fourteen years."""
    shapes = np.array([[0.03, 0.4], [0.008, 0.42], [0.006, 0.35], [0.004, 0.3]])[np.arange(1000) % 4]
    new = 1000 * BASS.new(14, shapes[:, 0], shapes[:, 1]) * np.exp(0.1 * rng.normal(size=(1000, 14)))
    index = pd.MultiIndex.from_product([range(1000), range(2012, 2026)], names=["segment", "year"])
    return pd.Series(new.ravel(), index, name="adoptions").reset_index()


def survey(rng: np.random.Generator, respondents: int) -> pd.DataFrame:
    """Return answers of one product line."""
    fair = 100 * np.exp(0.2 * rng.normal(size=respondents))
    answers = {"too_cheap": 0.6 * fair, "cheap": 0.85 * fair, "expensive": 1.1 * fair, "too_expensive": 1.4 * fair}
    return pd.DataFrame(answers | {"product_line": "gloves", "buy_at_cheap": 0.7, "buy_at_expensive": 0.3})


def main() -> None:
    """Measure all of it."""
    rng = np.random.default_rng(0)
    y, X, product, month = short_lived(rng)
    timed(
        "effects absorbed, 1,000,000 rows, short-lived products", 1, lambda: absorbed_fit(y, X, product, month, product)
    )
    bought = purchases(rng)
    timed("elasticities of six lines, 1,000,000 rows of text keys", 1, lambda: elasticities(bought))
    new = launches(rng)
    timed("adoption of 1,000 segments", 2, lambda: adoption_forecast(new))
    middle = np.exp(0.3 * rng.normal(size=(50, 3)))
    estimates = (0.7 * middle, middle, 1.4 * middle)
    timed("100,000 draws of 50 segments", 2, lambda: reconcile(*estimates).draws(100_000, rng))
    timed("50 segments, errors learned together", None, lambda: reconcile_together(*estimates))
    answers = survey(rng, 1000)
    timed("price survey of 1,000 respondents", None, lambda: price_meter(answers))


if __name__ == "__main__":
    main()
