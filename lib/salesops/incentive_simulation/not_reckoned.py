"""What the page leaves out of plans, in words: what measures besides sales bring, and terms its tables cannot pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.incentive_simulation.sections_past import title_of, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from salesops.incentive_simulation.plan import IncentivePlan

OWN = {"sales", "margin"}


def paid_beside_sales(plan: IncentivePlan) -> list[str]:
    """Return the measures besides sales and margin that a plan pays for, in words.

    Examples
    --------
    >>> from salesops.incentive_simulation.plan import IncentivePlan
    >>> terms = [{"measure": "sales", "weight": 0.5}, {"measure": "new_customers", "weight": 0.5}]
    >>> paid_beside_sales(IncentivePlan(name="p", roles={"AR": {"measures": terms}}))
    ['new customers']
    """
    paid: set[str] = set()
    for role in plan.roles.values():
        paid |= {measure.measure for measure in role.measures}
        paid |= {kicker.measure for kicker in role.kickers} | {contest.measure for contest in role.contests}
    return sorted(name.replace("_", " ") for name in paid - OWN)


def not_reckoned(plans: Mapping[str, IncentivePlan]) -> str:
    """Say which plans pay for what brings nothing in these figures; nothing where none does."""
    paid = {within(title_of(plan)): paid_beside_sales(plan) for plan in plans.values()}
    names = [title for title, measures in paid.items() if measures]
    if not names:
        return ""
    what = _listed(sorted({measure for measures in paid.values() for measure in measures}))
    pays, it = ("pays", "it") if len(names) == 1 else ("pay", "they")
    return (
        f"What {_listed(names)} {pays} for {what} is counted as a cost, and what that brings is not reckoned: {it} may "
        "leave more than is said here."
    )


def unused_terms(plans: Mapping[str, IncentivePlan]) -> list[str]:
    """Say which terms of plans nothing in the tables can be paid by."""
    found = []
    for plan in plans.values():
        name = within(title_of(plan))
        if plan.splits or plan.partner_share:
            found.append(
                f"Splits of deals and shares of partners in {name} are left out: an order names one person, who is "
                "credited with all of it."
            )
        back = set(plan.clawback.measures) - {"sales"} if plan.clawback else set()
        if back:
            found.append(
                f"Nothing of {_listed(sorted(back))} is taken back in {name}: of returns, sales alone are known."
            )
    return found


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
