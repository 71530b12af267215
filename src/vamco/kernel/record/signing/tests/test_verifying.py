"""What attackers have done to signed documents, and that none of it passes for valid."""

from __future__ import annotations

import io
import re
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from asn1crypto import cms as asn1
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp

from vamco.kernel.record.signing.adapters import timestamping
from vamco.kernel.record.signing.adapters.authority import new_key
from vamco.kernel.record.signing.adapters.keys import SoftwareSigner
from vamco.kernel.record.signing.adapters.timestamping import SimulatedAuthority
from vamco.kernel.record.signing.contracts import Appearance, Trust, Verdict
from vamco.kernel.record.signing.rules import verifying
from vamco.kernel.record.signing.services import apart, sealing
from vamco.kernel.record.signing.tests.made import DAY, NOW, clock, clock_signer, pdf, root, signer, trust

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

name = generic.NameObject


def signed(content: bytes | None = None, **more: Any) -> bytes:
    return sealing.sign(content or pdf(), signer(), **{"at": NOW, "timestamper": clock(), **more})


def verdict(content: bytes, now: dt.datetime = NOW, believed: Trust | None = None) -> Verdict:
    return verifying.verify(content, believed or trust(), now=now).verdict


def updated(content: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Give a document with an incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# ── additions after signing ──


def other_content(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page[name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 12 Tf (Pay 900) Tj ET"))
    writer.update_container(page)


def overlay(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    box = generic.ArrayObject(generic.NumberObject(number) for number in (0, 0, 600, 800))
    note = generic.DictionaryObject({
        name("/Type"): name("/Annot"), name("/Subtype"): name("/FreeText"), name("/Rect"): box,
        name("/Contents"): generic.TextStringObject("Pay 900"),
    })  # fmt: skip
    page[name("/Annots")] = generic.ArrayObject([*page.get("/Annots", ()), writer.add_object(note)])
    writer.update_container(page)


def other_pages(writer: IncrementalPdfFileWriter) -> None:
    writer.root[name("/Pages")] = writer.add_object(
        generic.DictionaryObject({name("/Type"): name("/Pages"), name("/Kids"): generic.ArrayObject(), name("/Count"): generic.NumberObject(0)})
    )  # fmt: skip
    writer.update_root()


def script(writer: IncrementalPdfFileWriter) -> None:
    action = {name("/S"): name("/JavaScript"), name("/JS"): generic.TextStringObject("app.alert(1)")}
    writer.root[name("/OpenAction")] = generic.DictionaryObject(action)
    writer.update_root()


def shadow(writer: IncrementalPdfFileWriter) -> None:
    """Hide and replace: a font that was there all along gets other letters."""
    page = writer.root["/Pages"]["/Kids"][0]
    fonts = page["/Resources"]["/Font"]
    font = next(iter(fonts.values())).get_object()
    font[name("/BaseFont")] = name("/ZapfDingbats")
    writer.mark_update(next(iter(fonts.raw_get(key) for key in fonts)))
    writer.update_container(font)


def text_field(writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    field = generic.DictionaryObject({
        name("/FT"): name("/Tx"), name("/T"): generic.TextStringObject("amount"), name("/V"): generic.TextStringObject("900"),
    })  # fmt: skip
    form[name("/Fields")] = generic.ArrayObject([*form["/Fields"], writer.add_object(field)])
    writer.update_container(form["/Fields"])
    writer.update_container(form)


@pytest.mark.parametrize("change", [other_content, overlay, other_pages, script, shadow, text_field])
def test_whatever_is_added_after_signing_is_seen(change: Callable[[IncrementalPdfFileWriter], None]) -> None:
    content = signed()
    assert verdict(content) == Verdict.VALID
    report = verifying.verify(updated(content, change), trust(), now=NOW)
    assert report.verdict == Verdict.CHANGED
    (found,) = report.signatures
    assert (found.changed, found.whole, found.verdict) == (True, False, Verdict.CHANGED)
    assert found.intact  # the old bytes are still what was signed: that alone proves nothing


def test_a_change_is_not_healed_by_signing_again() -> None:
    changed = updated(signed(), other_content)
    again = sealing.sign(changed, signer("rsa"), at=NOW, timestamper=clock())
    report = verifying.verify(again, trust(), now=NOW)
    assert report.verdict == Verdict.CHANGED
    assert [found.verdict for found in report.signatures] == [Verdict.CHANGED, Verdict.VALID]


@pytest.mark.parametrize("tail", [b"\n", b"garbage", b"%%EOF\n", b"\0" * 2000])
def test_bytes_after_the_end_are_seen(tail: bytes) -> None:
    assert verdict(signed() + tail) in {Verdict.CHANGED, Verdict.UNREADABLE}


# ── changes within ──


def test_swapped_content_is_seen() -> None:
    content = signed().replace(b"Pay 100", b"Pay 900")
    report = verifying.verify(content, trust(), now=NOW)
    assert (report.verdict, report.signatures[0].intact) == (Verdict.CHANGED, False)


@settings(max_examples=40)
@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_flipped_bit_gives_another_valid_document(place: int, bit: int) -> None:
    content = bytearray(_CONTENT)
    place %= len(content)
    start, length, second, _rest = _RANGE
    if start + length <= place < second:  # inside the signature itself: zeros that fill it up mean nothing
        return
    content[place] ^= 1 << bit
    assert verdict(bytes(content)) in {Verdict.CHANGED, Verdict.UNREADABLE, Verdict.UNSIGNED, Verdict.UNTRUSTED}


_CONTENT = signed()
_RANGE = [int(number) for number in re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", _CONTENT).groups()]  # type: ignore[union-attr]


def test_a_signature_of_another_document_does_not_fit() -> None:
    mine, other = signed(pdf("Pay 100")), signed(pdf("Pay 900"))
    start, length, second, _rest = _RANGE
    moved = other[: start + length] + mine[start + length : second] + other[second:]
    assert verdict(moved) == Verdict.CHANGED


def test_a_wider_gap_in_the_byte_range_is_seen() -> None:
    """Signature wrapping: what lies in the gap is signed by nobody."""
    start, length, second, rest = _RANGE
    old = f"[{start} {length} {second} {rest}]".encode()
    assert old in _CONTENT
    for ranges in (
        (start, length - 10, second, rest),
        (start, length, second + 10, rest - 10),
        (10, length - 10, second, rest),
    ):
        new = "[{} {} {} {}]".format(*ranges).encode().ljust(len(old))[: len(old)]
        assert verdict(_CONTENT.replace(old, new)) in {Verdict.CHANGED, Verdict.UNREADABLE}


# ── who signed ──


def test_a_signature_of_another_authority_is_not_trusted() -> None:
    stranger = signer(ca="Gốc lạ")
    content = sealing.sign(pdf(), stranger, at=NOW, timestamper=clock())
    report = verifying.verify(content, trust(), now=NOW)
    assert (report.verdict, report.signatures[0].intact, report.signatures[0].trusted) == (
        Verdict.UNTRUSTED,
        True,
        False,
    )


def test_an_authority_of_the_same_name_is_not_the_same() -> None:
    from vamco.kernel.record.signing.adapters.authority import Authority

    twin = Authority.found("Gốc thử nghiệm", NOW - 900 * DAY)
    content = sealing.sign(pdf(), twin.signer("Sở Tài chính", "H53.04", NOW - DAY), at=NOW)
    assert verdict(content) == Verdict.UNTRUSTED


def test_a_timestamping_certificate_may_not_sign_documents() -> None:
    assert verdict(sealing.sign(pdf(), clock_signer(), at=NOW)) in {Verdict.UNTRUSTED, Verdict.CHANGED}


def test_nobody_is_trusted_by_default() -> None:
    assert verdict(signed(), believed=Trust(())) == Verdict.UNTRUSTED


# ── when ──


def test_an_expired_certificate_needs_a_proof_of_time() -> None:
    short = signer(since=-100, until=10)
    plain = sealing.sign(pdf(), short, at=NOW)
    stamped = sealing.sign(pdf(), short, at=NOW, timestamper=clock())
    kept = sealing.stamp(plain, clock())
    later = NOW + 50 * DAY
    assert [verdict(content) for content in (plain, stamped, kept)] == [Verdict.VALID] * 3
    assert [verdict(content, later) for content in (plain, stamped, kept)] == [
        Verdict.EXPIRED,
        Verdict.VALID,
        Verdict.VALID,
    ]


def test_a_certificate_that_had_expired_when_it_signed_is_not_helped_by_a_timestamp() -> None:
    old = signer(since=-100, until=-10)
    assert verdict(sealing.sign(pdf(), old, at=NOW - 20 * DAY, timestamper=clock())) == Verdict.EXPIRED


def test_a_timestamp_of_an_authority_that_nobody_trusts_proves_nothing() -> None:
    short = signer(since=-100, until=10)
    content = sealing.sign(pdf(), short, at=NOW, timestamper=clock(ca="Gốc lạ"))
    report = verifying.verify(content, trust(), now=NOW + 50 * DAY)
    assert (report.verdict, report.signatures[0].stamped_at) == (Verdict.EXPIRED, None)


def stripped(content: bytes) -> bytes:
    """Take the timestamp out of the signature: it lies outside the bytes that are signed."""
    start, length, second, _rest = [
        int(number) for number in re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", content).groups()
    ]  # type: ignore[union-attr]
    sealed = asn1.ContentInfo.load(bytes.fromhex(content[start + length + 1 : second - 1].decode()))
    sealed["content"]["signer_infos"][0]["unsigned_attrs"] = None
    size = second - start - length - 2
    return (
        content[: start + length + 1] + sealed.dump(force=True).hex().encode().ljust(size, b"0") + content[second - 1 :]
    )


def test_a_stripped_timestamp_leaves_only_the_signers_word_for_the_time() -> None:
    short = signer(since=-100, until=10)
    content = stripped(sealing.sign(pdf(), short, at=NOW, timestamper=clock()))
    before = verifying.verify(content, trust(), now=NOW)
    assert (before.verdict, before.signatures[0].stamped_at, before.signatures[0].claimed_at) == (
        Verdict.VALID,
        None,
        NOW,
    )
    assert verdict(content, NOW + 50 * DAY) == Verdict.EXPIRED


def test_a_revoked_certificate_counts_from_its_day() -> None:
    who = signer()
    serial = int(verifying.verify(signed(), trust(), now=NOW).signatures[0].serial, 16)
    revoked = trust(revocations=(root().revocations([(serial, NOW + 5 * DAY)], NOW + 6 * DAY),))
    before = sealing.sign(pdf(), who, at=NOW, timestamper=clock(NOW))
    after = sealing.sign(pdf(), who, at=NOW, timestamper=clock(NOW + 7 * DAY))
    unproven = sealing.sign(pdf(), who, at=NOW)
    now = NOW + 10 * DAY
    assert verdict(before, now, revoked) == Verdict.VALID
    for content in (after, unproven):
        report = verifying.verify(content, revoked, now=now)
        assert (report.verdict, report.signatures[0].revoked) == (Verdict.UNTRUSTED, True)


# ── files that are none ──


def bomb() -> bytes:
    """Give a PDF whose cross-reference stream expands to a hundred megabytes."""
    data = zlib.compress(bytes(100 << 20), 9)
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/XRef/Filter/FlateDecode/W[1 2 1]/Size 9/Root 1 0 R/Length "
        + str(len(data)).encode() + b">>\nstream\n" + data + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"
    )  # fmt: skip


STRANGE = {
    "empty": b"",
    "text": b"hello",
    "head alone": b"%PDF-1.7\n",
    "truncated": pdf()[:300],
    "loop of pages": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF",
    "nested": b"%PDF-1.4\n1 0 obj" + b"[" * 50_000 + b"endobj\nstartxref\n9\n%%EOF",
    "bomb": bomb(),
    "half a signature": _CONTENT[: len(_CONTENT) - 400],
}


@pytest.mark.parametrize("kind", STRANGE)
def test_a_file_that_is_none_is_unreadable_and_breaks_nothing(kind: str) -> None:
    assert verdict(STRANGE[kind]) == Verdict.UNREADABLE


def test_an_unsigned_document_is_unsigned() -> None:
    assert verdict(pdf()) == Verdict.UNSIGNED
    assert verdict(sealing.stamp(pdf(), clock())) == Verdict.UNSIGNED


def test_a_process_of_its_own_says_the_same() -> None:
    content = sealing.stamp(signed(), clock(NOW + DAY))
    assert apart.verify(content, trust(), now=NOW) == verifying.verify(content, trust(), now=NOW)
    assert apart.verify(STRANGE["bomb"], trust(), now=NOW).verdict == Verdict.UNREADABLE


def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WAIT_S", 0.05)
    assert apart.verify(signed(), trust(), now=NOW).verdict == Verdict.UNREADABLE


def test_reading_costs_no_more_signatures_than_a_document_can_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "MOST_SIGNATURES", 1)
    twice = sealing.sign(signed(), signer("rsa"), at=NOW)
    assert len(PdfFileReader(io.BytesIO(twice)).embedded_signatures) == 2
    assert verdict(twice) == Verdict.UNREADABLE


# ── what looks like a timestamp, and who stamps anew ──


def shown_stamp(content: bytes, seal: Callable[[bytes], asn1.ContentInfo]) -> bytes:
    """Put a document timestamp on it that covers the page with other words."""
    writer = sealing._open(content)
    field = SigFieldSpec("T1", on_page=0, box=(0, 0, 590, 800))
    steps = PdfCMSEmbedder(new_field_spec=field).write_cms(field_name="T1", writer=writer)
    sealing._show(writer, next(steps), Appearance(pdf("Pay 900"), (0, 0, 590, 800)))
    steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=2 * 7168)))
    return sealing._finish(steps, seal)


@pytest.mark.parametrize("ca", ["Gốc lạ", ""])
def test_a_timestamp_that_is_shown_and_covers_the_page_changes_it(ca: str) -> None:
    clockwork = clock(ca=ca) if ca else clock()
    forged = shown_stamp(signed(), lambda digest: timestamping.token_of(clockwork, digest))
    assert verdict(signed()) is Verdict.VALID
    assert verdict(forged) is Verdict.CHANGED


def test_a_stamp_over_other_bytes_changes_it() -> None:
    assert verdict(shown_stamp(signed(), lambda _digest: timestamping.token_of(clock(), b"x" * 32))) is Verdict.CHANGED


def test_what_somebody_unknown_signed_visibly_is_not_called_unchanged() -> None:
    over = Appearance(pdf("Pay 900"), (0, 0, 590, 800))
    report = verifying.verify(sealing.sign(signed(), signer(ca="Gốc lạ"), at=NOW, appearance=over), trust(), now=NOW)
    first, second = report.signatures
    assert (first.verdict, first.whole) == (Verdict.CHANGED, False)
    assert second.verdict is Verdict.UNTRUSTED
    again = verifying.verify(sealing.sign(signed(), signer(), at=NOW, appearance=over), trust(), now=NOW)
    assert [each.verdict for each in again.signatures] == [Verdict.VALID, Verdict.VALID]


def test_a_document_that_is_stamped_anew_in_time_outlives_all_its_certificates() -> None:
    year = 365 * DAY

    def stamper(at: dt.datetime, since: dt.datetime, until: dt.datetime) -> SimulatedAuthority:
        key = new_key()
        certificate = root().admit_timestamper("TSA", key, since=since, until=until)
        return SimulatedAuthority(SoftwareSigner(key, certificate), lambda: at)

    once = sealing.sign(pdf(), signer(until=730), at=NOW, timestamper=stamper(NOW, NOW - DAY, NOW + 3 * year))
    again = sealing.stamp(once, stamper(NOW + 2.5 * year, NOW + 2 * year, NOW + 6 * year))
    for years in (1, 2.6, 4, 5.9):
        report = verifying.verify(again, trust(), now=NOW + years * year)
        assert (report.verdict, report.signatures[0].stamped_at) == (Verdict.VALID, NOW), years
    assert verdict(once, NOW + 4 * year) is Verdict.EXPIRED
    assert verdict(again, NOW + 7 * year) is Verdict.EXPIRED
