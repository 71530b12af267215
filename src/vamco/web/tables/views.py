"""Views that people keep: addresses of a table under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.text import nfc, row_number
from vamco.web.models import SavedView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.people.models import Person

MOST: Final = 30  # of one person for one table
_LONGEST_NAME: Final = 60
_LONGEST_QUERY: Final = 4000
GONE: Final = N_("This view is not there any more.")


def views_of(person: Person | None, listing: str) -> Sequence[SavedView]:
    """Give somebody's views of a table, the oldest first."""
    return () if person is None else list(SavedView.objects.filter(person=person, listing=listing).order_by("pk"))


@transaction.atomic
def save(person: Person, listing: str, name: str, query: str) -> SavedView:
    """Keep an address under a name; the name's earlier address is replaced."""
    name = " ".join(nfc(name.replace("\0", "")).split())[:_LONGEST_NAME].strip()
    if not name:
        raise Refused("tables.no_name", N_("Give the view a name."))
    if len(query) > _LONGEST_QUERY:
        raise Refused("tables.long_view", N_("This view has too many filters to be kept."))
    type(person).objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)  # two at once would both count 29
    others = SavedView.objects.filter(person=person, listing=listing).exclude(name=name)
    if others.count() >= MOST:
        raise Refused("tables.many_views", N_("You keep %(most)s views of this table. Remove one first."), most=MOST)
    view, _new = SavedView.objects.update_or_create(
        person=person, listing=listing, name=name, defaults={"query": query, "saved_at": clock.now()}
    )
    return view


def drop(person: Person, listing: str, view: str) -> str:
    """Remove somebody's own view; gives its name."""
    kept = SavedView.objects.filter(person=person, listing=listing, pk=row_number(view) or 0).first()
    if kept is None:
        raise Missing("tables.no_view", GONE)
    kept.delete()
    return kept.name
