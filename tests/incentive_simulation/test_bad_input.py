"""What cannot be paid is refused by name or prorated by the plan's rule, through the whole notebook."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from notebook_cells import run_cells, visible, write_tables

from salesops.errors import InputError
from salesops.incentive_simulation.parameters import Parameters
from salesops.incentive_simulation.payable import not_payable, payable
from salesops.incentive_simulation.statements import FOLDER
from salesops.tables import published

AS_OF = "2026-09-30"
QUARTERS = [f"{2023 + (i + 3) // 4}Q{(i + 3) % 4 + 1}" for i in range(12)]
"""2023Q4 to 2026Q3."""


def company(reps=6, seed=1):
    """A small company: orders every fortnight, quotas by quarter, two regions."""
    rng = np.random.default_rng(seed)
    ids = [f"R{i}" for i in range(1, reps + 1)]
    days = pd.date_range("2023-10-02", AS_OF, freq="14D")
    rep = np.repeat(ids, len(days))
    orders = {"account_id": [f"A{name}" for name in rep], "ordered_at": np.tile(days, reps), "rep_id": rep}
    amount = np.round(rng.lognormal(9, 0.4, len(rep)), 2)
    orders = pd.DataFrame(orders | {"amount": amount, "cost": np.round(0.7 * amount, 2)})
    people = {"rep_id": ids, "name": [f"Seller {i}" for i in ids], "region": np.where(np.arange(reps) % 2, "N", "S")}
    people |= {"role": "AR", "hired_at": pd.Timestamp("2020-01-01"), "left_at": pd.NaT}
    people |= {"base_salary": 100000.0, "target_incentive": 80000.0}
    rows = pd.MultiIndex.from_product([QUARTERS, ids], names=["period", "key"]).to_frame(index=False)
    targets = rows.assign(level="rep", measure="sales", target=60000.0)
    accounts = {"account_id": orders["account_id"].unique(), "name": "x", "potential_spend": 5e5}
    return {
        "orders": orders.assign(order_id=[f"O{i}" for i in range(len(orders))]),
        "reps": pd.DataFrame(people),
        "targets": targets,
        "accounts": pd.DataFrame(accounts),
    }


def page_of(tables, tmp_path, **values):
    data = write_tables(tables, tmp_path / "data")
    given = {"data": str(data), "as_of": AS_OF, "run_dir": str(tmp_path / "run"), "draws": 200}
    page, space = run_cells("incentive_simulation", given | values)
    text = visible(page)
    assert not re.search(r"\b(nan|NaN|NaT|None|inf)\b", text.split("About these numbers")[0])
    return text, space


def changed(tables, name, where, **values):
    table = tables[name]
    return tables | {name: table.assign(**{c: table[c].mask(where(table), v) for c, v in values.items()})}


def test_a_quota_of_zero_is_named_and_not_paid_as_zero(tmp_path):
    tables = changed(company(), "targets", lambda t: (t["key"] == "R2") & (t["period"] == "2026Q3"), target=0.0)
    text, space = page_of(tables, tmp_path, plans=["current"])
    assert "Seller R2 (R2) has a quota of 0 in 2026Q3: left out, not paid zero" in text
    # One plan is compared with nothing.
    assert "name a second plan to see which one leaves more" in text
    assert "People may expect between CNY" in text
    assert "leaves most" not in text
    payouts = published(tmp_path / "run", "incentive_simulation", "payouts")
    assert "R2" not in set(payouts["rep_id"])
    assert (payouts["pay_mean"] > 0).all()
    assert "R2" not in set(space["past"].loc[space["past"]["variable"] == 0, "rep_id"])


def test_who_is_hired_within_a_quarter_is_paid_the_part_that_they_worked(tmp_path):
    tables = company()
    late = pd.Timestamp("2026-08-16")
    tables = changed(tables, "reps", lambda t: t["rep_id"] == "R3", hired_at=late)
    orders, targets = tables["orders"], tables["targets"]
    tables["orders"] = orders[(orders["rep_id"] != "R3") | (orders["ordered_at"] >= late)]
    tables["targets"] = targets[(targets["key"] != "R3") | (targets["period"] == "2026Q3")]
    _, space = page_of(tables, tmp_path, plans=["flat_commission"])
    row = space["paid"].set_index(["rep_id", "period"]).loc[("R3", "2026Q3")]
    assert row["present"] == pytest.approx(46 / 92)
    # The flat commission pays target pay times attainment: half of a quarter's 20,000 hangs on the quota as given.
    past = space["past"].set_index("rep_id")["variable"]
    assert past["R3"] == pytest.approx(20000 * 0.5 * row["sales"] / 60000, abs=0.01)


def plan_file(folder, **role):
    (folder / "plans").mkdir()
    values = {"name": "odd", "roles": {"AR": {"measures": [{"measure": "sales"}]} | role}}
    (folder / "plans" / "odd.yml").write_text(yaml.safe_dump(values))
    return str(folder / "plans")


FAULTY = {
    "overlapping tiers": (
        {"measures": [{"measure": "sales", "tiers": [{"from": 0, "to": 1.1, "rate": 1}, {"from": 1, "rate": 2}]}]},
        "tiers overlap: one ends at 1.1, the next begins at 1",
    ),
    "weights": (
        {"measures": [{"measure": "sales", "weight": 0.5}, {"measure": "margin", "weight": 0.4}]},
        "the weights of its measures add up to 0.9",
    ),
    "threshold above cap": (
        {"measures": [{"measure": "sales", "threshold": 1.2, "cap_at": 1.1}]},
        "the cap at 1.1 is not above the threshold at 1.2",
    ),
}


@pytest.mark.parametrize(("role", "said"), FAULTY.values(), ids=FAULTY)
def test_a_plan_that_contradicts_itself_is_refused_with_its_file_and_fault(role, said, tmp_path):
    folder = plan_file(tmp_path, **role)
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        page_of(company(), tmp_path, plans=["odd"], plan_folder=folder)
    assert "odd.yml" in str(caught.value)


def test_splits_over_the_whole_deal_are_refused(tmp_path):
    folder = Path(plan_file(tmp_path))
    values = yaml.safe_load((folder / "odd.yml").read_text()) | {"splits": {"AR": 0.8, "SR": 0.3}}
    (folder / "odd.yml").write_text(yaml.safe_dump(values))
    with pytest.raises(InputError, match="splits add up to 110%"):
        page_of(company(), tmp_path, plans=["odd"], plan_folder=str(folder))


def test_a_plan_that_is_not_there_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(InputError, match='did you mean "current"'):
        page_of(company(), tmp_path, plans=["curent"])


def test_a_plan_without_reps_says_for_whom_it_has_terms(tmp_path):
    tables = company()
    tables["reps"] = tables["reps"].assign(role="AM")
    text, _ = page_of(tables, tmp_path)
    assert "No plan can be judged yet" in text
    assert "6 people of role AM left out of all figures of pay: no terms for it in current" in text


LACKING = {
    "reps": "needs reps",
    "targets": "targets of level rep",
    "orders": "needs orders",
}


@pytest.mark.parametrize(("name", "said"), LACKING.items())
def test_without_a_table_the_page_says_what_it_needs(name, said, tmp_path):
    tables = {key: table for key, table in company().items() if key != name}
    if name == "orders":
        deal = {"opportunity_id": "D1", "account_id": "AR1", "amount": 5.0, "created_at": pd.Timestamp("2026-01-01")}
        tables["opportunities"] = pd.DataFrame([deal | {"stage": "need raised", "status": "open"}])
    text, _ = page_of(tables, tmp_path)
    assert "No plan can be judged yet" in text
    assert said in text
    assert not (tmp_path / "run" / "tables" / "incentive_simulation" / "payouts.parquet").exists()


def test_pay_that_nobody_knows_is_asked_for_by_name(tmp_path):
    tables = company()
    tables["reps"] = tables["reps"].drop(columns=["target_incentive", "base_salary"])
    text, space = page_of(tables, tmp_path)
    assert "No pay at quota is known for Seller R1" in text
    assert "No plan can be judged yet" in text
    given = Parameters(target_pay=80000.0)
    assert payable(space["results"], space["plans"], given)["target_pay"].eq(80000.0).all()
    assert not_payable(space["results"], space["plans"], given) == []


@pytest.mark.slow
def test_names_from_the_data_carry_no_markup_into_page_or_statement(tmp_path):
    tables = company()
    tables["reps"] = tables["reps"].assign(name="<script>alert(1)</script>", region="<b>N</b>")
    data = write_tables(tables, tmp_path / "data")
    given = {"data": str(data), "as_of": AS_OF, "run_dir": str(tmp_path / "run"), "draws": 200, "statements": ["all"]}
    page, _ = run_cells("incentive_simulation", given)
    pages = [page, *(path.read_text() for path in (tmp_path / "run" / FOLDER).iterdir())]
    assert len(pages) == 7
    assert all("<script>alert" not in each and "<b>N</b>" not in each for each in pages)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["no costs", "no region", "one plan", "no potential", "two reps", "a negative quarter"]
)
def test_little_data_still_gives_a_page(kind, tmp_path):
    tables, values = company(), {}
    if kind == "no costs":
        tables["orders"] = tables["orders"].drop(columns="cost")
    if kind == "no region":
        tables["reps"] = tables["reps"].drop(columns="region")
    if kind == "one plan":
        values["plans"] = ["current"]
    if kind == "no potential":
        del tables["accounts"]
    if kind == "two reps":
        tables = company(reps=2)
    if kind == "a negative quarter":
        last = tables["orders"]["ordered_at"] >= "2026-07-01"
        mine = last & (tables["orders"]["rep_id"] == "R1")
        tables["orders"] = tables["orders"].assign(amount=tables["orders"]["amount"].mask(mine, -5000.0))
    text, _ = page_of(tables, tmp_path, **values)
    assert "of incentive pay a year" in text
