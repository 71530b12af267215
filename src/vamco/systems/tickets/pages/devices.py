"""Screen and kiosk of a hall: no log-in, but the secret of a device, which shows its own office and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.tickets import queries
from vamco.systems.tickets.contracts import SHOWN_S
from vamco.systems.tickets.pages import wording
from vamco.systems.tickets.services import queue
from vamco.web.pages import PUBLIC, Request, page, render
from vamco.web.words import either

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.systems.tickets.public import Announcement, Device

_LASTS: Final = 400 * 86400
_COOKIE: Final = {"screen": "hall_screen", "kiosk": "hall_kiosk"}


@page(PUBLIC)
def start(request: Request, device_secret: str) -> HttpResponseBase:
    """Let the browser be the device that an address was made for."""
    for kind, cookie in _COOKIE.items():
        if queries.device(device_secret, kind) is not None:
            path = reverse(f"tickets:{kind}")
            answer = HttpResponseRedirect(path)
            secure = request.is_secure()
            answer.set_cookie(
                cookie, device_secret, max_age=_LASTS, path=path, secure=secure, httponly=True, samesite="Strict"
            )
            answer.headers["Referrer-Policy"] = "no-referrer"
            return answer
    raise Missing("tickets.no_device", N_("There is no such device."))


def _device(request: Request, kind: str) -> Device | None:
    secret = request.COOKIES.get(_COOKIE[kind], "")
    return queries.device(secret, kind) if secret else None


def _not_set_up(request: Request) -> HttpResponseBase:
    return render(request, "tickets/not_set_up.html", status=401)


@page(PUBLIC)
def screen(request: Request) -> HttpResponseBase:
    """Show who is called and who waits; it asks for itself again every two seconds."""
    device = _device(request, "screen")
    if device is None:
        return _not_set_up(request)
    item, now = queries.hall(device.office.code), clock.now()
    shown = queries.screen(device.office)
    context = {
        "hall": either(item.name, item.name_en),
        "now": now,
        "current": shown.current,
        "seconds": SHOWN_S,
        "calls": [_call(each, round((each.ends_at - now).total_seconds() * 1000)) for each in shown.calls],
        "at_counters": shown.at_counters,
        "queues": [
            {"name": wording.service(item, letter), "count": len(line), "next": [each.text for each in line[:4]]}
            for letter, line in shown.waiting.items()
        ],
    }
    return render(request, "tickets/screen.html", context)


def _call(call: Announcement, left: int) -> dict[str, object]:
    ticket = call.ticket
    spelled = f"{ticket.letter} {' '.join(ticket.text[1:])}"
    return {
        "id": call.pk,
        "text": ticket.text,
        "counter": call.counter,
        "left": left,
        "say": _("Number %(number)s, please go to counter %(counter)s.") % {"number": spelled, "counter": call.counter},
    }


@page(PUBLIC, methods=("GET", "HEAD", "POST"))
def kiosk(request: Request) -> HttpResponseBase:
    """Give a number at the press of a button."""
    device = _device(request, "kiosk")
    if device is None:
        return _not_set_up(request)
    item, office = queries.hall(device.office.code), device.office
    if request.method == "POST":
        try:
            given = queue.take(office, request.POST.get("letter", "")[:1], channel="kiosk")
        except (Refused, Missing) as refusal:
            messages.error(request, refusal.text(_))
            return redirect("tickets:kiosk")
        return redirect("tickets:kiosk_ticket", given.code)
    working, opens = queries.opening(office)
    served = queries.open_services(office)
    services = [
        {"letter": each.letter, "name": either(each.name, each.name_en), "other": either(each.name_en, each.name)}
        for each in item.services
        if working or each.letter in served
    ]
    context = {"hall": either(item.name, item.name_en), "services": services, "opens": opens}
    return render(request, "tickets/kiosk.html", context)


@page(PUBLIC)
def kiosk_ticket(request: Request, ticket: str) -> HttpResponseBase:
    """Show a number that was just given, and print it; the kiosk goes back by itself."""
    device, found = _device(request, "kiosk"), queries.by_code(ticket)
    if device is None or found.office_id != device.office_id:
        return _not_set_up(request)
    address = request.build_absolute_uri(reverse("tickets:ticket", args=[found.code]))
    context = wording.ticket(found) | {"qr": wording.qr(address), "now": clock.now()}
    return render(request, "tickets/kiosk_ticket.html", context)
