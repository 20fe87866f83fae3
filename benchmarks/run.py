"""The runner against plain papermill and nbconvert: the same notebooks, from the shell, side by side.

    python benchmarks/run.py [ROUNDS] [NOTEBOOK ...]

The notebooks are the suite's own on the sample company, and a small one that draws a chart with seaborn. In each round
every notebook is run by each way in turn, so that a busy machine is as unfair to one as to the other. Then come all
notebooks together, and runs on the report that is then in place: nothing changed, one parameter changed, forced.
Everything is written to a temporary folder. Exit code 1 if an unchanged run takes longer than it may.
"""

from __future__ import annotations

import os
import shlex
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
UNCHANGED_SECONDS = 1.5
SMALL, TOGETHER = "small", "the quarterly plan"
# A plan knows topics, so the small notebook runs under the name of one, in a project of its own.
SMALL_TOPIC = "win_probability"
PARAMETERS = """data: str = "data/sample"
as_of: str = "last_complete_quarter"
currency: str = "CNY"
run_dir: str = "reports/workbench/base"
"""
QUARTERLY = "salesops run params/quarterly.yml --quiet"
OTHERS = ("papermill", "nbconvert")
CHART = """import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns

days = pd.date_range("2024-01-01", periods=1000)
sales = pd.DataFrame({"day": days, "amount": range(1000), "region": ["north", "south"] * 500})
sns.lineplot(sales, x="day", y="amount", hue="region")
plt.show()
"""


