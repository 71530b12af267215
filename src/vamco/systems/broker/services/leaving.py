"""Leaving here leaves everywhere: a stay that ends ends at every client. Source: OpenID Connect Back-Channel Logout 1.0."""

from __future__ import annotations

import secrets
import uuid
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.lib.errors import N_, Unavailable
from vamco.systems.broker import queries
from vamco.systems.broker.adapters import backchannel
from vamco.systems.broker.contracts import LOGOUT_TOKEN_LASTS, OFFLINE, Leaver
from vamco.systems.broker.models import Grant, Token, Visit
from vamco.systems.broker.services.keys import sign

if TYPE_CHECKING:
    from django.db.models import QuerySet

TELL: Final = "broker.tell_client"
PATIENCE_S: Final = 4.5  # so long the page of the log-out waits
_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


def end_visits(visits: QuerySet[Visit], *, at_once: bool) -> list[Visit]:
    """End some visits and let the worker tell their clients, after a while when the caller tells them first. Part of a transaction."""
    found = list(visits.select_for_update(of=("self",)).select_related("client"))
    Visit.objects.filter(pk__in=[each.pk for each in found]).update(ended_at=clock.now())
    for each in found:
        if each.client.backchannel_uri:
            jobs.later("broker.tell_client", key=f"broker.visit:{each.pk}", after=0 if at_once else 15, visit=each.pk)
    return found


def leave(sid: str, *, at_once: bool = False, everything: bool = False) -> list[Visit]:
    """End what a stay began at clients: codes and tokens; those for offline use only when `everything` ends. The clients hear of it."""
    try:
        stay = uuid.UUID(sid)
    except ValueError:
        return []
    now = clock.now()
    with transaction.atomic():
        grants = Grant.objects.filter(sid=stay, ended_at=None)
        if not everything:
            grants = grants.exclude(Q(scopes__contains=[OFFLINE]) & Q(code_used_at__isnull=False))
        ended = list(grants.values_list("pk", flat=True))
        Token.objects.filter(grant__in=ended, ended_at=None).update(ended_at=now)
        Grant.objects.filter(pk__in=ended).update(ended_at=now)
        return end_visits(Visit.objects.filter(sid=stay, ended_at=None), at_once=at_once)


def leave_now(sid: str) -> list[str]:
    """End a stay at all clients, tell them all at once, and return the names of those that have not confirmed within 5 seconds."""
    visits = leave(sid)
    told = [_leaver(each) for each in visits if each.client.backchannel_uri]
    confirmed = _tell_all(told) if told else set()
    if confirmed:
        Visit.objects.filter(pk__in=confirmed).update(confirmed_at=clock.now())
    return sorted(each.client.name for each in visits if each.pk not in confirmed)


def _tell_all(told: list[Leaver]) -> set[int]:
    pool = ThreadPoolExecutor(min(len(told), 16), "leaving")
    calls = {pool.submit(backchannel.confirmed, each): each.visit for each in told}
    done, _late = wait(calls, timeout=PATIENCE_S)
    pool.shutdown(wait=False, cancel_futures=True)
    return {calls[call] for call in done if call.result()}


def tell_client(visit: int) -> None:
    """Tell a client that a stay has ended; Unavailable while it does not confirm, so that the job comes again."""
    row = Visit.objects.select_related("client").filter(pk=visit, confirmed_at=None).exclude(ended_at=None).first()
    if row is None or not row.client.backchannel_uri:
        return
    if not backchannel.confirmed(_leaver(row)):
        raise Unavailable(
            "broker.not_confirmed", N_("The service %(client)s has not confirmed a log-out."), client=row.client.code
        )
    Visit.objects.filter(pk=visit).update(confirmed_at=clock.now())


def _leaver(row: Visit) -> Leaver:
    now = int(clock.now().timestamp())
    claims = {
        "iss": queries.issuer(),
        "aud": row.client.code,
        "sub": str(row.subject),
        "sid": str(row.sid),
        "iat": now,
        "exp": now + int(LOGOUT_TOKEN_LASTS.total_seconds()),
        "jti": secrets.token_urlsafe(16),
        "events": {_EVENT: {}},
    }
    token = sign(claims, kind="logout+jwt")
    client = row.client
    return Leaver(row.pk, client.code, client.name, client.backchannel_uri, client.private_network, token)
