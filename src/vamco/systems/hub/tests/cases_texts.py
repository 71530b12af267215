"""Rule 11: the same text is the same, in whichever encoding, form or font."""

from __future__ import annotations

from typing import Any

from vamco.systems.hub.tests.case_files import HEADER, book, nfd, tcvn3, text, vni
from vamco.systems.hub.tests.cases import (
    MA,
    SO_TIEN,
    TEN,
    Case,
    Held,
    Read,
    Refused,
    Safe,
    Step,
    case,
    col,
    contract,
    csv_case,
    xlsx_case,
)

THREE = contract(MA, TEN, SO_TIEN)
TOLERANT = contract(MA, TEN, SO_TIEN, maxBad=1)
HEAD = HEADER[:3]
NAMES = ("Cầu Bến Lức", "Đường Gò Dầu", "Trường Tân Trụ", "Kênh số 1", "Chợ Cần Đước", "Trạm y tế Mỹ Lệ")
ROWS: list[tuple[Any, ...]] = [(f"DA{n}", name, n * 1000) for n, name in enumerate(NAMES, start=1)]
FONT: list[tuple[Any, ...]] = [("DA1", "Cầu Bến Lức", 1), ("DA2", "Đường Gò Dầu", 2), ("DA3", "Trường Tân Trụ", 3)]
COMMUNE = contract(MA, col("ma_xa", "Xã", check={"check": "reference", "list": "communes"}), SO_TIEN)


def encoded(sign: str, encoding: str) -> bytes:
    """The rows in an encoding."""
    return text(ROWS, HEAD, sign, encoding)


def v1258(words: str) -> bytes:
    """Windows' own Vietnamese: tone marks stand behind their letters."""
    import unicodedata

    out = ""
    for letter in words:
        split = unicodedata.normalize("NFD", letter)
        tones = [each for each in split if each in "\u0300\u0301\u0303\u0309\u0323"]
        out += unicodedata.normalize("NFC", "".join(each for each in split if each not in tones)) + "".join(tones)
    return out.encode("cp1258")


def mapped(font: Any, rows: list[tuple[Any, ...]] = FONT) -> list[tuple[Any, ...]]:
    """Rows whose texts are in an old font."""
    return [tuple(font(each) if isinstance(each, str) else each for each in row) for row in rows]


PLAIN = text(ROWS, HEAD).decode()
KEYS = [("A1", "a", 1), ("A2", "b", 2), *((f"B{n}", "c", n) for n in range(1, 9))]


def keys(id_: str, fault: str, other: str, *allow: Any, **more: Any) -> Case:
    """Ten rows; the second key is another writing of the first one, with another amount."""
    rows = [("A1", "a", 1), (other, "b", 2), *KEYS[2:]]
    return csv_case(f"r11_{id_}", fault, text(rows, HEAD), *allow, contract=THREE, **more)


ONE_KEY = Safe([("A1", "a", 1), *KEYS[2:]], KEYS[2:])
OTHER_ONE = Safe([("A1", "b", 2), *KEYS[2:]], KEYS[2:])

