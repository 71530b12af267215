"""The demonstration's dossiers: filed and acted on by the real services, at moments of the last weeks."""

from __future__ import annotations


def fill() -> None:
    """Let the demonstration take some procedures itself, and file its dossiers, unless there are some."""
    from vamco.systems.onestop.demo import filling

    filling.fill()
