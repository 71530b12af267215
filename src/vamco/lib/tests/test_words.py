from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vamco.lib.text import LONGEST_WORD, Word, fold, nfc, pieces, words

ANY = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("aAăÂáạêđĐơƯiy 019.-'\u0300\u0323\u0302\u200b")))
VIETNAMESE = st.text(
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ0123456789 .-/"
)


def folded(s: str) -> list[str]:
    return [word.folded for word in words(s)]


def spelled(s: str) -> list[str]:
    return [word.spelled for word in words(s)]


@pytest.mark.parametrize(
    "typed", ["Đăng ký", "dang ky", "DANG KY", "ĐĂNG  KÝ", "đăng-kí", "Ðang"[1:] and "đang ky", "«Đăng», ký!"]
)
def test_all_spellings_fold_to_one(typed: str) -> None:
    assert folded(typed) == folded(unicodedata.normalize("NFD", typed)) == ["dang", "ky"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("khỏe", "khoẻ"),
        ("thủy", "thuỷ"),
        ("Quý", "qúy"),
        ("kỹ", "kĩ"),
        ("lý", "lí"),
        ("quý", "quí"),
        ("HÒA", "hoà"),
        ("tỷ", "tỉ"),
    ],
)
def test_both_ways_to_write_a_syllable_are_one_word(one: str, other: str) -> None:
    assert words(one) == words(other) == words(unicodedata.normalize("NFD", other))
    assert len(words(one)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("đăng", "dâng"),
        ("phố", "phở"),
        ("bán", "bàn"),
        ("ma", "má"),
        ("o", "ô"),
        ("ơ", "ó"),
        ("da", "đa"),
        ("cu", "cư"),
    ],
)
def test_words_that_fold_alike_are_spelled_apart(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert spelled(one) != spelled(other)


@pytest.mark.parametrize(
    ("one", "other"), [("tai", "tay"), ("ki", "kim"), ("cui", "cuy"), ("nghi", "nghy"), ("mi", "mia")]
)
def test_i_and_y_are_one_only_where_both_are_right(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H53.13-261008-0975", ["h53", "13", "261008", "0975"]),
        ("1.004873", ["1", "004873"]),
        ("15/QĐ-UBND", ["15", "qd", "ubnd"]),
        ("a_b", ["a", "b"]),
        ("'&|!:*()<->\\\"%_;--", []),
        ("Hậu\u200bNghĩa", ["haunghia"]),
        ("\u0301 ́", []),
        ("", []),
        ("\x00a\ud800b", ["a", "b"]),
        ("x" * 100, ["x" * LONGEST_WORD]),
        ("한국 Ελλάδα", ["한국", "ελλαδα"]),
    ],
)
def test_words_of_codes_signs_and_strange_texts(text: str, expected: list[str]) -> None:
    assert folded(text) == expected


def test_a_word_without_marks_is_spelled_as_it_folds() -> None:
    assert words("Long An 2") == [Word("long", "long"), Word("an", "an"), Word("2", "2")]


@given(ANY)
@example("\u0345a\u0345")
@example("ǰ İ q\u0323\u0302a ŉ")
def test_words_do_not_depend_on_the_form_and_hold_only_letters_and_digits(s: str) -> None:
    found = words(s)
    assert found == words(unicodedata.normalize("NFD", s)) == words(nfc(s))
    assert all(word.folded.isalnum() and len(word.folded) <= LONGEST_WORD for word in found)


@given(VIETNAMESE)
def test_folding_a_text_or_shouting_it_changes_no_folded_word(s: str) -> None:
    assert folded(s) == folded(fold(s)) == folded(s.upper()) == folded(" ".join(folded(s)))
    assert spelled(s) == spelled(s.upper())
    assert [word.spelled == word.folded for word in words(fold(s))] == [True] * len(words(s))


@given(ANY)
def test_pieces_are_the_text_again_with_the_same_words(s: str) -> None:
    cut = list(pieces(s))
    assert "".join(part for part, _word in cut) == nfc(s)
    assert [word for _part, word in cut if word] == words(s)
    assert all(part for part, _word in cut)
