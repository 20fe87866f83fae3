"""What goes with winning in the tables beside the pipeline, against a truth that is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from salesops.not_enough_data import NotEnoughData
from salesops.report import DataTable
from salesops.win_probability.bookings import bookings
from salesops.win_probability.confirmations import COMES_LAST, in_words
from salesops.win_probability.contributions import contributions
from salesops.win_probability.evaluate import LATER_CLOSINGS, MODEL
from salesops.win_probability.key_prospects import key_prospects
from salesops.win_probability.learn import learn
from salesops.win_probability.next_confirmation import gains_of_ticking
from salesops.win_probability.open_deals import open_deals
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.reasons import told
from salesops.win_probability.sections_prospects import prospects_section
from salesops.win_probability.summary import cautions, summary


@pytest.fixture(scope="module")
def deals(learned_from_reviews, reviewed):
    return open_deals(learned_from_reviews, reviewed.opportunities, {}, "CNY")


def auc(learned):
    return learned.judgement.model_card.set_index(["model", "split", "metric"]).loc[
        (MODEL, LATER_CLOSINGS, "auc"), "value"
    ]


def test_confirmations_are_ranked_as_in_the_truth(learned_from_reviews, simulated_reviews):
    gains = gains_of_ticking(learned_from_reviews).mean()
    truth = pd.Series(simulated_reviews.TICK_EFFECT, simulated_reviews.CONFIRMATIONS)
    assert spearmanr(gains, truth[gains.index]).statistic > 0.8


@pytest.mark.parametrize(("feature", "better"), [("iron_triangle", 1), ("price_gap", -1), ("commitments", 1)])
def test_what_truly_helps_is_found_to_help(learned_from_reviews, feature, better):
    parts = contributions(learned_from_reviews.model, learned_from_reviews.today)
    assert better * parts[feature].corr(learned_from_reviews.today[feature]) > 0.9


def test_a_rival_that_stands_at_every_open_deal_tells_nothing_and_is_left_out(learned_from_reviews):
    assert "100% of open deals" in learned_from_reviews.choice.left_out["competitor"]
    assert "competitor" not in learned_from_reviews.choice.used


def test_later_closings_tell_that_scorecards_and_visits_carry_signal(learned_from_reviews, reviewed, as_of):
    assert learned_from_reviews.verdict == "ready"
    bare = replace(reviewed, scorecards=NotEnoughData("scorecards"), activities=NotEnoughData("activities"))
    assert auc(learned_from_reviews) > auc(learn(bare, as_of, Parameters())) + 0.02


def test_endings_dealt_out_by_chance_still_give_the_base_rate(reviewed, as_of):
    deals = reviewed.opportunities.copy()
    closed = deals["status"] != "open"
    deals.loc[closed, "status"] = np.where(np.random.default_rng(1).random(closed.sum()) < 0.4, "won", "lost")
    found = learn(replace(reviewed, opportunities=deals), as_of, Parameters())
    assert found.uses_base_rate
    table = open_deals(found, deals, {}, "CNY")
    assert (table["next_confirmation"] == "").all()
    assert table["next_gain"].isna().all()


def test_the_gain_is_what_the_model_gives_to_the_deal_with_one_tick_more(learned_from_reviews):
    model, today = learned_from_reviews.model, learned_from_reviews.today
    gains, unticked = gains_of_ticking(learned_from_reviews), today["c6"] == 0
    with_it = today[unticked].assign(c6=1.0, confirmed=today["confirmed"] + 1)
    expected = model.win_probability(with_it) - model.win_probability(today[unticked])
    assert gains.loc[unticked, "c6"].to_numpy() == pytest.approx(expected)
    assert gains.loc[~unticked, "c6"].isna().all()


def test_the_next_confirmation_is_the_open_one_with_the_largest_gain(deals, learned_from_reviews, simulated_reviews):
    gains = gains_of_ticking(learned_from_reviews).set_axis(learned_from_reviews.today["opportunity_id"])
    others = gains.drop(columns=COMES_LAST).loc[deals["opportunity_id"]].reset_index(drop=True)
    helped = (others > 0).any(axis=1)
    assert helped.mean() > 0.5
    largest = others[helped]
    assert deals.loc[helped, "next_gain"].to_numpy() == pytest.approx(simulated_reviews.AMOUNT * largest.max(axis=1))
    assert deals.loc[helped, "next_confirmation"].tolist() == largest.idxmax(axis=1).map(in_words).tolist()


def test_the_page_says_what_hangs_on_which_confirmation(deals, learned_from_reviews, reviewed):
    expected = bookings(learned_from_reviews, reviewed.opportunities, NotEnoughData("past quarters"))
    top = summary(learned_from_reviews, deals, expected, NotEnoughData("stage_history"), [], "CNY")
    # In the simulated truth C6 matters most of all.
    (message,) = [message for message in top.messages if "(C6)" in message.lead]
    assert message.lead.startswith("CNY")
    assert "need not cause it" in message.text
    parameters = Parameters()
    prospects = key_prospects(learned_from_reviews, deals, reviewed, parameters)
    html = prospects_section(prospects, deals, reviewed, learned_from_reviews.as_of, parameters)._repr_html_()
    assert "Next to confirm" in html
    assert "goes with CNY" in html


def test_reasons_tell_the_scorecard_as_one_thing_and_still_add_up(deals, learned_from_reviews):
    parts = contributions(learned_from_reviews.model, learned_from_reviews.today)
    assert told(parts).sum(axis=1).to_numpy() == pytest.approx(parts.sum(axis=1).to_numpy())
    up, down = " | ".join(deals["reasons_up"]), " | ".join(deals["reasons_down"])
    assert " of 13 confirmed, among them " in up
    assert " of 13 confirmed, but not " in down
    assert "account, solution and fulfilment responsible named" in up
    assert "over the competitor's" in down
    assert "_" not in up + down


def narrow(table):
    return table.drop(columns=["c6", "f1", "commitment"], errors="ignore")


@pytest.mark.parametrize("change", [lambda table: table.head(0), lambda table: table.head(1), narrow])
@pytest.mark.parametrize("table", ["scorecards", "activities"])
def test_empty_or_narrow_tables_leave_a_page_that_stands(reviewed, as_of, table, change):
    few = replace(reviewed, opportunities=reviewed.opportunities.tail(800).reset_index(drop=True))
    found = learn(replace(few, **{table: change(getattr(few, table))}), as_of, Parameters())
    deals = open_deals(found, few.opportunities, {}, "CNY")
    prospects = key_prospects(found, deals, replace(few, **{table: change(getattr(few, table))}), Parameters())
    section = prospects_section(prospects, deals, few, as_of, Parameters())
    assert isinstance(section.blocks[0], DataTable)


def test_contacts_without_a_day_are_mentioned(reviewed, as_of):
    new = [f"new {i}" for i in range(60)]
    accounts = np.r_[reviewed.opportunities["account_id"].unique(), new]
    reviewed = replace(reviewed, accounts=pd.DataFrame({"account_id": accounts}))
    roles = np.random.default_rng(0).choice(["decider", "user", "payer"], 3 * len(accounts))
    contacts = pd.DataFrame({"account_id": np.repeat(accounts, 3), "decision_role": roles})
    said = [
        " ".join(cautions(learn(replace(reviewed, contacts=contacts), as_of, Parameters(use_contacts=use))))
        for use in (True, False)
    ]
    assert "use_contacts" in said[0]
    assert "use_contacts" not in said[1]


def test_contacts_that_closings_brought_are_left_out_and_named(reviewed, as_of):
    """Won customers got four more contacts: a look into the past that sees them would know the outcome."""
    deals = reviewed.opportunities
    won = deals.loc[deals["status"] == "won", "account_id"].unique()
    accounts = np.r_[deals["account_id"].unique(), [f"new {i}" for i in range(60)]]
    owners = np.r_[np.repeat(accounts, 2), np.repeat(won, 4)]
    role = np.random.default_rng(1).choice(["decider", "user", "payer", "buyer", "approver"], len(owners))
    tables = replace(
        reviewed,
        accounts=pd.DataFrame({"account_id": accounts}),
        contacts=pd.DataFrame({"account_id": owners, "decision_role": role}),
    )
    found = learn(tables, as_of, Parameters())
    assert "roles_covered" not in found.choice.used
    assert "closings seem to have changed it" in found.choice.left_out["roles_covered"]
