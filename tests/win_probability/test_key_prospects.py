"""The weekly list of key prospects: what changed, what may fail, what a deal needs and what to do next."""

import csv
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from salesops import tables as published_tables
from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.changes import changes_since, untold
from salesops.win_probability.confirmations import CONFIRMATIONS
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.key_prospects import key_prospects
from salesops.win_probability.learn import learn
from salesops.win_probability.next_steps import resources_needed, wanted_points
from salesops.win_probability.open_deals import open_deals
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.risks import risks, won_stage_days
from salesops.win_probability.sections_prospects import prospects_section, since_review

AS_OF, SINCE = date(2026, 9, 30), date(2026, 9, 23)
IDS = pd.Series(["D1", "D2"])


def days(*written):
    return pd.to_datetime(list(written))


def deal(**columns):
    base = {"account_id": "A1", "amount": 100.0, "created_at": pd.Timestamp("2026-06-01"), "stage": "decision"}
    return pd.DataFrame({"opportunity_id": IDS, "status": "open", "closed_at": pd.NaT, **base, **columns})


def entries(*rows):
    return pd.DataFrame(
        [("D1", stage, pd.Timestamp(day), amount, pd.Timestamp(close)) for stage, day, amount, close in rows],
        columns=["opportunity_id", "stage", "entered_at", "amount", "expected_close"],
    )


def changed(**parts):
    tables = DealTables(**{"opportunities": deal(), **parts})
    return changes_since(IDS, tables, SINCE, AS_OF, "CNY").tolist()


def test_moves_of_stage_amount_and_closing_are_told_if_they_came_after_the_last_review():
    history = entries(
        ("comparison", "2026-08-01", 100e3, "2026-10-01"), ("decision", "2026-09-24", 120e3, "2026-11-01")
    )
    moved = "comparison → decision; amount CNY 100 k → CNY 120 k; closing 31 days later, 1 Nov 2026"
    assert changed(stage_history=history) == [moved, ""]
    early = history.assign(entered_at=days("2026-08-01", "2026-09-23"))
    assert changed(stage_history=early) == ["", ""]


def test_a_new_deal_is_told_with_its_day():
    opportunities = deal(created_at=days("2026-09-25", "2026-09-23"))
    assert changed(opportunities=opportunities) == ["new on 25 Sep 2026", ""]


def test_confirmations_gained_and_lost_since_the_last_review_are_named():
    cards = pd.DataFrame(
        {
            "opportunity_id": ["D1", "D1", "D2"],
            "scored_at": days("2026-09-01", "2026-09-30", "2026-09-24"),
            "c1": [0, 1, 1], "c2": [1, 0, 1], "f1": [0, 1, 0],
        }
    )  # fmt: skip
    assert changed(scorecards=cards) == ["confirmed C1, F1; no longer confirmed C2", "first review: 2 of 3 confirmed"]


def test_visits_and_commitments_are_counted_from_the_day_after_the_last_review():
    activities = pd.DataFrame(
        {
            "opportunity_id": ["D1", "D1", "D1", "D2"],
            "occurred_at": days("2026-09-24", "2026-09-30", "2026-09-25", "2026-09-23"),
            "kind": ["visit", "visit", "phone", "visit"],
            "commitment": [1.0, 0.0, 0.0, 1.0],
        }
    )
    assert changed(activities=activities) == ["2 visits and 1 other activity with 1 commitment", ""]
    assert changed(activities=activities.drop(columns="commitment")) == ["2 visits and 1 other activity", ""]


def test_the_tables_that_are_absent_are_named_with_what_they_would_tell():
    said = untold(DealTables(deal()))
    assert "new confirmations (scorecards)" in said
    assert "visits and commitments (activities)" in said


