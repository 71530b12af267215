"""What is passed on about a person: no more than they agreed to, as it is at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.people import public as people
from vamco.systems.broker import queries
from vamco.systems.broker.contracts import CLAIMS, NUMBER

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person
    from vamco.systems.broker.models import Grant


def claims_of(grant: Grant, names: set[str]) -> dict[str, Any]:
    """Return these claims about the person of a grant; one for which there is nothing is left out."""
    if not names:
        return {}  # most id tokens say nothing of the person: who asks gets it from userinfo
    person, found = grant.person, dict[str, Any]()
    if "name" in names:
        found["name"] = person.name
    found |= _contacts(person, names)
    if "post" in names:
        found["post"] = queries.posts(person)
    if NUMBER in names and grant.level >= 2:  # noqa: PLR2004  # of NĐ 69/2024
        number = people.disclose_number(person, "citizen_id", to=f"client:{grant.client.code}")
        found |= {NUMBER: number} if number else {}
    return found


def _contacts(person: Person, names: set[str]) -> dict[str, Any]:
    """Return what a person has shown to be theirs, and that it is; numbers as E.164 writes them."""
    if not names & {"email", "email_verified", "phone_number", "phone_number_verified"}:
        return {}
    held = notices.verified_contacts(person)
    found: dict[str, Any] = {"email": held.get("email")}
    if "sms" in held:
        found["phone_number"] = f"+{held['sms']}"
    shown = {name: value for name, value in found.items() if value}
    shown |= {f"{name}_verified": True for name in shown}
    return {name: value for name, value in shown.items() if name in names}


def userinfo(grant: Grant, scopes: list[str]) -> dict[str, Any]:
    """Return what the userinfo endpoint says to the holder of a token with some scopes."""
    names = {name for name, scope in CLAIMS.items() if scope in scopes} | set(grant.userinfo_claims)
    return {"sub": str(grant.subject), **claims_of(grant, names)}
