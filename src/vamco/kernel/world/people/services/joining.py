"""One human being under two records: joined, and taken apart again. Nothing is rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people.models import IdentityNumber, Joining
from vamco.kernel.world.people.queries.persons import memberships
from vamco.lib.errors import N_, Missing, Refused

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

CHAIN: Final = "people"


def join(kept: Person, other: Person, *, basis: str, actor: str) -> Joining:
    """Let the record `other` belong to the human of `kept` from now on. Whether `actor` may, and is sure, is for the caller to ask.

    Refused where the two cannot be one (both have a citizen ID number of their own), where `other` holds a post (join the other way
    round), or is joined already.
    """
    if not basis.strip():
        raise Refused("people.no_basis", N_("Please say on what this rests."))
    with transaction.atomic():
        _one_at_a_time()
        if other.pk in access.selves(_afresh(kept)):
            raise Refused("people.joined_already", N_("These two records are joined already."))
        if _citizen_id(kept) and _citizen_id(other):
            raise Refused(
                "people.two_numbers", N_("Both records have a citizen ID number of their own: these are two persons.")
            )
        if memberships(other).exists():
            raise Refused(
                "people.holds_post", N_("The record that is joined holds a post. Join the other one to it instead.")
            )
        if Joining.objects.filter(other=other, ended_at=None).exists():
            raise Refused("people.joined_elsewhere", N_("This record is joined to another person already."))
        row = Joining.objects.create(
            kept=kept, other=other, basis=basis.strip(), joined_at=clock.now(), joined_by=actor
        )
        _record("people.join", row, actor, basis)
    return row


def part(joining: int, *, basis: str, actor: str) -> Joining:
    """Take two records apart again; each has what it had, and what was done meanwhile stays with the record that did it."""
    if not basis.strip():
        raise Refused("people.no_basis", N_("Please say on what this rests."))
    with transaction.atomic():
        _one_at_a_time()
        row = Joining.objects.select_for_update().filter(pk=joining).first()
        if row is None:
            raise Missing("people.no_joining", N_("There is no such joining of records."))
        if row.ended_at is not None:
            raise Refused("people.parted_already", N_("These records were taken apart already."))
        row.ended_at, row.ended_basis, row.ended_by = clock.now(), basis.strip(), actor
        row.save(update_fields=["ended_at", "ended_basis", "ended_by"])
        _record("people.part", row, actor, basis)
    return row


def _one_at_a_time() -> None:
    """Two joinings at once could make a ring that neither of them sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('people.joining', 0))")


def _afresh(person: Person) -> Person:
    """Return the person as another object: what this one has remembered may be older than the lock."""
    return type(person).objects.get(pk=person.pk)


def _citizen_id(person: Person) -> bool:
    """Return whether any record of a person has a citizen ID number."""
    selves = access.selves(_afresh(person))
    return IdentityNumber.objects.filter(person__in=selves, kind="citizen_id", valid_to=None).exists()


def _record(act: str, row: Joining, actor: str, basis: str) -> None:
    audit.record(
        act,
        actor=actor,
        chain=CHAIN,
        subject=f"person:{row.kept_id}",
        purpose=basis.strip(),
        persons=(f"person:{row.other_id}",),
    )
