"""How deals come into being: when, for whom, for what, and what is settled about them from the first day."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np

from salesops.tables.sample.calendar import (
    FIRST_DAY,
    STEPS,
    STEPS_BEFORE,
    WORKING_OFFSETS,
    deal_births,
    step_of,
    step_start,
)
from salesops.tables.sample.catalogue import (
    COMPETITOR_PRESENCE,
    COMPETITORS,
    EQUIPMENT,
    EQUIPMENT_PRODUCTS,
    LIST_PRICE,
    NEED,
    PRODUCT_LINE,
    between,
    list_prices,
)
from salesops.tables.sample.draws import Bools, Floats, Ints, choose, stream

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.company import Company

SOURCES = ("account plan", "referral", "trade fair", "web", "tender notice", "campaign")
SOURCE_WEIGHTS = np.array([[0.14, 0.14, 0.22, 0.16, 0.22, 0.12], [0.44, 0.14, 0.12, 0.06, 0.16, 0.08]])
GRADES = ("A", "B", "C")
GRADE_FROM = np.array([100_000.0, 350_000.0])
# What an account spends on one deal, in terms of its usual order line; and from which sum on it wants a larger model.
EQUIPMENT_TO_LINE_VALUE = 10.0
MODEL_FROM = np.array([90_000.0, 320_000.0])
# Chance that an offer holds one unit more, and one less, than the first estimate.
RESIZED = 0.08
# Chance that a solution, and a fulfilment responsible is named: for other deals, and for large ones.
SOLUTION_NAMED, FULFILMENT_NAMED = np.array([0.62, 0.85]), np.array([0.60, 0.80])
BIRTH_GROWTH = 0.05  # more deals per year
NOBODY = len(COMPETITORS)


@dataclass(frozen=True)
class Deals:
    """One chunk of deals, ordered by account and birth; what is fixed at birth.

    Positions refer to the chunk's accounts, the staff's seats, PRODUCTS, COMPETITORS (`NOBODY`: none) and SOURCES.
    `list_amount` is the first estimate; `amount` is what is offered from the comparison on, `price_gap` the log of our
    price over the competitor's.
    """

    account: Ints
    born: Ints
    created: Ints
    seat: Ints
    solution: Ints
    fulfilment: Ints
    product: Ints
    quantity: Ints
    list_amount: Floats
    unit_price: Floats
    amount: Floats
    price_gap: Floats
    competitor: Ints
    source: Ints
    optimism_noise: Floats

    def __len__(self) -> int:
        return len(self.account)

    def take(self, rows: Ints | Bools) -> Self:
        """Return some of the deals."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    @property
    def line(self) -> Ints:
        """Return the equipment line of each deal."""
        return PRODUCT_LINE[self.product]

    @property
    def triangle(self) -> Bools:
        """Return whether account, solution and fulfilment responsible are all named."""
        return (self.solution >= 0) & (self.fulfilment >= 0)

    @property
    def grade(self) -> Ints:
        """Return 0 for A (large), 1 for B, 2 for C."""
        return 2 - np.searchsorted(GRADE_FROM, self.list_amount)


@dataclass(frozen=True)
class Offer:
    """What is asked for, first estimated, and in the end offered for each deal."""

    product: Ints
    quantity: Ints
    list_amount: Floats
    unit_price: Floats
    wanted: Floats


