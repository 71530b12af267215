"""How surely it is known who is signed in: the level, by what means, and when. Source: NĐ 69/2024/NĐ-CP (levels 1 and 2).

Identity writes it into the session when somebody signs in or confirms again; a page asks for what it needs with
`@page(…, level=2, within=…)`, and who has less is led to confirm and back, with what they had typed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.http import HttpResponseRedirect

from vamco.kernel.base import clock
from vamco.lib.errors import N_, Unavailable
from vamco.web import addresses

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest, HttpResponseBase

_HELD: Final = "assurance"  # in the session
_KEPT: Final = "assurance.kept"  # in the session: what was sent to a page that asks for more
MOST_KEPT: Final = 256 << 10  # bytes of what was sent


@dataclass(frozen=True, slots=True)
class Assurance:
    """What is known of a sign-in. `methods` as in RFC 8176 (pwd, otp, hwk, swk, user, pin, mfa); `sid` names the stay."""

    level: int
    methods: tuple[str, ...]
    at: dt.datetime
    sid: str

    def meets(self, level: int, within: dt.timedelta | None, *, now: dt.datetime) -> bool:
        """Whether this is at least a level, and not older than `within`."""
        return self.level >= level and (within is None or now - self.at <= within)


NONE: Final = Assurance(0, (), dt.datetime(1970, 1, 1, tzinfo=dt.UTC), "")


def of(request: HttpRequest) -> Assurance:
    """Return how surely it is known who sends a request; NONE for a visitor. A session from before levels were kept has level 1."""
    if getattr(request, "person", None) is None:
        return NONE
    held = request.session.get(_HELD)
    if not held:
        return Assurance(1, ("pwd",), NONE.at, "")
    return Assurance(held["level"], tuple(held["methods"]), dt.datetime.fromisoformat(held["at"]), held["sid"])


def write(session: SessionBase, found: Assurance) -> None:
    """Write into a session what is known from now on."""
    session[_HELD] = {
        "level": found.level,
        "methods": list(found.methods),
        "at": found.at.isoformat(),
        "sid": found.sid,
    }


def lead_to_confirm(request: HttpRequest, level: int, within: dt.timedelta | None) -> HttpResponseBase | None:
    """Return the way to the page that asks for more, None where what is known suffices. What was sent to the page is kept."""
    if of(request).meets(level, within, now=clock.now()):
        return None
    page = addresses.to("step_up")
    if not page:
        raise Unavailable("web.no_step_up", N_("This page needs a surer sign-in, which this site does not offer."))
    target = request.get_full_path()
    if request.method == "POST":
        _keep(request, target)
    seconds = "" if within is None else str(int(within.total_seconds()))
    return HttpResponseRedirect(f"{page}?{urlencode({'next': target, 'level': level, 'within': seconds})}")


def take_kept(request: HttpRequest, target: str) -> list[tuple[str, str]] | None:
    """Return the fields that were sent to a page before more was asked, once; None where nothing was."""
    kept: dict[str, Any] | None = request.session.get(_KEPT)
    if not kept or kept["target"] != target:
        return None
    del request.session[_KEPT]
    return [(name, value) for name, value in kept["fields"]]


def _keep(request: HttpRequest, target: str) -> None:
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    fields = [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]
    if sum(len(name) + len(value) for name, value in fields) <= MOST_KEPT:
        request.session[_KEPT] = {"target": target, "fields": fields}
