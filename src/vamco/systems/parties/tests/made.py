"""People, a firm and browsers that the tests of parties use."""

from __future__ import annotations

from django.test import Client

from vamco.kernel.base import clock
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.web import assurance

DIRECTOR, ACCOUNTANT, STRANGER = "072185000111", "072190000222", "072180000333"
CODE = "3900244389"


def person(name: str, number: str = "") -> people.Person:
    found = people.add(name)
    if number:
        people.record_number(found, "citizen_id", number)
    identity.open_account(f"@{found.pk}", None, found)
    return found


def firm(director: people.Person, name: str = "Công ty TNHH Vàm Cỏ Đông") -> people.Organisation:
    organisation = people.add_organisation(name, "enterprise")
    people.record_number(organisation, "enterprise_code", CODE)
    people.give_mandate(
        organisation, director, since=clock.today(), basis="DD-1", representative=True, actor=director.actor
    )
    return organisation


def browser(of: people.Person, *, level: int = 2) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(identity.Account.objects.get(person=of), backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    assurance.write(session, assurance.Assurance(level, ("pwd",), clock.now(), ""))
    session.save()
    return client
