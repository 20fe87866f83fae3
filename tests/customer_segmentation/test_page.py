"""The whole page: of the sample company, and of a real seller whose figures are known."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from notebook_cells import run_cells

from salesops.customer_segmentation.next_steps import next_steps
from salesops.customer_segmentation.parameters import Parameters
from salesops.customer_segmentation.try_it import offers_in_words, segments_in_words, tiers_in_words
from salesops.tables import published
from salesops.tables.imports import import_tables, load_mapping
from salesops.tables.sample import generate

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real"
NOTEBOOK = ROOT / "notebooks" / "customer_segmentation.ipynb"
CONTRACT = [
    "account_id", "segment", "value_tier", "value_score", "band", "lifecycle_stage", "p_alive", "expected_orders",
    "expected_value", "clv", "clv_low", "clv_high", "churn_risk", "weeks_overdue", "wallet_share", "next_step",
]  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    tables = generate(accounts=300, seed=11).tables
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    html, space = run_cells(
        "customer_segmentation", {"data": str(folder), "as_of": "2026-09-30", "run_dir": str(folder / "run")}
    )
    return tables, html, space, published(folder / "run", "customer_segmentation", "customers")


def test_every_section_speaks(company):
    _, html, _, _ = company
    assert html.count('<section class="so-section"') == 12
    assert "not enough data" not in html
    assert html.count("<svg") >= 24


def test_charts_have_text_for_those_who_cannot_see_them_and_a_narrow_version(company):
    _, html, _, _ = company
    assert html.count('class="so-narrow"') == html.count('class="so-wide"') >= 12
    assert html.count("<desc") == html.count("<svg")


def test_the_published_table_holds_every_account_that_ordered_once(company):
    tables, _, _, customers = company
    assert customers.columns[: len(CONTRACT)].tolist() == CONTRACT
    assert set(customers["account_id"]) == set(tables["orders"]["account_id"])
    assert customers["account_id"].is_unique
    assert (customers["next_step"].str.len() > 0).all()
    known = customers.dropna(subset=["clv"])
    assert (known["clv_low"] <= known["clv_high"]).all()
    assert known[["p_alive", "churn_risk"]].stack().between(0, 1).all()
    assert customers["wallet_share"].dropna().between(0, 1).all()


def test_bands_and_sales_are_those_of_the_orders(company):
    tables, _, _, customers = company
    orders = tables["orders"]
    recent = orders[orders["ordered_at"] > "2025-09-30"].groupby("account_id")["amount"].sum()
    found = customers.set_index("account_id")["recent_sales"]
    assert np.allclose(found, recent.reindex(found.index).fillna(0.0), atol=0.005)
    assert customers["band"].value_counts().max() - customers["band"].value_counts().min() <= 1


def test_the_segments_table_names_and_counts_the_segments_of_customers(company):
    _, _, space, customers = company
    rows = space["segment_rows"]
    counted = customers["segment"].value_counts()
    assert rows.set_index("segment")["customers"].to_dict() == counted.to_dict()


def test_levers_answer_as_the_page_does(company):
    _, _, space, _ = company
    bench, settings = space["bench"], space["settings"]
    assert tiers_in_words(bench.places, bench.buyers, settings.weights, settings).startswith("0 customers change tier")
    assert space["segmentation"].statement in segments_in_words(bench, 0, settings)
    assert segments_in_words(bench, 2, settings).startswith("2 segments, as asked for")
    free, dear = (offers_in_words(bench, cost, settings) for cost in (0.0, 1e12))
    assert "pays for 0 of" in dear
    assert "pays for 0 of" not in free


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"buys": False}, "check why there are returns"),
        ({"offer_pays": True, "lifecycle_stage": "lost", "value_tier": "A"}, "make a save offer"),
        ({"lifecycle_stage": "lost", "value_tier": "A"}, "win back"),
        ({"lifecycle_stage": "lost", "value_tier": "D"}, "one message"),
        ({"weeks_overdue": 3.0, "value_tier": "B"}, "call this week"),
        ({"value_tier": "A", "decider": 0.0}, "find the decider"),
        ({"wallet_share": 0.1, "headroom": 5000.0}, "win the CNY 5 k a year"),
        ({"value_tier": "A", "decider": 2.0}, "raise the relationship with the decider"),
        ({"wallet_share": 0.9, "headroom": 10.0}, "hold"),
        ({"value_tier": "C"}, "keep in contact as the band asks"),
    ],
)
def test_the_next_step_is_the_most_urgent_that_fits(facts, said):
    assert next_steps(pd.DataFrame([facts]), Parameters()).iloc[0].startswith(said)


@pytest.mark.slow
@pytest.mark.real_data
def test_a_real_seller_gets_a_full_page_and_its_sales_add_up(tmp_path):
    if not (REAL / "online_retail").is_dir():
        pytest.skip("real data set online_retail is not here")
    mapping = load_mapping(ROOT / "params" / "imports" / "online_retail.yml")
    assert mapping.currency == "GBP"
    import_tables(ROOT / "params" / "imports" / "online_retail.yml", REAL / "online_retail", tmp_path / "data")
    place = {"data": str(tmp_path / "data"), "run_dir": str(tmp_path / "run")}
    html, space = run_cells("customer_segmentation", place | {"currency": "GBP", "as_of": "2011-12-09"})
    customers = published(tmp_path / "run", "customer_segmentation", "customers")
    # 4,372 customers, and GBP 9,747,747.934 in the file with those whose name is missing.
    assert len(customers) == 4372
    assert "Of 4,372 customers" in html
    orders = pd.read_parquet(tmp_path / "data" / "orders.parquet")
    nobody = orders.loc[orders["account_id"] == "unknown", "amount"].sum()
    assert space["found"]["sales"].sum() + nobody == pytest.approx(9_747_747.934, abs=0.001)
    assert "135,080 order lines of GBP" in html
    # Who returned all it bought is counted, and has no tier and no band.
    alone = ~space["found"]["buys"].to_numpy()
    assert customers.loc[alone, ["value_tier", "band", "segment"]].isna().all(axis=None)
    assert customers.loc[~alone, "band"].notna().all()


@pytest.mark.slow
@pytest.mark.real_data
def test_a_web_shop_of_one_cohort_gets_its_page(tmp_path):
    if not (REAL / "cdnow").is_dir():
        pytest.skip("real data set cdnow is not here")
    import_tables(ROOT / "params" / "imports" / "cdnow.yml", REAL / "cdnow", tmp_path / "data")
    place = {"data": str(tmp_path / "data"), "run_dir": str(tmp_path / "run")}
    html, _ = run_cells("customer_segmentation", place | {"currency": "USD", "as_of": "1998-06-30"})
    assert "Of 23,570 customers" in html
    assert "80 order lines with an amount of zero" in html
