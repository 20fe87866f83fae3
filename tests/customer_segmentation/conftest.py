"""Customers that several tests look at."""

import importlib.util
import sys
from pathlib import Path

import pytest


def _module(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def simulate():
    """Draw customers from the law that models of repeat buying assume."""
    return _module("simulated_customers").simulate


@pytest.fixture(scope="session")
def cdnow():
    """The module that reads CDNOW; without the data the test is skipped."""
    found = _module("cdnow")
    if not found.FOLDER.is_dir():
        pytest.skip("the CDNOW data set is not beside the project")
    return found


@pytest.fixture(scope="session")
def cdnow_halves(cdnow):
    """CDNOW after 39 weeks, and orders of the 39 weeks after."""
    days = cdnow.order_days()
    return cdnow.weeks(days, "1997-09-30"), cdnow.orders_after(days, "1997-09-30")


@pytest.fixture(scope="session")
def order_lines():
    """The module that makes order lines of customers of known kinds, or of one kind."""
    return _module("simulated_order_lines")
