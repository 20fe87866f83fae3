"""Where data lies: a path or a URL, its `${NAME}` filled from the environment, and no secret ever shown."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from salesops.errors import InputError
from salesops.paths import resolve

if TYPE_CHECKING:
    from pathlib import Path

IS_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")
VARIABLE = re.compile(r"\$\{(\w+)\}")
SECRET_OPTION = re.compile(
    r"([?&][^=&]*(?:password|passwd|pwd|passphrase|secret|token|(?:access|account|api|private|shared)_?key"
    r"|signature|(?<![a-z])sig(?![a-z]))[^=&]*=)"
    r"([^&]*)",
    re.IGNORECASE,
)
HIDDEN = "***"


@dataclass(frozen=True)
class Place:
    """Where data lies.

    Parameters
    ----------
    shown
        The place, fit for screens, logs and files: as it was written, with `${NAME}` in place of what it stands for.
    path
        The path, if it is one.
    url
        The URL to connect to, with its secrets, if it is one.
    holds_files
        Whether the URL leads to files, which are fetched, and not to a database, which is asked.
    secrets
        Texts that no message may hold.
    """

    shown: str
    path: Path | None = None
    url: str = field(default="", repr=False)
    holds_files: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def hidden(self, message: str) -> str:
        """Return a message of someone else's code with every secret replaced by ***."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            message = message.replace(secret, HIDDEN)
        return message


def absolute(data: str | Path, root: Path | None = None) -> str:
    """Return a source so that it means the same from every folder: a URL or `${NAME}` as it is, a path absolute.

    Examples
    --------
    >>> from pathlib import Path
    >>> absolute("postgres://reader:${PASSWORD}@db/sales"), absolute("data/sample", Path("/srv/suite"))
    ('postgres://reader:${PASSWORD}@db/sales', '/srv/suite/data/sample')
    """
    written = str(data)
    kept = IS_URL.match(written) or VARIABLE.fullmatch(written)
    return written if kept else str(resolve(data, root))


def find_place(data: str | Path) -> Place:
    """Return where `data` lies.

    Parameters
    ----------
    data
        A path (a relative one counts from the project's root), the URL of a database or of files, or `${NAME}` alone
        for a variable that holds one of them. In a URL, `${NAME}` stands for the value of an environment variable,
        as it is: special characters need no escape.

    Raises
    ------
    InputError
        If a variable is not set, or a secret is written into the URL itself.
    """
    written = str(data)
    if whole := VARIABLE.fullmatch(written):
        value = _value(whole[1], written)
        return _at(written, value, (value, *_secrets_in(value))) if IS_URL.match(value) else _path(value)
    if not IS_URL.match(written):
        return _path(written)
    _refuse_written_secrets(written)
    url = VARIABLE.sub(lambda match: _filled(match, written), written)
    return _at(written, url, _secrets_in(url))


def _at(shown: str, url: str, secrets: tuple[str, ...]) -> Place:
    scheme = url.partition("://")[0].lower()
    if scheme == "file":
        return _path(_path_in(url))
    return Place(shown, url=url, holds_files=scheme in _file_schemes(), secrets=secrets)


def _path_in(url: str) -> str:
    parts = urlsplit(url)
    if parts.netloc not in ("", "localhost"):
        raise InputError(
            f"{url} names a host, {parts.netloc}: a path of this machine has three slashes, file:///folder"
        )
    return url2pathname(parts.path)


def _file_schemes() -> set[str]:
    # Imported here: a run whose data is a folder need not wait for it. It names the drivers without loading one.
    import fsspec

    return set(fsspec.available_protocols()) - {entry.name for entry in entry_points(group="ibis.backends")}


def _path(written: str) -> Place:
    path = resolve(written)
    return Place(str(path), path=path)


def _value(name: str, written: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise InputError(f"environment variable {name} is not set: {written} needs it; set it and try again")
    return value


def _filled(match: re.Match[str], written: str) -> str:
    value = _value(match[1], written)
    # A password may hold any character, so it must not be taken for a part of the URL; a host or a port is no secret.
    secret = written[match.end() :].startswith("@") or "?" in written[: match.start()]
    return quote(value, safe="") if secret else value


def _refuse_written_secrets(url: str) -> None:
    if any(not VARIABLE.fullmatch(secret) for secret in _secrets_in(url)):
        cure = _with_secrets(url, "${SALESOPS_PASSWORD}")
        raise InputError(
            f"{_with_secrets(url, HIDDEN)} has a secret written into it: "
            f"put it into an environment variable, such as SALESOPS_PASSWORD, and write {cure}"
        )


def _secrets_in(url: str) -> tuple[str, ...]:
    """Return the secrets of a URL, as they stand there and as they are meant."""
    start, end = _password_span(url)
    found = [url[start:end], *(match[2] for match in SECRET_OPTION.finditer(url))]
    return tuple({form for secret in found if secret for form in (secret, unquote(secret))})


def _with_secrets(url: str, shown: str) -> str:
    """Return the URL with each secret that is written into it replaced."""
    start, end = _password_span(url)
    if end > start and not VARIABLE.fullmatch(url[start:end]):
        url = url[:start] + shown + url[end:]
    return SECRET_OPTION.sub(lambda m: m[0] if VARIABLE.fullmatch(m[2]) else m[1] + shown, url)


def _password_span(url: str) -> tuple[int, int]:
    """Return where the password stands, also where a slash in it makes the URL a wrong one."""
    start = url.index("://") + 3
    host_ends = re.search(r"[/?#]|$", url[start:])
    netloc = url[start : start + (host_ends.start() if host_ends else 0)]
    colon = netloc.find(":")
    if colon < 0 or ("@" not in netloc and re.fullmatch(r"\d*", netloc[colon + 1 :])):
        return 0, 0
    at = start + netloc.rindex("@") if "@" in netloc else url.rfind("@")
    return (start + colon + 1, at) if at > start + colon else (0, 0)
