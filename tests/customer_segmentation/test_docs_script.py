"""The page for scripts shows code that runs."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "customer_segmentation.md"


def test_the_code_on_the_page_runs():
    text = PAGE.read_text(encoding="utf-8")
    code = "\n".join(re.sub("^    ", "", line) for line in text.splitlines() if line.startswith("    "))
    found: dict[str, object] = {}
    exec(code, found)
    assert found["outlook"].value_is == "margin"
    assert set(found["model"].params_) == {"r", "alpha", "a", "b"}
