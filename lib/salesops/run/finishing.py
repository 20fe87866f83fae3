"""When a scenario's notebooks have ended: its record and pages are written, and it is published and remembered."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from salesops.run.publishing import FAILED, collect_kpis, keep_failed, put_in_place
from salesops.run.record import record, write_record
from salesops.run.results import advice
from salesops.run.unchanged import inputs

if TYPE_CHECKING:
    from pathlib import Path

    from salesops.run.building import Building

LEDGER = "ledger"


@dataclass
class Finishing:
    """Publishes the scenarios of one run.

    Parameters
    ----------
    reports
        Folder that reports go to.
    started_at, started
        When the run began, by the calendar and by the clock that measures.
    failures
        What the user is told at the end of what went wrong.
    """

    reports: Path
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: float = field(default_factory=time.perf_counter)
    failures: list[str] = field(default_factory=list)

    def finish(self, building: Building) -> None:
        """Write what belongs to a scenario's report as a whole, and publish it."""
        from salesops.run.pages import write_pages

        done = [r.topic for r in building.in_order() if r.status not in ("failed", "skipped")]
        collect_kpis(building.aside, done)
        content = self._record(building)
        write_record(building.aside, content)
        write_pages(building.aside, content)
        self._publish(building, content)

    def _record(self, building: Building) -> dict[str, Any]:
        # A page that was kept may be older than what the rest was made with: the next run has to look at each again.
        all_asked = len(building.asked) == len(building.topics)
        seen = inputs(building.plan, building.scenario, building.root) if all_asked else {}
        seconds = time.perf_counter() - self.started
        results = building.in_order()
        return record(
            building.plan, building.scenario, building.data, seen, results, self.started_at, seconds, building.root
        )

    def _publish(self, building: Building, content: dict[str, Any]) -> None:
        """Put a good report in place; keep a failed one beside the last good one, and say where."""
        if content["status"] == "complete":
            put_in_place(building.aside, building.place)
            shutil.rmtree(building.place.with_name(building.scenario + FAILED), ignore_errors=True)
            building.folder = building.place
            self.remember(building.place, content["run_id"])
            return
        building.folder = keep_failed(building.aside, building.place)
        for result in building.in_order():
            if result.failure:
                self.failures.append(advice(result, str(building.folder / f"{result.topic}.ipynb")))
        kept = "the last good report stays as it was" if building.place.exists() else "there is no earlier report"
        self.failures.append(f"scenario {building.scenario}: {kept}")

    def remember(self, folder: Path, run_id: str) -> None:
        """Add a published run to the ledger, unless it is there."""
        ledger = self.reports / LEDGER
        if not any(ledger.glob(f"*-{run_id}.parquet")):
            from salesops.tables.ledger import append, ledger_rows

            append(ledger, run_id, ledger_rows(folder))
