"""What administrators do with officials: invite, appoint, move, dismiss, let somebody stand in, and the account.

Each act is done within the administrator's own reach, never on themselves, one after the other: who decides on what has changed
meanwhile is refused. Somebody always remains who administers the whole province.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Forbidden, Missing, Refused
from vamco.lib.text import nfc
from vamco.systems.identity import queries
from vamco.systems.identity.models import Account
from vamco.systems.identity.queries import staff as known
from vamco.systems.identity.rules import staff as rules
from vamco.systems.identity.rules.eid import same_name
from vamco.systems.identity.services import accounts, links

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from vamco.kernel.world.access.public import RoleView, Scope
    from vamco.kernel.world.agencies.public import Agency
    from vamco.kernel.world.people.public import Membership, Person, Substitution
    from vamco.systems.identity.queries.staff import Official
    from vamco.systems.identity.rules.staff import Given, Invitation, StandIn

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Office:
    """An administrator at work: as they stand at this moment, not when their page was drawn."""

    by: Person
    scope: Scope
    reason: str


@dataclass(frozen=True)
class Opened:
    """A one-time link that an administrator hands on. `word` is seen by nobody again; `sent_to` is a masked address, "" for none.

    `word` is "" for who was known before: an administrator gets no key to the account of a citizen, who comes in by the national eID.
    """

    person: int
    username: str
    word: str
    sent_to: str = ""


def begin(by: Person, reason: str) -> Office:
    """Let administrators act one after the other, and make sure that this one still is one. Part of the act's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('identity.staff', 0))")
    fresh = people.get(by.pk)
    access.demand(fresh, known.MANAGE)
    account = Account.objects.filter(person=fresh).first()
    if account is not None and not account.is_active:
        raise Forbidden("access.not_allowed", N_("You are not allowed to do this."), act=known.MANAGE)
    if not reason.strip():
        raise Refused("identity.no_reason", N_("Say on what decision, or for what reason."))
    _record_for_whom(fresh, reason)
    return Office(fresh, access.scope(fresh, known.MANAGE), nfc(reason).strip())


def _record_for_whom(by: Person, reason: str) -> None:
    """Record for which absent administrator somebody acts, where they hold the act by no role of their own."""
    absent = access.stands_for(by, known.MANAGE)
    roles = access.roles()
    own = any(known.MANAGE in roles[post.role].acts for post in people.memberships(by) if post.role in roles)
    if absent and not own:
        audit.record(
            "identity.administer_for",
            actor=by.actor,
            chain=accounts.CHAIN,
            subject=f"person:{min(absent)}",
            detail={"acting_for": min(absent)},
            purpose=reason,
        )


def invite(given: Invitation, *, by: Person, reason: str) -> Opened:
    """Make somebody an official: the person, the first post and an account, which their one-time link opens.

    With a citizen ID that somebody holds already, it is that person who gets the post; the search goes on record whatever comes of it.
    """
    if given.number:
        found = _holder(given.number)
        with transaction.atomic():
            office = begin(by, reason)
            audit.record(
                "identity.look_up_person",
                actor=office.by.actor,
                chain=people.home(office.by).code,
                subject=f"person:{found.pk}" if found else "person:none",
                purpose=office.reason,
            )
    with transaction.atomic():
        office = begin(by, reason)
        opened = admit(office, given)
    return sent(opened) if opened.word else opened


def _holder(number: str) -> Person | None:
    found = people.find_by_number("citizen_id", number)
    return found if isinstance(found, people.Person) else None


def admit(office: Office, given: Invitation) -> Opened:
    """Do what `invite` says, for one of several people. Part of the act's transaction."""
    return _admit(office, given, _demand_may_give(office, given.post, access.roles()))


def admit_all(office: Office, given: Sequence[Invitation]) -> list[Opened]:
    """Do what `invite` says for all of a list, each of whom has an account name. Part of the act's transaction."""
    roles = access.roles()
    places: dict[tuple[str, str, dt.date], Agency] = {}
    for one in given:
        post = one.post
        if (post.agency, post.role, post.since) not in places:
            places[post.agency, post.role, post.since] = _demand_may_give(office, post, roles)
    return [_admit(office, one, places[one.post.agency, one.post.role, one.post.since]) for one in given]


