"""What the standards ask of a push message: encrypted for one browser (RFC 8291), sent by who proves who they are (RFC 8292)."""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_RECORD: Final = 4096
_SALT: Final = 16


def encrypt(
    clear: bytes, receiver: bytes, secret: bytes, own: EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """Give a text that only the browser reads which has the key to the point `receiver`; one record of aes128gcm (RFC 8188)."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    own = own or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(_SALT)
    sender = point(own)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiver))
    key, nonce = secrets_of(shared, secret, receiver, sender, salt)
    sealed = AESGCM(key).encrypt(nonce, clear + b"\x02", None)
    return salt + _RECORD.to_bytes(4) + bytes([len(sender)]) + sender + sealed


def secrets_of(shared: bytes, secret: bytes, receiver: bytes, sender: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """Give key and nonce of a message (RFC 8291, 3.4); the browser finds the same."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    def derive(material: bytes, salted: bytes, info: bytes, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, salted, info).derive(material)

    material = derive(shared, secret, b"WebPush: info\0" + receiver + sender, 32)
    key = derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    return key, derive(material, salt, b"Content-Encoding: nonce\0", 12)


def point(key: EllipticCurvePrivateKey) -> bytes:
    """Give the public point of a key, uncompressed."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def padded(content: bytes) -> str:
    """Give bytes in base64url without its filling."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def unpadded(text: str) -> bytes:
    """Give what `padded` was made of."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed(key: EllipticCurvePrivateKey, claims: Mapping[str, str | int]) -> str:
    """Give a JSON Web Token, signed with ES256."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    head = padded(json.dumps({"typ": "JWT", "alg": "ES256"}, separators=(",", ":")).encode())
    said = f"{head}.{padded(json.dumps(claims, separators=(',', ':')).encode())}"
    r, s = utils.decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{said}.{padded(r.to_bytes(32) + s.to_bytes(32))}"
