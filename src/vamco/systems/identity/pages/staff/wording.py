"""How posts, roles and accounts are named on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.lib.time import format_date
from vamco.systems.identity.rules import staff as rules
from vamco.web import words
from vamco.web.components import Tone

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.access.public import RoleView
    from vamco.kernel.world.people.public import Membership, Substitution
    from vamco.web.components import Text

ACCOUNT: Final[dict[str, tuple[Tone, Text]]] = {
    "none": (Tone.NONE, _l("No account")),
    "invited": (Tone.WATCH, _l("Invited, not opened yet")),
    "active": (Tone.OK, _l("Open")),
    "locked": (Tone.URGENT, _l("Locked")),
}
STANDING: Final[dict[str, tuple[Tone, Text]]] = {
    "now": (Tone.OK, _l("In office")),
    "future": (Tone.WATCH, _l("Begins later")),
    "past": (Tone.NONE, _l("Ended")),
}


def day(value: dt.date) -> str:
    """Write a day in the reader's language."""
    return format_date(value, words.language())


def role(code: str, roles: dict[str, RoleView] | None = None) -> str:
    """Name a role; one that the pack no longer has by its code."""
    found = (roles if roles is not None else access.roles()).get(code)
    return words.either(found.name, found.name_en) if found else code


def agency(of: object) -> str:
    """Name an agency."""
    return words.either(of.name, of.name_en)  # type: ignore[attr-defined]


def post(of: Membership, roles: dict[str, RoleView] | None = None) -> str:
    """Name a post in one line: what somebody is, and where."""
    return f"{office(of) or role(of.role, roles)}, {agency(of.agency)}"


def office(of: Membership) -> str:
    """Name position or title of a post; "" where it has neither."""
    if of.title:
        return of.title
    return words.either(of.position.name, of.position.name_en) if of.position else ""


def standing(of: Membership | Substitution) -> tuple[Tone, Text]:
    """Return how a span of days stands today, as a badge."""
    if of.valid_to is not None and of.valid_to < of.valid_from:
        return Tone.NONE, _("Called off")
    return STANDING[rules.standing(of.valid_from, of.valid_to, clock.today())]


def span(since: dt.date, until: dt.date | None) -> str:
    """Write a span of days."""
    if until is None:
        return _("from %(since)s") % {"since": day(since)}
    return _("from %(since)s to %(until)s") % {"since": day(since), "until": day(until)}
