from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import authenticate
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.lib.errors import N_, Refused
from vamco.systems.identity import queries, rules
from vamco.systems.identity.models import Account, Attempt
from vamco.systems.identity.rules import Wait

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.people.models import Person
    from vamco.systems.identity.contracts import Device


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


def check_password(username: str, password: str, *, network: str, device: Device | None = None) -> Account:
    """Give the account, or Refused with the same words whether the name or the password was wrong.

    The attempt is counted before the password is examined: that takes the processor a twentieth of a second.
    """
    now = clock.now()
    name = username[:60]
    known = device is not None and device.knows(name)
    attempt = _begin(name, network, device=device.code if device and known else "", now=now)
    if isinstance(attempt, Wait):
        raise _wait(attempt)
    account = authenticate(username=name, password=password)
    with transaction.atomic():
        if not isinstance(account, Account):
            _forget_old(now)
            audit.record("identity.log_in_failed", actor=audit.SYSTEM, chain="identity", subject="account:")
        else:
            _forgive(attempt)
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


def _wait(why: Wait) -> Refused:
    if why is Wait.MOMENT:
        return Refused(
            "identity.moment", N_("Many people are trying to log in from your network. Please try again in a moment.")
        )
    return Refused(
        "identity.wait",
        N_("Too many failed log-ins. Please try again in %(minutes)s minutes."),
        minutes=int(rules.WINDOW.total_seconds() // 60),
    )


def _begin(username: str, network: str, *, device: str, now: dt.datetime) -> Attempt | Wait:
    """Count an attempt and return it, or why it must wait; what waits is not counted, else the door would stay shut.

    `device`: empty for strangers. Attempts that come at the same time are counted one after the other, so that none of
    them slips through.
    """
    with transaction.atomic():
        if device:
            _queue_up(f"device {device}")
            wait = rules.known_device_waits(queries.failures_on(device, username, now=now))
        else:
            _queue_up(f"name {username}")
            _queue_up(f"network {network}")
            wait = rules.stranger_waits(queries.failures_of_strangers(username, network, now=now))
        if wait is not Wait.NOT:
            return wait
        return Attempt.objects.create(username=username, network=network, device=device, at=now)


def _queue_up(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"identity.attempts {word}"])


def _forgive(attempt: Attempt) -> None:
    """Forget an attempt that was right, with the failures of the same name in the same place."""
    place = Q(device=attempt.device) if attempt.device else Q(device="", network=attempt.network)
    Attempt.objects.filter(place, username=attempt.username).delete()


def _forget_old(now: dt.datetime) -> None:
    old = Attempt.objects.filter(at__lte=now - rules.WINDOW).select_for_update(skip_locked=True)
    Attempt.objects.filter(pk__in=old.values("pk")).delete()
