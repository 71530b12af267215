"""Stays: from a sign-in until it ends, so that a person sees where they are signed in and can end it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.lib.errors import N_, Missing
from vamco.systems.identity.models import SignIn
from vamco.systems.identity.rules.browsers import recognise
from vamco.vocab.identity import StayEnded

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vamco.systems.identity.contracts import How
    from vamco.systems.identity.models import Account

_CHAIN = "identity"
_MOST_EXPIRED = 5_000  # stays that one run of the job ends


def begin_stay(account: Account, how: How, *, session_key: str, network: str, browser: str) -> uuid.UUID:
    """Note that somebody is signed in with a session, and return the name of the stay. `browser`: what it calls itself."""
    stay = SignIn.objects.create(
        account=account,
        session_key=session_key,
        level=how.level,
        methods=list(how.methods),
        issuer=how.issuer,
        began_at=clock.now(),
        confirmed_at=how.at,
        network=network,
        browser=recognise(browser),
    )
    return stay.pk


def confirm_stay(account: Account, sid: str, how: How, *, session_key: str) -> bool:
    """Note in a stay of the account how it was just made sure who it is. False where the stay has ended or is another's."""
    with transaction.atomic():
        stay = SignIn.objects.select_for_update().filter(pk=_uuid(sid), account=account, ended_at=None).first()
        if stay is None:
            return False
        stay.level, stay.methods, stay.confirmed_at = how.level, list(how.methods), how.at
        stay.issuer, stay.session_key = how.issuer or stay.issuer, session_key
        stay.save(update_fields=["level", "methods", "confirmed_at", "issuer", "session_key"])
        audit.record(
            "identity.confirm",
            actor=str(account.person_id),
            chain=_CHAIN,
            subject=f"person:{account.person_id}",
            detail={"level": how.level, "methods": list(how.methods)},
        )
    return True


def move_session(sid: str, session_key: str) -> None:
    """Note that the session of a stay has another key."""
    SignIn.objects.filter(pk=_uuid(sid), ended_at=None).update(session_key=session_key)


def end_stay(sid: str, *, why: str) -> bool:
    """End a stay: its session is gone with the next request. False where there is none, or it has ended before."""
    with transaction.atomic():
        return bool(_end(SignIn.objects.filter(pk=_uuid(sid)), why))


def end_own_stay(account: Account, sid: str) -> None:
    """End one stay of an account at its person's wish; Missing where there is none of theirs."""
    with transaction.atomic():
        if not _end(SignIn.objects.filter(pk=_uuid(sid), account=account), "ended"):
            raise Missing("identity.no_stay", N_("There is no such sign-in."))
        _note(account, 1)


def end_stays(account: Account, *, but: str = "") -> int:
    """End all stays of an account at its person's wish, but for one; return how many. Without `but` every session ends."""
    with transaction.atomic():
        ended = _end(SignIn.objects.filter(account=account).exclude(pk=_uuid(but)), "ended")
        if not but:
            account.generation += 1
            account.save(update_fields=["generation"])
        _note(account, ended)
    return ended


def end_all(account: Account, why: str) -> int:
    """End all stays of an account and return how many. Part of the act's transaction."""
    return _end(SignIn.objects.filter(account=account), why)


def end_others(account: Account, sid: str, why: str) -> int:
    """End all stays of an account but one and return how many. Part of the act's transaction."""
    return _end(SignIn.objects.filter(account=account).exclude(pk=_uuid(sid)), why)


def end_expired() -> int:
    """End the stays whose session is over, and return how many."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    with transaction.atomic():
        over = SignIn.objects.filter(ended_at=None).exclude(session_key__in=alive).order_by("pk")[:_MOST_EXPIRED]
        return _end(SignIn.objects.filter(pk__in=over.values("pk")), "expired")


def _end(rows: QuerySet[SignIn], why: str) -> int:
    """End those stays of some that last, with their sessions. Part of a transaction."""
    lasting = list(rows.select_for_update(of=("self",)).select_related("account").filter(ended_at=None))
    if not lasting:
        return 0
    Session.objects.filter(session_key__in=[stay.session_key for stay in lasting if stay.session_key]).delete()
    now = clock.now()
    for stay in lasting:
        stay.ended_at, stay.ended_why, stay.session_key = now, why, ""
        events.emit(StayEnded(str(stay.pk), stay.account.person_id, why))
    SignIn.objects.bulk_update(lasting, ["ended_at", "ended_why", "session_key"])
    return len(lasting)


def _uuid(sid: str) -> uuid.UUID:
    """Return the key of a stay; for what names none, a key that no stay has."""
    try:
        return uuid.UUID(sid)
    except ValueError:
        return uuid.UUID(int=0)


def _note(account: Account, ended: int) -> None:
    audit.record(
        "identity.end_stays",
        actor=str(account.person_id),
        chain=_CHAIN,
        subject=f"person:{account.person_id}",
        detail={"ended": ended},
    )
