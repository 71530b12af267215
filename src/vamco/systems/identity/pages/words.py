"""What the pages of one's own account say of a sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vamco.lib.errors import N_
from vamco.systems.identity import public

if TYPE_CHECKING:
    import datetime as dt

_ENDED = {
    "left": N_("You logged out"),
    "ended": N_("Ended on this page"),
    "expired": N_("Expired by itself"),
    "replaced": N_("Replaced by a newer one"),
    "locked": N_("The account was locked"),
    "recovered": N_("The account was recovered at the counter"),
    "merged": N_("Two accounts were merged"),
}


@dataclass(frozen=True)
class Line:
    """A sign-in in words."""

    sid: str
    browser: str
    network: str
    how: str
    level: int
    at: dt.datetime
    here: bool = False
    failed: bool = False
    ended: str = ""
    ended_at: dt.datetime | None = None


def stay(found: public.StayView, *, here: str) -> Line:
    """Say where and how somebody is or was signed in. `here`: the stay of who reads it."""
    return Line(
        sid=found.sid,
        browser=browser(found.browser),
        network=network(found.network),
        how=method(found.methods, found.issuer),
        level=found.level,
        at=found.began_at,
        here=bool(here) and found.sid == here,
        ended=_(_ENDED.get(found.ended_why, "")) if found.ended_at and found.ended_why in _ENDED else "",
        ended_at=found.ended_at,
    )


def past(found: public.Past, *, here: str) -> Line:
    """Say what happened: a sign-in, or a log-in that failed."""
    if found.stay is not None:
        return stay(found.stay, here=here)
    return Line("", browser(found.browser), network(found.network), "", 0, found.at, failed=True)


def browser(recognised: str) -> str:
    """Say which browser it was, as people recognise it."""
    name, system = public.browser_parts(recognised)
    if not name:
        return _("Unknown browser")
    return pgettext("browser", "%(browser)s on %(system)s") % {"browser": name, "system": system} if system else name


def network(found: str) -> str:
    """Say from which network, without the last part of the address."""
    masked = public.masked_network(found)
    return _("network %(network)s") % {"network": masked} if masked else _("unknown network")


def method(methods: tuple[str, ...], issuer: str) -> str:
    """Say by what means somebody signed in."""
    if issuer:
        return _("National eID")
    if "hwk" in methods or "swk" in methods:
        return _("Passkey after the password") if "pwd" in methods else _("Passkey")
    return _("Password and code from the app") if "otp" in methods else _("Password")
