from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import zipfile
from typing import Any

import docx
import pytest

from vamco.kernel.record.documents.contracts import Columns, Composition, Lookup, Paragraph, Run, Table
from vamco.kernel.record.documents.declaration import Text
from vamco.kernel.record.documents.rules import composing, fonts, mark, pdf, qr
from vamco.kernel.record.documents.rules import docx as word
from vamco.kernel.record.documents.rules.lines import lines
from vamco.kernel.record.documents.tests.made import DECISION, HEAD, NOW, RECEIPT, VALUES, template
from vamco.kernel.record.documents.tests.reading import boxes, drawn, elements, opened, words_of_page
from vamco.lib.errors import Refused

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵfjwz"
EVERY = LETTERS + LETTERS.upper() + "0123456789.,;:-–—/()[]“”‘’…%&*+=@#№§°₫"


def composition(code: str, **changes: Any) -> Composition:
    look = composing.lookup(
        "HTTPS://VAMCO.TAYNINH.GOV.VN/V/0123456789ABCDEF", "0123-4567-89AB-CDEF", "vamco.tayninh.gov.vn/verify"
    )
    return composing.compose(template(code), HEAD, {**VALUES[code], **changes}, made_at=NOW, lookup=look)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def document_words(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    return squeezed("".join(part.text or "" for part in document.element.body.iter() if part.tag.endswith("}t")))


@pytest.mark.parametrize("face", fonts.NAMES.values(), ids=lambda face: face[0])
def test_every_vietnamese_letter_has_a_glyph(face: tuple[str, str]) -> None:
    from reportlab.pdfbase import pdfmetrics

    fonts.register()
    assert [letter for letter in EVERY if ord(letter) not in pdfmetrics.getFont(face[0]).face.charToGlyph] == []


def test_letters_come_out_as_they_went_in() -> None:
    runs = tuple(Run(EVERY, bold, italic) for bold in (False, True) for italic in (False, True))
    made = Composition(title="x", agency="y", blocks=(Paragraph(runs=runs),), made_at=NOW)
    assert squeezed("".join(words for _role, words in elements(pdf.render(made)))) == squeezed(EVERY * 4)


@pytest.mark.parametrize("code", VALUES)
def test_pdf_and_docx_say_the_same_in_the_same_order(code: str) -> None:
    made = composition(code)
    spoken = squeezed("".join(words for _role, words in elements(pdf.render(made))))
    assert spoken == document_words(word.render(made)).replace("\u00a0", "")
    assert squeezed("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc") in spoken
    assert squeezed("Tây Ninh, ngày 05 tháng 01 năm 2026") in spoken


@pytest.mark.parametrize("code", VALUES)
@pytest.mark.parametrize("render", [pdf.render, word.render], ids=["pdf", "docx"])
def test_the_same_input_gives_the_same_bytes(code: str, render: Any) -> None:
    made = composition(code)
    assert render(made) == render(composition(code))
    assert render(dataclasses.replace(made, made_at=NOW + dt.timedelta(seconds=1))) != render(made)


def test_the_pdf_says_what_it_is() -> None:
    found = opened(pdf.render(composition("receipt")))
    assert str(found.Root.Lang) == "vi"
    assert found.docinfo["/Title"] == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả 0001/TNHS"
    assert str(found.docinfo["/CreationDate"]) == "D:20261122103000+07'00'"
    assert (bool(found.Root.MarkInfo.Marked), bool(found.Root.ViewerPreferences.DisplayDocTitle)) == (True, True)
    (page,) = found.pages
    assert [round(float(number)) for number in page.MediaBox] == [0, 0, 595, 842]
    assert "/OpenAction" not in found.Root
    assert len(page.Resources.Font) == 3
    assert all("/FontFile2" in font.FontDescriptor for font in page.Resources.Font.values())


def test_the_structure_names_heading_table_and_picture() -> None:
    found = elements(pdf.render(composition("receipt")))
    assert ("H1", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ") in found
    assert [words for role, words in found if role == "TH"] == ["STT", "Tên giấy tờ", "Số lượng", "Hình thức"]
    assert [words for role, words in found if role == "TD"][:4] == ["1", "Tờ khai theo mẫu", "1", "Bản chính"]
    tree = opened(pdf.render(composition("receipt")))
    alts = [str(entry.Alt) for entry in tree.objects if isinstance(entry, type(tree.Root)) and "/Alt" in entry]
    assert alts == ["Mã QR: HTTPS://VAMCO.TAYNINH.GOV.VN/V/0123456789ABCDEF"]


def test_pages_are_numbered_from_the_second_and_the_tables_head_stands_on_each() -> None:
    content = pdf.render(composition("decision"))
    pages = opened(content).pages
    assert len(pages) > 3
    found = elements(content)
    assert [words for role, words in found if role == "TH"].count("Nhiệm vụ") == 1  # read once, drawn on each page
    assert sum(role == "TR" for role, _words in found) == 0
    assert [words for role, words in found if role == "TD"][::4] == [str(number) for number in range(1, 41)]


def test_the_signature_never_stands_alone_on_a_page() -> None:
    for count in range(1, 70, 3):
        values = {**VALUES["reply"], "paragraphs": [{"text": "Một đoạn văn ngắn."}] * count}
        made = composing.compose(template("reply"), HEAD, values, made_at=NOW)
        content = pdf.render(made)
        with opened(content) as found:
            last = words_of_page(content, len(found.pages) - 1)
        assert last.index("Nơi nhận:") > 0, count


def test_long_names_wrap_and_a_word_without_end_is_broken() -> None:
    name = "Nguyễn Phúc Công Tằng Tôn Nữ " * 12
    for value in (name, "Ặ" * 300):
        fonts.register()
        paragraph = Paragraph(runs=(Run(value),), size=13, align="left")
        found = lines(paragraph, 200)
        assert len(found) > 5
        assert all(line.width <= 200.01 for line in found)
        assert squeezed("".join(words for line in found for words, _face in line.words)) == squeezed(value)
        content = pdf.render(composition("receipt", applicant=value.strip()))
        assert squeezed(value) in squeezed("".join(words for _role, words in elements(content)))


def test_centred_lines_are_about_equally_long() -> None:
    fonts.register()
    found = lines(Paragraph(runs=(Run("ỦY BAN NHÂN DÂN TỈNH TÂY NINH", bold=True),), align="centre", size=12.5), 190)
    assert ["".join(words for words, _face in line.words) for line in found] == ["ỦY BAN NHÂN DÂN", "TỈNH TÂY NINH"]


MARK = re.compile(r"ý\d")


def demand_inside(content: bytes) -> None:
    """All words and cells stand between the margins; the page's number alone above them."""
    for rows in drawn(content):
        assert [words for y, words, _ in rows if y < pdf.BOTTOM] == []
        assert [words for y, words, _ in rows if y > pdf.PAGE[1] - pdf.TOP and not words.isdigit()] == []
    edges = [edge for cells in boxes(content) for cell in cells for edge in cell]
    assert all(pdf.BOTTOM - 0.1 <= edge <= pdf.PAGE[1] - pdf.TOP + 0.1 for edge in edges)


def of_role(content: bytes, role: str) -> list[str]:
    return [squeezed(words) for found, words in elements(content) if found == role]


@pytest.mark.parametrize("length", [1000, 1900, 2000, 2100, 4560, 20_000])
def test_a_row_higher_than_a_page_goes_on_on_the_next_ones(length: int) -> None:
    long = " ".join(f"ý{n}" for n in range(length))[:length].rsplit(" ", 1)[0]
    tasks = [{**DECISION["tasks"][0], "task": long}, {**DECISION["tasks"][0], "agency": "Sở Y tế"}]
    content = pdf.render(composition("decision", tasks=tasks))
    demand_inside(content)
    cells = of_role(content, "TD")
    assert (cells[2], cells[5], len(cells)) == (squeezed(long), "SởYtế", 8)
    with_long = [rows for rows in drawn(content) if any(MARK.search(words) for _y, words, _ in rows)]
    assert len(with_long) >= length / 2500
    assert all(any("Nhiệm vụ" in words for _y, words, _ in rows) for rows in with_long)  # the head, on each page
    for rows, cells_of in zip(drawn(content), boxes(content), strict=True):
        inside = [y for y, words, _ in rows if MARK.search(words)]
        assert all(any(low < y < high for low, high in cells_of) for y in inside)
    if length > 4000:  # it begins beneath what was there, and does not leave the first page empty
        assert any("ý0 " in words for _y, words, _ in drawn(content)[0])


def test_word_may_split_a_row_that_is_higher_than_a_page_and_no_other() -> None:
    tasks = [
        {**DECISION["tasks"][0], "task": words} for words in ("Ngắn", "Đối chiếu số liệu. " * 200, "Dài vừa. " * 60)
    ]
    document = docx.Document(io.BytesIO(word.render(composition("decision", tasks=tasks))))
    table = next(table for table in document.tables if len(table.columns) == 4)
    assert ["cantSplit" in row._tr.xml for row in table.rows] == [True, True, False, True]
    many = docx.Document(io.BytesIO(word.render(composition("decision", recipients="Sở Y tế, " * 200))))
    assert ["cantSplit" in table.rows[0]._tr.xml for table in many.tables] == [True, True, True, False, True]


def test_recipients_for_pages_do_not_tear_the_signature() -> None:
    many = " ".join(f"nơi{n};" for n in range(1500))
    content = pdf.render(composition("decision", recipients=many))
    demand_inside(content)
    assert squeezed(many) in "".join(of_role(content, "P"))
    (page,) = {n for n, rows in enumerate(drawn(content)) for _y, words, _ in rows if words == "Nguyễn Văn A"}
    assert any(words == "CHỦ TỊCH" for _y, words, _ in drawn(content)[page])


def test_the_subject_of_a_letter_may_go_on_for_pages() -> None:
    long = " ".join(f"việc{n}" for n in range(600))
    content = pdf.render(composition("reply", subject=long))
    demand_inside(content)
    assert squeezed(long) in "".join(of_role(content, "P"))
    assert any("việc0 " in words for _y, words, _ in drawn(content)[0])


@pytest.mark.parametrize("length", [100, 600, 1200, 4000])
def test_a_head_higher_than_a_page_is_parted_and_not_repeated(length: int) -> None:
    head = " ".join(f"cột{n}" for n in range(length))
    rows = tuple((Paragraph(runs=(Run(f"dòng {n}"),)), Paragraph(runs=(Run("x " * 40),))) for n in range(60))
    table = Table(widths=(0.5, 0.5), head=(Paragraph(runs=(Run(head),)), Paragraph(runs=(Run("hai"),))), rows=rows)
    content = pdf.render(Composition(title="x", agency="y", blocks=(table,), made_at=NOW))
    demand_inside(content)
    assert of_role(content, "TH") == [squeezed(head), "hai"]
    assert of_role(content, "TD")[::2] == [f"dòng{n}" for n in range(60)]


def test_a_sign_that_the_typeface_lacks_is_refused_with_its_place() -> None:
    with pytest.raises(Refused) as refused:
        composition("decision", tasks=[{**DECISION["tasks"][0], "task": "Gặp ông 漢 ở Tân Ninh"}])
    assert refused.value.code == "documents.no_sign"
    assert refused.value.data == {"template": "decision", "sign": "漢", "code": "U+6F22", "place": "tasks.0.task"}
    for block in (
        Paragraph(runs=(Run("a"), Run("b 漢 c"))),
        Columns(widths=(1,), cells=((Paragraph(runs=(Run("ab 漢 c"),)),),)),
        Table(widths=(1,), head=(Paragraph(runs=(Run("x"),)),), rows=((Paragraph(runs=(Run("ab 漢 c"),)),),)),
        Lookup(url="X", lines=(Paragraph(runs=(Run("ab 漢 c"),)),)),
    ):
        with pytest.raises(Refused) as refused:
            pdf.render(Composition(title="x", agency="y", blocks=(block,), made_at=NOW))
        assert refused.value.data == {"sign": "漢", "code": "U+6F22", "place": "ab 漢 c"}
        assert "U+6F22" in str(refused.value)


def test_boxes_and_ticks_are_written_with_signs_that_the_typeface_has() -> None:
    made = composition("receipt", applicant="☐ Nam ☑ Nữ ☒ Khác ✓ ✔\ufe0f")
    for words in ("".join(words for _role, words in elements(pdf.render(made))), document_words(word.render(made))):
        assert "[]Nam[√]Nữ[×]Khác√√" in squeezed(words)
    declared = template("receipt").model_copy(update={"body": [*template("receipt").body, Text(text="☑\tđã nộp")]})
    own = composing.compose(declared, HEAD, RECEIPT, made_at=NOW)
    assert "[√] đã nộp" in [words for _role, words in elements(pdf.render(own))]


@pytest.mark.parametrize("gap", ["\t", "\u2003", "\u202f", "\u3000", "\u00a0", "\r", "\r\n", "\u2028", "\u2029", "\v"])
def test_words_stay_apart_in_pdf_and_docx(gap: str) -> None:
    made = composition("receipt", applicant=f"Nguyễn{gap}Văn{gap}A")
    spoken = [words.replace("\u00a0", " ") for _role, words in elements(pdf.render(made))]
    assert "Người nộp hồ sơ: Nguyễn Văn A" in spoken
    paragraphs = [part.text for part in docx.Document(io.BytesIO(word.render(made))).paragraphs]
    assert "Người nộp hồ sơ: Nguyễn Văn A" in [re.sub(r"\s", " ", text) for text in paragraphs]


def test_a_list_may_be_empty() -> None:
    content = pdf.render(composition("receipt", papers=[]))
    assert [words for role, words in elements(content) if role == "TD"] == []


def test_values_are_never_read_as_markup() -> None:
    nasty = "**đậm** {dossier} {{x}} <b>&amp;</b> \u202eđảo"
    said = "".join(words for _role, words in elements(pdf.render(composition("receipt", applicant=nasty))))
    assert "**đậm** {dossier} {{x}} <b>&amp;</b> đảo" in said
    assert squeezed("**đậm**{dossier}") in document_words(word.render(composition("receipt", applicant=nasty)))


def test_the_docx_carries_no_clock_and_no_script() -> None:
    with zipfile.ZipFile(io.BytesIO(word.render(composition("receipt")))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if "vba" in name.lower()]
        styles = archive.read("word/styles.xml").decode()
    assert 'w:val="vi-VN"' in styles
    assert "Times New Roman" in styles


def test_a_qr_code_of_capitals_is_small() -> None:
    assert len(qr.matrix("HTTPS://VAMCO.TAYNINH.GOV.VN/V/0123456789ABCDEF")) == 29
    assert qr.png("X").startswith(b"\x89PNG")


def test_the_visible_mark_names_agency_and_time_as_iso_8601() -> None:
    made = mark.appearance("Sở Tài chính", NOW)
    picture = opened(made.picture)
    (page,) = picture.pages
    left, bottom, right, top = made.box
    assert [round(float(number)) for number in page.MediaBox] == [0, 0, right - left, top - bottom]
    assert bottom > 842 - 20 * pdf.MM - 5  # in the margin above the letterhead


def test_receipt_fits_on_one_page() -> None:
    assert (
        len(opened(pdf.render(composition("receipt", address="Số 12, đường 30 tháng 4", phone="0901 234 567"))).pages)
        == 1
    )
    assert RECEIPT["sets"] == 1
