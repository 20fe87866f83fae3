"""Sources of leads: against a published example, by hand, and as the sample company made them."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from salesops.not_enough_data import NotEnoughData
from salesops.tables.sample import generate
from salesops.win_probability.lead_sources import lead_sources
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.sections_growth import lead_sources_section
from salesops.win_probability.shrinkage import common_beta, shrunk_shares

AS_OF = date(2026, 9, 30)

# Rats with tumours in 71 groups, and the sizes of the groups (Tarone, 1982).
TUMOURS = """0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 1 1 1 1 1 1 2 2 2 2 2 2 2 2 2 1 5 2 5 3 2 7 7 3 3 2 9 10 4 4 4 4 4 4 4 10 4
4 4 5 11 12 5 5 6 5 6 6 6 6 16 15 15 9 4"""
RATS = """20 20 20 20 20 20 20 19 19 19 19 18 18 17 20 20 20 20 19 19 18 18 25 24 23 20 20 20 20 20 20 10 49 19 46 27 17
49 47 20 20 13 48 50 20 20 20 20 20 20 20 48 19 19 19 22 46 49 20 20 23 19 22 20 20 20 52 46 47 24 14"""


def test_the_published_example_of_the_common_beta_distribution():
    tumours, rats = (np.array(numbers.split(), float) for numbers in (TUMOURS, RATS))
    alpha, beta, weight = common_beta(tumours, rats)
    # Gelman et al., Bayesian Data Analysis, 5.3: the posterior means are 2.4 and 14.3.
    assert ((alpha * weight).sum(), (beta * weight).sum()) == pytest.approx((2.4, 14.3), rel=0.01)


def test_shares_are_drawn_to_the_mean_the_more_the_fewer_cases():
    shares = shrunk_shares([0, 40, 35, 30], [1, 100, 100, 100], 20_000).mean(axis=0)
    assert 0.25 < shares[0] < 0.35
    assert shares[1:] == pytest.approx([0.40, 0.35, 0.30], abs=0.03)


def test_the_interval_of_a_shrunk_share_holds_the_truth_in_four_of_five_cases():
    rng, held = np.random.default_rng(6), []
    for _ in range(150):
        truth = rng.beta(6, 9, 6)
        trials = rng.integers(10, 200, 6)
        low, high = np.quantile(shrunk_shares(rng.binomial(trials, truth), trials, 2000), [0.1, 0.9], axis=0)
        held += ((low <= truth) & (truth <= high)).tolist()
    assert 0.76 <= np.mean(held) <= 0.85


def book(*sources):
    """Leads and deals of a year ago; each source as (name, leads, deals, won, amount, cost)."""
    leads, deals = [], []
    for name, count, became, won, amount, cost in sources:
        for number in range(count):
            deal = f"{name}{number}" if number < became else None
            leads.append((pd.Timestamp("2025-10-01"), name, cost, deal))
            if deal:
                status = "won" if number < won else "lost"
                deals.append((deal, amount, pd.Timestamp("2025-10-11"), status, pd.Timestamp("2025-12-10")))
    return (
        pd.DataFrame(leads, columns=["created_at", "source", "cost", "opportunity_id"]),
        pd.DataFrame(deals, columns=["opportunity_id", "amount", "created_at", "status", "closed_at"]),
    )


TWO = (("fair", 400, 200, 100, 1000.0, 50.0), ("web", 600, 150, 50, 400.0, 5.0))


def test_two_sources_by_hand():
    found = lead_sources(*book(*TWO), AS_OF, 8).set_index("source")
    fair, web = found.loc["fair"], found.loc["web"]
    assert fair[["leads", "deals", "won", "won_amount", "spent", "days_median"]].tolist() == [
        400, 200, 100, 100_000, 20_000, 10,
    ]  # fmt: skip
    assert fair["conversion"] == pytest.approx(0.5)
    assert fair["cost_per_lead"] == pytest.approx(50, rel=0.02)
    assert (fair["won_share"], web["won_share"]) == pytest.approx((0.25, 50 / 600), rel=0.05)
    assert (fair["cost_per_win"], web["cost_per_win"]) == pytest.approx((200, 60), rel=0.05)
    assert (fair["won_per_cost"], web["won_per_cost"]) == pytest.approx((5, 400 / 60), rel=0.05)
    assert found.index.tolist() == ["web", "fair"]
    for name in ("conversion_shrunk", "won_share", "cost_per_win", "won_per_cost"):
        assert ((found[f"{name}_low"] < found[name]) & (found[name] < found[f"{name}_high"])).all(), name


def test_one_lucky_lead_does_not_make_a_source_the_best():
    leads, deals = book(*TWO, ("letter", 1, 1, 1, 1000.0, 50.0))
    found = lead_sources(leads.drop(columns="cost"), deals, AS_OF, 8).set_index("source")
    assert found.loc["letter", "conversion"] == 1
    assert found.loc["letter", "won_share"] < 0.5
    assert found.loc["letter", "won_share_low"] < found.loc["fair", "won_share_low"]


@pytest.mark.slow
def test_the_sample_companys_sources_convert_as_they_were_made_to():
    held, off = [], []
    for seed in (1, 2, 3, 4):
        company = generate(seed=seed)
        truth = company.truth["lead_sources"].set_index("source")["conversion"]
        leads = company.tables["leads"].assign(source=company.tables["leads"]["source"].str.strip())
        found = lead_sources(leads, company.tables["opportunities"], AS_OF, 8)
        found = found.set_index("source").loc[truth.index]
        held += truth.between(found["conversion_shrunk_low"], found["conversion_shrunk_high"]).tolist()
        off.append((found["conversion_shrunk"] - truth).abs().max())
        assert found["conversion_shrunk"].corr(truth, method="spearman") == pytest.approx(1)
    assert np.mean(off) < 0.06
    assert np.mean(held) >= 0.7


@pytest.mark.parametrize(
    ("change", "needs"),
    [
        (lambda leads, deals: (leads.drop(columns="opportunity_id"), deals), "leads.opportunity_id"),
        (lambda leads, deals: (leads.drop(columns="source"), deals), "leads.source"),
        (lambda leads, deals: (leads, deals.drop(columns="closed_at")), "opportunities.closed_at"),
        (lambda leads, deals: (leads.head(0), deals), "leads (none came in"),
        (lambda leads, deals: (NotEnoughData("leads"), deals), "leads"),
    ],
)
def test_what_is_missing_is_named(change, needs):
    result = lead_sources(*change(*book(*TWO)), AS_OF, 8)
    assert isinstance(result, NotEnoughData)
    assert f"needs {needs}" in str(result)
    assert "Lead sources: not enough data" in lead_sources_section(result, Parameters())._repr_html_()


@pytest.mark.parametrize(
    ("source", "headline"),
    [
        (("web", 1, 0, 0, 0.0, 5.0), "Of 1 lead not one has become a deal yet"),
        (("web", 30, 0, 0, 0.0, np.nan), "Of 30 leads not one has become a deal yet"),
        (("web", 30, 30, 0, 100.0, 5.0), "No deal from a lead has been won yet"),
        (("web", 1, 1, 1, 100.0, 0.0), "of web leads are won in the end"),
        (("web", 30, 30, 30, 0.0, 5.0), "of web leads are won in the end"),
    ],
)
def test_one_source_of_any_kind_has_its_row(source, headline):
    leads, deals = book(source)
    deals = deals.astype({"created_at": "datetime64[us]", "closed_at": "datetime64[us]"})
    found = lead_sources(leads, deals, AS_OF, 8)
    said = lead_sources_section(found, Parameters())
    html = said._repr_html_()
    assert len(found) == 1
    assert headline in said.headline
    assert "nan" not in html.lower()
    assert "inf" not in html.lower()


def test_leads_without_a_source_are_counted_as_such_and_open_deals_are_not_taken_for_lost():
    leads, deals = book(("web", 100, 50, 25, 100.0, 5.0))
    found = lead_sources(leads.assign(source=leads["source"].where(leads.index > 9)), deals, AS_OF, 8)
    assert set(found["source"]) == {"web", "not named"}
    still_open = deals["status"] == "lost"
    deals = deals.assign(
        status=deals["status"].mask(still_open, "open"), closed_at=deals["closed_at"].mask(still_open, pd.NaT)
    )
    assert lead_sources(leads, deals, AS_OF, 8).loc[0, "win_rate"] > 0.9
