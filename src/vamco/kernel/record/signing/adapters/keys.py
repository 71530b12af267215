"""Keys in this process, encrypted on disk. A hardware module or a remote service stands behind the same port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from vamco.lib.errors import N_, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
OPEN_MODES = 0o077


class SoftwareSigner:
    """A key in memory."""

    def __init__(self, key: Key, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...] = ()) -> None:
        self.key = key
        self.certificate: bytes = certificate.public_bytes(Encoding.DER)
        self.chain: tuple[bytes, ...] = tuple(above.public_bytes(Encoding.DER) for above in chain)

    def sign(self, data: bytes) -> bytes:
        """Give the signature over SHA-256 of the data."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


def write(folder: Path, name: str, key: Key, certificates: tuple[x509.Certificate, ...], passphrase: str) -> None:
    """Keep a key under a passphrase (PKCS #8, AES-256) and its certificates beside it; only the owner can read the key."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.key"
    path.touch(mode=0o600)
    encryption = BestAvailableEncryption(passphrase.encode())
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    (folder / f"{name}.pem").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in certificates))


def read(folder: Path, name: str, passphrase: str) -> SoftwareSigner:
    """Give the signer of that name; Unavailable when it is not there, cannot be decrypted, or lies open to others."""
    key_path, certificates_path = folder / f"{name}.key", folder / f"{name}.pem"
    if not key_path.is_file() or not certificates_path.is_file():
        raise Unavailable("signing.no_key", N_("There is no signing key for %(name)s."), name=name)
    if key_path.stat().st_mode & OPEN_MODES:
        raise Unavailable("signing.open_key", N_("The signing key of %(name)s can be read by others."), name=name)
    try:
        key = load_pem_private_key(key_path.read_bytes(), passphrase.encode())
        own, *above = x509.load_pem_x509_certificates(certificates_path.read_bytes())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Unavailable(
            "signing.locked_key", N_("The signing key of %(name)s cannot be opened."), name=name
        ) from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or key.public_key() != own.public_key():
        raise Unavailable("signing.wrong_key", N_("Key and certificate of %(name)s do not belong together."), name=name)
    return SoftwareSigner(key, own, tuple(above))
