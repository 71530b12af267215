from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.record.files.contracts import EXTENSIONS, Kind, Scan, Terms
from vamco.kernel.record.files.rules import media
from vamco.kernel.record.files.tests import hostile

ALL = frozenset(Kind)
NOW = dt.datetime(2026, 11, 22, 5, tzinfo=dt.UTC)
KEY = b"k" * 32
HEADS = {
    Kind.PDF: b"%PDF-1.7\n",
    Kind.JPEG: b"\xff\xd8\xff\xe0",
    Kind.PNG: b"\x89PNG\r\n\x1a\n",
    Kind.WEBP: b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    Kind.DOCX: b"PK\x03\x04",
    Kind.XLSX: b"PK\x03\x04",
    Kind.XML: b"<?xml version='1.0'?><a/>",
    Kind.P7S: hostile.signature(),
    Kind.TEXT: b"text",
    Kind.CSV: b"a;b",
}


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_promise_that_is_kept(extension: str) -> None:
    kind = EXTENSIONS[extension]
    assert media.expect(f"a.{extension.upper()}", HEADS[kind], ALL) == (kind, "")
    assert media.expect(f"a.{extension}", HEADS[kind], ALL - {kind}) == (None, "not_allowed")


@given(st.sampled_from(sorted(EXTENSIONS)), st.sampled_from(sorted(Kind, key=lambda kind: kind.name)))
def test_a_promise_that_is_not_kept(extension: str, inside: Kind) -> None:
    alike = [{Kind.DOCX, Kind.XLSX}, {Kind.TEXT, Kind.CSV, Kind.XML}]
    promised = EXTENSIONS[extension]
    same = promised is inside or any({promised, inside} <= group for group in alike)
    if promised is Kind.XML and inside is not Kind.XML:
        same = False
    kind, wrong = media.expect(f"a.{extension}", HEADS[inside], ALL)
    assert (kind, wrong) == ((promised, "") if same else (None, "wrong_extension"))


@given(st.text(max_size=20), st.binary(max_size=100))
def test_expecting_is_total(name: str, head: bytes) -> None:
    kind, wrong = media.expect(name, head, ALL)
    assert (kind is None) is bool(wrong)
    assert wrong in {"", "empty", "encrypted", "old_office", "not_allowed", "wrong_extension"}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVE", media.UNKNOWN),
        (b"<?xml version='1.0'?>", "application/xml"),
        (b"\xef\xbb\xbf <?xml?>", "application/xml"),
        ("<a/>".encode("utf-16"), "application/xml"),
        (b"<a/>", "text/plain"),
        (b"-----BEGIN PKCS7-----\n", "application/pkcs7-signature"),
        (hostile.signature(), "application/pkcs7-signature"),
        (b"0\x82\x01\x00 not one", media.UNKNOWN),
        (b"\xff\xff", media.UNKNOWN),
    ],
)
def test_a_content_says_what_it_is(head: bytes, expected: str) -> None:
    assert media.media_type(head) == expected


def test_what_office_programs_wrote_before_has_words_of_its_own() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert media.expect("a.doc", old, ALL) == (None, "old_office")
    assert media.expect("a.docx", hostile.encrypted_docx(), ALL) == (None, "encrypted")


NAMES = {
    "a" * 300: "a" * 255,
    "a" * 300 + ".pdf": "a" * 251 + ".pdf",
    "." + "pdf" * 100: ("pdf" * 100)[:255],
    "a." + "b" * 300: "a." + "b" * 253,
    "ế" * 300 + ".docx": "ế" * 250 + ".docx",
    "a\u202egpj.exe": "agpj.exe",
    "a\u200b\u2066b.pdf": "ab.pdf",
    "a.pdf\x00.exe": "a.pdf.exe",
    "x" * 250 + "... .pdf": "x" * 250 + ".pdf",
}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_cleaned(name: str) -> None:
    assert media.clean_name(name) == NAMES[name]


@given(st.text(max_size=400))
def test_a_clean_name_stays_as_it_is(name: str) -> None:
    kept = media.clean_name(name)
    assert media.clean_name(kept) == kept
    assert 0 < len(kept) <= media.NAME_LENGTH


