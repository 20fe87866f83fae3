"""Data behind a URL reads like the same files here; each version of a file is fetched once, and no change is missed."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pandas as pd
import pytest
from typer.testing import CliRunner

from salesops.cli import app
from salesops.errors import InputError
from salesops.paths import cache_folder
from salesops.tables import load
from salesops.tables.reading import fetched
from salesops.tables.reading.fetched import fetch
from salesops.tables.reading.places import find_place
from salesops.tables.sources import open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
ACCOUNTS = b"account_id,name\n001,Hefei\n002,Huzhou\n"
ORDERS = b"order_id,account_id,ordered_at,amount\n7,001,2026-01-05,1234.5\n8,002,2026-03-31,-20\n"
OTHERS = ORDERS.replace(b"1234.5", b"4321.5")
WAIT = 120


@pytest.fixture
def company(bucket: Any) -> str:
    """The URL of a small company's folder."""
    bucket.put("company/accounts.csv", ACCOUNTS)
    bucket.put("company/orders.csv", ORDERS)
    bucket.server.asked.clear()
    url: str = bucket.url("company")
    return url


def content(url: str) -> dict[str, bytes]:
    return {copy.name: copy.read_bytes() for copy in fetch(find_place(url))[0]}


def copies(cache: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in cache.rglob("*") if path.is_file()}


# What can be read, and what it is called.


def test_a_folder_on_s3_reads_like_the_same_folder_here(bucket: Any, company: str, tmp_path: Path) -> None:
    here = tmp_path / "company"
    here.mkdir()
    (here / "accounts.csv").write_bytes(ACCOUNTS)
    (here / "orders.csv").write_bytes(ORDERS)
    there, near = load(company, "2026-03-31"), load(here, "2026-03-31")
    for name in ("accounts", "orders"):
        pd.testing.assert_frame_equal(there.frame(name), near.frame(name))  # type: ignore[arg-type]
    assert there.place == company


@pytest.mark.slow
def test_the_sample_company_on_s3_has_the_same_rows_as_here(bucket: Any) -> None:
    sample = ROOT / "data" / "sample"
    bucket.put_folder(sample, "sample")
    there, near = load(bucket.url("sample")), load(sample)
    assert there.rows() == near.rows()
    assert (there.as_of, there.reaches) == (near.as_of, near.reaches)


def test_what_is_shown_is_the_url_and_what_is_hashed_are_the_files(company: str) -> None:
    source = open_source(company + "/")
    assert source.place == company + "/"
    hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in source.files.items()}
    assert hashes == {
        "accounts": hashlib.sha256(ACCOUNTS).hexdigest(),
        "orders": hashlib.sha256(ORDERS).hexdigest(),
    }


def test_only_tables_directly_in_the_folder_are_fetched(bucket: Any, company: str) -> None:
    bucket.put("company/old/orders.csv", OTHERS)
    bucket.put("company/readme.txt", b"hello")
    bucket.put("company/logs.csv", b"day\n")
    bucket.put("company-2/orders.csv", OTHERS)
    source = open_source(company)
    assert sorted(path for path in bucket.asked("GET") if path.endswith((".csv", ".txt"))) == [
        "company/accounts.csv",
        "company/orders.csv",
    ]
    assert len(source.notes) == 1
    assert source.notes[0].startswith("logs.csv is not a table of the contract and is not read")


def test_one_file_is_a_source_of_its_own(bucket: Any, tmp_path: Path) -> None:
    pd.DataFrame({"order_id": ["7"], "account_id": ["1"], "ordered_at": ["2026-01-05"], "amount": [5.0]}).to_parquet(
        tmp_path / "orders.parquet"
    )
    bucket.put("one/orders.parquet", (tmp_path / "orders.parquet").read_bytes())
    assert list(open_source(bucket.url("one/orders.parquet")).tables) == ["orders"]
    assert list(open_source(tmp_path / "orders.parquet").tables) == ["orders"]


