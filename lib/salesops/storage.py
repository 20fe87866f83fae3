"""A folder that cannot be written to, in words."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from salesops.errors import InputError, RunError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


def storage_error(error: OSError, folder: Path) -> SalesopsError:
    """Return what to tell the user about an error of the system's.

    Examples
    --------
    >>> from pathlib import Path
    >>> print(storage_error(OSError(errno.ENOSPC, "No space left on device"), Path("reports")))
    the disk of reports is full: free some space, or name a folder on another disk with --reports
    """
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
