"""Opens the demonstration's accounts."""

from __future__ import annotations

import datetime as dt

from vamco.demo.people import PASSWORD, PEOPLE, DemoPerson
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity

SINCE = dt.date(2025, 7, 1)


def open_all() -> list[DemoPerson]:
    """Open every account that is not there yet, and give all of them."""
    for demo in PEOPLE:
        if identity.exists(demo.username):
            continue
        person = people.add(demo.name)
        people.appoint(
            person, agencies.get(demo.agency), demo.role, since=SINCE, title=demo.title, position=demo.position
        )
        identity.open_account(demo.username, PASSWORD, person, demonstration=True)
    return list(PEOPLE)
