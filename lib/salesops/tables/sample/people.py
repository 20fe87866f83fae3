"""Sales people: seats that are filled one after the other, skill, learning, effort; managers; distributors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesops.tables.sample import names
from salesops.tables.sample.calendar import FIRST_DAY, FORTNIGHT, LAST_DAY, NEVER, STEPS, dates, quarter_of, step_start
from salesops.tables.sample.catalogue import REGIONS
from salesops.tables.sample.draws import Bools, Floats, Ints, pick, stream
from salesops.tables.sample.pay import PLANS, log_effort, plan_in_force

ROLES = ("AR", "SR", "FR", "manager")
SEATS_PER_REGION = (5, 2, 1, 1)
LEAVE_PER_YEAR = np.array([0.12, 0.07, 0.05, 0.02])
BASE_SALARY = np.array([120000, 138000, 108000, 240000])
TARGET_INCENTIVE = np.array([96000, 60000, 36000, 96000])
SKILL_SD = 0.35
ELASTICITY_MEDIAN, ELASTICITY_SD = 0.22, 0.25
# A new rep finds 40% fewer deals at first; the gap closes by a factor e every half year.
RAMP_GAP, RAMP_STEPS = 0.4, 13.0
_SUCCESSIONS = 5


@dataclass(frozen=True)
class Staff:
    """Everybody who ever worked in sales, and who sat where when.

    Parameters
    ----------
    seat_region, seat_role
        Per seat; position in `REGIONS` and `ROLES`. Seats of one role are numbered together, AR first.
    person_at
        Seats × fortnights: the person in the seat.
    seat, hired, left
        Per person; days, `left` is `NEVER` for who is still there.
    skill
        Per person: what is added to the log-odds of winning.
    elasticity
        Per person: elasticity of effort to marginal pay.
    optimism
        Per person: factor on the time that the rep expects a deal to take.
    diligence
        Per person: factor on the number of visits.
    effort
        Seats × fortnights: factor on deals found and on quantities sold.
    productivity
        Seats × fortnights: effort times what a new rep has yet to learn.
    """

    seat_region: Ints
    seat_role: Ints
    person_at: Ints
    seat: Ints
    hired: Ints
    left: Ints
    skill: Floats
    elasticity: Floats
    optimism: Floats
    diligence: Floats
    effort: Floats
    productivity: Floats

    @property
    def ids(self) -> np.ndarray:
        """Return the rep_id of every person."""
        return np.char.mod("R%03d", np.arange(len(self.seat)) + 1).astype(object)

    def seats_of(self, role: str) -> Ints:
        """Return regions × seats of one role."""
        found = np.flatnonzero(self.seat_role == ROLES.index(role))
        return found.reshape(len(REGIONS), -1)

    def presence(self, quarters: int) -> Floats:
        """Return quarters × people: the share of each quarter from 2020Q4 on that each person was there.

        Quarters after the last day belong to who is there on it.
        """
        steps = np.arange(STEPS)
        quarter = quarter_of(step_start(steps) + FORTNIGHT // 2)
        inside = np.flatnonzero(quarter >= 0)
        shares = np.zeros((quarters, len(self.seat)))
        np.add.at(shares, (quarter[inside][None, :], self.person_at[:, inside]), 1.0)
        shares[quarter[-1] + 1 :, self.person_at[:, -1]] = 1.0
        presence: Floats = shares / np.bincount(quarter[inside], minlength=quarters).clip(1)[:, None]
        return presence

    def tenure(self, people: Ints, steps: Ints) -> Floats:
        """Return fortnights since each person was hired."""
        return np.maximum((step_start(steps) - self.hired[people]) / FORTNIGHT, 0.0)


def hire(seed: int, scale: int) -> Staff:
    """Return the sales force; `scale` multiplies the number of seats."""
    region, role = _seats(scale)
    first = stream(seed, "seats")
    hired = [FIRST_DAY - FORTNIGHT * first.integers(4, 180, size=len(region))]
    left: list[Ints] = []
    for _ in range(_SUCCESSIONS):
        left.append(_leaving(first, hired[-1], LEAVE_PER_YEAR[role]))
        hired.append(left[-1] + 1)
    there = np.array(hired[:-1]) <= LAST_DAY
    # Number people seat by seat, in the order in which they sat there.
    succession, seat = (index.astype(np.int64) for index in there.T.nonzero()[::-1])
    started, ended = np.array(hired[:-1])[succession, seat], np.array(left)[succession, seat]
    return _staff(seed, region, role, seat, started, np.where(ended >= LAST_DAY, NEVER, ended))


def _seats(scale: int) -> tuple[Ints, Ints]:
    counts = scale * np.array(SEATS_PER_REGION)
    role = np.repeat(np.arange(len(ROLES)), counts * len(REGIONS))
    region = np.concatenate([np.repeat(np.arange(len(REGIONS)), count) for count in counts])
    return region, role


def _leaving(rng: np.random.Generator, hired: Ints, per_year: Floats) -> Ints:
    """Return the last day in the seat, always the eve of a fortnight within the model's time."""
    stay = 13 + np.floor(rng.exponential(26.0 / per_year)).astype(np.int64)
    leaving = hired + FORTNIGHT * stay
    # Who would have left before the model begins is taken to have stayed on, with a fresh draw from then.
    early = leaving <= FIRST_DAY
    late = FIRST_DAY + FORTNIGHT * (1 + np.floor(rng.exponential(26.0 / per_year)).astype(np.int64))
    return np.where(early, late, leaving) - 1


