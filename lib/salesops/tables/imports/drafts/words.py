"""What people call tables and columns, in English and Chinese, and the words for won and lost."""

from __future__ import annotations

import difflib
import re
from functools import cache
from importlib.resources import files

import yaml

NEARLY = 0.86
KEY_ENDINGS = r"(id|key|code|no|number|nummer|nr|编号|代码|编码|号)$"


@cache
def dictionary() -> dict[str, dict[str, list[str]]]:
    """Return the words for tables, for the columns of each table, and for won and lost, as words.yml has them.

    Examples
    --------
    >>> dictionary()["tables"]["orders"][:2], dictionary()["outcomes"]["lost"][0]
    (['order', 'orders'], 'lost')
    """
    read = yaml.safe_load(files(__package__).joinpath("words.yml").read_text(encoding="utf-8"))
    shared = {f"<{name}>": words for name, words in read["shared"].items()}
    columns = {
        table: {name: " ".join(shared.get(word, word) for word in words.split()).split() for name, words in own.items()}
        for table, own in read["columns"].items()
    }
    tables = {table: words.split() for table, words in read["tables"].items()}
    outcomes = {name: read[name].split() for name in ("lost", "won")}
    return {"tables": tables, "outcomes": outcomes, **columns}


def plain(text: str) -> str:
    """Return a header or value without case, blanks and signs.

    Examples
    --------
    >>> plain("Order Date"), plain("OrderDate"), plain("下单日期 ")
    ('orderdate', 'orderdate', '下单日期')
    """
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def likeness(header: str, words: list[str]) -> float:
    """Return from 0 to 1 how well a header fits a list of words; the first of them fit a little better than the last.

    Examples
    --------
    >>> likeness("Customer ID", ["account_id", "customer"]) > likeness("Customer Group", ["account_id", "customer"])
    True
    >>> likeness("colour", ["account_id", "customer"])
    0.0
    """
    known = [plain(word) for word in words]
    bare = plain(header)
    if bare in known:
        return 1.0 - 0.1 * known.index(bare) / len(known)
    if words[0].endswith("_id") and re.sub(KEY_ENDINGS, "", bare) in known:
        return 0.88
    parts = set(re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header).casefold()))
    inside = [word for word in known if (word in parts and len(word) > 2) or (not word.isascii() and word in bare)]
    if inside:
        return 0.5 + 0.25 * max(len(word) for word in inside) / len(bare)
    nearest = max((difflib.SequenceMatcher(None, bare, word).ratio() for word in known), default=0.0)
    return 0.6 * nearest if nearest >= NEARLY and len(bare) > 3 else 0.0


def outcome(value: str) -> str | None:
    """Return won or lost for a word that says so, as Closed Won or 丢单; None for any other.

    Examples
    --------
    >>> outcome("Closed Won"), outcome("未中标"), outcome("Proposal")
    ('won', 'lost', None)
    """
    bare = plain(value)
    # Lost first: not won (未中标) holds the word for won.
    for name, words in dictionary()["outcomes"].items():
        if any(word in bare if not word.isascii() else bare in (word, f"closed{word}") for word in words):
            return name
    return None
