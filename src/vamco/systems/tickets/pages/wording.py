"""Words and shapes that several pages of the halls share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from vamco.systems.tickets import queries
from vamco.web.components import Tone
from vamco.web.words import either

if TYPE_CHECKING:
    from vamco.systems.tickets.declaration import HallItem
    from vamco.systems.tickets.public import Ticket

PRIORITIES: Final = {
    "elderly": _l("Elderly person"),
    "disabled": _l("Person with a disability"),
    "pregnant": _l("Pregnant woman"),
    "child": _l("With a small child"),
    "merit": _l("Person with merit"),
    "other": _l("Other reason"),
}
STATES: Final = {
    "waiting": (Tone.ACTIVE, _l("Waiting")),
    "called": (Tone.OK, _l("Called")),
    "done": (Tone.NONE, _l("Finished")),
    "no_show": (Tone.WATCH, _l("Called, and nobody came")),
    "left": (Tone.NONE, _l("Given up by its holder")),
    "expired": (Tone.STALE, _l("No longer valid")),
}


def service(item: HallItem, letter: str) -> str:
    """Name a service of a hall."""
    found = item.service(letter)
    return either(found.name, found.name_en) if found else letter


def span(seconds: int | None) -> str:
    """Say how long, in whole minutes rounded up; a dash where nothing is known."""
    if seconds is None:
        return "–"
    minutes = math.ceil(seconds / 60)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def usual_wait(seconds: int | None) -> str:
    """Say how long people waited, or that too few were called today to say it."""
    if seconds is None:
        return _("Not enough data today to say how long it takes.")
    return _("Those called last waited about %(span)s (median).") % {"span": span(seconds)}


def ticket(found: Ticket) -> dict[str, Any]:
    """Return what a ticket's page shows; nothing of it is personal."""
    item, state = queries.hall(found.office.code), queries.state_now(found)
    tone, word = STATES[state]
    waits = state == "waiting"
    return {
        "ticket": found,
        "state": state,
        "tone": tone,
        "word": word,
        "hall": either(item.name, item.name_en),
        "service": service(item, found.service),
        "before": queries.before(found) if waits else None,
        "usual_wait": usual_wait(queries.usual_wait(found.office, found.service, found.day)) if waits else "",
    }


def qr(address: str) -> SafeString:
    """Draw a QR code of an address, black on white in any theme."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True))  # noqa: S308  # squares
