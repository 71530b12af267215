from __future__ import annotations

from typing import TYPE_CHECKING, cast

from vamco.kernel.work.notices.contracts import (
    CHANNELS,
    ContactView,
    Delivered,
    Page,
    PreferenceView,
    Quiet,
    Settings,
    State,
    Told,
)
from vamco.kernel.work.notices.models import Contact, Delivery, Kind, Notice, Preference, Recipient
from vamco.kernel.work.notices.queries import templates
from vamco.kernel.work.notices.rules import messages
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.kernel.work.notices.contracts import ChannelName, Choice
    from vamco.kernel.world.people.models import Person

MOST_COUNTED = 99


def inbox(person: Person, language: str, *, after: int | None = None, count: int = 25, unread: bool = False) -> Page:
    """Give a person's notices, newest first, from below `after`; one query."""
    rows = Notice.objects.filter(person__in=access.selves(person)).select_related("message__template").order_by("-pk")
    rows = rows.filter(pk__lt=after) if after else rows
    rows = rows.filter(read_at=None) if unread else rows
    found = list(rows[: count + 1])
    shown = tuple(_told(row, language) for row in found[:count])
    return Page(shown, shown[-1].id if len(found) > count else None)


def get(notice: int, person: Person, language: str) -> Told:
    """Give one notice of a person; to others it does not exist."""
    row = Notice.objects.filter(pk=notice, person__in=access.selves(person)).select_related("message__template").first()
    if row is None:
        raise Missing("notices.no_notice", N_("There is no such notice."))
    return _told(row, language)


def unread(person: Person) -> int:
    """Give how many notices a person has not read; counted no further than one above MOST_COUNTED."""
    return Notice.objects.filter(person__in=access.selves(person), read_at=None)[: MOST_COUNTED + 1].count()


def contacts(person: Person) -> list[ContactView]:
    """Give the addresses of a person, masked."""
    rows = Contact.objects.filter(person=person)
    found = [
        ContactView(
            cast("ChannelName", row.channel),
            row.shown,
            bool(row.consent_at and not row.withdrawn_at),
            row.barred,
            row.verified_at is not None,
        )
        for row in rows
    ]
    return sorted(found, key=lambda contact: CHANNELS.index(contact.channel))


def verified_contacts(person: Person) -> dict[ChannelName, str]:
    """Return the addresses that a person has shown to be theirs, whole, by channel. Whoever passes them on has the person's consent."""
    rows = Contact.objects.filter(person=person, verified_at__isnull=False)
    return {cast("ChannelName", row.channel): people.unseal(row) for row in rows}


def settings_of(person: Person) -> Settings:
    """Give in which language a person is written to, and when they are not disturbed, chosen or not."""
    found = Recipient.objects.filter(pk=person.pk).first()
    return (
        Settings(found.language, Quiet(found.quiet_start, found.quiet_end)) if found else Settings("vi", messages.QUIET)
    )


def preferences(person: Person) -> list[PreferenceView]:
    """Give what a person wants of each kind by each channel, chosen or not."""
    chosen = {(row.kind_id, row.channel): row.choice for row in Preference.objects.filter(person=person)}
    return [
        PreferenceView(
            kind.code,
            kind.name,
            kind.name_en,
            channel,
            "now" if kind.mandatory else cast("Choice", chosen.get((kind.code, channel), "now")),
            kind.mandatory,
        )
        for kind in Kind.objects.order_by("code")
        for channel in CHANNELS
    ]


def log(*, about: str = "", person: Person | None = None, limit: int = 100) -> list[Delivered]:
    """Give the delivery log of an object or a person, newest first: addresses are masked."""
    rows = Delivery.objects.order_by("-pk")
    rows = rows.filter(notice__message__about=about) if about else rows
    rows = rows.filter(notice__person=person) if person else rows
    return _lines(rows[:limit])


def dead_letters(limit: int = 100) -> list[Delivered]:
    """Give the deliveries that were given up, newest first; a digest is one."""
    return _lines(Delivery.objects.filter(state=State.DEAD, head=None).order_by("-ended_at")[:limit])


def _lines(rows: Iterable[Delivery]) -> list[Delivered]:
    return [
        Delivered(
            row.pk,
            cast("ChannelName", row.channel),
            State(row.state),
            row.shown,
            row.reason,
            row.attempts,
            row.doubtful,
            row.queued_at,
            row.sent_at,
            row.ended_at,
        )
        for row in rows
    ]


def _told(row: Notice, language: str) -> Told:
    message = row.message
    template = templates.template_of(message.template)
    words = template.en if language == "en" else template.vi
    values = messages.written(template, message.data, language)
    return Told(
        row.pk,
        template.code,
        template.kind,
        messages.fill(words.title, values),
        messages.fill(words.text, values),
        message.url,
        message.about,
        message.at,
        row.read_at,
        template.urgent,
    )
