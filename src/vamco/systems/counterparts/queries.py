from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from vamco.kernel.world.people import public as people
from vamco.systems.counterparts.contracts import Parcel, TaxAnswer
from vamco.systems.counterparts.models import Content, Question, Shipment, TaxReply

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person


def content(of: str) -> dict[str, Any]:
    """Return what a row holds, opened; {} when it was thrown away."""
    row = Content.objects.filter(of=of).first()
    return dict(json.loads(people.unseal(row))) if row else {}


def tax_answers(subject: str) -> list[TaxAnswer]:
    """Return all answers of the tax office about a subject, by message and number."""
    rows = TaxReply.objects.select_related("message").filter(message__subject=subject).order_by("message", "number")
    return [answer(row) for row in rows]


def answer(row: TaxReply) -> TaxAnswer:
    """Return an answer with its content."""
    message = row.message
    data = content(f"reply:{row.pk}")
    return TaxAnswer(message.key, message.subject, message.kind, row.number, row.state, data, row.at)


def parcels(subject: str) -> list[Parcel]:
    """Return the parcels of a subject, oldest first."""
    return [parcel(row) for row in Shipment.objects.filter(subject=subject).order_by("pk")]


def parcel(row: Shipment) -> Parcel:
    """Return a parcel as others see it."""
    states = tuple((state, dt.datetime.fromisoformat(moment)) for state, moment in row.states)
    return Parcel(row.key, row.subject, row.tracking, row.state, row.fee, states)


def doubtful(person: Person, since: dt.datetime) -> Question | None:
    """Return the newest question about a person since a moment whose answer had a doubt that nobody has reported."""
    asked = Question.objects.filter(about=person, asked_at__gte=since, reported_at=None).exclude(doubts=[])
    return asked.order_by("-asked_at").first()
