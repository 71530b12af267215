"""Signatures of ID tokens: which are believed, and by which key of the issuer."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from vamco.systems.identity.rules.eid import Unproven

# Only signatures that the issuer alone can make: with "none" or HS256 anybody who knows the public key could.
ALGORITHMS: Final = {
    "RS256": "RSA",
    "RS384": "RSA",
    "RS512": "RSA",
    "PS256": "RSA",
    "PS384": "RSA",
    "PS512": "RSA",
    "ES256": "EC",
    "ES384": "EC",
    "ES512": "EC",
}
SMALLEST_RSA: Final = 2048
LONGEST: Final = 32 << 10


class UnknownKey(Exception):  # noqa: N818  # perhaps the issuer has made it since
    """The token names a key that is not among those known."""


def read(token: object, keys: dict[str, Any], *, access: object = None) -> dict[str, Any]:
    """Return the claims of a token whose signature holds; Unproven where it does not, UnknownKey where the issuer may have a newer key.

    `access`: the access token that came with it, which the ID token may name.
    """
    header = _header(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Unproven("alg")
    if "crit" in header or "b64" in header:
        raise Unproven("crit")
    key = _key(header.get("kid"), algorithm, keys)
    try:
        claims = dict(jwt.decode(str(token), key, algorithms=[algorithm]).claims)
    except (JoseError, ValueError, TypeError) as error:
        raise Unproven("signature") from error
    _check_access_token(claims, access, f"sha{algorithm[2:]}")
    return claims


def _header(token: object) -> dict[str, Any]:
    if not isinstance(token, str) or len(token) > LONGEST or token.count(".") != 2:  # noqa: PLR2004
        raise Unproven("shape")
    first = token.partition(".")[0]
    try:
        found = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (binascii.Error, ValueError) as error:
        raise Unproven("shape") from error
    if not isinstance(found, dict):
        raise Unproven("shape")
    return found


def _key(name: object, algorithm: str, keys: dict[str, Any]) -> RSAKey | ECKey:
    """Return the issuer's published key: never one that the token brings, and never a key for something else."""
    listed = keys.get("keys")
    fitting = [
        key
        for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict)
        and key.get("kty") == ALGORITHMS[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (name is None or key.get("kid") == name)
    ]
    if len(fitting) != 1:
        raise UnknownKey
    public = {part: value for part, value in fitting[0].items() if part not in {"key_ops", "x5c", "x5u"}}
    if public["kty"] == "RSA" and len(str(public.get("n", ""))) * 6 < SMALLEST_RSA:
        raise Unproven("key")
    try:
        return RSAKey.import_key(public) if ALGORITHMS[algorithm] == "RSA" else ECKey.import_key(public)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Unproven("key") from error


def _check_access_token(claims: dict[str, Any], access: object, digest: str) -> None:
    named = claims.get("at_hash")
    if named is None:
        return
    whole = hashlib.new(digest, str(access).encode()).digest()
    right = base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()
    if not hmac.compare_digest(str(named).encode(), right.encode()):
        raise Unproven("at_hash")
