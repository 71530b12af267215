"""The bad-file set: every one is refused with a sentence of its own, and nothing of it stays."""

from __future__ import annotations

import base64
import io
import random
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.record.files import public as files
from vamco.kernel.record.files.adapters.scanners import simulator
from vamco.kernel.record.files.models import Content, File
from vamco.kernel.record.files.rules.refusals import SENTENCES
from vamco.kernel.record.files.tests import hostile
from vamco.lib.errors import Refused, fill

if TYPE_CHECKING:
    from collections.abc import Callable

DOC, XLS = "bao cao.docx", "so lieu.xlsx"


def nested_javascript(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    document.Root.Odd = pikepdf.Array([1, pikepdf.Array([pikepdf.Dictionary(A=pikepdf.Array([action]))])])


def with_root(key: str, value: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        document.Root[key] = value

    return change


def attachment(document: pikepdf.Pdf) -> None:
    document.attachments["x.exe"] = b"MZ"


def flate_bomb(document: pikepdf.Pdf) -> None:
    document.Root.Bomb = document.make_stream(bytes(64 << 20))


def packed(*filters: str) -> Callable[[bytes], Callable[[pikepdf.Pdf], None]]:
    """A stream of given bytes that says it is packed so."""

    def of(raw: bytes) -> Callable[[pikepdf.Pdf], None]:
        def change(document: pikepdf.Pdf) -> None:
            stream = document.make_stream(b"")
            stream.write(raw, filter=pikepdf.Array([pikepdf.Name(one) for one in filters]))
            document.Root.Bomb = stream

        return change

    return of


def twice_packed(document: pikepdf.Pdf) -> None:
    packed("/FlateDecode", "/FlateDecode")(zlib.compress(zlib.compress(bytes(1 << 20))))(document)


def in_letters(document: pikepdf.Pdf) -> None:
    packed("/ASCII85Decode", "/FlateDecode")(base64.a85encode(zlib.compress(bytes(64 << 20)), adobe=True)[2:])(document)


def lzw_bomb(document: pikepdf.Pdf) -> None:
    """1 MB that becomes 1.5 GB: every code means one letter more than the one before, until the table is full."""
    bits = [f"{256:09b}", f"{97:09b}"]
    bits += [f"{code:0{max(9, (code + 1).bit_length())}b}" for code in range(258, 4094)]
    cycle = "".join(bits)
    whole = cycle + "".join(f"{256:012b}" + cycle[9:] for _ in range(220))
    whole += "0" * (-len(whole) % 8)
    packed("/LZWDecode")(int(whole, 2).to_bytes(len(whole) // 8, "big"))(document)


AS_MADE = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}


def annotation(**more: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Annot, **more)])

    return change


def objects_bomb() -> bytes:
    """A PDF whose object stream becomes 900 MB when it is read."""
    packer = zlib.compressobj(9)
    packed = packer.compress(b"4 0 " + b" " * 100)
    for _ in range(900):
        packed += packer.compress(b" " * (1 << 20))
    packed += packer.flush()
    made, places = b"%PDF-1.7\n", {}
    for number, content in {
        1: b"<</Type/Catalog/Pages 2 0 R/X 4 0 R>>",
        2: b"<</Type/Pages/Kids[]/Count 0>>",
        3: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed),
    }.items():
        places[number] = len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(made)
    rows = b"\x00\x00\x00\x00\x00\x00"
    for number in (1, 2, 3):
        rows += b"\x01" + places[number].to_bytes(4, "big") + b"\x00"
    rows += b"\x02" + (3).to_bytes(4, "big") + b"\x00" + b"\x01" + start.to_bytes(4, "big") + b"\x00"
    head = b"<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>" % len(rows)
    return made + b"5 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (head, rows, start)


