"""Customers that several tests look at."""

import pytest

from tests.customer_segmentation import cdnow as cdnow_data
from tests.customer_segmentation import simulated_customers, simulated_order_lines


@pytest.fixture(scope="session")
def simulate():
    """Draw customers from the law that models of repeat buying assume."""
    return simulated_customers.simulate


@pytest.fixture(scope="session")
def cdnow():
    """The module that reads CDNOW; without the data the test is skipped."""
    if not cdnow_data.FOLDER.is_dir():
        pytest.skip("the CDNOW data set is not beside the project")
    return cdnow_data


@pytest.fixture(scope="session")
def cdnow_halves(cdnow):
    """CDNOW after 39 weeks, and orders of the 39 weeks after."""
    days = cdnow.order_days()
    return cdnow.weeks(days, "1997-09-30"), cdnow.orders_after(days, "1997-09-30")


@pytest.fixture(scope="session")
def order_lines():
    """The module that makes order lines of customers of known kinds, or of one kind."""
    return simulated_order_lines
