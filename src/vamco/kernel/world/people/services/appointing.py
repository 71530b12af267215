from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people.models import Membership, Organisation, Person, Position, Substitution
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.text import fold, nfc, sort_key

if TYPE_CHECKING:
    from collections.abc import Collection

    from vamco.kernel.world.agencies.models import Agency

CHAIN = "people"


def add(name: str, *, actor: str = audit.SYSTEM) -> Person:
    """Give a new person."""
    with transaction.atomic():
        person = Person.objects.create(
            name=nfc(name),
            sort_key=sort_key(name),
            folded=fold(name),
            created_at=clock.now(),
        )
        audit.record("people.add", actor=actor, chain=CHAIN, subject=f"person:{person.pk}")
    return person


def rename(person: Person, name: str, *, actor: str = audit.SYSTEM) -> None:
    """Call a person by another name from now on, as a register says it; the log keeps that it changed, not the names."""
    with transaction.atomic():
        row = Person.objects.select_for_update().get(pk=person.pk)
        row.name, row.sort_key, row.folded = nfc(name), sort_key(name), fold(name)
        row.save(update_fields=["name", "sort_key", "folded"])
        audit.record("people.rename", actor=actor, chain=CHAIN, subject=f"person:{row.pk}")
    person.name, person.sort_key, person.folded = row.name, row.sort_key, row.folded


def add_organisation(name: str, kind: str, *, actor: str = audit.SYSTEM) -> Organisation:
    """Give a new organisation."""
    with transaction.atomic():
        organisation = Organisation.objects.create(
            name=nfc(name),
            sort_key=sort_key(name),
            folded=fold(name),
            kind=Organisation.Kind(kind),
            created_at=clock.now(),
        )
        audit.record("people.add_organisation", actor=actor, chain=CHAIN, subject=f"organisation:{organisation.pk}")
    return organisation


def appoint(  # all but the role's place and time are optional
    person: Person,
    agency: Agency,
    role: str,
    *,
    since: dt.date,
    title: str = "",
    position: str = "",
    actor: str = audit.SYSTEM,
    reason: str = "",
) -> Membership:
    """Give a person a role in an agency from a day on; `position` is the code of a post, `reason` the decision that it rests on."""
    with transaction.atomic():
        membership = Membership.objects.create(
            person=person,
            agency=agency,
            role=role,
            position=_position(position),
            title=title,
            valid_from=since,
        )
        detail = {"agency": agency.code, "role": role, "since": since.isoformat()}
        audit.record(
            "people.appoint",
            actor=actor,
            chain=agency.code,
            subject=f"person:{person.pk}",
            detail=detail | ({"position": position} if position else {}),
            purpose=reason,
        )
    return membership


def dismiss(membership: Membership, *, until: dt.date, actor: str = audit.SYSTEM, reason: str = "") -> None:
    """End a membership after a day; one that has an end can only end earlier.

    With it end the substitutions that the person took on as a colleague there, and with the last membership all of them.
    """
    with transaction.atomic():
        row = Membership.objects.select_for_update(of=("self",)).select_related("agency").get(pk=membership.pk)
        if row.valid_to is not None and until > row.valid_to:
            raise Refused(
                "people.membership_grows", N_("A membership that has ended is not taken up again; make a new one.")
            )
        row.valid_to = until
        row.save(update_fields=["valid_to"])
        audit.record(
            "people.dismiss",
            actor=actor,
            chain=row.agency.code,
            subject=f"person:{row.person_id}",
            detail={"membership": row.pk, "until": until.isoformat()},
            purpose=reason,
        )
        _give_up_substitutions(row, until, actor)


def _give_up_substitutions(left: Membership, until: dt.date, actor: str) -> None:
    """End what a person does for others by what they leave: nobody acts for an agency to which they no longer belong."""
    later = Q(valid_to=None) | Q(valid_to__gt=until)
    held = Substitution.objects.filter(substitute=left.person_id, valid_to__gt=until)
    others = Membership.objects.filter(later, person=left.person_id).exclude(pk=left.pk)
    if others.filter(agency=left.agency_id).exists():
        return
    if others.exists():
        colleagues = Membership.objects.filter(later, agency=left.agency_id).values("person")
        held = held.filter(Q(agency=left.agency_id) | Q(agency=None, absent__in=colleagues))
    for substitution in held.order_by("pk"):
        end_substitution(substitution, until=until, actor=actor)


