"""A small notebook with a seaborn chart: plain papermill, our plain kernels, our warm kernels, in turns.

Usage: python benchmarks/kernels.py [ROUNDS]
"""

from __future__ import annotations

import logging
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import papermill

from salesops.run.kernels import KernelSettings, kernel_manager_class, warm_up

CELLS = (
    "import numpy as np, pandas as pd, seaborn as sns",
    "days = pd.DataFrame({'day': range(50), 'orders': np.random.default_rng(1).poisson(20, 50)})\n"
    "sns.lineplot(days, x='day', y='orders')",
)
PRELOAD = ("numpy", "pandas", "seaborn", "matplotlib.backends.backend_agg")
QUIET = {"kernel_name": "python3", "language": "python", "progress_bar": False}


def ours() -> dict[str, Any]:
    """Return the arguments that make papermill use our kernels."""
    return {
        "kernel_manager_class": kernel_manager_class(KernelSettings())[0],
        "shutdown_kernel": "immediate",
        "request_save_on_cell_execute": False,
    }


def seconds(folder: Path, kernels: str) -> float:
    """Return how long papermill takes for the notebook."""
    os.environ["SALESOPS_KERNELS"] = kernels
    arguments = {} if kernels == "papermill" else ours()
    started = time.perf_counter()
    papermill.execute_notebook(str(folder / "chart.ipynb"), str(folder / "out.ipynb"), **QUIET, **arguments)
    return time.perf_counter() - started


def main(rounds: int) -> None:
    """Print the median and the least time of each kind."""
    logging.getLogger("papermill").setLevel(logging.ERROR)
    warm_up(PRELOAD)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "chart.ipynb")
        kinds = ("papermill", "plain", "warm")
        seconds(folder, "warm")  # waits for the server's imports
        times = [{kind: seconds(folder, kind) for kind in kinds} for _ in range(rounds)]
    for kind in kinds:
        taken = [each[kind] for each in times]
        print(f"{kind:9} median {statistics.median(taken):5.2f} s, least {min(taken):5.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
