"""A small project of its own, with notebooks that can be told to read, write, wait or fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from typer.testing import CliRunner

from salesops.cli import app

PARAMETERS = """\
data: str = ""  # where the data is
as_of: str = ""  # the day
currency: str = ""  # what money is called
run_dir: str = ""  # where tables go
factor: float = 2.0  # what the rows are multiplied by"""
ORDERS = "order_id,account_id,ordered_at,amount\n1,A,2026-03-30,10\n2,A,2026-03-31,20\n"
ACCOUNTS = "account_id,name\nA,Hefei\n"


@dataclass(frozen=True)
class Project:
    """A project of its own in a folder."""

    root: Path

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def base(self) -> Path:
        return self.reports / "small" / "base"

    def write(self, topic: str, *cells: str) -> None:
        """Write a notebook with these cells in a section called Work."""
        first, *rest = [nbformat.v4.new_code_cell(cell) for cell in (PARAMETERS, *cells)]
        first.metadata["tags"] = ["parameters"]
        title = nbformat.v4.new_markdown_cell(f"# {topic.capitalize()}\n\nDoes it run?")
        section = nbformat.v4.new_markdown_cell("## Work")
        content = nbformat.v4.new_notebook(cells=[title, first, section, *rest])
        nbformat.write(content, self.root / "notebooks" / f"{topic}.ipynb")

    def plan(self, *topics: str, **keys: Any) -> None:
        """Write the plan."""
        content = {"name": "small", "title": "Small plan", "data": "data/small", "notebooks": list(topics), **keys}
        (self.root / "params" / "small.yml").write_text(yaml.safe_dump(content), encoding="utf-8")

    def data(self, **tables: str) -> None:
        """Write tables."""
        for name, text in tables.items():
            (self.root / "data" / "small" / f"{name}.csv").write_text(text, encoding="utf-8")

    def start(self, *options: str, **environment: str) -> subprocess.Popen[str]:
        """Start a run in a process of its own."""
        salesops, plan = Path(sys.executable).with_name("salesops"), self.root / "params" / "small.yml"
        command = [str(salesops), "run", str(plan), *options]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True, **pipes)

    def run(self, *options: str, code: int = 0) -> str:
        """Run the plan in this process, which has the libraries loaded, and return what it said."""
        done = CliRunner().invoke(app, ["run", str(self.root / "params/small.yml"), *options])
        assert done.exit_code == code, done.output
        return done.output

    def record(self, scenario: str = "base") -> dict[str, Any]:
        """Return a scenario's run.json."""
        content: dict[str, Any] = json.loads((self.reports / "small" / scenario / "run.json").read_text("utf-8"))
        return content

    def statuses(self, scenario: str = "base") -> dict[str, str]:
        """Return how each notebook ended."""
        return {entry["topic"]: entry["status"] for entry in self.record(scenario)["notebooks"]}

    def why(self, topic: str, scenario: str = "base") -> str:
        """Return why a notebook ran or did not."""
        return next(str(e["why"]) for e in self.record(scenario)["notebooks"] if e["topic"] == topic)

    def left(self) -> set[str]:
        """Return what lies in the plan's folder, but for what is meant to stay there."""
        return {path.name for path in (self.reports / "small").iterdir()} - {"index.html", "logs", ".lock"}


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with what it holds."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def new_project(root: Path) -> Project:
    """Make a project with one notebook that does next to nothing."""
    for folder in ("notebooks", "params", "data/small"):
        (root / folder).mkdir(parents=True)
    made = Project(root)
    made.data(orders=ORDERS, accounts=ACCOUNTS)
    made.write("first", "1 + 1")
    made.plan("first")
    return made


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with one notebook that does next to nothing."""
    return new_project(tmp_path)
