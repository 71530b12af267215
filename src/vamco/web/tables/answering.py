"""A listing answers: as a page, as a file, and when something is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused
from vamco.web.pages import render
from vamco.web.tables import downloads, rules, views
from vamco.web.tables.drawing import FORMATS, Drawn

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.models import Person
    from vamco.web.pages import Request
    from vamco.web.tables.contracts import Act, Listing, Outcome

METHODS: Final = ("GET", "HEAD", "POST")
MOST_PICKED: Final = 500
_TOLD: Final = 5  # refusals that are named one by one


def answer(
    request: Request, listing: Listing, template: str, context: dict[str, Any] | None = None
) -> HttpResponseBase:
    """Answer all that a reader asks of a listing. The page declares `methods=tables.METHODS`; its template draws `{% listing drawn %}`."""
    if request.method == "POST":
        return _do(request, listing)
    drawn = Drawn(listing, request)
    if request.GET.get("export") in FORMATS and listing.exports:
        return downloads.listing_file(request, drawn, request.GET["export"])
    return render(request, template, {**(context or {}), "drawn": drawn})


# ── when something is to be done ──


def _do(request: Request, listing: Listing) -> HttpResponseBase:
    drawn = Drawn(listing, request)
    task = request.POST.get("task", "")
    back = drawn.here
    if task == "save-view":
        view = views.save(
            _somebody(request), listing.code, request.POST.get("name", ""), rules.address(drawn.state.from_the_start())
        )
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    elif task == "drop-view":
        name = views.drop(_somebody(request), listing.code, request.POST.get("view", ""))
        messages.success(request, _("The view “%(name)s” is removed.") % {"name": name})
    else:
        act = next((act for act in listing.acts if act.code == task), None)
        if act is None:
            raise Missing("tables.no_act", N_("This cannot be done here."))
        return _act(request, drawn, act)
    return HttpResponseRedirect(back)


def _somebody(request: Request) -> Person:
    if request.person is None:
        raise Refused("tables.nobody", N_("Log in to keep views of your own."))
    return request.person


def _act(request: Request, drawn: Drawn, act: Act) -> HttpResponseBase:
    """Do an act on the picked rows; without confirmation, or with a wrong answer in its form, ask first."""
    if act.act:
        access.demand(cast("Person", request.person), act.act)
    picked = tuple(dict.fromkeys(key for key in request.POST.getlist("pick") if key))
    if not picked:
        raise Refused("tables.nothing_picked", N_("Nothing was chosen. Tick the rows first."))
    if len(picked) > MOST_PICKED:
        raise Refused("tables.too_many", N_("At most %(most)s rows at once. Choose fewer."), most=MOST_PICKED)
    confirmed = request.POST.get("confirmed") == act.code
    form = act.form(request.POST if confirmed else None) if act.form else None
    if not confirmed or (form is not None and not form.is_valid()):
        context = {"drawn": drawn, "act": act, "form": form, "picked": picked, "count_said": _chosen(len(picked))}
        return render(request, "web/confirm.html", context, status=422 if confirmed else 200)
    _tell(request, act, act.run(request.person, picked, form.cleaned_data if form else {}))
    return HttpResponseRedirect(drawn.here)


def _chosen(count: int) -> str:
    return ngettext("%(count)s row chosen", "%(count)s rows chosen", count) % {"count": count}


def _tell(request: Request, act: Act, outcome: Outcome) -> None:
    """Say what was done and what was not, and why."""
    if outcome.done:
        said = ngettext("%(act)s: done for %(count)s row.", "%(act)s: done for %(count)s rows.", outcome.done)
        messages.success(request, said % {"act": act.label, "count": outcome.done})
    for name, reason in outcome.refused[:_TOLD]:
        messages.warning(request, _("%(name)s was left as it is: %(reason)s") % {"name": name, "reason": reason})
    if (rest := len(outcome.refused) - _TOLD) > 0:
        said = ngettext("%(count)s more row was left as it is.", "%(count)s more rows were left as they are.", rest)
        messages.warning(request, said % {"count": rest})
