"""What the portal itself places on the citizen's home and around every page of citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.lib.time import HCM, format_moment
from vamco.systems.portal import public
from vamco.systems.portal.contracts import ServiceMode
from vamco.web import words
from vamco.web.home import Tile

if TYPE_CHECKING:
    from vamco.web.pages import Request

_FIRST = 4  # services of the directory that stand on the home
HOTLINE = "1022"


def banners(_request: Request) -> list[Tile]:
    """Return what does not work now, or will not later today."""
    now, found = clock.now(), []
    for one in public.current():
        if one.phase == "now" or one.draft.begins.date() == now.astimezone(HCM).date():
            until = format_moment(one.draft.ends, words.language())
            begins = format_moment(one.draft.begins, words.language())
            text = (
                _("does not work until %(until)s.") % {"until": until}
                if one.phase == "now"
                else _("will not work from %(begins)s to %(until)s.") % {"begins": begins, "until": until}
            )
            label = ", ".join(words.either(vi, en) for vi, en in one.names)
            url = reverse("portal:downtime_notice", args=[one.id])
            found.append(Tile(label=label, text=text, url=url, icon="warning"))
    return found


def contacts(_request: Request) -> list[Tile]:
    """Return how to reach somebody."""
    return [
        Tile(label=_("Call 1022"), text=_("questions and reports, day and night"), url=f"tel:{HOTLINE}", icon="phone"),
        Tile(label=_("Offices and hours"), url=reverse("portal:offices"), icon="agency"),
    ]


def foot(_request: Request) -> list[Tile]:
    """Return the links below each page."""
    return [
        Tile(label=_("All services"), url=reverse("portal:services"), order=10),
        Tile(label=_("Planned downtime"), url=reverse("portal:downtime"), order=20),
        Tile(label=_("Drafts on this device"), url=reverse("portal:drafts"), order=30),
        Tile(label=_("Accessibility"), url=reverse("portal:accessibility"), order=40),
        Tile(label=_("Label of this platform"), url=reverse("portal:label"), order=50),
    ]


def services(_request: Request) -> list[Tile]:
    """Return the first services of the directory that one can go to."""
    there = [one for one in public.services() if one.url.startswith("https://")]
    return [
        Tile(
            label=words.either(one.name, one.name_en),
            text=words.either(one.purpose, one.purpose_en),
            url=one.url,
            icon="shield" if one.mode is ServiceMode.NATIONAL else "forward",
            order=60,
        )
        for one in there[:_FIRST]
    ]
