"""A run whose reports go to a URL: fetched, run in the mirror, and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.errors import RunError
from salesops.run.finishing import LEDGER
from salesops.run.publishing import FAILED
from salesops.run.remote.trees import fetch_tree, merge_ledger, mirror_of, publish_file, publish_tree
from salesops.run.runner import AN_HOUR, run_plan
from salesops.run.wait import plan_lock

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from salesops.run.plans.plan import Plan
    from salesops.run.runner import Options

INDEX = "index.html"


def run_plan_at(
    plan: Plan, root: Path, url: str, options: Options | None = None, executor: Executor | None = None
) -> str:
    """Run a plan whose reports go to a URL, and return where its index page is.

    Parameters
    ----------
    plan, root, options, executor
        As for `salesops.run.runner.run_plan`.
    url
        Folder that reports go to, as `s3://bucket/reports`.

    Raises
    ------
    InputError
        If the store cannot be read, or as for `run_plan`.
    RunError
        If a notebook failed, when all else has been sent; or if the reports cannot be sent: they stay in the mirror,
        and the next run sends them.
    """
    url, local = url.rstrip("/"), mirror_of(url)
    if (local / plan.name).is_dir():
        # Only where somebody has run before can another run be under way.
        with plan_lock(local / plan.name, options.wait_seconds if options else AN_HOUR, lambda _: None):
            _fetch(plan, local, url)
    else:
        _fetch(plan, local, url)
    try:
        run_plan(plan, root, local, options, executor)
    except RunError:
        _send(plan, local, url)
        raise
    _send(plan, local, url)
    return f"{url}/{plan.name}/{INDEX}"


def _fetch(plan: Plan, local: Path, url: str) -> None:
    for scenario in plan.scenarios:
        fetch_tree(f"{url}/{plan.name}/{scenario}", local / plan.name / scenario)


def _send(plan: Plan, local: Path, url: str) -> None:
    folder = local / plan.name
    for scenario in plan.scenarios:
        if (folder / scenario).is_dir():
            publish_tree(folder / scenario, f"{url}/{plan.name}/{scenario}")
        # Where no run has failed, what an earlier one has left there goes.
        failed = scenario + FAILED
        publish_tree(folder / failed, f"{url}/{plan.name}/{failed}")
    if (folder / INDEX).is_file():
        publish_file(folder / INDEX, f"{url}/{plan.name}")
    merge_ledger(local / LEDGER, f"{url}/{LEDGER}")
