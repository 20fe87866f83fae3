"""What the calendar does is learned where it does something, used where past forecasts gain, and dated right."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from salesops.errors import InputError
from salesops.sales_forecasting.adjustments import calendar_adjustment, no_adjustment
from salesops.sales_forecasting.base_forecasts import base_forecasts, origins_of
from salesops.sales_forecasting.calendar_effects import calendar_coefficients
from salesops.sales_forecasting.facts import series_facts
from salesops.sales_forecasting.nodes import nodes_of
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.parameters import Parameters
from salesops.sales_forecasting.sections_season import calendar_said
from salesops.sales_forecasting.series import monthly_sales
from salesops.sales_forecasting.workdays import FEAST, calendar_matrix, calendar_of, feast_share, new_year, working_days

AS_OF = date(2026, 9, 30)
MONTHS = 96
FIRST = "2018-10"


def orders_with_feast(effect: float, seed: int = 0, parts: int = 10, noise: float = 0.05) -> pd.DataFrame:
    """One order a month and region; a month that holds the whole feast sells exp(effect) times as much."""
    rng = np.random.default_rng(seed)
    month = np.arange(MONTHS)
    days = pd.date_range(f"{FIRST}-01", periods=MONTHS, freq="MS") + pd.Timedelta(days=9)
    shape = 1000 * 1.004**month * (1 + 0.1 * np.sin(2 * np.pi * month / 12))
    factor = np.exp(effect * feast_share(FIRST, MONTHS, "CN"))
    frames = [
        pd.DataFrame({"ordered_at": days, "region": f"R{part}",
                      "amount": shape * factor * np.exp(rng.normal(0, noise, MONTHS))})
        for part in range(parts)
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


# Published days of the Spring Festival.
@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2015, (2, 19)),
        (2020, (1, 25)),
        (2023, (1, 22)),
        (2024, (2, 10)),
        (2026, (2, 17)),
        (2030, (2, 3)),
        (2033, (1, 31)),
    ],
)
def test_the_year_begins_on_the_published_day(year, day):
    assert new_year(year) == date(year, *day)


def test_working_days_know_holidays_and_weekends_that_are_worked():
    # State Council of China: 1 to 8 October 2025 off, 28 September and 11 October (weekends) worked.
    assert working_days("2025-10", 1, "CN").tolist() == [18.0]
    # Germany, October 2025: 23 weekdays less the 3rd.
    assert working_days("2025-10", 1, "DE").tolist() == [22.0]


def test_who_keeps_the_chinese_new_year_is_not_told_by_another_holiday_of_that_day():
    # Carnival Tuesday in Argentina, Ecuador and Panama, Statehood Day in Serbia, a day of the revolution in Libya;
    # Ash Wednesday in Jamaica.
    assert not any(feast_share("2026-01", 3, country).any() for country in ("AR", "EC", "PA", "RS", "LY", "JM", "DE"))
    keep = ("CN", "HK", "ID", "KR", "MY", "PH", "SG", "TW", "VN")
    assert all(feast_share("2026-01", 3, country).sum() == 1 for country in keep)


def test_each_feast_lies_in_its_months_as_a_whole():
    share = feast_share("2015-01", 144, "CN").reshape(12, 12)
    np.testing.assert_allclose(share.sum(axis=1), 1.0)
    assert (share[:, 3:] == 0).all(), "never after March"
    assert feast_share("2024-01", 3, "CN").tolist() == [0.0, 1.0, 0.0]


def test_a_known_effect_is_found_and_single_months_do_not_decide():
    orders = orders_with_feast(-0.5)
    odd = orders.sample(frac=0.01, random_state=1).index
    orders.loc[odd, "amount"] *= 8
    nodes = _nodes(orders)
    calendar = calendar_matrix({FEAST: feast_share(FIRST, MONTHS, "CN")}, MONTHS)
    found = calendar_coefficients(nodes.past, calendar, nodes.months)
    np.testing.assert_allclose(found[0, 1:], -0.5, atol=0.1)


def test_errors_around_new_year_fall_by_a_third_and_others_stay():
    plain, allowed, names = _rolling_errors(orders_with_feast(-0.6))
    feast = np.isin(names, [1, 2])
    assert np.nanmean(allowed[feast]) < 0.67 * np.nanmean(plain[feast])
    assert np.nanmean(allowed[~feast]) < 1.05 * np.nanmean(plain[~feast])


def test_where_the_feast_does_nothing_allowing_for_it_costs_next_to_nothing():
    plain, allowed, _ = _rolling_errors(orders_with_feast(0.0))
    assert np.nanmean(allowed) - np.nanmean(plain) < 0.002


def test_the_back_test_keeps_what_helps_and_leaves_out_what_does_not():
    kept = forecast_sales(monthly_sales(orders_with_feast(-0.6), AS_OF), country="CN")
    assert FEAST in kept.reasons.used
    assert "better, so it is done" in calendar_said(kept)
    company = kept.reasons.coefficient[0, 0]
    assert company == pytest.approx(-0.6, abs=0.08)
    assert f"{-np.expm1(company):.0%} less" in calendar_said(kept)
    none = forecast_sales(monthly_sales(orders_with_feast(0.0), AS_OF), country="CN")
    assert none.reasons.used == ""
    assert forecast_sales(monthly_sales(orders_with_feast(-0.6), AS_OF)).reasons.calendar == {}


def test_a_february_with_the_feast_is_forecast_below_one_without():
    outlook = forecast_sales(monthly_sales(orders_with_feast(-0.6), AS_OF), country="CN")
    months = (outlook.last_month + np.arange(1, 13)).astype(str).tolist()
    january, february = (outlook.mean[months.index(name), 0] for name in ("2027-01", "2027-02"))
    assert february < 0.75 * january, "in 2027 the year begins on 6 February"


def test_an_unknown_country_is_refused_with_the_nearest_name():
    with pytest.raises(InputError, match="country"):
        Parameters(country="XX")
    assert Parameters(country="").country == ""
    assert Parameters(country="DE").country == "DE"


def _nodes(orders):
    history = monthly_sales(orders, AS_OF)
    return nodes_of(history, series_facts(history, 18))


def _rolling_errors(orders):
    """Return relative errors without and with the calendar, origins × horizon × nodes, and each cell's month."""
    nodes = _nodes(orders)
    cuts, minimum = origins_of(nodes, 12, 24)
    calendar = {FEAST: calendar_of(nodes.first, MONTHS + 12, "CN")[FEAST]}
    plain = no_adjustment(nodes, cuts, 12)
    allowed = calendar_adjustment(nodes, cuts, 12, calendar_matrix(calendar, MONTHS + 12))
    rolled = [base_forecasts(nodes, cuts, minimum, adjustment).rolling for adjustment in (plain, allowed)]
    month = (MONTHS - rolled[0].cuts[:, None] + np.arange(12) + 9) % 12 + 1
    return *(np.abs(rolling.error) / rolling.actual for rolling in rolled), month
