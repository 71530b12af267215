"""Addresses, consent, and what people want to be told where. Each change is audited: who, of whom, never the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.notices.models import Contact, Delivery, Kind, Message, Notice, Preference, Recipient
from vamco.kernel.work.notices.rules import messages
from vamco.kernel.work.notices.services import sending
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vamco.kernel.work.notices.contracts import ChannelName, Choice, Quiet
    from vamco.kernel.world.people.models import Person

MOVED: Final = "moved"  # why an address is barred: somebody else has shown since that it is theirs


def set_contact(
    person: Person, channel: ChannelName, address: str, *, consent: bool, actor: str = audit.SYSTEM
) -> None:
    """Keep the address of a person for a channel, sealed, in place of the one before.

    `consent`: the person has agreed to be written to there. That the address is theirs, the caller has made sure of.
    Refused when it is none.
    """
    clear = messages.normal(channel, address)
    with transaction.atomic():
        row = Contact.objects.select_for_update().filter(person=person, channel=channel).first()
        row = row or Contact(person=person, channel=channel)
        before = people.unseal(row) if row.sealed else ""
        row.consent_at = clock.now() if consent else None
        row.shown, row.barred, row.withdrawn_at = messages.mask(channel, clear), "", None
        if clear != before:
            row.verified_at = None
        people.seal(row, clear)
        if row.verified_at is None and _same_address(row, clear).exclude(verified_at=None).exists():
            row.barred = MOVED  # somebody else has shown that it is theirs
        row.save()
        _note("set_contact", person, channel, actor, consent=consent)


def verify_contact(person: Person, channel: ChannelName, address: str, *, actor: str = audit.SYSTEM) -> list[Person]:
    """Keep an address that a person has shown to be theirs, with consent, and return those who had it before.

    It is a contact of theirs no longer: nothing is sent to them there until they have shown that it is theirs again.
    """
    clear = messages.normal(channel, address)
    with transaction.atomic():
        set_contact(person, channel, clear, consent=True, actor=actor)
        row = Contact.objects.get(person=person, channel=channel)
        others = list(_same_address(row, clear).select_for_update(of=("self",)).select_related("person").order_by("pk"))
        losing = [other for other in others if other.barred != MOVED]
        Contact.objects.filter(pk__in=[other.pk for other in others]).update(verified_at=None, barred=MOVED)
        row.verified_at, row.barred = clock.now(), ""
        row.save(update_fields=["verified_at", "barred"])
        _note("verify_contact", person, channel, actor)
        for other in losing:
            _note("contact_moved", other.person, channel, actor)
    return [other.person for other in losing]


def _same_address(row: Contact, clear: str) -> QuerySet[Contact]:
    """Return the contacts of others by the same channel with the same address."""
    blinds = people.blinds(clear, row.found_as)
    return Contact.objects.filter(channel=row.channel, blind__in=blinds).exclude(person_id=row.person_id)


def forget_contact(person: Person, channel: ChannelName, *, actor: str = audit.SYSTEM) -> None:
    """Delete the address of a person for a channel; what waits for it is not sent any more."""
    with transaction.atomic():
        deleted, _each = Contact.objects.filter(person=person, channel=channel).delete()
        if deleted:
            _note("forget_contact", person, channel, actor)


def consent(person: Person, channel: ChannelName, *, given: bool, actor: str = audit.SYSTEM) -> None:
    """Note that a person agrees to a channel, or does not any more: from then on nothing is sent there, not even what waits."""
    with transaction.atomic():
        row = Contact.objects.select_for_update().filter(person=person, channel=channel).first()
        if row is None:
            raise Missing("notices.no_contact", N_("No address is known for this channel."), channel=channel)
        if given:
            row.consent_at, row.withdrawn_at = clock.now(), None
        else:
            row.withdrawn_at = clock.now()
        row.save(update_fields=["consent_at", "withdrawn_at"])
        _note("consent", person, channel, actor, given=given)


def prefer(person: Person, kind: str, channel: ChannelName, choice: Choice, *, actor: str = audit.SYSTEM) -> None:
    """Set how a person wants a kind of notices by a channel; Refused for what the law says they must be told."""
    found = Kind.objects.filter(pk=kind).first()
    if found is None:
        raise Missing("notices.no_kind", N_("There is no kind of notices %(kind)s."), kind=kind)
    if found.mandatory and choice != "now":
        raise Refused("notices.mandatory", N_("The law asks for these notices: they cannot be switched off."))
    if choice == "digest" and channel not in messages.DIGESTS:
        raise Refused("notices.no_digest", N_("This channel has no daily digest."), channel=channel)
    with transaction.atomic():
        Preference.objects.update_or_create(
            person=person, kind=found, channel=channel, defaults={"choice": choice}, create_defaults={"choice": choice}
        )
        _note("prefer", person, channel, actor, kind=kind, choice=choice)


def set_recipient(person: Person, *, language: str, quiet: Quiet, actor: str = audit.SYSTEM) -> None:
    """Set a person's language (vi or en) and quiet hours."""
    if language not in {"vi", "en"} or not (0 <= quiet.start < messages.DAY and 0 <= quiet.end < messages.DAY):
        raise Refused("notices.wrong_setting", N_("Choose vi or en, and quiet hours between 00:00 and 23:59."))
    with transaction.atomic():
        Recipient.objects.update_or_create(
            person=person, defaults={"language": language, "quiet_start": quiet.start, "quiet_end": quiet.end}
        )
        audit.record(
            "notices.set_recipient",
            actor=actor,
            chain=sending.CHAIN,
            subject=f"person:{person.pk}",
            detail={"language": language},
        )


def forget(person: Person, *, actor: str, purpose: str) -> int:
    """Delete all that was told to a person, their addresses and choices; gives how many notices. `purpose` is the legal ground.

    What was said to many stays for the others.
    """
    if not purpose.strip():
        raise Refused("notices.no_ground", N_("Say on what legal ground the notices are to be deleted."))
    with transaction.atomic():
        for table in (Contact, Preference, Recipient):
            table.objects.filter(person=person).delete()
        own = Notice.objects.filter(person=person)
        numbers = list(own.values_list("message", flat=True))
        Delivery.objects.filter(notice__person=person).update(head=None)
        Delivery.objects.filter(notice__person=person).delete()
        deleted, _each = own.delete()
        Message.objects.filter(pk__in=numbers, notices=None).delete()
        audit.record(
            "notices.forget",
            actor=actor,
            chain=sending.CHAIN,
            subject=f"person:{person.pk}",
            purpose=purpose.strip(),
            detail={"notices": deleted},
        )
    return deleted


def _note(act: str, person: Person, channel: ChannelName, actor: str, **detail: str | bool) -> None:
    audit.record(
        f"notices.{act}",
        actor=actor,
        chain=sending.CHAIN,
        subject=f"person:{person.pk}",
        detail={"channel": channel, **detail},
    )
