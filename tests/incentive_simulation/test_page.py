"""The whole page: of the sample company, and of a real seller of bicycles whose quotas and attainment are known."""

import numpy as np
import pandas as pd
import pytest
from notebook_cells import ROOT, run_cells, visible

from salesops.errors import InputError
from salesops.incentive_simulation.curves import seller_curve
from salesops.incentive_simulation.equal_cost import scaled
from salesops.incentive_simulation.parameters import Parameters
from salesops.incentive_simulation.plan_answers import gini
from salesops.incentive_simulation.statement_pay import lines_at, pay_over_results
from salesops.incentive_simulation.statements import FOLDER, write_statements
from salesops.incentive_simulation.try_it import Dials, in_words
from salesops.report import money
from salesops.tables import published
from salesops.tables.imports import import_tables

REAL = ROOT.parent / "shared" / "real" / "adventureworks_reseller"
PAYOUTS = ["plan", "rep_id", "attainment_p50", "pay_mean", "pay_p10", "pay_p90", "change_from_current"]
PLANS = [
    "plan", "cost_mean", "cost_p10", "cost_p90", "sales_mean", "cost_of_sales", "share_at_quota", "gini", "fairness",
    "steepest_margin",
]  # fmt: skip
SECTIONS = 9


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    given = {"data": str(ROOT / "data" / "sample"), "as_of": "2026-09-30", "run_dir": str(folder), "draws": 400}
    html, space = run_cells("incentive_simulation", given)
    return html, space, folder


def test_every_section_speaks_and_the_answer_comes_first(company):
    html, _, _ = company
    assert html.count('<section class="so-section"') == SECTIONS
    assert "not enough data" not in html
    assert html.count("<desc") == html.count("<svg")
    assert html.count('class="so-narrow"') == html.count('class="so-wide"') >= 10
    # In the sample company's law the plan with an accelerator is the best.
    assert "Sign the accelerator with quota bonus: for CNY" in visible(html)


def test_published_tables_keep_the_output_contract(company):
    _, _, folder = company
    payouts, plans = (published(folder, "incentive_simulation", name) for name in ("payouts", "plans"))
    assert payouts.columns[: len(PAYOUTS)].tolist() == PAYOUTS
    assert set(PLANS) <= set(plans.columns)
    assert not payouts.duplicated(["plan", "rep_id"]).any()
    assert (payouts["pay_p10"] <= payouts["pay_p90"]).all()
    assert (plans["cost_p10"] <= plans["cost_mean"]).all()
    assert plans["share_at_quota"].between(0, 1).all()
    assert plans["fairness"].between(0, 1).all()


def test_the_cost_of_a_plan_is_what_its_people_are_expected_to_be_paid(company):
    _, _, folder = company
    payouts, plans = (published(folder, "incentive_simulation", name) for name in ("payouts", "plans"))
    expected = payouts.groupby("plan")["pay_mean"].sum()
    assert np.allclose(plans.set_index("plan")["cost_mean"], expected.reindex(plans["plan"]))
    today = payouts[payouts["plan"] == "current"]
    assert np.allclose(today["change_from_current"], 0)


def test_losers_and_the_gini_of_a_plan_are_those_of_its_people(company):
    _, space, folder = company
    payouts, plans = (published(folder, "incentive_simulation", name) for name in ("payouts", "plans"))
    lost = payouts["change_from_current"] < -0.01 * (payouts["pay_mean"] - payouts["change_from_current"])
    assert plans.set_index("plan")["losers"].to_dict() == lost.groupby(payouts["plan"]).sum().to_dict()
    target = space["outlook"].people.set_index("rep_id")["target_pay"]
    for name, rows in payouts.dropna(subset="attainment_p50").groupby("plan"):
        over_target = rows["pay_mean"].to_numpy() / rows["rep_id"].map(target).to_numpy()
        halves = np.abs(over_target[:, None] - over_target).mean() / 2 / over_target.mean()
        assert plans.set_index("plan").loc[name, "gini"] == pytest.approx(halves)


