"""Where the project lies, so that a relative path means the same from a shell, a notebook and a kernel."""

from __future__ import annotations

import os
from pathlib import Path


def project_root(start: Path | None = None) -> Path:
    """Return the nearest folder, from `start` upwards, that holds `notebooks/` and `params/`.

    Parameters
    ----------
    start
        Folder to start from; the current one if not given. Where nothing is found above it, the checkout
        that this package was installed from is taken, and `start` itself if there is none.
    """
    here = (start or Path.cwd()).resolve()
    checkout = Path(__file__).resolve().parents[2]
    candidates = (here, *here.parents, checkout)
    return next((p for p in candidates if (p / "notebooks").is_dir() and (p / "params").is_dir()), here)


def resolve(path: str | Path, root: Path | None = None) -> Path:
    """Return `path` as an absolute path; a relative one counts from the project's root.

    Examples
    --------
    >>> resolve("data/sample", Path("/srv/suite")).as_posix()
    '/srv/suite/data/sample'
    """
    path = Path(path).expanduser()
    return path if path.is_absolute() else (root or project_root()) / path


def cache_folder() -> Path:
    """Return the folder for what can be fetched again: `SALESOPS_CACHE`, or one in the user's own cache."""
    import platformdirs

    return Path(os.environ.get("SALESOPS_CACHE") or platformdirs.user_cache_path("salesops")).expanduser().absolute()
