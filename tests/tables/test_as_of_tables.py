"""As of a day, each of the 19 tables holds what was known of it, and a cut company still keeps the contract."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from salesops.tables import load
from salesops.tables.check import check
from salesops.tables.sample import write_sample
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from pathlib import Path

    from salesops.tables.load import Tables

DAY, LAST_DAY = "2026-06-30", "2026-09-30"

COMPANY = {
    "accounts": """account_id,name,created_at,potential_spend,technology_fit,stability
H1,First,2020-01-01,900,4,3
H2,Later,2026-08-01,500,2,2
H3,Of old,,100,1,1
H4,Bought before its day,2026-09-01,200,3,3
""",
    "contacts": """contact_id,account_id,decision_role,attitude,relationship_level
P1,H1,decider,2,5
P2,H2,user,-1,2
P3,H4,user,1,3
""",
    "products": """product_id,name,list_price,launched_at
X1,Old,10,2020-01-01
X2,New,20,2026-07-15
""",
    "reps": """rep_id,name,manager_id,hired_at,left_at
R1,Li,,2020-01-01,2026-05-31
R2,Wu,R3,2021-01-01,2026-08-31
R3,Sun,,2026-07-01,
""",
    "partners": """partner_id,name,started_at,marketing_score
T1,Old,2020-01-01,4
T2,New,2026-07-01,3
""",
    "leads": """lead_id,created_at,account_id,rep_id,opportunity_id
L1,2026-01-05,H1,R1,A
L2,2026-06-20,H2,R3,D
L3,2026-07-01,H1,R2,
""",
    "opportunities": """opportunity_id,account_id,amount,created_at,stage,status,closed_at,expected_close,rep_id,"""
    """solution_rep_id,partner_id,competitor,our_price,competitor_price,delivery_at,loss_reason
A,H1,900,2026-01-10,decision,won,2026-08-20,2026-08-31,R2,R2,T1,Rival,900,950,2026-10-15,
B,H1,500,2026-02-01,comparison,open,,2026-12-31,R3,R2,T2,Rival,500,450,2026-11-30,
C,H3,300,2026-01-05,decision,lost,2026-03-01,2026-02-28,R1,R2,T1,Rival,300,250,2026-09-15,price
D,H2,100,2026-08-05,need raised,open,,2026-12-01,R3,,,,,,,
""",
    "stage_history": """opportunity_id,stage,entered_at,amount,expected_close
A,need raised,2026-01-10,1000,2026-05-31
A,comparison,2026-03-05,950,2026-06-30
A,decision,2026-07-15,900,2026-08-31
B,need raised,2026-02-01,400,2026-06-30
D,need raised,2026-06-01,100,2026-12-01
""",
    "scorecards": """opportunity_id,scored_at,c1
A,2026-06-30,0
A,2026-07-01,1
D,2026-06-15,1
""",
    "activities": """activity_id,occurred_at,kind,opportunity_id,account_id,rep_id
V1,2026-06-30,visit,A,H1,R1
V2,2026-06-30,visit,D,H2,R3
V3,2026-07-01,visit,A,H1,R2
""",
    "orders": """order_id,account_id,ordered_at,amount,product_id,rep_id,partner_id,paid_at,promotion_id
O1,H1,2026-01-02,10,X1,R1,T1,2026-02-01,M1
O2,H4,2026-06-30,20,X2,R3,T2,2026-07-30,M2
O3,H2,2026-09-30,30,X2,R3,T2,,M3
""",
    "promotions": """promotion_id,kind,starts_at,ends_at,cost,discount
M1,bundle,2025-12-01,2026-01-31,100,0.1
M2,bundle,2026-06-01,2026-07-15,200,0.1
M3,fair,2026-09-01,2026-10-31,300,0.2
""",
    "market": """year,industry,region,spend,adopters
2024,hospital,North,1,1
2025,hospital,North,2,2
2026,hospital,North,3,3
""",
    "competition": """year,competitor,revenue
2025,Rival,1
2026,Rival,2
""",
    "price_survey": """respondent_id,product_line,too_cheap,cheap,expensive,too_expensive
Q1,line,1,2,3,4
""",
    "targets": """period,level,key,measure,target
2026Q2,company,all,sales,10
2026Q4,company,all,sales,20
""",
    "expenses": """month,category,amount,rep_id
2026-05,travel,1,R1
2026-06,travel,2,R3
2026-07,travel,3,R2
""",
    "feedback": """account_id,given_at,score
H1,2026-06-30,9
H1,2026-07-01,3
""",
    "staff_survey": """surveyed_at,score,rep_id
