"""Stays: from a sign-in until it ends, so that a person sees where they are signed in and can end it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.db import transaction

from vamco.kernel.base import clock
from vamco.systems.identity.models import SignIn

if TYPE_CHECKING:
    from vamco.systems.identity.contracts import How
    from vamco.systems.identity.models import Account


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
        browser=browser[:120],
    )
    return stay.pk


def end_stay(sid: str, *, why: str) -> bool:
    """End a stay: its session is gone with the next request. False where there is none, or it has ended before."""
    if not sid:
        return False
    with transaction.atomic():
        stay = SignIn.objects.select_for_update().filter(pk=uuid.UUID(sid), ended_at=None).first()
        if stay is None:
            return False
        Session.objects.filter(session_key=stay.session_key).delete()
        stay.ended_at, stay.ended_why, stay.session_key = clock.now(), why, ""
        stay.save(update_fields=["ended_at", "ended_why", "session_key"])
    return True
