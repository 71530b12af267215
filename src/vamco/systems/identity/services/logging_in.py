from __future__ import annotations

import datetime as dt
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from django.contrib.auth import authenticate
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.lib.errors import N_, Refused
from vamco.systems.identity import queries
from vamco.systems.identity.models import Account, Attempt, Failure, SignIn
from vamco.systems.identity.rules import waiting as rules
from vamco.systems.identity.rules.browsers import recognise
from vamco.systems.identity.rules.waiting import Wait
from vamco.systems.identity.services.accounts import note
from vamco.systems.identity.services.second_factor import spend

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.systems.identity.contracts import Device

NOBODYS: Final = dt.timedelta(days=1)  # how long a failure is kept whose name was nobody's


def check_password(
    username: str,
    password: str,
    *,
    network: str,
    device: Device | None = None,
    browser: str = "",
    act: str = "log_in",
) -> Account:
    """Give the account, or Refused with the same words whether the name or the password was wrong.

    The attempt is counted before the password is examined: that takes the processor a twentieth of a second. Where the account has
    a second factor it stays counted until `check_code` has seen it: who knows only the password cannot try codes for long.
    `act`: what the log says of it, beside "log_in" for a sign-in that is confirmed.
    """
    now = clock.now()
    name = username[:60]
    attempt = _counted(name, network, device, now)
    with _withdrawn_if_cut_short(attempt):
        account = authenticate(username=name, password=password)
        with transaction.atomic():
            if not isinstance(account, Account) or not account.may_log_in:
                account = None
                _forget_old(now)
                _remember(name, network, browser, now)
                audit.record("identity.log_in_failed", actor=audit.SYSTEM, chain="identity", subject="account:")
            elif queries.asks_for_more(account):
                note("accept_password", account, str(account.person_id))
            else:
                _forgive(attempt)
                note(act, account, str(account.person_id))
    if account is None:
        raise Refused("identity.wrong", N_("The account name or the password is wrong."))
    return account


def check_code(  # each is one thing that is known of the attempt
    account: Account,
    code: str,
    *,
    seconds: float,
    network: str,
    device: Device | None = None,
    browser: str = "",
    act: str = "log_in",
) -> None:
    """Take the second factor of an account whose password was right; Refused for a wrong code and for one that was used.

    Counts like a password. `seconds`: since 1970, by which the app counts, too.
    """
    now = clock.now()
    attempt = _counted(account.username, network, device, now)
    with _withdrawn_if_cut_short(attempt), transaction.atomic():
        used = spend(account, code, seconds=seconds) if account.may_log_in else ""
        if used:
            _forgive(attempt)
            note(act, account, str(account.person_id), second_factor=used)
        else:
            _forget_old(now)
            _remember(account.username, network, browser, now)
            audit.record("identity.code_refused", actor=audit.SYSTEM, chain="identity", subject="account:")
    if not used:
        raise Refused(
            "identity.code_wrong", N_("The code is wrong or was used before. Wait for the next one that the app shows.")
        )


def _counted(username: str, network: str, device: Device | None, now: dt.datetime) -> Attempt:
    """Count an attempt; Refused while it must wait."""
    known = device is not None and device.knows(username)
    attempt = _begin(username, network, device=device.code if device and known else "", now=now)
    if isinstance(attempt, Wait):
        raise _wait(attempt)
    return attempt


def forgive_password(account: Account, *, network: str, device: Device | None = None) -> None:
    """Forget the attempts of an account in a place after a passkey has followed the password."""
    known = device is not None and device.knows(account.username)
    place = Q(device=device.code) if device and known else Q(device="", network=network)
    Attempt.objects.filter(place, username=account.username).delete()


@contextmanager
def counted_try(what: str, network: str) -> Iterator[None]:
    """Count a try of something that can be guessed without a name, such as a typed code, unless it was right.

    Refused while it must wait; right is what raises nothing.
    """
    attempt = _counted(f"#{what}", network, None, clock.now())
    yield
    Attempt.objects.filter(pk=attempt.pk).delete()


def forget_failures() -> None:
    """Delete what is too old for the history of log-ins, and soon what belongs to nobody."""
    now = clock.now()
    Failure.objects.filter(at__lt=now - queries.HISTORY).delete()
    Failure.objects.filter(at__lt=now - NOBODYS, account=None).delete()
    SignIn.objects.filter(ended_at__lt=now - queries.HISTORY).delete()


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


def _remember(username: str, network: str, browser: str, now: dt.datetime) -> None:
    """Keep a failure for the history of whose name it was; for nobody's name the same is done, so that the time says nothing."""
    account = Account.objects.filter(username=username).values_list("pk", flat=True).first()
    Failure.objects.create(account_id=account, at=now, network=network, browser=recognise(browser))


def _queue_up(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"identity.attempts {word}"])


def _forgive(attempt: Attempt) -> None:
    """Forget an attempt that was right, with the failures of the same name in the same place."""
    place = Q(device=attempt.device) if attempt.device else Q(device="", network=attempt.network)
    Attempt.objects.filter(place, username=attempt.username).delete()


@contextmanager
def _withdrawn_if_cut_short(attempt: Attempt) -> Iterator[None]:
    """Take an attempt back that the database did not let end: nobody was told whether it was right, so it counts for nothing.

    Else a full disk shuts the door for whoever tries again, and keeps it shut after there is room.
    """
    try:
        yield
    except DatabaseError:
        with suppress(DatabaseError):
            Attempt.objects.filter(pk=attempt.pk).delete()
        raise


def _forget_old(now: dt.datetime) -> None:
    old = Attempt.objects.filter(at__lte=now - rules.WINDOW).select_for_update(skip_locked=True)
    Attempt.objects.filter(pk__in=old.values("pk")).delete()
