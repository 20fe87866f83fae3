"""The input contract: every table that the suite can read. Only `orders` or `opportunities` is required."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.tables.contract import Column, LinkRule, Rule, TableContract, day, event, integer, money, number, text

if TYPE_CHECKING:
    import ibis.expr.types as ir

CLOSED = ("won", "lost")

ACCOUNTS = TableContract(
    "accounts",
    "one customer or prospect",
    ("account_id",),
    (
        text("account_id", "identifier of the account", required=True),
        text("name", "name as people say it", required=True),
        text("industry", "industry or kind of institution"),
        text("region", "sales region"),
        integer("employees", "number of employees (for a hospital, beds)", low=0),
        money("annual_revenue", "the account's own revenue per year", low=0),
        event("created_at", "day the account became known"),
        money("potential_spend", "what the account spends per year in our categories, with anyone", low=0),
        number("technology_fit", "how well our technology suits the account's direction", low=1, high=5),
        number("stability", "how stable the account's own business is", low=1, high=5),
        integer("payment_days", "agreed days to pay", low=0),
    ),
)

PRODUCTS = TableContract(
    "products",
    "one product",
    ("product_id",),
    (
        text("product_id", "identifier of the product", required=True),
        text("name", "name of the product", required=True),
        text("product_line", "line the product belongs to"),
        money("list_price", "list price of one unit", low=0),
        money("unit_cost", "cost of one unit", low=0),
        day("launched_at", "day of first sale"),
    ),
)

REPS = TableContract(
    "reps",
    "one person in sales, or a manager of some",
    ("rep_id",),
    (
        text("rep_id", "identifier of the person", required=True),
        text("name", "name of the person"),
        text("region", "sales region the person works in"),
        text(
            "role",
            "AR account, SR solution, FR fulfilment responsible, or manager",
            values=("AR", "SR", "FR", "manager"),
        ),
        text("manager_id", "rep_id of the manager"),
        day("hired_at", "first day of work"),
        day("left_at", "last day of work"),
        money("base_salary", "base pay per year", low=0),
        money("target_incentive", "incentive pay per year at quota", low=0),
    ),
    references=(("manager_id", "reps"),),
    rules=(Rule(("hired_at", "left_at"), lambda t: t.left_at < t.hired_at, "left_at on or after hired_at"),),
)

OPPORTUNITIES = TableContract(
    "opportunities",
    "one deal, as it stands on the day of the export",
    ("opportunity_id",),
    (
        text("opportunity_id", "identifier of the deal", required=True),
        text("account_id", "account that would buy", required=True),
        money("amount", "value of the deal; of a won deal what it was won for", required=True, low=0),
        event("created_at", "day the deal became known", required=True),
        text("stage", "stage of buying that the deal is in, or was in when it closed", required=True),
        text("status", "open, won or lost", required=True, values=("open", "won", "lost")),
        event("closed_at", "day it was won or lost"),
        day("expected_close", "day the rep expects it to close"),
        text("rep_id", "person responsible for the account (AR)"),
        text("solution_rep_id", "person responsible for the solution (SR)"),
        text("fulfilment_rep_id", "person responsible for fulfilment (FR)"),
        text("partner_id", "partner it goes through"),
        text("channel", "sales channel"),
        text("product_line", "product line offered"),
        text("source", "what the deal came from"),
        text("grade", "project grade by amount, strategic weight and difficulty"),
        text("competitor", "main competitor"),
        text("loss_reason", "why it was lost"),
        money("our_price", "price we offered", low=0),
        money("competitor_price", "price the main competitor offered", low=0),
        day("delivery_at", "day of delivery wanted"),
    ),
    references=(
        ("account_id", "accounts"),
        ("rep_id", "reps"),
        ("solution_rep_id", "reps"),
        ("fulfilment_rep_id", "reps"),
        ("partner_id", "partners"),
    ),
    rules=(
        Rule(
            ("status", "closed_at"),
            lambda t: t.status.isin(CLOSED) & t.closed_at.isnull(),
            "a closed_at for every won or lost deal",
        ),
        Rule(
            ("status", "closed_at"),
            lambda t: (t.status == "open") & t.closed_at.notnull(),
            "no closed_at on an open deal",
        ),
        Rule(
            ("created_at", "closed_at"),
            lambda t: t.closed_at < t.created_at,
            "closed_at on or after created_at",
        ),
    ),
)


def _dates_in_order(deals: ir.Table) -> ir.BooleanValue:
    import ibis

    both = {"created_at", "closed_at"} <= set(deals.columns)
    return (deals.closed_at.isnull() | (deals.closed_at >= deals.created_at)) if both else ibis.literal(True)


STAGE_HISTORY = TableContract(
    "stage_history",
    "one entry of a deal into a stage, or one change of its amount or expected closing",
    (),
    (
        text("opportunity_id", "deal", required=True),
        text("stage", "stage it is in from that day on", required=True),
        event("entered_at", "day of the entry or change", required=True),
        money("amount", "value of the deal from that day on", low=0),
        day("expected_close", "expected closing day from that day on"),
    ),
    references=(("opportunity_id", "opportunities"),),
    links=(
        LinkRule(
            "entered_at",
            "opportunity_id",
            "opportunities",
            "created_at",
            lambda entered_at, created_at: entered_at < created_at,
            _dates_in_order,
            "entered_at on or after the deal's created_at",
        ),
        LinkRule(
            "entered_at",
            "opportunity_id",
            "opportunities",
            "closed_at",
            lambda entered_at, closed_at: entered_at > closed_at,
            _dates_in_order,
            "entered_at on or before the deal's closed_at",
        ),
    ),
)

ORDERS = TableContract(
    "orders",
    "one order line; a negative amount is a return",
    ("order_id",),
    (
        text("order_id", "identifier of the order line", required=True),
        text("account_id", "account that bought", required=True),
        event("ordered_at", "day of the order", required=True),
        money("amount", "value of the line after discount", required=True),
        text("product_id", "product bought"),
        text("product_line", "line of that product"),
        number("quantity", "units"),
        money("unit_price", "price of one unit after discount"),
        text("rep_id", "person credited"),
        text("channel", "sales channel"),
        text("partner_id", "partner it went through"),
        text("region", "sales region credited"),
        money("cost", "our cost of the line"),
        event("paid_at", "day it was paid in full"),
        text("promotion_id", "promotion it was bought under"),
    ),
    references=(
        ("account_id", "accounts"),
        ("product_id", "products"),
        ("rep_id", "reps"),
        ("partner_id", "partners"),
        ("promotion_id", "promotions"),
    ),
    rules=(Rule(("ordered_at", "paid_at"), lambda t: t.paid_at < t.ordered_at, "paid_at on or after ordered_at"),),
)

PERIOD = r"^\d{4}(Q[1-4]|-(0[1-9]|1[0-2]))?$"

TARGETS = TableContract(
    "targets",
    "one target for one period and one part of the business",
    ("period", "level", "key", "measure"),
    (
        text("period", "2026, 2026Q4 or 2026-10", required=True),
        text(
            "level",
            "part of the business",
            required=True,
            values=("company", "region", "product_line", "channel", "rep"),
        ),
        text("key", "which one of that level; all for the company", required=True),
        text("measure", "what is counted", required=True, values=("sales", "customers", "share")),
        number("target", "value to reach: money, customers, or a share from 0 to 1", required=True, low=0),
    ),
    rules=(Rule(("period",), lambda t: ~t.period.re_search(PERIOD), "a period written as 2026, 2026Q4 or 2026-10"),),
)

CONTACTS = TableContract(
    "contacts",
    "one person at an account",
    ("contact_id",),
    (
        text("contact_id", "identifier of the person", required=True),
        text("account_id", "account the person works for", required=True),
        text("decision_role", "initiator, user, influencer, gatekeeper, decider, approver or payer", required=True),
        text("name", "name of the person"),
        integer("attitude", "from -2 against us to 2 for us", low=-2, high=2),
        integer("relationship_level", "1 delivers to specification … 5 organisational problems", low=1, high=5),
    ),
    references=(("account_id", "accounts"),),
)

PARTNERS = TableContract(
    "partners",
    "one distributor or other partner",
    ("partner_id",),
    (
        text("partner_id", "identifier of the partner", required=True),
        text("name", "name of the partner", required=True),
        text("channel", "channel the partner belongs to"),
        text("region", "region the partner sells in"),
        day("started_at", "first day of the partnership"),
        number("marketing_score", "work on the market", low=1, high=5),
        number("cooperation_score", "cooperation with us", low=1, high=5),
        number("finance_score", "financial health", low=1, high=5),
    ),
)

LEADS = TableContract(
    "leads",
    "one sign of interest",
    ("lead_id",),
    (
        text("lead_id", "identifier of the lead", required=True),
        event("created_at", "day it came in", required=True),
        text("source", "where it came from"),
        text("account_id", "account it belongs to, once known"),
        text("rep_id", "person who follows it up"),
        money("cost", "what it cost to get", low=0),
        text("opportunity_id", "deal that it became"),
    ),
    references=(("account_id", "accounts"), ("rep_id", "reps"), ("opportunity_id", "opportunities")),
)


def _ticks(names: tuple[tuple[str, str], ...]) -> tuple[Column, ...]:
    return tuple(integer(name, f"{description}: 1 confirmed, 0 not", low=0, high=1) for name, description in names)


SCORECARDS = TableContract(
    "scorecards",
    "one C931 review of a deal: nine Clears, three Firsts, one Win",
    ("opportunity_id", "scored_at"),
    (
        text("opportunity_id", "deal", required=True),
        event("scored_at", "day of the review", required=True),
        *_ticks(
            (
                ("c1", "our own process for such deals"),
                ("c2", "the buyer's process and schedule"),
                ("c3", "the buying organisation, its people and their leanings"),
                ("c4", "how the decision is made"),
                ("c5", "the exact need and focus"),
                ("c6", "funds and payment terms"),
                ("c7", "competitors and what they offer"),
                ("c8", "strengths and weaknesses against them"),
                ("c9", "our strategy"),
                ("f1", "the deciders rank us first overall"),
                ("f2", "first on value for money"),
                ("f3", "first on relationship"),
                ("w1", "the decider has chosen us"),
            )
        ),
    ),
    references=(("opportunity_id", "opportunities"),),
)

ACTIVITIES = TableContract(
    "activities",
    "one visit, call, message or event",
    ("activity_id",),
    (
        text("activity_id", "identifier of the activity", required=True),
        event("occurred_at", "day it took place", required=True),
        text("kind", "visit, phone, message, e-mail, event …", required=True),
        text("opportunity_id", "deal it was for"),
        text("account_id", "account it was for"),
        text("rep_id", "person who did it"),
        integer("commitment", "1 if the customer committed to an act that moves the deal", low=0, high=1),
        number("hours", "hours spent", low=0),
        money("cost", "money spent", low=0),
    ),
    references=(("opportunity_id", "opportunities"), ("account_id", "accounts"), ("rep_id", "reps")),
)

PROMOTIONS = TableContract(
    "promotions",
    "one promotion, past or planned",
    ("promotion_id",),
    (
        text("promotion_id", "identifier of the promotion", required=True),
        text("kind", "kind of promotion", required=True),
        day("starts_at", "first day", required=True),
        day("ends_at", "last day", required=True),
        money("cost", "money spent on it besides the discount", low=0),
        number("discount", "share taken off the price, 0.1 for 10%", low=0, high=1),
    ),
    rules=(Rule(("starts_at", "ends_at"), lambda t: t.ends_at < t.starts_at, "ends_at on or after starts_at"),),
)

MARKET = TableContract(
    "market",
    "one segment of the market in one year, as an outside source gives it",
    ("year", "industry", "region"),
    (
        integer("year", "calendar year", required=True, low=1900, high=2200),
        text("industry", "industry or kind of institution", required=True),
        text("region", "region", required=True),
        money("spend", "what the segment spends in our categories", required=True, low=0),
        integer("accounts", "number of accounts in the segment", low=0),
        integer("adopters", "accounts that had adopted by the end of the year", low=0),
        number("growth_outlook", "growth per year that the source expects, 0.08 for 8%"),
        money("p10", "spend that the source puts at 10% probability to be under", low=0),
        money("p90", "spend that the source puts at 90% probability to be under", low=0),
    ),
    rules=(Rule(("p10", "p90"), lambda t: t.p90 < t.p10, "p90 of at least p10"),),
)

COMPETITION = TableContract(
    "competition",
    "one competitor in one year and segment",
    (),
    (
        integer("year", "calendar year", required=True, low=1900, high=2200),
        text("competitor", "name of the competitor", required=True),
        money("revenue", "the competitor's sales there", required=True, low=0),
        text("industry", "industry or kind of institution"),
        text("region", "region"),
        text("product_line", "product line"),
        money("list_price", "the competitor's list price", low=0),
    ),
)

PRICE_SURVEY = TableContract(
    "price_survey",
    "one respondent's answers to van Westendorp's four questions",
    ("respondent_id", "product_line"),
    (
        text("respondent_id", "identifier of the respondent", required=True),
        text("product_line", "product line asked about", required=True),
        money("too_cheap", "price so low that quality is doubted", required=True, low=0),
        money("cheap", "price that is a bargain", required=True, low=0),
        money("expensive", "price that is getting high", required=True, low=0),
        money("too_expensive", "price that is out of the question", required=True, low=0),
        number("buy_at_cheap", "stated chance to buy at the cheap price", low=0, high=1),
        number("buy_at_expensive", "stated chance to buy at the expensive price", low=0, high=1),
    ),
)

EXPENSES = TableContract(
    "expenses",
    "one month's expense of one category",
    (),
    (
        text("month", "2026-10", required=True),
        text("category", "kind of expense", required=True),
        money("amount", "money spent", required=True),
        text("region", "region it was for"),
        text("channel", "channel it was for"),
        text("product_line", "product line it was for"),
        text("rep_id", "person it was for"),
    ),
    references=(("rep_id", "reps"),),
    rules=(Rule(("month",), lambda t: ~t.month.re_search(r"^\d{4}-(0[1-9]|1[0-2])$"), "a month written as 2026-10"),),
)

FEEDBACK = TableContract(
    "feedback",
    "one answer of a customer to a satisfaction survey",
    (),
    (
        text("account_id", "account that answered", required=True),
        event("given_at", "day of the answer", required=True),
        number("score", "0 to 10", required=True, low=0, high=10),
        text("kind", "what was asked about"),
    ),
    references=(("account_id", "accounts"),),
)

STAFF_SURVEY = TableContract(
    "staff_survey",
    "one answer of an employee to a satisfaction survey",
    (),
    (
        event("surveyed_at", "day of the answer", required=True),
        number("score", "0 to 10", required=True, low=0, high=10),
        text("region", "region the person works in"),
        text("rep_id", "person, where the survey is not anonymous"),
    ),
    references=(("rep_id", "reps"),),
)

CONTRACT: dict[str, TableContract] = {
    table.name: table
    for table in (
        ACCOUNTS,
        CONTACTS,
        PRODUCTS,
        REPS,
        PARTNERS,
        LEADS,
        OPPORTUNITIES,
        STAGE_HISTORY,
        SCORECARDS,
        ACTIVITIES,
        ORDERS,
        PROMOTIONS,
        MARKET,
        COMPETITION,
        PRICE_SURVEY,
        TARGETS,
        EXPENSES,
        FEEDBACK,
        STAFF_SURVEY,
    )
}
