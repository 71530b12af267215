"""Where a camera looks: lanes, stop lines, areas, lights and calibration on a frame, with the pointer, the keyboard or typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.lib.errors import VamcoError
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.contracts import MANAGE
from vamco.systems.traffic.pages import wording
from vamco.systems.traffic.pages.watching import picture_url
from vamco.systems.traffic.rules import sketch
from vamco.systems.traffic.services import live
from vamco.web.answers import UNPROCESSABLE, status_of
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponseBase, QueryDict

SHAPES: Final = {
    "lane": _l("Lane"),
    "stop_line": _l("Stop line"),
    "zone": _l("Zone"),
    "signal": _l("Traffic light"),
    "calibration": _l("Calibration"),
}
FIELDS: Final = ("shape", "code", "points", "way", "lanes", "signal", "purpose", "kinds", "metres")
WIDTH, HEIGHT = 1920, 1080


class SizeForm(forms.Form):
    """What belongs to the whole drawing."""

    width = forms.IntegerField(label=_l("Width of the picture (px)"), min_value=64, max_value=16384)
    height = forms.IntegerField(label=_l("Height of the picture (px)"), min_value=64, max_value=16384)
    limit = forms.IntegerField(
        label=_l("Speed limit (km/h), empty for none"), required=False, min_value=5, max_value=150
    )
    note = forms.CharField(label=_l("What was changed, and why"), required=False, max_length=300)


@page(MANAGE, methods=("GET", "HEAD", "POST"))
def draw(request: Request, traffic_camera: str) -> HttpResponseBase:
    """Show the drawing in force over the newest frame, and take a new version."""
    camera = traffic.camera(traffic_camera)
    if request.method == "POST":
        return _save(request, camera)
    found = traffic.drawing(camera.code)
    seen = live.seen(camera.code)
    if found is not None:
        drawing = found[1]
        size = {"width": drawing.width, "height": drawing.height, "limit": drawing.limit_kmh}
    else:
        known = seen is not None and seen.width and seen.height
        size = {"width": seen.width, "height": seen.height} if known and seen else {"width": WIDTH, "height": HEIGHT}
    return _shown(request, camera, sketch.rows(found[1]) if found else [], SizeForm(initial=size))


def _save(request: Request, camera: traffic.CameraView) -> HttpResponseBase:
    rows, form = _sent(request.POST), SizeForm(request.POST)
    if not form.is_valid():
        return _shown(request, camera, rows, form, status=UNPROCESSABLE)
    data = form.cleaned_data
    try:
        drawing = sketch.read(rows, width=data["width"], height=data["height"], limit_kmh=data["limit"])
    except sketch.RowError as wrong:
        named = rows[wrong.row].code or str(SHAPES.get(rows[wrong.row].shape, ""))
        text = f"{named}: {_(wrong.msgid) % wrong.data}"
        return _shown(request, camera, rows, form, error=text, wrong=wrong.row, status=UNPROCESSABLE)
    try:
        version = traffic.save_drawing(camera.code, drawing, by=signed_in(request), note=data["note"])
    except VamcoError as refusal:
        return _shown(request, camera, rows, form, error=refusal.text(_), status=max(status_of(refusal), 400))
    messages.success(request, _("Version %(version)s holds from now.") % {"version": version})
    return redirect("traffic:draw", camera.code)


def _sent(sent: QueryDict) -> list[sketch.Row]:
    """Return the rows that were sent; each field is a list of the same length."""
    columns = {name: sent.getlist(name)[: sketch.MOST_ROWS] for name in FIELDS}
    count = len(columns["shape"])
    fields = {name: [*values, *([""] * count)][:count] for name, values in columns.items()}
    every = [sketch.Row(**{name: fields[name][place][:2000] for name in FIELDS}) for place in range(count)]
    return [row for row in every if not row.empty]


def _shown(  # what was sent and refused
    request: Request,
    camera: traffic.CameraView,
    rows: Sequence[sketch.Row],
    form: SizeForm,
    *,
    error: str = "",
    wrong: int = -1,
    status: int = 200,
) -> HttpResponseBase:
    seen = live.seen(camera.code)
    context: dict[str, Any] = {
        "camera": camera,
        "name": wording.name(camera),
        "form": form,
        "error": error,
        "rows": [(place, row, place == wrong) for place, row in enumerate(rows)],
        "blank": sketch.Row("lane"),
        "shapes": [(code, str(label)) for code, label in SHAPES.items()],
        "purposes": [(code, str(wording.ZONES[code])) for code in sketch.PURPOSES],
        "width": form["width"].value() or WIDTH,
        "height": form["height"].value() or HEIGHT,
        "frame": picture_url(camera.code, seen, plain=True),
        "result": picture_url(camera.code, seen),
        "seen": seen,
        "judged": seen is not None and seen.drawing == camera.drawing and camera.drawing > 0,
        "another_size": _another_size(form, seen),
        "versions": [
            (each.version, moment(each.at), each.by.name if each.by else "", each.note)
            for each in traffic.drawing_versions(camera.code)
        ],
        "crumbs": [
            Link(_("Cameras"), reverse("traffic:cameras")),
            Link(wording.name(camera), reverse("traffic:camera", args=[camera.code])),
            Link(_("Lanes and lines")),
        ],
    }
    return render(request, "traffic/draw.html", context, status=status)


def _another_size(form: SizeForm, seen: live.Seen | None) -> bool:
    """Whether the camera now sends pictures of another size than those that were drawn on."""
    if seen is None or not seen.width:
        return False
    return str(form["width"].value()) != str(seen.width) or str(form["height"].value()) != str(seen.height)