def bear(company: Company, chunk: int, accounts: Accounts) -> Deals:
    """Return the deals of a chunk of accounts, over the six years and the year before."""
    rng = stream(company.seed, "births", chunk)
    account, born = _arrivals(rng, company, accounts)
    created = step_start(born) + WORKING_OFFSETS[rng.integers(len(WORKING_OFFSETS), size=len(born))]
    offer = _offer(rng, accounts, account, created)
    competitor = choose(rng, between(COMPETITOR_PRESENCE, (born - STEPS_BEFORE) / (STEPS - STEPS_BEFORE)))
    region, large = accounts.region[account], (offer.wanted > GRADE_FROM[1]).astype(np.int64)
    return Deals(
        account=account,
        born=born,
        created=created,
        seat=accounts.seat[account],
        solution=_assigned(rng, company.staff.seats_of("SR")[region], SOLUTION_NAMED[large]),
        fulfilment=_assigned(rng, company.staff.seats_of("FR")[region], FULFILMENT_NAMED[large]),
        product=offer.product,
        quantity=offer.quantity,
        list_amount=offer.list_amount,
        unit_price=offer.unit_price,
        amount=offer.quantity * offer.unit_price,
        price_gap=rng.normal(0.02, 0.09, len(account)) + 0.05 * (competitor == NOBODY - 1),
        competitor=competitor,
        source=choose(rng, SOURCE_WEIGHTS[accounts.initial[account].astype(np.int64)]),
        optimism_noise=np.exp(0.3 * rng.normal(size=len(account))),
    )


def _offer(rng: np.random.Generator, accounts: Accounts, account: Ints, created: Ints) -> Offer:
    """Return what each account wants, as a multiple of its usual order line, and what it is offered."""
    count = len(account)
    wanted = EQUIPMENT_TO_LINE_VALUE * accounts.line_value[account] * np.exp(0.4 * rng.normal(size=count))
    product = _products(rng, accounts.industry[account], wanted)
    estimate = np.maximum(np.round(wanted / LIST_PRICE[product]), 1).astype(np.int64)
    list_price = list_prices(product, created)
    discount = np.clip(accounts.discount[account] * 0.6 + rng.normal(0.03, 0.03, count), 0.0, 0.35)
    change = (rng.random(count) < RESIZED).astype(np.int64) - (rng.random(count) < RESIZED)
    return Offer(
        product=product,
        quantity=np.maximum(estimate + change, 1),
        list_amount=np.round(estimate * list_price * (1 - 0.5 * discount), -2),
        unit_price=np.round(list_price * (1 - discount), -1),
        wanted=wanted,
    )


def _arrivals(rng: np.random.Generator, company: Company, accounts: Accounts) -> tuple[Ints, Ints]:
    """Return account and fortnight of each deal: a Poisson process that follows season, growth and the rep's effort."""
    years = (np.arange(STEPS) - STEPS_BEFORE) / STEPS_BEFORE
    intensity = company.staff.productivity * deal_births() * np.exp(BIRTH_GROWTH * years) / STEPS_BEFORE
    mass = np.cumsum(intensity, axis=1)
    known = step_of(np.maximum(accounts.created, FIRST_DAY))
    before = np.where(known > 0, mass[accounts.seat, np.maximum(known - 1, 0)], 0.0)
    after = mass[accounts.seat, -1]
    count = rng.poisson(accounts.deal_rate * (after - before))
    account = np.repeat(np.arange(len(accounts)), count)
    point = before[account] + rng.random(len(account)) * (after - before)[account]
    # One sorted list for all seats: each seat's masses are lifted above those of the seats before it.
    lift = np.arange(len(mass)) * (mass.max() + 1.0)
    seat = accounts.seat[account]
    born = np.searchsorted((mass + lift[:, None]).ravel(), point + lift[seat]) - seat * STEPS
    born = np.clip(born, known[account] + 1, STEPS - 1)
    order = np.lexsort((born, account))
    return account[order], born[order]


def _products(rng: np.random.Generator, industry: Ints, wanted: Floats) -> Ints:
    """Return the equipment asked for: the line by need, the model by how much the account wants to spend."""
    models = EQUIPMENT_PRODUCTS.reshape(len(EQUIPMENT), -1)
    return models[choose(rng, NEED[industry]), np.searchsorted(MODEL_FROM, wanted)]


def _assigned(rng: np.random.Generator, seats: Ints, chance: Floats) -> Ints:
    seat = seats[np.arange(len(seats)), rng.integers(seats.shape[1], size=len(seats))]
    return np.where(rng.random(len(seats)) < chance, seat, -1)
