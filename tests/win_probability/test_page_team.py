"""The sections on losses, visits, roles and reps: for good data and for bad."""

from dataclasses import fields, replace

import pandas as pd
import pytest

from salesops.not_enough_data import NotEnoughData
from salesops.tables.published import OUTPUT_CONTRACT
from salesops.tables.sample import generate
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.learn import learn
from salesops.win_probability.losses import closed_deals, losses
from salesops.win_probability.open_deals import names_of
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.rep_optimism import rep_optimism, stated_and_realised
from salesops.win_probability.role_coverage import role_coverage
from salesops.win_probability.sections_losses import losses_section
from salesops.win_probability.sections_reps import optimism_section
from salesops.win_probability.sections_team import roles_section, visits_section
from salesops.win_probability.visit_commitment import visits

NO_MODEL = NotEnoughData("a model")
TITLES = ["Where deals are lost", "Visits", "Decision roles", "What reps say and what comes"]


def page(tables, as_of, learned=NO_MODEL, **changed):
    """Everything the notebook shows of this, as it strings it together."""
    parameters = Parameters(**changed)
    quarters, names = parameters.funnel_quarters, names_of(tables.accounts, tables.reps)
    closed = closed_deals(tables, learned, as_of, quarters)
    lost = losses(closed)
    stated = stated_and_realised(tables.opportunities, tables.stage_history, as_of, quarters)
    optimism = rep_optimism(stated)
    visited = visits(tables, as_of, parameters.history_quarters)
    covered = role_coverage(tables.opportunities, tables.contacts)
    sections = [
        losses_section(lost, closed, names, parameters),
        visits_section(visited, names, as_of, parameters),
        roles_section(covered, tables, names, as_of, parameters),
        optimism_section(optimism, stated, names, parameters),
    ]
    return lost, optimism, sections, [section._repr_html_() for section in sections]


@pytest.fixture(scope="module")
def few_tables():
    """A company of 200 customers, for what needs no precision."""
    tables = generate(accounts=200, seed=9).tables
    return DealTables(**{field.name: tables[field.name] for field in fields(DealTables) if field.name in tables})


@pytest.fixture(scope="module")
def whole(company_tables, as_of):
    return page(company_tables, as_of, learn(company_tables, as_of, Parameters()))


def test_the_whole_page_stands(whole):
    _, _, sections, html = whole
    assert [section.title for section in sections] == TITLES
    assert all("not enough data" not in text and "nan" not in text for text in html)
    assert [text.count("<svg") for text in html] == [6, 4, 4, 2]


def test_headlines_state_the_finding(whole):
    lost, _, sections, _ = whole
    first = lost[lost["by"] == "reason"].iloc[0]
    assert f"{first['share']:.0%} goes with {first['value']}" in sections[0].headline
    assert "looked more likely won than lost" in sections[0].text
    assert "After a visit with a commitment" in sections[1].headline
    assert "we do not know the" in sections[2].headline
    assert "days late" in sections[3].headline


def test_nothing_is_said_to_cause_anything(whole):
    _, _, sections, html = whole
    assert "need not come from it" in sections[1].text
    assert not any("causes" in text or "leads to" in text for text in html)


def test_published_tables_have_the_columns_of_the_contract(whole):
    lost, optimism, _, _ = whole
    contract = OUTPUT_CONTRACT["win_probability"]
    assert set(contract["losses"]) <= set(lost.columns)
    assert set(contract["rep_optimism"]) <= set(optimism.columns)


def test_contacts_stand_for_the_past_only_if_told_so(few_tables, as_of):
    _, _, without, without_html = page(few_tables, as_of, use_contacts=False)
    _, _, with_contacts, with_html = page(few_tables, as_of, use_contacts=True)
    assert "use_contacts = True" in without[2].text
    assert "Won, by roles known" not in without_html[2]
    assert "Won, by roles known" in with_html[2]
    assert "Contacts carry no day" in with_contacts[2].text


ABSENT = {"stage_history": 3, "activities": 1, "contacts": 2}


@pytest.mark.parametrize("name", ABSENT)
def test_an_absent_table_is_named_in_its_section_and_the_others_stand(name, few_tables, as_of):
    tables = replace(few_tables, **{name: NotEnoughData(name)})
    _, _, sections, html = page(tables, as_of)
    assert name in html[ABSENT[name]]
    standing = [section for section in sections if "not enough data" not in section.headline]
    assert len(standing) >= 2


def test_required_columns_of_deals_alone_give_clear_statements(few_tables, as_of):
    required = ["opportunity_id", "account_id", "amount", "created_at", "stage", "status"]
    tables = replace(few_tables, opportunities=few_tables.opportunities[required])
    _, _, _, html = page(tables, as_of)
    assert "opportunities.closed_at" in html[0]
    assert "opportunities.closed_at" in html[3]


BAD = {
    "no deals": lambda o: o.head(0),
    "one deal": lambda o: o[o["status"] == "lost"].tail(1),
    "no lost deals": lambda o: o[o["status"] != "lost"],
    "no won deals": lambda o: o[o["status"] != "won"],
    "no open deals": lambda o: o[o["status"] != "open"],
    "open deals alone": lambda o: o[o["status"] == "open"],
    "amounts of zero": lambda o: o.assign(amount=0.0),
    "one rep": lambda o: o.assign(rep_id="R001"),
    "no rep": lambda o: o.assign(rep_id=None),
    "no competitor": lambda o: o.assign(competitor=None, loss_reason=None),
    "few columns": lambda o: o.drop(columns=["competitor", "loss_reason", "our_price", "product_line", "rep_id"]),
    "an unknown stage": lambda o: o.assign(stage="pilot"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD)
def test_bad_data_gives_a_page_with_clear_statements(name, few_tables, as_of):
    deals = BAD[name](few_tables.opportunities).reset_index(drop=True)
    history = few_tables.stage_history
    tables = replace(
        few_tables,
        opportunities=deals,
        stage_history=history[history["opportunity_id"].isin(deals["opportunity_id"])],
    )
    _, _, sections, html = page(tables, as_of, use_contacts=True)
    assert [section.title for section in sections] == TITLES
    assert not any(word in text for text in html for word in ("nan", "NaT", "None<"))


def test_deals_that_only_go_back_are_no_steps_ahead(few_tables, as_of):
    history = few_tables.stage_history.assign(stage="need raised")
    found = visits(replace(few_tables, stage_history=history), as_of, 20)
    told = found[found["went_on"] == 1]
    assert (told["status"] == "won").all()


def test_names_from_the_data_cannot_carry_markup(few_tables, as_of):
    evil = "<script>alert(1)</script>"
    tables = replace(
        few_tables,
        accounts=few_tables.accounts.assign(name=evil),
        reps=few_tables.reps.assign(name=evil),
        opportunities=few_tables.opportunities.assign(competitor=evil, loss_reason=evil),
    )
    _, _, _, html = page(tables, as_of, use_contacts=True)
    assert not any("<script>alert(1)" in text for text in html)


def test_an_empty_history_is_as_good_as_none(few_tables, as_of):
    empty = pd.DataFrame(columns=few_tables.stage_history.columns)
    _, _, _, html = page(replace(few_tables, stage_history=empty), as_of)
    assert "stage_history" in html[1]
    assert "stage_history" in html[3]
