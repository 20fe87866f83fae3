"""Real companies without any table on their market: a clear page, and nothing invented."""

import html
import re
from pathlib import Path

import pytest
from notebook_cells import run_cells

from salesops.not_enough_data import NotEnoughData
from salesops.tables import load, published
from salesops.tables.imports import import_tables

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real"
SETS = {"adventureworks": "adventureworks_reseller", "maven_crm": "maven_crm"}
SAYS = {
    # 701 resellers, of whom 79% bought in the last year; their own prices and quantities tell elasticities.
    "adventureworks": "79% of known accounts bought in the last year",
    # 85 companies and the one that stands for none: sales are won opportunities.
    "maven_crm": "99% of known accounts bought in the last year",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_a_company_without_tables_of_its_market_gets_a_page_that_says_so(name, tmp_path):
    if not (REAL / SETS[name]).is_dir():
        pytest.skip(f"{SETS[name]} is not beside the project")
    import_tables(ROOT / "params" / "imports" / f"{name}.yml", REAL / SETS[name], tmp_path / "data")
    shown, _ = run_cells(
        "market_sizing",
        {"data": str(tmp_path / "data"), "run_dir": str(tmp_path / "run"), "ledger": str(tmp_path / "ledger")},
    )
    page = " ".join(html.unescape(re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", shown, flags=re.DOTALL)).split())
    assert "The market cannot be sized yet: that takes market, accounts.potential_spend or competition." in page
    assert SAYS[name] in page
    assert not re.search(r"\b(nan|NaN|NaT|None|inf)\b", page.split("About these numbers")[0])
    assert isinstance(published(tmp_path / "run", "market_sizing", "market_sizes"), NotEnoughData)


@pytest.mark.slow
def test_an_assumed_share_sizes_a_real_sellers_market(tmp_path):
    if not (REAL / SETS["adventureworks"]).is_dir():
        pytest.skip("the set is not beside the project")
    import_tables(ROOT / "params" / "imports" / "adventureworks.yml", REAL / SETS["adventureworks"], tmp_path / "data")
    run_cells("market_sizing", {"data": str(tmp_path / "data"), "run_dir": str(tmp_path / "run"), "assumed_share": 0.1,
                  "ledger": str(tmp_path / "ledger"), "draws": 500, "currency": "USD"})  # fmt: skip
    sizes = published(tmp_path / "run", "market_sizing", "market_sizes")
    tam = sizes[(sizes["measure"] == "TAM") & (sizes["method"] == "own_history")]["p50"].sum()
    orders = load(str(tmp_path / "data")).frame("orders")
    sold = orders.loc[orders["ordered_at"].dt.year == 2019, "amount"].sum()
    assert sold > 1e7
    assert tam == pytest.approx(sold / 0.1, rel=1e-6)