2026-06-30,8,R1
2026-07-01,2,R1
""",
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    for name, rows in COMPANY.items():
        (folder / f"{name}.csv").write_text(rows, encoding="utf-8")
    return folder


@functools.cache
def loaded(company: Path, day: str) -> Tables:
    return load(company, day)


def known(company: Path, table: str, day: str = DAY) -> pd.DataFrame:
    frame = loaded(company, day).frame(table)
    assert isinstance(frame, pd.DataFrame)
    return frame.set_index(CONTRACT[table].key[0]) if CONTRACT[table].key else frame


def test_all_tables_of_the_contract_are_tested_here() -> None:
    assert set(COMPANY) == set(CONTRACT)


def test_accounts_known_later_are_left_out_unless_they_had_bought_before(company: Path) -> None:
    accounts = known(company, "accounts")
    assert accounts.index.tolist() == ["H1", "H3", "H4"]
    assert pd.isna(accounts.loc["H4", "created_at"])
    assert accounts.loc["H1", ["potential_spend", "technology_fit", "stability"]].tolist() == [900, 4, 3]


def test_contacts_stay_with_their_account_but_their_levels_then_are_unknown(company: Path) -> None:
    contacts = known(company, "contacts")
    assert contacts.index.tolist() == ["P1", "P3"]
    assert contacts["decision_role"].tolist() == ["decider", "user"]
    levels = contacts[["attitude", "relationship_level"]]
    assert levels.isna().all(axis=None)
    assert (levels.dtypes == "float64").all()


def test_on_the_last_day_contacts_have_the_levels_of_today(company: Path) -> None:
    contacts = known(company, "contacts", LAST_DAY)
    assert contacts["attitude"].tolist() == [2, -1, 1]
    assert contacts["relationship_level"].tolist() == [5, 2, 3]


def test_products_launched_later_are_left_out(company: Path) -> None:
    assert known(company, "products").index.tolist() == ["X1"]


def test_reps_hired_later_are_left_out_and_those_who_left_later_are_still_there(company: Path) -> None:
    reps = known(company, "reps")
    assert reps.index.tolist() == ["R1", "R2"]
    assert reps["left_at"].notna().tolist() == [True, False]
    assert pd.isna(reps.loc["R2", "manager_id"])


def test_partners_of_later_are_left_out(company: Path) -> None:
    assert known(company, "partners").index.tolist() == ["T1"]


def test_a_lead_does_not_show_the_deal_that_it_became_later(company: Path) -> None:
    leads = known(company, "leads")
    assert leads.index.tolist() == ["L1", "L2"]
    assert leads.loc["L1", ["account_id", "rep_id", "opportunity_id"]].tolist() == ["H1", "R1", "A"]
    assert leads.loc["L2", ["account_id", "rep_id", "opportunity_id"]].isna().all()


def test_an_open_deal_shows_the_stage_amount_and_closing_it_had_then(company: Path) -> None:
    deals = known(company, "opportunities")
    assert deals.index.tolist() == ["A", "B", "C"]
    assert deals["status"].tolist() == ["open", "open", "lost"]
    assert deals["stage"].tolist() == ["comparison", "need raised", "decision"]
    assert deals["amount"].tolist() == [950, 400, 300]
    assert deals["expected_close"].dt.strftime("%m-%d").tolist() == ["06-30", "06-30", "02-28"]


@pytest.mark.parametrize("column", ["competitor", "our_price", "competitor_price", "delivery_at", "solution_rep_id"])
def test_what_is_filled_in_as_a_deal_goes_on_is_unknown_of_deals_open_then(company: Path, column: str) -> None:
    # Whether they have closed since (A) or not (B): a gap in the one alone would tell which.
    assert known(company, "opportunities")[column].isna().tolist() == [True, True, False]
    assert known(company, "opportunities", LAST_DAY)[column].notna().tolist() == [True, True, True, False]


def test_a_deal_keeps_its_owner_and_partner_unless_they_came_later(company: Path) -> None:
    deals = known(company, "opportunities")
    assert deals["rep_id"].isna().tolist() == [False, True, False]
    assert deals["partner_id"].isna().tolist() == [False, True, False]


def test_a_closed_deal_without_a_closing_day_is_left_out_where_it_may_have_been_open(tmp_path: Path) -> None:
    (tmp_path / "opportunities.csv").write_text(
        "opportunity_id,account_id,amount,created_at,stage,status\nA,H1,1,2026-01-10,decision,won\n"
        "B,H1,1,2026-01-10,decision,open\nC,H1,1,2026-08-10,decision,lost\n",
        encoding="utf-8",
    )
    assert known(tmp_path, "opportunities").index.tolist() == ["B"]
    assert known(tmp_path, "opportunities", "2026-08-10").index.tolist() == ["A", "B", "C"]


def test_stage_history_ends_on_the_day_and_belongs_to_known_deals(company: Path) -> None:
    history = known(company, "stage_history")
    assert history["opportunity_id"].tolist() == ["A", "A", "B"]
    assert history["entered_at"].max() == pd.Timestamp("2026-03-05")


def test_scorecards_end_on_the_day_and_belong_to_known_deals(company: Path) -> None:
    assert known(company, "scorecards")["scored_at"].tolist() == [pd.Timestamp(DAY)]


def test_activities_end_on_the_day_and_name_only_what_was_known(company: Path) -> None:
    activities = known(company, "activities")
    assert activities.index.tolist() == ["V1", "V2"]
    assert activities.loc["V1", ["opportunity_id", "account_id", "rep_id"]].tolist() == ["A", "H1", "R1"]
    assert activities.loc["V2", ["opportunity_id", "account_id", "rep_id"]].isna().all()


def test_orders_paid_later_are_unpaid_and_keep_their_promotion(company: Path) -> None:
    orders = known(company, "orders")
    assert orders["paid_at"].isna().tolist() == [False, True]
    assert orders["promotion_id"].tolist() == ["M1", "M2"]
    assert orders.loc["O2", "account_id"] == "H4"
    assert orders.loc["O2", ["product_id", "rep_id", "partner_id"]].isna().all()


def test_promotions_to_come_are_plans_and_what_they_cost_in_the_end_is_unknown(company: Path) -> None:
    promotions = known(company, "promotions")
    assert promotions.index.tolist() == ["M1", "M2", "M3"]
    assert promotions["cost"].isna().tolist() == [False, True, True]
    assert promotions["discount"].tolist() == [0.1, 0.1, 0.2]
    assert known(company, "promotions", LAST_DAY)["cost"].tolist() == [100, 200, 300]


@pytest.mark.parametrize(("day", "last"), [(DAY, 2025), ("2026-12-30", 2025), ("2026-12-31", 2026)])
@pytest.mark.parametrize("table", ["market", "competition"])
def test_figures_of_a_year_are_known_when_it_is_over(company: Path, table: str, day: str, last: int) -> None:
    assert known(company, table, day).reset_index()["year"].max() == last


@pytest.mark.parametrize(("day", "last"), [("2026-06-29", "2026-05"), (DAY, "2026-06"), ("2026-07-30", "2026-06")])
def test_expenses_of_a_month_are_known_when_it_is_over(company: Path, day: str, last: str) -> None:
    assert known(company, "expenses", day)["month"].max() == last


def test_an_expense_does_not_name_a_person_hired_later(company: Path) -> None:
    assert known(company, "expenses")["rep_id"].isna().tolist() == [False, True]


@pytest.mark.parametrize("table", ["price_survey", "targets"])
def test_plans_and_answers_without_a_day_stay(company: Path, table: str) -> None:
    pd.testing.assert_frame_equal(known(company, table), known(company, table, LAST_DAY))


@pytest.mark.parametrize("table", ["feedback", "staff_survey"])
def test_answers_end_on_the_day(company: Path, table: str) -> None:
    assert len(known(company, table)) == 1
    assert len(known(company, table, "2026-07-01")) == 2


def test_a_reference_to_what_is_in_no_table_is_left_for_the_check(tmp_path: Path) -> None:
    for name, rows in COMPANY.items():
        (tmp_path / f"{name}.csv").write_text(rows.replace("10,X1,R1", "10,X1,R9"), encoding="utf-8")
    assert known(tmp_path, "orders").loc["O1", "rep_id"] == "R9"


@pytest.mark.parametrize("day", ["2022-02-17", "2026-03-31"])
def test_a_cut_company_written_out_keeps_the_contract(tmp_path: Path, day: str) -> None:
    write_sample(tmp_path / "sample", accounts=60, seed=5)
    tables = load(tmp_path / "sample", day)
    (tmp_path / "cut").mkdir()
    for name in tables.expressions:
        frame = tables.frame(name)
        assert isinstance(frame, pd.DataFrame)
        frame.to_csv(tmp_path / "cut" / f"{name}.csv", index=False)
    report = check(tmp_path / "cut")
    assert report.faults == ()
    assert {summary.table for summary in report.summaries} == set(CONTRACT)
