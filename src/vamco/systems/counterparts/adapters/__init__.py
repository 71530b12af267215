"""Adapters to other bodies’ systems over HTTP, and simulators of them."""
