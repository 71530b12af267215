"""How the national portal is synchronised: how far behind it is, what waits, what it refused, what it handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base.modes import public as modes
from vamco.lib.errors import N_, Refused
from vamco.systems.national import public
from vamco.web import addresses, casework
from vamco.web.acting import press
from vamco.web.components import Cell, Column, Fact, Table, Tone
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person
    from vamco.systems.national.public import Trouble, WaitingLine

CALLS: Final = {
    "create": _l("The dossier"),
    "progress": _l("A step"),
    "status": _l("A status"),
}
FEEDS: Final = {
    "statuses": _l("Statuses of dossiers that the portal keeps"),
    "dossiers": _l("Dossiers for offices of the province"),
}
_WAITING: Final = (
    Column(label=_l("Dossier")),
    Column(label=_l("Messages"), number=True),
    Column(label=_l("Since")),
    Column(label=_l("Next try")),
    Column(label=_l("Last answer")),
)
_STUCK: Final = (
    Column(label=_l("Number at the portal")),
    Column(label=_l("Procedure")),
    Column(label=_l("Receiving office")),
    Column(label=_l("Why")),
    Column(label=_l("Since")),
)


@page(public.MANAGE, methods=("GET", "HEAD", "POST"))
def standing(request: Request) -> HttpResponseBase:
    """The state of the synchronisation, and what can be done about it."""
    here = reverse("national:standing")
    if request.method == "POST":
        return press(request, lambda person: _do(request, person), _("Done."), here)
    lag = public.lag()
    stuck = public.stuck_arrivals()
    context = {
        "state": _state(lag),
        "facts": _facts(lag),
        "troubles": [_trouble(each, signed_in(request)) for each in public.troubles()],
        "waiting": Table(
            caption=_("What waits"),
            columns=_WAITING,
            rows=tuple(_line(each, signed_in(request)) for each in public.waiting()),
            hide_caption=True,
        ),
        "stuck": Table(
            caption=_("Handed over, and not filed here"),
            columns=_STUCK,
            rows=tuple((number, code, office, why, Cell(moment=at)) for number, code, office, why, at in stuck),
            hide_caption=True,
        ),
        "feeds": [
            {"name": FEEDS[each.name], "at": each.at, "reason": each.reason, "unreadable": each.unreadable}
            for each in public.feeds()
        ],
        "modes_url": addresses.reachable("modes", signed_in(request)),
    }
    return render(request, "national/standing.html", context)


def _do(request: Request, person: Person) -> None:
    task, message = request.POST.get("task", ""), request.POST.get("message", "")
    if task == "again":
        public.read_again("dossiers")
    elif task in {"resend", "leave"} and message.isdecimal():
        if task == "resend":
            public.resend(int(message), by=person)
        else:
            public.leave(int(message), by=person, note=request.POST.get("note", "").strip())
    else:
        raise Refused("national.no_task", N_("Please choose what is to be done."))


def _state(lag: public.Lag) -> tuple[Tone, str]:
    mode = modes.mode_of("national")
    if mode is not modes.Mode.CONNECTOR:
        return Tone.STALE, _("Switched off by the mode of this system: messages wait, nothing is lost.")
    if not settings.VAMCO_NATIONAL_PORTAL:
        return Tone.STALE, _("No portal is named in the settings: messages wait, nothing is lost.")
    if lag.parked:
        return Tone.WARNING, _("The portal refused messages. Somebody has to look at them.")
    if lag.oldest is not None and lag.oldest.total_seconds() > _LATE_S:
        return Tone.WATCH, _("The portal is behind.")
    return Tone.OK, _("In step.")


_LATE_S: Final = 60


def _facts(lag: public.Lag) -> list[Fact]:
    return [
        Fact(term=_("Messages that wait"), text=str(lag.waiting)),
        Fact(term=_("Refused messages"), text=str(lag.parked)),
        Fact(term=_("Age of the oldest"), text=_length(lag.oldest.total_seconds() if lag.oldest else None)),
        Fact(term=_("Sent in the last 24 hours"), text=str(lag.sent)),
        Fact(term=_("Lag of half of them, at most"), text=_length(lag.p50_s)),
        Fact(term=_("Lag of 95 of 100, at most"), text=_length(lag.p95_s)),
    ]


def _length(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 60:  # noqa: PLR2004
        return _("%(count)s s") % {"count": f"{seconds:.0f}"}
    return _("%(count)s min") % {"count": f"{seconds / 60:.0f}"}


def _trouble(found: Trouble, reader: Person) -> dict[str, object]:
    parked: dt.datetime = found.parked_at
    return {
        "message": found.message,
        "number": found.number,
        "call": CALLS[found.call],
        "answer": found.answer,
        "at": parked,
        "url": casework.link(reader, found.case),
    }


def _line(found: WaitingLine, reader: Person) -> tuple[Cell | str, ...]:
    return (
        Cell(text=found.number, url=casework.link(reader, found.case)),
        Cell(text=str(found.messages), value=found.messages),
        Cell(moment=found.since),
        Cell(moment=found.next_at) if found.next_at else _("after the refused one"),
        found.reason,
    )
