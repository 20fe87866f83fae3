"""Coverage, growth, season, the matrix, the shelf and SWOT: figures worked out by hand, and properties."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import linregress

from salesops import tables
from salesops.market_sizing.coverage import coverage, unseen, white_spots
from salesops.market_sizing.obtainable import obtainable
from salesops.market_sizing.parameters import Parameters
from salesops.market_sizing.position import ADVICE, position
from salesops.market_sizing.rivals import US, WHOLE, revenues, shares_of, shift_of
from salesops.market_sizing.sales_force import sales_force
from salesops.market_sizing.scenarios import what_if
from salesops.market_sizing.segments import Ours, ours
from salesops.market_sizing.shelf import product_shelf
from salesops.market_sizing.sizes import market_sizes
from salesops.market_sizing.swot import price_gaps, swot
from salesops.market_sizing.trend import growth_table, market_growth, own_growth, season
from salesops.not_enough_data import NotEnoughData

AS_OF = date(2025, 12, 31)
NOTHING = NotEnoughData("nothing")


@pytest.fixture
def folder(tmp_path):
    """Four accounts in two regions: one buys, one has a deal, one is only known, one is in the other region."""
    frames = {
        "accounts": {"account_id": list("ABCD"), "name": list("abcd"), "industry": "clinic",
                     "region": ["East", "East", "East", "West"], "potential_spend": [100.0, 200.0, 300.0, 400.0]},
        "contacts": {"contact_id": ["1"], "account_id": ["A"], "decision_role": ["user"]},
        "orders": {"order_id": ["1", "2"], "account_id": ["A", "D"], "amount": [50.0, 40.0],
                   "ordered_at": pd.to_datetime(["2025-06-01", "2025-12-31"])},
        "opportunities": {"opportunity_id": ["1", "2"], "account_id": ["B", "C"], "amount": 10.0, "status": "open",
                          "stage": "offer", "created_at": pd.to_datetime(["2025-01-01", "2020-01-01"])},
    }  # fmt: skip
    for name, frame in frames.items():
        pd.DataFrame(frame).to_parquet(tmp_path / f"{name}.parquet", index=False)
    return tmp_path


def test_coverage_counts_accounts_and_their_spend(folder):
    known = tables.load(str(folder), "2025-12-31")
    found = coverage(known, ours(known))
    assert found.steps["accounts"].to_dict() == {"contact": 0.25, "opportunity": 0.25, "order": 0.5}
    assert found.steps["spend"].to_dict() == pytest.approx({"contact": 0.1, "opportunity": 0.2, "order": 0.5})


def test_a_white_spot_has_neither_a_late_deal_nor_an_order(folder):
    known = tables.load(str(folder), "2025-12-31")
    assert white_spots(coverage(known, ours(known)), 9)["account_id"].tolist() == ["C"]


def test_peers_are_the_same_industry_elsewhere_and_the_gap_is_money(folder):
    known = tables.load(str(folder), "2025-12-31")
    east = coverage(known, ours(known)).segments.set_index("region").loc["East"]
    # 50 of 600 in the East, 40 of 400 in the West.
    assert east["penetration"] == pytest.approx(50 / 600)
    assert east["peers"] == pytest.approx(0.1)
    assert east["gap"] == pytest.approx(10.0)


def test_money_of_buyers_nobody_names_is_the_market_less_what_accounts_spend(folder):
    known = tables.load(str(folder), "2025-12-31")
    market = pd.DataFrame({"year": [2025] * 2, "industry": "clinic", "region": ["East", "West"],
                           "spend": [1000.0, 300.0], "p10": [999.9, 299.9], "p90": [1000.1, 300.1]})  # fmt: skip
    sizes = market_sizes(ours(known), market, NOTHING, Parameters(count_error=1.9, least_technology_fit=0))
    found = unseen(coverage(known, ours(known)), sizes).set_index("region")["unseen"]
    assert found["East"] == pytest.approx(400, rel=0.2)
    assert found["West"] == 0


def test_where_we_know_nobody_all_the_money_is_unseen(folder):
    known = tables.load(str(folder), "2025-12-31")
    market = pd.DataFrame({"year": 2025, "industry": "clinic", "region": ["East", "North"], "spend": [1000.0, 700.0]})
    sizes = market_sizes(ours(known), market, NOTHING, Parameters())
    found = unseen(coverage(known, ours(known)), sizes)
    assert found["unseen"].is_monotonic_decreasing
    north = found.set_index("region").loc["North"]
    assert (north["named"], north["unseen"]) == (0.0, north["market"])
    assert north["market"] > 0


def monthly(values, **columns):
    months = pd.date_range("2024-01-01", periods=len(values), freq="MS")
    base = {"industry": "clinic", "region": "East", "product_line": "gloves", "month": months, "cost": np.nan}
    return pd.DataFrame({**base, "sales": values, **columns})


def company(sales):
    return Ours(pd.DataFrame(), sales, AS_OF, "orders")


def test_the_season_of_a_steady_year_is_flat_even_if_sales_double():
    assert season(company(monthly([1.0] * 12 + [2.0] * 12))).to_numpy() == pytest.approx(1.0)


def test_december_with_twice_the_sales_of_a_month_stands_out():
    year = [1.0] * 11 + [2.0]
    assert season(company(monthly(year * 2))).loc["clinic", 12] == pytest.approx(2 / (13 / 12))


def test_one_year_of_sales_tells_neither_season_nor_growth():
    one = company(monthly([1.0] * 12).assign(month=pd.date_range("2025-01-01", periods=12, freq="MS")))
    assert isinstance(season(one), NotEnoughData)
    assert isinstance(own_growth(one), NotEnoughData)


def test_growth_of_the_market_stands_beside_ours():
    years = pd.DataFrame({"year": [2022, 2023, 2024, 2025], "industry": "clinic", "region": "East"})
    market = years.assign(spend=100 * 1.2 ** np.arange(4))
    found = growth_table(market_growth(market, 2025), own_growth(company(monthly([1.0] * 12 + [1.1] * 12))))
    assert found[["market", "ours"]].to_numpy()[0] == pytest.approx([0.2, 0.1])


def test_a_source_that_expects_less_growth_halves_the_distance_and_widens_the_error():
    rows = pd.DataFrame({"year": [2024, 2025], "industry": "clinic", "region": "East", "spend": [100.0, 110.0]})
    plain, told = market_growth(rows, 2025).iloc[0], market_growth(rows.assign(growth_outlook=0.0), 2025).iloc[0]
    assert told["growth"] == pytest.approx(plain["growth"] / 2)
    assert told["sd"] > plain["sd"]


def test_the_error_of_a_trend_is_that_of_least_squares():
    spend = np.array([100.0, 180.0, 120.0, 260.0])
    rows = pd.DataFrame({"year": [2022, 2023, 2024, 2025], "industry": "clinic", "region": "East", "spend": spend})
    found, line = market_growth(rows, 2025).iloc[0], linregress(np.arange(4), np.log(spend))
    assert (found["growth"], found["sd"]) == pytest.approx((line.slope, line.stderr))


def test_our_own_sales_are_one_of_the_competitors_in_years_that_we_sold_in_throughout():
    rivals = pd.DataFrame({"year": [2023, 2024, 2025], "competitor": "A", "revenue": [90.0, 88.0, 76.0],
                           "industry": "clinic", "region": "East"})  # fmt: skip
    rows = revenues(company(monthly([1.0] * 12 + [2.0] * 12)), rivals)
    assert sorted(rows["year"].unique()) == [2024, 2025]
    shares = shares_of(rows)
    mine = shares[(shares["competitor"] == US) & (shares["segment"] == WHOLE)].set_index("year")["share"]
    assert mine.to_dict() == pytest.approx({2024: 0.12, 2025: 0.24})
    assert shift_of(rows).set_index("competitor").loc[US, "own"] == pytest.approx(0.12)


def placed(**columns):
    frame = pd.DataFrame({"industry": "clinic", "region": list("abcdefghi"), "growth": 0.0, **columns})
    reached = type("Reached", (), {"segments": frame.assign(sam=1.0, share=0.1).assign(**columns)})()
    figures = frame[["industry", "region"]]
    return position(reached, figures, [1, 1, 0, 0], [1, 0, 0, 0])


def test_the_largest_and_strongest_segment_is_for_investment_whatever_the_weights():
    found = placed(sam=np.arange(1.0, 10), growth=np.arange(9) / 100, share=np.arange(9) / 100).segments
    best, worst = found.iloc[-1], found.iloc[0]
    assert best["advice"] == ADVICE[2][2] == "invest"
    assert worst["advice"] == "no priority"
    assert best["stays"] == 1.0
    assert found["top"].sum() == pytest.approx(5)
    # A mean of places among nine, whatever the weights add up to: the best is half a place from the top.
    assert best["attractiveness"] == pytest.approx(8.5 / 9)


def test_a_figure_that_is_the_same_everywhere_says_nothing():
    found = placed(sam=np.arange(1.0, 10), share=np.arange(9) / 100)
    assert found.used["attractiveness"] == ["size"]


def test_two_segments_are_no_matrix():
    frame = pd.DataFrame({"industry": "clinic", "region": ["a", "b"], "sam": [1.0, 2.0], "growth": 0.1,
                          "share": [0.1, 0.2]})  # fmt: skip
    few = position(
        type("Reached", (), {"segments": frame})(), frame[["industry", "region"]], [1, 0, 0, 0], [1, 0, 0, 0]
    )
    assert isinstance(few, NotEnoughData)


def test_lines_of_the_shelf_by_growth_and_margin():
    grows = monthly([1.0] * 12 + [2.0] * 12, product_line="gloves", cost=[0.5] * 12 + [1.0] * 12)
    falls = monthly([2.0] * 12 + [1.0] * 12, product_line="masks")
    found = product_shelf(company(pd.concat([grows, falls])), NOTHING, NOTHING).set_index("product_line")
    assert found["stage"].to_dict() == {"gloves": "growing", "masks": "declining"}
    assert found.loc["gloves", ["sales", "margin"]].to_list() == pytest.approx([24.0, 0.5])
    assert np.isnan(found.loc["masks", "margin"])


def test_a_lines_market_is_what_rivals_and_we_sold_and_its_place_rests_on_the_largest_rival():
    small = monthly([1.0] * 12 + [2.0] * 12, product_line="gloves")
    large = monthly([8.0] * 24, product_line="masks")
    rivals = pd.DataFrame({"year": [2024, 2025, 2025, 2024, 2025], "competitor": ["A", "A", "B", "A", "A"],
                           "product_line": ["gloves"] * 3 + ["masks"] * 2,
                           "revenue": [88.0, 60.0, 36.0, 4.0, 4.0]})  # fmt: skip
    found = product_shelf(company(pd.concat([small, large])), rivals, NOTHING).set_index("product_line")
    # Gloves: 88 + 12 became 96 + 24; masks: 100 both times.
    assert found["market_growth"].to_dict() == pytest.approx({"gloves": np.log(1.2), "masks": 0.0})
    assert found["share"].to_dict() == pytest.approx({"gloves": 0.2, "masks": 0.96})
    assert found["place"].to_dict() == {"gloves": "question mark", "masks": "cash cow"}


def test_a_shelf_from_which_nothing_was_sold_for_a_year_says_so():
    long_ago = monthly([1.0] * 24, product_line="gloves")
    long_ago["month"] -= pd.DateOffset(years=3)
    found = product_shelf(company(long_ago), NOTHING, NOTHING)
    assert isinstance(found, NotEnoughData)
    assert "nothing was sold in the last twelve months" in found.why


def test_each_line_of_swot_rests_on_a_number():
    losses = pd.DataFrame({"by": "competitor", "value": ["A", "B", "C"], "lost": [30, 10, 2], "won": [10, 30, 1],
                           "win_rate": [0.25, 0.75, 0.3], "expected": 0.5, "gap": [-0.25, 0.25, -0.2],
                           "gap_low": [-0.4, 0.1, -0.9],
                           "gap_high": [-0.1, 0.4, 0.5]})  # fmt: skip
    shift = pd.DataFrame({"competitor": [US, "A"], "share_before": [0.5, 0.5], "share_now": [0.4, 0.6]})
    lines = swot(losses, shift, NOTHING, NOTHING, NOTHING, NOTHING, "CNY")
    said = set(zip(lines["kind"], lines["line"], strict=True))
    assert said == {
        ("weakness", "We win less often than expected against A"),
        ("strength", "We win more often than expected against B"),
        ("weakness", "We lose share"),
        ("threat", "A gains share"),
    }
    assert lines["figure"].str.contains(r"\d").all()
    assert lines["figure"].iloc[0] == "75% won; 25 points above expected (80%: 10 to 40)"


def test_a_price_gap_is_the_median_over_enough_deals():
    rows = pd.DataFrame({"competitor": ["A"] * 20 + ["B"] * 3, "our_price": 110.0, "competitor_price": 100.0,
                         "created_at": pd.Timestamp(2025, 6, 1)})  # fmt: skip
    found = price_gaps(rows, AS_OF)
    assert found["competitor"].tolist() == ["A"]
    assert found["gap"].iloc[0] == pytest.approx(0.1)


def test_a_rep_carries_what_busy_reps_do_unless_told(tmp_path):
    orders = pd.DataFrame({"order_id": np.arange(12).astype(str), "account_id": [f"A{n}" for n in range(12)],
                           "amount": 1.0, "ordered_at": pd.Timestamp(2025, 6, 1),
                           "rep_id": ["R1"] * 9 + ["R2"] * 3})  # fmt: skip
    orders.to_parquet(tmp_path / "orders.parquet", index=False)
    reps = pd.DataFrame({"rep_id": ["R1", "R2", "R3"], "region": "East", "role": "AR",
                         "left_at": pd.to_datetime([None, None, "2024-01-01"])})  # fmt: skip
    reps.to_parquet(tmp_path / "reps.parquet", index=False)
    known = tables.load(str(tmp_path), "2025-12-31")
    found = sales_force(known, Parameters())
    assert found.reps.to_dict() == {"East": 2.0}
    assert found.per_rep == pytest.approx(np.quantile([9, 3], 0.75))
    assert sales_force(known, Parameters(accounts_per_rep=40)).per_rep == 40


def test_reps_without_a_customer_do_not_tell_what_a_rep_carries(tmp_path):
    orders = pd.DataFrame({"order_id": ["1"], "account_id": "A", "amount": 1.0, "rep_id": ["gone"],
                           "ordered_at": pd.Timestamp(2025, 6, 1)})  # fmt: skip
    orders.to_parquet(tmp_path / "orders.parquet", index=False)
    pd.DataFrame({"rep_id": ["new"]}).to_parquet(tmp_path / "reps.parquet", index=False)
    assert isinstance(sales_force(tables.load(str(tmp_path), "2025-12-31"), Parameters()), NotEnoughData)


def test_where_all_reps_have_left_nobody_carries_anything(tmp_path):
    reps = pd.DataFrame({"rep_id": ["R1"], "left_at": pd.Timestamp(2025, 3, 1)})
    reps.to_parquet(tmp_path / "reps.parquet", index=False)
    orders = pd.DataFrame({"order_id": ["1"], "account_id": "A", "amount": 1.0, "ordered_at": pd.Timestamp(2025, 6, 1)})
    orders.to_parquet(tmp_path / "orders.parquet", index=False)
    found = sales_force(tables.load(str(tmp_path), "2025-12-31"), Parameters(accounts_per_rep=40))
    assert isinstance(found, NotEnoughData)


def test_a_region_that_is_not_served_has_nothing_to_win(folder):
    known = tables.load(str(folder), "2025-12-31")
    mine = ours(known)
    market = pd.DataFrame(
        {"year": [2025] * 2, "industry": "clinic", "region": ["East", "West"], "spend": [900.0, 800.0]}
    )
    settings = Parameters(served_regions=["East"], draws=500)
    found = obtainable(market_sizes(mine, market, NOTHING, settings), mine, NOTHING, NOTHING, -1.0, settings)
    served = found.segments.set_index("region")["sam"]
    assert served["West"] == 0 < served["East"]


def won(folder, **changes):
    """Return what can be won in three years, in all, with some parameters moved."""
    known = tables.load(str(folder), "2025-12-31")
    mine = ours(known)
    market = pd.DataFrame({"year": 2025, "industry": "clinic", "region": ["East", "West"], "spend": [900.0, 800.0]})
    settings = Parameters(draws=500, **changes)
    sizes = market_sizes(mine, market, NOTHING, settings)
    return obtainable(sizes, mine, NOTHING, NOTHING, -2.0, settings).totals["SOM"].p50


def test_scenarios_move_what_can_be_won_the_way_they_should(folder):
    base = won(folder)
    assert won(folder, growth_change=0.05) > base > won(folder, growth_change=-0.05)
    assert won(folder, entrant_share=0.2) == pytest.approx(0.8 * base, rel=0.01)
    assert won(folder, regulation_shift=-0.2) == pytest.approx(0.8 * base, rel=0.02)
    # At an elasticity of -2 a tenth on the price costs a tenth of sales in money: 1.1 to the power of -1.
    assert won(folder, price_change=0.1) == pytest.approx(base / 1.1, rel=0.01)


def test_what_if_tells_changes_against_the_page(folder):
    mine, settings = ours(tables.load(str(folder), "2025-12-31")), Parameters(draws=500)
    market = pd.DataFrame({"year": 2025, "industry": "clinic", "region": ["East", "West"], "spend": [900.0, 800.0]})
    sizes = market_sizes(mine, market, NOTHING, settings)
    base = obtainable(sizes, mine, NOTHING, NOTHING, -2.0, settings)
    found = what_if(base, sizes, mine, NOTHING, NOTHING, -2.0, settings).set_index("what")["change"]
    assert found["a new competitor takes a tenth"] == pytest.approx(-0.1, abs=0.01)
    assert found["our prices rise by 5%"] == pytest.approx(1 / 1.05 - 1, abs=0.01)
