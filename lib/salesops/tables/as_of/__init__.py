"""The time machine: every table as it was known at the end of a given day.

The rules, table by table, so that nothing later than the day can leak through another door:

| table | rows that are known | values that are put back |
|---|---|---|
| orders | `ordered_at` up to the day | `paid_at` after the day: empty |
| opportunities | `created_at` up to the day | closed after the day: open, no `closed_at`, no `loss_reason`; see below |
| stage_history, scorecards | their day, of a deal that is known | |
| leads, activities, feedback, staff_survey | their day | |
| accounts | `created_at` up to the day, or named by a known order, deal or answer | then `created_at` is empty |
| contacts | of a known account | `attitude`, `relationship_level`: empty before the data's end |
| products, reps, partners | `launched_at`, `hired_at`, `started_at` up to the day | `left_at` after the day: empty |
| market, competition | years that were over | |
| expenses | months that were over | |
| promotions | all: those to come are plans | `cost` of one that was not over: empty before the data's end |
| targets, price_survey | all: plans, and answers without a day | |

**Before the data's end** (the last event in orders and deals), today's value of what may have changed since does not
stand for the day. A deal that was open then shows the stage, amount and expected closing of its history, or none; the
values that people fill in as a deal goes on (`FILLED_ON_THE_WAY`) are empty, **whatever became of the deal**: were they
empty for those that have closed since alone, the gap would tell which ones close. A closed deal without a closing day
is left out, because nobody knows whether it was open. On the data's last day and later, today's values hold.

**References** to a row that was not known yet are empty where the column is optional (the deal that a lead became
later, a person hired later); a row that cannot be without is left out. Promotions are all known, so `promotion_id`
stays. An order, deal or answer proves that its account was known, whatever day the account carries. References to
what is in no table at all are left as they are: `salesops check` names them.

**Without a day** and taken as always so: a row with an empty day of appearance, all other columns of the tables above
(potential, technology fit, stability, scores of partners, prices of products, pay of reps, a deal's owner, partner,
product line, channel, source and grade), and columns that the contract does not know.
"""

from salesops.tables.as_of.cut import cut, depends_on
from salesops.tables.as_of.days import data_reaches, event_days, last_complete_quarter, quarter_end, resolve_as_of

__all__ = ["cut", "data_reaches", "depends_on", "event_days", "last_complete_quarter", "quarter_end", "resolve_as_of"]
