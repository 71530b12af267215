from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Missing
from vamco.systems.tickets.contracts import CALL, MANAGE, OPEN, TicketView, Waited
from vamco.systems.tickets.declaration import HallItem
from vamco.systems.tickets.models import Announcement, Counter, Device, HallVersion, Ticket
from vamco.systems.tickets.rules import figures as counting
from vamco.systems.tickets.rules import queueing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person
    from vamco.systems.tickets.contracts import Figures


def _no_hall(_code: str = "") -> Missing:
    return Missing("tickets.no_hall", N_("This office has no hall in which numbers are called."))


HALLS: Final = packs.Versioned[HallVersion, HallItem, HallItem](HallVersion, HallItem, missing=_no_hall)
NO_TICKET: Final = N_("There is no such ticket.")
_ORDER: Final = ("-priority", "queued_at", "id")  # as `queueing.place` has it
_CALLS: Final = dt.timedelta(minutes=2)


# ── halls and counters ───────────────────────────────────────────────────────────────────────────────────────────────


def hall(office: str) -> HallItem:
    """Return the hall of an office by its code, or Missing."""
    found = _open_halls().get(office)
    if found is None:
        raise _no_hall()
    return found


def halls() -> list[HallItem]:
    """Return all halls, by name."""
    return sorted(_open_halls().values(), key=lambda each: each.name)


def has_hall(office: str) -> bool:
    """Return whether numbers are called in an office."""
    return office in _open_halls()


def _open_halls() -> dict[str, HallItem]:
    found = HALLS.get_all(HALLS.in_force().values())
    return {each.agency: each for each in found if not each.closed}


def halls_of(person: Person, act: str) -> list[HallItem]:
    """Return the halls in which a person may do an act."""
    reach = access.reach(person, act)
    return [each for each in halls() if reach.covers(each.agency)]


def counter(number: int, person: Person) -> Counter:
    """Return a counter by its row, for whoever may call in its office; Missing otherwise."""
    found = Counter.objects.select_related("office", "clerk").filter(pk=number).first()
    if found is None or not access.allow(person, CALL, found.office) or not has_hall(found.office.code):
        raise Missing("tickets.no_counter", N_("There is no such counter."))
    return found


def counters(office: Agency) -> list[Counter]:
    """Return the counters of an office that its hall still has, by number."""
    known = {each.number for each in hall(office.code).counters}
    return list(Counter.objects.filter(office=office, number__in=known).select_related("clerk").order_by("number"))


def own_counter(person: Person) -> Counter | None:
    """Return the counter that a person sits at."""
    return Counter.objects.select_related("office").filter(clerk=person).first()


def open_services(office: Agency) -> frozenset[str]:
    """Return the letters of the services that an open counter takes now."""
    item = hall(office.code)
    taken = Counter.objects.filter(office=office, clerk__isnull=False).values_list("number", flat=True)
    return frozenset(letter for each in item.counters if each.number in set(taken) for letter in each.services)


def opening(office: Agency) -> tuple[bool, dt.datetime | None]:
    """Return whether the office keeps working time now, and when it begins next."""
    now, calendar = clock.now(), worktime.calendar_of(office)
    return queueing.is_open(calendar, now, clock.today()), queueing.opens_next(calendar, now)


# ── tickets ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def view(ticket: Ticket) -> TicketView:
    """Return a ticket as others see it."""
    return TicketView(
        ticket.code,
        ticket.text,
        ticket.office.code,
        ticket.service,
        state_now(ticket),
        ticket.counter,
        ticket.subject,
        ticket.taken_at,
    )


def state_now(ticket: Ticket) -> str:
    """Return the state; what was left open on an earlier day has expired, whether the day was closed or not."""
    return "expired" if ticket.state in OPEN and ticket.day < clock.today() else ticket.state


def by_code(code: str) -> Ticket:
    """Return a ticket by its code, or Missing."""
    found = Ticket.objects.select_related("office").filter(code=code[:30]).first()
    if found is None:
        raise Missing("tickets.no_ticket", NO_TICKET)
    return found


def open_ticket(person: Person, office: Agency) -> Ticket | None:
    """Return the ticket that a person holds in an office today."""
    held = Ticket.objects.select_related("office").filter(person=person, office=office, state__in=OPEN)
    return held.filter(day=clock.today()).first()


def held_by(person: Person) -> list[Ticket]:
    """Return all tickets that a person holds today."""
    held = Ticket.objects.select_related("office").filter(person=person, state__in=OPEN, day=clock.today())
    return list(held.order_by("taken_at"))


