"""Which cell of a header is which column of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.lib.errors import N_, Refused
from vamco.systems.hub.rules import grading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.systems.hub.contracts import Column


def places(cells: Sequence[str | None], columns: Sequence[Column]) -> dict[str, int]:
    """Where each column stands; Refused when one lacks or stands there twice."""
    header = grading.match_header([cell or "" for cell in cells], columns)
    if header.problem:
        raise Refused("hub.header", header.problem, columns=", ".join(header.columns))
    return header.places


def malformed(form: str) -> Refused:
    """What is said of a file that is not what it should be, or is broken."""
    return Refused("hub.malformed", N_("The file cannot be read as %(format)s"), format=form)
