from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.work.notices.adapters import channels
from vamco.kernel.work.notices.contracts import CHANNELS, State
from vamco.kernel.work.notices.models import Message, Notice
from vamco.kernel.work.notices.queries import templates
from vamco.kernel.work.notices.rules import messages
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from vamco.kernel.work.notices.models import TemplateVersion
    from vamco.kernel.world.people.models import Person

CHAIN: Final = "notices"
DELIVER = "notices.deliver"
DISPATCH = "notices.dispatch"
URGENT, TO_ONE, TO_MANY = 0, 1, 2
_SAY = """
INSERT INTO notices_message (key, template_id, data, about, url, at)
VALUES (%s, %s, %s::jsonb, %s, %s, %s) ON CONFLICT (key) DO NOTHING RETURNING id
"""
# Whoever has the notice already is passed over, with all its deliveries. What is to leave by which channel is judged here for all
# recipients at once: an address, consent to it, and what the person wants of the kind.
_TELL = """
WITH audience AS ({audience}),
told AS (
    INSERT INTO notices_notice (message_id, person_id) SELECT %s::bigint, audience.id FROM audience ORDER BY audience.id
    ON CONFLICT (message_id, person_id) DO NOTHING RETURNING id, person_id
),
sent AS (
    INSERT INTO notices_delivery (
        key, notice_id, channel, state, priority, next_at, attempts, doubtful, reference, reason, shown, queued_at
    )
    SELECT gen_random_uuid(), told.id, contact.channel,
        CASE WHEN wanted.digest THEN 'gathered' ELSE 'queued' END, %s::smallint,
        CASE WHEN wanted.digest THEN %s::timestamptz ELSE %s::timestamptz END,
        0, false, '', '', '', %s::timestamptz
    FROM told
    JOIN notices_contact contact ON contact.person_id = told.person_id AND contact.channel = ANY(%s::text[])
        AND contact.consent_at IS NOT NULL AND contact.withdrawn_at IS NULL AND contact.barred = ''
    JOIN notices_kind kind ON kind.code = %s::text
    LEFT JOIN notices_preference preference ON preference.person_id = told.person_id
        AND preference.channel = contact.channel AND preference.kind_id = kind.code
    CROSS JOIN LATERAL (
        SELECT coalesce(preference.choice, 'now') = 'digest' AND contact.channel = ANY(%s::text[])
            AND NOT kind.mandatory AND NOT %s::boolean AS digest
    ) wanted
    WHERE kind.mandatory OR coalesce(preference.choice, 'now') <> 'off'
    RETURNING 1
)
SELECT (SELECT count(*) FROM told), (SELECT count(*) FROM sent)
"""


def send(
    template: str,
    to: Person | Iterable[Person],
    data: Mapping[str, object] | None = None,
    *,
    key: str,
    about: str = "",
    url: str = "",
) -> int:
    """Give a notice to a person, or the same to several, inside the act's own transaction; gives how many have it anew.

    `key` names what the act says: said again, whoever has the notice does not get it a second time, by no channel. `about` is
    "kind:id", `url` a path of this site. It stands in the inbox when the act commits, and is sent to the other channels after.
    """
    persons = [to.pk] if hasattr(to, "pk") else sorted({person.pk for person in to})
    audience = "SELECT unnest(%s::bigint[]) AS id"
    return _send(template, data or {}, (audience, [persons]), TO_ONE, key=key, about=about, url=url)


def broadcast(
    template: str,
    data: Mapping[str, object] | None = None,
    *,
    to: QuerySet[Person],
    by: str,
    key: str,
    about: str = "",
    url: str = "",
) -> int:
    """Give a notice to all persons of a query at once, all or none; gives how many have it anew. `by` is a person's id or SYSTEM."""
    with transaction.atomic():
        sql, values = to.order_by().values("pk").query.sql_with_params()
        audience = f"SELECT chosen.pk AS id FROM ({sql}) AS chosen (pk)"  # noqa: S608  # both parts are Django's and ours
        told = _send(template, data or {}, (audience, list(values)), TO_MANY, key=key, about=about, url=url)
        if told:
            detail = {"template": template, "persons": told}
            audit.record("notices.broadcast", actor=by, chain=CHAIN, subject=f"message:{key}", detail=detail)
    return told