def test_a_duckdb_file_is_a_source_too_and_is_called_by_its_url(bucket: Any, tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(tmp_path / "sales.duckdb") as connection:
        connection.sql("CREATE TABLE orders AS SELECT 1 AS order_id, 5.0 AS amount")
    bucket.put("sales.duckdb", (tmp_path / "sales.duckdb").read_bytes())
    bucket.put("text.duckdb", b"hello, this is no database at all" * 200)
    assert open_source(bucket.url("sales.duckdb")).place == bucket.url("sales.duckdb")
    with pytest.raises(InputError, match=r"data source s3://\S+/text.duckdb cannot be opened as a DuckDB file"):
        open_source(bucket.url("text.duckdb"))


def test_a_file_url_is_the_path_and_nothing_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESOPS_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "Q1 100% 湖州"
    folder.mkdir()
    (folder / "orders.csv").write_bytes(ORDERS)
    source = open_source(folder.as_uri())
    assert source.files == {"orders": folder / "orders.csv"}
    assert not (tmp_path / "cache").exists()
    with pytest.raises(InputError, match=r"names a host, srv: a path of this machine has three slashes"):
        open_source("file://srv/data")


def test_any_other_store_that_fsspec_knows_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fsspec

    monkeypatch.setenv("SALESOPS_CACHE", str(tmp_path / "cache"))
    memory = fsspec.filesystem("memory")
    memory.pipe({"/test-urls/orders.csv": ORDERS})
    assert content("memory://test-urls") == {"orders.csv": ORDERS}
    memory.pipe({"/test-urls/orders.csv": OTHERS})
    assert content("memory://test-urls") == {"orders.csv": OTHERS}
    memory.rm("/test-urls", recursive=True)


# What is fetched, and when.


def test_a_second_look_fetches_nothing_and_asks_once(bucket: Any, company: str, tmp_path: Path) -> None:
    first = content(company)
    kept = copies(tmp_path / "cache")
    bucket.server.asked.clear()
    assert content(company) == first
    assert bucket.server.asked == [("GET", f"/{bucket.name}")]
    assert copies(tmp_path / "cache") == kept


def test_an_object_replaced_by_one_of_equal_size_is_noticed(bucket: Any, company: str) -> None:
    assert len(OTHERS) == len(ORDERS)
    content(company)
    bucket.put("company/orders.csv", OTHERS)
    bucket.server.asked.clear()
    assert content(company) == {"accounts.csv": ACCOUNTS, "orders.csv": OTHERS}
    assert [path for path in bucket.asked("GET") if path.endswith(".csv")] == ["company/orders.csv"]


def test_a_table_that_was_taken_away_is_no_longer_read(bucket: Any, company: str) -> None:
    content(company)
    bucket.client.delete_object(Bucket=bucket.name, Key="company/accounts.csv")
    assert list(content(company)) == ["orders.csv"]


def on_get_of(bucket: Any, ending: str, action: Callable[[], object]) -> None:
    """Do something the first time that an object is about to be sent."""
    done = threading.Event()

    def watch(method: str, path: str) -> bool:
        if method == "GET" and path.endswith(ending) and not done.is_set():
            done.set()
            action()
        return False

    bucket.server.refuse = watch


def test_an_object_replaced_while_it_is_fetched_never_passes_for_the_old_one(bucket: Any, company: str) -> None:
    on_get_of(bucket, "/orders.csv", lambda: bucket.put("company/orders.csv", OTHERS))
    assert content(company)["orders.csv"] == OTHERS
    bucket.put("company/orders.csv", ORDERS)
    assert content(company)["orders.csv"] == ORDERS


def test_files_that_change_all_the_time_are_refused_in_the_end(bucket: Any, company: str) -> None:
    turns = iter(range(1000))

    def watch(method: str, path: str) -> bool:
        if method == "GET" and path.endswith("/orders.csv"):
            bucket.put("company/orders.csv", ORDERS + b"%d,001,2026-01-05,1\n" % (100 + next(turns)))
        return False

    bucket.server.refuse = watch
    with pytest.raises(InputError, match="changes while it is read: try again when all files are there"):
        content(company)


FETCH = """
import hashlib, sys
from salesops.errors import InputError
from salesops.tables.reading.fetched import fetch
from salesops.tables.reading.places import find_place
for _ in range(int(sys.argv[2])):
    try:
        copies, _ = fetch(find_place(sys.argv[1]))
        print(*[hashlib.sha256(copy.read_bytes()).hexdigest() for copy in copies], flush=True)
    except InputError as error:
        print("refused", "refused" if "changes while it is read" in str(error) else error, flush=True)
"""


def another_process(url: str, rounds: int = 1) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", FETCH, url, str(rounds)], stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_processes_that_fetch_at_once_while_an_object_changes_see_whole_files_alone(bucket: Any, company: str) -> None:
    def version(number: int) -> bytes:
        return ORDERS + b"".join(b"%d,001,2026-01-05,%d\n" % (row, number) for row in range(100, 20_000))

    bucket.put("company/orders.csv", version(0))
    whole = {hashlib.sha256(version(0)).hexdigest()}
    readers = [another_process(company, 10) for _ in range(2)]
    said = []
    for line in readers[0].stdout or ():
        said.append(line.split()[1])
        whole.add(hashlib.sha256(version(len(said))).hexdigest())
        bucket.put("company/orders.csv", version(len(said)))
    said += [line.split()[1] for reader in readers[1:] for line in reader.communicate(timeout=WAIT)[0].splitlines()]
    assert [reader.wait(WAIT) for reader in readers] == [0, 0]
    assert len(said) == 20
    assert set(said) <= whole | {"refused"}
    assert len(set(said) & whole) > 1
    assert content(company)["orders.csv"] == version(10)


def test_a_process_killed_while_it_fetches_leaves_no_half_copy(bucket: Any, company: str, tmp_path: Path) -> None:
    asked, killed = threading.Event(), threading.Event()

    def wait_for_the_kill() -> None:
        asked.set()
        killed.wait(WAIT)

    on_get_of(bucket, "/orders.csv", wait_for_the_kill)
    reader = another_process(company)
    assert asked.wait(WAIT)
    reader.kill()
    reader.wait(WAIT)
    killed.set()
    reader.communicate()
    bucket.server.refuse = lambda method, path: False
    assert content(company) == {"accounts.csv": ACCOUNTS, "orders.csv": ORDERS}


def test_the_cache_keeps_what_is_in_use_and_removes_what_is_not(bucket: Any, company: str, tmp_path: Path) -> None:
    content(company)
    (folder,) = (tmp_path / "cache" / "inputs").iterdir()
    other = folder.with_name("another-url")
    other.mkdir()
    (folder / "part-left-by-a-crash").mkdir()
    bucket.put("company/orders.csv", OTHERS)
    content(company)
    assert len(list(folder.glob("*/orders.csv"))) == 2
    for path, age in ((other, fetched.UNUSED_KEPT), *((old, fetched.SUPERSEDED_KEPT) for old in folder.iterdir())):
        os.utime(path, (path.stat().st_mtime - age - 60,) * 2)
    content(company)
    assert not other.exists()
    assert sorted(path.name for path in folder.glob("*/*")) == ["accounts.csv", "orders.csv"]
    assert [path.read_bytes() for path in folder.glob("*/orders.csv")] == [OTHERS]


def test_a_copy_that_was_damaged_is_fetched_again(bucket: Any, company: str) -> None:
    for copy in fetch(find_place(company))[0]:
        copy.write_bytes(b"")
    assert content(company) == {"accounts.csv": ACCOUNTS, "orders.csv": ORDERS}


def test_the_cache_is_the_users_unless_another_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("SALESOPS_CACHE", raising=False)
    assert "salesops" in cache_folder().parts
    monkeypatch.setenv("SALESOPS_CACHE", str(tmp_path / "other"))
    assert cache_folder() == tmp_path / "other"


def test_data_that_lies_here_waits_for_no_driver(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes(ORDERS)
    code = f"""
import sys
from salesops.tables.reading.places import find_place
from salesops.tables.sources import open_source
find_place({str(tmp_path)!r})
print([name for name in ("fsspec", "s3fs", "aiohttp", "platformdirs") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# One file from a web server.


class Files(http.server.BaseHTTPRequestHandler):
    """Serve what `files` holds, with an ETag or without."""

    files: dict[str, bytes]
    marks: bool
    sent: list[str]

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def do_GET(self) -> None:
        self.sent.append(self.path)
        self.answer(with_body=True)

    def answer(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0]
        if path == "/secret/orders.csv":
            self.send_error(403)
            return
        body = self.files.get(path)
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if self.marks:
            self.send_header("ETag", f'"{hashlib.md5(body).hexdigest()}"')
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(params=[True, False], ids=["marks", "no marks"])
def web(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Any]]:
    monkeypatch.setenv("SALESOPS_CACHE", str(tmp_path / "cache"))
    handler = type("Handler", (Files,), {"files": {"/orders.csv": ORDERS}, "marks": request.param, "sent": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_of_a_web_server_is_fetched_again_when_it_has_changed(web: tuple[str, Any]) -> None:
    address, handler = web
    assert content(f"{address}/orders.csv") == {"orders.csv": ORDERS}
    handler.files["/orders.csv"] = OTHERS
    assert content(f"{address}/orders.csv") == {"orders.csv": OTHERS}
    handler.sent.clear()
    assert content(f"{address}/orders.csv") == {"orders.csv": OTHERS}
    assert handler.sent == ([] if handler.marks else ["/orders.csv"])


def test_a_signed_url_is_refused_unless_the_environment_holds_it(
    web: tuple[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = web
    for option in ("X-Amz-Signature", "sig"):
        with pytest.raises(InputError, match="has a secret written into it") as error:
            open_source(f"{address}/orders.csv?{option}=geheim")
        assert "geheim" not in str(error.value)
    monkeypatch.setenv("ORDERS_URL", f"{address}/orders.csv?sig=geheim")
    assert open_source("${ORDERS_URL}").place == "${ORDERS_URL}"
    monkeypatch.setenv("ORDERS_URL", f"{address}/none/orders.csv?sig=geheim")
    with pytest.raises(InputError, match=r"\$\{ORDERS_URL\} is not there") as error:
        open_source("${ORDERS_URL}")
    assert "geheim" not in str(error.value)


def test_what_a_web_server_answers_is_told_apart(web: tuple[str, Any]) -> None:
    address, _ = web
    for path, said in (("none/orders.csv", "is not there"), ("secret/orders.csv", "access is denied")):
        with pytest.raises(InputError, match=said):
            open_source(f"{address}/{path}")
    with pytest.raises(InputError, match="cannot be reached"):
        open_source("http://127.0.0.1:1/orders.csv")


# What goes wrong is said.


def test_a_bucket_a_folder_and_a_file_that_are_not_there_are_named(bucket: Any, company: str) -> None:
    missing = ("s3://no-such-bucket-anywhere/company", bucket.url("compani"), bucket.url("company/leads.csv"))
    for url in missing:
        with pytest.raises(InputError, match=r"is not there \(.*\): look at the names of bucket") as error:
            open_source(url)
        assert str(error.value).startswith(url)


def test_a_folder_without_tables_is_refused_with_what_lies_there(bucket: Any) -> None:
    bucket.put("logs/order.csv", b"x\n")
    with pytest.raises(InputError, match="holds no table") as error:
        open_source(bucket.url("logs"))
    assert 'order.csv is not a table of the contract and is not read: did you mean "orders"?' in str(error.value)


def test_access_that_is_denied_and_credentials_that_lack_are_said(
    bucket: Any, company: str, monkeypatch: pytest.MonkeyPatch, other_s3: Callable[[], None]
) -> None:
    bucket.server.refuse = lambda method, path: True
    with pytest.raises(InputError, match=r"access is denied \(.*\): for S3 set AWS_PROFILE"):
        open_source(company)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    other_s3()
    with pytest.raises(InputError, match=r"access is denied \(Unable to locate credentials\)"):
        open_source(company)


def test_a_server_that_cannot_be_reached_is_said(
    company: str, monkeypatch: pytest.MonkeyPatch, other_s3: Callable[[], None]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    other_s3()
    with pytest.raises(InputError, match=r"cannot be reached \(.*127.0.0.1:1.*\): look at the address"):
        open_source(company)


@pytest.mark.parametrize(
    ("module", "url", "cure"),
    [
        ("s3fs", "s3://bucket/folder", "pip install 'salesops[s3]'"),
        ("gcsfs", "gs://bucket/folder", "install gcsfs"),
        ("adlfs", "abfs://box/folder", "Install adlfs"),
    ],
)
def test_a_driver_that_is_missing_is_named(module: str, url: str, cure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from fsspec.registry import _registry

    monkeypatch.setitem(sys.modules, module, None)
    for scheme in ("s3", "gs", "abfs"):
        monkeypatch.delitem(_registry, scheme, raising=False)
    with pytest.raises(InputError, match="needs a driver that is not installed") as error:
        open_source(url)
    assert cure in str(error.value)


def test_a_scheme_that_is_nearly_right_is_named() -> None:
    with pytest.raises(InputError, match=r'no database is called abf: did you mean "abfs"\?'):
        open_source("abf://box/folder")


def test_a_cache_that_cannot_be_written_is_named(company: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("SALESOPS_CACHE", str(tmp_path / "file"))
    with pytest.raises(InputError, match=r"the cache \S+ cannot be written: .*: set SALESOPS_CACHE"):
        open_source(company)


def test_a_disk_without_room_for_the_copy_is_named(
    bucket: Any, company: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        monkeypatch.setenv("SALESOPS_CACHE", str(small))
        bucket.put("company/orders.csv", ORDERS * 50_000)
        with pytest.raises(InputError, match=r"cannot be copied: .*: make room, or set SALESOPS_CACHE"):
            open_source(company)
        assert not list(small.rglob("part-*"))
    finally:
        subprocess.run(["umount", str(small)], check=True)


# Where it is used.


def test_the_check_takes_a_url(bucket: Any, company: str) -> None:
    result = CliRunner().invoke(app, ["check", company])
    assert result.exit_code == 0, result.output
    assert "no faults" in result.output
    bucket.put("company/orders.csv", ORDERS.replace(b"002", b"003"))
    assert CliRunner().invoke(app, ["check", company]).exit_code == 2


@pytest.mark.slow
def test_plain_papermill_runs_a_notebook_from_s3_on_data_from_s3_to_s3(bucket: Any, company: str) -> None:
    cells = [
        nbformat.v4.new_code_cell('data = ""', metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            "from salesops.tables import load\n"
            'tables = load(data, "2026-03-31")\n'
            'print(tables.place, tables.frame("orders")["amount"].sum())'
        ),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    bucket.put("notebooks/sum.ipynb", nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=kernel)).encode())
    command = [sys.executable, "-m", "papermill", bucket.url("notebooks/sum.ipynb"), bucket.url("done/sum.ipynb")]
    done = subprocess.run(
        [*command, "-p", "data", company, "--no-progress-bar"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    executed = json.loads(bucket.read("done/sum.ipynb"))
    said = ["".join(out["text"]) for cell in executed["cells"] for out in cell["outputs"] if out["name"] == "stdout"]
    assert said == [f"{company} 1214.5\n"]
