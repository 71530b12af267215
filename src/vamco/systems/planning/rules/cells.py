"""One cell of a sheet: its value, or why it is none. Pure."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.errors import N_
from vamco.lib.text import fold, nfc
from vamco.lib.time import read_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vamco.engines.sheets import SheetCell
    from vamco.systems.planning.contracts import ColumnSpec

BILLION: Final = 10**9
MOST_DONG: Final = 10**17
_VIETNAMESE = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
_LON, _LAT = (102.0, 110.0), (8.0, 24.0)  # Viet Nam, WGS 84


class Unreadable(Exception):  # noqa: N818  # not an error of ours: the cell's
    """A cell holds nothing that its column takes: a msgid and its data."""

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message, self.data = message, data


def read(cell: SheetCell | None, column: ColumnSpec, resolve: Callable[[str], str]) -> Any:
    """Return the value of a cell, None when it is empty; `resolve` gives a commune's code by name. Unreadable when it is wrong."""
    text = nfc(cell.text).strip() if cell else ""
    if not text:
        if column.required:
            raise Unreadable(N_("is empty"))
        return False if column.type == "yes" else None
    if cell is not None and cell.kind == "error":
        raise Unreadable(N_("holds an error of the spreadsheet: %(text)s"), text=text[:40])
    if len(text) > column.longest:
        raise Unreadable(N_("has more than %(limit)s characters"), limit=column.longest)
    return _typed(text, cell.kind if cell else "", column, resolve)


def _typed(text: str, kind: str, column: ColumnSpec, resolve: Callable[[str], str]) -> Any:
    readers: dict[str, Callable[[], Any]] = {
        "text": lambda: " ".join(text.split()),
        "number": lambda: _number(text, kind, billions=False),
        "billions": lambda: _number(text, kind, billions=True),
        "date": lambda: _date(text),
        "choice": lambda: _choice(text, column.choices),
        "communes": lambda: _communes(text, resolve),
        "area": lambda: _area(text),
        "yes": lambda: _yes(text),
    }
    return readers[column.type]()


def _number(text: str, kind: str, *, billions: bool) -> Decimal | int:
    """Return hectares, or đồng where the sheet has them in billions. Numbers typed as text are read the Vietnamese way: 1.234,5."""
    try:
        found = Decimal(text) if kind in {"number", "formula"} else _vietnamese(text)
    except InvalidOperation:
        raise Unreadable(N_("is no number: “%(text)s”"), text=text[:40]) from None
    if found < 0:
        raise Unreadable(N_("is below nought"))
    found = found.quantize(Decimal("0.000001")).normalize()  # what a double adds to a decimal number
    if not billions:
        if found != round(found, 4):
            raise Unreadable(N_("has more than four decimals: %(text)s"), text=text[:40])
        return found
    dong = found * BILLION
    if dong != int(dong) or dong > MOST_DONG:
        raise Unreadable(N_("is no amount in billions of đồng: %(text)s"), text=text[:40])
    return int(dong)


def _vietnamese(text: str) -> Decimal:
    if not _VIETNAMESE.fullmatch(text):
        raise Unreadable(
            N_("can be read in two ways: “%(text)s”. Enter it as a number, or write 1.234,5"), text=text[:40]
        )
    return Decimal(text.replace(".", "").replace(",", "."))


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        found = read_date(text)
    if found is None:
        raise Unreadable(N_("is no day: “%(text)s”. Write it as 24/06/2026"), text=text[:40])
    return found


def _choice(text: str, choices: Mapping[str, str]) -> str:
    known = {fold(label): code for label, code in choices.items()}
    found = known.get(fold(text))
    if found is None:
        offered = ", ".join(dict.fromkeys(choices))
        raise Unreadable(N_("is “%(text)s”; expected one of: %(offered)s"), text=text[:60], offered=offered)
    return found


def _communes(text: str, resolve: Callable[[str], str]) -> list[str]:
    """Return the codes of the communes, each once; names are parted by semicolons or line breaks."""
    names = [name.strip() for name in re.split(r"[;\n]", text) if name.strip()]
    return list(dict.fromkeys(resolve(name) for name in names))


def _yes(text: str) -> bool:
    found = {"co": True, "x": True, "1": True, "true": True, "khong": False, "0": False, "false": False}.get(fold(text))
    if found is None:
        raise Unreadable(N_("is “%(text)s”; expected có or không"), text=text[:40])
    return found


# ── boundaries ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _area(text: str) -> dict[str, Any]:
    """Return a boundary: a polygon in WGS 84, longitude first. Metres of VN-2000 are refused, since their meridian is not in them."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(N_("is no GeoJSON")) from None
    if not isinstance(found, dict) or found.get("type") not in {"Polygon", "MultiPolygon"}:
        raise Unreadable(N_("is no polygon in GeoJSON"))
    rings = found.get("coordinates")
    polygons = [rings] if found["type"] == "Polygon" else rings
    points = list(_points(polygons))
    if not points:
        raise Unreadable(N_("is a polygon without points"))
    if any(abs(x) > 1000 or abs(y) > 1000 for x, y in points):  # noqa: PLR2004  # degrees never are
        raise Unreadable(
            N_("has coordinates in metres (VN-2000): convert them to WGS 84 with the right meridian first")
        )
    if all(_inside(y, x) and not _inside(x, y) for x, y in points):
        raise Unreadable(N_("has latitude and longitude exchanged: longitude stands first"))
    if not all(_inside(x, y) for x, y in points):
        raise Unreadable(N_("has points outside Viet Nam"))
    return {"type": found["type"], "coordinates": rings}


def _inside(lon: float, lat: float) -> bool:
    return _LON[0] <= lon <= _LON[1] and _LAT[0] <= lat <= _LAT[1]


def _points(polygons: Any) -> list[tuple[float, float]]:
    found = []
    try:
        for polygon in polygons:
            for ring in polygon:
                pairs = [(float(x), float(y)) for x, y, *_ in ring]
                if len(pairs) < 4 or pairs[0] != pairs[-1]:  # noqa: PLR2004  # a triangle, closed
                    raise Unreadable(N_("has a ring that is not closed"))
                found += pairs
    except (TypeError, ValueError):
        raise Unreadable(N_("is no polygon in GeoJSON")) from None
    return found