def test_each_risk_is_a_fact_with_its_number():
    won = pd.DataFrame(
        {
            "opportunity_id": [f"W{n}" for n in range(12)], "status": "won", "account_id": "A9", "amount": 1.0,
            "created_at": pd.Timestamp("2026-01-01"), "stage": "decision", "closed_at": pd.Timestamp("2026-01-21"),
            "competitor": "Kestrel",
        }
    )  # fmt: skip
    own = deal(expected_close=days("2026-09-14", "2026-12-01"), competitor=["Kestrel", None], our_price=[110.0, 100.0])
    opportunities = pd.concat([own.assign(competitor_price=100.0), won], ignore_index=True)
    history = entries(("decision", "2026-08-01", 1.0, "2026-08-14"), ("decision", "2026-08-14", 1.0, "2026-09-14"))
    past = won[["opportunity_id", "stage"]].assign(entered_at=pd.Timestamp("2026-01-01"))
    contacts = pd.DataFrame({"account_id": ["A1"], "decision_role": ["user"]})
    activities = pd.DataFrame(
        {"opportunity_id": ["D1"], "occurred_at": days("2026-08-01"), "kind": ["visit"], "commitment": [0]}
    )
    tables = DealTables(opportunities, pd.concat([history, past]), activities=activities, contacts=contacts)
    found = risks(IDS, tables, AS_OF)
    assert found[0].split("; ") == [
        "16 days overdue", "60 days in decision (3 of 4 won: 20)", "put off once, by 31 days", "no visit for 60 days",
        "one contact alone (user)", "price 10% over theirs", "against Kestrel (100% won)",
    ]  # fmt: skip
    assert found[1].split("; ") == ["not visited in 121 days", "one contact alone (user)"]


def test_the_days_of_won_deals_in_a_stage_run_until_they_left_it(pipeline):
    usual = won_stage_days(pipeline.opportunities, pipeline.stage_history, 0.5)
    won = pipeline.opportunities.query("status == 'won'").set_index("opportunity_id")["closed_at"]
    stage = usual.index[0]
    stayed = []
    for name, rows in pipeline.stage_history[pipeline.stage_history["opportunity_id"].isin(won.index)].groupby(
        "opportunity_id"
    ):
        rows = rows.sort_values("entered_at", kind="stable")
        rows = rows[rows["stage"] != rows["stage"].shift()]
        ends = [*rows["entered_at"].iloc[1:], won[name]]
        spans = zip(rows["stage"], rows["entered_at"], ends, strict=True)
        stayed += [(end - start).days for at, start, end in spans if at == stage and start < won[name]]
    assert usual[stage] == pytest.approx(np.median(stayed))


def test_a_deal_needs_its_missing_people_and_a_price_that_is_too_high_approved():
    opportunities = deal(
        solution_rep_id=[None, "R2"], fulfilment_rep_id=["R3", "R3"], our_price=[105.0, 90.0], competitor_price=100.0,
        account_id=["A1", "A2"],
    )  # fmt: skip
    contacts = pd.DataFrame({"account_id": ["A1", "A2"], "decision_role": ["user", "Decider"]})
    wanted = pd.Series({"D1": ("c6", "f2"), "D2": ()}, dtype=object)
    needs = resources_needed(IDS, wanted, DealTables(opportunities, contacts=contacts))
    assert needs[0].split("; ") == [
        "finance on payment terms", "price approval", "access to the decider", "a solution responsible",
    ]  # fmt: skip
    assert needs[1] == ""


def test_wanted_points_are_open_ones_and_the_win_comes_last(learned_from_reviews):
    wanted = wanted_points(learned_from_reviews)
    today = learned_from_reviews.today.set_index("opportunity_id")
    for name, points in wanted.items():
        assert (points is None) == bool(pd.isna(today.loc[name, "confirmed"]))
        if points:
            assert all(today.loc[name, point] == 0 for point in points)
            assert "w1" not in points[:-1]


