"""Halls, clerks and tickets for tests."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.systems.tickets.models import Counter
from vamco.systems.tickets.services import calling, queue

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person
    from vamco.systems.tickets.models import Ticket

OFFICE: Final = "H53.25708"  # five counters: 1 and 2 take A and B, 3 C, 4 D, 5 everything
OTHER: Final = "H53.16"
SINCE: Final = dt.date(2025, 7, 1)


def office(code: str = OFFICE) -> Agency:
    return agencies.get(code)


def clerk(name: str = "Lê Thị Cẩm Tú", agency: str = OFFICE, role: str = "onestop_clerk") -> Person:
    found = people.add(name)
    people.appoint(found, agencies.get(agency), role, since=SINCE)
    return found


def citizen(name: str = "Trần Thị Mai") -> Person:
    found = people.add(name)
    identity.open_account(f"@{found.pk}", None, found)
    return found


def counter(number: int, code: str = OFFICE) -> Counter:
    return Counter.objects.get(office__code=code, number=number)


def sat(number: int, by: Person) -> int:
    """Open a counter, and return its row's number."""
    return calling.open_counter(counter(number).pk, by).pk


def taken(letter: str = "A", code: str = OFFICE, person: Person | None = None) -> Ticket:
    return queue.take(office(code), letter, channel="phone" if person else "kiosk", person=person)
