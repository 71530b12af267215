"""The demonstration's notices and projects: spreadsheets made of the pack's CSV, taken in and published as an official would."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

import xlsxwriter
from django.conf import settings
from django.db import transaction

from vamco.systems.identity import public as identity
from vamco.systems.planning import public as planning
from vamco.systems.planning import queries
from vamco.systems.planning.models import Upload

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.world.people.models import Person
    from vamco.systems.planning.contracts import Kind

FILES: Final[dict[Kind, str]] = {"notice": "planning_notices.csv", "project": "investment_projects.csv"}
PUBLISHER: Final = "quyhoach"
"""The log-in of the demonstration who publishes."""
ATTACHED: Final = "QH-MH-02"
_NUMBER = re.compile(r"\d+(\.\d+)?")
_PAPER = "THUYẾT MINH QUY HOẠCH (DỮ LIỆU MINH HỌA)\n\nTệp này minh họa chỗ đính kèm; không phải văn bản thật.\n"


def fill() -> None:
    """Publish what the pack brings, unless something was published already."""
    if not identity.exists(PUBLISHER):
        return
    by = identity.find(PUBLISHER).person
    for kind, name in FILES.items():
        path = settings.VAMCO_PACK / "demonstration" / name
        if path.is_file() and not Upload.objects.filter(kind=kind, published_at__isnull=False).exists():
            _publish(kind, path, by)
    if queries.notices_by_code([ATTACHED]) and not queries.attachments(ATTACHED):
        planning.attach(ATTACHED, io.BytesIO(_PAPER.encode()), "thuyet-minh-minh-hoa.txt", by)


def _publish(kind: Kind, path: Path, by: Person) -> None:
    upload = planning.take_in(kind, io.BytesIO(workbook(path)), f"{path.stem}.xlsx", by)
    with transaction.atomic():
        found = planning.publish(upload.pk, by)
    if not found.parsed.totals:
        raise ValueError(f"{path.name} states no totals to check")


def workbook(path: Path) -> bytes:
    """Return a CSV as the Excel workbook that it was saved from: figures are numbers, all else is text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Danh mục")
    with path.open(encoding="utf-8", newline="") as file:
        for line, cells in enumerate(csv.reader(file)):
            for column, text in enumerate(cells):
                if _NUMBER.fullmatch(text):
                    sheet.write_number(line, column, float(text))
                elif text:
                    sheet.write_string(line, column, text)
    book.close()
    return out.getvalue()
