from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.world.people.contracts import CitizenId
from vamco.kernel.world.people.rules import formats
from vamco.lib.errors import Refused

TODAY = dt.date(2026, 11, 20)
KINDS = ("citizen_id", "passport", "tax_code", "enterprise_code")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("072085001212", CitizenId("072", female=False, born=1985)),
        ("072185001212", CitizenId("072", female=True, born=1985)),
        ("080206001212", CitizenId("080", female=False, born=2006)),
        ("080306001212", CitizenId("080", female=True, born=2006)),
        ("096999001212", CitizenId("096", female=True, born=2399)),
        ("101185001212", CitizenId("101", female=True, born=1985)),
        ("000185001212", None),
        ("003185001212", None),
        ("100185001212", None),
        ("07208500121", None),
        ("0720850012121", None),
        ("07208500121x", None),
        ("٠٧٢٠٨٥٠٠١٢١٢", None),
        ("", None),
    ],
)
def test_a_citizen_id_says_province_sex_and_year(number: str, expected: CitizenId | None) -> None:
    assert formats.read_citizen_id(number) == expected


def test_there_were_63_provinces() -> None:
    assert len(formats.PROVINCES) == 63
    assert {72, 80, 79, 1, 96} <= formats.PROVINCES


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        ("citizen_id", "072 085 001 212", "072085001212"),
        ("citizen_id", "072085001212", "072085001212"),
        ("passport", "c1234567", "C1234567"),
        ("passport", " P12345678 ", "P12345678"),
        ("tax_code", "0300588569", "0300588569"),  # published ones of large companies
        ("tax_code", "0300588569-001", "0300588569001"),
        ("tax_code", "0101248141", "0101248141"),
        ("enterprise_code", "0100109106", "0100109106"),
    ],
)
def test_a_number_is_stored_in_one_spelling(kind: formats.NumberKind, written: str, expected: str) -> None:
    assert formats.normal(kind, written, TODAY) == expected


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("citizen_id", "072227001212"),  # born 2027
        ("citizen_id", "072426001212"),  # born 2126
        ("citizen_id", "003185001212"),
        ("citizen_id", "07208500121"),
        ("citizen_id", "072085001212\n1"),
        ("citizen_id", "０７２０８５００１２１２"),
        ("passport", "ABCDEFGH"),
        ("passport", "C123"),
        ("passport", "C123456789"),
        ("passport", "Đ1234567"),
        ("tax_code", "0300588568"),
        ("tax_code", "0300588569-01"),
        ("tax_code", "03005885690011"),
        ("enterprise_code", "0300588569-001"),
        ("enterprise_code", "0300588560"),
        ("enterprise_code", ""),
    ],
)
def test_a_wrong_number_is_refused_and_not_repeated(kind: formats.NumberKind, written: str) -> None:
    with pytest.raises(Refused) as refused:
        formats.normal(kind, written, TODAY)
    assert (refused.value.code, refused.value.data) == ("people.wrong_number", {"kind": kind})
    assert not written or written not in repr(refused.value) + str(refused.value)


def test_a_year_whose_remainder_leaves_no_digit_is_never_a_tax_code() -> None:
    # 31 + 29 + … leaves 0, so the check would be 10: no such code is given out
    number = next(
        f"{n:09}"
        for n in range(1, 999)
        if sum(w * int(d) for w, d in zip(formats._TAX_WEIGHTS, f"{n:09}", strict=True)) % 11 == 0
    )
    for last in "0123456789":
        with pytest.raises(Refused):
            formats.normal("tax_code", number + last, TODAY)


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        ("citizen_id", "072085001212", "0720••••••12"),
        ("passport", "C1234567", "C•••••67"),
        ("tax_code", "0300588569001", "03•••••••••01"),
        ("enterprise_code", "0300588569", "03••••••69"),
    ],
)
def test_a_number_is_shown_masked(kind: formats.NumberKind, number: str, expected: str) -> None:
    assert formats.mask(kind, number) == expected


@given(kind=st.sampled_from(KINDS), written=st.text(max_size=16))
def test_any_text_is_a_number_or_refused_and_a_mask_hides_half(kind: formats.NumberKind, written: str) -> None:
    try:
        number = formats.normal(kind, written, TODAY)
    except Refused:
        return
    assert formats.normal(kind, number, TODAY) == number
    shown = formats.mask(kind, number)
    assert len(shown) == len(number)
    assert shown.count(formats.HIDDEN) * 2 >= len(number)


@given(
    province=st.sampled_from(sorted(formats.PROVINCES)),
    born=st.integers(1900, 2026),
    female=st.booleans(),
    tail=st.integers(0, 999_999),
)
def test_what_is_written_into_a_citizen_id_is_read_from_it(province: int, born: int, female: bool, tail: int) -> None:  # noqa: FBT001
    number = f"{province:03}{(born - 1900) // 100 * 2 + female}{born % 100:02}{tail:06}"
    assert formats.normal("citizen_id", number, TODAY) == number
    assert formats.read_citizen_id(number) == CitizenId(f"{province:03}", female, born)
    one_wrong = number[:-1] + "x"
    assert formats.read_citizen_id(one_wrong) is None
