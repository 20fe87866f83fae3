"""The input contract as a page of documentation, made from the schemas so that it cannot differ from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from salesops.tables.contract import Column, TableContract

HEAD = """# The data

Made by `salesops schema > docs/data.md`: change the schemas in `lib/salesops/tables/schemas.py`, not this page.

Only `orders` or `opportunities` is required. Every other table is optional, and so is every column that is not marked
as required; a section that lacks one says so. `salesops check SOURCE` lists every fault at once.

## Sources

| source | how it is written |
|---|---|
| folder | a path; it holds a file per table: `orders.csv`, `orders.parquet` or `orders.xlsx` |
| one file | the path of `orders.csv`, `orders.parquet` or `orders.xlsx`, for a company of one table |
| workbook | the path of an `.xlsx` file whose sheets are named after tables; also inside a folder |
| DuckDB file | a path that ends in `.duckdb` or `.db`; it is opened for reading alone |
| files behind a URL | [any URL that fsspec opens](urls.md): `s3://bucket/folder`, `https://host/orders.parquet` |
| database | any URL that Ibis connects to, such as `postgres://reader:${SALES_DB_PASSWORD}@db.example/sales` |

- A relative path counts from the project's root. Names of tables may be in capitals.
- In a URL, `${NAME}` stands for an environment variable, as it is, whatever characters it holds; `${NAME}` alone stands
  for a whole URL or path. A password written into the URL is refused. For PostgreSQL install `salesops[postgres]`;
  a schema follows the database's name: `postgres://…/sales/crm`.
- CSV files are in UTF-8, with or without byte-order mark, or else in GB18030, and separated by comma, semicolon or tab.
  The first line, in a CSV file as in a sheet, names the columns.

## Values

- **Dates** are written 2026-09-30; a time may follow. Any other form is a fault: 3/4/2026 is in March or in April.
- **Numbers** have a point before their decimals. Commas or spaces may group the digits before it by three: 1,234.50 or
  1 234.50. So 1,234 is one thousand two hundred and thirty-four everywhere, and a decimal comma (1234,50, 1 234,50 or
  1.234,50) is a fault, never a guess.
- **Money** may also carry one currency before or after it (¥ ￥ CNY RMB 元, $ USD, € EUR, £ GBP), which is not
  converted; 万 for ten thousand and 亿 for a hundred million (1.2亿元); and parentheses for a negative amount, (1,200).
  Digits and signs may be of full width.
- **Identifiers** are text: 007 keeps its zeros.

## Rules beyond single columns

- A key comes once, and a reference leads to a row, where the other table is there.
- What has happened lies in the past: columns marked *past* hold no day after today, or after `--as-of`.
- Targets for sales add up within 0.5%: months to quarters, quarters (or months without them) to years, and regions to
  the company. A sum is looked at only where all its parts are there; the regions are those that targets name in any
  period.
- Returns are orders with a negative amount.
"""


def data_reference() -> str:
    """Return the page as Markdown: sources, how values are written, and every table with its columns and rules."""
    return HEAD + "".join(f"\n{_table(contract)}" for contract in CONTRACT.values())


def _table(contract: TableContract) -> str:
    return "\n".join([f"## {contract.name}", "", *_lines(contract), ""])


def _lines(contract: TableContract) -> Iterator[str]:
    yield f"One row is {contract.description}."
    yield from ("", f"Key: {', '.join(contract.key)}.") if contract.key else ("", "No key: rows may repeat.")
    yield from ("", "| column | type | | what it is |", "|---|---|---|---|")
    references = dict(contract.references)
    yield from (_row(column, references.get(column.name, "")) for column in contract.columns)
    rules = [rule.wanted for rule in contract.rules] + [rule.wanted for rule in contract.links]
    if rules:
        yield from ("", "Wanted:", *(f"- {rule}" for rule in rules))


def _row(column: Column, reference: str) -> str:
    marks = [*(["required"] if column.required else []), *(["past"] if column.happened else [])]
    limits = column.wanted if column.values or column.low is not None else ""
    leads = f"leads to {reference}" if reference else ""
    said = "; ".join(part for part in (column.description, limits, leads) if part)
    return f"| {column.name} | {column.type} | {', '.join(marks)} | {said} |"
