"""Dossiers for tests: a procedure that is filed here, an office with its people, and somebody who files."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.systems.onestop import queries
from vamco.systems.onestop.services import filing

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.models import Dossier, ProcedureVersion

OFFICE = "H53.25708"  # the People's Committee of Trảng Bàng ward
PROCEDURE = "1.004873"
SINCE = dt.date(2025, 7, 1)


def official(role: str, name: str, agency: str = OFFICE) -> Person:
    """Somebody with a role in an office."""
    found = people.add(name)
    people.appoint(found, agencies.get(agency), role, since=SINCE)
    return found


def citizen(name: str, number: str = "") -> Person:
    """Somebody with an account and perhaps a citizen ID."""
    found = people.add(name)
    if number:
        people.record_number(found, "citizen_id", number)
    identity.open_account(f"@{found.pk}", None, found)
    return found


def provincial(code: str = PROCEDURE, *, duty: bool = False) -> ProcedureVersion:
    """A version of a procedure that is filed here, whatever the pack says of its route; with the general result, and perhaps a duty."""
    item = queries.PROCEDURES.get(queries.PROCEDURES.newest(code))
    assert item.filing is not None
    filed = item.filing.model_copy(update={"result": "", "duty": duty})
    queries.PROCEDURES.put(code, item.model_copy(update={"route": "provincial", "filing": filed}))
    return queries.PROCEDURES.newest(code)


def dossier(applicant: Person, *, procedure: ProcedureVersion | None = None, **changes: Any) -> Dossier:
    """A dossier as it was just sent."""
    given = {
        "sending": uuid.uuid4(),
        "procedure": procedure or provincial(),
        "applicant": applicant,
        "by": applicant,
        "office": agencies.get(OFFICE),
        "channel": "online",
        "delivery": "online",
    }
    return filing.file(filing.Filed(**given | changes))