def _send(
    code: str,
    data: Mapping[str, object],
    audience: tuple[str, list[Any]],
    priority: int,
    *,
    key: str,
    about: str,
    url: str,
) -> int:
    if not connection.in_atomic_block:
        msg = "a notice belongs to the transaction of its act"
        raise transaction.TransactionManagementError(msg)
    if url and (not url.startswith("/") or url.startswith("//")):
        raise Refused("notices.foreign_url", N_("A notice leads to a page of this site only."))
    version = templates.newest(code)
    template = templates.template_of(version)
    kept = messages.checked(template, data)
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_SAY, [key, version.pk, json.dumps(kept, ensure_ascii=False), about, url, now])
        said = cursor.fetchone()
    message = said[0] if said else _said_before(key, code, kept)
    told, sent = _tell(message, version, audience, priority, now)
    if sent:
        transaction.on_commit(wake, robust=True)
    return told


def _said_before(key: str, code: str, kept: Mapping[str, str | int]) -> int:
    """Give the message that has this key already; Refused when it says something else, which nobody would then hear."""
    message = Message.objects.select_related("template").defer("template__content").get(key=key)
    if message.template.code != code or message.data != kept:
        raise Refused("notices.other_message", N_("Another notice was sent under the key %(key)s."), key=key)
    return message.pk


def _tell(
    message: int,
    version: TemplateVersion,
    audience: tuple[str, list[Any]],
    priority: int,
    now: dt.datetime,
) -> tuple[int, int]:
    """Give who gets the message anew, and how many deliveries wait for that."""
    template = templates.template_of(version)
    sql, values = audience
    served = [channel for channel in template.channels if channels.serves(channel)]
    parameters = [
        *values,
        message,
        URGENT if template.urgent else priority,
        messages.digest_at(now),
        now,
        now,
        served,
        version.kind_id,
        sorted(messages.DIGESTS),
        template.urgent,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_TELL.format(audience=sql), parameters)
        told, sent = cursor.fetchone()
    return told, sent


def wake() -> None:
    """Have the worker send what waits. Nothing is lost when this fails: the clock wakes it too."""
    jobs.later(DISPATCH, key=DISPATCH)


def dispatch() -> None:
    """Have each channel that serves send what waits for it, in a job of its own: a slow provider holds up no other."""
    for channel in CHANNELS:
        if channels.serves(channel):
            jobs.later(DELIVER, key=f"{DELIVER}:{channel}", room=f"notices.{channel}", channel=channel)


def mark_read(person: Person, *ids: int, up_to: int | None = None) -> int:
    """Note that a person has read notices of theirs, or without ids all, those that came after `up_to` excepted; gives how many."""
    unread = Notice.objects.filter(person__in=access.selves(person), read_at=None)
    if up_to is not None:
        unread = unread.filter(pk__lte=up_to)
    return (unread.filter(pk__in=ids) if ids else unread).update(read_at=clock.now())


def retry(delivery: int, *, by: str) -> None:
    """Send a dead letter on its way again; what was part of a digest goes with all of it."""
    from vamco.kernel.work.notices.models import Delivery

    with transaction.atomic():
        head = Delivery.objects.filter(pk=delivery).values_list("head", flat=True).first() or delivery
        row = Delivery.objects.select_for_update().filter(pk=head, state=State.DEAD).first()
        if row is None:
            raise Refused("notices.not_dead", N_("Only a delivery that was given up can be sent again."))
        row.state, row.attempts, row.next_at, row.ended_at = State.QUEUED, 0, clock.now(), None
        row.save(update_fields=["state", "attempts", "next_at", "ended_at"])
        audit.record("notices.retry", actor=by, chain=CHAIN, subject=f"delivery:{head}")
        transaction.on_commit(wake, robust=True)
