"""A clerk's counter: open it, call, finish, send on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import VamcoError
from vamco.systems.tickets import queries
from vamco.systems.tickets.contracts import CALL
from vamco.systems.tickets.pages import wording
from vamco.systems.tickets.services import calling
from vamco.web import addresses
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import either

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponseBase, QueryDict

    from vamco.kernel.world.people.public import Person
    from vamco.systems.tickets.declaration import HallItem
    from vamco.systems.tickets.public import Counter, Ticket

_LISTED: Final = 30


@page(CALL)
def counters(request: Request) -> HttpResponseBase:
    """Show the counters of the clerk's halls."""
    person = signed_in(request)
    found = []
    for item in queries.halls_of(person, CALL):
        rows = queries.counters(agencies.get(item.agency))
        found.append((either(item.name, item.name_en), [_row(item, each, person) for each in rows]))
    return render(request, "tickets/counters.html", {"halls": found, "crumbs": [Link(_("Counters"))]})


def _row(item: HallItem, counter: Counter, person: Person) -> dict[str, Any]:
    said = item.counter(counter.number)
    return {
        "url": reverse("tickets:counter", args=[counter.pk]),
        "number": counter.number,
        "name": either(said.name, said.name_en) if said else "",
        "services": [wording.service(item, letter) for letter in (said.services if said else ())],
        "clerk": counter.clerk.name if counter.clerk else "",
        "own": counter.clerk_id == person.pk,
    }


@page(CALL, methods=("GET", "HEAD", "POST"))
def counter(request: Request, hall_counter: int) -> HttpResponseBase:
    """Show one counter with its queue; a POST says what to do there."""
    person = signed_in(request)
    found = queries.counter(hall_counter, person)
    if request.method == "POST":
        return _do(request, found.pk, person)
    item = queries.hall(found.office.code)
    standing = queries.at_counter(found)
    waiting = queries.waiting_for(found)
    now = clock.now()
    context = _row(item, found, person) | {
        "hall": either(item.name, item.name_en),
        "counter": found,
        "standing": standing,
        "standing_service": wording.service(item, standing.service) if standing else "",
        "since": wording.span(int((now - standing.called_at).total_seconds()))
        if standing and standing.called_at
        else "",
        "files": addresses.reachable("file_for_person", person),
        "waiting": [_waiting(item, each, now) for each in waiting[:_LISTED]],
        "count": len(waiting),
        "services": [(each.letter, either(each.name, each.name_en)) for each in item.services],
        "others": [each.number for each in item.counters if each.number != found.number],
        "reasons": wording.PRIORITIES.items(),
        "crumbs": [
            Link(_("Counters"), reverse("tickets:counters")),
            Link(_("Counter %(number)s") % {"number": found.number}),
        ],
    }
    return render(request, "tickets/counter.html", context)


def _waiting(item: HallItem, ticket: Ticket, now: Any) -> dict[str, Any]:
    return {
        "text": ticket.text,
        "service": wording.service(item, ticket.service),
        "waits": wording.span(int((now - ticket.taken_at).total_seconds())),
        "priority": wording.PRIORITIES.get(ticket.priority_reason, "") if ticket.priority else "",
        "sent_here": bool(ticket.only_counter),
    }


def _do(request: Request, number: int, person: Person) -> HttpResponseBase:
    """Do what was pressed, and say what came of it."""
    act = _ACTS.get(request.POST.get("do", ""))
    try:
        if act is not None:
            messages.success(request, act(number, person, request.POST))
    except VamcoError as refusal:
        messages.error(request, refusal.text(_))
    return redirect("tickets:counter", number)


def _called(found: Ticket | None) -> str:
    return _("Called: %(text)s") % {"text": found.text} if found else _("Nobody waits.")


def _open(number: int, by: Person, _sent: QueryDict) -> str:
    calling.open_counter(number, by)
    return _("The counter is open.")


def _close(number: int, by: Person, _sent: QueryDict) -> str:
    calling.close_counter(number, by)
    return _("The counter is closed.")


def _next(number: int, by: Person, sent: QueryDict) -> str:
    return _called(calling.call_next(number, by, after=sent.get("after", "")))


def _nobody_came(number: int, by: Person, sent: QueryDict) -> str:
    return _called(calling.call_next(number, by, after=sent.get("after", ""), outcome="no_show"))


def _recall(number: int, by: Person, _sent: QueryDict) -> str:
    return _called(calling.recall(number, by))


def _finish(number: int, by: Person, sent: QueryDict) -> str:
    calling.finish(number, by, after=sent.get("after", ""))
    return _("Finished.")


def _transfer(number: int, by: Person, sent: QueryDict) -> str:
    kind, _colon, which = sent.get("aim", "").partition(":")
    to_counter = int(which) if kind == "counter" and which.isdecimal() and len(which) < 4 else 0  # noqa: PLR2004
    service = which[:1] if kind == "service" else ""
    sent_on = calling.transfer(number, by, after=sent.get("after", ""), service=service, to_counter=to_counter)
    return _("%(text)s waits there now, at the place of its own time.") % {"text": sent_on.text}


def _priority(number: int, by: Person, sent: QueryDict) -> str:
    found = calling.prioritise(number, by, text=sent.get("text", ""), reason=sent.get("reason", ""))
    return _("%(text)s goes first.") % {"text": found.text}


_ACTS: Final[dict[str, Callable[[int, Person, QueryDict], str]]] = {
    "open": _open,
    "close": _close,
    "next": _next,
    "no_show": _nobody_came,
    "recall": _recall,
    "finish": _finish,
    "transfer": _transfer,
    "priority": _priority,
}
