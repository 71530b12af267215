"""What must be looked at before a text is public, and what must not be flagged."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.engines.text import flags
from vamco.engines.text.contracts import Concern
from vamco.lib.text import fold


def concerns(text: str) -> set[Concern]:
    return {flag.concern for flag in flags.find(text)}


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Số 072185001234 nhé", "072185001234"),
        ("cccd 072 185 001 234.", "072 185 001 234"),
        ("CMND: 290123456", "290123456"),
    ],
)
def test_an_identity_number_is_marked_where_it_stands_and_is_no_phone(text: str, marked: str) -> None:
    assert [(flag.concern, text[flag.start : flag.end]) for flag in flags.find(text)] == [(Concern.IDENTITY, marked)]


@pytest.mark.parametrize(
    "number", ["0912345678", "+84 912 345 678", "09.12.34.56.78", "(0276) 3822123", "0276 3822 123"]
)
def test_a_phone_number_is_marked(number: str) -> None:
    text = f"Gọi {number} nha"
    assert [(flag.concern, text[flag.start : flag.end]) for flag in flags.find(text)] == [(Concern.PHONE, number)]


@pytest.mark.parametrize(
    "text",
    [
        "99/2026",
        "km 12+300",
        "1.850.000 đồng",
        "70C-123.45",
        "20261112 0530",
        "số 0123 hẻm 4567",
        "999185001234",
        "0721850012345",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert concerns(text) == set()


def test_an_insult_counts_as_it_is_written() -> None:
    assert concerns("đồ ngu") == concerns("DO NGU QUA") == {Concern.INSULT}
    assert concerns("đồ ngủ của bé bị mất") == set()  # with diacritics it says something else
    assert concerns("cơm đâu mà đẻo") == set()
    assert concerns("làm đéo gì") == {Concern.INSULT}
    assert concerns("ban nhang deo bam khach") == set()
    (flag,) = flags.find("thứ bậy bạ", insults=["bậy bạ"])
    assert (flag.start, flag.end) == (4, 10)


def test_an_advertisement_needs_two_signs() -> None:
    assert concerns("Cho vay nhanh, lãi suất thấp") == {Concern.ADVERTISEMENT}
    assert concerns("Giấy cho vay dán đầy cột điện") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Tôi tố cáo ông A",
        "khiếu nại lần 2",
        "KHIEU NAI QUYET DINH",
        "cán bộ nhận phong bì",
        "kiện uỷ ban",
        "phản đối quyết định của xã",
    ],
)
def test_a_complaint_is_led_to_its_own_channel(text: str) -> None:
    assert Concern.COMPLAINT in concerns(text)
    assert Concern.COMPLAINT in concerns(unicodedata.normalize("NFD", text))
    assert Concern.COMPLAINT in concerns(fold(text))


def test_what_sounds_like_one_is_none() -> None:
    assert concerns("báo cáo: cống nghẹt") == set()
    assert concerns("cáo chết, tổ ong to") == set()


def test_several_matters() -> None:
    assert concerns("1. Đường hư 2. Cống nghẹt") == {Concern.SEVERAL}
    assert concerns("- đèn tắt\n- rác đầy") == {Concern.SEVERAL}
    assert concerns("Đèn hư. Ngoài ra rác không gom.") == {Concern.SEVERAL}
    assert concerns("Đèn hư ở số 1. Nhờ sửa.") == set()


@given(st.text(max_size=120), st.text(alphabet="aăâđêôơư \n", max_size=20))
def test_places_lie_within_the_text(text: str, more: str) -> None:
    whole = f"{text}{more} 072185001234 {more}"
    for flag in flags.find(whole):
        assert 0 <= flag.start < flag.end <= len(whole)


@given(st.text(alphabet="ạảãàá ếộđĐ\u0301.", max_size=40))
def test_a_number_is_marked_exactly_whatever_stands_before_it(before: str) -> None:
    whole = f"{before} x 0912345678"
    assert [whole[flag.start : flag.end] for flag in flags.find(whole) if flag.concern == Concern.PHONE] == [
        "0912345678"
    ]