def test_the_figures_on_top_have_intervals(company):
    _, _, folder = company
    kpis = published(folder, "incentive_simulation", "kpis").set_index("kpi")
    assert set(kpis.index) == {"cost", "sales", "cost_of_sales", "gain"}
    assert (kpis["low"] <= kpis["value"]).all()
    assert (kpis["value"] <= kpis["high"]).all()


def test_quotas_on_the_page_add_up_to_the_target_to_the_cent(company):
    _, space, folder = company
    quotas = published(folder, "incentive_simulation", "quotas")
    quotas = quotas[quotas["period"] == "2026Q4"]
    assert round(quotas["new_quota"].sum(), 2) == space["target"].amount == 34_791_600.0


def test_fair_quotas_bring_chances_together_and_loosen_pay_from_the_territory(company):
    _, space, _ = company
    quotas, fair, table = space["quotas"], space["fair"], space["table"]
    assert quotas["chance_fair"].std() < quotas["chance_now"].std()
    assert (fair["fairness"] > table["fairness"]).all()


def test_at_equal_cost_a_scaled_plan_costs_what_todays_does(company):
    _, space, _ = company
    plans, equal = space["plans"], space["equal"].plans.set_index("plan")
    assert equal.loc["current", "scale"] == 1
    attainment = np.linspace(0, 2, 41)
    for name, row in equal.iterrows():
        assert row["cost_as_now"] * row["scale"] == pytest.approx(equal.loc["current", "cost_as_now"])
        curves = (seller_curve(scaled(plans[name], row["scale"])), seller_curve(plans[name]))
        assert np.allclose(curves[0].pay(attainment), row["scale"] * curves[1].pay(attainment))


def test_a_run_writes_no_statement_unless_asked(company):
    _, space, folder = company
    assert space["written"] == []
    assert not (folder / FOLDER).exists()


def person(space, role="AR"):
    people = space["outlook"].people
    return people[people["role"] == role].iloc[0]


def test_a_statement_shows_what_the_engine_pays_at_each_result(company):
    _, space, _ = company
    seller, plan = person(space), space["plans"]["current"]
    table = pay_over_results(seller, plan, [0.5, 0.8, 1.0, 1.5, 2.0])
    # Today's plan pays nothing up to half the quota, then twice pay at quota per unit, up to one and a half.
    assert table["pay"].tolist() == pytest.approx([0, 0.6 * 96000, 96000, 192000, 192000])
    lines = lines_at(seller, plan, 1.2).set_index("line")["amount"]
    assert lines["sales"] == pytest.approx(1.4 * 96000)
    assert lines["base"] == pytest.approx(seller["base_pay"])


def test_who_is_paid_with_the_team_has_a_statement_over_the_teams_results(company):
    _, space, _ = company
    table = pay_over_results(person(space, "SR"), space["plans"]["flat_commission"], [0.5, 1.0])
    assert table["pay"].tolist() == pytest.approx([30000, 60000])


def test_statements_are_written_for_those_asked_for_alone(company, tmp_path):
    _, space, _ = company
    asked = Parameters(run_dir=str(tmp_path), statements=["R002"])
    said = write_statements(space["plans"], "accelerated", space["outlook"], asked)
    assert said == [
        "1 statement of pay written to tables/incentive_simulation/statements/: they name people and their pay."
    ]
    assert write_statements(space["plans"], "accelerated", space["outlook"], asked) == said  # again, over the first
    (path,) = (tmp_path / FOLDER).iterdir()
    text = visible(path.read_text(encoding="utf-8"))
    assert path.name == "r002.html"
    assert "At quota you are paid CNY 96 k a year under the accelerator with quota bonus" in text.replace("\xa0", " ")
    assert "It pays more at 102% to 200% of quota, and less at 52% to 98%." in text


