"""`salesops check`: the exit code says whether the data is sound, and the page shows what each column holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from salesops.cli import app

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = (
    "order_id,account_id,ordered_at,amount,region\n1,A,2026-01-05,10,East\n2,A,2026-03-31,20,\n3,B,2026-02-01,30,\n"
)


def run(folder: Path, orders: str, *options: str) -> tuple[int, str]:
    (folder / "orders.csv").write_text(orders, encoding="utf-8")
    done = CliRunner().invoke(app, ["check", str(folder), "--as-of", "2026-03-31", *options])
    return done.exit_code, done.output


def test_sound_data_ends_with_0_and_faulty_data_with_2(tmp_path: Path) -> None:
    code, said = run(tmp_path, ORDERS)
    assert code == 0
    assert "orders                     3 rows  2026-01-05 to 2026-03-31" in said
    assert said.endswith("no faults\n")
    code, said = run(tmp_path, ORDERS.replace("2026-03-31", "2026-04-01"))
    assert code == 2
    assert "in the future" in said


def test_the_page_shows_how_much_of_each_column_is_filled(tmp_path: Path) -> None:
    page = tmp_path / "new" / "quality.html"
    assert run(tmp_path, ORDERS, "--html", str(page))[0] == 0
    text = page.read_text(encoding="utf-8")
    assert "no fault was found" in text
    for shown in ("33%", "100%", "2026-01-05", "East"):
        assert shown in text
    assert "src=" not in text
    assert "default-src &#39;none&#39;" in text


def test_the_page_is_written_for_faulty_data_too_and_what_data_says_is_escaped(tmp_path: Path) -> None:
    page = tmp_path / "quality.html"
    assert run(tmp_path, ORDERS.replace("20,", "<script>alert(1)</script>,"), "--html", str(page))[0] == 2
    text = page.read_text(encoding="utf-8")
    assert "1 kind of fault to put right" in text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text


@pytest.mark.parametrize("source", ["postgres://me:geheim@db/sales", "postgres://me:${NO_SUCH_SECRET}@db/sales"])
def test_a_source_that_cannot_be_opened_ends_with_2_and_without_its_password(source: str) -> None:
    done = CliRunner().invoke(app, ["check", source])
    assert done.exit_code == 2
    assert "geheim" not in done.output
    assert "password" in done.output.lower() or "NO_SUCH_SECRET is not set" in done.output
