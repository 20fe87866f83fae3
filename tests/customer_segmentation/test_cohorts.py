"""Cohorts: who first bought together, and how many still buy so much later."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from salesops.customer_segmentation.cohorts import cohorts, retained, retention, wilson
from salesops.customer_segmentation.sections_relations import cohorts_section
from salesops.not_enough_data import NotEnoughData

AS_OF = date(2026, 9, 30)


def orders(rows):
    frame = pd.DataFrame(rows, columns=["account_id", "ordered_at", "amount"])
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"]).dt.date
    return ibis.memtable(frame)


def buyers(first):
    return pd.DataFrame({"first_order": [pd.Timestamp(first)]})


def drawn(count=400, seed=3):
    """Customers who begin over four years and buy in each later quarter by a chance of their own."""
    rng = np.random.default_rng(seed)
    begins = rng.integers(0, 16, count)
    rows = []
    for quarter in range(16):
        day = f"{2022 + (quarter + 3) // 4}-{1 + 3 * ((quarter + 3) % 4):02d}-15"
        there = begins < quarter
        buys = (begins == quarter) | (there & (rng.random(count) < 0.4))
        rows += [(f"C{i:03d}", day, 5.0) for i in np.flatnonzero(buys)]
    return rows


def test_a_cohort_by_hand():
    """Six begin in early 2024; three buy in the next quarter, one in the one after; a return is no purchase."""
    rows = [(c, "2024-02-01", 9.0) for c in "ABCDEF"]
    rows += [(c, "2024-05-01", 9.0) for c in "ABC"] + [("A", "2024-05-20", 9.0), ("A", "2024-08-01", 9.0)]
    rows += [("F", "2024-08-02", -9.0)]
    found = cohorts(orders(rows), buyers("2024-02-01"), AS_OF)
    shares = retention(found)
    assert shares.loc["2024", [1, 2, 3]].tolist() == [0.5, pytest.approx(1 / 6), 0.0]
    assert found.period == "quarter"
    # 2024 Q1 to 2026 Q3: nine later quarters are over.
    assert shares.columns.tolist() == list(range(1, 11))


def test_a_running_quarter_does_not_count():
    rows = drawn()
    whole = cohorts(orders(rows), buyers("2022-10-15"), date(2026, 9, 30))
    day_before = cohorts(orders(rows), buyers("2022-10-15"), date(2026, 9, 29))
    assert whole.rows["age"].max() == day_before.rows["age"].max() + 1


def test_members_are_those_who_have_been_watched_long_enough():
    """A table made in pandas, customer by customer, is the same."""
    rows = drawn()
    found = cohorts(orders(rows), buyers("2022-10-15"), AS_OF)
    frame = pd.DataFrame(rows, columns=["account_id", "day", "amount"])
    period = pd.PeriodIndex(pd.to_datetime(frame["day"]), freq="Q")
    first = period.to_series(index=frame.index).groupby(frame["account_id"]).transform("min")
    age = pd.Series([(now - then).n for now, then in zip(period, first, strict=True)])
    last = pd.Period("2026Q3", freq="Q")
    for (cohort, at), row in found.rows.set_index(["cohort", "age"]).iterrows():
        mine = (first.dt.year.astype(str) == cohort) & ((first + at) <= last)
        assert row["members"] == frame.loc[mine.to_numpy(), "account_id"].nunique()
        assert row["active"] == frame.loc[(mine & (age == at)).to_numpy(), "account_id"].nunique()


def test_the_chance_to_buy_again_is_found_within_its_interval():
    found = cohorts(orders(drawn(3000)), buyers("2022-10-15"), AS_OF)
    at = retained(found, 4)
    assert at["share"] == pytest.approx(0.4, abs=0.03)
    assert at["low"] < 0.4 < at["high"] + 0.02
    assert "about as much" in cohorts_section(found).text


def test_fewer_customers_who_stay_are_told():
    rows = [row for row in drawn(3000) if not (row[1] >= "2026-01-01" and int(row[0][1:]) % 2)]
    found = cohorts(orders(rows), buyers("2022-10-15"), AS_OF)
    assert "The newest stay less" in cohorts_section(found).text


def test_a_short_history_is_told_by_months():
    rows = [(f"C{i}", f"2026-{1 + i % 8:02d}-10", 5.0) for i in range(80)]
    rows += [(f"C{i}", "2026-09-05", 5.0) for i in range(0, 80, 2)]
    found = cohorts(orders(rows), buyers("2026-01-10"), AS_OF)
    assert found.period == "month"
    assert found.first == "2026-01"
    assert "month" in cohorts_section(found).headline


def test_one_period_alone_is_not_enough():
    absent = cohorts(orders([(f"C{i}", "2026-09-10", 5.0) for i in range(9)]), buyers("2026-09-10"), AS_OF)
    assert isinstance(absent, NotEnoughData)
    assert cohorts_section(absent).headline == "Cohorts: not enough data"


@pytest.mark.parametrize(("hits", "trials"), [(0, 7), (3, 10), (40, 40), (512, 1000)])
def test_intervals_are_those_of_wilson(hits, trials):
    assert wilson(hits, trials) == pytest.approx(proportion_confint(hits, trials, 0.2, "wilson"), abs=1e-9)