def _staff(seed: int, region: Ints, role: Ints, seat: Ints, hired: Ints, left: Ints) -> Staff:
    rng = stream(seed, "people")
    count, steps = len(seat), np.arange(STEPS)
    elasticity = ELASTICITY_MEDIAN * np.exp(rng.normal(0, ELASTICITY_SD, count))
    person_at = _person_at(seat, hired, len(region))
    effort_by_plan = np.exp(np.stack([log_effort(plan, elasticity) for plan in PLANS], axis=1))
    effort = effort_by_plan[person_at, plan_in_force(steps)[region]]
    tenure = np.maximum((step_start(steps) - hired[person_at]) / FORTNIGHT, 0.0)
    return Staff(
        seat_region=region,
        seat_role=role,
        person_at=person_at,
        seat=seat,
        hired=hired,
        left=left,
        skill=rng.normal(0, SKILL_SD, count),
        elasticity=elasticity,
        optimism=np.exp(rng.normal(-0.25, 0.25, count)),
        diligence=np.exp(rng.normal(0, 0.25, count)),
        effort=effort,
        productivity=effort * (1 - RAMP_GAP * np.exp(-tenure / RAMP_STEPS)),
    )


def _person_at(seat: Ints, hired: Ints, seats: int) -> Ints:
    """Return seats × fortnights; people are ordered by seat and time, so the last one hired by then sits there."""
    arrived: Bools = hired[:, None] <= step_start(np.arange(STEPS))[None, :]
    first = np.searchsorted(seat, np.arange(seats))
    return first[:, None] + np.add.reduceat(arrived.astype(np.int64), first, axis=0) - 1


def reps_table(staff: Staff, seed: int) -> pd.DataFrame:
    """Return the `reps` table."""
    role, region = staff.seat_role[staff.seat], staff.seat_region[staff.seat]
    senior = 1 + 0.02 * np.minimum((LAST_DAY - staff.hired) / 365.25, 10)
    return pd.DataFrame(
        {
            "rep_id": staff.ids,
            "name": names.people(stream(seed, "people", 1), len(role)),
            "region": pick(REGIONS, region),
            "role": pick(ROLES, role),
            "manager_id": pick(staff.ids, _manager_of(staff)),
            "hired_at": dates(staff.hired),
            "left_at": dates(staff.left),
            "base_salary": np.round(BASE_SALARY[role] * senior, -2),
            "target_incentive": TARGET_INCENTIVE[role].astype(float),
        }
    )


def _manager_of(staff: Staff) -> Ints:
    """Return for each person the manager of their region today, or the last one while they were there."""
    region = staff.seat_region[staff.seat]
    rank = staff.seat - staff.seats_of("AR")[region, 0]
    managers = staff.seats_of("manager")
    seat = managers[region, np.maximum(rank, 0) % managers.shape[1]]
    last_step = np.clip((np.minimum(staff.left, LAST_DAY) - FIRST_DAY) // FORTNIGHT, 0, STEPS - 1)
    manager = staff.person_at[seat, last_step]
    return np.where(staff.seat_role[staff.seat] == ROLES.index("manager"), -1, manager)
