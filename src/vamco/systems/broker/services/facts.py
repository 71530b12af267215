"""What is passed on about a person: no more than they agreed to, as it is at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.people import public as people
from vamco.systems.broker import queries
from vamco.systems.broker.contracts import CLAIMS, NUMBER

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person
    from vamco.systems.broker.models import Grant

CONTACTS: Final[tuple[tuple[notices.ChannelName, str], ...]] = (("email", "email"), ("sms", "phone_number"))


def claims_of(grant: Grant, names: set[str]) -> dict[str, Any]:
    """Return these claims about the person of a grant; one for which there is nothing is left out."""
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
    found: dict[str, Any] = {}
    if not names & {"email", "email_verified", "phone_number", "phone_number_verified"}:
        return found
    held = notices.verified_contacts(person)
    for channel, claim in CONTACTS:
        for name, value in ((claim, held.get(channel)), (f"{claim}_verified", channel in held)):
            if name in names and channel in held:
                found[name] = value
    return found


def userinfo(grant: Grant, scopes: list[str]) -> dict[str, Any]:
    """Return what the userinfo endpoint says to the holder of a token with some scopes."""
    names = {name for name, scope in CLAIMS.items() if scope in scopes} | set(grant.userinfo_claims)
    return {"sub": str(grant.subject), **claims_of(grant, names)}
