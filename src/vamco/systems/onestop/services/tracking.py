"""Following a dossier without signing in: its number, and the last digits of the telephone number that was stated in it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_, Missing, Named
from vamco.systems.identity import public as identity
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.services import following

if TYPE_CHECKING:
    import datetime as dt

DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """What anybody with number and digits sees: no name, no answer, no paper, no official."""

    number: str
    procedure: str
    state: Named
    office: Named
    agency: Named
    sent_at: dt.datetime
    received_at: dt.datetime | None
    due_at: dt.datetime | None
    open: bool
    waits: bool


def look_up(number: str, digits: str, *, network: str) -> Seen:
    """Return where a dossier stands. One answer for a wrong number and wrong digits; Refused after too many from a network."""
    with identity.counted_try("onestop.track", network), identity.counted_try(f"track:{number[:40].upper()}", "*"):
        found = (
            Dossier.objects.filter(number=number.upper()).select_related("case__kind", "case__agency", "office").first()
        )
        known = found.phone[-DIGITS:] if found else ""
        right = len(known) == DIGITS and digits.isascii() and hmac.compare_digest(known, digits)
        if found is None or not right:
            raise Missing("onestop.not_tracked", N_("There is no dossier with this number and these digits."))
    case = found.case
    running = case.open and found.received_at is not None and case.state != "ready"
    return Seen(
        number=found.number,
        procedure=case.title,
        state=following.state_name(case),
        office=Named(found.office.name, found.office.name_en),
        agency=Named(case.agency.name, case.agency.name_en),
        sent_at=found.sent_at,
        received_at=found.received_at,
        due_at=case.due_at if running else None,
        open=case.open,
        waits=case.state in following.WAITS,
    )
