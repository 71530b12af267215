"""A clerk's acts at a counter. Locks are taken in one order: the office's line of calls, the counter, the ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.tickets import queries
from vamco.systems.tickets.contracts import CALL, PRIORITIES
from vamco.systems.tickets.models import Announcement, Counter, Ticket
from vamco.systems.tickets.rules import queueing
from vamco.systems.tickets.services.queue import end

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person


def open_counter(number: int, by: Person) -> Counter:
    """Sit down at a counter; Refused where somebody else sits, or who opens it sits at another one."""
    with transaction.atomic():
        sits = _counter(number, by)
        if sits.clerk_id == by.pk:
            return sits
        if sits.clerk_id is not None:
            raise Refused("tickets.counter_taken", N_("Somebody else has opened this counter."))
        if Counter.objects.filter(clerk=by).exists():
            raise Refused("tickets.at_another", N_("You have opened another counter. Close it first."))
        sits.clerk, sits.opened_at = by, clock.now()
        sits.save()
        _note("tickets.open_counter", by, sits)
    return sits


def close_counter(number: int, by: Person) -> Counter:
    """Leave a counter; who stands there is finished first. Who manages the hall closes one that was left open."""
    with transaction.atomic():
        sits = _counter(number, by)
        if sits.clerk_id is None:
            return sits
        if sits.clerk_id != by.pk and not access.allow(by, "tickets.manage", sits.office):
            raise Refused("tickets.counter_taken", N_("Somebody else has opened this counter."))
        if _standing(sits) is not None:
            raise Refused("tickets.somebody_stands", N_("Finish the number at this counter first."))
        sits.clerk = sits.opened_at = None
        sits.save()
        _note("tickets.close_counter", by, sits)
    return sits


def call_next(number: int, by: Person, *, after: str, outcome: str = "done") -> Ticket | None:
    """Finish the ticket at a counter and call the next; None when nobody waits.

    `after` is the code of the ticket that the clerk sees, "" for none: a second press does not call a second person.
    `outcome` of the one that is finished: done or no_show.
    """
    with transaction.atomic():
        sits = _own(number, by, line=True)
        standing = _standing(sits)
        if (standing.code if standing else "") != after:
            return standing
        if standing is not None:
            _finish(standing, by, sits, outcome)
        found = _first(sits)
        if found is None:
            return None
        found.state, found.counter, found.clerk = "called", sits.number, by
        found.called_at = found.called_at or clock.now()
        found.save(update_fields=["state", "counter", "clerk", "called_at"])
        _announce(found, sits)
        _note("tickets.call", by, sits, ticket=found.pk)
    return found


def recall(number: int, by: Person) -> Ticket:
    """Call the ticket at a counter again."""
    with transaction.atomic():
        sits = _own(number, by, line=True)
        standing = _demand_standing(sits)
        _announce(standing, sits)
        _note("tickets.recall", by, sits, ticket=standing.pk)
    return standing


def finish(number: int, by: Person, *, after: str, outcome: str = "done") -> Ticket | None:
    """Finish the ticket at a counter without calling another; nothing happens to one that the clerk does not see."""
    with transaction.atomic():
        sits = _own(number, by)
        standing = _standing(sits)
        if standing is None or standing.code != after:
            return standing
        _finish(standing, by, sits, outcome)
    return standing


def transfer(number: int, by: Person, *, after: str, service: str = "", to_counter: int = 0) -> Ticket:
    """Send who stands at a counter to another service, or another counter. The place in the queue is that of the ticket's own time."""
    item = queries.hall(queries.counter(number, by).office.code)
    aim = item.counter(to_counter) if to_counter else None
    if (to_counter and aim is None) or (service and item.service(service) is None) or not (service or to_counter):
        raise Missing("tickets.no_aim", N_("Choose a service or a counter of this hall."))
    with transaction.atomic():
        sits = _own(number, by)
        standing = _demand_standing(sits)
        if standing.code != after:
            raise Refused("tickets.not_standing", N_("Another number stands at this counter now."))
        if to_counter == sits.number:
            raise Refused("tickets.same_counter", N_("This number stands at that counter already."))
        standing.state, standing.counter, standing.clerk = "waiting", None, None
        standing.service, standing.only_counter = service or standing.service, to_counter
        standing.save(update_fields=["state", "counter", "clerk", "service", "only_counter"])
        _note("tickets.transfer", by, sits, ticket=standing.pk, service=standing.service, to_counter=to_counter)
    return standing


