"""A real browser for tests that look at pages; they are skipped, saying so, where there is none."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# How long an example takes says more about the machine than about the code.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)


def chromium_path() -> str | None:
    """Return the browser that CHROMIUM names, or the one on the path."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


@dataclass
class Tab:
    """An open page, with all that it asked for and complained about."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def js(self, script: str) -> Any:
        return self.page.evaluate(script)

    def wait_until(self, script: str, milliseconds: int = 5000) -> None:
        """Wait for a condition; playwright's own way would evaluate text, which the page's policy forbids."""
        for _ in range(milliseconds // 50):
            if self.js(script):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never became true: {script}")


@dataclass
class Browser:
    """Opens files at a size, in a colour scheme, on screen or for print."""

    chromium: Any

    def open(
        self, path: Path, *, width: int = 1440, height: int = 900, scheme: str = "light", media: str = "screen"
    ) -> Tab:
        context = self.chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        tab = Tab(context.new_page())
        tab.page.on("request", lambda request: tab.requests.append(request.url))
        tab.page.on("console", lambda message: tab.complaints.append(message.text))
        tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.page.emulate_media(media=media, color_scheme=scheme, reduced_motion="reduce")
        tab.page.goto(path.as_uri())
        return tab


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.skip("needs Chromium: install it, or name it in the environment variable CHROMIUM")
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright: install the extra dev")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield Browser(chromium)
        chromium.close()
