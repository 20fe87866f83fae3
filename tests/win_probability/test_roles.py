"""Decision roles known at the customers of deals."""

import pandas as pd
import pytest

from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.role_coverage import ROLES, money_without, role_coverage, win_rate_by_roles


@pytest.fixture
def deals():
    return pd.DataFrame(
        {
            "opportunity_id": ["a", "b", "c"],
            "account_id": ["A", "B", "A"],
            "status": ["open", "open", "won"],
            "amount": [100.0, 300.0, 1.0],
            "closed_at": pd.to_datetime([None, None, "2026-09-01"]),
        }
    )


@pytest.fixture
def contacts():
    return pd.DataFrame(
        {
            "contact_id": range(4),
            "account_id": ["A", "A", "A", "Z"],
            "decision_role": ["Decider", "buyer", "friend of the house", "payer"],
        }
    )


def test_roles_of_open_deals_by_hand(deals, contacts):
    found = role_coverage(deals, contacts).set_index("opportunity_id")
    assert found.index.tolist() == ["b", "a"]
    assert found.loc["a", ["decider", "gatekeeper", "payer", "known"]].tolist() == [1, 1, 0, 2]
    assert found.loc["a", "missing"] == "initiator, user, influencer, approver, payer"
    assert found.loc["b", "known"] == 0


def test_money_without_a_role_by_hand(deals, contacts):
    found = money_without(role_coverage(deals, contacts)).set_index("role")
    assert found.loc["decider", ["deals", "amount", "share"]].tolist() == [1, 300.0, 0.75]
    assert found.loc["payer", ["deals", "amount", "share"]].tolist() == [2, 400.0, 1.0]
    assert found["share"].is_monotonic_decreasing


def test_without_amounts_deals_are_counted(deals, contacts):
    found = money_without(role_coverage(deals.assign(amount=0.0), contacts)).set_index("role")
    assert found.loc["decider", "share"] == 0.5


def test_more_roles_known_go_with_winning_as_in_the_truth(company, company_tables, as_of):
    effect = company.truth["win_effects"].set_index("feature")["effect"]
    assert effect["coverage"] > 0
    found = win_rate_by_roles(company_tables, as_of, 20).set_index("roles")
    assert found.loc["up to 2", "high"] < found.loc["4", "low"]
    closed = company.tables["opportunities"].query("status != 'open' and closed_at > '2021-09-30'")
    assert found["n"].sum() == len(closed)


def test_deals_with_one_customer_count_as_alike_as_they_are(as_of):
    """Two customers of ten deals each, all won by one and none by the other, are worth two deals and not twenty."""
    deals = pd.DataFrame(
        {
            "opportunity_id": [f"D{i}" for i in range(20)],
            "account_id": ["A", "B"] * 10,
            "status": ["won", "lost"] * 10,
            "closed_at": pd.Timestamp("2026-08-01"),
        }
    )
    people = pd.DataFrame({"account_id": ["A", "B"], "decision_role": ["user", "payer"]})
    found = win_rate_by_roles(DealTables(deals, contacts=people), as_of, 4).iloc[0]
    assert found["share"] == 0.5
    assert found["high"] - found["low"] > 0.5


def test_what_is_missing_is_named(deals, contacts):
    assert "an open deal" in str(role_coverage(deals[deals["status"] == "won"], contacts))
    strange = contacts.assign(decision_role="friend")
    said = str(role_coverage(deals, strange))
    assert "contacts.decision_role" in said
    assert all(role in said for role in ROLES)
