"""Over many sample companies, intervals hold the truth as often as they say."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest

from salesops.market_sizing.diffusion import adoption_forecast
from salesops.market_sizing.elasticity import elasticities
from salesops.tables.queries import collect, price_panel
from salesops.tables.sample import Sample, generate

pytestmark = pytest.mark.slow
COMPANIES = range(100, 120)


@pytest.fixture(scope="module")
def companies() -> list[Sample]:
    return [generate(accounts=700, seed=seed) for seed in COMPANIES]


def response(company: Sample) -> pd.DataFrame:
    orders, products = (company.tables[name] for name in ("orders", "products"))
    panel = collect(price_panel(ibis.memtable(orders), ibis.memtable(products), by="product_id"))
    lines = products.set_index("product_id")["product_line"]
    return elasticities(panel.assign(product_line=panel["product_id"].map(lines))).set_index("product_line")


def test_true_elasticities_are_inside_95_percent_intervals_at_least_nine_times_in_ten(companies: list[Sample]) -> None:
    held = []
    for company in companies:
        truth = company.truth["prices"].set_index("product_line")["elasticity"]
        found = response(company).loc[truth.index]
        held += ((found["low"] < truth) & (truth < found["high"])).tolist()
    assert len(held) == 3 * len(COMPANIES)
    assert np.mean(held) >= 0.9


def by_segment(company: Sample) -> pd.DataFrame:
    market = company.tables["market"].sort_values("year")
    segment = market["industry"] + ", " + market["region"]
    adopters = market["adopters"].groupby(segment)
    new = adopters.diff().fillna(market["adopters"]).clip(lower=0)
    return pd.DataFrame({"segment": segment, "year": market["year"], "adoptions": new})


def test_true_ceilings_are_inside_80_percent_intervals_and_told_ones_close(companies: list[Sample]) -> None:
    held, told = [], []
    for company in companies:
        truth = company.truth["diffusion"]
        ceiling = truth.set_index(truth["segment"] + ", " + truth["region"])["m"]
        new = by_segment(company)
        for last in (2019, 2021, 2023):
            found = adoption_forecast(new[new["year"] <= last]).verdict.set_index("segment").dropna(subset=["m_p50"])
            true = ceiling.reindex(found.index)
            held += ((found["m_p10"] <= true) & (true <= found["m_p90"])).tolist()
            told += (found["m_p50"] / true)[~found["too_early"].astype(bool)].tolist()
    assert np.mean(held) >= 0.78
    assert np.mean(np.abs(np.log(told)) < np.log(1.5)) >= 0.95
