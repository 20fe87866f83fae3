"""What the notebook uses, in the order it uses it: the topic's face for analysts."""

from salesops.incentive_simulation.assumptions import ASSUMPTIONS
from salesops.incentive_simulation.coming_target import amount, coming_target, later_goals
from salesops.incentive_simulation.cost_record import cost_record, with_period
from salesops.incentive_simulation.equal_cost import equal_cost
from salesops.incentive_simulation.fair_outlook import under_fair_quotas, with_chances, with_deals
from salesops.incentive_simulation.inputs import rep_inputs
from salesops.incentive_simulation.luck import luck
from salesops.incentive_simulation.parameters import Parameters
from salesops.incentive_simulation.past_pay import past_pay
from salesops.incentive_simulation.payable import not_payable, payable
from salesops.incentive_simulation.plan_answers import payouts, plan_table
from salesops.incentive_simulation.plan_files import load_plans
from salesops.incentive_simulation.quota_fairness import quota_fairness
from salesops.incentive_simulation.quotas import quota_calendar, set_quotas
from salesops.incentive_simulation.results import rep_results
from salesops.incentive_simulation.sections_cost import cost_section
from salesops.incentive_simulation.sections_games import games, games_section
from salesops.incentive_simulation.sections_past import past_section
from salesops.incentive_simulation.sections_people import compared_plan, people_section, performance_section
from salesops.incentive_simulation.sections_quotas import fairness_section, quotas_section
from salesops.incentive_simulation.sections_terms import effort_section, search_section
from salesops.incentive_simulation.statements import write_statements
from salesops.incentive_simulation.summary import kpis, summary
from salesops.incentive_simulation.territories import territories
from salesops.incentive_simulation.told import expected_from_deals, told
from salesops.incentive_simulation.try_it import try_it
from salesops.incentive_simulation.year_ahead import believed_elasticity, by_elasticity, searched, simulated, year_ahead

__all__ = [
    "ASSUMPTIONS",
    "Parameters",
    "amount",
    "believed_elasticity",
    "by_elasticity",
    "coming_target",
    "compared_plan",
    "cost_record",
    "cost_section",
    "effort_section",
    "equal_cost",
    "expected_from_deals",
    "fairness_section",
    "games",
    "games_section",
    "kpis",
    "later_goals",
    "load_plans",
    "luck",
    "not_payable",
    "past_pay",
    "past_section",
    "payable",
    "payouts",
    "people_section",
    "performance_section",
    "plan_table",
    "quota_calendar",
    "quota_fairness",
    "quotas_section",
    "rep_inputs",
    "rep_results",
    "search_section",
    "searched",
    "set_quotas",
    "simulated",
    "summary",
    "territories",
    "told",
    "try_it",
    "under_fair_quotas",
    "with_chances",
    "with_deals",
    "with_period",
    "write_statements",
    "year_ahead",
]