@given(st.binary(max_size=300), st.integers(0, 3), st.binary(max_size=40))
def test_an_archive_is_found_behind_whatever_stands_before_it(before: bytes, entries: int, comment: bytes) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for n in range(entries):
            archive.writestr(f"{n}", b"x")
        archive.comment = comment
    assert media.ends_as_archive(before + packed.getvalue()) is (entries > 0)


@given(st.binary(max_size=2000))
def test_what_no_reader_takes_for_an_archive_is_none(tail: bytes) -> None:
    assert media.ends_as_archive(tail) is False or zipfile.is_zipfile(io.BytesIO(tail))


def test_an_end_record_without_a_directory_is_no_archive() -> None:
    """Four letters in a picture's data are chance; a directory that lies before the part that was read may be one."""
    record = b"PK\x05\x06" + bytes(4) + b"\x01\x00\x01\x00"
    assert not media.ends_as_archive(b"x" * 100 + record + (50).to_bytes(4, "little") + bytes(6))
    assert not media.ends_as_archive(b"x" * 100 + b"PK\x05\x06")
    assert media.ends_as_archive(b"x" * 100 + record + (5000).to_bytes(4, "little") + bytes(6))


@given(st.binary(max_size=70_000))
def test_one_value_is_one_from_its_first_byte_to_its_last(inner: bytes) -> None:
    size = len(inner)
    width = max(1, (size.bit_length() + 7) // 8)
    length = bytes([size]) if size < 128 else bytes([0x80 | width]) + size.to_bytes(width, "big")
    value = b"\x30" + length + inner
    assert media.is_one_value(value, len(value))
    assert not media.is_one_value(value, len(value) + 1)
    assert not media.is_one_value(value[:1], 1)
    assert media.is_one_value(b"\x30\x80" + inner, 2 + size)
    assert not media.is_one_value(b"\x30\x84\x00", 3)


@given(st.integers(0, 5), st.integers(0, 500), st.integers(1, 200))
def test_an_owner_never_gets_beyond_the_limits(files: int, total: int, size: int) -> None:
    terms = Terms(None, 200, max_files=3, max_total=300)
    code = media.spare(terms, files=files, total=total, size=size)
    assert (code == "") is (files + 1 <= 3 and total + size <= 300)
    assert code in {"", "too_many", "owner_full"}


@given(scan=st.sampled_from(Scan), scanning=st.booleans(), own=st.booleans())
def test_who_may_have_it(scan: Scan, *, scanning: bool, own: bool) -> None:
    expected = {Scan.CLEAN: True, Scan.INFECTED: False, Scan.UNSCANNED: own or not scanning}
    assert media.may_have(scan, scanning=scanning, own=own) is expected[scan]


@given(st.integers(1, 10**12), st.text(max_size=30), st.integers(1, 10**6))
def test_a_link_is_read_as_it_was_signed(file: int, holder: str, seconds: int) -> None:
    until = NOW + dt.timedelta(seconds=seconds)
    token = media.sign_link(KEY, file, holder.replace("\ud800", ""), until)
    assert media.read_link(KEY, token, holder, NOW) == (file, "")
    assert media.read_link(KEY, token, holder, until) == (0, "expired")
    assert media.read_link(KEY, token, holder + "x", NOW) == (0, "forged")
    assert media.read_link(b"other", token, holder, NOW) == (0, "forged")


@given(st.data())
def test_a_link_with_a_letter_changed_opens_nothing(data: st.DataObject) -> None:
    token = media.sign_link(KEY, 12, "person:7", NOW + dt.timedelta(hours=1))
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters().filter(lambda letter: letter != token[at]))
    forged = token[:at] + letter + token[at + 1 :]
    assert media.read_link(KEY, forged, "person:7", NOW) == (0, "forged")


@given(st.text(max_size=60))
def test_no_text_is_a_link_by_chance(text: str) -> None:
    assert media.read_link(KEY, text, "person:7", NOW) == (0, "forged")
