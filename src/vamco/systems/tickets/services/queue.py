"""Taking a number, and leaving the queue."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.tickets import queries
from vamco.systems.tickets.contracts import OPEN
from vamco.systems.tickets.models import Announcement, Counter, Ticket

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person
    from vamco.systems.tickets.contracts import Channel

MOST_A_DAY: Final = 3  # numbers that one person takes by phone in one office
MOST_A_MINUTE: Final = 30  # numbers that the kiosks of one office give
# One row for each series: its lock, held to the end of the act, makes others wait, and a roll-back gives the number back.
_NUMBER = """
INSERT INTO tickets_lastnumber AS counted (office_id, letter, day, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (office_id, letter, day) DO UPDATE SET last = counted.last + 1 RETURNING last
"""


def take(office: Agency, letter: str, *, channel: Channel, person: Person | None = None) -> Ticket:
    """Take the next number of a service; who holds one in this office already gets that one again.

    Refused outside working hours, unless an open counter takes the service.
    """
    service = queries.hall(office.code).service(letter)
    if service is None:
        raise Missing("tickets.no_service", N_("There is no such service in this hall."))
    working, _next = queries.opening(office)
    if not working and letter not in queries.open_services(office):
        raise Refused("tickets.closed", N_("The office is closed now; no numbers are given."))
    with transaction.atomic():
        day = clock.today()
        if person is not None:
            _hold_person(person)
            held = queries.open_ticket(person, office)
            if held is not None:
                return held
        number = _number(office, letter, day)
        _demand_measure(office, day, person)
        now = clock.now()  # after the number, whose lock keeps the moments in the order of the numbers
        ticket = Ticket.objects.create(
            code=secrets.token_urlsafe(16),
            office=office,
            day=day,
            letter=letter,
            number=number,
            service=letter,
            channel=channel,
            person=person,
            taken_at=now,
            queued_at=now,
        )
        if person is not None:
            audit.record("tickets.take", actor=person.actor, chain=office.code, subject=f"ticket:{ticket.pk}")
    return ticket


def leave(code: str, person: Person | None = None) -> Ticket:
    """Give up a waiting ticket: whoever holds it may, and the person who took it by phone."""
    with transaction.atomic():
        ticket = Ticket.objects.select_related("office").select_for_update(of=("self",)).filter(code=code[:30]).first()
        if ticket is None or (ticket.person_id is not None and ticket.person_id != (person.pk if person else None)):
            raise Missing("tickets.no_ticket", queries.NO_TICKET)
        if ticket.state == "left":
            return ticket
        if queries.state_now(ticket) != "waiting":
            raise Refused("tickets.not_waiting", N_("This number no longer waits."))
        end(ticket, "left")
        if person is not None:
            audit.record("tickets.leave", actor=person.actor, chain=ticket.office.code, subject=f"ticket:{ticket.pk}")
    return ticket


def end(ticket: Ticket, state: str) -> None:
    """Close a ticket that the caller has locked."""
    ticket.state, ticket.ended_at = state, clock.now()
    ticket.save(update_fields=["state", "ended_at"])


def close_days() -> int:
    """Close the days before today: what is still open has expired, and nobody's name stays with a ticket. Return how many expired."""
    today = clock.today()
    with transaction.atomic():
        past = Ticket.objects.filter(day__lt=today)
        expired = past.filter(state__in=OPEN).update(state="expired")
        past.filter(person__isnull=False).update(person=None)
        past.exclude(priority_reason="").update(priority_reason="")
        Announcement.objects.filter(ticket__day__lt=today).delete()
        began = dt.timedelta(hours=16)  # nobody sits at a counter so long
        Counter.objects.filter(opened_at__lt=clock.now() - began).update(clerk=None, opened_at=None)
    return expired


def _hold_person(person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tickets person {person.pk}"])


def _number(office: Agency, letter: str, day: dt.date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [office.pk, letter, day])
        return int(cursor.fetchone()[0])


def _demand_measure(office: Agency, day: dt.date, person: Person | None) -> None:
    """Refuse numbers that nobody could need: one person's fourth of a day, or more in a minute than people can press."""
    taken = Ticket.objects.filter(office=office, day=day)
    if person is not None:
        if taken.filter(person=person).count() >= MOST_A_DAY:
            raise Refused(
                "tickets.too_many", N_("You have taken three numbers in this office today; please ask at the desk.")
            )
    elif taken.filter(person=None, taken_at__gt=clock.now() - dt.timedelta(minutes=1)).count() >= MOST_A_MINUTE:
        raise Refused("tickets.too_fast", N_("Too many numbers were taken in the last minute. Please wait a moment."))
