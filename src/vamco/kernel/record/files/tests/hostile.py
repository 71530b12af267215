"""Makes files: whole ones, and those that want to harm. Nothing of it is kept in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
from PIL import Image

from vamco.kernel.record.files.adapters.scanners.simulator import EICAR

__all__ = ["EICAR"]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
TEXT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> bytes:
    """A picture of which every corner has a colour of its own."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 200, 30), (size[0] // 2, 0, size[0], size[1] // 2))
    image.paste((30, 30, 200), (0, size[1] // 2, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.convert(mode).save(out, form, **options)
    return out.getvalue()


def giant_png(width: int = 20_000, height: int = 20_000) -> bytes:
    """A picture of 400 megapixels in some 50 kB."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer, packed = zlib.compressobj(9), b""
    for _ in range(height):
        packed += packer.compress(bytes(1 + width // 8))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed + packer.flush()) + chunk(b"IEND", b"")


def pdf(change: Any = None, **options: Any) -> bytes:
    """A PDF of one page; `change` is given the document before it is saved."""
    document = pikepdf.new()
    document.add_blank_page()
    if change is not None:
        change(document)
    out = io.BytesIO()
    document.save(out, **options)
    document.close()
    return out.getvalue()


def package(parts: dict[str, str | bytes], main: str = WORD, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An Office file of the parts given beside those that each has."""
    folder = "word" if main == WORD else "xl"
    name = f"{folder}/{'document' if main == WORD else 'workbook'}.xml"
    whole: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{name}" ContentType="{main}"/></Types>',
        "_rels/.rels": RELATIONS.format(f'<Relationship Id="r1" Type="{OFFICE}officeDocument" Target="{name}"/>'),
        name: TEXT.format("<w:p><w:r><w:t>Báo cáo</w:t></w:r></w:p>"),
        **parts,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for part, content in whole.items():
            archive.writestr(part, content)
    return out.getvalue()


def relation(kind: str, target: str, mode: str = ' TargetMode="External"') -> dict[str, str | bytes]:
    return {
        "word/_rels/document.xml.rels": RELATIONS.format(
            f'<Relationship Id="r9" Type="{OFFICE}{kind}" Target="{target}"{mode}/>'
        )
    }


def archive(name: str = "evil.class", content: bytes = b"\xca\xfe\xba\xbe") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, content)
    return out.getvalue()


def overlapping(copies: int = 100) -> bytes:
    """A bomb whose directory names the same bytes again and again, as Fifield's, of moderate ratio each."""
    base = package({"word/media/a.txt": b"a" * 60_000})
    end = base.rindex(b"PK\x05\x06")
    directory = int.from_bytes(base[end + 16 : end + 20], "little")
    at = base.rindex(b"PK\x01\x02", 0, end)
    entry = base[at:end]
    entries = base[directory:end]
    for n in range(copies):
        entries += entry.replace(b"word/media/a.txt", b"word/media/%05d" % n)
    count = int.from_bytes(base[end + 10 : end + 12], "little") + copies
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(entries), directory, 0)
    return base[:directory] + entries + tail


def encrypted_zip() -> bytes:
    """A Word file whose first part says that it is encrypted."""
    made = bytearray(package({}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(mark) + at] |= 1
    return bytes(made)


def encrypted_docx() -> bytes:
    """The beginning of what Word writes when a password is set: an OLE file with an encrypted package."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(1000)


def signature() -> bytes:
    """The outside of a CMS signature."""
    inner = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + b"\xa0\x82\x01\x00" + bytes(256)
    return b"\x30\x82" + len(inner).to_bytes(2, "big") + inner


def raw_pdf(more: list[bytes]) -> bytes:
    """A PDF written by hand: one page, and the objects given, from number 4 on."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/More[4 0 R 5 0 R]>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        *more,
    ]
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return made + head + b"".join(places) + end


def revised(first: bytes = b"<</S/JavaScript/JS(app.alert(1))>>") -> bytes:
    """A PDF that was signed with an object in it, to which an update was added that hides the object."""
    signature = b"<</Type/Sig/Contents<00>/ByteRange[0 10 %010d %010d]>>"
    length = len(raw_pdf([first, signature % (20, 0)]))
    signed = raw_pdf([first, signature % (20, length - 20)])
    at = len(signed)
    update = b"4 0 obj\nnull\nendobj\n"
    table = b"xref\n4 1\n%010d 00000 n \n" % at
    before = int(signed.rsplit(b"startxref\n", 1)[1].split()[0])
    end = b"trailer\n<</Size 6/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (before, at + len(update))
    return signed + update + table + end


def identity() -> tuple[Any, Any, Any]:
    """A certificate that nobody should trust, its key, and where certificates are kept, as pyHanko wants them."""
    import datetime as dt

    from asn1crypto import keys, x509
    from cryptography import x509 as made
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = ec.generate_private_key(ec.SECP256R1())
    name = made.Name([made.NameAttribute(NameOID.COMMON_NAME, "Test")])
    now = dt.datetime.now(dt.UTC)
    builder = made.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return x509.Certificate.load(certificate), keys.PrivateKeyInfo.load(private), SimpleCertificateStore()
