"""Reception halls: how many people wait and how many counters are staffed, beside the figures of the tickets. Counts only."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Missing
from vamco.lib.time import HCM
from vamco.systems.tickets import public as tickets
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.contracts import WATCH
from vamco.systems.traffic.pages import ready, wording
from vamco.systems.traffic.services import live
from vamco.web.components import Chart, Fact, Series
from vamco.web.pages import Request, page, render
from vamco.web.words import either, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponseBase

MANAGE_HALL: Final = "tickets.manage"
FRESH: Final = dt.timedelta(minutes=5)
STEP_S: Final = 600


@page(WATCH)
def halls(request: Request) -> HttpResponseBase:
    """Show the halls that cameras look at: people waiting, counters staffed, and what the tickets say."""
    return _shown(request, traffic.cameras(use="hall"))


@page(MANAGE_HALL)
def hall(request: Request, managed_hall: str) -> HttpResponseBase:
    """Show one hall to who manages it."""
    office = agencies.find(managed_hall)
    if office is None or not access.allow(request.person, MANAGE_HALL, office):
        raise Missing("traffic.no_hall", N_("There is no such hall."))
    return _shown(request, [each for each in traffic.cameras(use="hall") if each.hall == office.code])


def address(office: str) -> str:
    """Return where a hall's people are shown; "" where no camera looks at it."""
    looked_at = any(each.hall == office for each in traffic.cameras(use="hall"))
    return reverse("traffic:hall", args=[office]) if looked_at else ""


def _shown(request: Request, found: Sequence[traffic.CameraView]) -> HttpResponseBase:
    now = clock.now()
    since = now.astimezone(HCM).replace(hour=0, minute=0, second=0, microsecond=0)
    counts: dict[str, list[traffic.HallCounted]] = {}
    for each in traffic.hall_counts(since, now):
        counts.setdefault(each.camera, []).append(each)
    watches = access.allow(request.person, WATCH)
    context = {
        "halls": [_hall(camera, counts.get(camera.code, []), now, link=watches) for camera in found],
        "missing": ready.missing(),
        "now": now,
    }
    return render(request, "traffic/halls.html", context)


def _hall(
    camera: traffic.CameraView, counts: Sequence[traffic.HallCounted], now: dt.datetime, *, link: bool
) -> dict[str, Any]:
    last = counts[-1] if counts and now - counts[-1].at <= FRESH else None
    code = wording.now_is(camera, live.seen(camera.code))
    if last is not None and camera.condition == "ok":
        code = "ok"  # its counts arrive, whether pictures are shown or not: of a hall none is kept
    tone, word = wording.condition(code, camera.since)
    unknown = _("not known")
    office = agencies.find(camera.hall)
    return {
        "camera": camera,
        "name": wording.name(camera),
        "office": either(office.name, office.name_en) if office else camera.hall,
        "url": reverse("traffic:camera", args=[camera.code]) if link else "",
        "tone": tone,
        "word": word,
        "waiting": number(last.waiting) if last and last.waiting is not None else unknown,
        "staffed": number(last.staffed) if last and last.staffed is not None else unknown,
        "crowded": bool(last and last.crowded),
        "at": last.at if last else None,
        "tickets": _tickets(office, now) if office and tickets.has_hall(camera.hall) else [],
        "chart": _chart(camera.code, counts),
    }


def _tickets(office: agencies.Agency, now: dt.datetime) -> list[Fact]:
    found = tickets.figures(office, now.astimezone(HCM).date())
    return [
        Fact(term=_("Tickets waiting"), text=number(found.waiting)),
        Fact(term=_("At a counter"), text=number(found.at_counter)),
        Fact(term=_("Served today"), text=number(found.served)),
    ]


def _chart(code: str, counts: Sequence[traffic.HallCounted]) -> Chart | None:
    """Draw the day by ten minutes: the most people who waited in each. Where the camera was in doubt there is a gap, never 0."""
    if not counts:
        return None
    tens: dict[int, list[int | None]] = {}
    for each in counts:
        tens.setdefault(int(each.at.timestamp()) // STEP_S, []).append(each.waiting)
    first, last = min(tens), max(tens)
    values = []
    for ten in range(first, last + 1):
        known = [waiting for waiting in tens.get(ten, []) if waiting is not None]
        values.append(float(max(known)) if known else None)
    points = tuple(f"{dt.datetime.fromtimestamp(ten * STEP_S, HCM):%H:%M}" for ten in range(first, last + 1))
    most = max((value for value in values if value is not None), default=None)
    message = (
        _("At most %(count)s people waited at once.") % {"count": number(int(most))}
        if most is not None
        else _("Nothing was counted.")
    )
    return Chart(
        id=f"hall-{code}",
        title=_("People waiting, by ten minutes"),
        message=message,
        points=points,
        head=_("Begins at"),
        series=(Series(name=_("People waiting"), values=tuple(values), bars=True),),
        decimals=0,
        from_zero=True,
    )