def move(  # a move has that many parts
    membership: Membership,
    to: Agency,
    *,
    on: dt.date,
    role: str = "",
    title: str = "",
    position: str = "",
    actor: str = audit.SYSTEM,
    reason: str = "",
) -> Membership:
    """Move a person to another agency on a day, with the same role unless told.

    On that day nothing of the old agency is theirs any more: moved today, the next request is refused.
    """
    last = on - dt.timedelta(days=1)
    with transaction.atomic():
        left = Membership.objects.select_for_update(of=("self",)).select_related("person").get(pk=membership.pk)
        if left.valid_to is not None and left.valid_to <= last:
            raise Refused("people.has_left", N_("The person has left this agency already."))
        moved = appoint(
            left.person, to, role or left.role, since=on, title=title, position=position, actor=actor, reason=reason
        )
        dismiss(left, until=last, actor=actor, reason=reason)
    return moved


def substitute(  # a substitution has that many parts
    absent: Person,
    by: Person,
    *,
    since: dt.date,
    until: dt.date,
    acts: Collection[str] | None = None,
    agency: Agency | None = None,
    actor: str = audit.SYSTEM,
    reason: str = "",
) -> Substitution:
    """Let one person act for another from one day to another, both inclusive.

    `acts`: only these, None for all; `agency`: only the roles held there. What the absent person does for others is not
    passed on. Source: NĐ 30/2020/NĐ-CP, Đ. 13: who signs for another is named, for a span and a content, and names no other.
    """
    named = None if acts is None else sorted(set(acts))
    if absent.pk == by.pk:
        raise Refused("people.own_substitute", N_("Nobody can act for themselves."))
    if until < since:
        raise Refused("people.substitution_ends_first", N_("The last day lies before the first."))
    if named is not None and (not named or not access.acts().keys() >= set(named)):
        raise Refused("people.unknown_acts", N_("Name at least one act, and only acts that exist."))
    with transaction.atomic():
        row = Substitution.objects.create(
            absent=absent, substitute=by, agency=agency, acts=named, valid_from=since, valid_to=until
        )
        audit.record(
            "people.substitute",
            actor=actor,
            chain=_chain(absent, agency),
            subject=f"person:{absent.pk}",
            detail={
                "substitution": row.pk,
                "substitute": by.pk,
                "since": since.isoformat(),
                "until": until.isoformat(),
                "acts": "all" if named is None else named,
            },
            purpose=reason,
            persons=(f"person:{by.pk}",),
        )
    return row


def end_substitution(
    substitution: Substitution, *, until: dt.date, actor: str = audit.SYSTEM, reason: str = ""
) -> None:
    """End a substitution after an earlier day than was planned; a day before its first calls it off."""
    with transaction.atomic():
        row = Substitution.objects.select_for_update().get(pk=substitution.pk)
        if until > row.valid_to:
            raise Refused("people.substitution_grows", N_("A substitution can only be shortened; make a new one."))
        row.valid_to = until
        row.save(update_fields=["valid_to"])
        audit.record(
            "people.end_substitution",
            actor=actor,
            chain=_chain(row.absent, row.agency),
            subject=f"person:{row.absent_id}",
            detail={"substitution": row.pk, "until": until.isoformat()},
            purpose=reason,
            persons=(f"person:{row.substitute_id}",),
        )


def _position(code: str) -> Position | None:
    if not code:
        return None
    found = Position.objects.filter(code=code).first()
    if found is None:
        raise Missing("people.no_position", N_("There is no post with the code %(code)s."), code=code)
    return found


def _chain(person: Person, agency: Agency | None) -> str:
    if agency is not None:
        return agency.code
    home = Membership.objects.filter(person=person).select_related("agency").order_by("-valid_from", "-pk").first()
    return home.agency.code if home else CHAIN
