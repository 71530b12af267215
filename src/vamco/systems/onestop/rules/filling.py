"""What of a result's values is known already: what the dossier says of itself, and answers whose name is that of the field. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DAY: Final = re.compile(r"\d{4}-\d\d(-\d\d)?")
BY_SIGNATURE: Final = frozenset({"signer", "position"})
"""Fields that the signature fills: nobody writes them before."""


def known(fields: Mapping[str, str], own: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that are known of fields (name → type): a field `applicant_name` is the answer applicant.name.

    A field that is called as the last part of just one answer is that answer: `purpose`. Lists and files are never guessed.
    """
    flat = dict(_flat(answers))
    ends: dict[str, list[Any]] = {}
    for path, value in flat.items():
        ends.setdefault(path[-1], []).append(value)
    whole = {"_".join(path): value for path, value in flat.items()}
    found: dict[str, Any] = {}
    for name, kind in fields.items():
        if kind == "list" or name in BY_SIGNATURE:
            continue
        value = own.get(name, whole.get(name))
        if value is None and len(ends.get(name, ())) == 1:
            value = ends[name][0]
        if value is not None and fits(kind, value):
            found[name] = _text(value) if kind == "text" else value
    return found


def _text(value: Any) -> str:
    """Return an answer as a text: a day, also one of which only month or year is known, as people write it."""
    text = str(value)
    return "/".join(reversed(text.split("-"))) if _DAY.fullmatch(text) else text


def fits(kind: str, value: Any) -> bool:
    """Tell whether an answer can stand in a field of a kind; days and moments are ISO texts here."""
    if isinstance(value, bool) or value == "":
        return False
    if kind in {"whole", "money"}:
        return isinstance(value, int)
    return isinstance(value, str | int | float) if kind == "text" else isinstance(value, str)


def _flat(answers: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in answers.items():
        if isinstance(value, dict):
            yield from _flat(value, (*path, name))
        elif not isinstance(value, list):
            yield (*path, name), value
