"""The citizen's home at `/`, the switch to the official's, and what is found by words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.systems.portal import public
from vamco.systems.portal.pages import finding
from vamco.web import home as homes
from vamco.web.components import Link
from vamco.web.pages import PUBLIC, SIGNED_IN, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.web.pages import Request

_OFFICES: Final = 1  # on the home
_ANNOUNCED: Final = 3


@page(PUBLIC)
def home(request: Request) -> HttpResponseBase:
    """Show the citizen's home; lead officials who have not switched to theirs."""
    if official := homes.leads_to(request):
        return HttpResponseRedirect(official)
    groups: tuple[homes.TileGroup, ...] = ("life", "services", "papers", "dossiers", "follow")
    context: dict[str, Any] = {
        **{group: homes.tiles(request, group) for group in groups},
        "examples": [_("register a birth"), _("open a restaurant"), _("change a driving licence")],
        "offices": public.offices(limit=_OFFICES),
        "announced": public.current()[:_ANNOUNCED],
    }
    return render(request, "portal/home.html", context)


@page(SIGNED_IN, methods=("POST",))
def switch(request: Request) -> HttpResponseBase:
    """Switch between the citizen's and the official's home, for this session."""
    side: homes.Side = "citizen" if request.POST.get("side") == "citizen" else "official"
    return HttpResponseRedirect(homes.choose(request, side))


@page(PUBLIC)
def search(request: Request) -> HttpResponseBase:
    """Show what fits the words, by kinds; or what else may be meant, and what to do where nothing fits."""
    words = finding.typed(request.GET.get("q", ""))
    kind = request.GET.get("kind", "")
    groups = finding.found(request.person, words, only=kind, after=request.GET.get("after", ""))
    context = {
        "words": words,
        "groups": groups,
        "narrowed": kind,
        "meant": [] if groups else finding.meant(request.person, words),
        "crumbs": [Link(_("Home"), "/"), Link(_("Search"), reverse("portal:search"))],
    }
    return render(request, "portal/search.html", context)