def test_without_a_signal_points_come_in_the_order_of_the_card(reviewed, as_of):
    deals = reviewed.opportunities.copy()
    closed = deals["status"] != "open"
    deals.loc[closed, "status"] = np.where(np.random.default_rng(1).random(closed.sum()) < 0.4, "won", "lost")
    tables = replace(reviewed, opportunities=deals)
    learned = learn(tables, as_of, Parameters())
    assert learned.uses_base_rate
    found = key_prospects(learned, open_deals(learned, deals, {}, "CNY"), tables, Parameters())
    assert (found["next_step"] != "").all()
    card = list(CONFIRMATIONS)
    assert all(list(points) == sorted(points, key=card.index) for points in wanted_points(learned) if points)


@pytest.fixture(scope="module")
def listed(learned_from_reviews, reviewed):
    accounts = pd.DataFrame({"account_id": reviewed.opportunities["account_id"].unique()})
    names = {"account_id": {name: f"=cmd|'{name}' 安徽医院" for name in accounts["account_id"]}}
    deals = open_deals(learned_from_reviews, reviewed.opportunities, names, "CNY")
    return deals, key_prospects(learned_from_reviews, deals, reviewed, Parameters(review_days=30))


def test_each_key_prospect_is_one_line_and_most_changed_in_a_month(listed):
    deals, prospects = listed
    assert prospects["opportunity_id"].tolist() == deals["opportunity_id"].head(50).tolist()
    assert (prospects["changed"] != "").mean() > 0.5
    assert not prospects["changed"].str.contains("nan|None|NaT").any()
    assert not prospects["risks"].str.contains("nan|None|NaT").any()
    assert (prospects["next_step"] != "").all()


def test_its_csv_opens_cleanly_in_a_spreadsheet(listed, tmp_path):
    _, prospects = listed
    stated = prospects.assign(stated_close=pd.Timestamp("2026-10-16"))
    assert published_tables.publish(tmp_path, "win_probability", key_prospects=stated) == ["key_prospects"]
    path = tmp_path / "tables" / "win_probability" / "key_prospects.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(prospects)
    assert rows[0]["account"].startswith("'=cmd|")
    assert "安徽医院" in rows[0]["account"]
    for row in rows:
        assert None not in row
        assert not [cell for cell in row.values() if re.match(r"\s*[=+@\t\r-]", cell)]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["expected_close"])
        assert row["stated_close"] == "2026-10-16"


def test_the_section_tells_the_list_the_reasons_and_what_closed_since(listed, reviewed, as_of):
    deals, prospects = listed
    section = prospects_section(prospects, deals, reviewed, as_of, Parameters(review_days=30))
    html = section._repr_html_()
    for said in ("Changed in 30 days", "Risks", "Next step", "For us", "Against us", "came in", "What speaks for"):
        assert said in html
    assert "moves of stage, amount and expected closing (stage_history)" in html
    late = reviewed.opportunities["closed_at"] > pd.Timestamp(as_of) - pd.Timedelta(days=30)
    won = int((late & (reviewed.opportunities["status"] == "won")).sum())
    assert f"{won} were won for CNY" in since_review(reviewed.opportunities, as_of, 30, "CNY")


def test_a_smallest_amount_that_no_deal_reaches_is_named(listed, learned_from_reviews, reviewed):
    found = key_prospects(learned_from_reviews, listed[0], reviewed, Parameters(key_amount=1e12))
    assert isinstance(found, NotEnoughData)
    assert "key_amount" in str(found)


def test_the_deals_alone_make_a_list(small, as_of):
    parameters = Parameters(min_closed_deals=50)
    bare = small.opportunities.drop(columns=["expected_close"])
    tables = DealTables(bare)
    learned = learn(tables, as_of, parameters)
    deals = open_deals(learned, bare, {}, "CNY")
    prospects = key_prospects(learned, deals, tables, parameters)
    assert len(prospects) == min(50, len(deals))
    html = prospects_section(prospects, deals, tables, as_of, parameters)._repr_html_()
    assert "Not told, for want of tables" in html
