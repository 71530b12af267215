"""The keys that sign tokens: made, sealed, changed, used."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.people import public as people
from vamco.systems.broker import queries
from vamco.systems.broker.contracts import SKEW
from vamco.systems.broker.models import SigningKey
from vamco.systems.broker.rules import keys as rules

if TYPE_CHECKING:
    import datetime as dt

CHAIN: Final = "identity"
ALGORITHM: Final = "RS256"
_SIZE: Final = 2048


def sign(claims: dict[str, Any], *, kind: str = "JWT") -> str:
    """Return claims as a signed token."""
    key = _ring.get(queries.signing_kid()) or _open(queries.signing_key() or _first_key())
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": kind}, claims, key, algorithms=[ALGORITHM])


_ring: Final[dict[str, jwk.RSAKey]] = {}  # in this process: opening one costs as much as signing twice


def _open(row: SigningKey) -> jwk.RSAKey:
    _ring.clear()
    _ring[row.kid] = jwk.RSAKey.import_key(people.unseal(row), {"kid": row.kid})
    return _ring[row.kid]


def rotate_keys(*, actor: str = audit.SYSTEM) -> str:
    """Let the next key sign from now on and publish another for later; return the id of the key that signs.

    What the old one signed is good until it ends: the old key stays published for two days.
    """
    with transaction.atomic():
        _queue_up()
        now = clock.now()
        if (held := queries.signing_key()) is None:
            return _make_two(now, actor).kid
        follower = SigningKey.objects.filter(signs_from=None).first() or _make(now)
        SigningKey.objects.filter(pk=held.pk).update(signed_until=now)
        SigningKey.objects.filter(pk=follower.pk).update(signs_from=now)
        _make(now)
        SigningKey.objects.filter(signed_until__lte=now - 10 * rules.KEPT_FOR).delete()
        audit.record("broker.rotate_keys", actor=actor, chain=CHAIN, subject=f"key:{follower.kid}")
    return follower.kid


def tend_keys() -> None:
    """Rotate the keys when it is time."""
    held = queries.signing_key()
    if held is None or held.signs_from is None or rules.due(held.signs_from, now=clock.now()):
        rotate_keys()


def _first_key() -> SigningKey:
    with transaction.atomic():
        _queue_up()
        return queries.signing_key() or _make_two(clock.now(), audit.SYSTEM)


def _make_two(now: dt.datetime, actor: str) -> SigningKey:
    made = _make(now, signs_from=now)
    _make(now)
    audit.record("broker.rotate_keys", actor=actor, chain=CHAIN, subject=f"key:{made.kid}")
    return made


def _make(now: dt.datetime, *, signs_from: dt.datetime | None = None) -> SigningKey:
    kid = secrets.token_hex(8)
    made = jwk.RSAKey.generate_key(_SIZE, {"kid": kid, "use": "sig", "alg": ALGORITHM})
    row = SigningKey(kid=kid, public=made.as_dict(private=False), made_at=now, signs_from=signs_from)
    people.seal(row, made.as_pem(private=True).decode())
    row.save(force_insert=True)
    return row


def _queue_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('broker.signing_keys'))")


def key_set() -> list[dict[str, Any]]:
    """Return the published keys; makes the first ones."""
    if not (found := queries.published_keys()):
        _first_key()
        found = queries.published_keys()
    return found


def read_hint(token: str) -> dict[str, Any] | None:
    """Return the claims of an id token that this issuer once signed, expired or not; None for any other text.

    One from the future is not ours, unless by as much as clocks differ.
    """
    try:
        found = jwt.decode(token, _public(tuple(str(key) for key in _kids())), algorithms=[ALGORITHM])
    except (JoseError, ValueError, KeyError, TypeError, UnicodeError):
        return None
    claims = dict(found.claims)
    now = clock.now().timestamp()
    texts = all(isinstance(claims.get(name), str) for name in ("iss", "sub", "aud"))
    moment = claims.get("iat")
    if not texts or claims["iss"] != queries.issuer() or not isinstance(moment, int | float):
        return None
    return claims if moment <= now + SKEW.total_seconds() and "events" not in claims else None


def _kids() -> list[str]:
    return [key["kid"] for key in key_set()]


@lru_cache(maxsize=4)
def _public(kids: tuple[str, ...]) -> jwk.KeySet:
    return jwk.KeySet([jwk.RSAKey.import_key(key) for key in key_set() if key["kid"] in kids])
