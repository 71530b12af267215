"""`vamco account`: opens, locks and resets accounts and appoints people, as the page “Officials” does.

No password is ever given on the command line: a one-time link is printed, by which the person sets their own.
"""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING, Any

from vamco.cli.console import say, wording
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.nearest import alike

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vamco.kernel.world.agencies.models import Agency
    from vamco.systems.identity.public import Account


def main(argv: Sequence[str]) -> int:
    """Run one of the commands."""
    asked = _parser().parse_args(argv)
    from vamco.config.start import start

    start()
    {
        "list": _list,
        "make": _make,
        "lock": _lock,
        "unlock": _unlock,
        "reset": _reset,
        "appoint": _appoint,
        "end": _end,
        "first": _first,
    }[asked.does](asked)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vamco account", description=__doc__)
    does = parser.add_subparsers(dest="does", required=True)
    does.add_parser("list", help="the accounts, with what each person is today")
    make = does.add_parser("make", help="a person, an appointment and an account; prints a one-time link")
    make.add_argument("username", help="account name: small letters, digits, dots, hyphens")
    make.add_argument("--name", required=True, help="the person's name")
    _post(make)
    make.add_argument("--second-factor", action="store_true", help="one must be set up (administrators always must)")
    for name, text in (
        ("lock", "nobody can log in with it; its sessions end at once"),
        ("unlock", "open it again"),
    ):
        does.add_parser(name, help=text).add_argument("username")
    reset = does.add_parser("reset", help="end password and sessions; prints a new one-time link")
    reset.add_argument("username")
    reset.add_argument("--remove-second-factor", action="store_true", help="phone and recovery codes are lost")
    appoint = does.add_parser("appoint", help="give a person another role")
    appoint.add_argument("username")
    _post(appoint)
    end = does.add_parser("end", help="end a role of a person; the account stays")
    end.add_argument("username")
    end.add_argument("--role", required=True, help="code of the role")
    end.add_argument("--agency", required=True, help="code of the agency")
    end.add_argument("--until", type=dt.date.fromisoformat, help="last day, such as 2026-12-31 (default: yesterday)")
    first = does.add_parser("first", help="a new one-time link for the first account")
    first.add_argument("--if-needed", action="store_true", help="say nothing when somebody can log in already")
    return parser


