"""The guard names planted leaks of each kind, and no honest column."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from salesops.tables import load
from salesops.tables.imports import import_tables
from salesops.tables.sample import generate
from salesops.win_probability.leak_guard import usable_columns, without_leaks
from salesops.win_probability.learn import learn
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.sections import trust_section

ROOT = Path(__file__).resolve().parents[2]
MAVEN = ROOT.parent / "shared" / "real" / "maven_crm"
HONEST = ("segment", "size", "answered", "score")


def company(seed=0, deals=2500, still_open=300):
    """Deals of three years whose honest columns tell something of the outcome, one of them by its emptiness, too."""
    rng = np.random.default_rng(seed)
    segment, size = rng.choice(list("abcd"), deals), rng.lognormal(10, 1, deals)
    asked = rng.random(deals)
    odds = pd.Series(segment).map({"a": -1.2, "b": -0.4, "c": 0.3, "d": 1.0}).to_numpy() + 1.5 * (asked > 0.5) - 0.8
    won = rng.random(deals) < 1 / (1 + np.exp(-odds))
    created = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 1000, deals)), unit="D")
    closed = created + pd.to_timedelta(rng.integers(5, 200, deals), unit="D")
    is_open = np.zeros(deals, bool)
    is_open[rng.choice(np.arange(deals // 2, deals), still_open, replace=False)] = True
    return pd.DataFrame(
        {
            "opportunity_id": [f"D{i:05}" for i in range(deals)], "account_id": rng.integers(0, 400, deals).astype(str),
            "amount": size, "created_at": created, "stage": "offer",
            "status": np.where(is_open, "open", np.where(won, "won", "lost")),
            "closed_at": pd.Series(closed).where(~is_open), "segment": segment, "size": size.round(2),
            "answered": pd.Series(rng.choice(["x", "y"], deals)).where(asked > 0.35),
            "score": odds + rng.normal(0, 1, deals),
        }
    )  # fmt: skip


def of_closed(deals, values):
    return pd.Series(values, deals.index).where(deals["status"] != "open")


def plant_note_after_the_end(deals, rng):
    return of_closed(deals, rng.choice(["a", "b", "c"], len(deals)))


def plant_reason_of_the_lost(deals, rng):
    return pd.Series(rng.choice(["price", "timing"], len(deals))).where(deals["status"] == "lost")


def plant_probability_set_at_the_end(deals, rng):
    return deals["status"].map({"won": 100.0, "lost": 0.0, "open": 50.0})


def plant_state_of_closed_deals(deals, rng):
    ended = rng.choice(["archived", "handed over"], len(deals))
    return pd.Series(rng.choice(["active", "waiting"], len(deals))).where(deals["status"] == "open", ended)


def plant_score_given_with_hindsight(deals, rng):
    told = (deals["status"] == "won") * 10 + rng.normal(0, 1, len(deals))
    return told.where((deals["status"] != "open") | (rng.random(len(deals)) < 0.2))


def plant_document_number(deals, rng):
    return pd.Series([f"{value:x}" for value in rng.integers(2**40, 2**48, len(deals))])


def plant_row_number(deals, rng):
    return pd.Series(np.arange(len(deals)) * 7 + 100_000).astype(str)


def plant_day_of_last_change(deals, rng):
    changed = deals["closed_at"].fillna(deals["created_at"]) + pd.to_timedelta(rng.integers(0, 3, len(deals)), unit="D")
    return changed.dt.strftime("%Y-%m-%d")


def plant_days_worked(deals, rng):
    worked = (deals["closed_at"] - deals["created_at"]).dt.days
    return worked.fillna(pd.Series(rng.integers(1, 200, len(deals)))) * 24.0


def plant_batch_of_one_outcome(deals, rng):
    week = ((deals["created_at"] - deals["created_at"].min()).dt.days // 10).astype(str)
    return week + deals["status"].map({"won": "-1", "lost": "-2"}).fillna("-1").where(
        rng.random(len(deals)) < 0.8, "-3"
    )


PLANTS = {
    "filled at closing": (plant_note_after_the_end, plant_reason_of_the_lost),
    "same for open deals": (plant_probability_set_at_the_end, plant_state_of_closed_deals),
    "tells all": (plant_score_given_with_hindsight,),
    "names deals": (plant_document_number,),
    "carries order": (plant_row_number, plant_day_of_last_change, plant_days_worked),
    "worse on later deals": (plant_batch_of_one_outcome,),
}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("fault", "plant"), [(f, p) for f, ps in PLANTS.items() for p in ps], ids=lambda v: getattr(v, "__name__", v)
)
def test_a_planted_leak_is_named_with_its_kind_and_nothing_else_is(fault, plant, seed):
    deals = company(seed)
    deals["planted"] = plant(deals, np.random.default_rng(seed + 50))
    kept, left_out = usable_columns(deals)
    assert [(found.column, found.fault) for found in left_out] == [("planted", fault)]
    assert set(kept) == set(HONEST)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_entered_knowing_the_end_is_named_even_where_no_open_deals_show_it(seed):
    deals = company(seed).query("status != 'open'").reset_index(drop=True)
    rng = np.random.default_rng(seed)
    won = deals["status"] == "won"
    word = pd.Series(np.where(won ^ (rng.random(len(deals)) < 0.08), "keen", "cool"))
    deals["label"] = word.where(rng.random(len(deals)) < np.where(won, 0.8, 0.45))
    kept, left_out = usable_columns(deals)
    assert [(found.column, found.fault) for found in left_out] == [("label", "filled by outcome")]
    # Its emptiness goes with losing, too, but what was answered does not tell the end.
    assert "answered" in kept


@pytest.mark.parametrize("seed", range(5))
def test_no_column_of_the_sample_company_is_named(seed):
    tables = generate(accounts=500, seed=seed).tables
    kept, left_out = usable_columns(tables["opportunities"])
    assert left_out == ()
    assert {"competitor", "our_price", "competitor_price", "product_line", "source", "rep_id"} <= set(kept)


def test_the_reason_of_a_loss_is_named_where_it_is_offered_as_a_column():
    tables = generate(accounts=500, seed=1).tables
    _, left_out = usable_columns(tables["opportunities"], ["loss_reason", "competitor"])
    assert [found.fault for found in left_out] == ["filled at closing"]
    assert "0% of open deals" in left_out[0].found


def test_a_column_that_tells_much_and_is_known_for_open_deals_is_kept():
    deals = company(1)
    rng = np.random.default_rng(1)
    ended_well = np.where(deals["status"] == "open", rng.random(len(deals)) < 0.5, deals["status"] == "won")
    deals["early_test"] = ended_well * 3.0 + rng.normal(0, 1, len(deals))
    kept, left_out = usable_columns(deals)
    assert "early_test" in kept
    assert left_out == ()


def test_a_field_that_was_given_up_is_not_taken_for_one_filled_at_closing():
    # Closed deals fill it more often than open ones, but only because they are older.
    deals = company(2)
    deals["old_field"] = pd.Series("x", deals.index).where(deals["created_at"] < deals["created_at"].iloc[1250])
    _, left_out = usable_columns(deals)
    assert left_out == ()


@pytest.mark.parametrize("rows", [0, 1, 30])
def test_few_deals_name_nothing_for_lack_of_evidence(rows):
    deals = company(3).tail(rows).reset_index(drop=True)
    kept, left_out = usable_columns(deals)
    assert left_out == ()
    assert set(kept) == {name for name in HONEST if deals[name].notna().any()}


def test_the_model_learns_without_what_is_named_and_the_page_says_so(reviewed, as_of):
    deals = reviewed.opportunities
    told = np.where(deals["status"] == "won", "signed", "not signed")
    leaking = deals.assign(channel=pd.Series(told, deals.index).where(deals["status"] != "open"))
    found = learn(replace(reviewed, opportunities=leaking), as_of, Parameters(min_closed_deals=50))
    assert "channel" not in found.choice.used
    assert "Channel is filled for 100% of closed deals and 0% of open deals" in trust_section(found)._repr_html_()


def test_columns_named_are_gone_and_all_others_stay():
    deals = company(4).assign(serial=range(2500))
    kept, reasons = without_leaks(deals)
    assert list(kept.columns) == [name for name in deals.columns if name != "serial"]
    assert list(reasons) == ["serial"]


@pytest.mark.real_data
def test_no_column_of_a_crm_that_nobody_here_made_is_named(tmp_path):
    if not MAVEN.is_dir():
        pytest.skip(f"the Maven CRM set is not at {MAVEN}")
    import_tables(ROOT / "params" / "imports" / "maven_crm.yml", MAVEN, tmp_path / "out")
    kept, left_out = usable_columns(load(tmp_path / "out").frame("opportunities"))
    assert left_out == ()
    assert kept == ("rep_id", "product_line")
