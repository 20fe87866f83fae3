"""Which tables a notebook has asked for, so that it need not run again while those are unchanged."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

READS_FILE = "SALESOPS_READS"
"""Environment variable that names the file in which the tables read are kept for whoever runs the notebook."""


class NotedTables(Mapping[str, "ir.Table"]):
    """Tables by name, which notes each one that is asked for, whether it is there or not.

    Parameters
    ----------
    tables
        The tables that are there.
    depends_on
        From a table's name to the names of all tables that its rows depend on, itself included.
    named
        What gives a query a name, so that what is built on it begins there.

    Examples
    --------
    >>> tables = NotedTables({}, lambda name: frozenset({name, "accounts"}), lambda table, name: table)
    >>> "leads" in tables, tables.asked, tables.read
    (False, ('leads',), ('accounts', 'leads'))
    """

    def __init__(
        self,
        tables: dict[str, ir.Table],
        depends_on: Callable[[str], frozenset[str]],
        named: Callable[[ir.Table, str], ir.Table],
    ) -> None:
        self._queries = tables
        self._tables: dict[str, ir.Table] = {}
        self._depends_on = depends_on
        self._named = named
        self._asked: set[str] = set()

    @property
    def there(self) -> tuple[str, ...]:
        """Return the names of the tables that are there."""
        return tuple(self._queries)

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the names that were asked for, sorted."""
        return tuple(sorted(self._asked))

    @property
    def read(self) -> tuple[str, ...]:
        """Return the names that were asked for and those that they depend on, sorted."""
        return tuple(sorted(frozenset().union(*map(self._depends_on, self._asked))))

    def unnoted(self, name: str) -> ir.Table:
        """Return a table without noting it: what is counted for a record is not what a notebook reads."""
        if name not in self._tables:
            self._tables[name] = self._named(self._queries[name], name)
        return self._tables[name]

    def __getitem__(self, name: str) -> ir.Table:
        self._note(name)
        return self.unnoted(name)

    def __contains__(self, name: object) -> bool:
        self._note(str(name))
        return name in self._queries

    def __iter__(self) -> Iterator[str]:
        # Who lists the tables depends on which there are.
        self._note(*self._queries)
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def _note(self, *names: str) -> None:
        if set(names) <= self._asked:
            return
        self._asked.update(names)
        if file := os.environ.get(READS_FILE):
            keep_reads(Path(file), self.read)


def keep_reads(file: Path, names: tuple[str, ...]) -> None:
    """Add names to a file of tables read: `{"tables": [...]}`, complete at every moment.

    A notebook never fails because of it: if they cannot be kept, the file is removed, since too short a list would
    let old numbers pass for new ones.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "reads.json"
    ...     keep_reads(file, ("orders",))
    ...     keep_reads(file, ("accounts",))
    ...     file.read_text(encoding="utf-8")
    '{"tables": ["accounts", "orders"]}'
    """
    aside = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        # A notebook may open several sources, or one as of several days.
        before = json.loads(file.read_text(encoding="utf-8"))["tables"] if file.exists() else []
        aside.write_text(json.dumps({"tables": sorted({*before, *names})}), encoding="utf-8")
        os.replace(aside, file)
    except (OSError, ValueError, KeyError, TypeError):
        for left in (file, aside):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
