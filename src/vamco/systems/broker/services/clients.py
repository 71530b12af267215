"""Clients: admitted, changed, switched off, and known again by their secret."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.broker import queries
from vamco.systems.broker.contracts import SCOPES, NewClient, OAuthError
from vamco.systems.broker.models import Client, Failure, Grant, Token
from vamco.systems.broker.rules import addresses, slowing
from vamco.systems.broker.services.keys import CHAIN

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from vamco.kernel.world.people.public import Person

MANAGE: Final = "broker.manage_clients"
_USED_EVERY_S: Final = 60


def new_client(wanted: NewClient, *, by: Person) -> str:
    """Admit a client and return its secret, which is shown once."""
    access.demand(by, MANAGE)
    with transaction.atomic():
        if Client.objects.filter(code=wanted.code).exists():
            raise Refused("broker.code_taken", N_("The code %(code)s is taken."), code=wanted.code)
        row = Client(code=wanted.code, since=clock.today())
        secret = _fill(row, wanted, secret=True)
        row.save(force_insert=True)
        _note("new_client", row, by.actor, scopes=row.scopes)
    return secret


def change_client(code: str, wanted: NewClient, *, by: Person) -> None:
    """Change what a client may do; what it got before and may no longer get ends with its tokens."""
    access.demand(by, MANAGE)
    with transaction.atomic():
        row = _held(code)
        if row.packed:
            raise Refused("broker.packed", N_("The pack describes this service: change it there."))
        before = set(row.scopes)
        _fill(row, wanted, secret=False)
        row.save()
        if gone := sorted(before - set(row.scopes)):
            _end_grants(row)
        _note("change_client", row, by.actor, scopes=row.scopes, taken=gone)


def new_secret(code: str, *, by: Person) -> str:
    """Give a client another secret and return it; the old one is void at once."""
    access.demand(by, MANAGE)
    with transaction.atomic():
        row = _held(code)
        secret = secrets.token_urlsafe(32)
        row.secret_digest = queries.digest(secret)
        row.save(update_fields=["secret_digest"])
        _note("new_secret", row, by.actor)
    return secret


def switch(code: str, *, on: bool, by: Person) -> None:
    """Let a client sign people in, or no longer: its tokens end at once."""
    access.demand(by, MANAGE)
    with transaction.atomic():
        row = _held(code)
        row.active = on
        row.save(update_fields=["active"])
        if not on:
            _end_grants(row)
        _note("switch_on" if on else "switch_off", row, by.actor)


def put_packed(items: Sequence[NewClient]) -> None:
    """Write the clients that the pack describes. Each gets its secret on a page: a pack holds none."""
    for wanted in items:
        row = Client.objects.filter(code=wanted.code).first() or Client(code=wanted.code, since=clock.today())
        before = set(row.scopes)
        row.packed = True
        _fill(row, wanted, secret=False)
        row.save()
        if before - set(row.scopes):
            _end_grants(row)


def withdraw_packed(codes: Sequence[str]) -> None:
    """Switch off what the pack no longer holds; what people agreed to stays on record."""
    for row in Client.objects.filter(code__in=codes, packed=True):
        row.active = False
        row.save(update_fields=["active"])
        _end_grants(row)


def open_demonstration(wanted: NewClient) -> str:
    """Admit the demonstration's own client anew at each start and return its secret; Refused outside a demonstration."""
    if not settings.VAMCO_DEMO:
        raise Refused("broker.no_demonstration", N_("This is no demonstration."))
    with transaction.atomic():
        row = Client.objects.filter(code=wanted.code).first() or Client(code=wanted.code, since=clock.today())
        secret = _fill(row, wanted, secret=True)
        row.save()
        _note("open_demonstration", row, audit.SYSTEM)
    return secret


def authenticate(code: str, secret: str, *, network: str) -> Client:
    """Return the client that this secret belongs to; OAuthError for a wrong one, and while wrong ones slow the network down."""
    now, code = clock.now(), code[:60] if code.isprintable() else ""
    if queries.must_wait(code, network, now=now):
        raise OAuthError("invalid_client", "too many wrong secrets: wait", status=429, retry_after=60)
    row = next(iter(Client.objects.filter(code=code, active=True)), None)
    known = row.secret_digest if row is not None and row.secret_digest else "-" * 64
    if not constant_time_compare(known, queries.digest(secret)) or row is None:
        Failure.objects.create(network=network, client=code, at=now)
        raise OAuthError("invalid_client", "client or secret is wrong", status=401)
    if row.last_used_at is None or abs((now - row.last_used_at).total_seconds()) > _USED_EVERY_S:
        Client.objects.filter(pk=row.pk).update(last_used_at=now)
    return row


def forget_failures(now: dt.datetime) -> None:
    """Forget wrong secrets that slow nobody any more."""
    Failure.objects.filter(at__lte=now - slowing.WINDOW).delete()


def check(wanted: NewClient) -> None:
    """Refused for a client that could not be admitted."""
    for address in (*wanted.redirect_uris, *wanted.post_logout_uris, *filter(None, [wanted.backchannel_uri])):
        if fault := addresses.fault(address, demonstration=settings.VAMCO_DEMO):
            raise Refused("broker.address", fault)
    if not wanted.redirect_uris:
        raise Refused("broker.no_address", N_("Enter at least one redirect address."))
    if "openid" not in wanted.scopes or not set(wanted.scopes) <= set(SCOPES):
        raise Refused("broker.scopes", N_("Unknown scope, or “openid” is missing."))


def _fill(row: Client, wanted: NewClient, *, secret: bool) -> str:
    check(wanted)
    values = asdict(wanted)
    row.agency = agencies.get(values.pop("agency"))
    for name, value in values.items():
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    row.sector = wanted.sector or wanted.code
    made = secrets.token_urlsafe(32) if secret else ""
    if made:
        row.secret_digest = queries.digest(made)
    return made


def _held(code: str) -> Client:
    row = Client.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise Missing("broker.no_client", N_("There is no such service."))
    return row


def _end_grants(row: Client) -> None:
    now = clock.now()
    Token.objects.filter(grant__client=row, ended_at=None).update(ended_at=now)
    Grant.objects.filter(client=row, ended_at=None).update(ended_at=now)


def _note(act: str, row: Client, actor: str, **detail: object) -> None:
    audit.record(f"broker.{act}", actor=actor, chain=CHAIN, subject=f"client:{row.code}", detail=detail)
