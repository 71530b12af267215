"""What the operator may set for the hub."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Settings(BaseModel):
    """Where questions to the data are answered."""

    query_engine: Literal["duckdb", "spark"] = Field(
        default="duckdb",
        title="Query engine",
        description="DuckDB in this process, or a Spark Connect server (see spark_remote).",
    )
    spark_remote: str = Field(
        default="",
        title="Spark Connect address",
        description="sc://host:port; empty means Sail in this process.",
    )
