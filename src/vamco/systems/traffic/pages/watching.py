"""What the cameras show: all of them with their newest pictures, and one with its day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, VamcoError
from vamco.lib.text import fold
from vamco.lib.time import HCM
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.contracts import DECIDE, MANAGE, REVIEW, WATCH
from vamco.systems.traffic.pages import places, ready, wording
from vamco.systems.traffic.queries import flow, waiting
from vamco.systems.traffic.services import live
from vamco.web import addresses
from vamco.web.components import Chart, Fact, Link, Series
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import agency_names, either, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person

PER_PAGE: Final = 24
NEWEST: Final = 6
KEPT_S: Final = 5


class FilterForm(forms.Form):
    """Which cameras are shown."""

    q = forms.CharField(label=_l("Name or code of the camera"), required=False, max_length=80)
    use = forms.ChoiceField(
        label=_l("Use"),
        required=False,
        choices=[("", _l("All")), ("street", _l("Road")), ("hall", _l("Reception hall"))],
    )
    state = forms.ChoiceField(
        label=_l("Condition"),
        required=False,
        choices=[("", _l("All")), ("doubt", _l("Needs attention")), ("off", _l("Switched off"))],
    )


@page(WATCH)
def cameras(request: Request) -> HttpResponseBase:
    """Show the cameras with their newest pictures, what they count, and the newest proposed violations."""
    form = FilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    every = [_condition(each) for each in traffic.cameras(active=asked.get("state") != "off")]
    found = [each for each in every if _fits(each, asked)]
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    now = clock.now()
    sums = flow.sums(_midnight(now), now, [each["camera"].code for each in shown])
    context = {
        "form": form,
        "page": shown,
        "cards": [_card(each, sums.get(each["camera"].code)) for each in shown],
        "any": bool(every),
        "troubled": sum(each["doubt"] for each in every),
        "total": len(every),
        "map": places.draw(_spot(each) for each in found),
        "newest": _newest(signed_in(request)),
        "may_manage": access.allow(request.person, MANAGE),
        "may_review": access.allow(request.person, REVIEW),
        "missing": ready.missing(),
        "now": now,
    }
    return render(request, "traffic/cameras.html", context)


@page(WATCH)
def camera(request: Request, traffic_camera: str) -> HttpResponseBase:
    """Show one camera: its picture, its day, how it has been, what is kept and for how long."""
    found = traffic.camera(traffic_camera)
    each, now = _condition(found), clock.now()
    since = _midnight(now)
    passed = flow.passages(found.code, now - dt.timedelta(hours=24), now)
    context = {
        "each": each,
        "camera": found,
        "name": wording.name(found),
        "picture": picture_url(found.code, each["seen"]),
        "counts": _counts(each),
        "owner": agency_names([found.agency]).get(found.agency, found.agency),
        "unverified": _("not verified"),
        "facts": _facts(found, each),
        "passages": _passages(passed),
        "chart": _day(traffic.flows(since, now, camera=found.code)),
        "hall": _hall(found, since, now) if found.use == "hall" else None,
        "history": [(at, *wording.condition(code, None)) for at, code in flow.history(found.code)],
        "may_manage": access.allow(request.person, MANAGE),
        "crumbs": [Link(_("Cameras"), reverse("traffic:cameras")), Link(wording.name(found))],
        "missing": ready.missing(),
        "now": now,
    }
    return render(request, "traffic/camera.html", context)


@page(MANAGE, methods=("POST",))
def looked(request: Request, traffic_camera: str) -> HttpResponseBase:
    """Let a held camera propose again, with what was found at it."""
    code = traffic.camera(traffic_camera).code
    try:
        traffic.camera_looked_at(code, by=signed_in(request), note=request.POST.get("note", "")[:300])
    except VamcoError as refusal:
        messages.error(request, refusal.text(_))
    else:
        messages.success(request, _("The camera proposes again."))
    return redirect("traffic:camera", code)


@page(WATCH)
def picture(request: Request, traffic_camera: str) -> HttpResponseBase:
    """Return the newest picture of a camera; `?plain` without what the engine drew."""
    found = live.picture(traffic.camera(traffic_camera).code, plain="plain" in request.GET)
    if found is None:
        raise Missing("traffic.no_picture", N_("There is no picture of this camera."))
    answer = HttpResponse(found, content_type="image/jpeg")
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_S}"
    return answer


def picture_url(code: str, seen: live.Seen | None, *, plain: bool = False) -> str:
    """Return where the newest picture lies, "" where there is none. Each picture has an address of its own, so none is shown for another."""
    if seen is None:
        return ""
    mark = f"?{'plain&' if plain else ''}at={int(seen.at.timestamp() * 1000)}"
    return reverse("traffic:picture", args=[code]) + mark


def _condition(camera: traffic.CameraView) -> dict[str, Any]:
    seen = live.seen(camera.code)
    code = wording.now_is(camera, seen)
    last = max((at for at in (camera.seen_at, seen.at if seen else None) if at), default=None)
    since = camera.since if code == camera.condition else last
    tone, word = wording.condition(code, since)
    doubt = code != "ok"
    return {
        "camera": camera,
        "seen": seen,
        "code": code,
        "doubt": doubt,
        "old": doubt or seen is None or not seen.fresh,
        "tone": tone,
        "word": word,
    }


def _fits(each: dict[str, Any], asked: dict[str, Any]) -> bool:
    view = each["camera"]
    words = fold(asked.get("q", "")).split()
    text = fold(f"{view.name} {view.name_en} {view.code}")
    return (
        all(word in text for word in words)
        and (not asked.get("use") or view.use == asked["use"])
        and (asked.get("state") != "doubt" or each["doubt"])
    )


def _card(each: dict[str, Any], went: flow.Went | None) -> dict[str, Any]:
    view, seen = each["camera"], each["seen"]
    counts = _counts(each)
    return {
        **each,
        "name": wording.name(view),
        "url": reverse("traffic:camera", args=[view.code]),
        "picture": picture_url(view.code, seen),
        "counts": counts,
        "unknown": counts is None,
        "today": number(went.total) if went is not None and went.known else "",
        "empty": went.empty if went is not None else 0,
        "lights": [wording.LIGHTS.get(light, wording.LIGHTS["unknown"]) for light in seen.lights.values()]
        if seen is not None and counts is not None
        else [],
    }


def _counts(each: dict[str, Any]) -> list[tuple[str, str]] | None:
    """Return what is in the picture, None where that is not known: an old picture and a camera in doubt say nothing, not 0."""
    seen = each["seen"]
    if seen is None or seen.counts is None or each["old"]:
        return None
    return [(wording.kind(kind, many=True), number(count)) for kind, count in seen.counts.items()]


def _spot(each: dict[str, Any]) -> places.Spot:
    view = each["camera"]
    url = reverse("traffic:camera", args=[view.code])
    return places.Spot(view.lon, view.lat, wording.name(view), each["tone"], each["word"], url)


def _newest(person: Person) -> list[dict[str, Any]] | None:
    """Return the newest proposals that the reader may see; None for who reviews nothing."""
    if not any(access.allow(person, act) for act in (REVIEW, DECIDE)):
        return None
    reviews = access.allow(person, REVIEW)
    return [
        {
            "case": each.case,
            "at": each.at,
            "title": either(each.title, each.title_en),
            "camera": either(each.camera_name, each.camera_name_en),
            "plate": wording.plate(each.plate),
            "url": reverse("traffic:review", args=[each.case]) if reviews else addresses.to("case", each.case),
            "doubtful": each.doubtful,
        }
        for each in waiting.newest(person, states=("proposed",), most=NEWEST)
    ]


def _facts(view: traffic.CameraView, each: dict[str, Any]) -> list[Fact]:
    seen = each["seen"]
    unknown = _("not known")
    last = seen.at if seen else view.seen_at
    off = f"{wording.figure(view.clock_off_s, 1)} s" if view.clock_off_s is not None else unknown
    speed = wording.figure(view.per_second, 1) if view.per_second is not None else unknown
    return [
        Fact(term=_("Last picture"), text="" if last else unknown, moment=last),
        Fact(term=_("Clock differs by"), text=off),
        Fact(term=_("Pictures a second"), text=speed),
        Fact(term=_("Pictures left out"), text=number(view.dropped)),
        Fact(
            term=_("Lanes and lines"),
            text=_("version %(version)s") % {"version": view.drawing} if view.drawing else _("none yet"),
        ),
        Fact(term=_("Owner"), text=agency_names([view.agency]).get(view.agency, view.agency)),
        Fact(term=_("Looks at"), text=view.view or unknown),
        Fact(term=_("Code"), text=view.code),
        Fact(
            term=_("Kept for"),
            text=ngettext("%(days)s day", "%(days)s days", view.days) % {"days": number(view.days)},
        ),
    ]


def _passages(passed: flow.Passed) -> list[Fact]:
    return [
        Fact(term=_("Passages in 24 hours"), text=number(passed.total)),
        Fact(term=_("With a whole plate"), text=number(passed.with_plate)),
        Fact(term=_("Held for a person to look at"), text=number(passed.doubtful)),
    ]


def _day(counted: Sequence[traffic.Counted]) -> Chart | None:
    """Draw the day by the quarter of an hour. A quarter in which the camera was in doubt is a gap, never 0. TC-01."""
    if not counted:
        return None
    quarters: dict[dt.datetime, float | None] = {}
    for each in counted:
        there = each.at.astimezone(HCM)
        at = there.replace(minute=there.minute // 15 * 15, second=0, microsecond=0)
        known = each.by_kind is not None and (at not in quarters or quarters[at] is not None)
        quarters[at] = (quarters.get(at) or 0) + sum((each.by_kind or {}).values()) if known else None
    first, last = min(quarters), max(quarters)
    points = [first + dt.timedelta(minutes=15 * n) for n in range(int((last - first).total_seconds()) // 900 + 1)]
    values = tuple(quarters.get(at) for at in points)
    gaps = sum(value is None for value in values)
    total = sum(value or 0 for value in values)
    message = _("%(total)s vehicles since %(hour)s.") % {"total": number(int(total)), "hour": f"{first:%H:%M}"}
    lacks = ngettext("%(count)s quarter of an hour is unknown.", "%(count)s quarters of an hour are unknown.", gaps)
    return Chart(
        id="day",
        title=_("Vehicles by the quarter of an hour"),
        message=message,
        lacks=lacks % {"count": gaps} if gaps else "",
        points=tuple(f"{at:%H:%M}" for at in points),
        head=_("Begins at"),
        series=(Series(name=_("Vehicles"), values=values, bars=True),),
        decimals=0,
        from_zero=True,
    )


def _hall(view: traffic.CameraView, since: dt.datetime, now: dt.datetime) -> dict[str, str]:
    counts = traffic.hall_counts(since, now, camera=view.code)
    last = counts[-1] if counts and now - counts[-1].at < dt.timedelta(minutes=5) else None
    unknown = _("not known")
    return {
        "waiting": number(last.waiting) if last and last.waiting is not None else unknown,
        "staffed": number(last.staffed) if last and last.staffed is not None else unknown,
    }


def _midnight(now: dt.datetime) -> dt.datetime:
    return now.astimezone(HCM).replace(hour=0, minute=0, second=0, microsecond=0)
