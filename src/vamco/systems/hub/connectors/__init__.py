"""Where deliveries come from: one port, an adapter for folders and one for web services."""

from vamco.systems.hub.connectors.port import Connector, Fetched, connector_for

__all__ = ["Connector", "Fetched", "connector_for"]
