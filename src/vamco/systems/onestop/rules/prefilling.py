"""Answers that are filled in from what is known of the applicant, each with where it comes from and of which day. Pure."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.errors import N_

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from vamco.systems.onestop.declaration import Prefill

OWN: Final = "own"
"""The source that is the applicant's own record on this platform."""
OWN_NAME: Final = N_("your account")


@dataclass(frozen=True, slots=True)
class Known:
    """Something that is known of an applicant: the value as a form takes it, which source says so, and of which day that is."""

    value: Any
    source: str
    on: dt.date


def fill(prefills: Iterable[Prefill], known: Mapping[str, Known]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the answers to begin with, and by path where each comes from. What is not known stays open."""
    data: dict[str, Any] = {}
    origins: dict[str, dict[str, Any]] = {}
    for each in prefills:
        found = known.get(each.source)
        if found is None or found.value in {None, ""}:
            continue
        if not put(data, each.answer, found.value):
            continue
        origins[each.answer] = {
            "value": found.value,
            "source": found.source,
            "on": found.on.isoformat(),
            "locked": each.locked and found.source != OWN,
        }
    return data, origins


def put(data: dict[str, Any], path: str, value: Any) -> bool:
    """Set an answer at a dotted path in place; False where something that is no group stands in the way."""
    *groups, name = path.split(".")
    place: Any = data
    for group in groups:
        place = place.setdefault(group, {})
        if not isinstance(place, dict):
            return False
    place[name] = value
    return True


def restored(answers: Mapping[str, Any], origins: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the answers with those that a register locks as they came from there; what does not apply is not brought back."""
    data = copy.deepcopy(dict(answers))
    for path, origin in origins.items():
        if origin.get("locked") and _holds(data, path):
            put(data, path, origin["value"])
    return data


def without(data: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """Return the answers without those at some paths."""
    kept = copy.deepcopy(dict(data))
    for path in paths:
        *groups, name = path.split(".")
        place: Any = kept
        for group in groups:
            place = place.get(group) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place.pop(name, None)
    return kept


def _holds(data: Any, path: str) -> bool:
    for name in path.split("."):
        if not isinstance(data, dict) or name not in data:
            return False
        data = data[name]
    return True
