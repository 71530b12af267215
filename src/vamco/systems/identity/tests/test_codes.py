"""Codes of an authenticator app against the vectors of RFC 6238, appendix B (SHA-1, the last six of its eight digits)."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from vamco.systems.identity.rules import codes

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_the_standard(seconds: int, digits: str) -> None:
    assert codes.code(SECRET, codes.step_at(seconds)) == digits[-6:]
    assert codes.matching_step(SECRET, digits[-6:], seconds=seconds, after=0) == seconds // 30


def test_a_phone_may_be_one_step_off_and_no_more() -> None:
    step = codes.step_at(1234567890)
    entered = codes.code(SECRET, step)
    assert [
        codes.matching_step(SECRET, entered, seconds=1234567890 + 30 * off, after=0) for off in (-2, -1, 0, 1, 2)
    ] == [
        None,
        step,
        step,
        step,
        None,
    ]


def test_a_step_that_was_used_and_those_before_it_count_no_more() -> None:
    step = codes.step_at(1234567890)
    for after, right in ((step - 1, step), (step, None), (step + 1, None)):
        assert codes.matching_step(SECRET, codes.code(SECRET, step), seconds=1234567890, after=after) == right


@pytest.mark.parametrize("entered", ["", "12345", "1234567", "９４２８７０８", "abcdef", "١٢٣٤٥٦"])
def test_anything_else_is_no_code(entered: str) -> None:
    assert codes.matching_step(SECRET, entered, seconds=59, after=0) is None
    assert not codes.is_app_code(entered)


def test_what_the_app_reads_from_the_picture() -> None:
    found = urlsplit(codes.address(SECRET, username="quantri", issuer="Vàm Cỏ Tỉnh Tây Ninh"))
    assert (found.scheme, found.netloc, unquote(found.path)) == ("otpauth", "totp", "/Vàm Cỏ Tỉnh Tây Ninh:quantri")
    assert parse_qs(found.query) == {
        "secret": [base64.b32encode(SECRET).decode()],
        "issuer": ["Vàm Cỏ Tỉnh Tây Ninh"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }
    assert "+" not in found.query  # some apps show it as it is


def test_recovery_codes_are_compared_as_people_write_them() -> None:
    code = codes.recovery_code(bytes(range(10)))
    assert code == "AAAQ EAYE AUDA OCAJ"
    assert codes.normal("aaaq-eaye auda ocaj ") == codes.normal(code) == "AAAQEAYEAUDAOCAJ"
