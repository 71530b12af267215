from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.world.people.models import Membership, Person
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vamco.kernel.world.agencies.models import Agency


def memberships(person: Person) -> QuerySet[Membership]:
    """What the person is today, with the agencies; the first one appointed to comes first."""
    today = clock.today()
    held = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), person=person, valid_from__lte=today)
    return held.select_related("agency").order_by("valid_from", "pk")


def home(person: Person) -> Agency:
    """The agency that the person works for today; the first, where there are several."""
    membership = memberships(person).first()
    if membership is None:
        raise Missing("people.no_agency", N_("%(person)s works for no agency at present."), person=person.name)
    return membership.agency
