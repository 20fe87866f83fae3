"""Exports of Salesforce and HubSpot, under the names of their programs and under those people see, become deals."""

from pathlib import Path

import pandas as pd
import pytest

from salesops.errors import InputError
from salesops.tables.check import check
from salesops.tables.imports import ImportReport, import_tables

MAPPINGS = Path(__file__).resolve().parents[2] / "params" / "imports"
Imported = tuple[ImportReport, dict[str, pd.DataFrame]]

# Columns in the order of a real export; rows made for these tests.
OPPORTUNITY = """Id,IsDeleted,AccountId,StageName,Amount,Probability,CloseDate,IsClosed,IsWon,OwnerId,CreatedDate
D1,FALSE,A1,Closed Won,100,100,2026-03-20,TRUE,TRUE,U1,2026-01-05T08:00:00.000+0000
D2,FALSE,A1,Closed Lost,200,0,2026-02-10,TRUE,FALSE,U2,2026-01-06T08:00:00.000+0000
D3,FALSE,A9,Negotiation,300,0,2026-06-30,FALSE,FALSE,U1,2026-01-07T08:00:00.000+0000
D4,FALSE,,Prospecting,,10,2026-07-31,FALSE,FALSE,U1,2026-01-08T08:00:00.000+0000
D5,TRUE,A1,Closed Won,999,100,2026-01-31,TRUE,TRUE,U1,2026-01-09T08:00:00.000+0000
D6,FALSE,A1,Closed Won,600,100,2025-12-01,TRUE,TRUE,U1,2026-01-09T08:00:00.000+0000
"""
OPPORTUNITY_HISTORY = """Id,OpportunityId,CreatedDate,StageName,Amount,CloseDate,Probability,ForecastCategory,IsDeleted
H4,D1,2026-03-23T09:00:00.000+0000,Closed Won,100,2026-03-20,100,Closed,FALSE
H3,D1,2026-02-01T17:00:00.000+0000,Proposal,120,2026-05-31,60,Pipeline,FALSE
H2,D1,2026-02-01T09:00:00.000+0000,Qualification,80,2026-04-30,10,Pipeline,FALSE
H1,D1,2026-01-05T08:00:00.000+0000,Prospecting,80,2026-04-30,10,Pipeline,FALSE
H5,D5,2026-01-09T08:00:00.000+0000,Closed Won,999,2026-01-31,100,Closed,FALSE
"""
SALESFORCE = {
    "Opportunity.csv": OPPORTUNITY,
    "OpportunityHistory.csv": OPPORTUNITY_HISTORY,
    "Account.csv": "Id,IsDeleted,Name,BillingState,Industry,AnnualRevenue,NumberOfEmployees\n"
    "A1,FALSE,Acme,TX,Energy,139000000,1000\n",
    "Contact.csv": "Id,IsDeleted,AccountId,LastName,FirstName,Title\nC1,FALSE,A1,Ng,Ann,CFO\nC2,FALSE,,Lo,Bo,CEO\n",
    "Lead.csv": "Id,IsDeleted,Name,LeadSource,OwnerId,ConvertedAccountId,ConvertedOpportunityId,CreatedDate\n"
    "L1,FALSE,Ann Ng,Web,U3,A1,D1,2025-12-20T10:00:00.000+0000\n"
    "L2,FALSE,Bo Lo,Web,U1,,D5,2025-12-21T10:00:00.000+0000\n",
}
SALESFORCE_REPORT = {
    "Opportunity.csv": "Opportunity ID,Opportunity Owner,Account Name,Opportunity Name,Stage,Amount,Probability (%),"
    "Close Date,Created Date,Lead Source\n"
    "D1,Ann Ng,Acme,One,Gewonnen,100,100,20/03/2026,05/01/2026,Web\n"
    "D2,Bo Lo,Acme,Two,Verloren,200,0,10/02/2026,06/01/2026,\n"
    "D3,Ann Ng,Beta,Three,Angebot,300,60,30/06/2026,07/01/2026,\n",
}


def imported(folder: Path, mapping: str, files: dict[str, str], *date_formats: str) -> Imported:
    source = folder / "source"
    source.mkdir()
    for name, text in files.items():
        (source / name).write_text(text, encoding="utf-8")
    report = import_tables(MAPPINGS / mapping, source, folder / "out", date_formats)
    assert check(folder / "out").faults == ()
    return report, {path.stem: pd.read_parquet(path) for path in (folder / "out").iterdir()}


def shown(table: pd.DataFrame, key: str, column: str) -> dict[str, str]:
    texts = table[column].astype(object).where(table[column].notna(), "")
    return {
        str(k): str(v)[:10] if "_at" in column or "close" in column else str(v)
        for k, v in zip(table[key], texts, strict=True)
    }


