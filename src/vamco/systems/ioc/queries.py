from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.lib.errors import N_, Missing
from vamco.systems.ioc.models import Board

if TYPE_CHECKING:
    from collections.abc import Sequence


def board(code: str) -> tuple[str, str, Sequence[str]]:
    """A board's title in both languages, and its indicators in order."""
    found = Board.objects.filter(code=code).values_list("name", "name_en", "cards").first()
    if found is None:
        raise Missing("ioc.no_board", N_("There is no board “%(board)s”."), board=code)
    return found
