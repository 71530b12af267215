"""Files that no snapshot knows: batches that were never committed, transactions that rolled back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from vamco.engines.lake.storage import storage_errors

if TYPE_CHECKING:
    from pyiceberg.table import Table

    from vamco.engines.lake.catalogue import Catalogue
    from vamco.engines.lake.storage import Storage


def sweep(storage: Storage, catalogue: Catalogue, older_than: dt.timedelta) -> int:
    """Remove them when they were last changed before `older_than` ago; give their number."""
    limit = dt.datetime.now(dt.UTC) - older_than
    with storage_errors():
        # Files first, catalogue after: what is committed in between is known, and so stays.
        old = [file.path for file in storage.files(storage.root) if file.changed_at < limit]
        known = known_files(storage, catalogue)
        abandoned = [path for path in old if path not in known]
        for path in abandoned:
            storage.delete(path)
    return len(abandoned)


def known_files(storage: Storage, catalogue: Catalogue) -> set[str]:
    """Give the locations of all files that any snapshot of any table needs."""
    return {path for name in catalogue.names() for path in _known(storage, catalogue.find(name))}


def _known(storage: Storage, table: Table) -> set[str]:
    known = {table.metadata_location, *(entry.metadata_file for entry in table.metadata.metadata_log)}
    opened: set[str] = set()  # most manifests are shared by many snapshots
    for state in table.metadata.snapshots:
        known.add(state.manifest_list)
        for manifest in state.manifests(storage.io):
            if manifest.manifest_path in opened:
                continue
            opened.add(manifest.manifest_path)
            known.update(entry.data_file.file_path for entry in manifest.fetch_manifest_entry(storage.io))
    return known | opened
