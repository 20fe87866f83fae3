"""A company with all 19 tables raises no fault; each of its broken copies raises the planted fault and no other."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from salesops.tables.check import check
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2026, 3, 31)

GOOD = {
    "accounts": """account_id,name,industry,region,employees,annual_revenue,created_at,technology_fit,payment_days
H1,湖州第一医院,hospital,East,800,1.2亿,2020-05-01,4,60
H2,Hefei Binhu Hospital,hospital,West,350,"30,000,000",2021-06-01,3.5,90
""",
    "contacts": """contact_id,account_id,decision_role,name,attitude,relationship_level
C1,H1,decider,王芳,2,4
C2,H2,user,Li Na,-1,1
""",
    "products": """product_id,name,product_line,list_price,unit_cost,launched_at
P1,Dialyser 10,dialysis,"¥1,200",700,2019-01-01
P2,Steriliser 3,sterilisation,8万,50000,2027-01-01
""",
    "reps": """rep_id,name,region,role,manager_id,hired_at,left_at,base_salary,target_incentive
R1,Zhao,East,manager,,2015-03-01,,300000,100000
R2,Wu,East,AR,R1,2019-04-01,2025-12-31,180000,90000
R3,Sun,West,SR,R1,2026-06-01,,180000,90000
""",
    "partners": """partner_id,name,channel,region,started_at,marketing_score,cooperation_score,finance_score
D1,华东医疗器械,distributor,East,2018-01-01,4,5,3
""",
    "leads": """lead_id,created_at,source,account_id,rep_id,cost,opportunity_id
L1,2025-12-01,trade fair,H1,R1,500,O1
L2,2026-03-30,web,,,20,
""",
    "opportunities": "opportunity_id,account_id,amount,created_at,stage,status,closed_at,expected_close,rep_id"
    """,partner_id,delivery_at
O1,H1,"120,000",2026-01-02,decision,won,2026-03-01,2026-02-20,R1,D1,2026-07-01
O2,H2,35000.50,2026-02-02,comparison,open,,2026-09-30,R2,,2027-01-01
O3,H2,80000,2025-06-02,interest,lost,2026-01-31,2025-12-01,R2,,
""",
    "stage_history": """opportunity_id,stage,entered_at,amount,expected_close
O1,interest,2026-01-02,100000,2026-03-31
O1,comparison,2026-02-02,110000,2026-02-20
O1,interest,2026-02-10,110000,2026-02-20
O1,decision,2026-03-01,120000,2026-02-20
O2,comparison,2026-02-28,35000.50,2026-09-30
O3,interest,2025-06-10,80000,2025-12-01
""",
    "scorecards": """opportunity_id,scored_at,c1,c2,c3,c4,c5,c6,c7,c8,c9,f1,f2,f3,w1
O1,2026-01-20,1,1,0,0,1,0,1,0,1,0,0,1,0
O1,2026-02-20,1,1,1,1,1,1,1,0,1,1,1,1,1
O2,2026-02-20,0,0,0,0,1,0,1,0,1,0,0,0,0
""",
    "activities": """activity_id,occurred_at,kind,opportunity_id,account_id,rep_id,commitment,hours,cost
V1,2026-01-15,visit,O1,H1,R1,1,2.5,300
V2,2026-03-31,phone,,H2,R2,0,0.25,
""",
    "orders": "order_id,account_id,ordered_at,amount,product_id,quantity,unit_price,rep_id,partner_id,region,cost"
    """,paid_at,promotion_id
1,H1,2026-03-05,"¥120,000.00",P1,100,1200,R1,D1,East,70000,2026-03-30,M1
2,H1,2026-03-06 10:30:00,"(1,200)",P1,-1,1200,R1,D1,East,-700,,
3,H2,2025-11-06,5万,,,,R2,,West,,2026-01-05,
""",
    "promotions": """promotion_id,kind,starts_at,ends_at,cost,discount
M1,bundle,2026-03-01,2026-03-15,2000,0.1
M2,trade-in,2026-11-01,2026-11-30,,0.2
""",
    "market": """year,industry,region,spend,accounts,adopters,growth_outlook,p10,p90
2025,hospital,East,9亿,700,300,0.08,8亿,10亿
2026,hospital,East,9.7亿,710,320,-0.01,8.5亿,11亿
""",
    "competition": """year,competitor,revenue,industry,region,product_line,list_price
2025,Rival,3.5亿,hospital,East,dialysis,1100
2025,Rival,1亿,hospital,West,dialysis,1100
""",
    "price_survey": """respondent_id,product_line,too_cheap,cheap,expensive,too_expensive,buy_at_cheap,buy_at_expensive
