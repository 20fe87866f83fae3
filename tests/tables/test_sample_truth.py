"""Plain, correct estimators find in the tables what the truth says: the sample is sound before any notebook uses it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import curve_fit
from scipy.stats import norm, spearmanr
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from salesops.tables.sample import Sample, generate
from salesops.tables.sample.accounts import ORDERS_PER_YEAR, REGULARITY, SEGMENTS, draw_accounts
from salesops.tables.sample.births import bear
from salesops.tables.sample.calendar import DAYS_PER_YEAR, FIRST_DAY, STEPS, order_clock
from salesops.tables.sample.catalogue import BOOST, CONSUMABLES, ELASTICITY
from salesops.tables.sample.company import SHOCK_SD, Company, found
from salesops.tables.sample.conditions import climate_at
from salesops.tables.sample.deals import WON, Story, run_deals
from salesops.tables.sample.dynamics import COMPARISON, CONFIRMATIONS, EFFECT, EFFECTS, chances, move, visit
from salesops.tables.sample.forward import best_auc, win_probabilities
from salesops.tables.sample.market import IMITATION, INNOVATION, MARKET_YEARS, Market, bass, draw_market, market_table
from salesops.tables.sample.pay import BELIEF_MEAN, BELIEF_SD, PLANS, PayPlan, expected_pay, log_effort, pay
from salesops.tables.sample.totals import Totals

if TYPE_CHECKING:
    from salesops.tables.sample.draws import Floats

LAST_DAY = pd.Timestamp("2026-09-30")
NORMAL_95 = 1.96


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate()


@pytest.fixture(scope="module")
def consumables(sample: Sample) -> pd.DataFrame:
    """Order lines of consumables that are no returns, with what is fixed per line."""
    orders = sample.tables["orders"]
    lines = orders[orders["product_line"].isin(CONSUMABLES) & (orders["amount"] > 0)].copy()
    lines["kind"] = lines["promotion_id"].map(sample.tables["promotions"].set_index("promotion_id")["kind"])
    lines["month"] = lines["ordered_at"].dt.to_period("M").astype(str)
    lines["pair"] = lines["account_id"] + lines["product_id"]
    return lines


class Followed(NamedTuple):
    company: Company
    story: Story


@pytest.fixture(scope="module")
def followed() -> Followed:
    """Deals of 3,000 accounts, with the features of every fortnight at risk."""
    company = found(3000, 11)
    accounts = draw_accounts(company, 0)
    return Followed(company, run_deals(company, 0, accounts, bear(company, 0, accounts), keep_risks=True))


@pytest.fixture(scope="module")
def law(followed: Followed) -> pd.DataFrame:
    """A logistic regression of winning on the true features, stages apart."""
    risks = followed.story.risks
    assert risks is not None
    # Before the comparison hardly any deal is won: nothing is to be learned there.
    late = risks["stage"] >= COMPARISON
    stages = np.eye(2)[risks["stage"][late] - COMPARISON]
    columns = np.column_stack([risks["features"][late], stages])
    fit = sm.Logit(risks["outcome"][late] == WON, columns).fit(disp=0)
    count = len(EFFECTS)
    return pd.DataFrame({"truth": EFFECT, "found": fit.params[:count], "error": fit.bse[:count]}, index=list(EFFECTS))


def test_a_logistic_on_the_true_features_finds_the_law_of_winning(law: pd.DataFrame) -> None:
    distance = (law["found"] - law["truth"]).abs() / law["error"]
    assert (distance < NORMAL_95).mean() > 0.88
    assert distance.max() < norm.ppf(1 - 0.005 / len(law))


def test_confirmations_are_ranked_as_in_the_truth(law: pd.DataFrame) -> None:
    ticks = law.loc[list(CONFIRMATIONS)]
    assert spearmanr(ticks["truth"], ticks["found"]).statistic > 0.9


def test_the_chance_of_an_open_deal_is_how_often_it_is_won_when_played_to_the_end(followed: Followed) -> None:
    company, story = followed
    rows, chance, _ = win_probabilities(company, 0, story, paths=60)
    won = np.mean([play_to_the_end(company, story, rows, seed) for seed in range(60)], axis=0)
    noise = np.sqrt(chance.mean() * (1 - chance.mean()) / (60 * len(rows)))
    assert won.mean() == pytest.approx(chance.mean(), abs=4 * noise)
    tenth = pd.qcut(chance, 10, labels=False)
    for group in range(10):
        inside = tenth == group
        spread = np.sqrt(0.25 / (60 * inside.sum()))
        assert won[inside].mean() == pytest.approx(chance[inside].mean(), abs=4 * spread)


def play_to_the_end(company: Company, story: Story, rows: np.ndarray, seed: int) -> np.ndarray:
    """Draw each fortnight's outcome until every deal is decided; return which deals are won."""
    rng = np.random.default_rng(seed)
    won, alive = np.zeros(len(rows), dtype=bool), np.arange(len(rows))
    deals, setting, state = story.deals.take(rows), story.setting.take(rows), story.state.take(rows)
    shock, quarter = 0.0, -1
    for step in range(STEPS, STEPS + 150):
        start = np.datetime64("2026-10-01") + 14 * (step - STEPS) + 7
        if (now := start.astype("datetime64[M]").astype(int) // 3) != quarter:
            shock, quarter = SHOCK_SD * rng.normal(), now
        climate = climate_at(company, deals.take(alive), np.full(len(alive), step))
        climate.shock[:] = shock
        win, loss = chances(setting, state, climate)
        draw = rng.random(len(alive))
        won[alive[draw < win]] = True
        on = draw >= win + loss
        alive, setting = alive[on], setting.take(on)
        state = move(rng, setting, state.take(on), visit(rng, setting))
    return won


def test_the_best_possible_auc_of_a_win_is_about_080(followed: Followed) -> None:
    _, chance, _ = win_probabilities(followed.company, 0, followed.story, paths=40)
    assert 0.77 < best_auc(chance) < 0.83


def test_open_deals_of_the_tables_are_those_of_the_truth(sample: Sample) -> None:
    deals = sample.tables["opportunities"]
    assert set(deals.loc[deals["status"] == "open", "opportunity_id"]) == set(sample.truth["deals"]["opportunity_id"])
    assert sample.truth["deals"]["win_probability"].between(0, 1).all()
    assert (sample.truth["deals"]["win_within_twelve_weeks"] <= sample.truth["deals"]["win_probability"]).all()


def test_more_confirmations_a_full_triangle_and_a_lower_price_go_with_winning(sample: Sample) -> None:
    deals = sample.tables["opportunities"].query("status != 'open'").set_index("opportunity_id")
    won = deals["status"] == "won"
    last = sample.tables["scorecards"].groupby("opportunity_id")[list(CONFIRMATIONS)].last().sum(axis=1)
    full = deals["solution_rep_id"].notna() & deals["fulfilment_rep_id"].notna()
    gap = np.log(deals["our_price"] / deals["competitor_price"])
    assert (
        won[last.index[last >= 9].intersection(won.index)].mean()
        > won[last.index[last < 9].intersection(won.index)].mean()
    )
    assert won[full].mean() > won[~full].mean() + 0.03
    assert won[gap < gap.median()].mean() > won[gap > gap.median()].mean() + 0.05


def freed(values: pd.Series, *groups: pd.Series) -> pd.Series:
    """Take the means of several groups out of values, in turns."""
    for _ in range(40):
        for group in groups:
            values = values - values.groupby(group).transform("mean")
    return values


@pytest.mark.parametrize(("line", "truth"), list(zip(CONSUMABLES, ELASTICITY, strict=True)))
def test_a_log_log_regression_finds_the_elasticity_and_what_promotions_add(
    consumables: pd.DataFrame, line: str, truth: float
) -> None:
    lines = consumables[consumables["product_line"] == line]
    columns = pd.get_dummies(lines["kind"], dtype=float).assign(price=np.log(lines["unit_price"]))
    freed_columns = columns.apply(lambda column: freed(column, lines["pair"], lines["month"]))
    quantity = freed(np.log(lines["quantity"]), lines["pair"], lines["month"])
    accounts = lines["account_id"].astype("category").cat.codes
    fit = sm.OLS(quantity, freed_columns).fit(cov_type="cluster", cov_kwds={"groups": accounts})
    wanted = pd.Series({**BOOST, "price": truth})
    # Fifteen figures are looked at in all three lines: none is further off than chance among fifteen.
    assert (abs(fit.params - wanted) < norm.ppf(1 - 0.01 / 15) * fit.bse).all()
    assert fit.bse["price"] < 0.25


def test_effort_follows_pay_where_the_plan_changed(consumables: pd.DataFrame, sample: Sample) -> None:
    switched = consumables["region"].map(
        lambda region: pd.Timestamp("2024-01-01" if region in ("North", "East", "South") else "2025-01-01")
    )
    after = (consumables["ordered_at"] >= switched).astype(float)
    quarter = consumables["ordered_at"].dt.to_period("Q").astype(str)
    fit = sm.OLS(
        freed(np.log(consumables["quantity"]), consumables["pair"], quarter),
        freed(after, consumables["pair"], quarter),
    ).fit(cov_type="cluster", cov_kwds={"groups": consumables["account_id"].astype("category").cat.codes})
    elasticity = sample.truth["reps"]["effort_elasticity"].to_numpy()
    expected = log_effort(PLANS[0], elasticity).mean()
    assert expected > 0.05
    assert abs(fit.params.iloc[0] - expected) < 2.8 * fit.bse.iloc[0]


def own_time(customers: pd.DataFrame, day: pd.Series) -> Floats:
    """Return years in the customer's own time since its start: faster in season, and as the customer grows."""
    clock = order_clock() / DAYS_PER_YEAR

    def at(when: pd.Series) -> Floats:
        number = (when - pd.Timestamp("2020-10-01")).dt.days.to_numpy() - FIRST_DAY
        return 0.5 * (clock[number] + clock[number + 1])

    passed = at(day) - at(customers["started_at"])
    growth = customers["growth"].replace(0.0, 1e-6).to_numpy()
    return np.expm1(growth * passed) / growth


def test_customers_order_as_often_as_their_rate_says(sample: Sample, consumables: pd.DataFrame) -> None:
    customers = sample.truth["customers"]
    until = customers["left_at"].clip(upper=LAST_DAY)
    expected = pd.Series(customers["orders_per_year"].to_numpy() * own_time(customers, until), customers["segment"])
    days = consumables[["account_id", "ordered_at"]].drop_duplicates().merge(customers, on="account_id")
    found = days.groupby("segment").size()
    wanted = expected.groupby(level=0).sum()
    # Orders of one day count once, which costs the busiest segment some.
    assert (abs(found / wanted - 1) < 3 / np.sqrt(wanted) + 0.03).all()


def test_gaps_are_as_regular_as_their_segment(sample: Sample, consumables: pd.DataFrame) -> None:
    days = consumables[["account_id", "ordered_at"]].drop_duplicates().sort_values(["account_id", "ordered_at"])
    days = days.merge(sample.truth["customers"], on="account_id")
    days["own"] = own_time(days, days["ordered_at"])
    gaps = days.groupby(["segment", "account_id"])["own"].agg(lambda own: list(np.diff(own)))
    gaps = gaps[gaps.map(len) >= 8]
    squares = gaps.map(lambda own: np.var(own, ddof=1) / np.mean(own) ** 2).groupby(level="segment").mean()
    for segment, shape in zip(SEGMENTS, REGULARITY, strict=True):
        assert 1 / squares[segment] == pytest.approx(shape, rel=0.2)


def test_who_has_left_orders_no_more_and_the_alive_are_counted_right(sample: Sample) -> None:
    orders = sample.tables["orders"].query("amount > 0").merge(sample.truth["customers"], on="account_id")
    assert (orders["ordered_at"] <= orders["left_at"]).all()
    assert (orders["ordered_at"] >= orders["started_at"]).all()
    customers = sample.truth["customers"]
    assert (customers["alive"] == (customers["left_at"] > LAST_DAY)).all()
    assert 0.15 < 1 - customers["alive"].mean() < 0.4


def test_behaviour_separates_the_hidden_segments(sample: Sample) -> None:
    orders = sample.tables["orders"].query("amount > 0")
    baskets = orders.groupby(["account_id", "ordered_at"])["amount"].sum().reset_index()
    baskets["gap"] = baskets.groupby("account_id")["ordered_at"].diff().dt.days
    by = baskets.groupby("account_id")
    behaviour = pd.DataFrame(
        {
            "rate": 1 / by["gap"].mean(),
            "value": by["amount"].median(),
            "irregularity": by["gap"].std() / by["gap"].mean(),
            "breadth": orders.groupby("account_id")["product_id"].nunique(),
        }
    )
    logs = np.log(behaviour[by.size() >= 4].dropna())
    logs = (logs - logs.mean()) / logs.std()
    segment = sample.truth["customers"].set_index("account_id")["segment"].reindex(logs.index)
    distances = mahalanobis(logs, segment)
    assert 3.3 < distances.min() < 5.5
    labels = GaussianMixture(4, covariance_type="tied", n_init=8, random_state=0).fit_predict(logs)
    assert adjusted_rand_score(segment, labels) > 0.8


def mahalanobis(points: pd.DataFrame, segment: pd.Series) -> np.ndarray:
    """Return the distances between the means of all pairs of segments."""
    within = points.groupby(segment).cov().groupby(level=1).mean().loc[points.columns, points.columns]
    means = points.groupby(segment).mean()
    apart = means.to_numpy()[:, None] - means.to_numpy()[None]
    squared = np.einsum("abi,ij,abj->ab", apart, np.linalg.inv(within), apart)
    return np.sqrt(squared[np.triu_indices(len(means), 1)])


def test_leads_become_deals_as_often_as_their_source_says(sample: Sample) -> None:
    leads = sample.tables["leads"]
    became = leads["opportunity_id"].notna().groupby(leads["source"].str.strip().str.lower()).agg(["mean", "size"])
    truth = sample.truth["lead_sources"].set_index("source")["conversion"].reindex(became.index)
    assert (abs(became["mean"] - truth) < 3 * np.sqrt(truth / became["size"])).all()


def some_market(seed: int) -> Market:
    """Return a market around 35 known accounts per segment."""
    totals = Totals.zero(1)
    totals.known[:] = 35
    totals.potential[:] = 35e6
    totals.by_segment[:] = 1e6
    return draw_market(seed, totals)


def test_the_published_range_of_a_market_holds_its_size_four_times_in_five() -> None:
    inside = []
    for seed in range(40):
        market = some_market(seed)
        last = market_table(seed, market).query("year == 2025")
        inside.append((last["p10"] < market.size[-1].ravel()) & (market.size[-1].ravel() < last["p90"]))
    assert np.mean(inside) == pytest.approx(0.8, abs=0.05)


def test_known_accounts_and_adopters_give_the_size_of_the_market(sample: Sample) -> None:
    accounts = sample.tables["accounts"].dropna(subset=["industry", "potential_spend"])
    spend = accounts.groupby(["industry", "region"])["potential_spend"].agg(["mean", "std", "size"])
    truth = sample.truth["market"].set_index(["industry", "region"])
    found = sample.tables["market"].query("year == 2025").set_index(["industry", "region"])["adopters"] * spend["mean"]
    error = np.hypot(spend["std"] / spend["mean"] / np.sqrt(spend["size"]), 0.05)
    distance = np.log(found / truth["tam"]) / error
    assert abs(distance.mean()) < 3 / np.sqrt(len(distance))
    assert (distance.abs() < 1.28).mean() > 0.6


def adopted(years: Floats, p: float, q: float, m: float) -> Floats:
    return m * bass(years, np.array(p), np.array(q))


def test_bass_coefficients_are_found_by_least_squares_where_the_peak_has_passed() -> None:
    for seed in range(3):
        table = market_table(seed, some_market(seed))
        adopters = table.pivot_table(index="year", columns="industry", values="adopters", aggfunc="sum", sort=False)
        years = np.arange(1.0, len(MARKET_YEARS) + 1)
        for place in (0, 1):
            (p, q, m), _ = curve_fit(
                lambda t, p, q, m: m * bass(t, p, q),
                years,
                adopters.iloc[:, place],
                p0=(0.01, 0.4, 300),
                bounds=(1e-4, 2000),
            )
            assert p == pytest.approx(INNOVATION[place], rel=0.35)
            assert q == pytest.approx(IMITATION[place], rel=0.2)
            assert m == pytest.approx(some_market(seed).ceiling[place].sum(), rel=0.12)


def test_doubling_a_linear_commission_raises_log_effort_by_elasticity_times_log_two() -> None:
    elasticity = np.array([0.1, 0.2, 0.4])
    double = PayPlan("double", (0.0,), (0.0,), (2.0,))
    assert log_effort(double, elasticity) == pytest.approx(elasticity * np.log(2), abs=1e-3)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_expected_pay_is_the_integral_of_pay_over_lognormal_attainment(plan: PayPlan) -> None:
    scores = norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    attainment = np.exp(BELIEF_MEAN + BELIEF_SD * scores)
    own = pay(plan, attainment, attainment).mean()
    assert expected_pay(plan, np.array(BELIEF_MEAN)) == pytest.approx(own, abs=1e-4)


def test_true_profit_of_plans_is_margin_less_pay_and_tells_plans_apart(sample: Sample) -> None:
    plans = sample.truth["plans"].set_index("plan")
    assert set(plans.index) == {"current", "flat_commission", "accelerated", "team_bonus"}
    assert plans["profit"].to_numpy() == pytest.approx((plans["margin"] - plans["incentive_pay"]).to_numpy(), abs=0.02)
    assert plans["profit"].sort_values(ascending=False).index.tolist()[0] == "accelerated"
    orders = sample.tables["orders"]
    year = orders[orders["ordered_at"] > LAST_DAY - pd.DateOffset(years=1)]
    assert plans.loc["current", "sales"] == pytest.approx(year["amount"].sum(), rel=1e-9)


def test_the_documented_law_of_winning_is_the_one_in_force() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sample_company.md").read_text(encoding="utf-8")
    for feature, effect in EFFECTS.items():
        assert f"| {feature} | {effect:g} |" in page
    for rate, shape, name in zip(ORDERS_PER_YEAR, REGULARITY, SEGMENTS, strict=True):
        assert f"| {name} | {rate:g} | {shape:g} |" in page
