"""Reading of tables: text files, workbooks, Parquet, DuckDB files and databases, and of what people write in them."""
