"""A certification authority of our own, for the demonstration and for tests: nobody else trusts it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vamco.kernel.record.signing.adapters.keys import Key, SoftwareSigner

if TYPE_CHECKING:
    from collections.abc import Sequence

YEAR: Final = dt.timedelta(days=365)
RSA_BITS: Final = 2048


def new_key(kind: str = "ec") -> Key:
    """Give a key: "ec" on P-256, "rsa" of 2048 bits."""
    if kind == "rsa":
        return rsa.generate_private_key(65537, RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Authority:
    """A root that issues certificates."""

    key: Key
    certificate: x509.Certificate

    @classmethod
    def found(cls, name: str, now: dt.datetime) -> Authority:
        """Give a new one, for ten years."""
        key = new_key()
        return cls(key, _certificate(_name(name), key, None, now, now + 10 * YEAR, _ca_extensions()))

    @property
    def root(self) -> bytes:
        """Its certificate, DER."""
        return self.certificate.public_bytes(Encoding.DER)

    def admit(
        self, name: str, organisation: str, key: Key, *, since: dt.datetime, until: dt.datetime
    ) -> x509.Certificate:
        """Give a certificate for signing documents."""
        usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
        return _certificate(_name(name, organisation), key, self, since, until, [(usage, True)])

    def admit_timestamper(self, name: str, key: Key, *, since: dt.datetime, until: dt.datetime) -> x509.Certificate:
        """Give a certificate for time-stamping (RFC 3161, 2.3: that purpose alone)."""
        usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        return _certificate(_name(name), key, self, since, until, [(usage, True), (purpose, True)])

    def revocations(self, certificates: Sequence[tuple[int, dt.datetime]], now: dt.datetime) -> bytes:
        """Give the list of revoked certificates, each with its serial number and moment, DER."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(now).next_update(now + YEAR)
        for serial, moment in certificates:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def signer(self, name: str, organisation: str, now: dt.datetime, kind: str = "ec") -> SoftwareSigner:
        """Give a signer with a new key, for two years."""
        key = new_key(kind)
        return SoftwareSigner(key, self.admit(name, organisation, key, since=now, until=now + 2 * YEAR))


def _name(name: str, organisation: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _ca_extensions() -> list[tuple[x509.ExtensionType, bool]]:
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    return [(usage, True)]


def _certificate(  # noqa: PLR0917  # a certificate has that many parts
    subject: x509.Name,
    key: Key,
    issuer: Authority | None,
    since: dt.datetime,
    until: dt.datetime,
    extensions: list[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    signing = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signing, hashes.SHA256())
