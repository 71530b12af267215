"""Dossiers that other systems keep: what they say of them is taken in, and shown beside the own ones; nothing is ever done to them here."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Refused
from vamco.systems.onestop.models import OutsideDossier, OutsideHolder
from vamco.systems.onestop.rules.status import NAMES

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Organisation, Person
    from vamco.systems.onestop.contracts import OutsideStatus, Taken

_HELD: Final = ("procedure", "agency_name", "handler_name", "status", "received_at", "due_at", "finished_at", "result_url", "as_of")  # fmt: skip
_LONGEST: Final = 200


def take_in_outside(said: OutsideStatus) -> Taken:
    """Take in what a system says of its dossier: what is newer by its own time wins, what is older only joins the history.

    It belongs to who holds exactly the verified number that came with it; of somebody unknown it waits, the number sealed. Whose it
    is once never changes by what comes later. Refused for a status that is none.
    """
    if said.status not in NAMES:
        raise Refused("onestop.no_status", N_("A dossier has no status %(status)s."), status=said.status)
    with transaction.atomic():
        row, new = OutsideDossier.objects.select_for_update().get_or_create(
            source=said.source, number=said.number, defaults=_fields(said)
        )
        line = _line(said)
        known = line in row.history
        if not known:
            row.history = sorted([*row.history, line], key=lambda each: each["at"])
        newer = new or (said.as_of, said.status) > (row.as_of, row.status)
        if newer:
            for name, value in _fields(said).items():
                setattr(row, name, value)
        if row.person_id is None and row.organisation_id is None:
            _belong(row, said)
        if newer or not known:
            row.save()
    return "taken" if newer else "known" if known else "older"


def assign_outside(person: Person) -> int:
    """Give somebody the waiting dossiers that came with a number of theirs, and return how many. To be asked when they look."""
    mine = people.blinds_of(person)
    with transaction.atomic():
        waiting = OutsideHolder.objects.select_for_update().select_related("outside")
        found = waiting.filter(kind__in={kind for kind, _ in mine}, blind__in=[blind for _, blind in mine])
        rows = [row for row in found if (row.kind, bytes(row.blind)) in mine]
        for row in rows:
            row.outside.person = person
            row.outside.save(update_fields=["person"])
            row.delete()
    return len(rows)


def match_waiting() -> int:
    """Give waiting dossiers to whoever has become known by their number since, and return how many: for who never looks at them first."""
    found = 0
    for pk in list(OutsideHolder.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            kept = OutsideHolder.objects.select_for_update().select_related("outside").filter(pk=pk).first()
            if kept is None:
                continue
            holder = people.find_by_number(kept.kind, people.unseal(kept))  # type: ignore[arg-type]  # one of the two kinds
            if holder is None:
                continue
            row = kept.outside
            row.person = people.kept(holder) if isinstance(holder, people.Person) else None
            row.organisation = None if isinstance(holder, people.Person) else holder
            row.save(update_fields=["person", "organisation"])
            kept.delete()
            found += 1
    return found


def _belong(row: OutsideDossier, said: OutsideStatus) -> None:
    """Say whose a dossier is, or keep its number sealed until somebody comes who has it."""
    if not said.holder:
        return
    holder = _holder(said)
    if holder is not None:
        OutsideHolder.objects.filter(outside=row).delete()
        row.person = holder if isinstance(holder, people.Person) else None
        row.organisation = None if isinstance(holder, people.Person) else holder
    elif _may_be_one(said) and not OutsideHolder.objects.filter(outside=row).exists():
        kept = OutsideHolder(outside=row, kind=said.holder_kind)
        people.seal(kept, people.normal(said.holder_kind, said.holder, clock.today()))
        kept.save(force_insert=True)


def _may_be_one(said: OutsideStatus) -> bool:
    """Tell whether a number can be one at all; what cannot is kept nowhere."""
    try:
        people.normal(said.holder_kind, said.holder, clock.today())
    except Refused:
        return False
    return True


def _holder(said: OutsideStatus) -> Person | Organisation | None:
    """Return who has the number now. A number that cannot be one belongs to nobody."""
    try:
        found = people.find_by_number(said.holder_kind, said.holder)
    except Refused:
        return None
    return people.kept(found) if isinstance(found, people.Person) else found


def _fields(said: OutsideStatus) -> dict[str, Any]:
    values = {name: getattr(said, name) for name in _HELD}
    return {name: value[:_LONGEST] if name.endswith("_name") else value for name, value in values.items()}


def _line(said: OutsideStatus) -> dict[str, Any]:
    return {
        "status": said.status,
        "at": said.as_of.astimezone(dt.UTC).isoformat(),
        "agency": said.agency_name[:_LONGEST],
        "handler": said.handler_name[:_LONGEST],
        "text": said.text[:_LONGEST],
    }
