"""What administrators see of officials and their accounts, as far as their own reach goes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.lib.text import fold, spelling
from vamco.systems.identity.models import Account, EidLink, Passkey, SecondFactor, StaffImport
from vamco.systems.identity.rules import importing
from vamco.systems.identity.rules import staff as rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from vamco.kernel.world.access.public import RoleView, Scope
    from vamco.kernel.world.people.public import Membership, Person, Substitution

MANAGE: Final = "identity.manage_staff"
IMPORT: Final = "identity.import_staff"
_UNUSABLE: Final = Q(account__password__startswith=UNUSABLE_PASSWORD_PREFIX)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of officials is narrowed by; "" is all. `agency` is a code, with all below it."""

    words: str = ""
    agency: str = ""
    role: str = ""
    state: str = ""
    second_factor: str = ""  # yes, no


@dataclass(frozen=True, slots=True)
class Standing:
    """How an official's account stands. `state`: none, invited (no password yet), active or locked."""

    state: rules.AccountState
    username: str = ""
    last_login: dt.datetime | None = None
    second_factor: bool = False
    passkey: bool = False
    eid: bool = False
    link_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Official:
    """An official with all posts, the newest first. `stamp` is another one after any change of posts, substitutes or account."""

    person: Person
    account: Standing
    posts: tuple[Membership, ...]
    substitutions: tuple[Substitution, ...]
    stamp: str


def officials(reader: Person, wanted: Wanted) -> QuerySet[Person]:
    """Return the persons who hold, held or will hold a post in the reader's reach, with their accounts; a filter narrows them."""
    post = access.within(access.scope(reader, MANAGE))
    today = clock.today()
    if wanted.agency or wanted.role:
        post &= Q(valid_to=None) | Q(valid_to__gte=today)
    if wanted.agency:
        top = agencies.find(wanted.agency)
        post &= Q(agency__path__startswith=top.path) if top else Q(pk__in=())
    if wanted.role:
        post &= Q(role=wanted.role)
    found = people.officials(post).select_related("account")
    if words := fold(wanted.words):
        found = found.filter(Q(folded__contains=words) | Q(account__username__startswith=words))
    if wanted.state:
        found = _in_state(found, wanted.state, today)
    found = found.annotate(
        has_second_factor=Exists(SecondFactor.objects.filter(account__person=OuterRef("pk"))),
        has_passkey=Exists(Passkey.objects.filter(account__person=OuterRef("pk"))),
        has_eid=Exists(EidLink.objects.filter(account__person=OuterRef("pk"))),
    )
    if wanted.second_factor:
        secured = Q(has_second_factor=True) | Q(has_passkey=True)
        found = found.filter(secured if wanted.second_factor == "yes" else ~secured)
    return found


def _in_state(found: QuerySet[Person], state: str, today: dt.date) -> QuerySet[Person]:
    if state == "none":
        return found.filter(account=None)
    if state == "locked":
        return found.filter(account__is_active=False)
    if state == "left":
        return found.filter(pk__in=people.left(today).values("pk"))
    waiting = _UNUSABLE & Q(account__passkeys=None, account__eid_links=None)
    active = found.filter(account__is_active=True)
    return active.filter(waiting) if state == "invited" else active.exclude(waiting)


def standing_of(person: Person) -> Standing:
    """Return how the account of a row of `officials` stands."""
    account: Account | None = getattr(person, "account", None)
    if account is None:
        return Standing("none")
    second, passkey, eid = (getattr(person, f"has_{name}") for name in ("second_factor", "passkey", "eid"))
    opens = account.has_usable_password() or passkey or eid
    state: rules.AccountState = "locked" if not account.is_active else "active" if opens else "invited"
    return Standing(state, account.username, account.last_login, second, passkey, eid)


def official(number: int, reader: Person) -> Official:
    """Return an official whom the reader may administer; Missing for everybody else, whether there is such a person or not."""
    person = officials(reader, Wanted()).filter(pk=number).first()
    if person is None:
        raise Missing("identity.no_official", N_("There is no such official in your reach."))
    return whole(person)