def waiting(office: Agency) -> list[Ticket]:
    """Return who waits in an office today, in the order in which they are called."""
    return list(Ticket.objects.filter(office=office, day=clock.today(), state="waiting").order_by(*_ORDER))


def waiting_for(counter: Counter) -> list[Ticket]:
    """Return who waits for a counter, in order."""
    item = hall(counter.office.code).counter(counter.number)
    letters = item.services if item else ()
    found = Ticket.objects.filter(office=counter.office, day=clock.today(), state="waiting")
    return list(found.filter(fitting(counter.number, letters)).order_by(*_ORDER))


def fitting(number: int, letters: Sequence[str]) -> Q:
    """Return the condition on tickets that a counter takes, as `queueing.fits` has it."""
    return Q(only_counter=number) | Q(only_counter=0, service__in=list(letters))


def before(ticket: Ticket) -> int:
    """Return how many of the same service are called before a waiting ticket."""
    ahead = Q(queued_at__lt=ticket.queued_at) | Q(queued_at=ticket.queued_at, pk__lt=ticket.pk)
    same = Q(priority=True) & ahead if ticket.priority else Q(priority=True) | ahead
    queue = Ticket.objects.filter(office=ticket.office_id, day=ticket.day, state="waiting", service=ticket.service)
    return queue.filter(same).exclude(pk=ticket.pk).count()


def usual_wait(office: Agency, service: str, day: dt.date) -> int | None:
    """Return the median wait in seconds of the last who were called for a service on a day; None: too few to say."""
    last = Ticket.objects.filter(office=office, day=day, service=service, called_at__isnull=False)
    return counting.usual_wait(_waited(last.order_by("-called_at")[: counting.LAST]))


def at_counter(counter: Counter) -> Ticket | None:
    """Return the ticket that was called to a counter and is not finished."""
    found = Ticket.objects.filter(office=counter.office, day=clock.today(), counter=counter.number, state="called")
    return found.select_related("office").first()


def serving(person: Person) -> TicketView | None:
    """Return the ticket of whoever stands at the counter of a clerk now; None when nobody does."""
    sits = own_counter(person)
    found = at_counter(sits) if sits else None
    return view(found) if found else None


def figures(office: Agency, day: dt.date) -> Figures:
    """Return the figures of a hall's day: ready for a dataset, for they name nobody."""
    return counting.figures(_waited(Ticket.objects.filter(office=office, day=day)), clock.now())


def _waited(rows: object) -> list[Waited]:
    return [
        Waited(row.service, state_now(row), row.taken_at, row.called_at, row.ended_at)
        for row in rows  # type: ignore[attr-defined]
    ]


# ── screens ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Hall:
    """What a screen shows: calls of the last minutes in order, who is at which counter, and how many wait for what."""

    calls: list[Announcement]
    current: Announcement | None
    at_counters: list[Ticket]
    waiting: dict[str, list[Ticket]]


def screen(office: Agency) -> Hall:
    """Return what the screens of an office show now."""
    now, today = clock.now(), clock.today()
    calls = Announcement.objects.filter(office=office, ends_at__gt=now - _CALLS, ticket__day=today)
    found = list(calls.select_related("ticket").order_by("id"))
    standing = Ticket.objects.filter(office=office, day=today, state="called").order_by("counter")
    by_service: dict[str, list[Ticket]] = {each.letter: [] for each in hall(office.code).services}
    for ticket in waiting(office):
        by_service.setdefault(ticket.service, []).append(ticket)
    current = next((each for each in found if each.begins_at <= now < each.ends_at), None)
    return Hall(found, current, list(standing), by_service)


def device(secret: str, kind: str) -> Device | None:
    """Return the device of a kind that knows a secret, None for one that was revoked or is not known."""
    found = Device.objects.select_related("office").filter(digest=digest(secret), kind=kind, revoked_at=None).first()
    return found if found and has_hall(found.office.code) else None


def digest(secret: str) -> str:
    """Return what a secret is found by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def devices(office: Agency) -> list[Device]:
    """Return the devices of an office that are in use."""
    return list(Device.objects.filter(office=office, revoked_at=None).order_by("kind", "name", "pk"))


def managed(person: Person, office: str) -> Agency:
    """Return an office whose hall a person manages; Missing otherwise."""
    found = agencies.find(office)
    if found is None or not has_hall(office) or not access.allow(person, MANAGE, found):
        raise _no_hall()
    return found
