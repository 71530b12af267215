"""The page of one official: posts, substitutes, account, what they may do and why, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.identity.pages.staff import past, wording
from vamco.systems.identity.queries import staff as queries
from vamco.systems.identity.rules import staff as rules
from vamco.web import words
from vamco.web.components import Cell, Column, Fact, Link, Table
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.world.access.public import Scope
    from vamco.kernel.world.people.public import Membership, Person, Substitution
    from vamco.systems.identity.queries.staff import Official


@page(queries.MANAGE)
def official(request: Request, official_id: int) -> HttpResponseBase:
    """One official whom the reader administers."""
    reader = signed_in(request)
    found = queries.official(official_id, reader)
    scope = access.scope(reader, queries.MANAGE)
    oneself = found.person.pk == reader.pk
    whole = all(queries.in_reach(scope, post) for post in queries.later_posts(found.posts, clock.today()))
    context = {
        "official": found,
        "crumbs": [Link(_("Officials"), reverse("identity:staff")), Link(found.person.name)],
        "state": wording.ACCOUNT[found.account.state],
        "oneself": oneself,
        "whole": whole,
        "buttons": [] if oneself else buttons(found, whole=whole),
        "posts": posts_table(found.posts, None if oneself else scope),
        "substitutions": substitutions_table(found.substitutions, found.person, acting=not oneself),
        "account": account_facts(found),
        "cases": cases_facts(found.person),
        "may": may_table(found),
        "history": past.timeline(found.person),
        **asked(request, found),
    }
    return render(request, "identity/staff/official.html", context)


def buttons(found: Official, *, whole: bool) -> list[Link]:
    """Return what an administrator can do with an official as a whole; what a part of their posts forbids is left out."""
    number = [found.person.pk]
    later = queries.later_posts(found.posts, clock.today())
    shown = [Link(_("Give a further post"), reverse("identity:appoint", args=number), "plus")]
    if later:
        shown.append(Link(_("Name a substitute"), reverse("identity:substitute", args=number), "calendar"))
    if not whole:
        return shown
    if found.account.state == "none":
        shown.append(Link(_("Open an account"), reverse("identity:open_account", args=number), "user"))
    elif found.account.state == "locked":
        shown.append(Link(_("Unlock the account"), reverse("identity:unlock_account", args=number), "lock"))
    else:
        shown.append(Link(_("New one-time link"), reverse("identity:new_link", args=number), "link"))
        shown.append(Link(_("Lock the account"), reverse("identity:lock_account", args=number), "lock"))
    return shown


def posts_table(posts: tuple[Membership, ...], scope: Scope | None) -> Table:
    """Return the posts, the newest first; with links to what can be done, where they lie in a scope."""
    roles, today = access.roles(), clock.today()
    columns = [
        Column(label=_("Post")),
        Column(label=_("Agency")),
        Column(label=_("First day"), tight=True),
        Column(label=_("Last day"), tight=True),
        Column(label=_("State")),
    ]
    if scope is not None:
        columns += [Column(label=_("Move"), hidden_label=True), Column(label=_("End"), hidden_label=True)]
    rows = []
    for post in posts:
        tone, word = wording.standing(post)
        role = wording.role(post.role, roles)
        cells: list[Any] = [
            Cell(text=wording.office(post) or role, note=role if wording.office(post) else ""),
            wording.agency(post.agency),
            Cell(moment=post.valid_from),
            Cell(moment=post.valid_to) if post.valid_to and post.valid_to >= post.valid_from else "",
            Cell(text=word, tone=tone),
        ]
        if scope is not None:
            acting = queries.in_reach(scope, post) and queries.later_posts([post], today)
            cells += _links(post) if acting else _again(post, scope)
        rows.append(tuple(cells))
    return Table(caption=_("Posts"), hide_caption=True, columns=tuple(columns), rows=tuple(rows))


def _links(post: Membership) -> list[Any]:
    begun = post.valid_from <= clock.today()
    end = _("End") if begun else _("Call off")
    return [
        Cell(text=_("Move"), url=reverse("identity:move", args=[post.pk])),
        Cell(text=end, url=reverse("identity:dismiss", args=[post.pk])),
    ]


def _again(post: Membership, scope: Scope) -> list[Any]:
    if not queries.in_reach(scope, post):
        return ["", ""]
    address = reverse("identity:appoint", args=[post.person_id])
    return [Cell(text=_("Appoint again"), url=f"{address}?post={post.pk}"), ""]


def substitutions_table(
    rows: tuple[Substitution, ...], person: Person, *, acting: bool, own: bool = False
) -> Table | None:
    """Return who acts for a person and for whom they act; None where there was never anybody."""
    if not rows:
        return None
    titles = access.acts()
    columns = [
        Column(label=_("Who for whom")),
        Column(label=_("For the posts in")),
        Column(label=_("First day"), tight=True),
        Column(label=_("Last day"), tight=True),
        Column(label=_("State")),
        *([Column(label=_("End"), hidden_label=True)] if acting else []),
    ]
    shown = []
    for row in rows:
        tone, word = wording.standing(row)
        names = {"absent": row.absent.name, "substitute": row.substitute.name}
        what = (
            _("all acts") if row.acts is None else ", ".join(_(titles[act].title) for act in row.acts if act in titles)
        )
        over = rules.standing(row.valid_from, row.valid_to, clock.today()) == "past"
        cells: list[Any] = [
            Cell(text=_("%(substitute)s for %(absent)s") % names, note=what),
            wording.agency(row.agency) if row.agency else _("all posts"),
            Cell(moment=row.valid_from),
            Cell(moment=row.valid_to),
            Cell(text=word, tone=tone),
        ]
        if acting:
            mine = own or row.absent_id == person.pk
            name = "identity:end_own_substitution" if own else "identity:end_substitution"
            cells.append(Cell(text=_("End"), url=reverse(name, args=[row.pk])) if mine and not over else "")
        shown.append(tuple(cells))
    return Table(caption=_("Substitutes"), hide_caption=True, columns=tuple(columns), rows=tuple(shown))


def account_facts(found: Official) -> list[Fact]:
    """Return how the account stands."""
    account = found.account
    if account.state == "none":
        return [Fact(term=_("Account"), text=_("None: this person cannot log in."))]
    yes, no = _("Yes"), _("No")
    facts = [
        Fact(term=_("Account name"), text=account.username),
        Fact(term=_("Last sign-in"), text="" if account.last_login else _("never"), moment=account.last_login),
        Fact(term=_("Second factor"), text=yes if account.second_factor else no),
        Fact(term=_("Passkey"), text=yes if account.passkey else no),
        Fact(term=_("Also signs in by national eID"), text=yes if account.eid else no),
    ]
    if account.state == "invited":
        open_until = account.link_until is not None and account.link_until > clock.now()
        text = words.moment(account.link_until) if open_until and account.link_until else _("expired: give a new one")
        facts.append(Fact(term=_("One-time link valid until"), text=text))
    return facts


def cases_facts(person: Person) -> list[Fact]:
    """Return how many open cases an official has in hand, by agency."""
    held = queries.cases_in_hand(person)
    names = words.agency_names(code for code, _count in held)
    return [Fact(term=names.get(code, code), text=words.number(count)) for code, count in held]


def may_table(found: Official) -> Table | None:
    """Return what the roles that are in force allow."""
    roles, titles = access.roles(), access.acts()
    today = clock.today()
    held = [post for post in found.posts if rules.standing(post.valid_from, post.valid_to, today) == "now"]
    by_act: dict[str, list[str]] = {}
    for post in held:
        for act in roles[post.role].acts if post.role in roles else ():
            by_act.setdefault(act, []).append(f"{wording.role(post.role, roles)}, {wording.agency(post.agency)}")
    if not by_act:
        return None
    rows = sorted((_(titles[act].title), "; ".join(why)) for act, why in by_act.items() if act in titles)
    return Table(
        caption=_("Acts"),
        hide_caption=True,
        columns=(Column(label=_("Act")), Column(label=_("By the role"))),
        rows=tuple(rows),
    )


def asked(request: Request, found: Official) -> dict[str, Any]:
    """Return the answer to "may they do this, for that agency, and why": what each of their roles says."""
    titles = access.acts()
    act, code = request.GET.get("act", ""), request.GET.get("agency", "")
    context: dict[str, Any] = {
        "acts": sorted(((code, _(known.title)) for code, known in titles.items()), key=lambda one: one[1]),
        "agencies": [(row.code, wording.agency(row)) for row in agencies.at_work()],
        "asked_act": act,
        "asked_agency": code,
    }
    agency = agencies.find(code) if code else None
    if act in titles and agency is not None:
        said = access.explain(found.person, act, agency)
        english = words.language() == "en"
        context["explained"] = said.allowed
        context["verdicts"] = [verdict.text(_, english=english) for verdict in said.verdicts]
    return context
