from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db.models import F, Q

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people.contracts import MaskedNumber
from vamco.kernel.world.people.models import (
    IdentityNumber,
    Joining,
    Mandate,
    Matter,
    Membership,
    Organisation,
    Person,
    Substitution,
)
from vamco.kernel.world.people.queries.keys import keyring
from vamco.kernel.world.people.rules import formats
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.contracts import NumberKind

    Holder = Person | Organisation


def get(number: int) -> Person:
    """Return the person with an id; Missing when there is none."""
    found = Person.objects.filter(pk=number).first()
    if found is None:
        raise Missing("people.no_person", N_("There is no person %(person)s."), person=number)
    return found


def organisation(number: int) -> Organisation:
    """Return the organisation with an id; Missing when there is none."""
    found = Organisation.objects.filter(pk=number).first()
    if found is None:
        raise Missing("people.no_organisation", N_("There is no organisation %(organisation)s."), organisation=number)
    return found


def by_id(numbers: Iterable[int]) -> dict[int, Person]:
    """Return those persons with one of the ids, in one statement."""
    return Person.objects.in_bulk(list(numbers))


def memberships(person: Person, as_of: dt.date | None = None) -> QuerySet[Membership]:
    """What the person is today, or on a day, in agencies that exist then; the first one appointed to comes first."""
    held = Membership.objects.filter(_in_force(as_of), _in_force(as_of, "agency__"), person=person)
    return held.select_related("agency").order_by("valid_from", "pk")


def home(person: Person, as_of: dt.date | None = None) -> Agency:
    """The agency that the person works for today, or on a day; the first, where there are several."""
    membership = memberships(person, as_of).first()
    if membership is None:
        raise Missing("people.no_agency", N_("%(person)s works for no agency at present."), person=person.name)
    return membership.agency


def staff(agency: Agency, as_of: dt.date | None = None) -> QuerySet[Membership]:
    """Who works for an agency today, or on a day: by post, the highest first, then by name in Vietnamese order."""
    held = Membership.objects.filter(_in_force(as_of), _in_force(as_of, "agency__"), agency=agency)
    return held.select_related("person", "position").order_by(
        F("position__rank").asc(nulls_last=True), "person__sort_key", "pk"
    )


def staff_below(agency: Agency, roles: Collection[str], as_of: dt.date | None = None) -> QuerySet[Membership]:
    """Return who holds one of these roles today, or on a day, in an agency below another one: as its office does, for instance."""
    held = Membership.objects.filter(_in_force(as_of), _in_force(as_of, "agency__"), role__in=roles)
    below = held.filter(agency__path__startswith=agency.path).exclude(agency=agency)
    return below.select_related("person").order_by("person__sort_key", "pk")


def posts_of(persons: Collection[int]) -> QuerySet[Membership]:
    """Return every post that persons ever held, by their ids, with agencies and positions, the oldest first."""
    held = Membership.objects.filter(person__in=persons).select_related("agency", "position")
    return held.order_by("valid_from", "pk")


def acting_for(person: Person, as_of: dt.date | None = None) -> QuerySet[Substitution]:
    """Give for whom the person acts today, or on a day."""
    held = Substitution.objects.filter(_in_force(as_of), substitute=person)
    return held.select_related("absent", "agency").order_by("valid_from", "pk")


def substitutes(person: Person, as_of: dt.date | None = None) -> QuerySet[Substitution]:
    """Give who acts for the person today, or on a day."""
    held = Substitution.objects.filter(_in_force(as_of), absent=person)
    return held.select_related("substitute", "agency").order_by("valid_from", "pk")


def mandates_given(principal: Person | Organisation) -> QuerySet[Mandate]:
    """Return every mandate that a person or an organisation ever gave, the newest first."""
    return principal.mandates.select_related("agent").order_by("-valid_from", "-pk")


def mandates_held(agent: Person, as_of: dt.date | None = None) -> QuerySet[Mandate]:
    """Return the mandates by which a person acts for others today, or on a day."""
    day = as_of or clock.today()
    held = Mandate.objects.filter(agent__in=access.selves(agent), valid_from__lte=day).exclude(valid_to__lt=day)
    return held.select_related("person", "organisation", "agent").order_by("valid_from", "pk")


def mandate(number: int) -> Mandate | None:
    """Return the mandate with an id, in force or not; None when there is none. Who may see it, the caller asks."""
    return Mandate.objects.select_related("person", "organisation", "agent").filter(pk=number).first()


def represents(person: Person, organisation: int, as_of: dt.date | None = None) -> bool:
    """Return whether a person represents an organisation by law or charter, so that they give mandates in its name."""
    return any(held.representative and held.organisation_id == organisation for held in mandates_held(person, as_of))


def matters() -> list[Matter]:
    """Return the fields of law to which a mandate can be limited, by code."""
    return list(Matter.objects.order_by("code"))


def kept(person: Person) -> Person:
    """Return the record that a person's record is joined to, directly or over others; itself where it is joined to none."""
    seen = {person.pk}
    while (row := Joining.objects.select_related("kept").filter(other=person, ended_at=None).first()) is not None:
        if row.kept_id in seen:  # never by our own acts; a loop here would lock the person out
            break
        seen.add(row.kept_id)
        person = row.kept
    return person


def joining(number: int) -> Joining | None:
    """Return the joining with an id; None when there is none."""
    return Joining.objects.select_related("kept", "other").filter(pk=number).first()


def joinings(person: Person) -> QuerySet[Joining]:
    """Return what was ever joined to a person's record or it was joined to, the newest first."""
    rows = Joining.objects.filter(Q(kept=person) | Q(other=person))
    return rows.select_related("kept", "other").order_by("-joined_at", "-pk")


def find_by_number(kind: NumberKind, written: str, as_of: dt.date | None = None) -> Holder | None:
    """The person or organisation that has exactly this number today, or on a day; None for nobody. No number, no answer."""
    day = as_of or clock.today()
    number = formats.normal(kind, written, clock.today())
    row = (
        IdentityNumber.objects.filter(_in_force(day), kind=kind, blind__in=keyring().blinds(number, kind))
        .select_related("person", "organisation")
        .first()
    )
    return (row.person or row.organisation) if row else None


def numbers(holder: Holder, as_of: dt.date | None = None) -> list[MaskedNumber]:
    """Give the numbers of a person or organisation today, or on a day, masked."""
    rows = holder.numbers.filter(_in_force(as_of)).order_by("kind", "valid_from")
    return [
        MaskedNumber(
            row.pk, row.kind, formats.mask(cast("NumberKind", row.kind), opened(row)), row.valid_from, row.valid_to
        )
        for row in rows
    ]


def blinds_of(person: Person) -> list[tuple[str, bytes]]:
    """Return by what rows that keep a number of a person sealed are found: its kind, and its blind under each of the keys."""
    rows = person.numbers.filter(_in_force(None))
    return [(row.kind, blind) for row in rows for blind in keyring().blinds(opened(row), row.kind)]


def opened(row: IdentityNumber) -> str:
    """Give the number whole. Whoever shows it must have recorded why: `see_number` does."""
    return keyring().open(bytes(row.sealed), row.context)


def _in_force(as_of: dt.date | None, of: str = "") -> Q:
    day = as_of or clock.today()
    return Q(**{f"{of}valid_from__lte": day}) & (Q(**{f"{of}valid_to": None}) | Q(**{f"{of}valid_to__gte": day}))
