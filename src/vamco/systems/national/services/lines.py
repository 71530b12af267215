"""What the portal is to be told: one message for each call about each act, put down in the transaction that hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.systems.national.models import Line, Message
from vamco.systems.national.rules import messages
from vamco.systems.onestop import public as onestop

if TYPE_CHECKING:
    from vamco.systems.national.contracts import Call

SEND = "national.send"


def put(case: int, number: str, seq: int) -> None:
    """Put down what the portal is to be told of a dossier up to an act, each once, in whatever order the news comes.

    News of a later act brings the earlier ones with it, so that none is told before what happened first.
    """
    with transaction.atomic():
        Line.objects.get_or_create(case_id=case, defaults={"number": number})
        line = Line.objects.select_for_update().get(case_id=case)
        if line.told >= seq:
            return
        place = line.messages.count()
        rows = []
        for each, at, before, after in onestop.acts_upto(case, seq):
            if each <= line.told:
                continue
            for call in _calls(before, after, line):
                place += 1
                key = messages.key_of(line.number, each, call)
                rows.append(Message(line=line, place=place, seq=each, call=call, key=key, at=at))
        Message.objects.bulk_create(rows)
        line.told = seq
        if rows and line.next_at is None and not line.messages.filter(state=Message.State.PARKED).exists():
            line.next_at = clock.now()
        line.save()
        if rows:
            onestop.synchronised(case, "waiting" if line.next_at else "failed")
            later(case)


def later(case: int, *, after: int = 0) -> None:
    """Let the worker send what waits of a dossier, if and only if the present transaction commits."""
    jobs.later(SEND, key=f"{SEND}:{case}", after=after, case=case)


def _calls(before: int, after: int, line: Line) -> list[Call]:
    return messages.calls_of("open" if before == 0 else "", before, after, first=not line.arrived)
