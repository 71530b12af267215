"""What anybody sees: halls, a hall, and the page of a ticket; a number is taken by who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Refused
from vamco.systems.tickets import queries
from vamco.systems.tickets.pages import wording
from vamco.systems.tickets.services import queue
from vamco.web.components import Link
from vamco.web.home import Tile
from vamco.web.pages import PUBLIC, SIGNED_IN, Request, page, render, signed_in
from vamco.web.words import either

if TYPE_CHECKING:
    from django.http import HttpResponseBase


@page(PUBLIC)
def halls(request: Request) -> HttpResponseBase:
    """Offices in which numbers are called, and the numbers that the reader holds."""
    rows = []
    for item in queries.halls():
        office = agencies.get(item.agency)
        working, opens = queries.opening(office)
        rows.append(
            {
                "name": either(item.name, item.name_en),
                "url": reverse("tickets:hall", args=[item.agency]),
                "working": working or bool(queries.open_services(office)),
                "opens": opens,
                "waiting": len(queries.waiting(office)),
            }
        )
    held = queries.held_by(request.person) if request.person else []
    context = {
        "rows": rows,
        "held": held,
        "crumbs": [Link(_("Home"), "/"), Link(_("Take a number"))],
    }
    return render(request, "tickets/halls.html", context)


@page(PUBLIC)
def hall(request: Request, hall: str) -> HttpResponseBase:
    """Show a hall: its services, who waits for each, and how long it took today."""
    item = queries.hall(hall)
    office = agencies.get(item.agency)
    working, opens = queries.opening(office)
    served = queries.open_services(office)
    waiting = queries.waiting(office)
    today = clock.today()
    services = [
        {
            "letter": each.letter,
            "name": either(each.name, each.name_en),
            "waiting": sum(ticket.service == each.letter for ticket in waiting),
            "usual": wording.usual_wait(queries.usual_wait(office, each.letter, today)),
            "given": working or each.letter in served,
        }
        for each in item.services
    ]
    context = {
        "item": item,
        "name": either(item.name, item.name_en),
        "services": services,
        "opens": None if working else opens,
        "given": any(each["given"] for each in services),
        "held": queries.open_ticket(request.person, office) if request.person else None,
        "crumbs": [
            Link(_("Home"), "/"),
            Link(_("Take a number"), reverse("tickets:halls")),
            Link(either(item.name, item.name_en)),
        ],
    }
    return render(request, "tickets/hall.html", context)


@page(SIGNED_IN, methods=("POST",))
def take(request: Request, hall: str) -> HttpResponseBase:
    """Take a number for who is signed in; one open number in each office."""
    item = queries.hall(hall)
    try:
        found = queue.take(
            agencies.get(item.agency), request.POST.get("letter", "")[:1], channel="phone", person=signed_in(request)
        )
    except Refused as refusal:
        messages.error(request, refusal.text(_))
        return redirect("tickets:hall", item.agency)
    return redirect("tickets:ticket", found.code)


@page(PUBLIC)
def ticket(request: Request, ticket: str) -> HttpResponseBase:
    """Show where a number stands in the queue."""
    found = queries.by_code(ticket)
    context = wording.ticket(found)
    context["may_leave"] = context["state"] == "waiting" and (
        found.person_id is None or (request.person is not None and found.person_id == request.person.pk)
    )
    answer = render(request, "tickets/ticket.html", context)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@page(PUBLIC, methods=("POST",))
def leave(request: Request, ticket: str) -> HttpResponseBase:
    """Give a number up."""
    try:
        queue.leave(ticket, request.person)
    except Refused as refusal:
        messages.error(request, refusal.text(_))
    return redirect("tickets:ticket", ticket)


def tiles(request: Request) -> list[Tile]:
    """Lead to the halls from the citizen's home; how many numbers the reader holds today."""
    if not queries.halls():
        return []
    count = len(queries.held_by(request.person)) if request.person else None
    text = _("See how many are waiting, and take a number before you come.")
    label = _("Take a number")
    return [Tile(label=label, url=reverse("tickets:halls"), icon="clock", text=text, order=40, count=count or None)]
