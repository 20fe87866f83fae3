"""Five bands of a fifth each, the concentration of sales, and contacts that use exactly the hours there are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops.customer_segmentation.bands import band_sales, bands, customers_for, gini, lorenz
from salesops.customer_segmentation.contact_plan import contact_plan, contact_reps, hours_by_band
from salesops.customer_segmentation.parameters import BANDS, CHANNELS, Parameters
from salesops.customer_segmentation.sections_value import every
from salesops.customer_segmentation.wallet import total_share, wallet_share
from salesops.errors import InputError
from salesops.not_enough_data import NotEnoughData

amounts = st.lists(st.integers(0, 8).map(float), min_size=5, max_size=60)


def customers(sales, **columns):
    day = pd.Timestamp("2026-01-01")
    given_columns = {"sales": 0.0, "last_order": day, "first_order": day, **columns}
    ids = [f"A{i:04d}" for i in range(len(sales))]
    return pd.DataFrame({"account_id": ids, "recent_sales": np.asarray(sales, dtype=float), **given_columns})


@given(st.permutations([float(i) for i in range(50)]))
def test_each_band_holds_a_fifth_and_the_first_the_largest(sales):
    found = bands(customers(sales))
    assert found["band"].value_counts().to_dict() == dict.fromkeys(range(1, 6), 10)
    assert (found.groupby("band")["recent_sales"].min() == [40, 30, 20, 10, 0]).all()


@given(st.integers(5, 300))
def test_bands_differ_by_one_customer_at_most_when_five_does_not_divide(count):
    sizes = bands(customers(np.arange(count)))["band"].value_counts()
    assert len(sizes) == BANDS
    assert sizes.max() - sizes.min() <= 1


@given(amounts, st.randoms())
def test_no_tie_is_split_by_the_order_of_rows(sales, random):
    found = customers(sales)
    banded = bands(found)
    assert banded.groupby("recent_sales")["band"].nunique().max() == 1
    order = list(found.index)
    random.shuffle(order)
    assert bands(found.loc[order]).loc[banded.index].equals(banded)


@given(amounts)
def test_who_bought_more_is_never_in_a_lower_band(sales):
    found = bands(customers(sales)).sort_values("recent_sales")
    assert found["band"].is_monotonic_decreasing


def test_ties_are_broken_by_what_was_bought_before_and_then_by_the_last_order():
    found = customers([0.0] * 5).assign(sales=[1.0, 2.0, 3.0, 3.0, 5.0])
    found["last_order"] = pd.to_datetime(["2026-01-01"] * 3 + ["2026-02-01", "2026-01-01"])
    assert bands(found)["band"].tolist() == [5, 4, 3, 2, 1]


def test_all_equal_customers_share_the_middle_band():
    assert bands(customers([7.0] * 10))["band"].tolist() == [3] * 10


def test_sales_of_the_bands_add_up_to_all_sales():
    table = band_sales(bands(customers(np.arange(23))))
    assert table["recent_sales"].sum() == sum(range(23))
    assert table["share"].sum() == pytest.approx(1)
    assert table["customers"].sum() == 23


def test_the_curve_of_a_pareto_law_is_the_textbook_one():
    """With exponent a the largest share p brings p^(1 − 1/a); Gini's coefficient is 1 / (2a − 1) (Gastwirth 1972)."""
    a, n = 2.0, 200_000
    sales = (1 - (np.arange(n) + 0.5) / n) ** (-1 / a)
    curve = lorenz(pd.DataFrame({"recent_sales": sales}))
    assert gini(curve) == pytest.approx(1 / (2 * a - 1), abs=0.01)
    at_fifth = np.interp(0.2, curve["customers"], curve["sales"])
    assert at_fifth == pytest.approx(0.2 ** (1 - 1 / a), abs=0.01)


def test_the_curve_by_hand():
    curve = lorenz(pd.DataFrame({"recent_sales": [50.0, 30.0, 20.0, -5.0]}))
    assert curve["sales"].tolist() == pytest.approx([0, 0.5, 0.8, 1, 1])
    assert customers_for(curve, 0.8) == 0.5
    assert customers_for(curve, 0.81) == 0.75


def test_no_sales_at_all_give_no_curve():
    assert "recent sales" in str(lorenz(pd.DataFrame({"recent_sales": [0.0, -3.0]})))


