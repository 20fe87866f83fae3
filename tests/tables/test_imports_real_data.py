"""The public data sets that mappings are shipped for arrive whole, with the figures known of them."""

from pathlib import Path

import pandas as pd
import pytest

from salesops.tables.check import check
from salesops.tables.imports import ImportReport, draft_mapping, import_tables, load_mapping

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real"
Imported = tuple[ImportReport, dict[str, pd.DataFrame], Path]

pytestmark = pytest.mark.real_data


def imported(mapping: str, folder: str, out: Path, *date_formats: str) -> Imported:
    if not (REAL / folder).is_dir():
        pytest.skip(f"real data set {folder} is not here")
    report = import_tables(ROOT / "params" / "imports" / mapping, REAL / folder, out, date_formats)
    return report, {path.stem: pd.read_parquet(path) for path in out.iterdir()}, out


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return imported("maven_crm.yml", "maven_crm", tmp_path_factory.mktemp("maven") / "out")


@pytest.fixture(scope="module")
def bicycles(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return imported("adventureworks.yml", "adventureworks_reseller", tmp_path_factory.mktemp("bicycles") / "out")


def test_both_keep_the_contract(maven: Imported, bicycles: Imported) -> None:
    assert check(maven[2]).faults == ()
    assert check(bicycles[2]).faults == ()


def test_maven_keeps_every_deal_with_its_outcome(maven: Imported) -> None:
    report, tables, _ = maven
    deals = tables["opportunities"]
    assert deals["status"].value_counts().to_dict() == {"won": 4238, "lost": 2473, "open": 2089}
    assert (deals["account_id"] == "unknown").sum() == 1425
    assert report.tables["opportunities"].rows("default", "account_id") == 1425
    assert (deals["created_at"].astype(str) == "2017-12-31").sum() >= 500
    assert report.tables["opportunities"].rows("default", "created_at") == 500


def test_maven_values_won_deals_as_closed_and_others_at_list_price(maven: Imported) -> None:
    _, tables, _ = maven
    source = pd.read_csv(REAL / "maven_crm" / "sales_pipeline.csv").set_index("opportunity_id")
    deals = tables["opportunities"].set_index("opportunity_id")
    won = deals["status"] == "won"
    assert deals.loc[won, "amount"].sum() == source["close_value"].sum()
    assert set(deals.loc[~won, "amount"]) == set(tables["products"]["list_price"])
    assert deals["product_line"].notna().all(), "GTXPro and GTX Pro are one product"


def test_the_amount_of_a_maven_deal_does_not_tell_its_outcome_before_it_has_one(maven: Imported) -> None:
    history = maven[1]["stage_history"]
    assert len(history) == 8300
    assert set(history["amount"]) == set(maven[1]["products"]["list_price"])


def test_maven_people_and_accounts_are_complete(maven: Imported) -> None:
    _, tables, _ = maven
    accounts = tables["accounts"].set_index("account_id")
    assert len(accounts) == 86
    assert "technolgy" not in set(accounts["industry"])
    assert accounts.loc["Acme Corporation", "annual_revenue"] == 1_100_040_000
    assert tables["reps"]["role"].value_counts().to_dict() == {"AR": 35, "manager": 6}
    assert maven[0].unused_files == ("data_dictionary.csv",)


def test_adventureworks_keeps_every_line_and_its_sales(bicycles: Imported) -> None:
    _, tables, _ = bicycles
    orders = tables["orders"]
    assert len(orders) == 57_851
    assert orders["amount"].sum() == pytest.approx(77_548_570.20, abs=0.005)
    assert orders["order_id"].is_unique
    assert orders["ordered_at"].astype(str).agg(["min", "max"]).tolist() == ["2017-07-01", "2020-05-31"]
    assert orders["region"].nunique() == 10
    assert orders["cost"].notna().all()


def test_adventureworks_quotas_fall_into_the_quarter_of_the_sales_they_are_for(bicycles: Imported) -> None:
    targets = bicycles[1]["targets"]
    known = pd.read_csv(REAL / "adventureworks_reseller" / "rep_quarter_quota_vs_sales_DERIVED.csv")
    expected = known.assign(key=known["EmployeeKey"].astype(str)).set_index(["sales_quarter", "key"])[
        "SalesAmountQuota"
    ]
    found = targets.set_index(["period", "key"])["target"]
    assert len(found) == 163
    assert found.sort_index().to_dict() == expected.sort_index().to_dict()


def test_adventureworks_people_are_matched_to_their_names_by_their_quotas(bicycles: Imported) -> None:
    reps = bicycles[1]["reps"].set_index("rep_id")
    assert len(reps) == 17
    folder = REAL / "adventureworks_reseller"
    history = pd.read_csv(folder / "Sales SalesPersonQuotaHistory.csv").sort_values("QuotaDate")
    staff = pd.read_csv(folder / "Sales vSalesPerson.csv").set_index("BusinessEntityID")
    names = staff["FirstName"] + " " + staff["LastName"]
    quotas = {tuple(group): names[person] for person, group in history.groupby("BusinessEntityID")["SalesQuota"]}
    targets = bicycles[1]["targets"].sort_values("period")
    assert len(quotas) == 17, "no two people have the same quotas"
    assert {key: quotas[tuple(group)] for key, group in targets.groupby("key")["target"]} == reps["name"].to_dict()


def test_every_line_of_online_retail_is_an_order_with_its_customer_or_under_unknown(tmp_path: Path) -> None:
    report, tables, out = imported("online_retail.yml", "online_retail", tmp_path / "out")
    orders = tables["orders"]
    assert len(orders) == 541_909
    assert orders["order_id"].is_unique
    assert (orders["account_id"] == "unknown").sum() == 135_080 == report.tables["orders"].rows("default", "account_id")
    assert orders.loc[orders["account_id"] != "unknown", "account_id"].nunique() == 4_372
    assert len(tables["accounts"]) == 4_372 + 1
    assert orders["amount"].sum() == pytest.approx(9_747_747.934, abs=0.001)
    assert (orders["quantity"] < 0).any(), "returns are kept"
    assert check(out).faults == ()


def test_every_purchase_of_cdnow_is_an_order(tmp_path: Path) -> None:
    _, tables, out = imported("cdnow.yml", "cdnow", tmp_path / "out")
    orders = tables["orders"]
    assert len(orders) == 69_659
    assert orders["account_id"].nunique() == 23_570 == len(tables["accounts"])
    first = pd.to_datetime(orders.groupby("account_id")["ordered_at"].min())
    assert first.max() < pd.Timestamp("1997-04-01"), "all first bought in the first quarter of 1997"
    assert str(orders["ordered_at"].max())[:10] == "1998-06-30"
    assert check(out).faults == ()


@pytest.mark.parametrize(
    ("mapping", "folder", "date_formats", "deals", "won"),
    [
        ("salesforce.yml", "salesforce_headers_powerbi", ["%m/%d/%y"], 36, None),
        ("salesforce.yml", "salesforce_datacloud_workshop", [], 50, 12),
        ("hubspot.yml", "hubspot_fivetran_seeds", [], 0, 0),
    ],
    ids=["salesforce with history", "salesforce", "hubspot without stages"],
)
def test_real_headers_of_crm_exports_are_known(
    tmp_path: Path, mapping: str, folder: str, date_formats: list[str], deals: int, won: int | None
) -> None:
    _, tables, out = imported(mapping, folder, tmp_path / "out", *date_formats)
    found = tables["opportunities"]
    assert len(found) == deals
    if won is None:
        source = pd.read_csv(REAL / folder / "Opportunity.csv")
        won = int(source["IsWon"].sum())
    assert (found["status"] == "won").sum() == won
    assert check(out).faults == ()


@pytest.mark.parametrize(("folder", "deals"), [("maven_crm", "opportunities"), ("online_retail", "orders")])
def test_a_draft_finds_the_deals_or_orders_of_a_real_export(tmp_path: Path, folder: str, deals: str) -> None:
    if not (REAL / folder).is_dir():
        pytest.skip(f"real data set {folder} is not here")
    (tmp_path / "draft.yml").write_text(draft_mapping(REAL / folder), encoding="utf-8")
    mapping = load_mapping(tmp_path / "draft.yml")
    assert {deals, "accounts"} <= mapping.tables.keys()
    assert not [
        q for blocks in mapping.tables.values() for b in blocks for v in b.columns.values() for q in v.open_questions
    ]
