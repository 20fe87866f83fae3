"""Pipelines that several tests look at, made once."""

import pytest

from salesops.tables.sample import generate
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.learn import learn
from salesops.win_probability.parameters import Parameters
from tests.win_probability import simulated_pipeline
from tests.win_probability import simulated_reviews as reviews


@pytest.fixture(scope="session")
def simulated():
    """The module that makes pipelines of known truth."""
    return simulated_pipeline


@pytest.fixture(scope="session")
def pipeline(simulated):
    """4,000 deals with the truth of those still open."""
    return simulated.simulate(4000, seed=3)


@pytest.fixture(scope="session")
def small(simulated):
    """600 deals, for what needs no precision."""
    return simulated.simulate(600, seed=5, paths=2)


@pytest.fixture(scope="session")
def as_of(simulated):
    return simulated.AS_OF


@pytest.fixture(scope="session")
def learned(pipeline, as_of):
    tables = DealTables(pipeline.opportunities, pipeline.stage_history, pipeline.accounts)
    return learn(tables, as_of, Parameters())


@pytest.fixture(scope="session")
def simulated_reviews():
    """The module that makes scorecards, visits and prices of known effect."""
    return reviews


@pytest.fixture(scope="session")
def reviewed(simulated_reviews):
    """5,000 deals with scorecards, visits, prices and responsibles of known effect."""
    return simulated_reviews.simulate_reviews(5000, seed=7)


@pytest.fixture(scope="session")
def learned_from_reviews(reviewed, as_of):
    return learn(reviewed, as_of, Parameters())


@pytest.fixture(scope="session")
def company():
    """A sample company with its truth."""
    return generate(accounts=1200, seed=5)


@pytest.fixture(scope="session")
def company_tables(company):
    names = ("opportunities", "stage_history", "accounts", "reps", "scorecards", "activities", "contacts")
    return DealTables(**{name: company.tables[name] for name in names})
