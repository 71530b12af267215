"""For whom the reader acts in this session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from vamco.web import principal
from vamco.web.pages import SIGNED_IN, Request, page

if TYPE_CHECKING:
    from django.http import HttpResponseBase


@page(SIGNED_IN, methods=("POST",))
def acting(request: Request) -> HttpResponseBase:
    """Act for a principal from now on, or for oneself again, and go back."""
    code = request.POST.get("principal", "")
    found = principal.choose(request, code)
    if code and found is None:
        messages.error(request, _("You hold no mandate of theirs that is in force today."))
    elif found is not None:
        messages.success(request, _("You act for %(name)s now.") % {"name": found.name})
    else:
        messages.success(request, _("You act for yourself again."))
    target = request.POST.get("next", "")
    inside = target.startswith("/") and url_has_allowed_host_and_scheme(target, {request.get_host()})
    return HttpResponseRedirect(target if inside else reverse("parties:mandates"))
