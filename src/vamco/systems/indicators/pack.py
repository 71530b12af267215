"""The pack's section `indicators`: one file for each indicator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import Refused
from vamco.lib.text import nfc
from vamco.systems.indicators import services
from vamco.systems.indicators.declaration import IndicatorItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_LEGAL_DOCUMENT: Final = re.compile(
    r"(Hiến pháp|Bộ luật|Luật|Pháp lệnh|Lệnh|Nghị định|Nghị quyết|Quyết định|Thông tư|Chỉ thị|Công văn|Công điện|Kế hoạch"
    r"|Chương trình|Đề án|Kết luận|Thông báo|Hướng dẫn|Quy chế|Quy định|Quy chuẩn|Tiêu chuẩn|Điều lệ|Văn bản"
    r"|NĐ|NQ|QĐ|TTLT|TT|CT|CV|CĐ|KH|KL|TB|HD|QCVN|TCVN)(?=[\s:.-]|$)",
    re.IGNORECASE,
)
"""How the name of a legal document begins (NĐ 30/2020/NĐ-CP, Đ. 7; and the party's and technical ones that indicators rest on)."""


def check(
    located: Sequence[packs.Located[IndicatorItem]],
    contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """Datasets and columns exist, filters can be read, paths and thresholds make sense, versions are explained."""
    columns = {
        entry.item.id: {column.name: column.type for column in entry.item.contract().columns}
        for entry in contents["datasets"]
    }
    for entry in located:
        item = entry.item
        if item.changes[-1].version != item.version:
            yield entry.fault(f"changes: an entry that explains version {item.version}", "changes")
        yield from _check_legal_basis(entry)
        yield from _check_formula(entry, columns, entry.item, "formula")
        if (later := entry.item.switched()) is not None:
            yield from _check_formula(entry, columns, later, "switch")
        yield from _check_target(entry)


def _check_legal_basis(entry: packs.Located[IndicatorItem]) -> Iterator[packs.Fault]:
    """A YAML list without quotes splits a law whose name has a comma: its second half is the name of no document."""
    for place, text in enumerate(entry.item.legal_basis):
        if not _LEGAL_DOCUMENT.match(nfc(text).strip()):
            expected = "legal_basis: the name of a legal document, such as Luật, NĐ, NQ, QĐ, TT, CT, KH"
            hint = "a name with a comma stands in quotes" if place and text[:1].islower() else "its kind comes first"
            yield entry.fault(f"{expected}; {hint}, found {text!r}", "legal_basis", place)


def _check_formula(
    entry: packs.Located[IndicatorItem], columns: dict[str, dict[str, str]], item: IndicatorItem, where: str
) -> Iterator[packs.Fault]:
    from vamco.engines import measure

    formula = item.formula.formula()
    if formula.year_closes and item.frequency not in {"day", "month"}:
        yield entry.fault(
            "formula: a year that closes in the next one is counted by days or months", "formula", "year_closes"
        )
    by: list[measure.Level] = ["province"]
    by += ["place"] if formula.place else []
    by += ["agency"] if formula.agency else []
    try:
        measure.check(formula, columns, by)
    except Refused as error:
        yield entry.fault(f"formula: {error}", where)


def _check_target(entry: packs.Located[IndicatorItem]) -> Iterator[packs.Fault]:
    item = entry.item
    paths = item.target.paths if item.target else []
    for n, path in enumerate(paths):
        if path.year in {other.year for other in paths[:n]}:
            yield entry.fault(f"year: one path for each year, found {path.year} twice", "target", "paths", n, "year")
        days = [point.on for point in path.points]
        if days != sorted(set(days)):
            yield entry.fault("points: each day once, in order", "target", "paths", n, "points")
    for n, threshold in enumerate(item.thresholds):
        if threshold.below > threshold.clear:
            yield entry.fault("thresholds: `clear` not below `below`", "thresholds", n, "clear")
    levels = [threshold.level for threshold in item.thresholds]
    if levels != sorted(set(levels)):
        yield entry.fault(f"thresholds: each level once, the mildest first, found {levels}", "thresholds")
    if item.thresholds and item.target is None:
        yield entry.fault("target: needed, because the thresholds measure the gap to it", "thresholds")


SECTION = packs.Section(
    name="indicators",
    files="indicators/*.yaml",
    model=IndicatorItem,
    key="code",
    apply=services.put,
    depends=("agencies", "datasets"),
    check=check,
    doc="indicators: formula, target, thresholds",
)