def _post(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--role", required=True, help="code of a role of the pack, such as department_official")
    parser.add_argument("--agency", required=True, help="code of an agency, such as H53.04")
    parser.add_argument("--position", default="", help="code of a post of the pack, such as specialist")
    parser.add_argument("--title", default="", help="the post in words, shown beside the name")
    parser.add_argument("--since", type=dt.date.fromisoformat, help="first day, such as 2026-12-01 (default: today)")
    parser.add_argument("--until", type=dt.date.fromisoformat, help="last day (default: open)")


def _list(_asked: argparse.Namespace) -> None:
    from vamco.systems.identity import public as identity

    found = identity.accounts()
    if not found:
        say(N_("There is no account. “vamco account first” prints a link that makes the first one."))
    for account in found:
        marks = [
            wording(word)
            for holds, word in (
                (account.locked, N_("locked")),
                (account.demonstration, N_("demonstration")),
                (not account.has_password, N_("no password yet")),
                (account.second_factor, N_("second factor")),
            )
            if holds
        ]
        print(f"{account.username:<20} {account.name}; {', '.join([*account.posts, *marks])}")


def _make(asked: argparse.Namespace) -> None:
    from django.db import transaction

    from vamco.kernel.world.people import public as people
    from vamco.systems.identity import public as identity

    agency, must = _checked(asked), asked.second_factor or _needs_second_factor(asked.role)
    with transaction.atomic():
        person = people.add(asked.name)
        _give(person, agency, asked)
        word = identity.make_account(asked.username, person, second_factor=must)
    _show(word, asked.username)


def _lock(asked: argparse.Namespace) -> None:
    from vamco.systems.identity import public as identity

    identity.lock(_account(asked.username).username)
    say(N_("%(username)s is locked; its sessions have ended."), username=asked.username)


def _unlock(asked: argparse.Namespace) -> None:
    from vamco.systems.identity import public as identity

    identity.unlock(_account(asked.username).username)
    say(N_("%(username)s can log in again."), username=asked.username)


def _reset(asked: argparse.Namespace) -> None:
    from vamco.kernel.world.people import public as people
    from vamco.systems.identity import public as identity

    account = _account(asked.username)
    must = any(_needs_second_factor(post.role) for post in people.memberships(account.person))
    word = identity.reset(
        account.username,
        remove_second_factor=asked.remove_second_factor,
        second_factor=must or identity.has_second_factor(account),
    )
    _show(word, asked.username)


def _appoint(asked: argparse.Namespace) -> None:
    from django.db import transaction

    account, agency = _account(asked.username), _checked(asked)
    with transaction.atomic():
        _give(account.person, agency, asked)
    say(N_("%(name)s is %(role)s at %(agency)s."), name=account.person.name, role=asked.role, agency=asked.agency)


def _end(asked: argparse.Namespace) -> None:
    from vamco.kernel.base import clock
    from vamco.kernel.world.people import public as people

    account = _account(asked.username)
    until = asked.until or clock.today() - dt.timedelta(days=1)
    held = list(people.memberships(account.person))
    post = next((each for each in held if (each.role, each.agency.code) == (asked.role, asked.agency)), None)
    if post is None:
        raise Missing(
            "account.no_post",
            N_("%(name)s is not %(role)s at %(agency)s, but: %(posts)s"),
            name=account.person.name,
            role=asked.role,
            agency=asked.agency,
            posts=", ".join(f"{each.role} {each.agency.code}" for each in held) or "-",
        )
    people.dismiss(post, until=until)
    say(
        N_("%(name)s was %(role)s at %(agency)s until %(until)s."),
        name=account.person.name,
        role=asked.role,
        agency=asked.agency,
        until=until.isoformat(),
    )


def _first(asked: argparse.Namespace) -> None:
    from vamco.systems.identity import public as identity

    word = identity.issue_first_link()
    if word is not None:
        _show(word, "")
    elif not asked.if_needed:
        raise Refused(
            "account.not_first",
            N_("Somebody can log in already. “vamco account make” opens more accounts, “reset” gives a new link."),
        )


def _show(word: str, username: str) -> None:
    """Print a link; it is the only time that anybody sees it."""
    from django.conf import settings

    from vamco.systems.identity.contracts import LINK_LASTS

    if username:
        say(N_("Give %(username)s this link, by which they set a password of their own:"), username=username)
    else:
        say(N_("The first account: open this link and become the administrator."))
    print(f"  {settings.VAMCO_SITE_URL}/start/{word}", flush=True)
    say(N_("It works once, within %(hours)s hours."), hours=int(LINK_LASTS.total_seconds() // 3600))


def _give(person: Any, agency: Agency, asked: argparse.Namespace) -> None:
    from vamco.kernel.base import clock
    from vamco.kernel.world.people import public as people

    since = asked.since or clock.today()
    if asked.until and asked.until < since:
        raise Refused("account.ends_first", N_("The last day lies before the first."))
    post = people.appoint(person, agency, asked.role, since=since, title=asked.title, position=asked.position)
    if asked.until:
        people.dismiss(post, until=asked.until)


def _checked(asked: argparse.Namespace) -> Agency:
    """Return the agency; Missing with what comes close when the pack has no such role or agency."""
    from vamco.kernel.base import clock
    from vamco.kernel.world.access import public as access
    from vamco.kernel.world.agencies import public as agencies

    roles = access.roles()
    if asked.role not in roles:
        raise _unknown(N_("There is no role %(code)s."), asked.role, ((r.code, r.name) for r in roles.values()))
    agency = agencies.find(asked.agency)
    if agency is None:
        today = agencies.in_force(clock.today())
        raise _unknown(N_("There is no agency %(code)s."), asked.agency, ((a.code, a.name) for a in today))
    return agency


def _account(username: str) -> Account:
    from vamco.systems.identity import public as identity

    names = identity.usernames()
    if username not in names:
        raise _unknown(N_("There is no account %(code)s."), username, ((name, "") for name in names))
    return identity.find(username)


def _unknown(message: str, code: str, known: Iterable[tuple[str, str]]) -> Missing:
    """Return the error for a code that is not there, with the known ones that are written or named alike."""
    by_word = {word: entry for entry in known for word in entry if word}
    close = dict.fromkeys(by_word[word] for word in alike(code, by_word))
    return Missing(
        "account.unknown",
        N_("%(said)s Did you mean: %(close)s?") if close else "%(said)s",
        said=wording(message, code=code),
        close=", ".join(f"{entry[0]} ({entry[1]})" if entry[1] else entry[0] for entry in close),
    )


def _needs_second_factor(role: str) -> bool:
    """Return whether who holds a role administers the platform."""
    from vamco.kernel.world.access import public as access

    found = access.roles().get(role)
    return found is not None and "identity.set_up" in found.acts
