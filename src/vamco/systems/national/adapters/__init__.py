"""The port to the national portal, its adapter and its simulator."""
