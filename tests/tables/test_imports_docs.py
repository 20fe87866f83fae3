"""The worked example of docs/imports.md does what the page says."""

import re
import textwrap
from pathlib import Path

import pytest
import yaml

from salesops.errors import InputError
from salesops.tables.imports import Mapping, import_tables

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "imports.md").read_text(encoding="utf-8")


def indented_after(sentence: str) -> str:
    """Return the indented block that follows a sentence of the page."""
    block = re.search(r"\n\n((?:    .*\n)+)", PAGE[PAGE.index(sentence) :])
    assert block is not None
    return textwrap.dedent(block[1])


@pytest.fixture
def example(tmp_path: Path) -> Path:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "deals.csv").write_text(indented_after("The export has two files."))
    (tmp_path / "export" / "price_list.csv").write_text(indented_after("and `price_list.csv`"))
    mapping = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert mapping is not None
    (tmp_path / "mapping.yml").write_text(mapping[1])
    return tmp_path


def test_the_worked_example_gives_the_report_that_is_shown(example: Path) -> None:
    report = import_tables(example / "mapping.yml", example / "export", example / "out")
    assert str(report) == indented_after("What the command says:").rstrip("\n")


def test_the_fault_that_is_shown_reads_like_that(example: Path) -> None:
    deals = example / "export" / "deals.csv"
    deals.write_text(deals.read_text().replace("4500", "twelve").replace("2026-01-09,,", "2026-01-09,,n/a"))
    with pytest.raises(InputError) as caught:
        import_tables(example / "mapping.yml", example / "export", example / "out")
    assert indented_after("4. the result").strip() == str(caught.value)


@pytest.mark.parametrize("path", sorted((ROOT / "params" / "imports").glob("*.yml")), ids=lambda path: path.stem)
def test_shipped_mappings_state_their_currency_and_what_to_know(path: Path) -> None:
    mapping = Mapping.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert mapping.description
    assert mapping.notes
    # A program's export is in the currency of whoever uses it, and a note says so.
    assert mapping.currency or any("Money is in the currency of" in note for note in mapping.notes)
    assert path.stem in PAGE, "the page names every mapping that is shipped"


def test_every_key_of_the_language_is_on_the_page() -> None:
    schema = Mapping.model_json_schema()
    value = schema["$defs"]["Value"]["anyOf"][2]["properties"]
    keys = {
        *value,
        *(key for part in ("FileSpec", "Pivot", "Join", "Block") for key in schema["$defs"][part]["properties"]),
    }
    assert {key for key in keys if f"`{key}" not in PAGE} == set()
