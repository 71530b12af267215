"""The lake: Iceberg tables whose snapshots commit and roll back with the caller's database transaction."""

from vamco.engines.lake.contracts import Column, Mode, ReplaceKeys, ReplaceWhere, Snapshot, Staged, catalogue_sql
from vamco.engines.lake.lake import Lake

__all__ = ["Column", "Lake", "Mode", "ReplaceKeys", "ReplaceWhere", "Snapshot", "Staged", "catalogue_sql"]
