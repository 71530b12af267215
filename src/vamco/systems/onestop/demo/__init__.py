"""The demonstration's dossiers: filed and acted on by the real services, at moments of the last weeks."""

from __future__ import annotations


def fill() -> None:
    """Let the demonstration take some procedures itself, and let the worker file its dossiers, unless there are some.

    The worker, so that nobody waits for the first page: some hundred acts take some seconds.
    """
    from vamco.systems.onestop.demo import filling

    filling.fill()
