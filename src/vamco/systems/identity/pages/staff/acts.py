"""What administrators do with officials: each act is entered, shown with what it will do, and confirmed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.systems.identity import queries as accounts
from vamco.systems.identity.pages.own import FRESH
from vamco.systems.identity.pages.staff import effects, wording
from vamco.systems.identity.pages.staff import forms as entered
from vamco.systems.identity.pages.staff.deciding import Deciding, answer
from vamco.systems.identity.pages.staff.forms import stand_in
from vamco.systems.identity.queries import staff as queries
from vamco.systems.identity.rules import staff as rules
from vamco.systems.identity.services import staff as services
from vamco.web.components import Fact, Link
from vamco.web.pages import Request, page, signed_in

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Membership, Person
    from vamco.systems.identity.queries.staff import Official
    from vamco.web.components import Text

METHODS = ("GET", "HEAD", "POST")
DAY = dt.timedelta(days=1)


def _on(request: Request, official: Official, title: Text, form: Form, **act: Any) -> HttpResponseBase:
    """Answer an act on an official, which begins and ends at their page; its button bears its title unless `go` says otherwise."""
    home = reverse("identity:official", args=[official.person.pk])
    crumbs = [_officials(), Link(official.person.name, home), Link(title)]
    return answer(request, Deciding(**{"go": title, **act}, title=title, form=form, back=home, crumbs=crumbs))


def _officials() -> Link:
    return Link(_("Officials"), reverse("identity:staff"))


def _sent(request: Request) -> Any:
    return request.POST if request.method == "POST" else None


def _post(post_id: int, reader: Person) -> tuple[Membership, Official]:
    """Return a post with its official; Missing alike for one that is not there and one out of reach."""
    missing = Missing("people.no_post", N_("There is no such post."))
    try:
        post = people.post(post_id)
        return post, queries.official(post.person_id, reader)
    except Missing:
        raise missing from None


def _others(reader: Person, official: Official, agency: str = "") -> list[tuple[str, str]]:
    """Return the officials in reach who could take something over, in Vietnamese order; of an agency where one is named."""
    found = queries.officials(reader, queries.Wanted(agency=agency)).exclude(pk__in=(official.person.pk, reader.pk))
    gone = people.left(clock.today())
    return [(str(one.pk), one.name) for one in found.exclude(pk__in=gone.values("pk")).order_by("sort_key")[:500]]


def _cases(held: int, sent: dict[str, Any], colleagues: list[tuple[str, str]]) -> effects.Cases:
    return effects.Cases(held, dict(colleagues).get(str(sent.get("successor") or ""), ""))


@page(queries.MANAGE, methods=METHODS, level=2, within=FRESH)
def invite(request: Request) -> HttpResponseBase:
    """Make somebody an official."""
    reader, title = signed_in(request), _("Invite an official")
    form = entered.InviteForm(reader, _sent(request), initial={"since": clock.today(), **_chosen(request)})

    def invitation(sent: dict[str, Any]) -> rules.Invitation:
        name = sent["username"] or rules.account_name(sent["name"], set(accounts.usernames()))
        return rules.Invitation(sent["name"], name, form.given, sent["email"], sent["number"])

    act = Deciding(
        title=title,
        form=form,
        intro=_("They get a one-time link, by which they choose a password of their own and set up the second factor."),
        effects=lambda sent: effects.inviting(invitation(sent)),
        do=lambda sent: services.invite(invitation(sent), by=reader, reason=sent["reason"]),
        back=reverse("identity:staff"),
        crumbs=[_officials(), Link(title)],
        go=_("Invite"),
    )
    return answer(request, act)


def _chosen(request: Request) -> dict[str, str]:
    return {"agency": request.GET["agency"]} if "agency" in request.GET else {}


@page(queries.MANAGE, methods=METHODS, level=2, within=FRESH)
def appoint(request: Request, official_id: int) -> HttpResponseBase:
    """Give an official a further post, or one that has ended again; `?post=` says which."""
    reader, title = signed_in(request), _("Give a further post")
    official = queries.official(official_id, reader)
    before = next((post for post in official.posts if str(post.pk) == request.GET.get("post")), None)
    start = {"seen": official.stamp, "since": clock.today(), **(_again(before) if before else {})}
    form = entered.PostForm(reader, _sent(request), initial=start)

    def do(sent: dict[str, Any]) -> Text:
        services.appoint(official_id, form.given, by=reader, seen=sent["seen"], reason=sent["reason"])
        return _("%(name)s has the post.") % {"name": official.person.name}

    return _on(
        request,
        official,
        title,
        form,
        effects=lambda _sent: effects.appointing(official, form.given),
        do=do,
        go=_("Give the post"),
    )


def _again(post: Membership) -> dict[str, Any]:
    """Return what a post was, to be given again from the day after it ended."""
    day = post.valid_to + DAY if post.valid_to and post.valid_to >= post.valid_from else post.valid_from
    position = post.position.code if post.position else ""
    return {
        "agency": post.agency.code, "role": post.role, "position": position, "title": post.title, "since": day
    }  # fmt: skip


@page(queries.MANAGE, methods=METHODS, level=2, within=FRESH)
def move(request: Request, post_id: int) -> HttpResponseBase:
    """Move an official to another agency on a day."""
    reader, title = signed_in(request), _("Move to another post")
    post, official = _post(post_id, reader)
    held = dict(queries.cases_in_hand(official.person)).get(post.agency.code, 0)
    colleagues = _others(reader, official, post.agency.code) if held else []
    start = {"seen": official.stamp, "role": post.role, "position": post.position.code if post.position else ""}
    form = entered.MoveForm(reader, colleagues, _sent(request), initial=start)

    def do(sent: dict[str, Any]) -> Text:
        successor = sent.get("successor")
        services.move(post_id, form.given, by=reader, seen=sent["seen"], reason=sent["reason"], successor=successor)
        return _("%(name)s moves on %(day)s.") % {"name": official.person.name, "day": wording.day(sent["since"])}

    return _on(
        request,
        official,
        title,
        form,
        facts=[_now(post)],
        effects=lambda sent: effects.moving(official, post, form.given, _cases(held, sent, colleagues)),
        do=do,
        go=_("Move"),
    )


def _now(post: Membership) -> Fact:
    return Fact(term=_("Post now"), text=f"{wording.post(post)}, {wording.span(post.valid_from, post.valid_to)}")


@page(queries.MANAGE, methods=METHODS, level=2, within=FRESH)
def dismiss(request: Request, post_id: int) -> HttpResponseBase:
    """End a post after a day, or call one off that has not begun."""
    reader = signed_in(request)
    post, official = _post(post_id, reader)
    begun = post.valid_from <= clock.today()
    title = _("End the post") if begun else _("Call the post off")
    held = dict(queries.cases_in_hand(official.person)).get(post.agency.code, 0)
    colleagues = _others(reader, official, post.agency.code) if held else []
    start = {"seen": official.stamp, "until": clock.today() if begun else post.valid_from - DAY}
    form = entered.EndForm(post.valid_from, post.valid_to, colleagues, _sent(request), initial=start)

    def do(sent: dict[str, Any]) -> Text:
        successor = sent.get("successor")
        services.dismiss(
            post_id, until=sent["until"], by=reader, seen=sent["seen"], reason=sent["reason"], successor=successor
        )
        return _("Done. The last day is %(day)s.") % {"day": wording.day(sent["until"])}

    return _on(
        request,
        official,
        title,
        form,
        facts=[_now(post)],
        effects=lambda sent: effects.ending(official, post, sent["until"], _cases(held, sent, colleagues)),
        do=do,
        danger=True,
    )


@page(queries.MANAGE, methods=METHODS, level=2, within=FRESH)
def substitute(request: Request, official_id: int) -> HttpResponseBase:
    """Let somebody act for an official who is away."""
    reader, title = signed_in(request), _("Name a substitute")
    official = queries.official(official_id, reader)
    later = queries.later_posts(official.posts, clock.today())
    where = list({post.agency.code: wording.agency(post.agency) for post in later}.items())
    roles, titles = access.roles(), access.acts()
    own = {act for post in later if post.role in roles for act in roles[post.role].acts}
    acts = sorted(((act, _(titles[act].title)) for act in own if act in titles), key=lambda one: one[1])
    start = {"seen": official.stamp, "since": clock.today(), "until": clock.today() + 13 * DAY}
    others = _others(reader, official)
    form = entered.SubstituteForm(others, where, acts, _sent(request), initial=start)

    def do(sent: dict[str, Any]) -> Text:
        services.substitute(official_id, stand_in(sent), by=reader, seen=sent["seen"], reason=sent["reason"])
        return _("The substitute is named.")

    return _on(
        request,
        official,
        title,
        form,
        effects=lambda sent: effects.standing_in(official.person.name, sent, dict(others), dict(where), dict(acts)),
        do=do,
    )


@page(queries.MANAGE, methods=METHODS, level=2, within=FRESH)
def end_substitution(request: Request, substitution_id: int) -> HttpResponseBase:
    """End a substitution earlier than planned."""
    reader, title = signed_in(request), _("End the substitution")
    missing = Missing("people.no_substitution", N_("There is no such substitution."))
    try:
        row = people.substitution(substitution_id)
        official = queries.official(row.absent_id, reader)
    except Missing:
        raise missing from None
    last = min(row.valid_to, max(clock.today() - DAY, row.valid_from - DAY))
    form = entered.UntilForm(row.valid_from, row.valid_to, _sent(request), initial={"until": last})
    names = {"substitute": row.substitute.name, "absent": row.absent.name}

    def do(sent: dict[str, Any]) -> Text:
        services.end_substitution(substitution_id, until=sent["until"], by=reader, reason=sent["reason"])
        return _("%(substitute)s no longer acts for %(absent)s after that day.") % names

    return _on(
        request,
        official,
        title,
        form,
        facts=[Fact(term=_("%(substitute)s for %(absent)s") % names, text=wording.span(row.valid_from, row.valid_to))],
        effects=lambda sent: [effects.standing_in_ends(names, row.valid_from, sent["until"])],
        do=do,
        danger=True,
    )


@page(queries.MANAGE, methods=METHODS, level=2, within=FRESH)
def lock(request: Request, official_id: int) -> HttpResponseBase:
    """Close an official's account."""
    reader, title = signed_in(request), _("Lock the account")
    official = queries.official(official_id, reader)
    name = official.person.name

    def do(sent: dict[str, Any]) -> Text:
        services.lock_account(official_id, by=reader, seen=sent["seen"], reason=sent["reason"])
        return _("The account of %(name)s is locked.") % {"name": name}

    said = _("Nobody can log in with the account of %(name)s from now on; where they are signed in now, that ends at once, and open one-time links are void. Posts and cases stay.")  # fmt: skip
    return _on(
        request,
        official,
        title,
        entered.ReasonForm(_sent(request), initial={"seen": official.stamp}),
        effects=lambda _sent: [said % {"name": name}, *effects.held(queries.cases_in_hand(official.person))],
        do=do,
        danger=True,
    )