def main(rounds: int, names: list[str], work: Path) -> int:
    """Measure and print; return the exit code."""
    notebooks = {path.stem: path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
    notebooks[SMALL] = small_notebook(work)
    seconds = side_by_side(rounds, {name: notebooks[name] for name in names or notebooks}, work)
    if names:
        print_ways(seconds)
        return 0
    seconds[TOGETHER] = together(rounds, seconds, work)
    print_ways(seconds)
    return int(print_repeats(rounds, work) > UNCHANGED_SECONDS)


def small_notebook(work: Path) -> Path:
    """Write a project whose only notebook draws one chart, and return the notebook."""
    project = work / "project"
    for folder in ("notebooks", "params"):
        (project / folder).mkdir(parents=True)
    parameters, chart = (nbformat.v4.new_code_cell(source) for source in (PARAMETERS, CHART))
    parameters.metadata["tags"] = ["parameters"]
    path = project / "notebooks" / f"{SMALL_TOPIC}.ipynb"
    cells = [nbformat.v4.new_markdown_cell("# Small"), parameters, chart]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return path


def side_by_side(rounds: int, notebooks: Mapping[str, Path], work: Path) -> dict[str, dict[str, list[float]]]:
    """Return seconds per notebook and way; the ways take turns in coming first."""
    seconds: dict[str, dict[str, list[float]]] = {}
    for turn in range(rounds):
        print(f"round {turn + 1} of {rounds}", file=sys.stderr)
        for name, notebook in notebooks.items():
            out = work / f"{name}-{turn}"
            out.mkdir()
            ways = list(commands(notebook, out).items())
            for way, command in ways[turn % len(ways) :] + ways[: turn % len(ways)]:
                seconds.setdefault(name, {}).setdefault(way, []).append(timed(command))
    return seconds


def together(rounds: int, seconds: dict[str, dict[str, list[float]]], work: Path) -> dict[str, list[float]]:
    """Return seconds of all the suite's notebooks: by the others one after the other, by the runner as one plan."""
    own = [taken for name, taken in seconds.items() if name != SMALL]
    sums = {way: [sum(turn) for turn in zip(*(taken[way] for taken in own), strict=True)] for way in OTHERS}
    runs = [f"{QUARTERLY} --reports {quoted(work / f'together-{turn}')}" for turn in range(rounds)]
    return {**sums, "salesops": [timed(run) for run in runs]}


def commands(notebook: Path, out: Path) -> dict[str, str]:
    """Return how a user would make a page of a notebook, by each way."""
    executed = quoted(out / "executed.ipynb")
    told = f"-p data {quoted(ROOT / 'data/sample')} -p run_dir {quoted(out / 'papermill')}"
    page = "jupyter nbconvert --to html --template salesops"
    return {
        "papermill": f"papermill {quoted(notebook)} {executed} {told} -k python3 && {page} {executed}",
        "nbconvert": f"{page} --execute {quoted(told_inside(notebook, out))}",
        "salesops": f"salesops run {quoted(plan(notebook, out))} --reports {quoted(out / 'reports')}",
    }


def told_inside(notebook: Path, out: Path) -> Path:
    """Copy a notebook with its parameters changed in the cell, since nbconvert can tell it none."""
    copy = nbformat.read(notebook, as_version=4)
    cell = next(cell for cell in copy.cells if "parameters" in cell.metadata.get("tags", []))
    cell.source = cell.source.replace("reports/workbench/base", str(out / "nbconvert"))
    cell.source = cell.source.replace('"data/sample"', f'"{ROOT / "data/sample"}"')
    path = out / notebook.name
    nbformat.write(copy, path)
    return path


def plan(notebook: Path, out: Path) -> Path:
    """Write a plan of one notebook beside the notebook's folder or, for the suite's own, aside."""
    path = (out if notebook.is_relative_to(ROOT) else notebook.parents[1] / "params") / f"{out.name}.yml"
    path.write_text(f"name: one\ndata: {ROOT / 'data/sample'}\nnotebooks: [{notebook.stem}]\n", encoding="utf-8")
    return path


def quoted(path: Path) -> str:
    """Return a path as a shell takes it."""
    return shlex.quote(str(path))


def timed(command: str) -> float:
    """Return how long a command line took; what it printed is shown if it failed."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    started = time.perf_counter()
    ended = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if ended.returncode:
        sys.exit(f"exit code {ended.returncode}: {command}\n{ended.stdout}{ended.stderr}")
    return seconds


def print_ways(seconds: dict[str, dict[str, list[float]]]) -> None:
    """Print a line per notebook: seconds of each way, and how many times as long as the runner the others take."""
    ways = (*OTHERS, "salesops")
    ratios = "".join(f"{f'{way} : salesops':>22}" for way in OTHERS)
    print(f"{'seconds, least / median':24}" + "".join(f"{way:>16}" for way in ways) + ratios)
    for name, taken in seconds.items():
        ratios = "".join(f"{ratio(taken[way], taken['salesops']):>22.1f}" for way in OTHERS)
        print(f"{name:24}" + "".join(f"{figures(taken[way]):>16}" for way in ways) + ratios)


def figures(taken: list[float]) -> str:
    """Return the least and the median of some seconds."""
    return f"{min(taken):.2f} / {statistics.median(taken):.2f}"


def ratio(others: list[float], ours: list[float]) -> float:
    """Return how many times as long the others take, by medians."""
    return statistics.median(others) / statistics.median(ours)


def print_repeats(rounds: int, work: Path) -> float:
    """Print what runs take on a report that is in place; return the least of those where nothing has changed."""
    run = f"{QUARTERLY} --reports {quoted(work / 'together-0')}"
    print(f"\n{f'{TOGETHER} again':24}{'salesops':>16}")
    unchanged = [timed(run) for _ in range(rounds)]
    print(f"{'nothing changed':24}{figures(unchanged):>16}  (at most {UNCHANGED_SECONDS})")
    forced = [timed(f"{run} --force") for _ in range(rounds)]
    print(f"{'--force':24}{figures(forced):>16}")
    # Another value in each round, so that it is a change each time.
    changed = [timed(f"{run} --set sales_forecasting.horizon_months={6 + turn % 6}") for turn in range(rounds)]
    print(f"{'one parameter changed':24}{figures(changed):>16}")
    return min(unchanged)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    with tempfile.TemporaryDirectory(prefix="salesops-") as temporary:
        words = [word for word in sys.argv[1:] if not word.isdigit()]
        sys.exit(main(numbers[0] if numbers else 3, words, Path(temporary)))
