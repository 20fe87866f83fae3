"""Imports: an export of any system becomes tables of the contract, as a YAML mapping says.

    mapping.yml ──load──> Mapping ─┐
    export's files ──open──> text ─┴─check──> blocks (one Ibis expression each) ──count──> Parquet + report

A mapping is data, never code. docs/imports.md describes its language.
"""

from salesops.tables.imports.drafts import draft_mapping
from salesops.tables.imports.importing import import_tables
from salesops.tables.imports.loading import load_mapping
from salesops.tables.imports.mapping import Mapping
from salesops.tables.imports.report import Change, ImportReport, TableReport

__all__ = ["Change", "ImportReport", "Mapping", "TableReport", "draft_mapping", "import_tables", "load_mapping"]
