"""The list of officials in an administrator's reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.systems.identity.pages.staff import wording
from vamco.systems.identity.pages.staff.forms import StaffFilters
from vamco.systems.identity.queries import staff as queries
from vamco.web.components import Cell, Column, Link
from vamco.web.pages import Request, page, signed_in
from vamco.web.tables import public as tables
from vamco.web.tables.public import Asked, Listing, Records, Row

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.world.access.public import RoleView
    from vamco.kernel.world.people.public import Person

COLUMNS: Final = (
    Column(label=_l("Official"), key="name", noted=_l("Account name")),
    Column(label=_l("Post"), key="post", sorts=False, noted=_l("Role")),
    Column(label=_l("Agency"), key="agency", sorts=False, noted=_l("Further posts")),
    Column(label=_l("Account"), key="account", sorts=False),
    Column(label=_l("Last sign-in"), key="last", tight=True),
    Column(label=_l("Second factor"), key="second", sorts=False),
    Column(label=_l("Passkey"), key="passkey", sorts=False, optional=True),
)


@page(queries.MANAGE, methods=tables.METHODS)
def staff(request: Request) -> HttpResponseBase:
    """Who works for the agencies in the reader's reach, how their accounts stand."""
    person = signed_in(request)
    context = {"may_import": access.allow(person, queries.IMPORT)}
    return tables.answer(request, listing(), "identity/staff/list.html", context)


def listing() -> Listing:
    """The officials, in Vietnamese order of their names."""
    return Listing(
        code="identity.staff",
        caption=_("Officials"),
        columns=COLUMNS,
        filters=StaffFilters,
        rows=_rows,
        sort="name",
        nothing=_("No official yet"),
        first_step=_("Invite somebody: they get a one-time link, by which they open their account."),
        step=Link(_("Invite an official"), reverse("identity:invite")),
    )


def _rows(asked: Asked) -> Records[Person]:
    answers = {name: asked.filters.get(name) or "" for name in StaffFilters.base_fields}
    found = queries.officials(cast("Person", asked.person), queries.Wanted(**answers))
    roles = access.roles()
    found = found.prefetch_related(Prefetch("membership_set", people.every_post(), to_attr="posts"))
    return Records(
        found,
        lambda person: _row(person, roles),
        {"name": "sort_key", "last": "account__last_login"},
        default="sort_key",
    )


def _row(person: Person, roles: dict[str, RoleView]) -> Row:
    account = queries.standing_of(person)
    posts = person.posts  # type: ignore[attr-defined]  # fetched with the rows
    later = queries.later_posts(posts, clock.today())
    shown = (later or posts)[0]
    tone, word = wording.ACCOUNT[account.state]
    begins, _word = wording.standing(shown)
    more = len(later) - 1
    return Row(
        key=str(person.pk),
        cells=(
            Cell(text=person.name, url=reverse("identity:official", args=[person.pk]), note=account.username),
            Cell(
                text=(wording.office(shown) or wording.role(shown.role, roles)) if later else _("No post any more"),
                note=wording.role(shown.role, roles) if wording.office(shown) or not later else "",
            ),
            Cell(
                text=wording.agency(shown.agency),
                note=_("and %(count)s more") % {"count": more}
                if more > 0
                else wording.span(shown.valid_from, None)
                if begins == "watch"
                else "",
            ),
            Cell(text=word, tone=tone),
            Cell(moment=account.last_login, text="" if account.last_login else _("never")),
            Cell(text=_("Yes") if account.second_factor else _("No")),
            Cell(text=_("Yes") if account.passkey else _("No")),
        ),
    )
