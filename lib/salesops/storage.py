"""A folder that cannot be written to, or a file that cannot be read, in words."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from salesops.errors import InputError, RunError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from salesops.errors import SalesopsError

NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
FULL = (errno.ENOSPC, errno.EDQUOT)
NO_FOLDER = (errno.ENOTDIR, errno.EEXIST)


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turn the system's errors while something is written to a folder into sentences with a cure.

    Raises
    ------
    InputError
        If the folder may not be written to, or is none.
    RunError
        If its disk is full or does not answer.
    """
    try:
        yield
    except OSError as error:
        raise storage_error(error, folder) from error


def _elsewhere(error: OSError, folder: Path) -> Path | None:
    """Return the file that the error is about, if it lies neither in the folder nor above it: data, most often."""
    if not isinstance(error.filename, str):
        return None
    place, whole = Path(error.filename), folder.absolute()
    there = place.absolute()
    return None if there.is_relative_to(whole) or whole.is_relative_to(there) else place


def storage_error(error: OSError, folder: Path) -> SalesopsError:
    """Return what to tell the user about an error of the system's.

    Examples
    --------
    >>> from pathlib import Path
    >>> print(storage_error(OSError(errno.ENOSPC, "No space left on device"), Path("reports")))
    the disk of reports is full: free some space, or name a folder on another disk with --reports
    >>> print(storage_error(PermissionError(errno.EACCES, "Permission denied", "data/orders.csv"), Path("reports")))
    data/orders.csv cannot be opened (Permission denied): give yourself the right to it, and run again
    """
    elsewhere = _elsewhere(error, folder)
    if elsewhere and error.errno not in FULL:
        cure = "give yourself the right to it" if error.errno in NOT_ALLOWED else "see whether its disk answers"
        return InputError(f"{elsewhere} cannot be opened ({error.strerror or error}): {cure}, and run again")
    if error.errno in NOT_ALLOWED:
        cure = "give yourself the right to write there, or name another folder with --reports"
        return InputError(f"{folder} cannot be written to ({error.strerror}): {cure}")
    if error.errno in NO_FOLDER:
        return InputError(f"{folder} is, or lies under, a file: remove that, or name another folder with --reports")
    if error.errno in FULL:
        return RunError(
            f"the disk of {folder} is full: free some space, or name a folder on another disk with --reports"
        )
    return RunError(
        f"{folder} cannot be written to ({error.strerror or error}): see whether its disk answers, and run again"
    )


def told_by_the_system(error: OSError) -> SalesopsError | None:
    """Return what to tell of an error of the system's wherever it came from; None of one with no cure to name.

    Examples
    --------
    >>> print(told_by_the_system(PermissionError(errno.EACCES, "Permission denied", "export/deals.csv")))
    export/deals.csv cannot be opened or written (Permission denied): give yourself the right to it, or name another
    """
    place = error.filename or error.filename2
    if place and error.errno in NOT_ALLOWED:
        cure = "give yourself the right to it, or name another"
        return InputError(f"{place} cannot be opened or written ({error.strerror}): {cure}")
    if place and error.errno in NO_FOLDER:
        return InputError(f"{place} is, or lies under, a file: remove that, or name another place")
    if error.errno in FULL:
        return RunError(f"the disk{f' of {place}' if place else ''} is full: free some space, and run again")
    return None