JPEG, PNG, PDF = hostile.picture(), hostile.picture("PNG"), hostile.pdf()
DTD = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
UPDATE = "<w:p><w:r><w:instrText>{}</w:instrText></w:r><w:r><w:instrText>{}</w:instrText></w:r></w:p>"
EMBEDDED = "word/embeddings/Microsoft_Excel_Sheet1.xlsx"
BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing": ("a.pdf", lambda: b"", "empty"),
    "no extension": ("bao cao", lambda: PDF, "not_allowed"),
    "program": ("a.exe", lambda: b"MZ\x90\x00", "not_allowed"),
    "program called a PDF": ("a.pdf", lambda: b"MZ\x90\x00", "wrong_extension"),
    "PDF called a picture": ("a.png", lambda: PDF, "wrong_extension"),
    "picture called another": ("a.jpg", lambda: PNG, "wrong_extension"),
    "HTML called a picture": ("a.png", lambda: b"<!doctype html><script>alert(1)</script>", "wrong_extension"),
    "HTML": ("a.html", lambda: b"<!doctype html><script>alert(1)</script>", "not_allowed"),
    "double extension": ("a.pdf.exe", lambda: PDF, "not_allowed"),
    "reversed extension": ("a\u202efdp.exe", lambda: PDF, "not_allowed"),
    "archive": ("a.zip", hostile.archive, "not_allowed"),
    "archive called Word": (DOC, hostile.archive, "wrong_extension"),
    "SVG": ("a.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not_allowed"),
    "SVG called XML": (
        "a.xml",
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        "active_content",
    ),
    "SVG inside XML": (
        "a.xml",
        lambda: b'<a><s:svg xmlns:s="http://www.w3.org/2000/svg" onload="x"/></a>',
        "active_content",
    ),
    "XHTML called XML": (
        "a.xml",
        lambda: b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
        "active_content",
    ),
    "style sheet": ("a.xml", lambda: b'<?xml-stylesheet href="http://x/y.xsl" type="text/xsl"?><a/>', "active_content"),
    "XXE": ("a.xml", f"<?xml version='1.0'?>{DTD}<x>&e;</x>".encode, "xml_entities"),
    "XXE in UTF-16": (
        "a.xml",
        lambda: f"<?xml version='1.0' encoding='utf-16'?>{DTD}<x/>".encode("utf-16"),
        "xml_entities",
    ),
    "billion laughs": ("a.xml", LAUGHS.encode, "xml_entities"),
    "deep XML": ("a.xml", lambda: b"<a>" * 100_000 + b"</a>" * 100_000, "bomb"),
    "cut XML": ("a.xml", lambda: b"<a><b></b>", "damaged"),
    "text with a zero late": ("a.txt", lambda: b"a" * 20_000 + b"\x00", "damaged"),
    "text that is none late": ("a.csv", lambda: b"a" * 20_000 + b"\xff\xfe", "damaged"),
    "cut picture": ("a.jpg", lambda: hostile.picture(size=(640, 480))[:-2000], "damaged"),
    "cut PNG": ("a.png", lambda: PNG[: len(PNG) // 2], "damaged"),
    "head of a picture": ("a.jpg", lambda: b"\xff\xd8\xff\xe0", "damaged"),
    "400 megapixels": ("a.png", hostile.giant_png, "too_many_pixels"),
    "80 megapixels": ("a.png", lambda: hostile.giant_png(10_000, 8_000), "too_many_pixels"),
    "JPEG and ZIP": ("a.jpg", lambda: JPEG + hostile.archive(), "polyglot"),
    "PNG and JAR": ("a.png", lambda: PNG + hostile.archive("META-INF/MANIFEST.MF"), "polyglot"),
    "GIFAR": ("a.gif", lambda: b"GIF89a" + bytes(20) + hostile.archive(), "not_allowed"),
    "GIFAR called a JPEG": ("a.jpg", lambda: b"GIF89a" + bytes(20) + hostile.archive(), "wrong_extension"),
    "PDF and ZIP": ("a.pdf", lambda: PDF + hostile.archive(), "polyglot"),
    "ZIP whose comment is the end of a PDF": (
        "a.pdf",
        lambda: PDF[:-2] + hostile.archive()[:-2] + (20).to_bytes(2, "little") + b"\nstartxref\n0\n%%EOF\n",
        "polyglot",
    ),
    "ZIP and PDF": (DOC, lambda: hostile.package({}) + PDF, "damaged"),
    "PDF with a ZIP before it": ("a.pdf", lambda: hostile.archive() + PDF, "wrong_extension"),
    "cut PDF": ("a.pdf", lambda: PDF[: len(PDF) * 2 // 3], "damaged"),
    "PDF with a tail": ("a.pdf", lambda: PDF + b"<script>alert(1)</script>", "damaged"),
    "PDF without a table": ("a.pdf", lambda: b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n", "damaged"),
    "PDF without pages": ("a.pdf", lambda: hostile.pdf(lambda document: document.pages.__delitem__(0)), "damaged"),
    "PDF with a password": (
        "a.pdf",
        lambda: hostile.pdf(encryption=pikepdf.Encryption(owner="a", user="b")),
        "encrypted",
    ),
    "PDF that only forbids": (
        "a.pdf",
        lambda: hostile.pdf(encryption=pikepdf.Encryption(owner="a", user="")),
        "encrypted",
    ),
    "PDF with JavaScript": (
        "a.pdf",
        lambda: hostile.pdf(with_root("/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1"))),
        "active_content",
    ),
    "PDF with JavaScript in arrays": ("a.pdf", lambda: hostile.pdf(nested_javascript), "active_content"),
    "the same in an object stream": (
        "a.pdf",
        lambda: hostile.pdf(nested_javascript, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "active_content",
    ),
    "PDF that launches": (
        "a.pdf",
        lambda: hostile.pdf(annotation(A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"))),
        "active_content",
    ),
    "PDF that sends a form": (
        "a.pdf",
        lambda: hostile.pdf(annotation(A=pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="http://x"))),
        "active_content",
    ),
    "PDF with a script address": (
        "a.pdf",
        lambda: hostile.pdf(annotation(A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="javascript:alert(1)"))),
        "active_content",
    ),
    "PDF with an action that says it is none": (
        "a.pdf",
        lambda: hostile.pdf(annotation(A=pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Launch))),
        "active_content",
    ),
    "PDF with an unknown action": (
        "a.pdf",
        lambda: hostile.pdf(annotation(A=pikepdf.Dictionary(S=pikepdf.Name.GoToTheMoon))),
        "active_content",
    ),
    "PDF with a second action behind the first": (
        "a.pdf",
        lambda: hostile.pdf(
            annotation(
                A=pikepdf.Dictionary(S=pikepdf.Name.GoTo, Next=pikepdf.Array([pikepdf.Dictionary(S=pikepdf.Name.X)]))
            )
        ),
        "active_content",
    ),
    "PDF with a name in numbers": (
        "a.pdf",
        lambda: hostile.raw_pdf([b"<</S/J#61v#61Script/J#53(app.alert(1))>>"]),
        "active_content",
    ),
    "signed PDF with a script in the state that was signed": ("a.pdf", hostile.revised, "active_content"),
    "PDF with a share's address": (
        "a.pdf",
        lambda: hostile.pdf(annotation(A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="\\\\10.0.0.1\\x"))),
        "active_content",
    ),
    "PDF with a script address in pieces": (
        "a.pdf",
        lambda: hostile.pdf(annotation(A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="java\tscript:alert(1)"))),
        "active_content",
    ),
    "PDF with its own actions": (
        "a.pdf",
        lambda: hostile.pdf(with_root("/AA", pikepdf.Dictionary())),
        "active_content",
    ),
    "PDF with an attachment": ("a.pdf", lambda: hostile.pdf(attachment), "active_content"),
    "PDF with XFA": (
        "a.pdf",
        lambda: hostile.pdf(with_root("/AcroForm", pikepdf.Dictionary(XFA=pikepdf.String("<xdp/>")))),
        "active_content",
    ),
    "PDF with rich media": ("a.pdf", lambda: hostile.pdf(annotation(Subtype=pikepdf.Name.RichMedia)), "active_content"),
    "PDF with a bomb": ("a.pdf", lambda: hostile.pdf(flate_bomb), "bomb"),
    "PDF packed twice": (
        "a.pdf",
        lambda: hostile.pdf(twice_packed, **AS_MADE),
        "bomb",
    ),
    "PDF with a bomb of objects": ("a.pdf", objects_bomb, "bomb"),
    "PDF with a bomb in letters": ("a.pdf", lambda: hostile.pdf(in_letters, **AS_MADE), "bomb"),
    "PDF with an LZW bomb": ("a.pdf", lambda: hostile.pdf(lzw_bomb, **AS_MADE), "too_heavy"),
    "flat bomb": (DOC, lambda: hostile.package({"word/media/a.bmp": bytes(50 << 20)}), "bomb"),
    "nested bomb": (
        DOC,
        lambda: hostile.package({"word/media/a.bmp": hostile.archive("a", hostile.archive())}),
        "nested",
    ),
    "overlapping bomb": (DOC, hostile.overlapping, "bomb"),
    "many entries": (DOC, lambda: hostile.package({f"word/media/{n}": b"" for n in range(2001)}), "bomb"),
    "embedded package": (DOC, lambda: hostile.package({EMBEDDED: b"x"}), "nested"),
    "program inside": (DOC, lambda: hostile.package({"word/media/image1.png": b"MZ\x90\x00"}), "nested"),
    "cut Word": (DOC, lambda: hostile.package({})[:-30], "damaged"),
    "wrong checksum": (
        DOC,
        lambda: hostile.package({"word/media/a.txt": b"0123456789"}, how=0).replace(b"0123456789", b"9876543210"),
        "damaged",
    ),
    "Excel called Word": (DOC, lambda: hostile.package({}, hostile.SHEET), "wrong_extension"),
    "way out": (DOC, lambda: hostile.package({"../../etc/cron.d/x": b"x"}), "damaged"),
    "two of a name": (DOC, lambda: hostile.package({"word/Document.xml": b"<a/>"}), "damaged"),
    "macros": (DOC, lambda: hostile.package({"word/vbaProject.bin": b"\x00"}), "macros"),
    "DOCM renamed": (
        DOC,
        lambda: hostile.package({}, "application/vnd.ms-word.document.macroEnabled.main+xml").replace(b"xl/", b"wo/"),
        "macros",
    ),
    "macro under another name": (DOC, lambda: hostile.package(hostile.relation("vbaProject", "a.bin", "")), "macros"),
    "Excel 4 macros": (XLS, lambda: hostile.package({"xl/macrosheets/sheet1.xml": "<a/>"}, hostile.SHEET), "macros"),
    "ActiveX": (XLS, lambda: hostile.package({"xl/activeX/activeX1.xml": "<a/>"}, hostile.SHEET), "macros"),
    "XXE in Word": (DOC, lambda: hostile.package({"word/settings.xml": f"{DTD}<x>&e;</x>"}), "xml_entities"),
    "XXE in the list of parts": (
        DOC,
        lambda: hostile.package({"[Content_Types].xml": f"{DTD}<x>&e;</x>"}),
        "xml_entities",
    ),
    "template from outside": (
        DOC,
        lambda: hostile.package(hostile.relation("attachedTemplate", "http://x/t.dotm")),
        "external",
    ),
    "picture from outside": (DOC, lambda: hostile.package(hostile.relation("image", "http://x/pixel.png")), "external"),
    "link to a share": (
        DOC,
        lambda: hostile.package(hostile.relation("hyperlink", "\\\\\\\\10.0.0.1\\\\x")),
        "external",
    ),
    "DDE in a part without a name for it, behind blanks": (
        DOC,
        lambda: hostile.package(
            {"word/footer.dat": " " * 70_000 + hostile.TEXT.format(UPDATE.format("DDEA", "UTO cmd"))}
        ),
        "external",
    ),
    "DDE, cut into runs": (
        DOC,
        lambda: hostile.package({"word/footer.xml": hostile.TEXT.format(UPDATE.format("DDEA", "UTO cmd"))}),
        "external",
    ),
    "field that reads a share": (
        DOC,
        lambda: hostile.package(
            {"word/header.xml": hostile.TEXT.format(UPDATE.format("INCLUDEPICTURE ", "file://x/y"))}
        ),
        "external",
    ),
    "document under another name": (DOC, lambda: hostile.package({"word/doc.bin": f"{DTD}<x>&e;</x>"}), "xml_entities"),
    "formula that asks the web": (
        XLS,
        lambda: hostile.package({"xl/worksheets/sheet1.xml": "<c><f>_xlfn.WEBSERVICE(A1)</f></c>"}, hostile.SHEET),
        "external",
    ),
    "connection to a database": (
        XLS,
        lambda: hostile.package({"xl/connections.xml": "<a/>"}, hostile.SHEET),
        "external",
    ),
    "DDE in Excel": (
        XLS,
        lambda: hostile.package({"xl/a.xml": '<ddeLink ddeService="cmd"/>'}, hostile.SHEET),
        "external",
    ),
    "encrypted ZIP": (DOC, hostile.encrypted_zip, "encrypted"),
    "encrypted Word": (DOC, hostile.encrypted_docx, "encrypted"),
    "old Word": ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_office"),
    "signature with a tail": ("a.p7s", lambda: hostile.signature() + b"MZ", "damaged"),
    "EICAR": ("a.txt", lambda: hostile.EICAR, "infected"),
    "EICAR in Word": (DOC, lambda: hostile.package({"word/media/a.txt": hostile.EICAR}, how=0), "infected"),
}


@pytest.fixture(scope="module")
def daemon() -> Any:
    with simulator.running() as address:
        yield address


@pytest.fixture
def root(settings: Any, daemon: str) -> Path:
    settings.VAMCO_SCANNER = daemon
    return Path(settings.VAMCO_DATA) / "files"


@pytest.mark.django_db
@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_and_nothing_of_it_stays(case: str, root: Path) -> None:
    name, make, code = BAD[case]
    content = make()
    with pytest.raises(Refused) as refused:
        files.store(io.BytesIO(content), name=name, terms=files.FROM_PEOPLE)
    assert refused.value.code == f"files.{code}"
    assert "%(" not in str(refused.value), "a sentence has all its words"
    assert not File.objects.exists()
    assert not Content.objects.exists()
    assert not Entry.objects.filter(act="files.store").exists()
    assert [path for path in root.rglob("*") if path.is_file()] == []


def test_every_sentence_of_a_bad_file_is_tried() -> None:
    elsewhere = {"too_large", "too_many", "too_many_at_once", "owner_full"}
    assert {code for _, _, code in BAD.values()} == SENTENCES.keys() - elsewhere
    for sentence in SENTENCES.values():
        assert "%(" not in fill(sentence, {"name": "a", "limit": 1, "found": "x"})


def open_at(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.XYZ, 0, 0, 0])
    document.pages[0].Annots = pikepdf.Array([
        pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="tayninh.gov.vn/van-ban?id=1")),
        pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.Array([]))),
    ])  # fmt: skip
    document.Root.StructTreeRoot = pikepdf.Dictionary(
        K=pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.P)
    )
    document.pages[0].Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency)


