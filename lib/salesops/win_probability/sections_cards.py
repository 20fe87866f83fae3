"""The section of the scorecards C931: what they are worth here, and the card of every open deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, interval, money, number, plural, section, share
from salesops.win_probability.card_levels import RULE_CHANCE, RULE_CLEARS, RULE_FIRSTS
from salesops.win_probability.figures_cards import count_dots, weight_dots

if TYPE_CHECKING:
    import pandas as pd

    from salesops.win_probability.card_levels import RuleOfThumb
    from salesops.win_probability.parameters import Parameters
    from salesops.win_probability.scorecards import Scorecards

MOST_CARDS = 500
LEVEL = f"{RULE_CLEARS} C + {RULE_FIRSTS} F"
THE_RULE = f"that {LEVEL} means {share(RULE_CHANCE)} or more"


@section("Scorecards")
def cards_section(cards: Scorecards, parameters: Parameters) -> Section | NotEnoughData:
    """Say whether the rule of thumb holds, what each confirmation goes with, and where open deals stand."""
    if isinstance(cards.counts, NotEnoughData):
        return cards.counts
    said = [_rule_words(cards.rule), _weight_words(cards), _open_words(cards.open)]
    charts = Pair(_count_chart(cards.counts), _weight_chart(cards.weights))
    table = cards.open if isinstance(cards.open, NotEnoughData) else _table(cards.open, parameters)
    return Section("Scorecards", _headline(cards.rule), "\n\n".join(filter(None, said)), (charts, table))


def _headline(rule: RuleOfThumb | NotEnoughData) -> str:
    if isinstance(rule, NotEnoughData):
        return f"Too few deals to test the rule {THE_RULE}"
    found = f"{_with_interval(rule.all)} of deals at that level were won"
    return f"The rule {THE_RULE} {rule.verdict} here: {found}"


def _rule_words(rule: RuleOfThumb | NotEnoughData) -> str:
    if isinstance(rule, NotEnoughData):
        return f"{str(rule).capitalize()}."
    known = f"{plural(rule.all['looks'], 'look')} at {plural(rule.all['deals'], 'deal')}"
    text = f"At {LEVEL} or above {_with_interval(rule.all)} were won in the end ({known}, one look a month)"
    if rule.without_win is not None:
        text += f"; {_with_interval(rule.without_win)} where the decider had not chosen yet"
    return f"{text}. Slow deals are looked at more often, and are lost more often."


def _with_interval(found: pd.Series) -> str:
    return f"{share(found['share'])} ({interval(found['low'], found['high'], 'share')})"


def _weight_words(cards: Scorecards) -> str:
    weights, weighing = cards.weights, cards.weighing
    if isinstance(weights, NotEnoughData):
        return f"What single confirmations go with: {weights}."
    first, last = weights.iloc[0], weights.iloc[-1]
    text = (
        f"All else the model knows being alike, most goes with {first['label']}: a deal at 50% stands at "
        f"{share(first['at_even'])} with it; least goes with {last['label']} ({share(last['at_even'])}). It is what "
        "goes with winning, no proof that getting it would bring the gain."
    )
    if isinstance(weighing, NotEnoughData):
        return text
    return (
        f"{text} {weighing.verdict}: log loss gained {number(weighing.gain, 3)} (80%: {number(weighing.low, 3)} to "
        f"{number(weighing.high, 3)}) on {plural(weighing.deals, 'later closing')}, seeing nothing but the card."
    )


def _open_words(cards: pd.DataFrame | NotEnoughData) -> str:
    if isinstance(cards, NotEnoughData):
        return ""
    never = int(cards["days_since_review"].isna().sum())
    text = f"{plural(int(cards['at_rule'].sum()), 'open deal')} of {len(cards):,} stand at {LEVEL} or above"
    return f"{text}; {plural(never, 'deal')} nobody has reviewed yet." if never else f"{text}."


def _count_chart(counts: pd.DataFrame) -> Chart:
    return Chart(
        lambda narrow: count_dots(counts, narrow=narrow, half=True),
        alt="Dots of the share won in the end by the count of confirmations ticked, with 80% intervals.",
        title="Confirmations ticked, and won in the end",
        caption="Past month-end looks; 80% intervals over deals; deals still open count for as long as watched.",
        half=True,
    )


def _weight_chart(weights: pd.DataFrame | NotEnoughData) -> Chart | NotEnoughData:
    if isinstance(weights, NotEnoughData):
        return weights
    return Chart(
        lambda narrow: weight_dots(weights, narrow=narrow, half=True),
        alt="Dots of the chance that a deal at 50% has with each confirmation, with 80% intervals and equal weights.",
        title="What each confirmation goes with",
        caption="Learned weights, all else alike, with 80% intervals; dashed: equal weights.",
        half=True,
    )


def _table(cards: pd.DataFrame, parameters: Parameters) -> DataTable:
    shown = cards.head(MOST_CARDS)
    gain = shown["next_gain"].map(
        lambda worth: f"goes with {money(worth, parameters.currency)} more", na_action="ignore"
    )
    columns = [
        Col("account", "Customer", below="opportunity_id"),
        Col("stage", "Stage"),
        Col("win_probability", "Win chance", "bar"),
        Col("clears", "Clears", "number", "of 9", 0),
        Col("firsts", "Firsts", "number", "of 3", 0),
        Col("win", "Win", "number", "of 1", 0),
        Col("unticked", "Not confirmed"),
        Col("next_confirmation", "Next to confirm", below="gain"),
        Col("days_since_review", "Reviewed", "number", "days ago", 0),
    ]
    cut = f" The first {MOST_CARDS} of {len(cards):,}; the table scorecards has all." if len(cards) > MOST_CARDS else ""
    there = [column for column in columns if column.name in shown.columns and shown[column.name].notna().any()]
    caption = f"The scorecard of every open deal, largest expected amount first.{cut}"
    return DataTable(shown.assign(gain=gain), there, caption, filter_label="customer, stage or confirmation", shown=10)
