"""Three ways to size a segment, by hand, and on sample companies whose true sizes are known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from salesops import tables
from salesops.market_sizing.bottom_up import bottom_up
from salesops.market_sizing.grain import at_our_grain
from salesops.market_sizing.own_history import own_history
from salesops.market_sizing.parameters import Parameters
from salesops.market_sizing.segments import Ours, ours
from salesops.market_sizing.serviceable import serviceable
from salesops.market_sizing.sizes import market_sizes
from salesops.market_sizing.top_down import top_down
from salesops.market_sizing.usual_spend import usual_spend
from salesops.not_enough_data import NotEnoughData
from salesops.tables.sample import generate

CLINICS = {"industry": "clinic", "region": "East"}


def accounts(spends, **where):
    return pd.DataFrame(
        {**CLINICS, **where, "account_id": np.arange(len(spends)).astype(str), "potential_spend": spends}
    )


def sales(amount, year=2025, **where):
    return pd.DataFrame({**CLINICS, **where, "month": pd.date_range(f"{year}-01-01", periods=12, freq="MS"),
                         "sales": amount / 12, "cost": np.nan, "product_line": "gloves"})  # fmt: skip


def market(**columns):
    return pd.DataFrame({"year": [2025], "industry": ["clinic"], "region": ["East"], "spend": [1000.0], **columns})


def test_a_source_that_states_no_range_gets_the_error_of_the_parameter():
    found = top_down(market(), 2025, Parameters(size_error=0.2)).iloc[0]
    # 80% of a lognormal with standard deviation 0.2: 1.2816 standard deviations to either side.
    assert np.log(found["p90"] / found["p50"]) == pytest.approx(0.2 * 1.28155, abs=1e-4)
    assert found["p50"] == 1000


def test_a_range_that_cannot_hold_the_middle_gives_way_to_the_parameter():
    plain, odd = (top_down(source, 2025, Parameters()) for source in (market(), market(p10=[0.0], p90=[900.0])))
    assert odd[["p10", "p90"]].to_numpy() == pytest.approx(plain[["p10", "p90"]].to_numpy())


def test_buyers_times_spend_is_the_market_from_below():
    found = bottom_up(accounts([100.0] * 20), market(adopters=[50]), 2025, Parameters()).iloc[0]
    assert found["p50"] == pytest.approx(5000)
    assert found["buyers"] == 50


def test_buyers_nobody_counts_are_our_accounts_over_the_share_that_we_know():
    found = bottom_up(accounts([100.0] * 20), None, 2025, Parameters(known_share=0.4)).iloc[0]
    assert found["p50"] == pytest.approx(20 / 0.4 * 100)


def test_buyers_we_do_not_know_may_spend_less():
    found = bottom_up(accounts([100.0] * 20), market(adopters=[80]), 2025, Parameters(unknown_spend=0.5)).iloc[0]
    assert found["p50"] == pytest.approx(20 * 100 + 60 * 50)


def test_knowing_all_buyers_leaves_no_error_of_sampling():
    rng = np.random.default_rng(1)
    spends = rng.lognormal(4, 0.8, 40)
    all_known, half_known = (
        bottom_up(accounts(spends), market(adopters=[buyers]), 2025, Parameters(count_error=0.001)).iloc[0]
        for buyers in (40, 80)
    )
    assert np.log(all_known["p90"] / all_known["p10"]) < 0.01 < np.log(half_known["p90"] / half_known["p10"])


def test_a_segment_of_few_accounts_leans_on_its_industry_and_region():
    rng = np.random.default_rng(2)
    parts = [
        accounts(base * rich * rng.lognormal(-0.08, 0.4, 3 if (base, rich) == (300.0, 2.0) else 60),
                 industry=f"i{base:.0f}", region=f"r{rich:.0f}")
        for base in (100.0, 200.0, 300.0) for rich in (1.0, 2.0, 3.0)
    ]  # fmt: skip
    rows = pd.concat(parts)
    rows.loc[(rows["industry"] == "i300") & (rows["region"] == "r2"), "potential_spend"] = [2000.0, 100.0, 150.0]
    found = usual_spend(rows).loc[("i300", "r2"), "spend"]
    # Its own mean is 750; industry and region say 600.
    assert abs(found - 600) < abs(750 - 600) / 2


def test_the_market_is_never_less_than_what_we_sold_ourselves():
    rivals = pd.DataFrame(
        {"year": [2025], "competitor": ["A"], "revenue": [1.0], **{k: [v] for k, v in CLINICS.items()}}
    )
    found = own_history(sales(120.0), rivals, 2025, Parameters(rival_error=1.0)).iloc[0]
    assert found["p10"] >= 120.0
    assert found["share"] == pytest.approx(120 / 121)


def test_a_share_of_the_whole_stands_for_every_segment_with_a_wider_interval():
    both = pd.concat([sales(30.0), sales(10.0, region="West")])
    rivals = pd.DataFrame({"year": [2025], "competitor": ["A"], "revenue": [60.0]})
    found = own_history(both, rivals, 2025, Parameters()).set_index("region")
    assert found["p50"].to_dict() == pytest.approx({"East": 75.0, "West": 25.0})
    by_segment = own_history(sales(40.0), rivals.assign(**CLINICS), 2025, Parameters()).iloc[0]
    assert found["p90"]["East"] / found["p50"]["East"] > by_segment["p90"] / by_segment["p50"]


def test_our_share_is_that_of_the_year_among_rivals_that_sold():
    rivals = pd.DataFrame({"year": [2024, 2025, 2025], "competitor": ["A", "A", "B"], "revenue": [900.0, 90.0, 0.0],
                           **CLINICS})  # fmt: skip
    found = own_history(sales(10.0), rivals, 2025, Parameters()).iloc[0]
    assert found["share"] == pytest.approx(0.1)
    assert found["p50"] == pytest.approx(100)


def test_without_competitors_a_share_can_be_assumed():
    assert isinstance(own_history(sales(10.0), None, 2025, Parameters()), NotEnoughData)
    assert own_history(sales(10.0), None, 2025, Parameters(assumed_share=0.1)).iloc[0]["p50"] == pytest.approx(100)


def test_a_market_is_added_up_where_our_accounts_have_no_industries():
    without = Ours(accounts([1.0], industry="all"), sales(1.0, industry="all"), pd.Timestamp(2025, 12, 31), "orders")
    told = pd.concat([market(p10=[800.0]), market(p10=[700.0]).assign(industry="school")])
    added, _ = at_our_grain(without, told, NotEnoughData("competition"))
    assert added[["industry", "region", "spend", "p10"]].values.tolist() == [["all", "East", 2000.0, 1500.0]]


def test_outlooks_that_are_added_up_count_by_the_money_behind_them():
    without = Ours(accounts([1.0], industry="all"), sales(1.0, industry="all"), pd.Timestamp(2025, 12, 31), "orders")
    school = market(growth_outlook=[0.3]).assign(industry="school", spend=3000.0)
    added, _ = at_our_grain(without, pd.concat([market(growth_outlook=[0.1]), school]), NotEnoughData("competition"))
    assert added["growth_outlook"].tolist() == pytest.approx([(0.1 * 1000 + 0.3 * 3000) / 4000])


def test_what_fits_our_technology_is_a_binomial_share_with_five_accounts_of_the_mean_before_it():
    noted = pd.concat([accounts([1.0] * 8, region="East"), accounts([1.0] * 2, region="West")])
    noted = noted.assign(technology_fit=[3.0] * 7 + [2.0] + [2.0] * 2)
    where = pd.DataFrame({"industry": "clinic", "region": ["East", "West", "South"]})
    found = serviceable(where, noted, Parameters(least_technology_fit=3))
    fit, size = np.array([7, 0, 0]), np.array([8, 2, 0])
    after = stats.beta(fit + 5 * 0.7, size - fit + 5 * 0.3)
    assert found["fit"].to_numpy() == pytest.approx(after.mean())
    assert found["sd"].to_numpy() == pytest.approx(after.std())


def test_without_orders_the_deals_won_are_our_sales_and_the_page_may_say_so(tmp_path):
    deals = pd.DataFrame({"opportunity_id": ["1", "2"], "account_id": "A", "amount": [70.0, 900.0], "stage": "won",
                          "status": ["won", "lost"], "created_at": pd.Timestamp(2025, 1, 1),
                          "closed_at": pd.Timestamp(2025, 3, 1)})  # fmt: skip
    deals.to_parquet(tmp_path / "opportunities.parquet", index=False)
    found = ours(tables.load(str(tmp_path), "2025-12-31"))
    assert found.source == "won opportunities"
    assert found.sales["sales"].sum() == 70.0


def covered(folder, seed, accounts_of_company):
    """Segments of one sample company, and how many of their true sizes lie within the 80% interval."""
    company = generate(accounts=accounts_of_company, seed=seed)
    for name in ("accounts", "orders", "market", "competition"):
        company.tables[name].to_parquet(folder / f"{name}.parquet", index=False)
    known = tables.load(str(folder), "2026-09-30")
    found = market_sizes(ours(known), known.frame("market"), known.frame("competition"), Parameters())
    rows = found.segments.merge(company.truth["market"], on=["industry", "region"])
    rows = rows[rows["tam"] > 0]
    return len(rows), int(((rows["p10"] <= rows["tam"]) & (rows["tam"] <= rows["p90"])).sum())


@pytest.mark.slow
def test_true_sizes_of_sample_companies_lie_in_the_80_percent_interval_as_often_as_it_says(tmp_path):
    counts = []
    for seed in range(100, 112):
        folder = tmp_path / str(seed)
        folder.mkdir()
        counts.append(covered(folder, seed, 300))
    segments, held = np.sum(counts, axis=0)
    assert segments > 200
    # Segments of one company err together, so that twelve companies tell the share to about four points.
    assert 0.7 <= held / segments <= 0.92
