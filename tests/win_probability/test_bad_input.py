"""Companies that lack what a page lives on: the real notebook gives each its page, with a clear statement.

The cells are run here one after the other, as Jupyter would, for speed; a few companies go through papermill, too.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from notebook_cells import run_cells, visible, write_tables

from salesops.tables import published
from salesops.tables.check import check
from salesops.tables.sample import generate

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "win_probability.ipynb"
AS_OF = pd.Timestamp("2026-09-30")
REQUIRED = ["opportunity_id", "account_id", "amount", "created_at", "stage", "status"]
OF_DEALS = ("stage_history", "scorecards", "activities")


@pytest.fixture(scope="module")
def company():
    """A small company that has every table."""
    return generate(accounts=120, seed=3).tables


def only(tables, chosen):
    """The same company with some of its deals, and what other tables say of those."""
    deals = tables["opportunities"][chosen].reset_index(drop=True)
    kept = {name: tables[name][tables[name]["opportunity_id"].isin(deals["opportunity_id"])] for name in OF_DEALS}
    leads = tables["leads"]
    known = leads["opportunity_id"].isna() | leads["opportunity_id"].isin(deals["opportunity_id"])
    return {**tables, **kept, "opportunities": deals, "leads": leads[known]}


def with_deals(tables, **changes):
    return {**tables, "opportunities": tables["opportunities"].assign(**changes)}


def without_tables(tables, *names):
    return {name: table for name, table in tables.items() if name not in names}


def no_lost_deals(tables):
    return only(tables, tables["opportunities"]["status"] != "lost")


def only_lost_deals(tables):
    return only(tables, tables["opportunities"]["status"] == "lost")


def no_open_deals(tables):
    return only(tables, tables["opportunities"]["status"] != "open")


def only_open_deals(tables):
    return only(tables, tables["opportunities"]["status"] == "open")


def a_stage_never_seen(tables):
    deals, history = tables["opportunities"], tables["stage_history"]
    new = deals.loc[deals["status"] == "open", "opportunity_id"].iloc[0]
    entry = pd.DataFrame({"opportunity_id": [new], "stage": ["pilot"], "entered_at": [AS_OF]})
    stage = deals["stage"].where(deals["opportunity_id"] != new, "pilot")
    return {**with_deals(tables, stage=stage), "stage_history": pd.concat([history, entry], ignore_index=True)}


def deals_that_skip_and_go_back(tables):
    history = tables["stage_history"].copy()
    history["stage"] = np.random.default_rng(1).permutation(history["stage"].to_numpy())
    return {**tables, "stage_history": history}


def amounts_of_zero(tables):
    history = tables["stage_history"].assign(amount=0.0)
    return {**with_deals(tables, amount=0.0), "stage_history": history}


def one_rep(tables):
    reps = tables["reps"].head(1)
    changes = {"rep_id": reps["rep_id"].iloc[0], "solution_rep_id": None, "fulfilment_rep_id": None}
    return {**without_tables(with_deals(tables, **changes), "activities", "leads", "orders", "staff_survey", "targets",
                             "expenses"), "reps": reps.assign(manager_id=None)}  # fmt: skip


def one_open_deal(tables):
    return only(tables, tables["opportunities"].index == tables["opportunities"].query("status == 'open'").index[0])


def one_won_deal(tables):
    return only(tables, tables["opportunities"].index == tables["opportunities"].query("status == 'won'").index[0])


def one_account(tables):
    return with_deals(tables, account_id=tables["accounts"]["account_id"].iloc[0])


def no_history(tables):
    return without_tables(tables, "stage_history")


def an_empty_history(tables):
    return {**tables, "stage_history": tables["stage_history"].head(0)}


def deals_alone(tables):
    return {"opportunities": tables["opportunities"]}


def required_columns_alone(tables):
    return {"opportunities": tables["opportunities"][REQUIRED]}


def all_created_on_one_day(tables):
    deals = tables["opportunities"]
    history = tables["stage_history"]
    first = deals["created_at"].min()
    return {**with_deals(tables, created_at=first), "stage_history": history}


def all_on_one_day(tables):
    deals = tables["opportunities"]
    closed = pd.Series(AS_OF, deals.index).where(deals["status"] != "open")
    return without_tables(with_deals(tables, created_at=AS_OF, closed_at=closed), *OF_DEALS, "leads")


def closed_on_the_day_of_creation(tables):
    deals = tables["opportunities"]
    return without_tables(with_deals(tables, created_at=deals["closed_at"].fillna(deals["created_at"])), *OF_DEALS)


LEARNED = "by chance × amount"
BAD = {
    no_lost_deals: "needs at least 10 deals lost that were seen open a quarter before (",
    only_lost_deals: "needs at least 10 deals won that were seen open a quarter before (0 won and",
    no_open_deals: "needs an open deal (all deals are closed on that day)",
    only_open_deals: "(0 won and 0 lost in the quarters learned from)",
    a_stage_never_seen: 'Stage "pilot" was never seen before',
    deals_that_skip_and_go_back: LEARNED,
    amounts_of_zero: "needs amounts of open deals (all are empty or zero)",
    one_rep: LEARNED,
    one_open_deal: "(0 won and 0 lost in the quarters learned from)",
    one_won_deal: "in the quarters learned from)",
    one_account: LEARNED,
    no_history: "Not told, for want of tables: moves of stage",
    an_empty_history: LEARNED,
    deals_alone: "Not told, for want of tables: moves of stage",
    required_columns_alone: "needs opportunities.closed_at",
    all_created_on_one_day: LEARNED,
    all_on_one_day: "(0 won and 0 lost in the quarters learned from)",
    closed_on_the_day_of_creation: "(0 won and 0 lost in the quarters learned from)",
}
GIVES_CHANCES = {
    a_stage_never_seen, deals_that_skip_and_go_back, amounts_of_zero, one_rep, one_account, no_history,
    an_empty_history, deals_alone, all_created_on_one_day,
}  # fmt: skip
cases = pytest.mark.parametrize("change", BAD, ids=lambda change: change.__name__)


def values_of_parameters(data, run_dir):
    return {"data": str(data), "as_of": f"{AS_OF:%Y-%m-%d}", "min_closed_deals": 50, "run_dir": str(run_dir)}


def no_chance_without_data(change, run_dir):
    deals = published(run_dir, "win_probability", "open_deals")
    if change not in GIVES_CHANCES:
        return not isinstance(deals, pd.DataFrame)
    chances = deals[["low", "win_probability", "high"]].to_numpy()
    return bool(((chances > 0) & (chances < 1)).all() and (np.diff(chances, axis=1) >= 0).all())


@pytest.mark.slow
@cases
def test_each_gives_its_page_with_a_clear_statement_and_no_chance_without_data(change, company, tmp_path):
    data = write_tables(change(company), tmp_path / "data")
    page = visible(run_cells("win_probability", values_of_parameters(data, tmp_path / "run"))[0])
    assert BAD[change] in page
    assert no_chance_without_data(change, tmp_path / "run")
    assert not re.search(r"\b(nan|NaN|NaT|None|inf)\b", page.split("About these numbers")[0])


@pytest.mark.slow
@pytest.mark.parametrize("change", [only_lost_deals, one_open_deal, deals_alone], ids=lambda change: change.__name__)
def test_papermill_runs_the_same_to_the_end(change, company, tmp_path):
    import papermill

    data = write_tables(change(company), tmp_path / "data")
    run = papermill.execute_notebook(
        NOTEBOOK, tmp_path / "out.ipynb", values_of_parameters(data, tmp_path / "run"), progress_bar=False, cwd=ROOT
    )
    outputs = [output for cell in run.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "error"]
    assert BAD[change] in visible(" ".join(o["data"].get("text/html", "") for o in outputs if "data" in o))
    assert no_chance_without_data(change, tmp_path / "run")


def test_a_deal_closed_before_it_was_created_is_refused_by_the_check(company, tmp_path):
    deals = company["opportunities"]
    closed = deals["closed_at"].where(deals["status"] != "won", deals["created_at"] - pd.Timedelta(days=3))
    found = check(write_tables(with_deals(company, closed_at=closed), tmp_path / "data")).faults
    assert any("closed_at" in str(fault) and "created_at" in str(fault) for fault in found)
