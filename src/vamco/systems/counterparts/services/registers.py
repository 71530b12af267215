"""Questions to the population and the civil-status register: each for a purpose, on record before it is asked, and not more than is needed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.people import public as people
from vamco.kernel.world.places import public as places
from vamco.lib.errors import N_, Refused, Unavailable
from vamco.systems.counterparts.contracts import LINES
from vamco.systems.counterparts.models import Question
from vamco.systems.counterparts.rules import reading
from vamco.systems.counterparts.services import lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.kernel.world.people.models import Person
    from vamco.systems.counterparts.contracts import Answer, ExtractKind, Line

CHAIN: Final = "counterparts"
MOST: Final = 60
"""Questions of one asker in an hour."""
_HOUR: Final = dt.timedelta(hours=1)


def person(number: str, *, purpose: str, basis: str, by: Person, about: Person | None = None) -> Answer:
    """Ask the population register about a citizen ID. Nothing of the answer is kept; a purpose and who asked are, for good.

    `basis` is what the question rests on ("dossier:17"), `about` whose number it is, where that person is on record here.
    Unavailable when the register does not answer; Refused for no citizen ID, without a purpose, or after too many questions.
    """
    wanted = people.normal("citizen_id", number, clock.today())
    asked = _record("population", wanted, purpose=purpose, basis=basis, by=by, about=about)
    today = clock.today()
    province = places.province(today)

    def ask() -> Answer:
        message = lines.population().person(wanted, purpose=purpose, basis=basis)
        return reading.person(
            message, source="population", province=province.code if province else "", lookup=_lookup(today)
        )

    return _ended(asked, ask)


def extract(
    kind: ExtractKind,
    *,
    purpose: str,
    basis: str,
    by: Person,
    number: str = "",
    name: str = "",
    born: str = "",
    about: Person | None = None,
) -> Answer:
    """Ask the civil-status register for a birth, marriage or death: by citizen ID, or by name and date of birth (which may be partial)."""
    wanted = people.normal("citizen_id", number, clock.today()) if number else ""
    if not wanted and not (name.strip() and born):
        raise Refused("counterparts.by_what", N_("Give a citizen ID, or a name and a date of birth."))
    key = wanted or f"{name.strip().casefold()} {born}"
    asked = _record("civil_status", key, purpose=purpose, basis=basis, by=by, about=about)

    def ask() -> Answer:
        said = {"number": wanted, "name": "" if wanted else name.strip(), "born": "" if wanted else born}
        message = lines.civil_status().extract(kind, **said, purpose=purpose, basis=basis)
        return reading.extract(message, source="civil_status")

    return _ended(asked, ask)


def _record(line: Line, key: str, *, purpose: str, basis: str, by: Person, about: Person | None) -> Question:
    """Put a question on record before it is asked, so that one that nobody answers stands there too."""
    if line not in LINES or not purpose.strip():
        raise Refused("counterparts.no_purpose", N_("Say what the question is for."))
    now = clock.now()
    fingerprint = people.blinds(key, f"counterparts:{line}")[0].hex()
    with transaction.atomic():
        if Question.objects.filter(by=by, asked_at__gt=now - _HOUR).count() >= MOST:
            raise Refused("counterparts.too_many", N_("Too many questions in an hour. Please wait a while."))
        asked = Question.objects.create(
            line=line, by=by, about=about, number=fingerprint, purpose=purpose[:300], basis=basis[:120], asked_at=now
        )
        audit.record_access(
            f"person:{about.pk}" if about else f"question:{asked.pk}",
            actor=by.actor,
            chain=CHAIN,
            purpose=purpose[:300],
            act="counterparts.ask",
            detail={"line": line, "basis": basis[:120], "number": fingerprint[:16]},
        )
    return asked


def _ended(asked: Question, ask: Callable[[], Answer]) -> Answer:
    try:
        found = ask()
    except reading.Unreadable:
        _note(asked, "unavailable")
        name = lines.NAMES[asked.line]  # type: ignore[index]
        raise Unavailable(
            "counterparts.unreadable", N_("%(line)s answered in a way that cannot be read."), line=name
        ) from None
    except Unavailable:
        _note(asked, "unavailable")
        raise
    except Refused:
        _note(asked, "refused")
        raise
    doubts = [{"part": each.part, "why": each.why, "candidates": list(each.candidates)} for each in found.doubts]
    _note(asked, found.state, doubts)
    return found


def _note(asked: Question, outcome: str, doubts: list[dict[str, Any]] | None = None) -> None:
    asked.outcome, asked.doubts = outcome, doubts or []
    asked.save(update_fields=["outcome", "doubts"])


def _lookup(today: dt.date) -> reading.Lookup:
    """Return what this province knows of a commune: by code what is in force, by its old name what may be meant."""

    def lookup(code: str, name: str) -> reading.Standing:
        found = places.communes(today).filter(code=code).first()
        if found is not None:
            return reading.Standing(found.full_name, (found.code,))
        ended = next((each for each in places.ended_communes(today) if each.code == code), None)
        if ended is not None and ended.heirs:
            return reading.Standing("", ended.heirs)
        heirs = (
            {heir.code for match in places.named(name, today) if match.whole for heir in match.heirs} if name else set()
        )
        return reading.Standing("", tuple(sorted(heirs)))

    return lookup
