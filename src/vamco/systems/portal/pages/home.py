"""The citizen's home at `/`, and the switch to the official's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect

from vamco.web import home as homes
from vamco.web.pages import PUBLIC, SIGNED_IN, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.web.pages import Request


@page(PUBLIC)
def home(request: Request) -> HttpResponseBase:
    """Show the citizen's home; lead officials who have not switched to theirs."""
    if official := homes.leads_to(request):
        return HttpResponseRedirect(official)
    context = {group: homes.tiles(request, group) for group in homes.GROUPS}
    return render(request, "portal/home.html", context)


@page(SIGNED_IN, methods=("POST",))
def switch(request: Request) -> HttpResponseBase:
    """Switch between the citizen's and the official's home, for this session."""
    return HttpResponseRedirect(
        homes.choose(request, "citizen" if request.POST.get("side") == "citizen" else "official")
    )