@pytest.fixture(scope="module")
def salesforce(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return imported(tmp_path_factory.mktemp("salesforce"), "salesforce.yml", SALESFORCE)


def test_salesforce_says_by_its_flags_what_is_open_won_and_lost(salesforce: Imported) -> None:
    deals = salesforce[1]["opportunities"]
    assert shown(deals, "opportunity_id", "status") == {
        "D1": "won", "D2": "lost", "D3": "open", "D4": "open", "D6": "won"
    }  # fmt: skip
    assert shown(deals, "opportunity_id", "closed_at")["D1"] == "2026-03-20"
    assert shown(deals, "opportunity_id", "expected_close")["D3"] == "2026-06-30"
    assert shown(deals, "opportunity_id", "created_at")["D6"] == "2025-12-01", "entered a month after it had closed"
    assert salesforce[0].tables["opportunities"].rows("filtered", "IsDeleted") == 1
    assert salesforce[0].tables["opportunities"].rows("default", "amount") == 1


def test_a_closed_salesforce_deal_shows_the_stage_it_closed_from(salesforce: Imported) -> None:
    stages = shown(salesforce[1]["opportunities"], "opportunity_id", "stage")
    assert stages["D1"] == "Proposal"
    assert stages["D3"] == "Negotiation"


def test_salesforce_history_is_in_the_order_of_its_times_with_amount_and_expected_close(salesforce: Imported) -> None:
    history = salesforce[1]["stage_history"]
    assert history["stage"].tolist() == ["Prospecting", "Qualification", "Proposal", "Closed Won"]
    assert history["amount"].tolist() == [80, 80, 120, 100]
    assert [str(day)[:10] for day in history["expected_close"]][:3] == ["2026-04-30", "2026-04-30", "2026-05-31"]
    assert str(history["entered_at"].iloc[-1])[:10] == "2026-03-20", "marked as won three days after it was"


def test_every_salesforce_account_and_person_that_a_deal_names_is_there(salesforce: Imported) -> None:
    tables = salesforce[1]
    assert shown(tables["accounts"], "account_id", "name") == {"A1": "Acme", "A9": "A9", "unknown": "Unknown account"}
    assert set(tables["reps"]["rep_id"]) == {"U1", "U2", "U3"}
    assert shown(tables["contacts"], "contact_id", "name") == {"C1": "Ann Ng"}
    assert shown(tables["leads"], "lead_id", "opportunity_id") == {"L1": "D1", "L2": ""}, "the deal of L2 is deleted"


def test_a_salesforce_report_under_its_labels_gives_the_same_deals(tmp_path: Path) -> None:
    report, tables = imported(tmp_path, "salesforce.yml", SALESFORCE_REPORT, "%d/%m/%Y")
    deals = tables["opportunities"]
    assert shown(deals, "opportunity_id", "status") == {"D1": "won", "D2": "lost", "D3": "open"}
    assert shown(deals, "opportunity_id", "created_at")["D1"] == "2026-01-05"
    assert set(deals["account_id"]) == {"Acme", "Beta"} == set(tables["accounts"]["account_id"])
    assert set(tables["reps"]["name"]) == {"Ann Ng", "Bo Lo"}
    assert set(tables) == {"accounts", "reps", "opportunities"}
    assert report.tables["opportunities"].rows("fallback", "status") == 3, "the report says that probability told it"


def test_stages_that_nothing_explains_are_named_with_what_to_do(tmp_path: Path) -> None:
    files = {"Opportunity.csv": SALESFORCE_REPORT["Opportunity.csv"].replace("Probability (%)", "Age")}
    with pytest.raises(InputError) as caught:
        imported(tmp_path, "salesforce.yml", files, "%d/%m/%Y")
    assert 'column Stage: 3 values cannot be used for opportunities.status (line 2: "Gewonnen"' in str(caught.value)
    assert "add IsClosed and IsWon (in a report Closed and Won)" in str(caught.value)


STAGES = """stage_id,label,pipeline_id,probability,is_closed,closed_won
1001,Visit,p,0.2,FALSE,FALSE
1002,Offer,p,0.5,FALSE,FALSE
closedwon,Won it,p,1.0,TRUE,TRUE
closedlost,Lost it,p,0.0,TRUE,FALSE
"""
HUBSPOT = {
    "deal_data.csv": "deal_id,is_deleted,deal_pipeline_id,deal_pipeline_stage_id,owner_id,property_dealname,"
    "property_amount,property_closedate,property_createdate\n"
    "1,false,p,closedwon,77,One,100,2026-03-20 10:00:00,2026-01-05 08:00:00\n"
    "2,false,p,closedlost,78,Two,200,2026-02-10 10:00:00,2026-01-06 08:00:00\n"
    "3,false,p,1002,77,Three,300,2026-06-30 10:00:00,2026-01-07 08:00:00\n"
    "4,true,p,1001,77,Four,400,,2026-01-07 08:00:00\n",
    "deal_pipeline_stage_data.csv": STAGES,
    "deal_pipeline_data.csv": "pipeline_id,label\np,New business\n",
    "deal_property_history_data.csv": "deal_id,timestamp,source,name,source_id,value\n"
    "1,2026-03-21 09:00:00.100,CRM,dealstage,x,closedwon\n"
    "1,2026-02-01 9:30:00,CRM,amount,x,150\n"
    "1,2026-02-01 9:00:00,CRM,dealstage,x,1002\n"
    "1,2026-01-05 08:00:00,CRM,dealstage,x,1001\n"
    "1,2026-01-05 08:00:00,CRM,amount,x,100\n"
    "1,2026-01-05 08:00:00,CRM,closedate,x,1775001600000\n"
    "4,2026-01-07 08:00:00,CRM,dealstage,x,1001\n",
    "deal_company_data.csv": "company_id,deal_id,type_id,category\n900,1,5,HUBSPOT_DEFINED\n901,1,6,X\n900,2,5,X\n",
    "company_data.csv": "id,is_deleted,property_name,property_industry,property_country,property_createdate\n"
    "900,false,Acme,ENERGY,France,2025-05-05 05:05:05\n901,false,Beta,,,\n",
    "owner_data.csv": "owner_id,created_at,type,email,first_name,last_name\n77,x,PERSON,ann@x.org,Ann,Ng\n",
}
HUBSPOT_LABELS = {
    "hubspot-crm-exports-all-deals-2026-06-01.csv": "Record ID,Deal Name,Deal Stage,Pipeline,Deal owner,Amount,"
    "Close Date,Create Date,Is Deal Closed?,Is Closed Won,Associated Company\n"
    "1,One,Signed,Sales,Ann Ng,100,2026-03-20 10:00,2026-01-05 08:00,true,true,Acme\n"
    "2,Two,No thanks,Sales,Bo Lo,200,2026-02-10 10:00,2026-01-06 08:00,true,false,Acme\n"
    "3,Three,Offer,Sales,Ann Ng,,2026-06-30 10:00,2026-01-07 08:00,false,false,\n",
}


@pytest.fixture(scope="module")
def hubspot(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return imported(tmp_path_factory.mktemp("hubspot"), "hubspot.yml", HUBSPOT)


def test_hubspot_deals_take_their_outcome_from_their_stage(hubspot: Imported) -> None:
    deals = hubspot[1]["opportunities"]
    assert shown(deals, "opportunity_id", "status") == {"1": "won", "2": "lost", "3": "open"}
    assert shown(deals, "opportunity_id", "stage") == {"1": "Offer", "2": "Lost it", "3": "Offer"}
    assert shown(deals, "opportunity_id", "account_id") == {"1": "900", "2": "900", "3": "unknown"}
    assert set(deals["channel"]) == {"New business"}
    assert hubspot[0].tables["opportunities"].rows("several", "deal_id") == 1 + 1, "two companies, and five changes"


def test_hubspot_changes_of_stage_amount_and_closing_day_become_the_history(hubspot: Imported) -> None:
    history = hubspot[1]["stage_history"]
    assert history["stage"].tolist() == ["Visit", "Offer", "Offer", "Won it"]
    assert history["amount"].tolist() == [100, 100, 150, 150]
    assert {str(day)[:10] for day in history["expected_close"]} == {"2026-04-01"}
    assert str(history["entered_at"].iloc[-1])[:10] == "2026-03-20"


def test_hubspot_owners_have_names_where_the_export_has_them(hubspot: Imported) -> None:
    assert shown(hubspot[1]["reps"], "rep_id", "name") == {"77": "Ann Ng", "78": "78"}


def test_a_hubspot_export_under_its_labels_gives_deals_companies_and_people(tmp_path: Path) -> None:
    _, tables = imported(tmp_path, "hubspot.yml", HUBSPOT_LABELS)
    deals = tables["opportunities"]
    assert shown(deals, "opportunity_id", "status") == {"1": "won", "2": "lost", "3": "open"}
    assert shown(deals, "opportunity_id", "account_id") == {"1": "Acme", "2": "Acme", "3": "unknown"}
    assert set(tables["reps"]["name"]) == {"Ann Ng", "Bo Lo"}
    assert deals["amount"].tolist() == [100, 200, 0]


@pytest.mark.parametrize(
    ("stages", "status"),
    [
        (STAGES.replace("is_closed,closed_won", "a,b"), {"1": "won", "2": "lost", "3": "open"}),
        (STAGES.replace("is_closed,closed_won", "a,b").replace("probability", "c"), "hs_is_closed, hs_is_closed_won"),
    ],
    ids=["by probability", "by nothing"],
)
def test_hubspot_stages_without_flags_are_told_by_probability_or_not_at_all(
    tmp_path: Path, stages: str, status: dict[str, str] | str
) -> None:
    files = {name: HUBSPOT[name] for name in ("deal_data.csv", "company_data.csv")} | {"stages.csv": stages}
    if isinstance(status, dict):
        _, tables = imported(tmp_path, "hubspot.yml", files)
        assert shown(tables["opportunities"], "opportunity_id", "status") == status
    else:
        with pytest.raises(InputError, match=status):
            imported(tmp_path, "hubspot.yml", files)
