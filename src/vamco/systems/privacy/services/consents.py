"""Giving and withdrawing consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.lib.errors import N_, Refused
from vamco.systems.privacy.models import Consent
from vamco.systems.privacy.queries import consents
from vamco.systems.privacy.queries.table import PURPOSES

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

CHAIN: Final = "privacy"


def set_consent(person: Person, purpose: str, *, given: bool, seen: int, by: Person | None = None) -> bool:
    """Give or withdraw consent to a purpose; False when it stood so already. `seen` is the version of the text on the screen.

    Refused for what rests on a law, and when consent is given to a text that has been replaced meanwhile.
    """
    newest = PURPOSES.newest(purpose)
    known = PURPOSES.get(newest)
    if known.basis == "law":
        raise Refused(
            "privacy.by_law",
            N_("The law asks for this processing (%(source)s), so it rests on no consent and cannot be withdrawn."),
            source=known.source,
        )
    if given and seen != newest.version:
        raise Refused(
            "privacy.other_text", N_("The text has changed meanwhile. Please read it again before you agree.")
        )
    with transaction.atomic():
        with connection.cursor() as cursor:  # two at once wait for each other: there may be no row to lock yet
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"privacy.consent {person.pk} {purpose}"]
            )
        if consents.one(person, purpose).given == given:
            return False
        actor = by or person
        Consent.objects.create(person=person, purpose=purpose, seen=newest, given=given, at=clock.now(), by=actor)
        audit.record(
            "privacy.consent",
            actor=str(actor.pk),
            chain=CHAIN,
            subject=f"person:{person.pk}",
            detail={"purpose": purpose, "given": given, "version": newest.version},
        )
    return True
