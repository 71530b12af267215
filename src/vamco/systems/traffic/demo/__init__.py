"""The demonstration's violations: proposed and handled by the real services, at moments of the last weeks."""

from __future__ import annotations


def fill() -> None:
    """Let the worker make the demonstration's violations, unless there are some."""
    from vamco.systems.traffic.demo import filling

    filling.fill()