def _admit(office: Office, given: Invitation, agency: Agency) -> Opened:
    name, actor = " ".join(nfc(given.name).split()), office.by.actor
    if not name:
        raise Refused("identity.name_missing", N_("Enter the person's name."))
    username = given.username or rules.account_name(name, set(queries.usernames()))
    known_as = _known(given.number, name)
    person = known_as or people.add(name, actor=actor)
    if given.number and known_as is None:
        people.record_number(person, "citizen_id", given.number, actor=actor)
    people.appoint(
        person,
        agency,
        given.post.role,
        since=given.post.since,
        title=given.post.title,
        position=given.post.position,
        actor=actor,
        reason=office.reason,
    )
    if given.email and known_as is None:  # whom the citizen lets write to, and where, is theirs to say
        notices.set_contact(person, "email", given.email, consent=False, actor=actor)
    if known_as is not None:
        return Opened(person.pk, _named(person, username, actor), "")
    account = accounts.open_account(accounts.well_formed(username), None, person, actor=actor)
    return Opened(person.pk, username, links.issue_link(account, second_factor=True, actor=actor))


def _known(number: str, name: str) -> Person | None:
    """Return who holds a citizen ID; Refused for another name, which a slip of a digit brings, and for an official."""
    person = _holder(number) if number else None
    if person is None:
        return None
    if not same_name(name, person.name):
        raise Refused(
            "identity.other_name", N_("Somebody of another name has this number. Compare both with the card.")
        )
    if known.later_posts(people.posts([person.pk])[person.pk], clock.today()):
        raise Refused("identity.is_official", N_("They hold a post already: give them a further one on their page."))
    return person


def _named(person: Person, username: str, actor: str) -> str:
    """Return the name of the account of somebody who was known before: theirs, a typed one in the place of one that nobody can type."""
    account = Account.objects.filter(person=person).first()
    if account is None:
        return accounts.open_account(accounts.checked_name(username), None, person, actor=actor).username
    if account.username.startswith("@"):
        account.username = accounts.checked_name(username)
        account.save(update_fields=["username"])
        accounts.note("rename", account, actor)
    return account.username


def appoint(number: int, given: Given, *, by: Person, seen: str, reason: str) -> Membership:
    """Give an official a further post."""
    with transaction.atomic():
        office = begin(by, reason)
        official = _demand(office, number, seen)
        return _appoint(office, official.person, _demand_may_give(office, given), given)


def move(post_id: int, given: Given, *, by: Person, seen: str, reason: str, successor: int | None = None) -> Membership:
    """Move an official to another agency on the day `given.since`; on that day nothing of the old one is theirs any more."""
    with transaction.atomic():
        office = begin(by, reason)
        post = people.post(post_id, hold=True)
        official = _demand(office, post.person_id, seen)
        _demand_post(office, post)
        agency = _demand_may_give(office, given)
        _demand_new(official.posts, agency, given, leaving=post.pk)
        hand_on(office, post, given.since - DAY, successor)
        moved = people.move(
            post,
            agency,
            on=given.since,
            role=given.role,
            title=given.title,
            position=given.position,
            actor=office.by.actor,
            reason=office.reason,
        )
        _demand_administrator([post], given.since)
        return moved


def dismiss(
    post_id: int, *, until: dt.date, by: Person, seen: str, reason: str, successor: int | None = None
) -> Membership:
    """End a post after its last day; a day before its first calls it off. With the last post the account closes.

    What the official has in hand for the agency goes to a colleague, where one is named, at once; else back to the agency when the post
    has ended.
    """
    with transaction.atomic():
        office = begin(by, reason)
        post = people.post(post_id, hold=True)
        _demand(office, post.person_id, seen)
        _demand_post(office, post)
        hand_on(office, post, until, successor)
        people.dismiss(post, until=until, actor=office.by.actor, reason=office.reason)
        _demand_administrator([post], until + DAY)
        close_left(post.person_id)
        return post


def substitute(number: int, given: StandIn, *, by: Person, seen: str, reason: str) -> Substitution:
    """Let one official act for another who is away, in what the absent one holds within the administrator's reach.

    Where no agency is named, all that they hold must lie in reach.
    """
    with transaction.atomic():
        office = begin(by, reason)
        official = _demand(office, number, seen)
        stand_in = _demand(office, given.substitute, None)
        where = agencies.get(given.agency) if given.agency else None
        later = known.later_posts(official.posts, clock.today())
        posts = [post for post in later if where is None or post.agency == where]
        if not posts:
            raise Refused(
                "identity.nothing_to_stand_in_for", N_("They hold no post there for which one could stand in.")
            )
        if not all(known.in_reach(office.scope, post) for post in posts):
            raise Forbidden("identity.beyond_reach", BEYOND)
        if not known.later_posts(stand_in.posts, given.until):
            raise Refused("identity.substitute_leaves", N_("The substitute holds no post at that time."))
        return people.substitute(
            official.person,
            stand_in.person,
            since=given.since,
            until=given.until,
            acts=given.acts,
            agency=where,
            actor=office.by.actor,
            reason=office.reason,
        )


