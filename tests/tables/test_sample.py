"""The sample company as tables: complete, sound, one story, the same bits every time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from salesops.errors import InputError
from salesops.tables.check import check
from salesops.tables.sample import Sample, generate, write_sample
from salesops.tables.sample.company import found
from salesops.tables.sample.generate import Part, draw_chunk, parts
from salesops.tables.sample.targets import apportion
from salesops.tables.sample.totals import Totals
from salesops.tables.schemas import CONTRACT

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
MEGABYTES = 1_000_000
FIRST_DAY, LAST_DAY = pd.Timestamp("2020-10-01"), pd.Timestamp("2026-09-30")
STAGES = ["need raised", "project approved", "pre-selection", "comparison", "decision", "delivery and use"]


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate()


@pytest.fixture(scope="module")
def deals(sample: Sample) -> pd.DataFrame:
    return sample.tables["opportunities"]


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.csv"))}


def test_every_table_and_every_column_of_the_contract_is_filled(sample: Sample) -> None:
    assert set(sample.tables) == set(CONTRACT)
    for name, contract in CONTRACT.items():
        assert list(sample.tables[name].columns) == contract.names
        assert sample.tables[name].notna().any().all(), name


def test_the_sample_in_the_repository_is_what_the_generator_writes(tmp_path: Path) -> None:
    write_sample(tmp_path)
    assert hashes(tmp_path) == hashes(SAMPLE)


def test_the_sample_in_the_repository_keeps_the_contract() -> None:
    report = check(SAMPLE)
    assert report.faults == ()
    assert {summary.table for summary in report.summaries} == set(CONTRACT)


def test_the_sample_in_the_repository_is_small_enough_to_read_on_a_web_page() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.glob("*.csv")) < 6 * MEGABYTES


def test_the_truth_is_written_only_when_asked(tmp_path: Path) -> None:
    write_sample(tmp_path / "out", accounts=20)
    assert {path.stem for path in (tmp_path / "out").iterdir()} == set(CONTRACT)
    write_sample(tmp_path / "out", accounts=20, truth_dir=tmp_path / "truth")
    truth = {path.stem for path in (tmp_path / "truth").iterdir()}
    assert {"deals", "customers", "prices", "diffusion", "market", "reps", "plans"} <= truth


def test_one_seed_gives_the_same_bytes_and_another_one_does_not(tmp_path: Path) -> None:
    for folder, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_sample(tmp_path / folder, accounts=40, seed=seed, truth_dir=tmp_path / folder / "truth")
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")
    assert hashes(tmp_path / "a" / "truth") == hashes(tmp_path / "b" / "truth")
    assert hashes(tmp_path / "a")["orders.csv"] != hashes(tmp_path / "c")["orders.csv"]


def test_files_are_utf_8_with_line_feeds_and_money_has_two_decimals() -> None:
    raw = (SAMPLE / "orders.csv").read_bytes()
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    amounts = pd.read_csv(SAMPLE / "orders.csv", dtype=str)["amount"]
    assert amounts.str.fullmatch(r"-?\d+\.\d\d").all()


@pytest.fixture(scope="module")
def chunks() -> list[Part]:
    """A company of 500 accounts that is drawn 200 at a time."""
    return list(parts(500, seed=3, chunk_accounts=200))


def test_chunks_of_a_company_share_no_key_and_refer_to_what_is_there(chunks: list[Part]) -> None:
    names = {name for part in chunks for name in part.tables}
    tables = {name: pd.concat([part.tables[name] for part in chunks if name in part.tables]) for name in names}
    assert len(tables["accounts"]) == 500
    for name, contract in CONTRACT.items():
        key = list(contract.key)
        assert not key or not tables[name].duplicated(key).any(), name
        for column, other in contract.references:
            known = tables[other][CONTRACT[other].key[0]]
            assert tables[name][column].dropna().isin(known).all(), (name, column)


def test_a_chunk_does_not_depend_on_the_chunks_before_it(chunks: list[Part]) -> None:
    company = found(500, 3, chunk_accounts=200)
    alone = draw_chunk(company, 2, Totals.zero(len(company.staff.seat)), with_truth=True)
    for name, frame in chunks[3].tables.items():
        pd.testing.assert_frame_equal(frame, alone.tables[name])
    pd.testing.assert_frame_equal(chunks[3].truth["deals"], alone.truth["deals"])


@pytest.mark.parametrize("accounts", [1, 2, 5])
def test_a_handful_of_accounts_makes_a_company_too(accounts: int) -> None:
    company = generate(accounts, seed=accounts)
    assert len(company.tables["accounts"]) == accounts
    assert set(company.tables) == set(CONTRACT)


def test_a_company_without_accounts_is_refused() -> None:
    with pytest.raises(InputError, match="accounts is 0: wanted at least 1"):
        generate(accounts=0)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(InputError, match="seed is -1: wanted a whole number"):
        generate(seed=-1)


def test_the_data_reaches_the_very_last_day_and_not_beyond(sample: Sample, deals: pd.DataFrame) -> None:
    assert sample.tables["orders"]["ordered_at"].max() == LAST_DAY
    assert max(deals["created_at"].max(), deals["closed_at"].max()) >= LAST_DAY - pd.Timedelta(days=2)
    for table, column in (("stage_history", "entered_at"), ("scorecards", "scored_at"), ("orders", "paid_at")):
        assert sample.tables[table][column].max() <= LAST_DAY
    assert FIRST_DAY <= sample.tables["orders"]["ordered_at"].min() <= FIRST_DAY + pd.Timedelta(days=7)


def test_a_won_deal_becomes_one_order_of_its_amount_on_the_day_of_delivery(sample: Sample, deals: pd.DataFrame) -> None:
    delivered = deals[(deals["status"] == "won") & deals["delivery_at"].between(FIRST_DAY, LAST_DAY)]
    orders = sample.tables["orders"]
    equipment = orders[orders["product_line"].str.endswith("equipment")]
    keys = ["account_id", "product_line", "amount", "day"]
    found = equipment.rename(columns={"ordered_at": "day"})[keys].sort_values(keys)
    wanted = delivered.rename(columns={"delivery_at": "day"})[keys].sort_values(keys)
    assert found.astype(str).to_numpy().tolist() == wanted.astype(str).to_numpy().tolist()


def test_stages_of_a_deal_are_entered_in_time_between_birth_and_closing(sample: Sample, deals: pd.DataFrame) -> None:
    history = sample.tables["stage_history"].merge(deals, on="opportunity_id", suffixes=("", "_now"))
    assert history["stage"].isin(STAGES).all()
    assert (history["entered_at"] >= history["created_at"]).all()
    assert (history["entered_at"] <= history["closed_at"].fillna(LAST_DAY)).all()
    assert (history.groupby("opportunity_id")["entered_at"].diff().dropna() >= pd.Timedelta(0)).all()
    last = history.groupby("opportunity_id").tail(1)
    for column in ("stage", "amount", "expected_close"):
        assert (last[column] == last[f"{column}_now"]).all()


def test_it_feels_real(sample: Sample, deals: pd.DataFrame) -> None:
    history, orders = sample.tables["stage_history"], sample.tables["orders"]
    place = history["stage"].map(STAGES.index)
    slips = history.groupby("opportunity_id")["expected_close"].nunique() - 1
    assert (place.groupby(history["opportunity_id"]).diff() < 0).sum() > 50, "stages go back"
    assert (slips > 0).mean() > 0.2, "closing dates slip"
    assert orders["amount"].lt(0).mean() == pytest.approx(0.014, abs=0.004), "goods are returned"
    assert orders["paid_at"].isna().any(), "some orders are unpaid"
    assert deals["competitor"].nunique() > 4, "some names are misspelt"
    last_year = deals[deals["created_at"] > LAST_DAY - pd.DateOffset(years=1)]
    assert 0.22 < (last_year["status"] == "open").mean() < 0.36
    days = (deals["closed_at"] - deals["created_at"]).dt.days.groupby(deals["status"]).quantile(0.9)
    assert days["lost"] > days["won"], "slow losses take longer than slow wins"
    first = history.groupby("opportunity_id")["expected_close"].first().reindex(deals["opportunity_id"]).to_numpy()
    late = (deals["closed_at"] - first).dt.days[deals["status"] == "won"]
    assert late.median() > 7, "reps expect deals to close too soon"
    reps = sample.tables["reps"]
    assert (reps["left_at"].isna() & (reps["role"] != "manager")).sum() == 40
    assert reps["left_at"].notna().sum() >= 8
    assert (reps["hired_at"] > pd.Timestamp("2020-10-01")).sum() >= 8


def test_chinese_new_year_empties_a_week_wherever_it_falls(sample: Sample) -> None:
    feasts = pd.to_datetime(["2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17"])
    days = (sample.tables["orders"]["ordered_at"].to_numpy()[:, None] - feasts.to_numpy()) / np.timedelta64(1, "D")
    week, months = ((days >= 0) & (days < 7)).sum(axis=0) / 7, (abs(days) < 45).sum(axis=0) / 90
    assert (week < 0.5 * months).all()
    assert week.sum() < 0.2 * months.sum()


def test_a_competitor_gains(sample: Sample, deals: pd.DataFrame) -> None:
    met = deals["competitor"].str.strip().str.lower() == "天衢 tianqu"
    early, late = deals["created_at"] < "2022-10-01", deals["created_at"] >= "2024-10-01"
    assert met[late].mean() > 1.8 * met[early].mean()
    sales = sample.tables["competition"].pivot_table(
        index="year", columns="competitor", values="revenue", aggfunc="sum"
    )
    share = sales["天衢 Tianqu"] / sales.sum(axis=1)
    assert share.is_monotonic_increasing
    assert share[2025] > 2 * share[2021]


def test_sales_targets_add_up_exactly(sample: Sample) -> None:
    sales = sample.tables["targets"].query("measure == 'sales'")
    quarters = sales[sales["period"].str.contains("Q")]
    company = quarters[quarters["level"] == "company"].set_index("period")["target"]
    for level in ("region", "product_line", "channel", "rep"):
        assert quarters[quarters["level"] == level].groupby("period")["target"].sum().eq(company).all(), level
    months = sales[sales["period"].str.contains("-")].copy()
    months["period"] = pd.PeriodIndex(months["period"], freq="M").asfreq("Q").astype(str)
    by_month = months.groupby(["level", "key", "period"])["target"].sum()
    by_quarter = quarters[quarters["level"] != "rep"].set_index(["level", "key", "period"])["target"]
    assert (by_quarter.reindex(by_month.index) == by_month).all()
    assert len(by_quarter) == len(by_month)
    years = sales[sales["period"].str.len() == 4].set_index(["level", "key", "period"])["target"]
    of_year = quarters.assign(period=quarters["period"].str[:4]).groupby(["level", "key", "period"])["target"].sum()
    assert (years == of_year.reindex(years.index)).all()


def test_apportioning_leaves_no_remainder_and_keeps_proportions() -> None:
    rng = np.random.default_rng(1)
    totals, weights = rng.integers(0, 10_000, 200), rng.gamma(0.5, size=(200, 9))
    shares = apportion(totals, weights)
    assert (shares.sum(axis=1) == totals).all()
    exact = totals[:, None] * weights / weights.sum(axis=1, keepdims=True)
    assert np.abs(shares - exact).max() < 1


def test_names_of_accounts_are_unique_and_some_are_english(sample: Sample) -> None:
    names = sample.tables["accounts"]["name"]
    assert names.is_unique
    assert 0.03 < names.str.fullmatch(r"[A-Za-z .]+").mean() < 0.2
