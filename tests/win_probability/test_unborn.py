"""Deals not yet born: their number, which are won by when, and what they bring."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight

from salesops.win_probability.arrivals import MONTH_DAYS, learn_arrivals, months_between
from salesops.win_probability.fortune import Fortune
from salesops.win_probability.unborn import Unborn, simulate_unborn, total_amounts, won_in
from salesops.win_probability.win_curve import OLDEST, WinCurve, learn_win_curve, won_by_age

STEADY = Fortune(np.zeros(4), 0.0)
DAY, SINCE = pd.Timestamp("2026-09-30"), pd.Timestamp("2022-09-30")


def born(per_month, rng, dispersion=1.0):
    """Days of birth over the four years, of so many a month on average."""
    months = months_between(SINCE, DAY)
    rates = np.full(len(months), float(per_month))
    if dispersion > 1:
        rates = rng.gamma(rates / (dispersion - 1), dispersion - 1)
    count = rng.poisson(rates)
    start = np.repeat(months["starts"].to_numpy(), count)
    return pd.Series(start + (rng.random(count.sum()) * 28).astype(int) * np.timedelta64(1, "D"))


def test_steady_births_go_on_as_they_were_and_no_wider_than_poisson():
    arrivals = learn_arrivals(born(40, np.random.default_rng(1)), SINCE, DAY)
    months = months_between(DAY, pd.Timestamp("2027-09-30"))
    assert arrivals.expected(months).sum() == pytest.approx(480, rel=0.08)
    assert arrivals.dispersion < 1.5
    # Drawn rates hold the number of births of a year, 480, to within what four years tell of it.
    assert arrivals.draw(months, np.random.default_rng(2), 2000).sum(axis=1).std() < 90


def test_births_that_vary_more_than_poisson_are_found_to():
    arrivals = learn_arrivals(born(40, np.random.default_rng(3), dispersion=5.0), SINCE, DAY)
    months = months_between(DAY, pd.Timestamp("2026-10-31"))
    drawn = np.random.default_rng(2).poisson(arrivals.draw(months, np.random.default_rng(1), 4000))
    assert 2.5 < arrivals.dispersion < 8
    assert drawn.var() / drawn.mean() > 2.5


def test_a_december_twice_as_busy_is_expected_again():
    rng = np.random.default_rng(5)
    steady, extra = born(60, rng), born(60, rng)
    arrivals = learn_arrivals(pd.concat([steady, extra[extra.dt.month == 12]]), SINCE, DAY)
    november, december = arrivals.expected(months_between(pd.Timestamp("2026-10-31"), pd.Timestamp("2026-12-31")))
    assert 1.5 < december / november < 2.2


def test_a_month_cut_short_counts_by_its_days():
    day = pd.Timestamp("2026-09-15")
    created = born(60, np.random.default_rng(6))
    arrivals = learn_arrivals(created[created <= day], SINCE, day)
    assert np.exp(arrivals.coefficients[0]) == pytest.approx(60, rel=0.12)
    assert months_between(day, pd.Timestamp("2026-09-30"))["days"].tolist() == [15]


def test_no_births_at_all_are_no_error():
    arrivals = learn_arrivals(pd.Series([], dtype="datetime64[ns]"), SINCE, DAY)
    assert 0 <= arrivals.expected(months_between(DAY, pd.Timestamp("2027-09-30"))).sum() < 1


def cohorts(deals, rng):
    """Deals won or lost at constant rates per month, .05 and .07, as known on the last day."""
    created = SINCE + pd.to_timedelta(rng.integers(1, (DAY - SINCE).days, deals), unit="D")
    closed = created + pd.to_timedelta(np.ceil(rng.exponential(1 / 0.12, deals) * MONTH_DAYS), unit="D")
    status = np.where(closed > DAY, "open", np.where(rng.random(deals) < 5 / 12, "won", "lost"))
    return pd.DataFrame({"created_at": created, "closed_at": closed.where(closed <= DAY), "status": status})


def test_the_share_won_by_age_is_the_one_of_the_law_and_of_aalen_and_johansen():
    deals = cohorts(6000, np.random.default_rng(7))
    curve = learn_win_curve(deals, SINCE, DAY).cumulative()
    months = np.arange(OLDEST + 1) / 2
    assert curve == pytest.approx(5 / 12 * (1 - np.exp(-0.12 * months)), abs=0.02)
    days = (deals["closed_at"].fillna(DAY) - deals["created_at"]).dt.days.to_numpy() / MONTH_DAYS
    kinds = deals["status"].map({"open": 0, "won": 1, "lost": 2}).to_numpy()
    published = CumIncidenceRight(days, kinds)
    assert curve[24] == pytest.approx(published.cinc[0][published.times <= 12][-1], abs=0.012)


def test_draws_of_the_curve_scatter_about_it_as_a_binomial_share_does():
    curve = WinCurve(*(np.eye(1, OLDEST, dtype=int)[0] * count for count in (400, 100, 0)))
    by_first_month = curve.draw(np.random.default_rng(1), 4000)[:, 1]
    assert by_first_month.mean() == pytest.approx(0.25, abs=0.003)
    assert by_first_month.std() == pytest.approx(np.sqrt(0.25 * 0.75 / 400), rel=0.06)


def test_won_deals_are_shared_out_to_quarters_by_the_age_they_have_then():
    ends = pd.Series(pd.to_datetime(["2026-12-31", "2027-03-31"]))
    months = months_between(DAY, ends.iloc[-1])
    # A deal is won at an age of 3½ to 4 months: those born in October are won in the quarter after, none in their own.
    curve = won_by_age(np.eye(OLDEST)[[7]], np.zeros((1, OLDEST)))[0]
    share = np.einsum("a,amq->mq", curve, won_in(months, DAY, ends))
    assert share[:, 0] == pytest.approx(0, abs=0.02)
    assert share[0, 1] == pytest.approx(1, abs=0.02)
    assert share[5, 1] == 0


def test_totals_of_many_wins_have_the_moments_of_sums_of_draws():
    amounts = np.random.default_rng(1).lognormal(11, 1, 300)
    rng = np.random.default_rng(2)
    one_by_one, at_once = (total_amounts(np.full((1000, 1), wins), amounts, rng) / wins for wins in (500, 501))
    assert one_by_one.mean() == pytest.approx(amounts.mean(), rel=0.01)
    assert one_by_one.std() == pytest.approx(amounts.std() / np.sqrt(500), rel=0.1)
    assert at_once.std() == pytest.approx(one_by_one.std(), rel=0.1)


def test_bookings_of_new_deals_are_births_times_share_won_times_amount():
    rng = np.random.default_rng(8)
    ends = pd.Series(pd.to_datetime(["2026-12-31", "2027-03-31", "2027-06-30", "2027-09-30"]))
    curve = learn_win_curve(cohorts(6000, rng), SINCE, DAY)
    unborn = Unborn(learn_arrivals(born(40, rng), SINCE, DAY), curve, np.full(50, 1000.0))
    found = simulate_unborn(unborn, DAY, ends, STEADY.odds, np.ones((4000, 4)), rng).mean(axis=0)
    # By the law: births at 40 a month from today on; what is won of them by t months is 40 · 5/12 · ∫ (1 − e^−.12u) du.
    months = np.arange(0, 13, 3)
    won = 40 * 5 / 12 * (months - (1 - np.exp(-0.12 * months)) / 0.12)
    assert found == pytest.approx(1000 * np.diff(won), rel=0.1)


def test_without_amounts_nothing_is_said_of_new_deals():
    rng = np.random.default_rng(9)
    unborn = Unborn(
        learn_arrivals(born(40, rng), SINCE, DAY), learn_win_curve(cohorts(100, rng), SINCE, DAY), np.zeros(3)
    )
    assert not simulate_unborn(
        unborn, DAY, pd.Series([pd.Timestamp("2026-12-31")]), STEADY.odds, np.ones((10, 1)), rng
    ).any()
