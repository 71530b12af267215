"""The signing keys of the simulated issuer, with their rotation."""

from __future__ import annotations

import secrets
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import RSAKey

ALGORITHM: Final = "RS256"
_BITS: Final = 2048


class SigningKeys:
    """Keys by age, the newest last, which signs. The others stay published until they are retired."""

    def __init__(self) -> None:
        self._keys = [_fresh()]

    def rotate(self, *, keep: bool = True) -> None:
        """Sign with a new key from now on; without `keep` the old ones are no longer published."""
        self._keys = [*(self._keys if keep else []), _fresh()]

    def published(self) -> dict[str, Any]:
        """Return the public halves as a JWK set."""
        return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM} for key in self._keys]}

    def sign(self, claims: dict[str, Any]) -> str:
        """Return the claims as a signed token."""
        key = self._keys[-1]
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def _fresh() -> RSAKey:
    return RSAKey.generate_key(_BITS, {"kid": secrets.token_hex(8)}, private=True)
