"""How names, texts and chosen columns stand in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.systems.hub.contracts import Column


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def chosen(columns: Sequence[Column], expressions: dict[str, str]) -> str:
    """The columns of a contract by the expressions that give them; NULL for one that has none."""
    return ", ".join(f"{expressions.get(c.name, 'NULL::VARCHAR')} AS {quoted(c.name)}" for c in columns)
