"""Simulators of the counterparts: made-up people, published shapes of messages where there are any."""
