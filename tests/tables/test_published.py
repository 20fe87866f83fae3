"""What notebooks publish keeps the output contract and is safe to open in a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from salesops.errors import InputError
from salesops.not_enough_data import NotEnoughData
from salesops.tables import publish, publish_kpis, published

if TYPE_CHECKING:
    from pathlib import Path

BOOKINGS = pd.DataFrame({"period": ["2026Q4"], "mean": [1.0], "p10": [0.5], "p50": [1.0], "p90": [1.5]})


@dataclass(frozen=True)
class Figure:
    kpi: str
    value: float
    label: str = "=HYPERLINK(1)"
    low: float | None = None
    high: float | None = None
    unit: str = "CNY"
    better: str = "up"


def test_a_published_table_is_read_back_as_it_was(tmp_path: Path) -> None:
    assert publish(tmp_path, "win_probability", bookings=BOOKINGS) == ["bookings"]
    pd.testing.assert_frame_equal(published(tmp_path, "win_probability", "bookings"), BOOKINGS)  # type: ignore[arg-type]


def test_a_table_that_is_not_there_yet_says_which_notebook_to_run(tmp_path: Path) -> None:
    assert "run the notebook win_probability first" in str(published(tmp_path, "win_probability", "bookings"))


def test_a_table_without_enough_data_does_not_leave_an_older_one_behind(tmp_path: Path) -> None:
    publish(tmp_path, "win_probability", bookings=BOOKINGS)
    assert publish(tmp_path, "win_probability", bookings=NotEnoughData("orders")) == []
    assert not list(tmp_path.rglob("bookings.*"))


def test_a_table_that_breaks_the_output_contract_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lacks p90"):
        publish(tmp_path, "win_probability", bookings=BOOKINGS.drop(columns="p90"))
    with pytest.raises(InputError, match='did you mean "bookings"'):
        publish(tmp_path, "win_probability", booking=BOOKINGS)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_no_cell_of_a_csv_is_taken_for_a_formula(tmp_path: Path, start: str) -> None:
    publish(tmp_path, "win_probability", bookings=BOOKINGS.assign(note=f"{start}cmd"))
    path = tmp_path / "tables" / "win_probability" / "bookings.csv"
    assert pd.read_csv(path)["note"][0].startswith("'")
    assert published(tmp_path, "win_probability", "bookings")["note"][0] == f"{start}cmd"  # type: ignore[index]


def test_negative_numbers_stay_numbers(tmp_path: Path) -> None:
    publish(tmp_path, "win_probability", bookings=BOOKINGS.assign(mean=-1.5))
    path = tmp_path / "tables" / "win_probability" / "bookings.csv"
    assert pd.read_csv(path)["mean"][0] == -1.5


def test_kpis_come_back_with_the_values_of_the_run_before(tmp_path: Path) -> None:
    assert publish_kpis(tmp_path, "win_probability", [Figure("bookings", 10.0)]) == {}
    assert publish_kpis(tmp_path, "win_probability", [Figure("bookings", 12.0), Figure("new", 1.0)]) == {
        "bookings": 10.0
    }
    kpis = published(tmp_path, "win_probability", "kpis")
    assert isinstance(kpis, pd.DataFrame)
    assert kpis.columns.tolist() == ["topic", "kpi", "label", "value", "low", "high", "unit", "better"]
    assert kpis["value"].tolist() == [12.0, 1.0]
