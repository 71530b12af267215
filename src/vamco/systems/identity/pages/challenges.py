"""Challenges of passkeys: bound to the session and to what they are for, of use once, for five minutes."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from vamco.systems.identity.public import Options
    from vamco.web.pages import Request

_HELD: Final = "identity.challenges"
_LASTS_S: Final = 300
_VISITOR_S: Final = 900


def ask(request: Request, purpose: str, options: Options) -> HttpResponse:
    """Answer with what the browser is asked to do, and remember its challenge."""
    held = {**request.session.get(_HELD, {})}
    held[purpose] = [base64.b64encode(options.challenge).decode(), time.time() + _LASTS_S]
    request.session[_HELD] = held
    if request.person is None:  # a visitor's session is of use for this only
        request.session.set_expiry(_VISITOR_S)
    answer = HttpResponse(options.text, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def take(request: Request, purpose: str) -> bytes:
    """Return the challenge that this session was given for a purpose, once; Refused where there is none, or it is too old."""
    held = {**request.session.get(_HELD, {})}
    found = held.pop(purpose, None)
    if found is not None:
        request.session[_HELD] = held
    if found is None or found[1] < time.time():
        raise Refused("identity.no_challenge", N_("That took too long. Please try again."))
    return base64.b64decode(found[0])
