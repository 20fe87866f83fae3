"""docs/data.md says what the schemas say."""

from pathlib import Path

from salesops.tables.reference import data_reference
from salesops.tables.schemas import CONTRACT

PAGE = Path(__file__).parents[2] / "docs" / "data.md"


def test_the_page_is_made_from_the_schemas() -> None:
    assert PAGE.read_text(encoding="utf-8") == data_reference(), "run: salesops schema > docs/data.md"


def test_every_table_and_column_is_described() -> None:
    text = data_reference()
    for contract in CONTRACT.values():
        assert f"\n## {contract.name}\n" in text
        assert all(f"\n| {column.name} | {column.type} |" in text for column in contract.columns)
        assert all(column.description for column in contract.columns)
