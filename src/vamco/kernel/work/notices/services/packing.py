"""What a provider gets: a notice in its reader's words, at the address that is theirs now; or why it does not leave."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from vamco.kernel.work.notices.contracts import Next, Parcel, Quiet, State
from vamco.kernel.work.notices.models import Contact, Delivery, Recipient
from vamco.kernel.work.notices.queries import templates
from vamco.kernel.work.notices.rules import messages
from vamco.kernel.world.people import public as people
from vamco.lib.errors import VamcoError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from vamco.kernel.work.notices.contracts import ChannelName
    from vamco.kernel.work.notices.models import Message

MOST_IN_DIGEST: Final = 50
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Packed:
    """A parcel, or what is noted instead; `shown` is the masked address, `digest` says that other deliveries go in it."""

    parcel: Parcel | None = None
    aside: Next | None = None
    shown: str = ""
    digest: bool = False


def pack(channel: ChannelName, batch: Sequence[Delivery], now: dt.datetime) -> dict[int, Packed]:
    """Give the parcels of claimed deliveries. Whether a person agrees and when they sleep is asked now, not when it was queued."""
    persons = {row.notice.person_id for row in batch}
    contacts = {row.person_id: row for row in Contact.objects.filter(channel=channel, person__in=persons)}
    recipients = Recipient.objects.in_bulk(persons)
    members = _members(batch) if channel in messages.DIGESTS else {}
    packed = {}
    for row in batch:
        person = row.notice.person_id
        addressee = (contacts.get(person), recipients.get(person))
        try:
            packed[row.pk] = _packed(channel, row, members.get(row.pk, []), addressee, now)
        except Exception as error:  # noqa: BLE001  # one that cannot be read must not hold up the others
            log.error("delivery %s cannot be packed: %s", row.pk, type(error).__name__)  # noqa: TRY400  # its text may name somebody
            packed[row.pk] = Packed(aside=Next(State.DEAD, "unreadable", counted=False), digest=row.pk in members)
    return packed


def _packed(
    channel: ChannelName,
    row: Delivery,
    members: Sequence[Delivery],
    addressee: tuple[Contact | None, Recipient | None],
    now: dt.datetime,
) -> Packed:
    contact, recipient = addressee
    digest = bool(members)
    if contact is None or contact.consent_at is None or contact.withdrawn_at is not None:
        return Packed(aside=Next(State.FAILED, "no_consent", counted=False), digest=digest)
    if contact.barred:
        return Packed(aside=Next(State.FAILED, "barred", counted=False), shown=contact.shown, digest=digest)
    template = templates.template_of(row.notice.message.template)
    quiet = Quiet(recipient.quiet_start, recipient.quiet_end) if recipient else messages.QUIET
    until = messages.quiet_until(now, quiet) if channel in messages.DISTURBS and not template.urgent else None
    if until is not None:
        wait = int((until - now).total_seconds()) + 1
        return Packed(aside=Next(State.QUEUED, "quiet_hours", wait, counted=False))
    try:
        address = people.unseal(contact)
    except VamcoError:
        return Packed(aside=Next(State.QUEUED, "sealed", messages.STOPPED_WAIT, counted=False), digest=digest)
    language = recipient.language if recipient else "vi"
    with override(language):
        parcel = _digest(row, members, address, language) if digest else _parcel(channel, row, address, language)
    return Packed(parcel, shown=contact.shown, digest=digest)


def _parcel(channel: ChannelName, row: Delivery, address: str, language: str) -> Parcel:
    message = row.notice.message
    template = templates.template_of(message.template)
    words = template.en if language == "en" else template.vi
    values = messages.written(template, message.data, language)
    title = messages.fill(words.title, values)
    key, url = row.key.hex, settings.VAMCO_SITE_URL + (message.url or "/")
    match channel:
        case "email":
            text = f"{messages.fill(words.text, values)}\n\n{url}\n\n{_footer()}"
            return Parcel(key, address, title, text, url, template.urgent)
        case "sms":
            return Parcel(key, address, "", messages.sms(template, message.data, language), url, template.urgent)
        case "push":
            return Parcel(key, address, title, messages.fill(words.short, values), url, template.urgent)
        case "zalo":
            params = template.zalo.params if template.zalo else {}
            data = {name: messages.fill(text, values) for name, text in params.items()}
            number = template.zalo.template if template.zalo else ""
            return Parcel(key, address, title, "", url, template.urgent, number, data)


def _digest(head: Delivery, members: Sequence[Delivery], address: str, language: str) -> Parcel:
    """Give one letter with the titles of all; the words stand in the inbox."""
    every = [head, *members]
    title = ngettext("%(count)s new notice", "%(count)s new notices", len(every)) % {"count": len(every)}
    lines = [f"– {_title(row.notice.message, language)}" for row in every[:MOST_IN_DIGEST]]
    if len(every) > MOST_IN_DIGEST:
        lines.append("…")
    url = settings.VAMCO_SITE_URL + "/"
    return Parcel(head.key.hex, address, title, "\n".join([*lines, "", url, "", _footer()]), url)


def _title(message: Message, language: str) -> str:
    template = templates.template_of(message.template)
    words = template.en if language == "en" else template.vi
    return messages.fill(words.title, messages.written(template, message.data, language))


def _footer() -> str:
    return _("You get this because you agreed to be told by e-mail. You can change that in your settings.")


def _members(batch: Sequence[Delivery]) -> dict[int, list[Delivery]]:
    found: dict[int, list[Delivery]] = {}
    rows = Delivery.objects.filter(head__in=[row.pk for row in batch]).select_related("notice__message__template")
    for row in rows.order_by("pk"):
        assert row.head_id is not None  # noqa: S101  # for the type checker: asked for above
        found.setdefault(row.head_id, []).append(row)
    return found
