"""Small spreadsheets of notices and projects, and who publishes them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import xlsxwriter

from vamco.systems.desk.tests.made import person
from vamco.systems.planning import public as planning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.people.models import Person
    from vamco.systems.planning.contracts import Kind
    from vamco.systems.planning.models import Upload

AGENCY, OTHER = "H53.10", "H53.04"
PROJECT_HEAD = ["STT", "Mã dự án", "Tên dự án", "Lĩnh vực", "Nhóm", "Địa điểm", "Diện tích (ha)",
                "Tổng vốn đầu tư (tỷ đồng)", "Trạng thái", "Minh họa"]  # fmt: skip
NOTICE_HEAD = ["Mã", "Tên quy hoạch", "Loại", "Tình trạng", "Số quyết định", "Cơ quan ban hành", "Hiệu lực từ",
               "Hiệu lực đến", "Lấy ý kiến từ", "Lấy ý kiến đến", "Địa điểm", "Thay thế bởi"]  # fmt: skip


def project(code: str, title: str = "Nhà máy", **other: Any) -> list[Any]:
    cells = {
        "field": "Công nghiệp", "group": "B", "communes": "phường Trảng Bàng", "ha": 10, "capital": 250.5,
        "state": "Đang kêu gọi", "synthetic": "có",
    } | other  # fmt: skip
    return ["", code, title, *cells.values()]


def notice(code: str, title: str = "Quy hoạch chung", **other: Any) -> list[Any]:
    cells = {
        "kind": "Quy hoạch chung", "standing": "Quyết định", "number": "12/QĐ-UBND", "issuer": "UBND tỉnh",
        "valid_from": "01/01/2026", "valid_to": "31/12/2030", "comment_from": "", "comment_to": "",
        "communes": "phường Trảng Bàng", "successor": "",
    } | other  # fmt: skip
    return [code, title, *cells.values()]


def book(*sheets: tuple[str, Sequence[Sequence[Any]]]) -> io.BytesIO:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, lines in sheets:
        sheet = workbook.add_worksheet(name)
        for number, line in enumerate(lines):
            for column, value in enumerate(line):
                if value not in {"", None}:
                    sheet.write(number, column, value)
    workbook.close()
    out.seek(0)
    return out


def projects(*rows: Sequence[Any]) -> io.BytesIO:
    return book(("Danh mục", [["DANH MỤC"], PROJECT_HEAD, *rows]))


def notices(*rows: Sequence[Any]) -> io.BytesIO:
    return book(("Danh mục", [NOTICE_HEAD, *rows]))


def publisher() -> Person:
    return person("planning_official", AGENCY, "Mai Thị Cẩm Tú")


def published(kind: Kind, content: io.BytesIO, by: Person) -> Upload:
    upload = planning.take_in(kind, content, "danh-muc.xlsx", by)
    planning.publish(upload.pk, by)
    return upload