def end_substitution(substitution_id: int, *, until: dt.date, by: Person, reason: str) -> Substitution:
    """End a substitution earlier than planned; a day before its first calls it off."""
    with transaction.atomic():
        office = begin(by, reason)
        row = people.substitution(substitution_id)
        _demand(office, row.absent_id, None)
        if row.substitute_id == office.by.pk:
            raise Forbidden("identity.oneself", ONESELF)
        posts = known.later_posts(people.posts([row.absent_id]).get(row.absent_id, ()), clock.today())
        if not all(known.in_reach(office.scope, post) for post in posts if row.agency in {None, post.agency}):
            raise Forbidden("identity.beyond_reach", BEYOND)
        people.end_substitution(row, until=until, actor=office.by.actor, reason=office.reason)
        return row


def lock_account(number: int, *, by: Person, seen: str, reason: str) -> None:
    """Close the account of an official; who they act for and what they hold stays."""
    with transaction.atomic():
        office = begin(by, reason)
        official = _demand_whole(office, number, seen)
        accounts.lock(official.account.username, actor=office.by.actor, reason=office.reason)
        _demand_administrator(official.posts, clock.today())


def unlock_account(number: int, *, by: Person, seen: str, reason: str) -> None:
    """Open a locked account again; who is no official any more must be appointed first."""
    with transaction.atomic():
        office = begin(by, reason)
        official = _demand_whole(office, number, seen)
        if not known.later_posts(official.posts, clock.today()) and not official.account.eid:
            raise Refused(
                "identity.no_post", N_("They hold no post any more. Appoint them first, then unlock the account.")
            )
        accounts.unlock(official.account.username, actor=office.by.actor, reason=office.reason)


def new_link(number: int, *, remove_second_factor: bool, by: Person, seen: str, reason: str) -> Opened:
    """End the password and the sessions of an official, and return the one-time link that sets a new one."""
    with transaction.atomic():
        office = begin(by, reason)
        official = _demand_whole(office, number, seen)
        if not known.later_posts(official.posts, clock.today()):
            raise Refused("identity.no_post_no_link", N_("They hold no post any more, so they get no link."))
        word = links.reset(
            official.account.username,
            remove_second_factor=remove_second_factor,
            second_factor=True,
            actor=office.by.actor,
            reason=office.reason,
        )
    return sent(Opened(official.person.pk, official.account.username, word))


def open_for(number: int, username: str, *, by: Person, seen: str, reason: str) -> Opened:
    """Open an account for an official who has none."""
    with transaction.atomic():
        office = begin(by, reason)
        official = _demand_whole(office, number, seen, account=False)
        if official.account.state != "none":
            raise Refused("identity.has_account", N_("They have an account already."))
        name = username or rules.account_name(official.person.name, set(queries.usernames()))
        word = links.make_account(name, official.person, second_factor=True, actor=office.by.actor)
    return sent(Opened(official.person.pk, name, word))


def sent(opened: Opened) -> Opened:
    """Send a link to the official's e-mail address, where one is known; the letter is kept nowhere. Outside of any transaction.

    In Vietnamese, whatever the administrator reads: it is an office's letter.
    """
    facts = {"username": opened.username, "link": f"{settings.VAMCO_SITE_URL}/start/{opened.word}"}
    with translation.override("vi"):
        title = gettext("Your account on the shared digital platform")
        text = gettext(
            "An administrator has opened the account %(username)s for you. By this link, which works once within 24 hours, you set a password of your own: %(link)s"
        )
    return replace(opened, sent_to=notices.send_unkept("email", people.get(opened.person), title, text % facts))


def hand_on(office: Office, post: Membership, until: dt.date, successor: int | None) -> int:
    """Give what somebody has in hand for an agency to a colleague named; or back to the agency, once the post has ended."""
    if successor is not None:
        if successor == post.person_id:
            raise Refused("identity.own_successor", N_("Name somebody else to take over."))
        to = known.official(successor, office.by).person
        return cases.hand_on(post.person, post.agency, to, by=office.by)
    if until < clock.today():
        return cases.hand_on(post.person, post.agency, None, by=office.by)
    return 0


