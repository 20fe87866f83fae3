"""The arrows between packages point one way, and what is written down stays true."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from salesops.run.plans.topics import known_topics

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
LIB = ROOT / "lib" / "salesops"
BASE = {"editor_schema", "errors", "exports", "paths", "parameters", "not_enough_data", "one_thread", "storage", ""}
TOPICS = set(known_topics(ROOT))
MAY_IMPORT = {
    "": BASE,
    **dict.fromkeys(BASE, BASE),
    "tables": BASE | {"tables"},
    "report": BASE | {"report"},
    **{topic: BASE | {"tables", "report", topic} for topic in TOPICS},
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(LIB.rglob("*.py")):
        part = path.relative_to(LIB).parts[0]
        yield ("" if part == "__init__.py" else part.removesuffix(".py")), path


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        found |= {
            name.partition("salesops")[2].strip(".").split(".")[0] for name in names if name.split(".")[0] == "salesops"
        }
    return found


def test_each_package_imports_only_what_it_may() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for part, path in modules()
        if part in MAY_IMPORT
        for name in sorted(imported(path) - MAY_IMPORT[part])
    ]
    assert not wrong


def test_every_topic_has_its_notebook_package_and_tests() -> None:
    assert {path.parent.name for path in LIB.glob("*/parameters.py")} == TOPICS
    for topic in TOPICS:
        assert list((ROOT / "tests" / topic).glob("test_*.py")), topic


def test_modules_stay_short_enough_to_read() -> None:
    long = {str(path.relative_to(ROOT)): n for _, path in modules() if (n := len(path.read_text().splitlines())) > 300}
    # The contract is one list of tables, and is read from top to bottom.
    assert set(long) <= {"lib/salesops/tables/schemas.py"}, long


def locked() -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^ ;]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE):
        pins.setdefault(name, set()).add(version)
    return pins


def pip_part() -> list[str]:
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    lines: list[str] = next(entry["pip"] for entry in dependencies if isinstance(entry, dict))
    return lines


def test_the_lock_names_no_package_index_and_hashes_every_package() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    blocks = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(blocks) > 100
    assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.slow
def test_the_conda_environment_resolves_to_the_lock(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("\n".join(line for line in pip_part() if not line.startswith("-e")))
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    report = tmp_path / "report.json"
    command = [str(tmp_path / "venv/bin/python"), "-m", "pip", "install", "--dry-run", "--quiet"]
    command += ["--disable-pip-version-check", "--report", str(report), "-r", str(requirements)]
    resolved = subprocess.run(command, capture_output=True, text=True, check=False)
    if "ConnectionError" in resolved.stderr or "Temporary failure in name resolution" in resolved.stderr:
        pytest.skip("no package index can be reached, so nothing can be resolved")
    assert resolved.returncode == 0, resolved.stderr
    packages = [item["metadata"] for item in json.loads(report.read_text())["install"]]
    found = {re.sub(r"[-_.]+", "-", package["name"]).lower(): package["version"] for package in packages}
    pins = locked()
    assert {name: version for name, version in found.items() if version not in pins.get(name, ())} == {}
    assert "-e ." in pip_part()
