"""The page for scripts shows code that runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "market_sizing.md"


def test_the_code_on_the_page_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = PAGE.read_text(encoding="utf-8")
    code = "\n".join(re.sub("^    ", "", line) for line in text.splitlines() if line.startswith("    "))
    found: dict[str, object] = {}
    exec(code, found)
    assert round(found["model"].p_, 5) == 0.00944
    assert found["together"].p50.shape == (3,)
