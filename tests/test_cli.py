"""The command tells in a sentence what the system refuses, whichever of its parts met it."""

import errno
from pathlib import Path

from typer.testing import CliRunner

from salesops.cli import app
from salesops.errors import InputError, RunError
from salesops.storage import storage_error


def test_a_place_below_a_file_is_named_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    told = CliRunner().invoke(app, ["sample", "--accounts", "1", str(tmp_path / "file" / "out")])
    assert told.exit_code == 2, told.output
    assert "is, or lies under, a file" in told.output


def test_a_table_that_may_not_be_read_is_not_blamed_on_the_reports() -> None:
    reports, table = Path("/srv/reports"), "/srv/data/orders.csv"
    refused = storage_error(PermissionError(errno.EACCES, "Permission denied", table), reports)
    assert isinstance(refused, InputError)
    assert str(refused).startswith(f"{table} cannot be opened (Permission denied)")
    for ours in ("/srv/reports/plan/.lock", "/srv"):
        said = str(storage_error(PermissionError(errno.EACCES, "Permission denied", ours), reports))
        assert said.startswith("/srv/reports cannot be written to")
    assert isinstance(storage_error(OSError(errno.ENOSPC, "No space left", table), reports), RunError)
