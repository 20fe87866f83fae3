"""A real browser for tests that look at pages, and an S3 server on this machine for those that read and write there.

Tests that need a browser are skipped, saying so, where there is none.
"""

from __future__ import annotations

import os
import shutil
import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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


DENIAL = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"


@dataclass
class Server:
    """An S3 server that notes what it is asked, and refuses what it is told to refuse."""

    app: Any
    environment: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    refuse: Callable[[str, str], bool] = lambda method, path: False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.asked.append((method, path))
        if not self.refuse(method, path):
            return self.app(environ, start_response)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("403 Forbidden", [("Content-Type", "application/xml"), ("Content-Length", str(len(DENIAL)))])
        return [DENIAL]


@dataclass
class Bucket:
    """An empty bucket of its own for each test."""

    server: Server
    client: Any
    name: str

    def url(self, key: str = "") -> str:
        return f"s3://{self.name}/{key}"

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=content)

    def put_folder(self, folder: Path, prefix: str) -> None:
        for path in sorted(folder.iterdir()):
            self.put(f"{prefix}/{path.name}", path.read_bytes())

    def read(self, key: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def keys(self, prefix: str = "") -> set[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        return {entry["Key"] for page in pages for entry in page.get("Contents", ())}

    def asked(self, method: str) -> list[str]:
        """Return what was asked of this bucket since the last look, and forget it."""
        start = f"/{self.name}/"
        found = [path.removeprefix(start) for verb, path in self.server.asked if verb == method and path != start]
        self.server.asked.clear()
        return [path for path in found if not path.startswith("/")]


@pytest.fixture(scope="session")
def s3_server() -> Iterator[Server]:
    pytest.importorskip("moto", reason="needs an S3 server: install the extra dev")
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Silent(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log(self, *_: object) -> None: ...

    server = Server(DomainDispatcherApplication(create_backend_app))
    http = make_server("127.0.0.1", 0, server, threaded=True, request_handler=Silent)
    server.environment = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{http.server_port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield server
    http.shutdown()
    thread.join()
    forget_s3()


def forget_s3() -> None:
    """Forget how the server was reached: drivers remember the address and the credentials that they were made with."""
    from s3fs import S3FileSystem

    S3FileSystem.clear_instance_cache()


@pytest.fixture
def bucket(s3_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Bucket]:
    """Give an empty bucket, the environment that leads to it, and an empty cache."""
    import boto3

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SALESOPS_CACHE", str(tmp_path / "cache"))
    client, name = boto3.client("s3"), f"bucket-{uuid.uuid4()}"
    client.create_bucket(Bucket=name)
    s3_server.asked.clear()
    yield Bucket(s3_server, client, name)
    s3_server.refuse = lambda method, path: False


@pytest.fixture
def other_s3(bucket: Bucket) -> Iterator[Callable[[], None]]:
    """Give what must be called once the environment leads elsewhere."""
    yield forget_s3
    forget_s3()