def whole(person: Person) -> Official:
    """Return a row of `officials` with all that belongs to it."""
    posts = tuple(people.posts([person.pk]).get(person.pk, ()))
    substitutions = tuple(people.substitutions(person))
    account = standing_of(person)
    if account.state == "invited":
        link = person.account.links.filter(ended_at=None).order_by("-expires_at").first()
        until = link.expires_at if link else None
        account = Standing("invited", account.username, account.last_login, account.second_factor, link_until=until)
    parts: list[object] = [(post.pk, post.valid_to) for post in posts]
    parts += [(each.pk, each.valid_to) for each in substitutions]
    parts.append((account.state, account.username, account.second_factor, account.passkey))
    parts.append(getattr(getattr(person, "account", None), "generation", ""))
    return Official(person, account, posts, substitutions, rules.stamp(parts))


def roles_to_give(scope: Scope, path: str = "") -> list[RoleView]:
    """Return the roles that somebody with a scope may give in an agency at `path`; without it, in any agency at all."""
    found = access.roles().values()
    if path:
        return [role for role in found if role.acts and rules.reaches_no_further(scope, role.reach, path)]
    return [role for role in found if role.acts and (scope.everywhere or role.reach != "all")]


def in_reach(scope: Scope, post: Membership) -> bool:
    """Return whether a post may be administered within a scope: its agency, and all that its role reaches from there."""
    role = access.roles().get(post.role)
    return scope.covers(post.agency.path) and (
        role is None or rules.reaches_no_further(scope, role.reach, post.agency.path)
    )


def later_posts(posts: Sequence[Membership], today: dt.date) -> list[Membership]:
    """Return those posts that go on today or are still to come."""
    return [post for post in posts if rules.standing(post.valid_from, post.valid_to, today) != "past"]


def cases_in_hand(person: Person) -> list[tuple[str, int]]:
    """Return how many open cases a person has in hand, by the code of the agency for which, most first."""
    held = Counter(case.holder.code for case in cases.in_hand(person) if case.holder is not None)
    return held.most_common()


def administrator_remains(day: dt.date) -> bool:
    """Return whether on a day somebody with an open account administers the officials of the whole province."""
    roles = access.roles_everywhere(MANAGE)
    persons = people.holders(roles, day).values_list("person", flat=True)
    able = Account.objects.filter(person__in=persons, is_active=True)
    return able.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX, passkeys=None).exists()


def lists(reader: Person, most: int = 20) -> list[StaffImport]:
    """Return the lists that somebody has brought, the newest first."""
    return list(StaffImport.objects.filter(by=reader).defer("lines").order_by("-created_at")[:most])


EARLIEST: Final = dt.date(2000, 1, 1)
AHEAD: Final = dt.timedelta(days=366)


def to_read_by(scope: Scope) -> importing.Known:
    """Return what a list of officials is read by: what there is, who there is, and what the reader may give."""
    roles, today = access.roles(), clock.today()
    persons = dict(Account.objects.exclude(username__startswith="@").values_list("username", "person"))
    names = {person.pk: spelling(person.name) for person in people.by_id(persons.values()).values()}
    posts = people.posts(list(persons.values()))
    holders = {
        username: frozenset((names[number], post.agency.code, post.role) for post in posts.get(number, ()))
        for username, number in persons.items()
    }
    return importing.Known(
        agencies={
            row.code: (row.path, row.valid_from, row.valid_to) for row in agencies.of_kind() if scope.covers(row.path)
        },
        roles={code: (role.reach, (role.name, role.name_en)) for code, role in roles.items() if role.acts},
        positions={one.code: (one.name, one.name_en) for one in people.positions()},
        holders=holders,
        people=frozenset(held for each in holders.values() for held in each),
        first=EARLIEST,
        last=today + AHEAD,
        may_give=lambda role, path: rules.reaches_no_further(scope, roles[role].reach, path),
    )


HISTORY: Final = ("people.", "identity.")
_QUIET: Final = frozenset(
    {"identity.log_in", "identity.accept_password", "identity.log_in_failed", "identity.code_refused"}
)


def history(person: Person, limit: int = 100) -> list[audit.Seen]:
    """Return what was done to an official's posts and account, the newest first; where they signed in is their own to see."""
    found = audit.seen(f"person:{person.pk}", limit=limit * 3)
    return [each for each in found if each.act.startswith(HISTORY) and each.act not in _QUIET][:limit]
