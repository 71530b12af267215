"""Whether the vehicle register agrees with what was seen. Pure."""

from __future__ import annotations

from typing import Literal

Why = Literal["", "not_found", "not_valid", "other_kind", "other_colour"]


def disagrees(*, kind: str, colour: str, said_kind: str, said_colour: str, valid: bool) -> Why:
    """Return why no notice goes out, "" where the register agrees. A colour that could not be seen contradicts nothing."""
    if not valid:
        return "not_valid"
    if said_kind != kind:
        return "other_kind"
    if colour not in ("unknown", said_colour):
        return "other_colour"
    return ""
