"""From a delivered file to checked rows: DuckDB reads everything as text, casts field by field and judges each row."""
