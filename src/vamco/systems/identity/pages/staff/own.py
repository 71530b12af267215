"""One's own posts: what one is where, who acts for oneself, and for whom one acts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.systems.identity.pages.staff import effects, wording
from vamco.systems.identity.pages.staff import forms as entered
from vamco.systems.identity.pages.staff.deciding import Deciding, answer
from vamco.systems.identity.pages.staff.forms import stand_in
from vamco.systems.identity.pages.staff.official import posts_table, substitutions_table
from vamco.systems.identity.services import own_posts as services
from vamco.web.components import Fact, Link
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.web.components import Text

DAY = dt.timedelta(days=1)
METHODS = ("GET", "HEAD", "POST")


@page(SIGNED_IN)
def posts(request: Request) -> HttpResponseBase:
    """The reader's own posts and substitutes."""
    person = signed_in(request)
    held = tuple(people.posts([person.pk]).get(person.pk, ()))
    rows = tuple(people.substitutions(person))
    context = {
        "crumbs": [Link(_("My posts"))],
        "posts": posts_table(held, None) if held else None,
        "substitutions": substitutions_table(rows, person, acting=True, own=True),
        "may_name": bool(people.memberships(person)) and bool(services.acts_to_pass_on(person)),
    }
    return render(request, "identity/staff/own.html", context)


@page(SIGNED_IN, methods=METHODS)
def substitute(request: Request) -> HttpResponseBase:
    """Name who acts for the reader while they are away."""
    person, title = signed_in(request), _("Name my substitute")
    where = list({post.agency.code: wording.agency(post.agency) for post in people.memberships(person)}.items())
    if not where:
        raise Missing("identity.no_own_post", N_("You hold no post, so nobody can stand in for you."))
    titles = access.acts()
    acts = sorted(((act, _(titles[act].title)) for act in services.acts_to_pass_on(person)), key=lambda one: one[1])
    others = [(str(one.pk), one.name) for one in services.colleagues(person)]
    start = {"since": clock.today(), "until": clock.today() + 6 * DAY}
    form = entered.OwnSubstituteForm(
        others, where, acts, request.POST if request.method == "POST" else None, initial=start
    )

    def do(sent: dict[str, Any]) -> Text:
        services.name_substitute(person, stand_in(sent))
        return _("Your substitute is named.")

    act = Deciding(
        title=title,
        form=form,
        intro=_("A colleague of the same agency acts for you for some days. What you do for others is not passed on."),
        effects=lambda sent: effects.standing_in(person.name, sent, dict(others), dict(where), dict(acts)),
        do=do,
        back=reverse("identity:own_posts"),
        crumbs=[Link(_("My posts"), reverse("identity:own_posts")), Link(title)],
        go=title,
    )
    return answer(request, act)


@page(SIGNED_IN, methods=METHODS)
def end(request: Request, own_substitution_id: int) -> HttpResponseBase:
    """End a substitution of the reader's earlier: somebody's for them, or theirs for somebody."""
    person, title = signed_in(request), _("End the substitution")
    missing = Missing("people.no_substitution", N_("There is no such substitution."))
    try:
        row = people.substitution(own_substitution_id)
    except Missing:
        raise missing from None
    if person.pk not in {row.absent_id, row.substitute_id}:
        raise missing
    names = {"substitute": row.substitute.name, "absent": row.absent.name}
    last = min(row.valid_to, max(clock.today() - DAY, row.valid_from - DAY))
    sent_form = request.POST if request.method == "POST" else None
    form = entered.UntilForm(row.valid_from, row.valid_to, sent_form, initial={"until": last}, own=True)

    def do(sent: dict[str, Any]) -> Text:
        services.end_own_substitution(person, own_substitution_id, until=sent["until"])
        return _("%(substitute)s no longer acts for %(absent)s after that day.") % names

    act = Deciding(
        title=title,
        form=form,
        facts=[Fact(term=_("%(substitute)s for %(absent)s") % names, text=wording.span(row.valid_from, row.valid_to))],
        effects=lambda sent: [effects.standing_in_ends(names, row.valid_from, sent["until"])],
        do=do,
        back=reverse("identity:own_posts"),
        crumbs=[Link(_("My posts"), reverse("identity:own_posts")), Link(title)],
        danger=True,
        go=title,
    )
    return answer(request, act)
