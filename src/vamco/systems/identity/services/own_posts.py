"""What officials arrange for their own leave: who acts for them, for which days and what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Forbidden, Refused
from vamco.systems.identity.queries import staff as known

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.people.public import Person, Substitution
    from vamco.systems.identity.rules.staff import StandIn

KEPT: Final = frozenset({known.MANAGE, known.IMPORT, "identity.set_up"})
"""Acts that nobody passes on by themselves: who gives rights to others is chosen by another administrator."""


def acts_to_pass_on(person: Person, agency: str = "") -> list[str]:
    """Return the acts that a person may let somebody else do for them: those of their own roles, in an agency or anywhere."""
    roles = access.roles()
    held = [post for post in people.memberships(person) if not agency or post.agency.code == agency]
    own = {act for post in held if post.role in roles for act in roles[post.role].acts}
    return sorted((own & access.acts().keys()) - KEPT)


def colleagues(person: Person) -> list[Person]:
    """Return who else holds a post today in an agency in which a person does, in Vietnamese order."""
    found = {
        post.person.pk: post.person
        for mine in people.memberships(person)
        for post in people.staff(mine.agency)
        if post.person.pk != person.pk
    }
    return sorted(found.values(), key=lambda one: (one.sort_key, one.pk))


def name_substitute(person: Person, given: StandIn) -> Substitution:
    """Let a colleague of an agency act for oneself there, from one day to another; in all that may be passed on, or some acts."""
    with transaction.atomic():
        me = people.get(person.pk)
        mine = next((post.agency for post in people.memberships(me) if post.agency.code == given.agency), None)
        if mine is None:
            raise Forbidden("identity.not_your_agency", N_("You hold no post in this agency."))
        colleague = next((post.person for post in people.staff(mine) if post.person.pk == given.substitute), None)
        if colleague is None or colleague.pk == me.pk:
            raise Refused("identity.no_colleague", N_("Choose a colleague who works for this agency."))
        allowed = acts_to_pass_on(me, given.agency)
        wanted = allowed if given.acts is None else sorted(set(given.acts))
        if not wanted or not set(wanted) <= set(allowed):
            raise Forbidden("identity.not_your_act", N_("You can pass on only what you may do yourself."))
        if given.until < clock.today():
            raise Refused("identity.leave_is_over", N_("The last day lies in the past."))
        return people.substitute(
            me, colleague, since=given.since, until=given.until, acts=wanted, agency=mine, actor=me.actor
        )


def end_own_substitution(person: Person, substitution_id: int, *, until: dt.date) -> Substitution:
    """End earlier who acts for oneself, or what one does for another."""
    with transaction.atomic():
        row = people.substitution(substitution_id)
        if person.pk not in {row.absent_id, row.substitute_id}:
            raise Forbidden("identity.not_your_substitution", N_("You are not allowed to do this."))
        people.end_substitution(row, until=until, actor=person.actor)
        return row
