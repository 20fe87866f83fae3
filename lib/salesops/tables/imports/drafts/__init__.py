"""Drafts: a first mapping for an unknown export, guessed from its names and contents, with what is unsure marked.

files ──profile──> what each column holds ──guess──> tables and columns ──lines──> YAML with comments
"""

from salesops.tables.imports.drafts.draft import draft_mapping

__all__ = ["draft_mapping"]
