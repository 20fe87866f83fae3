"""Stores of files behind URLs: opened by fsspec, their errors put into sentences, their files told apart by version."""

from __future__ import annotations

import errno
import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from salesops.errors import InputError, SalesopsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from salesops.tables.reading.places import Place

OWN_EXTRAS = {"s3": "pip install 'salesops[s3]'", "s3a": "pip install 'salesops[s3]'"}
S3_CREDENTIALS = "for S3 set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"

# What drivers call the mark that changes with a file, the surest first: marks of the content, then times.
MARKS = (
    *("ETag", "etag", "md5Hash", "Content-MD5", "Digest", "generation"),
    *("LastModified", "Last-Modified", "last_modified", "mtime", "modified", "created"),
)
DENIED = (401, 403)


def open_store(place: Place, error: type[SalesopsError] = InputError) -> tuple[Any, str]:
    """Return the file system behind a URL, with nothing remembered of earlier looks at it, and the path in it.

    Parameters
    ----------
    place
        A URL of files, or a path.
    error
        What to raise.

    Raises
    ------
    SalesopsError
        If its driver is not installed, or it wants something that is not given.
    """
    from fsspec.core import url_to_fs

    with in_words(place, error):
        store, path = url_to_fs(place.url or str(place.path))
        store.invalidate_cache()
        return store, path.rstrip("/")


@contextmanager
def in_words(place: Place, error: type[SalesopsError] = InputError) -> Iterator[None]:
    """Raise what drivers raise as a sentence that names the place, what is wrong with it and the cure.

    Parameters
    ----------
    place
        The place that the code inside works on.
    error
        What to raise: an `InputError` for what is read, a `RunError` for what is written.
    """
    try:
        yield
    except SalesopsError:
        raise
    except Exception as cause:
        # The cause is left out on purpose: it may show the URL, and with it a secret.
        raise error(f"{place.shown} {place.hidden(_said(place, _root(cause)))}") from None


def version(detail: Mapping[str, Any]) -> str:
    """Return a mark that differs as soon as a file does, fit to name a folder; empty if the store gives none.

    Parameters
    ----------
    detail
        What the store says about the file.

    Examples
    --------
    >>> version({"name": "orders.csv", "size": 3, "ETag": "abc"}) == version({"size": 3, "ETag": "abd"})
    False
    >>> version({"name": "orders.csv", "size": 3})
    ''
    """
    mark = next((f"{name} {detail[name]}" for name in MARKS if detail.get(name)), "")
    return hashlib.sha256(f"{mark} {detail.get('size')}".encode()).hexdigest()[:20] if mark else ""


def _root(error: Exception) -> BaseException:
    # Over HTTP each failure comes as a missing file, with the true reason as its cause.
    cause = error.__cause__
    told = getattr(cause, "status", None) in DENIED or (
        isinstance(cause, OSError) and not isinstance(cause, FileNotFoundError)
    )
    return cause if cause is not None and told else error


def _said(place: Place, error: BaseException) -> str:
    reason = _first_line(error)
    if isinstance(error, ImportError):
        scheme = place.url.partition("://")[0].lower()
        return f"needs a driver that is not installed: {OWN_EXTRAS.get(scheme, reason)}"
    if isinstance(error, FileNotFoundError):
        return f"is not there ({reason}): look at the names of bucket, folder and file"
    if _is_refusal(error):
        return f"cannot be opened: access is denied ({reason}): {S3_CREDENTIALS}; each driver's own variables are read"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"cannot be copied: {reason}: make room, or set SALESOPS_CACHE to a folder on another disk"
    cure = "look at the address and the network, for S3 also at AWS_ENDPOINT_URL"
    return f"cannot be reached ({type(error).__name__}: {reason}): {cure}"


def _is_refusal(error: BaseException) -> bool:
    names = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound")
    status = getattr(error, "status", None)
    return isinstance(error, PermissionError) or type(error).__name__ in names or status in DENIED


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__
