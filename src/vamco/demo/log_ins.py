"""Opens the demonstration's accounts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings

from vamco.demo import layer
from vamco.demo.people import PASSWORD, app_secret
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity

if TYPE_CHECKING:
    from vamco.demo.layer import LogIn

SINCE = dt.date(2025, 7, 1)


def everybody() -> list[LogIn]:
    """Give the log-ins of the pack's demonstration layer."""
    return layer.log_ins(settings.VAMCO_PACK)


def open_all() -> list[LogIn]:
    """Open every account that is not there yet, and give all of them."""
    found = everybody()
    for demo in found:
        if identity.exists(demo.username):
            continue
        person = people.add(demo.name)
        people.appoint(
            person, agencies.get(demo.agency), demo.role, since=SINCE, title=demo.title, position=demo.position
        )
        account = identity.open_account(demo.username, PASSWORD, person, demonstration=True)
        if demo.app:
            identity.publish_app(account, app_secret(demo.username))
    _record_numbers()
    return found


def _record_numbers() -> None:
    """Record the numbers of officials whom the simulated issuer of the national eID knows: they have one account with two ways in."""
    if layer.citizens_file(settings.VAMCO_PACK) is None:
        return
    for citizen in layer.citizens(settings.VAMCO_PACK):
        if citizen.official and identity.exists(citizen.official):
            people.record_number(identity.find(citizen.official).person, "citizen_id", citizen.number)