LINKED = hostile.package(hostile.relation("hyperlink", "https://tayninh.gov.vn"))
GOOD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "PDF": ("Báo cáo.PDF", lambda: PDF, "application/pdf"),
    "PDF as offices write it": ("a.pdf", lambda: hostile.pdf(open_at, linearize=True), "application/pdf"),
    "Word": (DOC, lambda: LINKED, files.Kind.DOCX.value),
    "Excel": (XLS, lambda: hostile.package({}, hostile.SHEET), files.Kind.XLSX.value),
    "XML": ("a.xml", '<?xml version="1.0"?><hồsơ><số>1</số></hồsơ>'.encode, "application/xml"),
    "XML without a first line": ("a.xml", lambda: b"<a/>", "application/xml"),
    "signature": ("a.p7s", hostile.signature, "application/pkcs7-signature"),
    "signature as text": (
        "a.p7s",
        lambda: b"-----BEGIN PKCS7-----\nMII=\n-----END PKCS7-----\n",
        "application/pkcs7-signature",
    ),
    "text": ("a.txt", "Tiếng Việt <b>".encode, "text/plain"),
    "CSV": ("a.csv", lambda: b"a;b\n1;2\n", "text/csv"),
    "JPEG": ("a.jpeg", lambda: JPEG, "image/jpeg"),
    "PNG": ("a.png", lambda: PNG, "image/png"),
    "WebP": ("a.webp", lambda: hostile.picture("WEBP"), "image/webp"),
    "CMYK": ("a.jpg", lambda: hostile.picture(mode="CMYK"), "image/jpeg"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", GOOD)
def test_a_good_file_is_taken_as_it_is(case: str, root: Path) -> None:
    name, make, media_type = GOOD[case]
    content = make()
    file = files.store(io.BytesIO(content), name=name, terms=files.FROM_PEOPLE)
    assert (file.name, file.media_type, file.size) == (name, media_type, len(content))
    assert files.content_path(file).read_bytes() == content
    assert file.content is not None
    assert file.content.scan == files.Scan.CLEAN
    assert file.content.scanner == simulator.VERSION
    assert bool(file.rendition) is media_type.startswith("image/")


@pytest.mark.django_db
def test_documents_of_our_own_libraries_are_taken() -> None:
    """What Word's and Excel's own writers make is no bad file."""
    import docx
    import xlsxwriter

    word, sheet = io.BytesIO(), io.BytesIO()
    made = docx.Document()
    made.add_paragraph("Kính gửi: Sở Tài chính")
    made.add_picture(io.BytesIO(PNG))
    made.save(word)
    with xlsxwriter.Workbook(sheet) as book:
        page = book.add_worksheet("Số liệu")
        page.write_url(0, 0, "https://tayninh.gov.vn")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "='Số liệu'!$A$1:$A$2"})
        page.insert_chart("B2", chart)
    for name, stream in ((DOC, word), (XLS, sheet)):
        stream.seek(0)
        assert files.store(stream, name=name, terms=files.FROM_PEOPLE).size > 1000


