from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.people.models import Membership, Person
from vamco.lib.text import fold, nfc, sort_key

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.agencies.models import Agency


def add(name: str, *, actor: str = audit.SYSTEM) -> Person:
    """Give a new person."""
    with transaction.atomic():
        person = Person.objects.create(
            name=nfc(name),
            sort_key=sort_key(name),
            folded=fold(name),
            created_at=clock.now(),
        )
        audit.record("people.add", actor=actor, chain="people", subject=f"person:{person.pk}")
    return person


def appoint(  # all but the role's place and time are optional
    person: Person,
    agency: Agency,
    role: str,
    *,
    since: dt.date,
    title: str = "",
    actor: str = audit.SYSTEM,
) -> Membership:
    """Give a person a role in an agency from a day on."""
    with transaction.atomic():
        membership = Membership.objects.create(
            person=person,
            agency=agency,
            role=role,
            title=title,
            valid_from=since,
        )
        audit.record(
            "people.appoint",
            actor=actor,
            chain=agency.code,
            subject=f"person:{person.pk}",
            detail={"agency": agency.code, "role": role, "since": since.isoformat()},
        )
    return membership


def dismiss(membership: Membership, *, until: dt.date, actor: str = audit.SYSTEM) -> None:
    """End a membership after a day."""
    with transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(valid_to=until)
        audit.record(
            "people.dismiss",
            actor=actor,
            chain=membership.agency.code,
            subject=f"person:{membership.person_id}",
            detail={"membership": membership.pk, "until": until.isoformat()},
        )
