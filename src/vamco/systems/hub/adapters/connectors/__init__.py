"""Where deliveries come from: one port, an adapter for folders and one for web services."""

from vamco.systems.hub.adapters.connectors.port import Connector, Fetched

__all__ = ["Connector", "Fetched", "connector_for"]


def connector_for(kind: str) -> Connector:
    """The adapter for a kind of source."""
    if kind == "http":
        from vamco.systems.hub.adapters.connectors.http import HttpConnector

        return HttpConnector()
    if kind == "file":
        from vamco.systems.hub.adapters.connectors.folder import FolderConnector

        return FolderConnector()
    raise LookupError(f"there is no connector for the kind {kind!r}")