def prioritise(number: int, by: Person, *, text: str, reason: str) -> Ticket:
    """Let a waiting ticket go first, for a reason that the hall knows."""
    if reason not in PRIORITIES:
        raise Refused("tickets.no_reason", N_("Choose why this number goes first."))
    wanted = text.strip().upper()
    letter, digits = wanted[:1], wanted[1:]
    with transaction.atomic():
        sits = _counter(number, by)
        queue = Ticket.objects.select_for_update().filter(office=sits.office, day=clock.today(), state="waiting")
        numbered = digits.isdecimal() and digits.isascii() and len(digits) <= 6  # noqa: PLR2004
        ticket = queue.filter(letter=letter, number=int(digits)).first() if numbered else None
        if ticket is None:
            raise Missing("tickets.nobody_waits", N_("No number %(text)s waits here."), text=wanted[:8])
        ticket.priority, ticket.priority_reason = True, reason
        ticket.save(update_fields=["priority", "priority_reason"])
        _note("tickets.prioritise", by, sits, ticket=ticket.pk)
    return ticket


def link(code: str, subject: str, by: Person) -> None:
    """Note what a clerk began with the ticket at the own counter, such as "dossier:17"."""
    with transaction.atomic():
        ticket = Ticket.objects.select_related("office").select_for_update(of=("self",)).filter(code=code).first()
        if ticket is None or ticket.state != "called" or ticket.clerk_id != by.pk:
            raise Missing("tickets.no_ticket", queries.NO_TICKET)
        ticket.subject = subject
        ticket.save(update_fields=["subject"])
        audit.record(
            "tickets.link",
            actor=by.actor,
            chain=ticket.office.code,
            subject=f"ticket:{ticket.pk}",
            detail={"began": subject},
        )


# ── parts of acts ────────────────────────────────────────────────────────────────────────────────────────────────────


def _counter(number: int, by: Person) -> Counter:
    """Lock a counter in an office in which the clerk may call."""
    known = queries.counter(number, by)
    return Counter.objects.select_related("office").select_for_update(of=("self",)).get(pk=known.pk)


def _own(number: int, by: Person, *, line: bool = False) -> Counter:
    """Lock the clerk's own open counter; with `line` the office's calls before it, so that they are spoken as they were made."""
    if line:
        _hold_line(queries.counter(number, by).office)
    sits = _counter(number, by)
    if sits.clerk_id != by.pk:
        raise Refused("tickets.not_open", N_("Open this counter first."))
    return sits


def _hold_line(office: Agency) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tickets line {office.pk}"])


def _standing(sits: Counter) -> Ticket | None:
    today = Ticket.objects.filter(office=sits.office, day=clock.today())
    return today.select_for_update().filter(counter=sits.number, state="called").first()


def _demand_standing(sits: Counter) -> Ticket:
    found = _standing(sits)
    if found is None:
        raise Refused("tickets.nobody", N_("No number stands at this counter."))
    return found


def _first(sits: Counter) -> Ticket | None:
    """Lock who is next for a counter; a ticket that another act holds just now is passed over."""
    item = queries.hall(sits.office.code).counter(sits.number)
    queue = Ticket.objects.filter(office=sits.office, day=clock.today(), state="waiting")
    fitting = queue.filter(queries.fitting(sits.number, item.services if item else ()))
    return fitting.order_by("-priority", "queued_at", "id").select_for_update(skip_locked=True).first()


def _announce(ticket: Ticket, sits: Counter) -> None:
    now = clock.now()
    last = Announcement.objects.filter(office=sits.office).order_by("-id").first()
    begins = queueing.begins(now, last.ends_at if last else None)
    Announcement.objects.create(
        office=sits.office,
        ticket=ticket,
        counter=sits.number,
        called_at=now,
        begins_at=begins,
        ends_at=begins + queueing.SHOWN,
    )


def _finish(ticket: Ticket, by: Person, sits: Counter, outcome: str) -> None:
    if outcome not in {"done", "no_show"}:
        raise Missing("tickets.no_outcome", N_("A number is finished, or nobody came."))
    end(ticket, outcome)
    _note(f"tickets.{'finish' if outcome == 'done' else 'no_show'}", by, sits, ticket=ticket.pk)


def _note(act: str, by: Person, sits: Counter, **detail: Any) -> None:
    subject = f"ticket:{detail.pop('ticket')}" if "ticket" in detail else f"hall_counter:{sits.pk}"
    more = access.on_behalf(by, CALL, sits.office)
    audit.record(
        act, actor=by.actor, chain=sits.office.code, subject=subject, detail={"counter": sits.number, **detail, **more}
    )
