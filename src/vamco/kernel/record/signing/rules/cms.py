"""CMS SignedData (RFC 5652) as PAdES wants it (ETSI EN 319 142-1), put together from parts that do not change.

pyHanko builds the same from objects in ten times the time; here only digest, signature and timestamp are new each time.
pyHanko and OpenSSL read it back in the tests.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from asn1crypto import x509

if TYPE_CHECKING:
    from collections.abc import Callable

SEQUENCE, SET, OCTETS, INTEGER, NULL = 0x30, 0x31, 0x04, 0x02, b"\x05\x00"


def der(tag: int, *parts: bytes) -> bytes:
    """Give one element of DER."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:  # noqa: PLR2004
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def oid(text: str) -> bytes:
    """Give an object identifier."""
    first, second, *rest = map(int, text.split("."))
    content = bytearray([40 * first + second])
    for arc in rest:
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.append(0x80 | (arc & 0x7F))
        content += bytes(reversed(digits))
    return der(0x06, bytes(content))


def integer(number: int) -> bytes:
    """Give a whole number of zero or more."""
    return der(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


DATA: Final = oid("1.2.840.113549.1.7.1")
SIGNED_DATA: Final = oid("1.2.840.113549.1.7.2")
TST_INFO: Final = oid("1.2.840.113549.1.9.16.1.4")
CONTENT_TYPE: Final = oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST: Final = oid("1.2.840.113549.1.9.4")
CERTIFICATE_V2: Final = oid("1.2.840.113549.1.9.16.2.47")
STAMP_TOKEN: Final = oid("1.2.840.113549.1.9.16.2.14")
SHA256: Final = der(SEQUENCE, oid("2.16.840.1.101.3.4.2.1"))
RSA: Final = der(SEQUENCE, oid("1.2.840.113549.1.1.1"), NULL)
ECDSA: Final = der(SEQUENCE, oid("1.2.840.10045.4.3.2"))


class Envelope:
    """What stays the same in all signatures made with one certificate."""

    def __init__(self, certificate: bytes, chain: tuple[bytes, ...] = (), *, content: bytes = DATA) -> None:
        parsed = x509.Certificate.load(certificate)
        self._content = content
        self._certificates = der(0xA0, certificate, *chain)
        self._sid = der(SEQUENCE, parsed.issuer.dump(), integer(parsed.serial_number))
        self._algorithm = {"rsa": RSA, "ec": ECDSA}[parsed.public_key.algorithm]
        kind = der(SEQUENCE, CONTENT_TYPE, der(SET, content))
        fingerprint = der(SEQUENCE, der(OCTETS, hashlib.sha256(certificate).digest()))
        bound = der(SEQUENCE, CERTIFICATE_V2, der(SET, der(SEQUENCE, der(SEQUENCE, fingerprint))))
        self._attributes = (kind, bound)

    def seal(
        self,
        digest: bytes,
        sign: Callable[[bytes], bytes],
        *,
        stamp: Callable[[bytes], bytes] | None = None,
        inside: bytes = b"",
    ) -> bytes:
        """Give the ContentInfo that signs a SHA-256 digest; `stamp` gives a timestamp token for the signature's value."""
        message = der(SEQUENCE, MESSAGE_DIGEST, der(SET, der(OCTETS, digest)))
        attributes = b"".join(sorted((*self._attributes, message)))  # DER: a set is ordered by its bytes
        value = sign(der(SET, attributes))
        unsigned = b"" if stamp is None else der(0xA1, der(SEQUENCE, STAMP_TOKEN, der(SET, stamp(value))))
        signer = der(
            SEQUENCE, integer(1), self._sid, SHA256, der(0xA0, attributes), self._algorithm, der(OCTETS, value), unsigned
        )  # fmt: skip
        enclosed = der(0xA0, der(OCTETS, inside)) if inside else b""
        signed = der(
            SEQUENCE,
            integer(3 if inside else 1),
            der(SET, SHA256),
            der(SEQUENCE, self._content, enclosed),
            self._certificates,
            der(SET, signer),
        )
        return der(SEQUENCE, SIGNED_DATA, der(0xA0, signed))
