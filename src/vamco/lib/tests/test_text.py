import random
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vamco.lib.text import fold, nfc, row_number, sort_key, spelling

# Written down by hand after the rules of the Trung tâm Từ điển học, with its own examples (ang before anh, ác before
# ách, tuân thủ before tuần chay).
IN_ORDER = [
    "",
    "(mới)",
    "2 tháng 9",
    "10 tháng 9",
    "a",
    "A",
    "à",
    "ả",
    "ã",
    "á",
    "ạ",
    "ac",
    "ác",
    "ách",
    "ang",
    "anh",
    "ánh",
    "ăn",
    "ân",
    "ba",
    "bà",
    "Bến Cầu",
    "Bến Lức",
    "Bình Đức",
    "Bình Hiệp",
    "Bình Hoà",
    "Châu Thành",
    "Dương Minh Châu",
    "Đông Thành",
    "Đức Huệ",
    "em",
    "êm",
    "Fax",
    "hoa",
    "hoà",
    "hỏa",
    "hoá",
    "Khu phố 2",
    "Khu phố 10",
    "Khu phố 10A",
    "Khu phố An",
    "Long An",
    "Long Thuận",
    "Lộc Ninh",
    "on",
    "ôn",
    "ơn",
    "Tân An",
    "Tân Ninh",
    "tây ninh",
    "Tây Ninh",
    "thử",
    "tuân thủ",
    "tuần chay",
    "tư",
    "Wifi",
    "Ý Yên",
    "zalo",
    "жук",
]

texts = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("aAăâáạêđĐơƯ 019\u0300\u0323\u0302")))


def test_sorted_by_key_is_the_hand_made_order():
    shuffled = random.Random(2).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(shuffled, key=sort_key) == IN_ORDER


def test_the_order_is_that_of_utf8_bytes_too():
    assert sorted(IN_ORDER, key=lambda s: sort_key(s).encode()) == IN_ORDER


@pytest.mark.parametrize(("less", "more"), [("1" * 12, "2" + "0" * 11), ("9" * 9, "1" * 10), ("5", "05"), ("q", "q̣")])
def test_numbers_of_any_length_and_marks_that_nothing_composes(less, more):
    assert sort_key(less) < sort_key(more)


@given(texts, texts)
@example("Tân  An", "Tân An")
@example("q\u0323a", "qa")
def test_keys_are_equal_only_for_equal_text(a, b):
    assert (sort_key(a) == sort_key(b)) == (nfc(a) == nfc(b))


@given(texts)
def test_the_key_does_not_depend_on_the_form(s):
    assert sort_key(s) == sort_key(unicodedata.normalize("NFD", s)) == sort_key(nfc(s))


@given(texts, texts)
def test_a_text_comes_before_what_continues_it_by_a_word(s, more):
    assert sort_key(f"{s} b{more}") > sort_key(s)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  ĐẶNG  Thị\u00a0Ngọc\tƯớc ", "dang thi ngoc uoc"),
        (unicodedata.normalize("NFD", "Phường Hoà Thành"), "phuong hoa thanh"),
        ("Hậu\u200b Nghĩa\ufeff", "hau nghia"),
        ("İ", "i"),
        ("한국", "한국"),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


@given(texts)
@example("\u03d4")
def test_folding_again_changes_nothing_nor_does_the_form(s):
    assert fold(fold(s)) == fold(s) == fold(unicodedata.normalize("NFD", s))


@pytest.mark.parametrize("said", ["", "-1", "+1", "1.0", " 1", "²", "٣", "x", "9" * 19, "9" * 5000, "1\n"])
def test_what_is_no_number_of_a_row(said):
    assert row_number(said) is None


def test_the_number_of_a_row():
    assert [row_number(said) for said in ("0", "007", "9" * 18)] == [0, 7, 10**18 - 1]


def test_nfc():
    assert nfc("e\u0302\u0323") == "ệ"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Hoà Thành", "hòa  thành", True),
        ("Thuỷ", "Thủy", True),
        ("Hoà", "Hoa", False),
        ("Hoà", "Hoá", False),
        ("Đức", "Dức", False),
        ("Tân An", "Tân Ân", False),
    ],
)
def test_spelling_is_alike_wherever_the_tone_mark_is_put(one, other, alike):
    assert (spelling(one) == spelling(other)) is alike
