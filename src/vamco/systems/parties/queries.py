from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.systems.parties.contracts import JoiningView, MandateView, OfferView, Record, Represented
from vamco.systems.parties.models import Offer, Representation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from vamco.kernel.world.people.public import Joining, Mandate, Organisation, Person


def represented(person: Person) -> list[Represented]:
    """Return the organisations that a person represents today."""
    found = [held.organisation for held in people.mandates_held(person) if held.representative]
    return [_represented(each) for each in found if each is not None]


def _represented(organisation: Organisation) -> Represented:
    numbers = people.numbers(organisation)
    return Represented(organisation.pk, organisation.name, numbers[0].shown if numbers else "")


def organisation_of(person: Person, organisation: int) -> Organisation:
    """Return an organisation that the person represents; to others it does not exist."""
    for held in people.mandates_held(person):
        if held.representative and held.organisation is not None and held.organisation_id == organisation:
            return held.organisation
    raise Missing("parties.no_organisation", N_("There is no such organisation that you represent."))


def held(person: Person) -> list[MandateView]:
    """Return the mandates by which a person acts for others today, their own representations among them."""
    selves = access.selves(person)
    return [_view(each) for each in people.mandates_held(person) if each.person_id not in selves]


def given(principal: Person | Organisation) -> list[MandateView]:
    """Return the mandates that a principal ever gave, the newest first."""
    return [_view(each) for each in people.mandates_given(principal)]


def mandate_for(person: Person, mandate: int) -> Mandate:
    """Return a mandate that the person may end: as principal, as its representative, or as agent; to others it does not exist."""
    found = people.mandate(mandate)
    if found is not None:
        selves = access.selves(person)
        of_principal = found.person_id in selves or (
            found.organisation_id is not None and people.represents(person, found.organisation_id)
        )
        if found.agent_id in selves or (of_principal and not found.representative):
            return found
    raise Missing("parties.no_mandate", N_("There is no such mandate."))


def view_of(mandate: Mandate) -> MandateView:
    """Return a mandate as it is shown."""
    return _view(mandate)


def to_answer(person: Person) -> list[OfferView]:
    """Return the mandates that were offered to a person and wait for their answer."""
    return [_offered(row) for row in _open().filter(agent__in=access.selves(person), until__gte=clock.today())]


def unanswered(principal: Person | Organisation) -> list[OfferView]:
    """Return the mandates that a principal has offered and that are not answered."""
    of = Q(person=principal.pk) if isinstance(principal, people.Person) else Q(organisation=principal.pk)
    return [_offered(row) for row in _open().filter(of)]


def offer_to(person: Person, offer: UUID) -> OfferView:
    """Return an open offer to a person; to others it does not exist."""
    row = _open().filter(pk=offer, agent__in=access.selves(person)).first()
    if row is None:
        raise Missing("parties.no_offer", N_("There is no such offer, or it was answered already."))
    return _offered(row)


def _open() -> QuerySet[Offer]:
    rows = Offer.objects.filter(ended_at=None).select_related("person", "organisation", "agent")
    return rows.order_by("-offered_at", "pk")


def _offered(row: Offer) -> OfferView:
    return OfferView(
        row.pk, _name(row.person, row.organisation), row.agent.name, tuple(row.matters or ()), row.since, row.until
    )


def _view(row: Mandate) -> MandateView:
    return MandateView(
        id=row.pk,
        principal=_name(row.person, row.organisation),
        organisation=row.organisation_id,
        agent=row.agent.name,
        matters=tuple(row.matters or ()),
        since=row.valid_from,
        until=row.valid_to,
        representative=row.representative,
        in_force=_in_force(row, clock.today()),
        basis=row.basis,
    )


def _in_force(row: Mandate, day: dt.date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)


def _name(person: Person | None, organisation: Organisation | None) -> str:
    found = person or organisation
    return found.name if found else ""


def own_requests(person: Person) -> list[Representation]:
    """Return what a person has asked to be confirmed for, as long as it is open or was decided lately, the newest first."""
    rows = Representation.objects.filter(person__in=access.selves(person)).select_related("case", "organisation")
    return list(rows.order_by("-case_id")[:10])


# ── one human under two records ──────────────────────────────────────────────────────────────────────────────────────


def record(person: Person) -> Record:
    """Return a record as an official compares it."""
    return Record(
        person.pk,
        person.name,
        tuple(number.shown for number in people.numbers(person)),
        people.memberships(person).count(),
        person.created_at,
    )


def joinings(persons: Iterable[Person]) -> list[JoiningView]:
    """Return what was ever joined to these records or they were joined to, the newest first, each once."""
    found = {row.pk: row for person in persons for row in people.joinings(person)}
    return [_joining(row) for row in sorted(found.values(), key=lambda row: row.pk, reverse=True)]


def joining(number: int) -> JoiningView:
    """Return a joining; Missing when there is none."""
    row = people.joining(number)
    if row is None:
        raise Missing("people.no_joining", N_("There is no such joining of records."))
    return _joining(row)


def _joining(row: Joining) -> JoiningView:
    return JoiningView(row.pk, row.kept.name, row.other.name, row.basis, row.joined_at, row.ended_at, row.ended_basis)
