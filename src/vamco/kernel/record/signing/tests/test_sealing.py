"""What is signed can be read by others: pyHanko, and OpenSSL where it is installed."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from asn1crypto import cms as asn1
from pyhanko.pdf_utils.reader import PdfFileReader

from vamco.kernel.record.signing.adapters import timestamping
from vamco.kernel.record.signing.contracts import Appearance, Verdict
from vamco.kernel.record.signing.rules import cms, verifying
from vamco.kernel.record.signing.services import sealing
from vamco.kernel.record.signing.tests.made import DAY, NOW, clock, pdf, root, signer, trust
from vamco.lib.errors import Refused, Unavailable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("stamped", [False, True])
def test_what_is_signed_is_valid_and_says_who_and_when(kind: str, stamped: bool) -> None:  # noqa: FBT001
    signed = sealing.sign(pdf(), signer(kind), at=NOW, timestamper=clock() if stamped else None)
    report = verifying.verify(signed, trust(), now=NOW)
    (found,) = report.signatures
    assert (report.verdict, found.verdict) == (Verdict.VALID, Verdict.VALID)
    assert (found.signer, found.organisation, found.issuer) == ("Sở Tài chính", "H53.04", "Gốc thử nghiệm")
    assert (found.claimed_at, found.stamped_at) == (NOW, NOW if stamped else None)
    assert found.stamped_by == ("Dấu thời gian" if stamped else "")
    assert (found.intact, found.whole, found.changed, found.trusted, found.revoked) == (True, True, False, True, False)
    assert report.sha256 == hashlib.sha256(signed).hexdigest()
    assert signed.startswith(pdf())  # the document itself is not touched


def test_the_signature_is_pades(tmp_path: Path) -> None:
    signed = sealing.sign(pdf(), signer(), at=NOW, reason="Ban hành", location="Tây Ninh")
    (embedded,) = PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures
    assert embedded.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert (embedded.sig_object["/Reason"], embedded.sig_object["/Location"]) == ("Ban hành", "Tây Ninh")
    signed_attributes = {entry["type"].native for entry in embedded.signer_info["signed_attrs"]}
    assert signed_attributes == {
        "content_type",
        "message_digest",
        "signing_certificate_v2",
    }  # no signing_time: /M has it


@pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not installed")
@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_openssl_accepts_the_envelope(kind: str, tmp_path: Path) -> None:
    content = b"nothing but the truth"
    who = signer(kind)
    sealed = cms.Envelope(who.certificate, who.chain).seal(hashlib.sha256(content).digest(), who.sign)
    (tmp_path / "sealed.der").write_bytes(sealed)
    (tmp_path / "root.der").write_bytes(root().root)
    run = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "sealed.der", "-purpose", "any"]
    for text, expected in ((content, 0), (b"something else", 4)):
        (tmp_path / "content").write_bytes(text)
        more = [
            "-content",
            tmp_path / "content",
            "-CAfile",
            tmp_path / "root.pem",
            "-attime",
            str(int(NOW.timestamp())),
        ]
        pem = subprocess.run(
            ["openssl", "x509", "-inform", "DER", "-in", tmp_path / "root.der"], capture_output=True, check=True
        )
        (tmp_path / "root.pem").write_bytes(pem.stdout)
        assert subprocess.run([*run, *more], capture_output=True, check=False).returncode == expected


def test_asn1crypto_writes_the_same_bytes_again() -> None:
    sealed = cms.Envelope(signer().certificate).seal(
        bytes(32), signer().sign, stamp=lambda value: timestamping.token(clock(), value)
    )
    assert asn1.ContentInfo.load(sealed, strict=True).copy().dump(force=True) == sealed


def test_several_sign_one_after_the_other_and_all_stay_valid() -> None:
    signed = sealing.sign(pdf(), signer(), at=NOW, timestamper=clock())
    signed = sealing.sign(signed, signer("rsa"), at=NOW + DAY, timestamper=clock(NOW + DAY))
    stamped = sealing.stamp(signed, clock(NOW + 2 * DAY))
    report = verifying.verify(stamped, trust(), now=NOW + 3 * DAY)
    assert report.verdict == Verdict.VALID
    assert [found.stamped_at for found in report.signatures] == [NOW, NOW + DAY]
    assert report.stamps == (NOW + 2 * DAY,)


def test_a_visible_signature_stands_on_the_first_page() -> None:
    signed = sealing.sign(pdf(), signer(), at=NOW, appearance=Appearance(pdf("mark"), (300, 760, 500, 800)))
    assert verifying.verify(signed, trust(), now=NOW).verdict == Verdict.VALID
    page = PdfFileReader(io.BytesIO(signed)).root["/Pages"]["/Kids"][0]
    (annotation,) = page["/Annots"]
    annotation = annotation.get_object()
    assert [int(number) for number in annotation["/Rect"]] == [300, 760, 500, 800]
    assert b"mark page" in annotation["/AP"]["/N"].data


def test_what_is_no_pdf_is_not_signed() -> None:
    for content in (b"", b"hello", b"%PDF-1.7\n%%EOF\n", pdf()[:200]):
        with pytest.raises(Refused) as refused:
            sealing.sign(content, signer(), at=NOW)
        assert refused.value.code == "signing.not_signable"


class Lying:
    """A time-stamping authority that answers, but not to the question."""

    def __init__(self, answer: str) -> None:
        self.kind = answer
        self.before = clock().answer(_asked())

    def answer(self, request: bytes) -> bytes:
        match self.kind:
            case "replayed":
                return self.before
            case "rubbish":
                return b"<html>proxy</html>"
            case "empty":
                return b""
            case "rejected":
                return clock().answer(b"no request")
            case _:
                return clock().answer(_asked())


def _asked() -> bytes:
    imprint = cms.der(cms.SEQUENCE, cms.SHA256, cms.der(cms.OCTETS, bytes(32)))
    return cms.der(cms.SEQUENCE, cms.integer(1), imprint, cms.integer(5), b"\x01\x01\xff")


@pytest.mark.parametrize("answer", ["replayed", "rubbish", "empty", "rejected", "other"])
def test_an_answer_that_does_not_fit_signs_nothing(answer: str) -> None:
    with pytest.raises(Unavailable) as unavailable:
        sealing.sign(pdf(), signer(), at=NOW, timestamper=Lying(answer))
    assert unavailable.value.code == "signing.no_timestamp"
