"""Pipelines that several tests look at, made once."""

import importlib.util
import sys
from pathlib import Path

import pytest

from salesops.win_probability.learn import learn
from salesops.win_probability.parameters import Parameters

SIMULATED = "simulated_pipeline"


def _simulated_pipeline():
    spec = importlib.util.spec_from_file_location(SIMULATED, Path(__file__).with_name(f"{SIMULATED}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[SIMULATED] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def simulated():
    """The module that makes pipelines of known truth."""
    return _simulated_pipeline()


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
    return learn(pipeline.opportunities, pipeline.stage_history, pipeline.accounts, as_of, Parameters())
