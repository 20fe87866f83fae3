"""The `salesops` command: a thin face over the library."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import datetime  # noqa: TC003 - typer reads the annotation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salesops.errors import SalesopsError
from salesops.paths import project_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from salesops.run.plan import Plan
    from salesops.tables.check import CheckReport

app = typer.Typer(
    help="Sales operations in notebooks: from your tables to reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    try:
        yield
    except SalesopsError as error:
        lines = str(error).splitlines()
        head = "input" if error.exit_code == 2 else "run"
        print(f"salesops: {head} error" + (f", {len(lines)} faults:" if len(lines) > 1 else ":"), file=sys.stderr)
        print("\n".join(f"  {line}" for line in lines), file=sys.stderr)
        raise typer.Exit(error.exit_code) from None


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


@app.command()
def schema() -> None:
    """Print the documentation of all tables and columns, as Markdown."""
    from salesops.tables.reference import data_reference

    print(data_reference(), end="")


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
    currency: Annotated[str | None, typer.Option(help="what money is called, instead of the plan's word")] = None,
    name: Annotated[str | None, typer.Option(help="folder under the reports, instead of the plan's name")] = None,
    reports: Annotated[Path | None, typer.Option(help="folder that reports go to")] = None,
) -> None:
    """Run a plan's notebooks and publish their reports."""
    from salesops.run.plan import load_plan
    from salesops.run.runner import only_scenario, prepare
    from salesops.run.runner import run as run_plan

    with _errors_as_sentences():
        root = project_root(plan.resolve().parent)
        changed = _with_options(load_plan(plan), data, as_of, currency, name)
        prepared = prepare(only_scenario(changed, scenario), root, (reports or root / "reports").resolve())
        index = run_plan(prepared, print)
        print(f"report: {index}")


def _with_options(plan: Plan, data: str | None, as_of: str | None, currency: str | None, name: str | None) -> Plan:
    """Return a plan with the values that the command line gives; a path there counts from the current folder."""
    from salesops.tables.sources import absolute

    given = {"data": data and absolute(data, Path.cwd()), "as_of": as_of, "currency": currency, "name": name}
    return plan.changed(**{key: value for key, value in given.items() if value is not None})
