"""Adding a camera: where its pictures come from, where it stands, whose it is, how long what it saw is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as world
from vamco.systems.traffic.contracts import MANAGE
from vamco.systems.traffic.pages import places
from vamco.systems.traffic.services import adding
from vamco.web.acting import NOTHING_SENT, Refusal, attempt, set_choices
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import either

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person


class CameraForm(forms.Form):
    """A camera."""

    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9_-]*$",
        label=_l("Code of the camera"),
        max_length=40,
        help_text=_l("Small letters, digits, “-” and “_”, such as ta-hung-vuong. It stays as it is."),
        error_messages={"invalid": _l("Use small letters, digits, “-” and “_”.")},
    )
    name = forms.CharField(label=_l("Where it stands, in Vietnamese"), max_length=150)
    name_en = forms.CharField(label=_l("The same in English"), max_length=150)
    source = forms.CharField(
        label=_l("Address of its pictures"),
        max_length=300,
        help_text=_l("rtsp://…, http://…, or file:…; it is shown to nobody afterwards."),
    )
    view = forms.CharField(label=_l("What it looks at"), max_length=200, required=False)
    place = forms.ChoiceField(label=_l("Commune or ward"))
    lat = forms.FloatField(
        label=_l("Latitude (WGS 84)"), min_value=-90, max_value=90, help_text=_l("As maps show it, such as 10.5372.")
    )
    lon = forms.FloatField(label=_l("Longitude (WGS 84)"), min_value=-180, max_value=180)
    agency = forms.ChoiceField(label=_l("Owner, who handles its violations"))
    use = forms.ChoiceField(
        label=_l("Use"), choices=[("street", _l("Road")), ("hall", _l("Reception hall: counts only"))]
    )
    hall = forms.CharField(
        label=_l("Code of the office whose hall it looks at"),
        max_length=35,
        required=False,
        help_text=_l("Of a road: empty."),
    )
    days = forms.IntegerField(
        label=_l("Days for which passages and pictures are kept"),
        min_value=1,
        max_value=3650,
        initial=30,
        help_text=_l(
            "The law names no number of days: keep them no longer than needed (Luật 91/2025/QH15, Đ. 32; not verified)."
        ),
    )


@page(MANAGE, methods=("GET", "HEAD", "POST"))
def add(request: Request) -> HttpResponseBase:
    """Ask for a camera, and add it; its drawing comes next."""
    person = signed_in(request)
    form, refusal = CameraForm(request.POST if request.method == "POST" else None), NOTHING_SENT
    _choose(form, person)
    if request.method == "POST":
        outcome = attempt(form, lambda data: adding.add(data, by=person))
        if not isinstance(outcome, Refusal):
            messages.success(request, _("The camera was added. Draw its lanes and lines next."))
            return redirect("traffic:draw", outcome)
        refusal = outcome
    context = {
        "form": form,
        "error": refusal.text,
        "map": places.draw([]),
        "crumbs": [Link(_("Cameras"), reverse("traffic:cameras")), Link(_("Add a camera"))],
    }
    return render(request, "traffic/add.html", context, status=refusal.status)


def _choose(form: CameraForm, person: Person) -> None:
    day = clock.today()
    set_choices(form, "place", [(each.code, either(each.full_name, each.name_en)) for each in world.communes(day)])
    now = {each.code for each in agencies.in_force(day)}
    within = agencies.of_kind().filter(access.within(access.scope(person, MANAGE), "pk"))
    set_choices(form, "agency", [(each.code, either(each.name, each.name_en)) for each in within if each.code in now])