@pytest.mark.django_db
def test_a_pdf_of_reportlab_signed_twice_by_pyhanko_is_taken_as_it_is() -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1)
    canvas.drawString(100, 700, "Bao cao")
    canvas.linkURL("https://tayninh.gov.vn", (0, 0, 10, 10))
    canvas.save()
    signer = signers.SimpleSigner(*hostile.identity())
    for name in ("one", "two"):
        writer = IncrementalPdfFileWriter(out)
        fields.append_signature_field(writer, fields.SigFieldSpec(name, box=(10, 10, 100, 50)))
        signed = signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name=name), signer=signer)
        out = io.BytesIO(signed.getvalue())
    file = files.store(out, name="a.pdf", terms=files.FROM_PEOPLE)
    assert file.signed
    assert files.content_path(file).read_bytes() == out.getvalue()


@pytest.mark.django_db
def test_a_signed_pdf_that_was_added_to_is_taken_and_called_signed() -> None:
    content = hostile.revised(b"<</S/GoTo>>")
    file = files.store(io.BytesIO(content), name="a.pdf", terms=files.FROM_PEOPLE)
    assert (file.signed, files.content_path(file).read_bytes()) == (True, content)
    assert not files.store(io.BytesIO(PDF), name="a.pdf", terms=files.FROM_PEOPLE).signed


@pytest.mark.django_db
def test_what_departments_deliver_under_a_contract_is_kept_unread() -> None:
    assert files.store(io.BytesIO(b"MZ\x90\x00"), name="a.exe").media_type == "application/octet-stream"


@pytest.mark.parametrize("case", ["JPEG", "PDF", "Word"])
@pytest.mark.django_db
def test_a_file_with_any_byte_changed_never_breaks_the_house(case: str) -> None:
    """Whatever stands in a file: it is taken or refused, within its time; the inspection always answers."""
    name, make, _ = GOOD[case]
    content, draws = make(), random.Random(case)
    taken = 0
    for _ in range(25):
        broken = bytearray(content)
        for _ in range(draws.randint(1, 8)):
            broken[draws.randrange(8, len(broken))] = draws.randrange(256)
        with suppress(Refused):  # nothing else, and above all no breakdown
            files.store(io.BytesIO(bytes(broken)), name=name, terms=files.FROM_PEOPLE)
            taken += 1
    assert taken == File.objects.count()
