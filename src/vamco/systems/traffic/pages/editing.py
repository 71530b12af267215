"""Changing a camera: its name, where it stands, where its pictures come from, how long what it saw is kept, whether it is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.world.places import public as world
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.contracts import MANAGE
from vamco.systems.traffic.pages import wording
from vamco.systems.traffic.pages.adding import CameraForm
from vamco.web.acting import NOTHING_SENT, Refusal, attempt, set_choices
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import either

if TYPE_CHECKING:
    from django.http import HttpResponseBase


class ChangeForm(CameraForm):
    """What can be changed in a camera. Its code and its use stay, its drawings too."""

    code = None  # type: ignore[assignment]  # so Django leaves out a field of the form above
    use = None  # type: ignore[assignment]
    hall = None  # type: ignore[assignment]
    agency = None  # type: ignore[assignment]
    source = forms.CharField(
        label=_l("Address of its pictures"),
        max_length=300,
        required=False,
        help_text=_l("Empty: it stays as it is. It is shown to nobody."),
    )
    active = forms.BooleanField(label=_l("In use"), required=False)
    reason = forms.CharField(label=_l("What was changed, and why"), max_length=300)


@page(MANAGE, methods=("GET", "HEAD", "POST"))
def edit(request: Request, traffic_camera: str) -> HttpResponseBase:
    """Show what can be changed in a camera, and change it."""
    person, camera = signed_in(request), traffic.camera(traffic_camera)
    names = ("name", "name_en", "view", "place", "lat", "lon", "days", "active")
    form = (
        ChangeForm(request.POST)
        if request.method == "POST"
        else ChangeForm(initial={n: getattr(camera, n) for n in names})
    )
    places = [(each.code, either(each.full_name, each.name_en)) for each in world.communes(clock.today())]
    set_choices(form, "place", places)
    refusal = NOTHING_SENT

    def change(data: dict[str, Any]) -> str:
        reason = data.pop("reason")
        fields = {name: value for name, value in data.items() if name != "source" or value}
        traffic.change_camera(camera.code, fields, by=person, reason=reason)
        return camera.code

    if request.method == "POST":
        outcome = attempt(form, change)
        if not isinstance(outcome, Refusal):
            messages.success(request, _("The camera was changed."))
            return redirect("traffic:camera", outcome)
        refusal = outcome
    context = {
        "form": form,
        "error": refusal.text,
        "name": wording.name(camera),
        "back": reverse("traffic:camera", args=[camera.code]),
        "crumbs": [
            Link(_("Cameras"), reverse("traffic:cameras")),
            Link(wording.name(camera), reverse("traffic:camera", args=[camera.code])),
            Link(_("Change the camera")),
        ],
    }
    return render(request, "traffic/edit.html", context, status=refusal.status)
