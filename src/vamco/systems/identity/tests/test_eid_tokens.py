"""Signatures: each way in which a token can be forged."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, RSAKey

from vamco.systems.identity.adapters import tokens
from vamco.systems.identity.rules.eid import Unproven

KEY = RSAKey.generate_key(2048, {"kid": "k1"}, private=True)
OTHER = RSAKey.generate_key(2048, {"kid": "k1"}, private=True)
CURVE = ECKey.generate_key("P-256", {"kid": "e1"}, private=True)
PUBLISHED: dict[str, Any] = {"keys": [{**KEY.as_dict(private=False), "use": "sig"}, CURVE.as_dict(private=False)]}
CLAIMS = {"sub": "s-1"}


def signed(key: Any = KEY, alg: str = "RS256", claims: dict[str, Any] | None = None, **header: Any) -> str:
    return jwt.encode({"alg": alg, "kid": "k1", **header}, claims or CLAIMS, key, algorithms=[alg])


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def reason(token: object, keys: dict[str, Any] = PUBLISHED, access: object = None) -> str:
    try:
        tokens.read(token, keys, access=access)
    except Unproven as error:
        return error.reason
    except tokens.UnknownKey:
        return "unknown key"
    return ""


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_a_right_token_is_read(alg: str) -> None:
    assert tokens.read(signed(alg=alg), PUBLISHED) == CLAIMS
    assert tokens.read(signed(CURVE, "ES256", kid="e1"), PUBLISHED) == CLAIMS


def test_without_a_signature_it_is_nothing() -> None:
    for alg in ("none", "None", "NONE", "", None, ["RS256"]):
        assert reason(f"{part({'alg': alg, 'kid': 'k1'})}.{part(CLAIMS)}.") == "alg"
    head, body, _signature = signed().split(".")
    assert reason(f"{head}.{body}.") == "signature"


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_the_public_key_is_no_password(alg: str) -> None:
    public = KEY.raw_value.public_key() if hasattr(KEY.raw_value, "public_key") else KEY.raw_value
    secrets = [
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        json.dumps(KEY.as_dict(private=False)).encode(),
    ]
    for secret in secrets:
        head = f"{part({'alg': alg, 'kid': 'k1'})}.{part(CLAIMS)}"
        made = hmac.new(secret, head.encode(), {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}[alg]).digest()
        assert reason(f"{head}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}") == "alg"
    symmetric = {"keys": [{"kty": "oct", "kid": "k1", "k": base64.urlsafe_b64encode(b"k" * 32).decode()}]}
    token = jwt.encode({"alg": "HS256", "kid": "k1"}, CLAIMS, OctKey.import_key(b"k" * 32), algorithms=["HS256"])
    assert reason(token, symmetric) == "alg"


def test_a_key_that_the_token_brings_is_not_used() -> None:
    assert reason(signed(OTHER)) == "signature"
    assert reason(signed(OTHER, jwk=OTHER.as_dict(private=False))) == "signature"
    assert reason(signed(OTHER, jku="https://forger.example/jwks")) == "signature"
    assert reason(signed(OTHER, kid="k2", jwk=OTHER.as_dict(private=False))) == "unknown key"


def test_what_was_signed_is_what_is_read() -> None:
    head, _body, signature = signed().split(".")
    assert reason(f"{head}.{part({'sub': 'another'})}.{signature}") == "signature"


def test_a_key_for_something_else_is_not_used() -> None:
    public = KEY.as_dict(private=False)
    assert reason(signed(), {"keys": [{**public, "use": "enc"}]}) == "unknown key"
    assert reason(signed(), {"keys": [{**public, "alg": "RS512"}]}) == "unknown key"
    assert reason(signed(kid="e1"), PUBLISHED) == "unknown key"  # a key for curves
    assert reason(signed(), {"keys": [public, {**OTHER.as_dict(private=False), "kid": "k1"}]}) == "unknown key"
    assert reason(signed(), {}) == "unknown key"
    assert reason(signed(), {"keys": "k1"}) == "unknown key"


def test_a_short_or_broken_key_is_not_used() -> None:
    with pytest.warns(SecurityWarning):
        short = RSAKey.generate_key(1024, {"kid": "k1"}, private=True)
    assert reason(signed(short), {"keys": [short.as_dict(private=False)]}) == "key"
    assert reason(signed(), {"keys": [{"kty": "RSA", "kid": "k1", "n": "!", "e": "AQAB"}]}) == "key"


def test_without_a_name_the_only_key_that_fits_is_used() -> None:
    token = jwt.encode({"alg": "RS256"}, CLAIMS, KEY, algorithms=["RS256"])
    assert tokens.read(token, PUBLISHED) == CLAIMS


def test_what_must_be_understood_is_refused() -> None:
    assert reason(f"{part({'alg': 'RS256', 'kid': 'k1', 'crit': ['b64'], 'b64': False})}.{part(CLAIMS)}.AA") == "crit"


@pytest.mark.parametrize(
    "token", [None, 7, "", "a.b", "a.b.c.d", "!.!.!", "a.b.c", "." * 2, "x" * 40_000, f"{part([1])}.a.b"]
)
def test_what_is_no_token_is_refused(token: object) -> None:
    assert reason(token) == "shape"


def test_another_access_token_is_seen() -> None:
    right = base64.urlsafe_b64encode(hashlib.sha256(b"access").digest()[:16]).rstrip(b"=").decode()
    token = signed(claims={"sub": "s-1", "at_hash": right})
    assert reason(token, access="access") == ""
    assert reason(token, access="another") == "at_hash"
    assert reason(token) == "at_hash"
