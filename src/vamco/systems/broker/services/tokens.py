"""Codes become tokens, tokens become newer ones, and end."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.util import create_half_hash
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.systems.broker import queries
from vamco.systems.broker.contracts import ACCESS_LASTS, ID_TOKEN_LASTS, OFFLINE, REFRESH_LASTS, OAuthError, Tokens
from vamco.systems.broker.models import Client, Grant, Token, Visit
from vamco.systems.broker.services import clients
from vamco.systems.broker.services.facts import claims_of
from vamco.systems.broker.services.keys import ALGORITHM, CHAIN, sign

if TYPE_CHECKING:
    import datetime as dt

_KEPT_DAYS: Final = 30
_REDEEMED: Final = """
    WITH used AS (UPDATE broker_grant SET code_used_at = %(now)s WHERE id = %(pk)s)
    INSERT INTO broker_visit (sid, client_id, person_id, subject, began_at, last_at)
    VALUES (%(sid)s, %(client_id)s, %(person_id)s, %(subject)s, %(now)s, %(now)s)
    ON CONFLICT (sid, client_id) WHERE ended_at IS NULL DO UPDATE SET last_at = EXCLUDED.last_at
"""  # of two codes of a stay that come at once, neither fails: the visit is there once


def exchange(client: Client, code: str, *, redirect_uri: str, verifier: str) -> Tokens:
    """Give tokens for a code, once. A code that comes again takes back what it gave; a wrong verifier or address uses it up."""
    now = clock.now()
    with transaction.atomic():
        found = Grant.objects.select_for_update().filter(code_digest=queries.digest(code), client=client)
        grant = next(iter(found), None)
        if grant is None:
            raise OAuthError("invalid_grant", "no such code for this client")
        grant.client = client  # already at hand: no other query for it
        fault = _fault(grant, redirect_uri, verifier, now=now)
        if not fault:
            _redeem(grant, now)
            return _issue(grant, tuple(grant.scopes), now, nonce=grant.nonce)
        if grant.code_used_at is not None:
            _end(grant, now, why="code_reused")
        Grant.objects.filter(pk=grant.pk).update(code_used_at=now)
    raise OAuthError("invalid_grant", fault)


def _fault(grant: Grant, redirect_uri: str, verifier: str, *, now: dt.datetime) -> str:
    if grant.code_used_at is not None:
        return "the code was used before"
    if grant.ended_at is not None or now >= grant.code_expires_at:
        return "the code has expired"
    if not constant_time_compare(grant.redirect_uri, redirect_uri):
        return "redirect_uri is not that of the authorization request"
    if not verifier.isascii() or not 43 <= len(verifier) <= 128:  # noqa: PLR2004  # RFC 7636, 4.1
        return "code_verifier is missing or malformed"
    if not constant_time_compare(create_s256_code_challenge(verifier), grant.challenge):
        return "code_verifier is wrong"
    return "" if queries.may_sign_in(grant.person_id) else "the account is closed"


def _redeem(grant: Grant, now: dt.datetime) -> None:
    """Use up the code, and note that the person is now signed in at the client, so that it is told when they leave."""
    values = {name: getattr(grant, name) for name in ("pk", "sid", "client_id", "person_id", "subject")}
    with connection.cursor() as cursor:
        cursor.execute(_REDEEMED, {**values, "now": now})


def _issue(grant: Grant, scopes: tuple[str, ...], now: dt.datetime, *, nonce: str = "") -> Tokens:
    access = secrets.token_urlsafe(32)
    made = [
        Token(grant=grant, digest=queries.digest(access), scopes=scopes, issued_at=now, expires_at=now + ACCESS_LASTS)
    ]
    renewed = ""
    if OFFLINE in grant.scopes:
        renewed = secrets.token_urlsafe(32)
        until = min(now, grant.created_at) + REFRESH_LASTS
        made.append(
            Token(
                grant=grant,
                refresh=True,
                digest=queries.digest(renewed),
                scopes=grant.scopes,
                issued_at=now,
                expires_at=until,
            )
        )
    Token.objects.bulk_create(made)
    return Tokens(access, _id_token(grant, access, now, nonce), scopes, renewed)


def _id_token(grant: Grant, access: str, now: dt.datetime, nonce: str) -> str:
    moment = int(now.timestamp())
    claims: dict[str, Any] = {
        "iss": queries.issuer(),
        "sub": str(grant.subject),
        "aud": grant.client.code,
        "exp": moment + int(ID_TOKEN_LASTS.total_seconds()),
        "iat": moment,
        "auth_time": int(grant.confirmed_at.timestamp()),
        "acr": str(grant.level),
        "amr": grant.methods,
        "sid": str(grant.sid),
        "at_hash": create_half_hash(access, ALGORITHM).decode(),
    }
    if nonce:
        claims["nonce"] = nonce
    return sign({**claims_of(grant, set(grant.id_claims)), **claims})


def refresh(client: Client, token: str, *, scope: str) -> Tokens:
    """Give newer tokens for a refresh token, which is used up; one that comes again ends all that its grant gave."""
    now = clock.now()
    with transaction.atomic():
        held = (
            Token.objects.select_for_update(of=("self",))
            .select_related("grant__client")
            .filter(digest=queries.digest(token), refresh=True, grant__client=client)
            .first()
        )
        if held is None:
            raise OAuthError("invalid_grant", "no such refresh token for this client")
        grant = held.grant
        asked = tuple(scope.split()) or tuple(grant.scopes)
        if held.used_at is not None:
            _end(grant, now, why="refresh_reused")
            fault = "the refresh token was used before"
        elif held.ended_at or grant.ended_at or now >= held.expires_at or not queries.may_sign_in(grant.person_id):
            fault = "the refresh token has ended"
        elif not set(asked) <= set(grant.scopes):
            raise OAuthError("invalid_scope", "more than was granted")
        else:
            Token.objects.filter(pk=held.pk).update(used_at=now)
            return _issue(grant, asked, now)
    raise OAuthError("invalid_grant", fault)


def revoke(client: Client, token: str) -> None:
    """End a token of a client; a refresh token ends with all that came of its grant. A token of nobody is ended already."""
    now = clock.now()
    with transaction.atomic():
        held = Token.objects.select_related("grant").filter(digest=queries.digest(token), grant__client=client).first()
        if held is None or held.grant.ended_at is not None:
            return
        if held.refresh:
            _end(held.grant, now, why="revoked")
            return
        Token.objects.filter(pk=held.pk, ended_at=None).update(ended_at=now)
        _note(held.grant, "revoked")


def introspect(client: Client, token: str) -> dict[str, Any]:
    """Say what a token of this client is; {"active": false} for one that has ended, or is another's. Source: RFC 7662."""
    held = queries.live(token, now=clock.now())
    if held is None or held.grant.client_id != client.pk or not queries.may_sign_in(held.grant.person_id):
        return {"active": False}
    return {
        "active": True,
        "iss": queries.issuer(),
        "client_id": client.code,
        "sub": str(held.grant.subject),
        "scope": " ".join(held.scopes),
        "token_type": "refresh_token" if held.refresh else "Bearer",
        "iat": int(held.issued_at.timestamp()),
        "exp": int(held.expires_at.timestamp()),
        "acr": str(held.grant.level),
        "auth_time": int(held.grant.confirmed_at.timestamp()),
    }


def clear_old() -> None:
    """Remove tokens and codes that have long ended; consents stay."""
    import datetime as dt

    now = clock.now()
    clients.forget_failures(now)
    old = now - dt.timedelta(days=_KEPT_DAYS)
    Token.objects.filter(expires_at__lt=old).delete()
    Grant.objects.filter(created_at__lt=old, tokens=None).delete()
    Visit.objects.filter(ended_at__lt=old).delete()


def _end(grant: Grant, now: dt.datetime, *, why: str) -> None:
    ended = Token.objects.filter(grant=grant, ended_at=None).update(ended_at=now)
    Grant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=now)
    if ended:
        _note(grant, why)


def _note(grant: Grant, why: str) -> None:
    detail = {"client": grant.client.code, "why": why}
    audit.record(
        "broker.end_tokens", actor=audit.SYSTEM, chain=CHAIN, subject=f"person:{grant.person_id}", detail=detail
    )
