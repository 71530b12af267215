"""Officials: who holds, held or will hold a post, for those who administer them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from vamco.kernel.world.people.models import Membership, Person, Position, Substitution
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from django.db.models import QuerySet


def officials(within: Q) -> QuerySet[Person]:
    """Return who holds, held or will hold a post in some agencies; `within` is a condition on memberships, as access gives it."""
    return Person.objects.filter(pk__in=Membership.objects.filter(within).order_by().values("person"))


def every_post() -> QuerySet[Membership]:
    """Return all posts of everybody, past, present and future, the newest first; with agency and position."""
    return Membership.objects.select_related("agency", "position").order_by("-valid_from", "-pk")


def posts(persons: Collection[int]) -> dict[int, list[Membership]]:
    """Return all posts of persons by their ids, past, present and future, the newest first; with agency and position."""
    found: dict[int, list[Membership]] = defaultdict(list)
    for row in every_post().filter(person__in=persons):
        found[row.person_id].append(row)
    return found


def post(number: int, *, hold: bool = False) -> Membership:
    """Return a post by its id, locked until the transaction ends where asked; Missing when there is none."""
    rows = Membership.objects.select_related("agency", "position", "person")
    found = (rows.select_for_update(of=("self",)) if hold else rows).filter(pk=number).first()
    if found is None:
        raise Missing("people.no_post", N_("There is no such post."))
    return found


def substitution(number: int) -> Substitution:
    """Return a substitution by its id; Missing when there is none."""
    found = Substitution.objects.select_related("absent", "substitute", "agency").filter(pk=number).first()
    if found is None:
        raise Missing("people.no_substitution", N_("There is no such substitution."))
    return found


def substitutions(person: Person) -> QuerySet[Substitution]:
    """Return all substitutions in which a person is absent or acts for somebody, the newest first."""
    rows = Substitution.objects.filter(Q(absent=person) | Q(substitute=person))
    return rows.select_related("absent", "substitute", "agency").order_by("-valid_from", "-pk")


def positions() -> list[Position]:
    """Return the positions of the pack, the highest first."""
    return list(Position.objects.order_by("rank", "code"))


def holders(roles: Collection[str], as_of: dt.date) -> QuerySet[Membership]:
    """Return who holds one of these roles on a day, in an agency that exists then."""
    rows = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=as_of), role__in=roles, valid_from__lte=as_of, agency__valid_from__lte=as_of
    )
    return rows.filter(Q(agency__valid_to=None) | Q(agency__valid_to__gte=as_of)).select_related("person")


def left(as_of: dt.date) -> QuerySet[Person]:
    """Return who held a post before a day and holds none on it or later: they are officials no more."""
    ended = Membership.objects.filter(valid_to__lt=as_of).order_by().values("person")
    later = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=as_of)).order_by().values("person")
    return Person.objects.filter(pk__in=ended).exclude(pk__in=later)
