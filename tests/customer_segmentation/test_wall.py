"""The relationship wall: whom we know in which role, on which level, and what hangs on the gaps."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from salesops.customer_segmentation.parameters import Parameters
from salesops.customer_segmentation.relationship_wall import (
    ROLES,
    gaps_by_role,
    money_at_stake,
    relationship_wall,
    wall_gaps,
)
from salesops.customer_segmentation.sections_relations import wall_section
from salesops.not_enough_data import NotEnoughData

BUYERS = pd.DataFrame(
    {"account_id": ["A", "B", "C"], "name": ["Hefei", "湖州", "Anqing"], "recent_sales": [100.0, 50.0, -5.0]}
)
CONTACTS = pd.DataFrame(
    [
        ("A", "decider", 4), ("A", "Decider ", 2), ("A", "user", 2), ("A", "buyer", 5),
        ("B", "approver", None), ("B", "payer", 3), ("X", "decider", 5),
    ],
    columns=["account_id", "decision_role", "relationship_level"],
)  # fmt: skip
contacts_drawn = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(ROLES), st.none() | st.integers(1, 5)), min_size=1, max_size=30
)


def test_a_cell_is_the_best_level_known_in_that_role():
    wall = relationship_wall(CONTACTS, BUYERS)
    assert wall.index.tolist() == ["A", "B", "C"]
    assert wall.loc["A", ["decider", "user", "gatekeeper"]].tolist() == [4, 2, 5]
    # Known without a level is not the same as not known.
    assert wall.loc["B", "approver"] == 0
    assert np.isnan(wall.loc["B", "decider"])
    assert wall.loc["C"].isna().all()


def test_gaps_by_hand_come_with_the_money_at_stake():
    deals = pd.DataFrame(
        {"account_id": ["C", "C", "B"], "status": ["open", "lost", "open"], "amount": [200.0, 900.0, 5.0]}
    )
    stake = money_at_stake(BUYERS, deals)
    assert stake.to_dict() == {"A": 100.0, "B": 55.0, "C": 200.0}
    gaps = wall_gaps(relationship_wall(CONTACTS, BUYERS), stake, 3).set_index("account_id")
    assert gaps.index.tolist() == ["C", "A", "B"]
    assert gaps.loc["A", "unknown"] == "approver, influencer, initiator, payer"
    assert gaps.loc["A", "weak"] == "user"
    assert gaps.loc["B", "weak"] == "approver"
    assert gaps.loc["C", "gaps"] == 7
    assert gaps.loc["A", "decider"] == 4
    assert np.isnan(gaps.loc["C", "best"])


@given(contacts_drawn, st.integers(2, 5))
def test_shares_of_money_add_up_and_a_higher_target_never_closes_a_gap(people, target):
    contacts = pd.DataFrame(people, columns=["account_id", "decision_role", "relationship_level"]).astype(
        {"relationship_level": "float64"}
    )
    wall, stake = relationship_wall(contacts, BUYERS), money_at_stake(BUYERS, NotEnoughData("opportunities"))
    if isinstance(wall, NotEnoughData):
        assert contacts["relationship_level"].isna().all()
        return
    by_role = gaps_by_role(wall, stake, target)
    assert np.allclose(by_role[["unknown", "weak", "enough"]].sum(axis=1), 1)
    lower = gaps_by_role(wall, stake, target - 1).set_index("role")["enough"]
    assert (by_role.set_index("role")["enough"] <= lower.reindex(by_role["role"].tolist()) + 1e-12).all()
    assert wall_gaps(wall, stake, target)["at_stake"].is_monotonic_decreasing


def test_levels_that_are_all_empty_say_what_is_needed():
    absent = relationship_wall(CONTACTS.assign(relationship_level=None), BUYERS)
    assert str(absent) == "not enough data: needs contacts.relationship_level"
    section = wall_section(absent, pd.Series(dtype=float), BUYERS, Parameters())
    assert section.headline == "Relationship wall: not enough data"


def test_the_section_names_the_money_without_a_known_decider():
    wall, stake = relationship_wall(CONTACTS, BUYERS), money_at_stake(BUYERS, NotEnoughData("opportunities"))
    section = wall_section(wall, stake, BUYERS, Parameters())
    # Of 150 at stake, 50 is at B, whose decider nobody knows.
    assert "Where 33% of the money is, we do not know the decider" in section.headline
    assert "湖州" in section._repr_html_()