def close_left(person_id: int = 0) -> int:
    """Close the accounts of those who are officials no more; return how many. Who also comes as a citizen keeps that way in.

    By the clock and with each dismissal, safe to repeat.
    """
    gone = people.left(clock.today())
    if person_id:
        gone = gone.filter(pk=person_id)
    found = Account.objects.filter(person__in=gone.values("pk"), is_active=True)
    return sum(_close(number) for number in list(found.values_list("pk", flat=True)))


def _close(number: int) -> bool:
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).get(pk=number)
        if not account.is_active:
            return False
        if not account.eid_links.exists():
            accounts.lock(account.username, reason="left")
            return True
        if not (account.has_usable_password() or account.passkeys.exists() or queries.has_second_factor(account)):
            return False
        account.set_unusable_password()
        account.save(update_fields=["password"])
        account.passkeys.all().delete()
        account.links.filter(ended_at=None).update(ended_at=clock.now())
        accounts.remove_second_factor(account)
        accounts.note("remove_official_ways", account, "system", reason="left")
        return True


BEYOND = N_("This reaches further than you administer. Ask the administrator of the province.")
ONESELF = N_("Nobody changes their own posts or account here. Ask another administrator.")


def _demand(office: Office, number: int, seen: str | None) -> Official:
    """Return an official in reach who is somebody else, and as they were when the administrator decided; `seen` None is anyhow."""
    official = known.official(number, office.by)
    if number == office.by.pk:
        raise Forbidden("identity.oneself", ONESELF)
    if seen is not None and seen != official.stamp:
        raise Refused(
            "identity.staff_changed",
            N_("Somebody has changed this official's posts or account meanwhile. Look at them again, then decide."),
        )
    return official


def _demand_whole(office: Office, number: int, seen: str, *, account: bool = True) -> Official:
    """Return an official all of whose posts lie in reach: an account opens all that its holder may do."""
    official = _demand(office, number, seen)
    concerned = known.later_posts(official.posts, clock.today()) or official.posts
    if not all(known.in_reach(office.scope, post) for post in concerned):
        raise Forbidden("identity.beyond_reach", BEYOND)
    if account and official.account.state == "none":
        raise Missing("identity.has_no_account", N_("They have no account."))
    return official


def _demand_post(office: Office, post: Membership) -> None:
    if not known.in_reach(office.scope, post):
        raise Forbidden("identity.beyond_reach", BEYOND)


def _demand_may_give(office: Office, given: Given, roles: Mapping[str, RoleView] | None = None) -> Agency:
    """Return the agency of a post that the administrator may give; it must exist on its first day."""
    agency, role = agencies.get(given.agency), (roles or access.roles()).get(given.role)
    if role is None or not role.acts:
        raise Missing("identity.no_role", N_("The pack has no role “%(role)s”."), role=given.role)
    if not office.scope.covers(agency.path) or not rules.reaches_no_further(office.scope, role.reach, agency.path):
        raise Forbidden("identity.beyond_reach", BEYOND)
    agencies.on(agency.code, given.since)
    return agency


def _appoint(office: Office, person: Person, agency: Agency, given: Given) -> Membership:
    _demand_new(people.posts([person.pk]).get(person.pk, ()), agency, given)
    return people.appoint(
        person,
        agency,
        given.role,
        since=given.since,
        title=given.title,
        position=given.position,
        actor=office.by.actor,
        reason=office.reason,
    )


def _demand_new(posts: Collection[Membership], agency: Agency, given: Given, leaving: int = 0) -> None:
    """Refuse a post that they hold already on its first day, or will."""
    for post in posts:
        same = (post.agency_id, post.role) == (agency.pk, given.role) and post.pk != leaving
        if same and (post.valid_to is None or post.valid_to >= max(given.since, post.valid_from)):
            raise Refused("identity.post_held", N_("They hold this role in this agency already."))


def _demand_administrator(touched: Collection[Membership], day: dt.date) -> None:
    """Refuse what would leave the province without an administrator, where the posts that an act concerns are of that kind."""
    if not {post.role for post in touched} & access.roles_everywhere(known.MANAGE):
        return
    if not all(known.administrator_remains(on) for on in {clock.today(), max(day, clock.today())}):
        raise Refused(
            "identity.last_administrator",
            N_("Then nobody would administer the province. Appoint another administrator first."),
        )
