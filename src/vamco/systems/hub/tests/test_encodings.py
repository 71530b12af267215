"""Old encodings of Vietnamese: read where declared, found out where not, and no false alarm."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.errors import Refused
from vamco.systems.hub.contracts import Layout
from vamco.systems.hub.rules import encodings, texts
from vamco.systems.hub.tests.building import KEY, contract, field
from vamco.systems.hub.tests.test_intake import judge

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.systems.hub.contracts import Encoding

SENTENCES = [
    "Ủy ban nhân dân xã Tân Hưng, huyện Tân Châu",
    "Công trình đường giao thông nông thôn ấp Bến Cầu",
    "Nghị quyết về phân bổ vốn đầu tư công năm 2026 của Hội đồng nhân dân tỉnh Tây Ninh",
    "Trường tiểu học Nguyễn Thị Định - khoản chi thường xuyên",
    "Quỹ bảo vệ rừng; huỳnh quỳnh ngoằn ngoèo khuếch đại",
    "Lỗ, lẫn, lẵng, ẩm, ẳng, ẽo, kỹ, kỵ, gỡ, quở, thuở, sữa, ngửi, ễnh ương, thẳm, tẻ",
]
LETTERS = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
ALL = [unicodedata.normalize("NFC", letter + tone) for letter in LETTERS for tone in TONES] + ["đ"]


def tcvn3(text: str) -> bytes:
    """What a keyboard of the time wrote: capitals with a tone come from a font and are small letters."""
    back = {letter: byte for byte, letter in encodings._TCVN3_TABLE.items()}
    return bytes(ord(sign) if sign.isascii() else back[sign] if sign in back else back[sign.lower()] for sign in text)


def vni(text: str) -> bytes:
    back: dict[str, str] = {}
    for written, letter in encodings._VNI_TABLE.items():
        back.setdefault(letter, written)
    return "".join(back.get(sign, sign) for sign in text).encode("cp1252")


def windows_1258(text: str) -> bytes:
    """Letters with their own marks, tones behind them."""
    found = []
    for sign in text:
        marks = unicodedata.normalize("NFD", sign)
        tones = "".join(mark for mark in marks if mark in TONES)
        base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
        found.append(base + tones)
    return "".join(found).encode("cp1258")


WRITTEN = {"tcvn3": tcvn3, "vni": vni, "windows-1258": windows_1258, "utf-16": lambda text: text.encode("utf-16")}


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "windows-1258"])
def test_each_letter_comes_back(encoding: str) -> None:
    small = " ".join(ALL)
    assert encodings.decode(WRITTEN[encoding](small), encoding) == small
    if encoding != "tcvn3":
        assert encodings.decode(WRITTEN[encoding](small.upper()), encoding) == small.upper()


def test_bytes_of_real_files() -> None:
    # As fonts .VnTime and VNI-Times show them; the bytes are those that a hex view gives.
    assert encodings.decode(b"\xf1y ban nh\xa9n d\xa9n t\xd8nh T\xa9y Ninh", "tcvn3") == "ủy ban nhân dân tỉnh Tây Ninh"
    assert encodings.decode(b"\xa7\xad\xeang Nguy\xd4n Hu\xd6", "tcvn3") == "Đường Nguyễn Huệ"
    assert (
        encodings.decode(b"U\xdby ban nha\xe2n da\xe2n t\xe6nh Ta\xe2y Ninh", "vni") == "Ủy ban nhân dân tỉnh Tây Ninh"
    )
    assert encodings.decode(b"\xd1\xf6\xf4\xf8ng Nguye\xe3n Hue\xe4", "vni") == "Đường Nguyễn Huệ"
    assert encodings.decode(b"\xd0\xfd\xf5\xccng Nguy\xea\xden Hu\xea\xf2", "windows-1258") == "Đường Nguyễn Huệ"


def test_capitals_by_font_come_back_where_the_word_tells() -> None:
    assert encodings.decode(tcvn3("HUYỆN TÂN CHÂU"), "tcvn3") == "HUYỆN TÂN CHÂU"
    assert encodings.decode(tcvn3("Huyện Đồng"), "tcvn3") == "Huyện Đồng"


def test_what_tcvn3_has_no_letter_for_is_an_error() -> None:
    with pytest.raises(UnicodeDecodeError):
        encodings.decode(b"a\xff", "tcvn3")


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "windows-1258", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_file_in_the_encoding_that_is_declared(tmp_path: Path, encoding: Encoding, newline: str) -> None:
    words = [sentence.replace(",", " ") for sentence in SENTENCES]
    content = newline.join(["Mã,Tên", *(f'A{n},"{word}"' for n, word in enumerate(words))]) + newline
    terms = contract({**KEY, "businessName": "Mã"}, field("ten", businessName="Tên"))
    found = judge(tmp_path, terms, WRITTEN[encoding](content), Layout("csv", encoding=encoding))
    assert found.bad == {}
    told = [word if encoding != "tcvn3" else word[0] + word[1:] for word in words]
    got = [row["ten"] for row in found.good]
    assert [text.lower() for text in got] == [text.lower() for text in told]
    if encoding != "tcvn3":
        assert got == words


@pytest.mark.parametrize(
    ("encoding", "name"), [("tcvn3", "TCVN3 (ABC)"), ("vni", "VNI"), ("windows-1258", "Windows-1258")]
)
def test_bytes_in_another_encoding_are_refused_by_its_name(tmp_path: Path, encoding: str, name: str) -> None:
    content = "\n".join(["ma,ten", *(f"A{n},{s.replace(',', ' ')}" for n, s in enumerate(SENTENCES)), ""])
    with pytest.raises(Refused) as caught:
        judge(tmp_path, contract(KEY, field("ten")), WRITTEN[encoding](content))
    assert (caught.value.code, caught.value.data["found"]) == ("hub.encoding", name)


@pytest.mark.parametrize(
    ("encoding", "name"), [("tcvn3", "TCVN3 (ABC)"), ("vni", "VNI"), ("windows-1258", "Windows-1258")]
)
@pytest.mark.parametrize("number", range(len(SENTENCES)))
def test_old_fonts_within_utf8_are_refused_by_name(tmp_path: Path, encoding: str, name: str, number: int) -> None:
    western = WRITTEN[encoding](SENTENCES[number]).decode("cp1252", "replace").replace(",", " ")
    with pytest.raises(Refused) as caught:
        judge(tmp_path, contract(KEY, field("ten")), f"ma,ten\na,{western}\n")
    assert (caught.value.code, caught.value.data["found"]) == ("hub.encoding", name)
    assert western not in str(caught.value)


def test_text_that_went_through_a_wrong_encoding_is_refused(tmp_path: Path) -> None:
    spoiled = "".join(bytes([b]).decode("cp1252", "replace").replace("\ufffd", chr(b)) for b in SENTENCES[0].encode())
    with pytest.raises(Refused) as caught:
        judge(tmp_path, contract(KEY, field("ten")), f'ma,ten\na,"{spoiled}"\n')
    assert caught.value.code == "hub.encoding"


def test_a_column_in_an_old_font_beside_good_ones(tmp_path: Path) -> None:
    rows = [f"a{n},{' '.join(sentence.split(','))},Chaâu Thaønh Taân Bieân" for n, sentence in enumerate(SENTENCES)]
    with pytest.raises(Refused) as caught:
        judge(tmp_path, contract(KEY, field("ten"), field("cu")), "\n".join(["ma,ten,cu", *rows, ""]))
    assert (caught.value.code, caught.value.data["found"]) == ("hub.encoding", "VNI")
    lines = "".join(json.dumps({"ma": f"a{n}", "ten": s, "cu": "x· T©n H­ng"}) + "\n" for n, s in enumerate(SENTENCES))
    with pytest.raises(Refused) as caught:
        judge(tmp_path, contract(KEY, field("ten"), field("cu")), lines, Layout("jsonl"))
    assert (caught.value.code, caught.value.data["found"]) == ("hub.encoding", "TCVN3 (ABC)")


def test_one_misread_row_among_ten_is_put_aside_and_the_file_taken(tmp_path: Path) -> None:
    names = [s.replace(",", " ") for s in (*SENTENCES, "Xã Tân Hưng", "Phường Long Hoa", "Thị trấn Dương Minh Châu")]
    spoiled = names[0].encode().decode("latin-1")
    rows = [f"a{n},{name}" for n, name in enumerate([*names, spoiled], start=1)]
    found = judge(tmp_path, contract(KEY, field("ten")), "\n".join(["ma,ten", *rows, ""]))
    assert found.bad == {10: ["text:ten"]}
    assert [row["ten"] for row in found.good] == names


@pytest.mark.parametrize("cell", [
    "T©y Ninh", "Taây Ninh æ", "Tá»‰nh", "Huy?n", "D??ng Minh Châu", "a\ufffdb", "h\uf0d6", "А1", "KB00А1", "25Â°C", "#REF!", "#N/A", "8.93E+11", "'00123", "NULL", "nan", "####", "Ðường 30/4", "đƣờng", "T&acirc;y Ninh", "Nguy&#7877;n", "Nguy\\u1ec5n", "????", "Ph­êng 3",
])  # fmt: skip
def test_one_cell_of_broken_text_is_put_aside_as_it_is(tmp_path: Path, cell: str) -> None:
    found = judge(tmp_path, contract(KEY, field("ten")), f"ma,ten\na,{cell}\nb,Xã Tân Hưng\n")
    assert found.bad == {1: ["text:ten"]}
    assert found.raw[1]["ten"] == cell
    assert [row["ten"] for row in found.good] == ["Xã Tân Hưng"]


HONEST = [
    *SENTENCES, *(sentence.upper() for sentence in SENTENCES), "Müller GmbH Köln", "José Pérez, São Tomé", "Café Zoë, naïve Citroën",
    "El Niño – La Niña", "25 °C, m² và m³, ½", "100 µm, 5 N·m", "“LÀNG QUÊ”", "“XÃ”, “ĐÔ”, “ĐÃ”", "© 2026 Sở Tài chính ®",
    "so-tai-chinh@tayninh.gov.vn", "https://tayninh.gov.vn/a?b=c&d=é", "Có không? Không rõ?", "?", "QĐ-UBND số 12/2026/QĐ-UBND",
    "Đăk Lăk, Krông Pắk, Ê-đê, Cơ-ho", "Bình Thuỷ, Hoà Thành, uỷ, Thuý, khoẻ", "KB000000000001", "H53.04", "Смирнов Иван", "東京",
    "1.250,5 ₫", "a×b", "A/B-12", "Nan", "E+", "+84 903 123 456", "O'Brien", "#12", "Ngõ 5'", "=cmd|x", "1E5", "C#", "Nguyễn Văn Null", "R&D; A&B", "C:\\users\\a", "Åland, Ørsted", "LÔ “B-Ô MÔN”", "ĐÃ\xa0NỘP",
]  # fmt: skip


@pytest.mark.parametrize("cell", HONEST)
def test_no_false_alarm(cell: str) -> None:
    assert not texts.is_broken(cell)
    assert encodings.likely([cell]) is None


def test_no_false_alarm_on_a_column_of_all_of_them() -> None:
    assert encodings.likely(HONEST) is None
    assert encodings.likely([]) is None
    assert encodings.likely([None, "", "abc"]) is None


@pytest.mark.parametrize("declared", ["tcvn3", "vni", "windows-1258", "utf-16"])
def test_utf8_under_another_name_is_refused(tmp_path: Path, declared: Encoding) -> None:
    with pytest.raises(Refused) as caught:
        judge(
            tmp_path, contract(KEY, field("ten")), "ma,ten\na,Tây Ninh và Tân Hưng\n", Layout("csv", encoding=declared)
        )
    assert caught.value.code == "hub.encoding"


@pytest.mark.parametrize("declared", ["tcvn3", "vni", "windows-1258"])
@pytest.mark.parametrize("written", ["tcvn3", "vni", "windows-1258"])
def test_old_encodings_are_not_taken_for_each_other(tmp_path: Path, declared: Encoding, written: str) -> None:
    if declared == written:
        return
    content = "\n".join(["ma,ten", *(f"A{n},{s.replace(',', ' ')}" for n, s in enumerate(SENTENCES)), ""])
    with pytest.raises(Refused) as caught:
        judge(tmp_path, contract(KEY, field("ten")), WRITTEN[written](content), Layout("csv", encoding=declared))
    assert caught.value.code == "hub.encoding"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf16_in_a_file_that_declares_utf8(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(Refused) as caught:
        judge(tmp_path, contract(KEY, field("ten")), "ma,ten\na,Tây Ninh\n".encode(encoding))
    assert (caught.value.code, caught.value.data["found"]) == ("hub.encoding", "UTF-16")


# The same text is the same


@given(st.text(max_size=12))
def test_a_tidy_text_is_tidy(text: str) -> None:
    once = texts.tidy(text)
    assert texts.tidy(once) == once
    assert once == text or once == unicodedata.normalize("NFC", once)


BLANKS = ["\xa0", "\u2003", "\u2009", "\u202f", "\u3000", "\t", " "]
UNSEEN = ["\u200b", "\u200d", "\ufeff", "\u2060", "\xad", "\u200e"]


@given(st.lists(st.sampled_from(BLANKS + UNSEEN), max_size=5), st.lists(st.sampled_from(BLANKS + UNSEEN), max_size=5))
def test_what_nobody_sees_makes_no_other_key(before: list[str], behind: list[str]) -> None:
    assert texts.tidy(f"{''.join(before)}Xã A1{''.join(behind)}") == "Xã A1"
    assert texts.tidy("".join(before + behind)) == ""


def test_keys_that_look_the_same_are_the_same(tmp_path: Path) -> None:
    rows = ["A1,1", "A1 ,1", "\xa0A1,1", "A\u200b1,1", "Ａ１,1", "a1,1", "\xa0,1", "\u200b,1", "\u3000 \t,1", "Tây,1",
            f"{unicodedata.normalize('NFD', 'Tây')},1"]  # fmt: skip
    found = judge(tmp_path, contract(KEY, field("so", "integer")), "\n".join(["ma,so", *rows, ""]))
    assert [row["ma"] for row in found.good] == ["A1", "a1", "Tây"]
    assert (found.repeats, found.bad) == (5, {row: ["required:ma"] for row in (7, 8, 9)})
