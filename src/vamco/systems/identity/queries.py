from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, Q

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.systems.identity.contracts import AccountView
from vamco.systems.identity.models import Account, Attempt, SecondFactor
from vamco.systems.identity.rules import waiting as rules

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from vamco.kernel.world.people.models import Person

DEMO_LOG_INS = "demo-logins.json"  # {"password": "…", "people": [{"username": "…", "name": "…", "title": "…"}]}


def demonstration_log_ins() -> dict[str, Any] | None:
    """The log-ins that the demonstration offers to everybody, as its launcher wrote them; None in production."""
    if not settings.VAMCO_DEMO:
        return None
    try:
        found: dict[str, Any] = json.loads((Path(settings.VAMCO_DATA) / DEMO_LOG_INS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


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
            second_factor=hasattr(row, "second_factor"),
            last_login=row.last_login,
            posts=tuple(f"{post.role} {post.agency.code}" for post in people.memberships(row.person)),
        )
        for row in rows
    ]


def has_second_factor(account: Account) -> bool:
    """Return whether a code is asked after the password."""
    return SecondFactor.objects.filter(account=account).exists()


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