Q1,dialysis,600,900,1300,1600,0.7,0.2
Q2,dialysis,700,950,1250,1500,0.6,0.3
""",
    "targets": "period,level,key,measure,target\n"
    + "".join(f"2026-{m:02d},{level},sales,{t}\n" for m in range(1, 13) for level, t in (
        ("company,all", 1000), ("region,East", 600), ("region,West", 400)))
    + "".join(f"2026Q{q},{level},sales,{t}\n" for q in range(1, 5) for level, t in (
        ("company,all", 3000), ("region,East", 1800), ("region,West", 1200)))
    + "2026,company,all,sales,12010\n2026Q1,company,all,customers,50\n2026-01,company,all,customers,40\n"
    + "2027,company,all,sales,15000\n2027Q1,company,all,sales,2000\n2027Q1,region,East,sales,900\n",
    "expenses": """month,category,amount,region,rep_id
2026-01,travel,12000,East,R1
2026-02,marketing,3万,,
""",
    "feedback": """account_id,given_at,score,kind
H1,2026-02-01,9,delivery
H1,2026-02-01,10,delivery
H2,2026-03-31,0,service
""",
    "staff_survey": """surveyed_at,score,region,rep_id
2026-01-10,7.5,East,R1
2026-01-10,6,West,
""",
}  # fmt: skip

# table, text in it, what stands there instead, column that is named, what the fault says
PLANTED = [
    ("accounts", "H2,Hefei", "H1,again,,,,,,,\nH2,Hefei", "account_id", "H1 comes 2 times, lines 2 and 3"),
    ("accounts", "Hefei Binhu Hospital", "", "name", "line 3 (account_id H2): empty"),
    ("accounts", "350", "350.5", "employees", '"350.5", not readable'),
    ("accounts", "30,000,000", "30.000.000,00", "annual_revenue", '"30.000.000,00", not readable'),
    ("accounts", "3.5,90", "5.5,90", "technology_fit", "from 1 to 5"),
    ("contacts", "C2,H2", "C2,H7", "account_id", 'account_id "H7"'),
    ("contacts", "王芳,2", "王芳,3", "attitude", "from -2 to 2"),
    ("products", "8万", "-8万", "list_price", "at least 0"),
    ("products", "2019-01-01", "1 Jan 2019", "launched_at", "2026-09-30"),
    ("reps", "AR,R1", "AR,R9", "manager_id", "the rep_id of a row in reps"),
    ("reps", "2025-12-31", "2019-03-31", "left_at", "on or after hired_at"),
    ("reps", "SR", "Sales", "role", "AR, SR, FR, manager"),
    ("partners", "4,5,3", "4,5,30", "finance_score", "from 1 to 5"),
    ("leads", "2026-03-30", "2026-04-30", "created_at", "a day up to 2026-03-31"),
    ("leads", ",O1", ",O8", "opportunity_id", "the opportunity_id of a row in opportunities"),
    ("opportunities", "2026-03-01", "", "closed_at", "a closed_at for every won or lost deal"),
    ("opportunities", "open,", "open,2026-03-05", "closed_at", "no closed_at on an open deal"),
    ("opportunities", "2026-03-01", "2026-01-01", "closed_at", "closed_at on or after created_at"),
    ("opportunities", "won,2026-03-01", "won,2026-05-01", "closed_at", "in the future"),
    ("opportunities", "lost", "Lost", "status", "one of open, won, lost"),
    ("opportunities", "35000.50", "about 35000", "amount", "an amount of money"),
    ("opportunities", ",stage,", ",stages,", "stage", 'did you mean "stages"?'),
    ("stage_history", "O1,interest,2026-01-02", "O1,interest,2026-01-01", "entered_at", "deal's created_at"),
    ("stage_history", "2026-03-01", "2026-03-02", "entered_at", "deal's closed_at"),
    ("stage_history", "2026-02-28", "2026-04-01", "entered_at", "in the future"),
    ("stage_history", "O2,", "O7,", "opportunity_id", 'line 6: opportunity_id "O7"'),
    ("scorecards", "O1,2026-02-20", "O1,2026-01-20", "opportunity_id, scored_at", "O1, 2026-01-20 comes 2 times"),
    ("scorecards", "1,1,1,1,1,1,1,0,1", "1,1,1,1,1,1,1,2,1", "c8", "from 0 to 1"),
    ("activities", "2026-03-31", "2026-04-01", "occurred_at", "in the future"),
    ("activities", "V2,", ",", "activity_id", "line 3: empty"),
    ("orders", "5万", "5万2", "amount", '"5万2", not readable'),
    ("orders", "2025-11-06", "2025-11-31", "ordered_at", '"2025-11-31", not readable'),
    ("orders", "2026-01-05", "2025-11-05", "paid_at", "paid_at on or after ordered_at"),
    ("orders", ",M1", ",M3", "promotion_id", 'line 2 (order_id 1): promotion_id "M3"'),
    ("orders", "2026-03-30,M1", "2026-04-01,M1", "paid_at", "in the future"),
    ("promotions", "2026-11-30", "2026-10-30", "ends_at", "ends_at on or after starts_at"),
    ("promotions", "0.2", "20", "discount", "from 0 to 1"),
    ("market", "8.5亿", "12亿", "p90", "p90 of at least p10"),
    ("market", "2026,", "2025,", "year, industry, region", "2025, hospital, East comes 2 times"),
    ("competition", "2025,Rival,1", "25,Rival,1", "year", "from 1900 to 2200"),
    ("price_survey", "0.7,0.2", "7,0.2", "buy_at_cheap", "from 0 to 1"),
    ("price_survey", "950", "n/a", "cheap", '"n/a"'),
    ("targets", "2026-05,company,all,sales,1000", "2026-05,company,all,customers,1000", "", ""),
    ("targets", "2026,company,all,sales,12010", "2026,company,all,sales,12100", "target", "quarters make 12,000"),
    ("targets", "2027Q1,region", "2027Q5,region", "period", "2026Q4"),
    ("targets", "region,East,sales,900", "region,East,sale,900", "measure", "sales, customers, share"),
    ("expenses", "2026-02", "2026-2", "month", "a month written as 2026-10"),
    ("feedback", "2026-03-31,0", "2026-03-31,11", "score", "from 0 to 10"),
    ("staff_survey", "7.5", "-1", "score", "from 0 to 10"),
]  # fmt: skip


def write(folder: Path, tables: dict[str, str]) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def around(table: str) -> dict[str, str]:
    """Return the tables that a fault in `table` could show in: those it refers to, and those that refer to it."""
    leads_to = {name: {other for _, other in contract.references} for name, contract in CONTRACT.items()}
    near = {table, "orders", *leads_to[table], *(name for name, others in leads_to.items() if table in others)}
    return {name: text for name, text in GOOD.items() if name in near}


def test_a_sound_company_raises_no_fault(tmp_path: Path) -> None:
    report = check(write(tmp_path, GOOD), AS_OF)
    assert [str(fault) for fault in report.faults] == []
    assert [summary.table for summary in report.summaries] == list(CONTRACT)
    assert report.notes == ()


@pytest.mark.parametrize(("table", "old", "new", "column", "said"), PLANTED)
def test_each_planted_fault_is_named_and_no_other(
    tmp_path: Path, table: str, old: str, new: str, column: str, said: str
) -> None:
    assert old in GOOD[table]
    faults = check(write(tmp_path, {**around(table), table: GOOD[table].replace(old, new, 1)}), AS_OF).faults
    if not column:
        assert faults == ()
        return
    (found,) = faults
    assert (found.table, found.column) == (table, column)
    assert found.count == (0 if "no such column" in found.found else 1)
    assert said in str(found)


def test_more_than_thirty_kinds_of_fault_are_planted() -> None:
    assert len({(table, column, said) for table, _, _, column, said in PLANTED if column}) > 30
    assert {table for table, *_ in PLANTED} == set(CONTRACT)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-05,region,East,sales,600", "2026-05,region,East,sales,500", "region East in 2026Q2: months make 1,700"),
        ("2026Q3,region,West,sales,1200", "2026Q3,region,West,sales,1300", "company in 2026Q3: regions make 3,100"),
        ("2026-07,company,all,sales,1000", "2026-07,company,all,sales,1004", ""),
        ("2026-07,company,all,sales,1000", "2026-07,company,all,sales,1006", "company in 2026-07: regions make 1,000"),
        ("2026-07,region,West,sales,400\n", "", ""),
    ],
)  # fmt: skip
def test_targets_add_up_within_half_a_percent_wherever_all_parts_are_there(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in GOOD["targets"]
    faults = check(write(tmp_path, {**around("targets"), "targets": GOOD["targets"].replace(old, new)}), AS_OF).faults
    assert len(faults) == bool(said)
    assert not said or said in str(faults[0])


def test_without_quarters_months_are_held_against_their_year(tmp_path: Path) -> None:
    kept = [line for line in GOOD["targets"].splitlines() if "Q" not in line]
    folder = write(tmp_path, {**around("targets"), "targets": "\n".join(kept)})
    assert check(folder, AS_OF).faults == ()
    write(folder, {"targets": "\n".join(kept).replace("12010", "11900")})
    (found,) = check(folder, AS_OF).faults
    assert "months make 12,000, the whole is 11,900" in found.found


def test_what_happens_after_as_of_is_a_fault_and_what_is_planned_is_not(tmp_path: Path) -> None:
    faults = check(write(tmp_path, GOOD), date(2025, 12, 31)).faults
    assert {(f.table, f.column) for f in faults} == {
        ("leads", "created_at"), ("opportunities", "created_at"), ("opportunities", "closed_at"),
        ("stage_history", "entered_at"), ("scorecards", "scored_at"), ("activities", "occurred_at"),
        ("orders", "ordered_at"), ("orders", "paid_at"), ("feedback", "given_at"), ("staff_survey", "surveyed_at"),
    }  # fmt: skip


def test_today_is_the_day_where_it_is_latest(tmp_path: Path) -> None:
    far = GOOD["orders"].replace("2026-03-06 10:30:00", "2999-01-01")
    (found,) = check(write(tmp_path, {"orders": far})).faults
    assert found.column == "ordered_at"
