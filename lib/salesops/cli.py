"""The `salesops` command: a thin face over the library."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import datetime  # noqa: TC003 - typer reads the annotation
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salesops.errors import SalesopsError
from salesops.paths import project_root
from salesops.run.stopping import Stopped
from salesops.storage import told_by_the_system

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from salesops.run.plans.plan import Plan
    from salesops.run.runner import Options
    from salesops.tables.check import CheckReport

app = typer.Typer(
    help="Sales operations in notebooks: from your tables to reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _told(error: SalesopsError) -> typer.Exit:
    lines = str(error).splitlines()
    faults = f", {len(lines)} faults" if error.exit_code == 2 and len(lines) > 1 else ""
    print(f"salesops: {'input' if error.exit_code == 2 else 'run'} error{faults}:", file=sys.stderr)
    print("\n".join(f"  {line}" for line in lines), file=sys.stderr)
    return typer.Exit(error.exit_code)


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    try:
        yield
    except SalesopsError as error:
        raise _told(error) from None
    except OSError as error:
        told = told_by_the_system(error)
        if told is None:
            raise
        raise _told(told) from None
    except Stopped as stop:
        print(f"salesops: stopped by {stop}: the last good report stays as it was", file=sys.stderr)
        raise typer.Exit(stop.exit_code) from None


@app.command()
def check(
    source: Annotated[str, typer.Argument(help="folder or file, URL of one, or URL of a database")],
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="day up to which things can have happened; today")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="file to write a page of data quality to")] = None,
) -> None:
    """Hold tables against the contract and list every kind of fault."""
    from salesops.tables.check import check as check_source
    from salesops.tables.check import today
    from salesops.tables.sources import absolute

    with _errors_as_sentences():
        place, day = absolute(source, Path.cwd()), as_of.date() if as_of else today()
        report = check_source(place, day)
        for line in report.lines():
            print(line)
        if html:
            _write_quality(html, report, place, day)
        report.raise_if_faulty()
        print("no faults")


def _write_quality(html: Path, report: CheckReport, place: str, day: date) -> None:
    from salesops.run.quality import quality_page
    from salesops.tables.profile import profile

    html.parent.mkdir(parents=True, exist_ok=True)
    html.write_text(quality_page(report, profile(place), day), encoding="utf-8")
    print(f"page: {html}")


class Schema(StrEnum):
    """What `salesops schema` describes."""

    tables = "tables"
    plan = "plan"
    incentive_plan = "incentive-plan"


@app.command()
def schema(
    of: Annotated[
        Schema, typer.Argument(help="tables, as Markdown; plan or incentive-plan, as JSON Schema for editors")
    ] = Schema.tables,
) -> None:
    """Print the documentation of all tables and columns, or the schema of plans."""
    texts = {Schema.tables: _data_reference, Schema.plan: _plan_schema, Schema.incentive_plan: _incentive_plan_schema}
    print(texts[of](), end="")


def _plan_schema() -> str:
    from salesops.run.plans.plan_schema import plan_schema_text
    from salesops.run.plans.topics import known_topics

    return plan_schema_text(known_topics(project_root()))


def _incentive_plan_schema() -> str:
    from salesops.incentive_simulation.plan_files import plan_schema_text

    return plan_schema_text()


def _data_reference() -> str:
    from salesops.tables.reference import data_reference

    return data_reference()


@app.command()
def params(
    topic: Annotated[str | None, typer.Argument(help="a notebook's name; without it, all notebooks")] = None,
) -> None:
    """Show what a notebook can be told, or which notebooks there are."""
    from salesops.run.plans.explained import SHARED_NOTE, chosen_topic, example, parameters_table, show, topics_table
    from salesops.run.plans.topics import known_topics

    with _errors_as_sentences():
        topics = known_topics(project_root())
        if topic is None:
            show(topics_table(topics))
            return
        chosen = chosen_topic(topics, topic)
        show(parameters_table(chosen))
        print(f"{SHARED_NOTE}\n\n{example(chosen)}")


@app.command("import")
def import_(
    mapping: Annotated[Path | None, typer.Argument(help="mapping file, as params/imports/maven_crm.yml")] = None,
    source: Annotated[Path | None, typer.Argument(help="folder of the export")] = None,
    out: Annotated[Path | None, typer.Argument(help="folder to write the tables to")] = None,
    draft: Annotated[
        Path | None, typer.Option(metavar="SOURCE", help="print a first mapping for the export in SOURCE, and stop")
    ] = None,
    date_format: Annotated[
        list[str] | None, typer.Option(help="how dates are written, as %m/%d/%Y, besides 2026-09-30")
    ] = None,
) -> None:
    """Turn another system's export into the contract's tables."""
    from salesops.errors import InputError
    from salesops.tables.check import check as check_source
    from salesops.tables.imports import draft_mapping, import_tables

    with _errors_as_sentences():
        if draft is not None and mapping is None:
            print(draft_mapping(draft), end="")
        elif draft is None and mapping is not None and source is not None and out is not None:
            print(import_tables(mapping, source, out, date_format or ()))
            check_source(out.resolve()).raise_if_faulty()
        else:
            raise InputError("give either MAPPING SOURCE OUT, or --draft SOURCE alone")


@app.command()
def sample(
    out: Annotated[Path, typer.Argument(help="folder to write the tables to")],
    accounts: Annotated[int, typer.Option(min=1, help="how many accounts")] = 700,
    seed: Annotated[int, typer.Option(min=0, help="the same seed gives the same company")] = 2026,
    truth: Annotated[Path | None, typer.Option(help="folder to write the truth behind it to")] = None,
) -> None:
    """Make a sample company."""
    from salesops.tables.sample import write_sample

    with _errors_as_sentences():
        write_sample(out, accounts=accounts, seed=seed, truth_dir=truth)
        print(f"sample company with {accounts:,} accounts in {out}")


@app.command()
def run(
    plan: Annotated[Path, typer.Argument(help="plan file, as params/quarterly.yml")],
    data: Annotated[str | None, typer.Option(help="folder, file or URL, instead of the plan's")] = None,
    as_of: Annotated[str | None, typer.Option(help="2026-09-30, or last_complete_quarter")] = None,
    scenario: Annotated[str | None, typer.Option(help="only this scenario")] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="only this notebook and what it reads from; may be given again")
    ] = None,
    currency: Annotated[str | None, typer.Option(help="what money is called, instead of the plan's word")] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="TOPIC.PARAMETER=VALUE",
            help="value of a parameter in every scenario, as sales_forecasting.horizon_months=6; may come often",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="folder under the reports, instead of the plan's name")] = None,
    reports: Annotated[
        str | None, typer.Option(help="folder or URL that reports go to, as s3://bucket/reports")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="notebooks that run side by side; one per core")] = None,
    force: Annotated[bool, typer.Option("--force", help="run also what has not changed")] = False,
    dask: Annotated[str | None, typer.Option(help="run notebooks on a Dask cluster, as tcp://host:8786")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="say nothing but what went wrong")] = False,
    wait: Annotated[float, typer.Option(min=0, help="seconds to wait for another run of the same plan")] = 3600,
) -> None:
    """Run a plan's notebooks and publish their reports; what has not changed is not run again."""
    from salesops.run.plans.options import only_scenario, with_options, with_settings
    from salesops.run.plans.plan import load_plan
    from salesops.run.runner import Options

    with _errors_as_sentences():
        root = project_root(plan.resolve().parent)
        changed = with_options(load_plan(plan), data=data, as_of=as_of, currency=currency, name=name)
        changed = with_settings(only_scenario(changed, scenario) if scenario else changed, set_ or ())
        options = Options(tuple(only or ()), force, jobs, dask or "", wait, quiet)
        index = _run_there(changed, root, reports or str(root / "reports"), options)
        if not quiet:
            print(f"report: {index}")


