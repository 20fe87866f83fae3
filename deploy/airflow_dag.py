"""Sales operations reports by Airflow 3: copy this file into the `dags` folder.

One task runs the whole plan. A PapermillOperator per notebook would lose what the `salesops` command does around the
notebooks: all checks before anything runs, order and parallel runs from what the notebooks read, no second run of what
has not changed, and a report that is replaced as a whole or not at all.

The day of the analysis comes from the data (`last_complete_quarter`) and not from Airflow's logical date: a run made up
for later gives the same report. To go back to a day, give `--as-of 2026-06-30`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, MultipleCronTriggerTimetable

PROJECT = "/opt/salesops"
COMMAND = ".venv/bin/salesops run params/quarterly.yml --quiet"

with DAG(
    dag_id="salesops",
    description="Sales operations reports after each quarter and every Monday",
    schedule=MultipleCronTriggerTimetable("0 5 1 1,4,7,10 *", "0 6 * * 1", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=8),
    tags=["sales"],
):
    BashOperator(
        task_id="report",
        bash_command=COMMAND,
        cwd=PROJECT,
        # A retry runs only what failed, and cures what time cures: a database that was down, tables that came late.
        retries=2,
        retry_delay=timedelta(minutes=30),
        # A run may wait an hour for another one of the same plan; one that takes longer than this hangs.
        execution_timeout=timedelta(hours=2),
    )
