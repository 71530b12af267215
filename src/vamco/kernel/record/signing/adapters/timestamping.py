"""Timestamps (RFC 3161): the question, the check of its answer, and two authorities behind the port.

One is asked by HTTP; the other is simulated for the demonstration: an authority in all but that nobody else trusts it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from asn1crypto import tsp

from vamco.kernel.record.signing.rules import cms
from vamco.lib.errors import N_, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.kernel.record.signing.contracts import Signer, Timestamper

POLICY: Final = "1.3.6.1.4.1.4146.2.2"  # of the simulated authority
TIMEOUT_S: Final = 10
LONGEST: Final = 1 << 20
GRANTED: Final = {"granted", "granted_with_mods"}


def token(authority: Timestamper, data: bytes) -> bytes:
    """Give the DER token in which the authority binds SHA-256 of the data to a time; Unavailable when its answer does not fit."""
    return token_of(authority, hashlib.sha256(data).digest())


def token_of(authority: Timestamper, digest: bytes) -> bytes:
    """Give the same for a digest."""
    nonce = secrets.randbits(63) | 1
    imprint = cms.der(cms.SEQUENCE, cms.SHA256, cms.der(cms.OCTETS, digest))
    request = cms.der(cms.SEQUENCE, cms.integer(1), imprint, cms.integer(nonce), b"\x01\x01\xff")
    answer = authority.answer(request)
    try:
        response = tsp.TimeStampResp.load(answer, strict=True)
        status = response["status"]["status"].native
        given: bytes = response["time_stamp_token"].dump() if status in GRANTED else b""
        info = response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed if given else None
        fits = (
            info is not None
            and info["nonce"].native == nonce
            and info["message_imprint"]["hashed_message"].native == digest
            and info["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256"
        )
    except (ValueError, TypeError, KeyError) as error:
        raise _refused("unreadable") from error
    if not fits:
        raise _refused(status)
    return given


def _refused(status: str) -> Unavailable:
    return Unavailable(
        "signing.no_timestamp", N_("The time-stamping authority gave no fitting answer (%(status)s)."), status=status
    )


class HttpAuthority:
    """An authority that is asked by HTTP, as RFC 3161, 3.4 says."""

    def __init__(self, url: str) -> None:
        self._url = url

    def answer(self, request: bytes) -> bytes:
        """Give what the server says; Unavailable when it does not answer in time."""
        import requests

        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            response = requests.post(self._url, data=request, headers=headers, timeout=TIMEOUT_S, stream=True)
            response.raise_for_status()
            content: bytes = response.raw.read(LONGEST, decode_content=True)
        except (requests.RequestException, OSError) as error:
            raise Unavailable(
                "signing.no_timestamp_server", N_("The time-stamping authority does not answer.")
            ) from error
        return content


class SimulatedAuthority:
    """An authority in this process."""

    def __init__(self, signer: Signer, now: Callable[[], dt.datetime]) -> None:
        self._signer = signer
        self._now = now
        self._envelope = cms.Envelope(signer.certificate, signer.chain, content=cms.TST_INFO)

    def answer(self, request: bytes) -> bytes:
        """Give a granted answer; a request that cannot be read, or is not over SHA-256, is rejected as the standard says."""
        try:
            asked = tsp.TimeStampReq.load(request, strict=True)
            imprint = asked["message_imprint"]
            fits = (
                imprint["hash_algorithm"]["algorithm"].native == "sha256"
                and len(imprint["hashed_message"].native) == hashlib.sha256().digest_size
            )
            nonce = asked["nonce"].native
        except (ValueError, TypeError):
            fits, nonce = False, None
        if not fits:
            return cms.der(cms.SEQUENCE, cms.der(cms.SEQUENCE, cms.integer(2)))
        moment = self._now().astimezone(dt.UTC)
        info = cms.der(
            cms.SEQUENCE,
            cms.integer(1),
            cms.oid(POLICY),
            imprint.dump(),
            cms.integer(secrets.randbits(64)),
            cms.der(0x18, f"{moment:%Y%m%d%H%M%S}Z".encode("ascii")),
            cms.integer(nonce) if nonce is not None else b"",
        )
        sealed = self._envelope.seal(hashlib.sha256(info).digest(), self._signer.sign, inside=info)
        return cms.der(cms.SEQUENCE, cms.der(cms.SEQUENCE, cms.integer(0)), sealed)
