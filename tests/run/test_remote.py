"""A report goes to a store and comes back whole; what is not ours is never touched, and no half report is used."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import uuid
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from salesops.errors import InputError, RunError
from salesops.run.remote.trees import MANIFEST, fetch_tree, merge_ledger, mirror_of, publish_file, publish_tree
from tests.run.conftest import ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.run.conftest import Project

BASE = "reports/quarterly/base"


def write(folder: Path, **files: str) -> Path:
    """Write a small report; in names, __ stands for a slash and _ before the ending for a point."""
    for name, text in ({"index_html": "index 1", "run_json": "{}", "tables__kpis_csv": "kpi 1"} | files).items():
        path = folder / ".".join(name.replace("__", "/").rsplit("_", 1))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def tree(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return write(tmp_path / "base", page_html="page 1", old_html="old 1")


def test_what_is_sent_comes_back_the_same_on_a_fresh_machine(bucket: Any, report: Path, tmp_path: Path) -> None:
    publish_tree(report, bucket.url(BASE))
    assert bucket.keys() == {f"{BASE}/{name}" for name in (*tree(report), MANIFEST)}
    assert fetch_tree(bucket.url(BASE), tmp_path / "elsewhere" / "base")
    assert tree(tmp_path / "elsewhere" / "base") == tree(report)
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["base"]


def test_pages_are_sent_as_pages(bucket: Any, report: Path) -> None:
    publish_tree(report, bucket.url(BASE))
    assert bucket.client.head_object(Bucket=bucket.name, Key=f"{BASE}/index.html")["ContentType"] == "text/html"


def test_only_what_has_changed_is_sent_index_and_record_last(bucket: Any, report: Path) -> None:
    publish_tree(report, bucket.url(BASE))
    bucket.asked("PUT")
    publish_tree(report, bucket.url(BASE))
    assert bucket.asked("PUT") == []
    write(report, run_json="{2}", index_html="index 2", page_html="page 2", old_html="old 1")
    publish_tree(report, bucket.url(BASE))
    sent = [path.removeprefix(f"{BASE}/") for path in bucket.asked("PUT")]
    assert sent == [MANIFEST, "page.html", "index.html", "run.json", MANIFEST]


def test_what_no_longer_belongs_to_it_goes_and_nothing_else(bucket: Any, report: Path) -> None:
    others = {f"{BASE}2/page.html", f"{BASE}/notes.txt", f"{BASE}/old.html.bak", "reports/quarterly/old.html"}
    for key in others:
        bucket.put(key, b"of somebody else")
    publish_tree(report, bucket.url(BASE))
    (report / "old.html").unlink()
    shutil.rmtree(report / "tables")
    publish_tree(report, bucket.url(BASE))
    assert bucket.keys() == others | {f"{BASE}/{name}" for name in ("index.html", "page.html", "run.json", MANIFEST)}


def test_what_somebody_else_has_replaced_or_removed_is_sent_again(bucket: Any, report: Path) -> None:
    publish_tree(report, bucket.url(BASE))
    bucket.put(f"{BASE}/page.html", b"page 0")
    bucket.client.delete_object(Bucket=bucket.name, Key=f"{BASE}/old.html")
    publish_tree(report, bucket.url(BASE))
    assert (bucket.read(f"{BASE}/page.html"), bucket.read(f"{BASE}/old.html")) == (b"page 1", b"old 1")


def test_what_begins_with_a_point_is_no_part_of_a_report(bucket: Any, report: Path) -> None:
    (report / ".lock").write_text("")
    publish_tree(report, bucket.url(BASE))
    assert bucket.keys(f"{BASE}/.l") == set()


# An upload that stops half way.


@pytest.mark.parametrize("stops_at", ["/page.html", "/index.html", "/run.json", f"/{MANIFEST}", "the removal"])
def test_an_upload_that_fails_is_said_never_used_and_completed_by_the_next(
    bucket: Any, report: Path, tmp_path: Path, stops_at: str
) -> None:
    url = bucket.url(BASE)
    publish_tree(report, url)
    before = tree(report)
    write(report, run_json="{2}", index_html="index 2", page_html="page 2")
    (report / "old.html").unlink()
    bucket.server.refuse = (
        (lambda method, path: method == "DELETE")
        if stops_at == "the removal"
        else (lambda method, path: method == "PUT" and path.endswith(stops_at))
    )
    with pytest.raises(RunError, match=r"access is denied .*; nothing is lost, it lies in .*/base: run again") as error:
        publish_tree(report, url)
    assert str(error.value).startswith(url)
    bucket.server.refuse = lambda method, path: False

    elsewhere = tmp_path / "elsewhere"
    there = fetch_tree(url, elsewhere)
    # Only the list itself comes before everything else: then the old report is still whole.
    assert (tree(elsewhere) if there else None) == (before if stops_at == f"/{MANIFEST}" else None)

    publish_tree(report, url)
    assert fetch_tree(url, elsewhere)
    assert tree(elsewhere) == tree(report)
    assert bucket.keys(f"{BASE}/old") == set()


def test_going_back_to_the_old_content_after_a_failed_upload_is_sent_too(bucket: Any, report: Path) -> None:
    publish_tree(report, bucket.url(BASE))
    write(report, page_html="page 2", index_html="index 2")
    bucket.server.refuse = lambda method, path: method == "PUT" and path.endswith("/index.html")
    with pytest.raises(RunError):
        publish_tree(report, bucket.url(BASE))
    bucket.server.refuse = lambda method, path: False
    assert bucket.read(f"{BASE}/page.html") == b"page 2"
    write(report, page_html="page 1", index_html="index 1")
    publish_tree(report, bucket.url(BASE))
    assert bucket.read(f"{BASE}/page.html") == b"page 1"


# What comes back.


def test_where_there_is_no_report_the_mirror_stays_as_it_is(bucket: Any, report: Path) -> None:
    before = tree(report)
    assert not fetch_tree(bucket.url(BASE), report)
    assert tree(report) == before


def test_only_what_is_not_here_is_fetched_and_what_has_gone_there_goes_here(
    bucket: Any, report: Path, tmp_path: Path
) -> None:
    url, mirror = bucket.url(BASE), tmp_path / "mirror"
    publish_tree(report, url)
    fetch_tree(url, mirror)
    write(report, page_html="page 2")
    (report / "old.html").unlink()
    publish_tree(report, url)
    bucket.asked("GET")
    assert fetch_tree(url, mirror)
    assert tree(mirror) == tree(report)
    assert bucket.asked("GET") == [f"{BASE}/{MANIFEST}", f"{BASE}/page.html"]
    assert fetch_tree(url, mirror)
    assert bucket.asked("GET") == [f"{BASE}/{MANIFEST}"]


def test_a_report_that_is_replaced_while_it_is_fetched_is_not_taken(bucket: Any, report: Path, tmp_path: Path) -> None:
    publish_tree(report, bucket.url(BASE))
    once = threading.Event()

    def watch(method: str, path: str) -> bool:
        if method == "GET" and path.endswith("/page.html") and not once.is_set():
            once.set()
            bucket.put(f"{BASE}/page.html", b"page 2")
        return False

    bucket.server.refuse = watch
    assert not fetch_tree(bucket.url(BASE), tmp_path / "mirror")
    assert not (tmp_path / "mirror").exists()


@pytest.mark.parametrize("name", ["../evil.html", "{0}/evil.html", "..\\evil.html"])
def test_names_that_lead_out_of_the_folder_are_not_followed(
    bucket: Any, report: Path, tmp_path: Path, name: str
) -> None:
    name = name.format(tmp_path)
    publish_tree(report, bucket.url(BASE))
    bucket.put(f"{BASE}/{name}", b"evil")
    known = json.loads(bucket.read(f"{BASE}/{MANIFEST}"))
    known["files"][name] = {"sha256": hashlib.sha256(b"evil").hexdigest(), "version": "0"}
    bucket.put(f"{BASE}/{MANIFEST}", json.dumps(known).encode())
    assert not fetch_tree(bucket.url(BASE), tmp_path / "there" / "base")
    assert list(tmp_path.rglob("*evil*")) == []


@pytest.mark.parametrize(
    "wrong", [b"not json", b"[1]", b'{"complete": true}', b'{"complete": true, "files": {"a": 1}}']
)
def test_a_list_that_is_no_list_counts_as_no_report(bucket: Any, report: Path, tmp_path: Path, wrong: bytes) -> None:
    bucket.put(f"{BASE}/{MANIFEST}", wrong)
    assert not fetch_tree(bucket.url(BASE), tmp_path / "mirror")
    publish_tree(report, bucket.url(BASE))
    assert fetch_tree(bucket.url(BASE), tmp_path / "mirror")


# The ledger.


def entries(folder: Path, **contents: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in contents.items():
        (folder / f"{name}.parquet").write_text(text)
    return folder


def test_two_ledgers_become_one_and_no_entry_is_ever_changed_or_removed(bucket: Any, tmp_path: Path) -> None:
    url = bucket.url("reports/ledger")
    one = entries(tmp_path / "one", a="run a", b="run b")
    two = entries(tmp_path / "two", b="not what was sent", c="run c")
    (two / ".d.parquet.part").write_text("half")
    merge_ledger(one, url)
    merge_ledger(two, url)
    merge_ledger(one, url)
    assert bucket.keys("reports/ledger/") == {f"reports/ledger/{name}.parquet" for name in "abc"}
    assert bucket.read("reports/ledger/b.parquet") == b"run b"
    assert tree(one) == {"a.parquet": "run a", "b.parquet": "run b", "c.parquet": "run c"}
    (one / "a.parquet").unlink()
    bucket.asked("DELETE")
    merge_ledger(one, url)
    assert tree(one)["a.parquet"] == "run a"
    assert bucket.asked("DELETE") == []


def test_a_fresh_machine_gets_the_ledger(bucket: Any, tmp_path: Path) -> None:
    merge_ledger(entries(tmp_path / "one", a="run a"), bucket.url("reports/ledger"))
    merge_ledger(tmp_path / "fresh" / "ledger", bucket.url("reports/ledger"))
    assert tree(tmp_path / "fresh") == {"ledger/a.parquet": "run a"}


def test_a_ledger_that_cannot_be_sent_is_said_and_completed_by_the_next(bucket: Any, tmp_path: Path) -> None:
    ledger, url = entries(tmp_path / "one", a="run a", b="run b"), bucket.url("reports/ledger")
    bucket.server.refuse = lambda method, path: method == "PUT" and path.endswith("/b.parquet")
    with pytest.raises(RunError, match="nothing is lost"):
        merge_ledger(ledger, url)
    bucket.server.refuse = lambda method, path: False
    merge_ledger(ledger, url)
    assert len(bucket.keys("reports/ledger/")) == 2


# Places.


@pytest.fixture(params=["file", "memory"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "file":
        yield (tmp_path / "store 100%").as_uri()
        return
    import fsspec

    name = f"test-remote-{uuid.uuid4()}"
    yield f"memory://{name}"
    fsspec.filesystem("memory").rm(f"/{name}", recursive=True)


def test_any_other_store_will_do(url: str, report: Path, tmp_path: Path) -> None:
    publish_tree(report, f"{url}/{BASE}")
    write(report, page_html="page 2")
    (report / "old.html").unlink()
    publish_tree(report, f"{url}/{BASE}")
    assert fetch_tree(f"{url}/{BASE}", tmp_path / "mirror")
    assert tree(tmp_path / "mirror") == tree(report)
    merge_ledger(entries(tmp_path / "one", a="run a"), f"{url}/ledger")
    merge_ledger(tmp_path / "two", f"{url}/ledger")
    assert tree(tmp_path / "two") == {"a.parquet": "run a"}


def test_a_single_page_goes_beside_the_scenarios(bucket: Any, report: Path) -> None:
    publish_file(report / "index.html", bucket.url("reports/quarterly"))
    assert bucket.keys() == {"reports/quarterly/index.html"}


def test_the_mirror_is_the_same_for_a_url_and_the_path_itself_for_a_path(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mirror_of(bucket.url("reports")) == mirror_of(bucket.url("reports/"))
    assert mirror_of(bucket.url("reports")).parent == tmp_path / "cache" / "reports"
    assert mirror_of(bucket.url("reports")) != mirror_of(bucket.url("others"))
    assert mirror_of((tmp_path / "reports").as_uri()) == tmp_path / "reports"
    monkeypatch.setenv("REPORTS", bucket.url("reports"))
    assert mirror_of("${REPORTS}") == mirror_of(bucket.url("reports"))


def test_a_place_that_cannot_hold_reports_is_refused_before_anything_runs(bucket: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot hold reports: give a folder, or its URL"):
        mirror_of("postgres://db/sales")
    with pytest.raises(InputError, match="has a secret written into it"):
        mirror_of("sftp://me:geheim@host/reports")
    with pytest.raises(InputError, match=r"is not there .*: look at the names of bucket"):
        fetch_tree("s3://no-such-bucket-anywhere/reports", tmp_path / "mirror")
    bucket.server.refuse = lambda method, path: True
    with pytest.raises(InputError, match="access is denied"):
        fetch_tree(bucket.url(BASE), tmp_path / "mirror")


# Whole runs.

READ = "from salesops.tables import load\nprint(data, load(data, as_of).frame('orders')['amount'].sum())"


def test_a_run_on_data_behind_a_url_sends_its_report_to_another(bucket: Any, project: Project) -> None:
    bucket.put("company/orders.csv", ORDERS.encode())
    project.write("first", READ)
    url = bucket.url("reports")
    bucket.asked("GET")
    said = project.run("--data", bucket.url("company"), "--reports", url)
    assert f"report: {url}/small/index.html" in said
    assert bucket.asked("GET").count("company/orders.csv") == 1, "the kernel finds what the runner has fetched"
    record = json.loads(bucket.read("reports/small/base/run.json"))
    assert record["data"]["source"] == bucket.url("company")
    assert record["data"]["hashes"]["orders"] == hashlib.sha256(ORDERS.encode()).hexdigest()
    executed = nbformat.reads(bucket.read("reports/small/base/first.ipynb").decode(), as_version=4)
    assert executed.cells[-1].outputs[0].text == f"{bucket.url('company')} 30.0\n"
    assert any(key.startswith("reports/ledger/") for key in sorted(bucket.keys()))


def test_a_fresh_machine_does_not_run_again_what_a_store_holds(bucket: Any, project: Project) -> None:
    url = bucket.url("reports")
    project.run("--reports", url)
    shutil.rmtree(mirror_of(url))
    project.run("--reports", url)
    record = json.loads(bucket.read("reports/small/base/run.json"))
    assert [entry["status"] for entry in record["notebooks"]] == ["reused"]


def test_a_failed_run_is_sent_beside_the_last_good_one_and_goes_with_the_next(bucket: Any, project: Project) -> None:
    url = bucket.url("reports")
    project.run("--reports", url)
    good = bucket.read("reports/small/base/first.ipynb")
    project.write("first", "1 / 0")
    project.run("--reports", url, code=1)
    assert bucket.read("reports/small/base/first.ipynb") == good
    assert b"ZeroDivisionError" in bucket.read("reports/small/base.failed/first.ipynb")
    project.write("first", "2")
    project.run("--reports", url)
    assert not [key for key in sorted(bucket.keys()) if "base.failed/first" in key]


def test_reports_may_go_to_a_file_url(project: Project, tmp_path: Path) -> None:
    project.run("--reports", (tmp_path / "elsewhere").as_uri())
    assert (tmp_path / "elsewhere" / "small" / "base" / "first.html").is_file()
