from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import authenticate
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.lib.errors import N_, Refused
from vamco.systems.identity import rules
from vamco.systems.identity.models import Account, Attempt

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person


def open_account(username: str, password: str, person: Person, *, actor: str = audit.SYSTEM) -> Account:
    """Give a new account; the name must be free."""
    with transaction.atomic():
        if Account.objects.filter(username=username).exists():
            raise Refused("identity.name_taken", N_("The account name %(username)s is taken."), username=username)
        account = Account(username=username, person=person, created_at=clock.now())
        account.set_password(password)
        account.save()
        audit.record("identity.open_account", actor=actor, chain="identity", subject=f"person:{person.pk}")
    return account


def exists(username: str) -> bool:
    """Whether there is an account of that name."""
    return Account.objects.filter(username=username).exists()


def check_password(username: str, password: str, *, address: str) -> Account:
    """Give the account, or Refused with the same words whether the name or the password was wrong."""
    now = clock.now()
    since = now - rules.WINDOW
    name = username[:60]
    by_name = Attempt.objects.filter(username=name, at__gt=since).count()
    by_address = Attempt.objects.filter(address=address, at__gt=since).count()
    if rules.must_wait(by_name, by_address):
        raise Refused(
            "identity.wait",
            N_("Too many failed log-ins. Please try again in %(minutes)s minutes."),
            minutes=int(rules.WINDOW.total_seconds() // 60),
        )
    account = authenticate(username=name, password=password)
    with transaction.atomic():
        if not isinstance(account, Account):
            Attempt.objects.filter(at__lte=since).delete()
            Attempt.objects.create(username=name, address=address, at=now)
            audit.record("identity.log_in_failed", actor=audit.SYSTEM, chain="identity", subject="account:")
        else:
            Attempt.objects.filter(username=name).delete()
            audit.record(
                "identity.log_in",
                actor=str(account.person_id),
                chain="identity",
                subject=f"person:{account.person_id}",
            )
    if not isinstance(account, Account):
        raise Refused("identity.wrong", N_("The account name or the password is wrong."))
    return account


def clear_sessions() -> None:
    """Remove the sessions that have ended: nobody asks for them again, and they name who was logged in."""
    SessionStore.clear_expired()
