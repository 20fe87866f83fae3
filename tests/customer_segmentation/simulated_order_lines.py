"""Customers whose kinds are known, or who are of one kind: order lines and features."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd

AS_OF = dt.date(2026, 9, 30)
YEARS = 3.0
PRODUCTS = 20


def one_population(seed, customers=700):
    """Order lines of customers of one kind: rates, spending and taste differ smoothly, and there are no segments."""
    rng = np.random.default_rng(seed)
    shape, mean = rng.uniform(0.8, 3), rng.uniform(4, 15)
    rate = rng.gamma(shape, mean / shape, customers)
    start = rng.uniform(0, YEARS - 0.5, customers)
    end = np.minimum(YEARS, start + rng.exponential(rng.uniform(2, 6), customers))
    who, when = _renewals(rng, rate, start, end, regularity=rng.choice([1.0, 2.0, 4.0]))
    value = 6 + rng.uniform(0.5, 1.2) * rng.normal(size=customers)
    taste = rng.dirichlet(np.full(PRODUCTS, 0.8))
    lines = rng.integers(1, 4, len(who))
    row = np.repeat(np.arange(len(who)), lines)
    amount = np.exp(value[who[row]] + 0.5 * rng.normal(size=len(row)))
    return order_lines(who[row], when[row], amount, rng.choice(PRODUCTS, len(row), p=taste))


def order_lines(customer, years, amount, product):
    """Return the table orders; years count from the first day."""
    first = np.datetime64(AS_OF) - int(YEARS * 365) + 1
    return pd.DataFrame(
        {
            "order_id": np.char.mod("O%06d", np.arange(len(customer))),
            "account_id": np.char.mod("A%05d", customer),
            "ordered_at": first + (years * 365).astype(int),
            "amount": np.round(amount, 2),
            "product_id": np.char.mod("P%02d", product),
        }
    )


def as_table(frame):
    """Return a frame as an Ibis table whose days are dates."""
    return as_tables(orders=frame)[0]


def as_tables(**frames):
    """Return frames as Ibis tables of one database."""
    database = ibis.duckdb.connect()
    return [_with_dates(database.create_table(name, frame)) for name, frame in frames.items()]


def _with_dates(table):
    days = [name for name in ("ordered_at", "paid_at") if name in table.columns]
    return table.mutate(**{name: table[name].cast("date") for name in days})


def _renewals(rng, rate, start, end, regularity):
    """Return customer and time of orders with gamma gaps."""
    count = np.ceil(rate * (end - start) * 2 + 20).astype(int)
    who = np.repeat(np.arange(len(rate)), count)
    gaps = rng.gamma(regularity, size=len(who)) / (regularity * rate[who])
    total = np.cumsum(gaps)
    head = np.cumsum(count) - count
    when = start[who] + total - (total[head] - gaps[head])[who]
    return who[when < end[who]], when[when < end[who]]


def three_kinds(seed, customers=300):
    """Order lines of three kinds of customers that nobody could take for one another, and the kind of each."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, customers)
    rate = np.array([24.0, 8.0, 4.0])[kind] * np.exp(0.15 * rng.normal(size=customers))
    value = np.log([200.0, 5_000.0, 900.0])[kind] + 0.2 * rng.normal(size=customers)
    variety = np.array([4, 15, 1])[kind]
    who, when = _renewals(rng, rate, np.zeros(customers), np.full(customers, YEARS), regularity=4.0)
    lines = rng.integers(1, 4, len(who))
    row = np.repeat(np.arange(len(who)), lines)
    amount = np.exp(value[who[row]] + 0.3 * rng.normal(size=len(row)))
    product = (rng.random(len(row)) * variety[who[row]]).astype(int)
    return order_lines(who[row], when[row], amount, product), np.array(["often", "large", "rare"])[kind]
