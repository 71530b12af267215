"""What systems bring to the demonstration themselves: the module `demo` of a system, with a function `fill()`."""

from __future__ import annotations

from vamco import systems


def fill() -> None:
    """Let each system that has a demonstration fill the database with it; it is called at every start, so it may find it there."""
    for module in systems.parts("demo"):
        module.fill()