@page(queries.MANAGE, methods=METHODS, level=2, within=FRESH)
def unlock(request: Request, official_id: int) -> HttpResponseBase:
    """Open a locked account again."""
    reader, title = signed_in(request), _("Unlock the account")
    official = queries.official(official_id, reader)
    name = official.person.name

    def do(sent: dict[str, Any]) -> Text:
        services.unlock_account(official_id, by=reader, seen=sent["seen"], reason=sent["reason"])
        return _("%(name)s can log in again.") % {"name": name}

    return _on(
        request,
        official,
        title,
        entered.ReasonForm(_sent(request), initial={"seen": official.stamp}),
        effects=lambda _sent: [
            _("%(name)s can log in again, with the password and second factor they had.") % {"name": name}
        ],
        do=do,
    )


@page(queries.MANAGE, methods=METHODS, level=2, within=FRESH)
def link(request: Request, official_id: int) -> HttpResponseBase:
    """Give somebody who has lost their password or phone a new one-time link."""
    reader, title = signed_in(request), _("New one-time link")
    official = queries.official(official_id, reader)

    def do(sent: dict[str, Any]) -> services.Opened:
        remove = sent["remove_second_factor"]
        return services.new_link(
            official_id, remove_second_factor=remove, by=reader, seen=sent["seen"], reason=sent["reason"]
        )

    return _on(
        request,
        official,
        title,
        entered.LinkForm(_sent(request), initial={"seen": official.stamp}),
        intro=_("Make sure that it is really they who ask: by sight, or by calling back on a number that you know."),
        effects=lambda sent: effects.relinking(official.person.name, removes=sent["remove_second_factor"]),
        do=do,
        danger=True,
    )


@page(queries.MANAGE, methods=METHODS, level=2, within=FRESH)
def open_account(request: Request, official_id: int) -> HttpResponseBase:
    """Open an account for an official who has none."""
    reader, title = signed_in(request), _("Open an account")
    official = queries.official(official_id, reader)
    proposed = rules.account_name(official.person.name, set(accounts.usernames()))
    form = entered.AccountForm(_sent(request), initial={"seen": official.stamp, "username": proposed})
    return _on(
        request,
        official,
        title,
        form,
        effects=lambda sent: [effects.opening(official.person.name, sent["username"] or proposed)],
        do=lambda sent: services.open_for(
            official_id, sent["username"] or proposed, by=reader, seen=sent["seen"], reason=sent["reason"]
        ),
    )
