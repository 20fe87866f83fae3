"""What a plan pays, worked out one rep and one period at a time, in exact fractions, as a person would with paper.

It reads the terms of a plan alone, and shares no code with the engine: no curves, no arrays, no floats.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesops.incentive_simulation import IncentivePlan

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
Row = dict[str, Any]
ZERO = Fraction(0)


def exact(value: float | int) -> Fraction:
    """Return the number that was written, not the one that a float holds."""
    return Fraction(Decimal(str(value)))


def cents(amount: Fraction) -> Fraction:
    """Round to the cent, half a cent away from zero."""
    size = Fraction(floor(abs(amount) * 100 + Fraction(1, 2)), 100)
    return size if amount >= 0 else -size


def share_of_target(measure: Any, attainment: Fraction) -> Fraction:
    """What is paid for an attainment, as a share of the target pay."""
    if attainment < exact(measure.threshold):
        return ZERO
    for end in (measure.tiers[-1].to, measure.cap_at):
        attainment = min(attainment, exact(end)) if end is not None else attainment
    paid = ZERO
    for i, tier in enumerate(measure.tiers):
        start = exact(tier.starts)
        if attainment < start:
            break
        paid += exact(tier.bonus)
        if measure.rates_on == "tier":
            later = measure.tiers[i + 1 :]
            end = min(attainment, exact(later[0].starts)) if later else attainment
            paid += exact(tier.rate) * (end - start)
    if measure.rates_on == "whole":
        reached = [tier for tier in measure.tiers if exact(tier.starts) <= attainment]
        paid += exact(reached[-1].rate) * attainment if reached else ZERO
    return min(paid, exact(measure.max_pay)) if measure.max_pay is not None else paid


class PlainPay:
    """Pay of everybody, row by row; `months` is the length of each row's period."""

    def __init__(self, plan: IncentivePlan, rows: list[Row], months: int) -> None:
        self.plan, self.rows, self.months = plan, rows, months
        self.lines: dict[tuple[int, str], Fraction] = {}
        for name in plan.roles:
            self.pay_role(name)

    def total(self, row: int) -> Fraction:
        return sum((amount for (at, _), amount in self.lines.items() if at == row), ZERO)

    def pay_role(self, name: str) -> None:
        mine = [i for i, row in enumerate(self.rows) if row["role"] == name]
        role = self.plan.roles[name]
        kept: dict[tuple[int, str], Fraction] = {}
        share: dict[tuple[int, str], Fraction] = defaultdict(lambda: Fraction(1))
        for i in mine:
            self.lines[i, "base"] = cents(self.yearly(role.base_pay, "base_pay", i))
        for measure in role.measures:
            for i, amount in self.measure(role, measure, mine, ZERO).items():
                self.lines[i, line(measure)] = kept[i, line(measure)] = amount
        for kicker in role.kickers:
            for i in mine:
                self.lines[i, kicker.name] = kept[i, kicker.name] = self.kicker(role, kicker, i)
        called = {line(m): m.measure for m in role.measures} | {k.name: k.name for k in role.kickers}
        for gate in role.gates:
            for i in mine:
                opened = exact(self.rows[i][gate.measure]) >= exact(gate.at_least)
                lost = Fraction(0) if opened else 1 - exact(gate.otherwise)
                names = [n for n in called if not gate.cuts or called[n] in gate.cuts]
                self.lines[i, f"gate_{gate.measure}"] = -self.cut(kept, share, i, names, lost)
        for contest in role.contests:
            for i in mine:
                self.lines[i, contest.name] = self.contest(contest, i, mine)
        if role.ramp and role.ramp.guaranteed:
            for i in mine:
                earned = sum((kept[i, n] for n in called), sum((self.lines[i, c.name] for c in role.contests), ZERO))
                promised = self.ramp(role.ramp.guaranteed, i, ZERO) * self.yearly(role.target_pay, "target_pay", i)
                self.lines[i, "guarantee"] = max(ZERO, cents(promised) - earned)
        waits = [line(m) for m in role.measures if m.measure in self.plan.payment.measures]
        if self.plan.payment.at_booking < 1 and waits:
            for i in mine:
                sales = exact(self.rows[i]["sales"])
                paid = min(max(exact(self.rows[i]["collected"]) / sales, ZERO), Fraction(1)) if sales > 0 else 1
                unpaid = (1 - exact(self.plan.payment.at_booking)) * (1 - paid)
                self.lines[i, "held"] = -self.cut(kept, share, i, waits, unpaid)
        if self.plan.clawback:
            self.claw_back(role, mine, kept, share)
        if role.draw:
            self.draws(role.draw, mine, kept, called, [contest.name for contest in role.contests])

    def cut(self, kept: Any, share: Any, row: int, names: list[str], lost: Fraction) -> Fraction:
        taken = ZERO
        for name in names:
            off = cents(lost * kept[row, name])
            kept[row, name] -= off
            share[row, name] *= 1 - lost
            taken += off
        return taken

    def present(self, row: int) -> Fraction:
        return exact(self.rows[row].get("present", 1))

    def yearly(self, stated: float | None, column: str, row: int) -> Fraction:
        year = exact(stated if stated is not None else self.rows[row][column])
        return year * self.months / 12 * self.present(row)

    def ramp(self, by_month: list[float], row: int, after: Fraction) -> Fraction:
        first = int(self.rows[row]["months_of_service"])
        months = [exact(by_month[m]) if m < len(by_month) else after for m in range(first, first + self.months)]
        return sum(months, ZERO) / self.months

    def quota(self, role: Any, measure: str, stated: float | None, row: int) -> Fraction:
        quota = exact(stated if stated is not None else self.rows[row][f"{measure}_quota"])
        if self.plan.hired_mid_period == "quota_by_days":
            quota *= self.present(row)
        return quota * (self.ramp(role.ramp.quota, row, Fraction(1)) if role.ramp else 1)

    def result_and_quota(self, role: Any, measure: Any, row: int, less: Fraction) -> tuple[Fraction, Fraction]:
        if measure.level == "rep":
            result = exact(self.rows[row][measure.measure]) - less
            return result, self.quota(role, measure.measure, measure.quota, row)
        here = self.rows[row]
        team = [
            other
            for other in self.rows
            if other["start"] == here["start"] and (measure.level == "company" or other["region"] == here["region"])
        ]
        quota = [exact(measure.quota or other[f"{measure.measure}_quota"]) for other in team]
        return sum((exact(other[measure.measure]) for other in team), ZERO), sum(quota, ZERO)

    def spans(self, mine: list[int], length: int) -> list[list[int]]:
        found: dict[tuple[str, int], list[int]] = defaultdict(list)
        for i in sorted(mine, key=lambda i: self.rows[i]["start"]):
            found[self.rows[i]["rep_id"], self.rows[i]["start"] // length].append(i)
        return list(found.values())

    def measure(self, role: Any, measure: Any, mine: list[int], less: Fraction | dict[int, Fraction]) -> Any:
        length = MONTHS[measure.period or self.plan.period]
        paid = dict.fromkeys(mine, ZERO)
        for span in self.spans(mine, length):
            off = less if isinstance(less, dict) else dict.fromkeys(span, less)
            both = [self.result_and_quota(role, measure, i, off[i]) for i in span]
            quota = sum((q for _, q in both), ZERO)
            target = sum((self.yearly(role.target_pay, "target_pay", i) for i in span), ZERO) * exact(measure.weight)
            if measure.paid == "at_end":
                reached = sum((r for r, _ in both), ZERO) / quota
                paid[span[-1]] = cents(target * share_of_target(measure, reached))
                continue
            so_far, before = ZERO, ZERO
            for i, (result, _) in zip(span, both, strict=True):
                so_far += result
                due = cents(target * share_of_target(measure, so_far / quota))
                paid[i] = max(ZERO, due - before)
                before += paid[i]
        return paid

    def kicker(self, role: Any, kicker: Any, row: int) -> Fraction:
        units, start = exact(self.rows[row][kicker.measure]), exact(kicker.starts)
        if kicker.above_quota is not None:
            stated = next((m.quota for m in role.measures if m.measure == kicker.measure), None)
            start = exact(kicker.above_quota) * self.quota(role, kicker.measure, stated, row)
        above = max(ZERO, units - start)
        above = min(above, exact(kicker.most_units)) if kicker.most_units is not None else above
        return cents(exact(kicker.per_unit) * above + (exact(kicker.bonus) if units >= start else ZERO))

    def contest(self, contest: Any, row: int, mine: list[int]) -> Fraction:
        here = self.rows[row]
        rivals = [
            exact(self.rows[i][contest.measure])
            for i in mine
            if self.rows[i]["start"] == here["start"]
            and (contest.among == "company" or self.rows[i]["region"] == here["region"])
        ]
        result = exact(here[contest.measure])
        if result < exact(contest.at_least):
            return ZERO
        better, tied = sum(r > result for r in rivals), sum(r == result for r in rivals)
        pot = sum((exact(prize) for prize in contest.prizes[better : better + tied]), ZERO)
        return Fraction(floor(pot / tied * 100), 100)

    def claw_back(self, role: Any, mine: list[int], kept: Any, share: Any) -> None:
        assert self.plan.clawback is not None
        for measure in role.measures:
            if measure.level == "rep" and measure.measure in self.plan.clawback.measures:
                gone = {i: exact(self.rows[i].get(f"{measure.measure}_reversed", 0)) for i in mine}
                without = self.measure(role, measure, mine, gone)
                for i in mine:
                    more = max(ZERO, self.lines[i, line(measure)] - without[i])
                    back = cents(exact(self.plan.clawback.share) * share[i, line(measure)] * more)
                    self.lines[i, f"clawback_{line(measure)}"] = -back
                    kept[i, line(measure)] -= back

    def draws(self, draw: Any, mine: list[int], kept: Any, called: dict[str, str], contests: list[str]) -> None:
        length = MONTHS[draw.period or self.plan.period]
        names = [n for n in called if not draw.against or called[n] in draw.against]
        owed: dict[str, Fraction] = defaultdict(Fraction)
        for span in sorted(self.spans(mine, length), key=lambda span: self.rows[span[0]]["start"]):
            last, rep = span[-1], self.rows[span[-1]]["rep_id"]
            there = sum((self.present(i) * self.months for i in span), ZERO) / length
            over = draw.months is not None and self.rows[last]["months_of_service"] >= draw.months
            amount = ZERO if over else cents(exact(draw.amount) * there)
            earned = sum((kept[i, n] for i in span for n in names), ZERO)
            if not draw.against:
                earned += sum((self.lines.get((i, n), ZERO) for i in span for n in [*contests, "guarantee"]), ZERO)
            advanced = max(ZERO, amount - earned)
            back = min(owed[rep], max(ZERO, earned - amount)) if draw.recoverable else ZERO
            owed[rep] += advanced - back
            self.lines[last, "draw"], self.lines[last, "draw_recovered"] = advanced, -back


def line(measure: Any) -> str:
    return measure.measure if measure.level == "rep" else f"{measure.measure}_{measure.level}"
