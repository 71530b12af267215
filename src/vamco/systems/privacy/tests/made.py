"""People and requests for the tests of privacy."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.test import Client

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account
from vamco.systems.privacy import public as privacy
from vamco.web import assurance

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.people.models import Person

OFFICE, FINANCE = "H53.01", "H53.04"
SINCE = dt.date(2025, 7, 1)
TODAY = dt.date(2026, 11, 20)


def citizen(name: str = "Nguyễn Thị Lan") -> Person:
    """Somebody without a post."""
    return people.add(name)


def official(agency: str = OFFICE, name: str = "Phan Thị Ánh Tuyết", role: str = "data_protection") -> Person:
    """Somebody who answers requests in an agency."""
    found = people.add(name)
    people.appoint(found, agencies.get(agency), role, since=SINCE)
    return found


def asked(person: Person, right: str = "know", *, text: str = "Xin cho biết.", agency: str = OFFICE) -> Case:
    """A request about one's own data."""
    return privacy.ask(
        person, privacy.Right(right), text=text, key=uuid.uuid4(), by=person, agency=agencies.get(agency)
    )


def reader(who: Person, *, level: int = 2, language: str = "vi") -> Client:
    """The browser of somebody who has signed in so surely."""
    client = Client()
    account = Account.objects.filter(person=who).first()
    account = account or identity.open_account(f"p{who.pk}", "không-cần-nhớ-2026", who)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    assurance.write(session, assurance.Assurance(level, ("pwd", "otp"), clock.now(), ""))
    session.save()
    client.cookies["vamco_language"] = language
    return client
