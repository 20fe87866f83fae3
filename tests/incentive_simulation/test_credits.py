"""A deal is credited whole, and only once, however many people share it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops.errors import InputError
from salesops.incentive_simulation import IncentivePlan
from salesops.incentive_simulation.credits import credited

TERMS = {"measures": [{"measure": "sales"}]}


def plan(partner: float = 0.0, **splits: float) -> IncentivePlan:
    return IncentivePlan(name="p", roles={"AR": TERMS}, splits=splits, partner_share=partner)


def deal(amount: float, **people: str | None) -> pd.DataFrame:
    return pd.DataFrame([{"opportunity_id": "D", "amount": amount, "rep_id": "R1", **people}])


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=30),
    st.integers(0, 100).flatmap(lambda ar: st.tuples(st.just(ar), st.integers(0, 100 - ar))),
    st.integers(0, 100),
    st.integers(0, 15),
)
def test_splitting_a_deal_neither_creates_nor_loses_a_cent(
    cents: list[int], shares: tuple[int, int], partner: int, there: int
) -> None:
    ar, sr = shares
    splits = {"AR": ar / 100, "SR": sr / 100, "FR": round(1 - ar / 100 - sr / 100, 2)}
    deals = pd.DataFrame({"opportunity_id": range(len(cents)), "amount": np.array(cents) / 100})
    for bit, column in enumerate(("rep_id", "solution_rep_id", "fulfilment_rep_id", "partner_id")):
        deals[column] = column if there >> bit & 1 else None
    found = credited(plan(partner / 100, **splits), deals)
    summed = (found.groupby("opportunity_id")["amount"].sum() * 100).round().astype(int)
    assert summed.reindex(range(len(cents)), fill_value=0).tolist() == cents


def test_each_role_has_its_share_and_the_partner_comes_first() -> None:
    found = credited(
        plan(0.1, AR=0.6, SR=0.25, FR=0.15),
        deal(1000.0, solution_rep_id="R2", fulfilment_rep_id="R3", partner_id="T1"),
    )
    assert dict(zip(found["role"], found["amount"], strict=True)) == {"AR": 540, "SR": 225, "FR": 135, "partner": 100}


def test_the_share_of_a_role_that_nobody_has_goes_to_the_account_responsible() -> None:
    found = credited(plan(AR=0.6, SR=0.4), deal(1000.0, solution_rep_id=None))
    assert found[["role", "rep_id", "amount"]].to_numpy().tolist() == [["AR", "R1", 1000.0]]


def test_a_deal_without_anybody_is_nobodys_and_not_lost() -> None:
    found = credited(plan(AR=1.0), deal(50.0).assign(rep_id=None))
    assert found[["role", "amount"]].to_numpy().tolist() == [["nobody", 50.0]]


def test_without_splits_the_account_responsible_has_all_of_it() -> None:
    assert credited(plan(), deal(50.0, solution_rep_id="R2"))["amount"].tolist() == [50.0]


def test_splits_that_are_not_whole_are_refused() -> None:
    with pytest.raises(Exception, match="120%"):
        plan(AR=0.8, SR=0.4)


def test_a_split_to_a_role_that_no_deal_names_is_refused_and_not_given_to_another() -> None:
    with pytest.raises(InputError, match='splits name the role "manager": a deal names AR, SR, FR'):
        plan(AR=0.9, manager=0.1)