TEXTS: list[Case] = [
    csv_case("r11_utf8", "UTF-8 without its mark", encoded(",", "utf-8"), Read(ROWS), contract=THREE),
    csv_case(
        "r11_utf16",
        "Excel's “Unicode text” is UTF-16 with tabs",
        encoded("\t", "utf-16"),
        Refused(),
        Read(ROWS),
        contract=THREE,
        delimiter="\t",
    ),
    csv_case(
        "r11_utf16_declared",
        "Excel's “Unicode text”, where the feed says so",
        encoded("\t", "utf-16"),
        Read(ROWS),
        contract=THREE,
        delimiter="\t",
        feed={"encoding": "utf-16"},
    ),
    csv_case("r11_1258", "Windows' Vietnamese code page, and no word of it", v1258(PLAIN), Refused(), contract=THREE),
    csv_case(
        "r11_1258_declared",
        "Windows' Vietnamese code page, where the feed says so",
        v1258(PLAIN),
        Read(ROWS),
        contract=THREE,
        feed={"encoding": "windows-1258"},
    ),
    csv_case(
        "r11_1258_wrongly_declared",
        "UTF-8, where the feed says windows-1258",
        encoded(",", "utf-8"),
        Refused(),
        contract=THREE,
        feed={"encoding": "windows-1258"},
    ),
    csv_case(
        "r11_tcvn3_bytes",
        "a file in TCVN3, and no word of it",
        tcvn3(text(FONT, HEAD).decode()).encode("latin-1"),
        Refused(),
        contract=THREE,
    ),
    csv_case(
        "r11_tcvn3_declared",
        "a file in TCVN3, where the feed says so",
        tcvn3(text(FONT, HEAD).decode()).encode("latin-1"),
        Read(FONT),
        contract=THREE,
        feed={"encoding": "tcvn3"},
    ),
    csv_case(
        "r11_vni_bytes",
        "a file in VNI, and no word of it",
        vni(text(FONT, HEAD).decode()).encode("latin-1"),
        Refused(),
        contract=THREE,
    ),
    csv_case(
        "r11_vni_declared",
        "a file in VNI, where the feed says so",
        vni(text(FONT, HEAD).decode()).encode("latin-1"),
        Read(FONT),
        contract=THREE,
        feed={"encoding": "vni"},
    ),
    xlsx_case(
        "r11_tcvn3_cells",
        "names in the font .VnTime under good titles: “CÇu BÕn Løc”",
        book(mapped(tcvn3, ROWS), HEAD),
        Refused(),
        Held(),
        Safe(ROWS),
        contract=TOLERANT,
    ),
    xlsx_case(
        "r11_vni_cells",
        "names in the font VNI-Times under good titles: “Caàu Beán Löùc”",
        book(mapped(vni, ROWS), HEAD),
        Refused(),
        Held(),
        Safe(ROWS),
        contract=TOLERANT,
    ),
    xlsx_case(
        "r11_tcvn3_titles",
        "titles in the font .VnTime, too",
        book(mapped(tcvn3), [tcvn3(each) for each in HEAD]),
        Refused(),
        Read(FONT),
        contract=THREE,
    ),
    csv_case(
        "r11_tcvn3_utf8",
        "a file in TCVN3 that somebody saved as UTF-8",
        tcvn3(text(FONT, HEAD).decode()).encode(),
        Refused(),
        Read(FONT),
        contract=THREE,
    ),
    csv_case(
        "r11_one_bad_byte",
        "one byte that is no UTF-8",
        encoded(",", "utf-8").replace("Kênh".encode(), b"K\xeanh"),
        Refused(),
        Safe(ROWS, [row for row in ROWS if row[0] != "DA4"]),
        contract=THREE,
    ),
    csv_case(
        "r11_question_marks",
        "letters that were lost as U+FFFD",
        PLAIN.replace("Kênh", "K\ufffdnh"),
        Refused(),
        Held(),
        Safe([row for row in ROWS if row[0] != "DA4"], why=()),
        contract=THREE,
    ),
    csv_case("r11_nfd_values", "texts as macOS writes them", nfd(PLAIN), Read(ROWS), contract=THREE),
    case(
        "r11_nfd_name",
        "a file's name as macOS writes it",
        Step({nfd("số-liệu.csv"): text(ROWS, HEAD)}, [Read(ROWS)]),
        contract=THREE,
        feed={"format": "csv", "delimiter": ","},
        pattern="số-liệu.csv",
    ),
    csv_case(
        "r11_fullwidth",
        "full-width digits of an Eastern keyboard",
        PLAIN.replace(",1000\r", ",１０００\r"),
        Read(ROWS),
        Read(ROWS[1:], 1),
        contract=THREE,
    ),
    csv_case(
        "r11_no_break_blank",
        "no-break blanks around amounts and codes",
        PLAIN.replace("DA1,", "\u00a0DA1\u00a0,").replace(",1000\r", ",\u00a01000\u00a0\r"),
        Read(ROWS),
        contract=THREE,
    ),
    csv_case(
        "r11_zero_width",
        "zero-width signs within codes and names, as copied from a web page",
        PLAIN.replace("DA1,", "DA\u200b1,").replace("Cầu Bến", "Cầu\u200b Bến"),
        Read(ROWS),
        contract=THREE,
    ),
    csv_case(
        "r11_tab_blank",
        "blanks before and after texts",
        PLAIN.replace("Kênh số 1", "  Kênh số 1 "),
        Read(ROWS),
        contract=THREE,
    ),
    csv_case(
        "r11_commune_code",
        "a commune's code with a blank",
        text([("A", "25459 ", 1), ("B", "\u00a025480", 2), ("C", "25486\u200b", 3)], ("Mã", "Xã", "Số tiền")),
        Read([("A", "25459", 1), ("B", "25480", 2), ("C", "25486", 3)]),
        contract=COMMUNE,
    ),
    keys("key_blank", "“A1 ” and “A1” are two keys", "A1 ", ONE_KEY, OTHER_ONE),
    keys("key_no_break", "“A1” with a no-break blank is another key", "A1\u00a0", ONE_KEY, OTHER_ONE),
    keys("key_zero_width", "“A1” with a zero-width sign is another key", "A\u200b1", ONE_KEY, OTHER_ONE),
    keys("key_mark", "“A1” with a byte order mark within", "\ufeffA1", ONE_KEY, OTHER_ONE),
    keys("key_fullwidth", "“A1” in full-width digits is another key", "A１", ONE_KEY, OTHER_ONE, Refused()),
    keys("key_case", "“a1” beside “A1”", "a1", Read([("A1", "a", 1), ("a1", "b", 2), *KEYS[2:]]), ONE_KEY, OTHER_ONE),
    keys("key_empty", "a key of blanks only", " \u00a0\u200b", Read([("A1", "a", 1), *KEYS[2:]], 1)),
    csv_case(
        "r11_key_nfd",
        "a key in NFD beside the same in NFC, with other amounts",
        text([("Đê1", "a", 1), (nfd("Đê1"), "b", 2), *KEYS[2:]], HEAD),
        Safe([("Đê1", "a", 1), *KEYS[2:]], KEYS[2:]),
        Safe([("Đê1", "b", 2), *KEYS[2:]], KEYS[2:]),
        contract=THREE,
    ),
    case(
        "r11_append_nfd",
        "the same rows come again in NFD and with blanks, and are counted twice",
        Step({"a.csv": text(ROWS, HEAD)}, [Read(ROWS)]),
        Step({"b.csv": nfd(PLAIN).replace("DA2,", "DA2 ,").encode()}, [Read(ROWS)]),
        contract=contract(MA, TEN, SO_TIEN, delivery="append"),
        feed={"format": "csv", "delimiter": ","},
    ),
    csv_case(
        "r11_cyrillic",
        "a Cyrillic А in a code with a pattern",
        text([("\u0410001", "a", 1), *((f"A{n:03d}", "b", n) for n in range(2, 12))], HEAD),
        Read([(f"A{n:03d}", "b", n) for n in range(2, 12)], 1),
        contract=contract(col("ma", "Mã", key=1, pattern=r"^A\d{3}$"), TEN, SO_TIEN),
    ),
    csv_case(
        "r11_arabic_digits",
        "digits of another script",
        PLAIN.replace(",1000\r", ",١٠٠٠\r"),
        Read(ROWS, 0),
        Read(ROWS[1:], 1),
        contract=THREE,
    ),
    csv_case(
        "r11_control",
        "control characters in a name",
        PLAIN.replace("Kênh số 1", "Kênh\x07 số 1"),
        Read([row for row in ROWS if row[0] != "DA4"], 1),
        Refused(),
        Read(ROWS),
        contract=THREE,
    ),
]
