"""One query, two engines, equal answers: DuckDB in the process, Spark Connect when a province outgrows one machine."""

from vamco.engines.query.duck import DuckDB
from vamco.engines.query.spark import SparkConnect

__all__ = ["DuckDB", "SparkConnect"]