def _run_there(plan: Plan, root: Path, reports: str, options: Options) -> str:
    if "://" in reports:
        from salesops.run.remote.run import run_plan_at

        return run_plan_at(plan, root, reports, options)
    from salesops.run.runner import run_plan

    return str(run_plan(plan, root, Path(reports).resolve(), options))


@app.command()
def compare(
    a: Annotated[
        str,
        typer.Argument(
            help="a run: its folder, PLAN/SCENARIO, its identifier or file in the ledger, or PLAN/SCENARIO@2026-06-30"
        ),
    ],
    b: Annotated[str, typer.Argument(help="the run to hold against it, named in the same ways")],
    json: Annotated[bool, typer.Option("--json", help="print it for programs")] = False,
    reports: Annotated[Path | None, typer.Option(help="folder that reports went to")] = None,
) -> None:
    """Set two runs side by side: parameters, data, versions and KPIs."""
    from salesops.run.comparing.compare import compare as compare_runs
    from salesops.run.comparing.find import find_run
    from salesops.run.comparing.show import as_json, print_comparison

    with _errors_as_sentences():
        folder = (reports or project_root() / "reports").resolve()
        comparison = compare_runs(find_run(a, folder), find_run(b, folder))
        if json:
            print(as_json(comparison))
        else:
            print_comparison(comparison)
