from __future__ import annotations

import base64
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.sessions.models import Session
from django.db.models import Count, Q
from django.utils import timezone

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.systems.identity.contracts import AccountView, PasskeyView, Past, StayView
from vamco.systems.identity.models import Account, Attempt, SecondFactor
from vamco.systems.identity.rules import codes
from vamco.systems.identity.rules import waiting as rules

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vamco.kernel.world.people.models import Person
    from vamco.systems.identity.models import SignIn

HISTORY: Final = dt.timedelta(days=180)  # how long the history of log-ins goes back
MOST_SHOWN: Final = 100

DEMO_LOG_INS = (
    "demo-logins.json"  # {"password": "…", "people": [{"username": "…", "name": "…", "title": "…", "app_key": "…"}]}
)


def demonstration_log_ins() -> dict[str, Any] | None:
    """The log-ins that the demonstration offers to everybody, as its launcher wrote them; None in production."""
    if not settings.VAMCO_DEMO:
        return None
    try:
        found: dict[str, Any] = json.loads((Path(settings.VAMCO_DATA) / DEMO_LOG_INS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


def demonstration_code(account: Account, *, seconds: float) -> str:
    """Return what the published app of a demonstration's account shows: a code that has not been used; "" for every other account."""
    offered = demonstration_log_ins() if account.demonstration else None
    factor = SecondFactor.objects.filter(account=account, suspended_at=None).first() if offered else None
    keys = [who.get("app_key", "") for who in (offered or {}).get("people", ()) if who["username"] == account.username]
    if factor is None or not any(keys):
        return ""
    return codes.code(base64.b32decode(keys[0]), max(codes.step_at(seconds), factor.last_step + 1))


def failures_on(device: str, username: str, *, now: dt.datetime) -> int:
    """Count the attempts of a name on a device that it has logged in from before."""
    return Attempt.objects.filter(device=device, username=username, at__gt=now - rules.WINDOW).count()


def failures_of_strangers(username: str, network: str, *, now: dt.datetime) -> rules.Failures:
    """Count the attempts on devices that names do not know, as far as the rules want to know."""
    strangers = Attempt.objects.filter(device="", at__gt=now - rules.WINDOW)
    just_now = Attempt.objects.filter(device="", at__gt=now - rules.PAUSE)
    name = strangers.filter(username=username).aggregate(all=Count("pk"), here=Count("pk", filter=Q(network=network)))
    return rules.Failures(
        name_here=name["here"],
        name=name["all"],
        network=_up_to(strangers.filter(network=network), rules.NOISY),
        everywhere=_up_to(strangers, rules.FLOODED),
        network_just_now=_up_to(just_now.filter(network=network), 1),
        everywhere_just_now=_up_to(just_now, rules.SLOW),
    )


def _up_to(rows: QuerySet[Attempt], most: int) -> int:
    """Count rows, but no more than matter: a flood must not make counting slow."""
    return rows.values("pk")[:most].count()


def find(username: str) -> Account:
    """Return the account of a name; Missing when there is none."""
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise Missing("identity.no_account", N_("There is no account %(username)s."), username=username)
    return account


def of_person(person: Person) -> Account | None:
    """Return the account of a person."""
    return Account.objects.filter(person=person).first()


def may_log_in(person: int) -> bool:
    """Return whether a person has an account that opens. Asked for each token of the broker: reads no more than it needs."""
    held = Account.objects.select_related(None).only("is_active", "demonstration").filter(person_id=person)
    return any(account.may_log_in for account in held)


def usernames() -> list[str]:
    """Return the names of all accounts."""
    return list(Account.objects.order_by("username").values_list("username", flat=True))


def accounts() -> list[AccountView]:
    """Return all accounts by name, each with what its person is today."""
    rows = Account.objects.select_related("second_factor").order_by("username")
    return [
        AccountView(
            username=row.username,
            name=row.person.name,
            locked=not row.is_active,
            demonstration=row.demonstration,
            has_password=row.has_usable_password(),
            second_factor=hasattr(row, "second_factor") and row.second_factor.suspended_at is None,
            last_login=row.last_login,
            posts=tuple(f"{post.role} {post.agency.code}" for post in people.memberships(row.person)),
        )
        for row in rows
    ]


def has_second_factor(account: Account) -> bool:
    """Return whether a code is asked after the password."""
    return SecondFactor.objects.filter(account=account, suspended_at=None).exists()


def asks_for_more(account: Account) -> bool:
    """Return whether the password alone does not open an account: an app's code or, where the person chose so, a passkey is asked."""
    return has_second_factor(account) or asks_for_passkey(account)


def asks_for_passkey(account: Account) -> bool:
    """Return whether a passkey is taken after the password: only where the person chose so, and has one."""
    return account.passkey_asked and has_passkey(account)


def has_passkey(account: Account) -> bool:
    """Return whether an account has a passkey that opens it."""
    return account.passkeys.filter(suspended_at=None).exists()


def of_same_human(account: Account) -> Account:
    """Return the account to which a sign-in leads: where the person's record was joined to another one, that one's, if it opens."""
    kept = people.kept(account.person)
    found = account if kept.pk == account.person_id else of_person(kept)
    return found if found is not None and found.may_log_in else account


def by_number(number: int) -> Account:
    """Return the account with an id; Missing when there is none."""
    found = Account.objects.filter(pk=number).first()
    if found is None:
        raise Missing("identity.no_account_any_more", N_("There is no such account."))
    return found


def masked_numbers(account: Account) -> list[str]:
    """Return the identity numbers of an account's person, masked."""
    return [number.shown for number in people.numbers(account.person)]


def passkeys(account: Account) -> list[PasskeyView]:
    """Return the passkeys of an account, the newest first."""
    return [
        PasskeyView(row.pk, row.name, row.created_at, row.used_at, suspended=row.suspended_at is not None)
        for row in account.passkeys.order_by("-created_at")
    ]


def stays(account: Account) -> list[StayView]:
    """Return where somebody is signed in, the newest first. Whose session is over is left out, also before the job has noted it."""
    rows = list(account.sign_ins.filter(ended_at=None).order_by("-began_at")[:MOST_SHOWN])
    keys = [row.session_key for row in rows]
    alive = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    return [_stay(row) for row in rows if row.session_key in alive]


def stay(account: Account, sid: str) -> StayView:
    """Return a stay of an account that lasts; Missing for anybody else's."""
    found = next((each for each in stays(account) if each.sid == sid), None)
    if found is None:
        raise Missing("identity.no_stay", N_("There is no such sign-in."))
    return found


def history(account: Account) -> list[Past]:
    """Return the sign-ins of an account and the log-ins that failed under its name, the newest first."""
    since = clock.now() - HISTORY
    entered = account.sign_ins.filter(began_at__gt=since).order_by("-began_at")[:MOST_SHOWN]
    failed = account.failures.filter(at__gt=since).order_by("-at")[:MOST_SHOWN]
    found = [Past(_stay(row), row.began_at) for row in entered]
    found += [Past(None, row.at, row.network, row.browser) for row in failed]
    return sorted(found, key=lambda past: past.at, reverse=True)[:MOST_SHOWN]


def _stay(row: SignIn) -> StayView:
    return StayView(
        sid=str(row.pk),
        browser=row.browser,
        network=row.network,
        level=row.level,
        methods=tuple(row.methods),
        issuer=row.issuer,
        began_at=row.began_at,
        confirmed_at=row.confirmed_at,
        ended_at=row.ended_at,
        ended_why=row.ended_why,
    )


def somebody_can_log_in() -> bool:
    """Return whether an account beside those of a demonstration is open and has a password."""
    real = Account.objects.filter(is_active=True, demonstration=False)
    return real.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exists()


def demonstration_accounts() -> list[str]:
    """Return the names of the accounts whose password is published."""
    return list(Account.objects.filter(demonstration=True).order_by("username").values_list("username", flat=True))


def real_accounts() -> bool:
    """Return whether there is any account that no demonstration has opened."""
    return Account.objects.filter(demonstration=False).exists()


def role_exists(code: str) -> bool:
    """Return whether the pack has a role."""
    return code in access.roles()


def root_agency() -> str:
    """Return the code of the agency above most others today."""
    today = clock.today()
    roots = [agency.code for agency in agencies.in_force(today) if not agency.parent]
    if not roots:
        raise Missing("identity.no_agency", N_("The pack has no agency that exists today."))
    return max(roots, key=lambda code: len(agencies.subtree(code, today)))
