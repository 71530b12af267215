"""Mandates: offered by the principal, accepted by the agent, ended by either."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.text import fold
from vamco.systems.parties import queries
from vamco.systems.parties.contracts import LONGEST, USUAL
from vamco.systems.parties.models import Offer

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from vamco.kernel.world.people.public import Mandate, Organisation, Person

CHAIN = "people"


def offer(  # an offer has that many parts
    principal: Person | Organisation,
    *,
    by: Person,
    number: str,
    name: str,
    since: dt.date,
    until: dt.date | None,
    matters: Collection[str] | None,
    sending: UUID,
) -> UUID:
    """Offer a mandate to who has a citizen ID number and a name; both must agree. Sent twice it is one offer.

    `until` None is one year. Refused for somebody whom the platform does not know, in the same words as for a wrong name: who asks
    learns of nobody whether they are on record.
    """
    _demand_may_give(principal, by)
    last = until or since + USUAL - dt.timedelta(days=1)
    _demand_days(since, last)
    known = {matter.code for matter in people.matters()}
    if matters is not None and (not matters or not set(matters) <= known):
        raise Refused("parties.no_matter", N_("Choose at least one field, or all of them."))
    agent = _agent(number, name)
    if agent is None:
        raise Refused(
            "parties.no_agent",
            N_("There is nobody with this name and number who has an account here. They sign in once, then it works."),
        )
    person = principal if isinstance(principal, people.Person) else None
    organisation = principal if isinstance(principal, people.Organisation) else None
    if access.selves(agent) & access.selves(by):
        raise Refused("parties.oneself", N_("You do not need a mandate for what you may do yourself."))
    with transaction.atomic():
        row, made = Offer.objects.get_or_create(
            pk=sending,
            defaults={
                "person": person,
                "organisation": organisation,
                "agent": agent,
                "since": since,
                "until": last,
                "matters": None if matters is None else sorted(matters),
                "offered_by": by,
                "offered_at": clock.now(),
            },
        )
        if not made:
            if row.offered_by_id != by.pk:
                raise _gone()
            return row.pk
        _note("parties.offer", row, by)
        notices.send(
            "parties.offered",
            agent,
            {"principal": principal.name, "since": since, "until": last},
            key=f"offered:{row.pk}",
        )
    return row.pk


def accept(offer: UUID, *, by: Person) -> Mandate:
    """Accept an offer; from its first day on the agent acts for the principal."""
    with transaction.atomic():
        row = _held(offer, by)
        principal = row.person or row.organisation
        assert principal is not None  # noqa: S101  # a constraint of the table
        if row.until < clock.today():
            raise Refused("parties.too_late", N_("The time of this mandate is over. Ask for a new one."))
        mandate = people.give_mandate(
            principal,
            row.agent,
            since=row.since,
            until=row.until,
            matters=row.matters,
            basis=f"offer:{row.pk}",
            actor=row.offered_by.actor,
        )
        row.mandate = mandate
        _end(row, "parties.accept", by)
        _tell(row, "parties.accepted")
    return mandate


def decline(offer: UUID, *, by: Person) -> None:
    """Decline an offer."""
    with transaction.atomic():
        row = _held(offer, by)
        _end(row, "parties.decline", by)
        _tell(row, "parties.declined")


def demand_offered(by: Person, offer: UUID) -> None:
    """Missing unless an offer is open and of the principal's side on which the person stands."""
    row = Offer.objects.select_related("person", "organisation").filter(pk=offer, ended_at=None).first()
    if row is None or not _may_give(row.person or row.organisation, by):
        raise _gone()


def take_back(offer: UUID, *, by: Person) -> None:
    """Take an offer back that is not answered yet."""
    with transaction.atomic():
        row = Offer.objects.select_for_update(of=("self",)).filter(pk=offer, ended_at=None).first()
        if row is None or not _may_give(row.person or row.organisation, by):
            raise _gone()
        _end(row, "parties.take_back", by)


def end(mandate: int, *, by: Person) -> None:
    """End a mandate at once: with the agent's next request it is gone. By the principal's side, or by the agent."""
    with transaction.atomic():
        row = queries.mandate_for(by, mandate)
        if row.valid_to is not None and row.valid_to < clock.today():
            raise Refused("parties.ended", N_("This mandate has ended already."))
        people.end_mandate(row, until=clock.today() - dt.timedelta(days=1), actor=by.actor)
        principal = row.person or row.organisation
        told = [row.agent] if by.pk != row.agent_id else _givers(row)
        notices.send(
            "parties.ended",
            told,
            {"principal": principal.name if principal else "", "agent": row.agent.name},
            key=f"ended:{row.pk}:{clock.now():%Y%m%d%H%M%S}",
        )


def _givers(row: Mandate) -> list[Person]:
    """Return who is told on the principal's side: the person, or who represents the organisation today."""
    if row.person is not None:
        return [row.person]
    assert row.organisation is not None  # noqa: S101  # a constraint of the table
    today = clock.today()
    return [
        each.agent
        for each in people.mandates_given(row.organisation)
        if each.representative and each.valid_from <= today and (each.valid_to is None or each.valid_to >= today)
    ]


def _gone() -> Missing:
    return Missing("parties.no_offer", N_("There is no such offer, or it was answered already."))


def _agent(number: str, name: str) -> Person | None:
    found = people.find_by_number("citizen_id", number)
    return found if isinstance(found, people.Person) and found.folded == fold(name) else None


def _may_give(principal: Person | Organisation | None, by: Person) -> bool:
    if isinstance(principal, people.Organisation):
        return people.represents(by, principal.pk)
    return principal is not None and principal.pk in access.selves(by)


def _demand_may_give(principal: Person | Organisation, by: Person) -> None:
    if not _may_give(principal, by):
        raise Missing("parties.no_organisation", N_("There is no such organisation that you represent."))


def _demand_days(since: dt.date, until: dt.date) -> None:
    if since < clock.today():
        raise Refused("parties.past", N_("A mandate cannot begin in the past."))
    if until < since:
        raise Refused("parties.ends_first", N_("The last day lies before the first."))
    if until - since > LONGEST:
        raise Refused("parties.too_long", N_("A mandate lasts five years at most; it can be given anew."))


def _held(offer: UUID, by: Person) -> Offer:
    rows = Offer.objects.select_for_update(of=("self",)).select_related("person", "organisation", "agent", "offered_by")
    row = rows.filter(pk=offer, agent__in=access.selves(by), ended_at=None).first()
    if row is None:
        raise _gone()
    return row


def _end(row: Offer, act: str, by: Person) -> None:
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at", "mandate"])
    _note(act, row, by)


def _tell(row: Offer, template: str) -> None:
    principal = row.person or row.organisation
    data = {"agent": row.agent.name, "principal": principal.name if principal else ""}
    notices.send(template, row.offered_by, data, key=f"{template}:{row.pk}")


def _note(act: str, row: Offer, by: Person) -> None:
    subject = f"person:{row.person_id}" if row.person_id else f"organisation:{row.organisation_id}"
    detail = {"offer": str(row.pk), "until": row.until.isoformat(), "matters": row.matters or "all"}
    audit.record(act, actor=by.actor, chain=CHAIN, subject=subject, detail=detail, persons=(f"person:{row.agent_id}",))