@given(
    st.lists(st.integers(1, 5), min_size=5, max_size=80),
    st.integers(1, 50),
    st.floats(0.5, 40),
    st.lists(st.integers(0, 20), min_size=5, max_size=5),
)
def test_the_hours_of_the_plan_are_the_hours_of_the_team(band, reps, hours, visits):
    chosen = Parameters(rep_hours_week=hours, visits_a_year=visits)
    plan = contact_plan(pd.DataFrame({"band": band}), reps, chosen)
    assert plan.rows["hours"].sum() == pytest.approx(reps * hours * 46)
    each = plan.rows["channel"].map(dict(zip(CHANNELS, chosen.contact_hours, strict=True)))
    spent = (plan.rows["contacts"] * plan.rows["customers"] * each).sum()
    assert spent == pytest.approx(reps * hours * 46)
    # What a customer of one band gets against one of another stays as asked for.
    wanted = plan.rows["wanted"] > 0
    assert np.allclose((plan.rows["contacts"] / plan.rows["wanted"])[wanted], plan.stretch)


def test_a_plan_by_hand():
    """One customer a band, 12 + 6 visits of 4 hours: 72 hours wanted, 36 there, so half of each."""
    none = dict.fromkeys(("calls_a_year", "messages_a_year", "mails_a_year"), [0] * 5)
    chosen = Parameters(rep_hours_week=36 / 46, visits_a_year=[12, 6, 0, 0, 0], **none)
    plan = contact_plan(pd.DataFrame({"band": [1, 2, 3, 4, 5]}), 1, chosen)
    assert plan.wanted_hours == 72
    assert plan.rows.query("channel == 'visit'")["contacts"].tolist() == pytest.approx([6, 3, 0, 0, 0])
    assert every(plan.rows["contacts"].iloc[0]) == "every 9 weeks"


def test_no_contacts_wanted_is_said():
    names = ("visits_a_year", "calls_a_year", "messages_a_year", "mails_a_year")
    chosen = Parameters(**dict.fromkeys(names, [0] * 5))
    assert "contacts wanted" in str(contact_plan(pd.DataFrame({"band": [1] * 5}), 3, chosen))


class Known:
    def __init__(self, reps):
        self.reps = reps

    def frame(self, name, *columns):
        return self.reps


def test_account_responsibles_who_are_there_are_counted():
    reps = pd.DataFrame(
        {"role": ["AR", "AR", "SR", "manager"], "left_at": [pd.NaT, pd.Timestamp("2025-01-01"), pd.NaT, pd.NaT]}
    )
    assert contact_reps(Known(reps), Parameters()) == 1
    assert contact_reps(Known(reps.drop(columns="role")), Parameters()) == 3
    assert contact_reps(Known(reps), Parameters(contact_reps=7)) == 7
    assert "contact_reps" in str(contact_reps(Known(NotEnoughData("reps")), Parameters()))


def test_hours_spent_by_band_add_up():
    banded = pd.DataFrame({"band": [1, 1, 5]}, index=["A", "B", "C"])
    spent = pd.DataFrame({"hours": [2.0, 6.0, 99.0]}, index=["A", "C", "no customer"])
    assert hours_by_band(banded, spent)["share"].tolist() == [0.25, 0, 0, 0, 0.75]
    assert isinstance(hours_by_band(banded, spent.loc[["no customer"]]), NotEnoughData)


def test_wallet_share_by_hand():
    found = customers([50.0, 200.0, 10.0, -5.0], potential_spend=[100.0, 100.0, 0.0, 40.0])
    wallet = wallet_share(found, 24)
    # Sales of two years are halved; no potential, no share; who returned more than it bought has none of it.
    assert wallet["wallet_share"].tolist()[:2] == [0.25, 1.0]
    assert np.isnan(wallet["wallet_share"].iloc[2])
    assert wallet["wallet_share"].iloc[3] == 0
    assert wallet["headroom"].tolist()[0::3] == [75.0, 40.0]
    assert wallet["above_potential"].tolist() == [False, False, False, False]
    assert total_share(found, wallet) == pytest.approx((25 + 100 + 0) / 240)


def test_no_potential_says_what_is_needed():
    assert "accounts.potential_spend" in str(wallet_share(customers([1.0]), 12))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tier_weights": [1.0, 1.0]}, "tier_weights"),
        ({"tier_weights": [0.0] * 5}, "at least one weight"),
        ({"tier_shares": [0.5, 0.3, 0.2]}, "leaves tier D the rest"),
        ({"visits_a_year": [1]}, "visits_a_year"),
        ({"contact_hours": [0.0, 0.5, 0.2, 0.3]}, "contact_hours.0"),
    ],
)
def test_a_wrong_parameter_is_refused_with_a_clear_sentence(wrong, said):
    with pytest.raises(InputError, match=said):
        Parameters(**wrong)
