"""What the vehicle register says of a plate that was decided on: a notice where it agrees, else the case is held."""

from __future__ import annotations


def ask(case: int, seq: int) -> None:
    """Ask the register about a decided violation, and notify or hold; nothing where it was done. To come."""
