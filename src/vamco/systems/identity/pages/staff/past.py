"""What was done to an official's posts and account, as a timeline."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.systems.identity.pages.staff import wording
from vamco.systems.identity.queries import staff as queries
from vamco.web import words
from vamco.web.components import Entry, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.kernel.base.audit.public import Seen
    from vamco.kernel.world.people.public import Person
    from vamco.web.components import Text

ACTS: Final[dict[str, tuple[Text, Tone]]] = {
    "people.add": (_l("Entered in the register"), Tone.NONE),
    "people.appoint": (_l("Appointed"), Tone.OK),
    "people.dismiss": (_l("Post ended"), Tone.WARNING),
    "people.substitute": (_l("Substitute named"), Tone.ACTIVE),
    "people.end_substitution": (_l("Substitution ended earlier"), Tone.ACTIVE),
    "identity.open_account": (_l("Account opened"), Tone.OK),
    "identity.rename": (_l("Account name given"), Tone.NONE),
    "identity.issue_link": (_l("One-time link issued"), Tone.ACTIVE),
    "identity.accept_link": (_l("One-time link used"), Tone.OK),
    "identity.set_up_second_factor": (_l("Second factor set up"), Tone.OK),
    "identity.remove_second_factor": (_l("Second factor removed"), Tone.WARNING),
    "identity.remove_official_ways": (_l("Official ways of signing in removed"), Tone.WARNING),
    "identity.reset": (_l("Password and sessions ended"), Tone.WARNING),
    "identity.lock": (_l("Account locked"), Tone.URGENT),
    "identity.unlock": (_l("Account unlocked"), Tone.OK),
}


def timeline(person: Person) -> list[Entry]:
    """Return the history, the newest first: who did what, on what decision."""
    found = [each for each in queries.history(person) if each.act in ACTS]
    names = people.by_id({int(each.actor) for each in found if each.actor.isdigit()})
    roles = access.roles()
    agency_names = words.agency_names(code for each in found if isinstance(code := each.detail.get("agency"), str))
    return [_entry(each, names, roles, agency_names) for each in found]


def _entry(each: Seen, names: Mapping[int, Person], roles: dict[str, Any], agency_names: Mapping[str, str]) -> Entry:
    title, tone = ACTS[each.act]
    by = names.get(int(each.actor)) if each.actor.isdigit() else None
    reason = _("The last post has ended.") if each.purpose == "left" else each.purpose
    return Entry(
        title=title,
        at=each.at,
        who=by.name if by else _("the platform"),
        text=_said(each, roles, agency_names),
        note=reason,
        tone=tone,
    )


def _said(each: Seen, roles: dict[str, Any], agency_names: Mapping[str, str]) -> str:
    detail = each.detail
    parts = []
    if "role" in detail:
        parts.append(wording.role(str(detail["role"]), roles))
    if "agency" in detail:
        parts.append(agency_names.get(str(detail["agency"]), str(detail["agency"])))
    since, until = _day(detail.get("since")), _day(detail.get("until"))
    if since is not None:
        parts.append(wording.span(since, until))
    elif until is not None:
        parts.append(_("last day %(day)s") % {"day": wording.day(until)})
    return ", ".join(parts)


def _day(text: object) -> dt.date | None:
    return dt.date.fromisoformat(text) if isinstance(text, str) and text else None