def test_a_statement_for_nobody_is_refused_with_the_nearest_name(company, tmp_path):
    _, space, _ = company
    with pytest.raises(InputError, match='nobody at work has the rep_id "R0022"'):
        write_statements(
            space["plans"], "accelerated", space["outlook"], Parameters(run_dir=str(tmp_path), statements=["R0022"])
        )
    assert not (tmp_path / FOLDER).exists()


def test_an_identifier_cannot_lead_a_statement_out_of_its_folder(company, tmp_path):
    _, space, _ = company
    outlook = space["outlook"]
    people = outlook.people.head(1).assign(rep_id="../../evil", name="<img src=x>")
    moved = type(outlook)(people, outlook.sellers, outlook.swings)
    write_statements(space["plans"], "accelerated", moved, Parameters(run_dir=str(tmp_path), statements=["all"]))
    (path,) = tmp_path.rglob("*.html")
    assert path.parent == tmp_path / FOLDER
    assert "<img" not in path.read_text(encoding="utf-8")


def test_sliders_set_to_todays_terms_cost_what_todays_plan_cost_sellers(company):
    _, space, _ = company
    paid, settings = space["paid"], space["settings"]
    past = space["past"]
    sellers = past[(past["plan"] == "current") & past["attainment"].notna()]
    assert money(sellers["variable"].sum(), "CNY") in in_words(Dials(), paid, settings)
    assert "nobody is paid" in in_words(Dials(threshold=1.2, cap=1.0), paid, settings)


@pytest.mark.parametrize(
    ("pay", "expected"), [([1, 1, 1, 1], 0.0), ([0, 0, 0, 1], 0.75), ([1, 2, 3, 4], 0.25), ([1, 1, 2, 2], 1 / 6)]
)
def test_gini_of_small_companies_by_hand(pay, expected):
    assert gini(np.array(pay, float)) == pytest.approx(expected)


def test_pay_that_is_the_same_for_all_has_no_gini_and_names_no_loser(company):
    _, space, _ = company
    table = space["table"].set_index("plan")
    assert table.loc["team_bonus", "gini"] < table.loc["accelerated", "gini"]
    assert table.loc["current", "losers"] == 0


@pytest.fixture(scope="module")
def bicycles(tmp_path_factory):
    if not REAL.is_dir():
        pytest.skip("real data set adventureworks_reseller is not here")
    folder = tmp_path_factory.mktemp("bicycles")
    import_tables(ROOT / "params" / "imports" / "adventureworks.yml", REAL, folder / "data")
    given = {"data": str(folder / "data"), "currency": "USD", "run_dir": str(folder / "run"), "target_pay": 60000.0}
    return *run_cells("incentive_simulation", given), folder


@pytest.mark.slow
@pytest.mark.real_data
def test_attainment_of_real_reps_is_that_of_the_derived_file(bicycles):
    _, space, _ = bicycles
    known = pd.read_csv(REAL / "rep_quarter_quota_vs_sales_DERIVED.csv")
    found = space["results"].assign(EmployeeKey=space["results"]["rep_id"].astype(int))
    both = known.merge(found, left_on=["EmployeeKey", "sales_quarter"], right_on=["EmployeeKey", "period"])
    # 163 quotas, of which 17 are of the quarter that the data breaks off in.
    assert len(both) == len(found) == 163 - 17
    assert np.allclose(both["attainment"], both["sales"] / both["sales_quota"], rtol=1e-9)


@pytest.mark.slow
@pytest.mark.real_data
def test_a_real_seller_gets_a_full_page(bicycles):
    html, space, folder = bicycles
    text = visible(html)
    assert "The data goes on to 2020-05-31; what happened after 2020-03-31 is left out" in text
    assert "of incentive pay a year" in text.split("About these numbers")[0]
    assert html.count('<section class="so-section"') == SECTIONS
    payouts = published(folder / "run", "incentive_simulation", "payouts")
    assert payouts.groupby("plan")["rep_id"].nunique().eq(17).all()
    # The quarter that is not over would have passed for a shock of the whole company.
    assert space["outlook"].swings.company_sd < 0.12
