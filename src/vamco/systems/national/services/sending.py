"""Sending: what waits of a dossier goes to the portal in order, each message until the portal has certainly taken it.

A sender may die at any line: what it was at is sent again with the same key, which the portal takes once.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as files
from vamco.systems.national.adapters.portal import NoAnswer, Turned
from vamco.systems.national.contracts import FileRef
from vamco.systems.national.models import Line, Message, Uploaded
from vamco.systems.national.rules import messages, retrying
from vamco.systems.national.services import faults
from vamco.systems.national.services.connecting import connected
from vamco.systems.national.services.lines import later
from vamco.systems.onestop import public as onestop

if TYPE_CHECKING:
    from vamco.systems.national.adapters.portal import Portal
    from vamco.systems.onestop.public import DossierAt, PaperAt

LEASE: Final = dt.timedelta(seconds=90)
_MOST: Final = 500


def send(case: int) -> int:
    """Send what waits of a dossier and is due, and return how many messages were taken. Nothing where the portal is not connected."""
    portal = connected()
    if portal is None:
        return 0
    sent = 0
    while (message := _claim(case)) is not None:
        try:
            _deliver(portal, message)
        except NoAnswer as error:
            _wait(message, error.reason)
            return sent
        except Turned as error:
            faults.park(message, error.answer)
            return sent
        _taken(message)
        sent += 1
    return sent


def sweep(limit: int = _MOST) -> int:
    """Let the worker send what is due and has no job, whatever became of it; returns of how many dossiers."""
    if connected() is None:
        return 0
    now = clock.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    due = list(
        Line.objects.filter(free, next_at__lte=now).order_by("next_at").values_list("case_id", flat=True)[:limit]
    )
    with transaction.atomic():
        for case in due:
            later(case)
    return len(due)


def _claim(case: int) -> Message | None:
    """Return the first message that waits, with its line leased; None when none is due, one is parked, or another sender is at work."""
    now = clock.now()
    with transaction.atomic():
        line = Line.objects.select_for_update().filter(case_id=case, next_at__lte=now).first()
        if line is None or (line.leased_until is not None and line.leased_until > now):
            return None
        message = line.messages.exclude(state__in=["sent", "left"]).order_by("place").first()
        if message is None or message.state == Message.State.PARKED:
            return None
        line.leased_until = now + LEASE
        line.save(update_fields=["leased_until"])
    return message


def _deliver(portal: Portal, message: Message) -> None:
    line = message.line
    told = onestop.dossier_at(line.case_id, message.seq)
    refs = _files(portal, told) if message.call in {"create", "status"} else []
    body: dict[str, Any] = messages.render(message.call, told, line.number, refs, portal.profile)  # type: ignore[arg-type]
    portal.send(message.call, body)  # type: ignore[arg-type]  # one of the three


def _files(portal: Portal, told: DossierAt) -> list[FileRef]:
    return [_upload(portal, paper) for paper in told.papers]


def _upload(portal: Portal, paper: PaperAt) -> FileRef:
    """Give the portal a file once. A sender that dies before this is written down gives it again: the same content is the same file there."""
    known = Uploaded.objects.filter(file_id=paper.file).first()
    if known is not None:
        return FileRef(known.ref, known.digest, paper.name, paper.copy)
    file = files.find(paper.file, owner="")
    if file is None:
        raise Turned(410, "file gone")
    served = files.served(file, to=None)
    ref = portal.upload(served.path, paper.name, served.media_type, paper.copy)
    Uploaded.objects.get_or_create(file=file, defaults={"ref": ref.ref, "digest": ref.digest, "at": clock.now()})
    return ref


def _taken(message: Message) -> None:
    now = clock.now()
    with transaction.atomic():
        line = Line.objects.select_for_update().get(pk=message.line_id)
        row = Message.objects.select_for_update().get(pk=message.pk)
        if row.state == Message.State.WAITING:  # not one that another sender has settled after our lease ended
            row.state, row.sent_at, row.answer = Message.State.SENT, now, ""
            row.save(update_fields=["state", "sent_at", "answer"])
        more = line.messages.filter(state=Message.State.WAITING).exists()
        line.attempts, line.reason, line.leased_until = 0, "", None
        line.next_at = now if more else None
        line.save()
        if not more:
            onestop.synchronised(line.case_id, "sent")


def _wait(message: Message, reason: str) -> None:
    """Let the line rest, longer with each failure, and have the worker come back to it."""
    with transaction.atomic():
        line = Line.objects.select_for_update().get(pk=message.line_id)
        line.attempts = min(line.attempts + 1, 30_000)
        pause = retrying.wait(line.attempts)
        line.next_at, line.leased_until, line.reason = clock.now() + pause, None, reason[:60]
        line.save()
        later(line.case_id, after=int(pause.total_seconds()))
