"""What every indicator must be, computed a second time from the departments' own files.

This file shares no code with the platform: not with the hub, whose checks are written down here again in plain Python,
not with the engines, whose sums are loops here, and not with the demonstration, of which it knows the files only. A story
compares the number on the wall with it, to the dong.

    truth = Truth(treasury, shared, pack, today)
    truth.value("DTC01", "2026-11-20")                      the province
    truth.value("DTC01", "2026-11-20", agency="H53.CDT.02")
    truth.value("HCC07", "2026-11", place="25708")
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from python_calamine import CalamineWorkbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

Row = dict[str, Any]
Readers = dict[str, "Callable[[Any], Any]"]
FUNDS = {"NSTW", "NSDP", "DAT", "XSKT", "ODA"}
REVENUES = {"noi_dia", "xuat_nhap_khau", "tien_su_dung_dat", "khac"}
FORMS = {"TNHH1TV", "TNHH2TV", "CTCP", "DNTN"}
INDICATORS = ("DTC01", "DTC02", "NS01", "NS02", "HCC07", "HCC08", "HCC10", "DN01", "GT01", "GT02")
MONTHLY = {"HCC07", "HCC10"}
BY_AGENCY = {"DTC01", "DTC02", "HCC07", "HCC08", "HCC10"}


@dataclass(frozen=True)
class Number:
    """An indicator's value and the two whole numbers behind it; the value is None where there is nothing to divide by."""

    value: Decimal | None
    numerator: int
    denominator: int | None


class Refused(NamedTuple):
    """A row that must not reach any indicator: its file, its row counted from 1 below the header, the column at fault."""

    dataset: str
    file: str
    row: int
    column: str


class WrongCell(Exception):  # noqa: N818 - not an error of the program
    """A cell that cannot be what its column says."""


class Truth:
    """The clean rows of every dataset, and the indicators computed from them."""

    def __init__(self, treasury: Path, shared: Path, pack: Path, today: dt.date) -> None:
        self.today = today
        self.refused: list[Refused] = []
        with (pack / "agencies.csv").open(encoding="utf-8", newline="") as file:
            agencies = list(csv.DictReader(file))
        self.agencies = {row["code"] for row in agencies}
        self.investors = {row["code"] for row in agencies if row["kind"] == "investor"}
        self.communes = {row["place"] for row in agencies if row["kind"] == "commune"}
        self._treasury, self._shared = treasury, shared
        self.rows: dict[str, list[Row]] = {
            dataset: list(self._clean(dataset, source)) for dataset, source in self._sources().items()
        }

    def _sources(self) -> dict[str, Iterator[tuple[str, int, Row]]]:
        finance = self._shared / "so-tai-chinh"
        return {
            "kb_giaingan": _lines(self._treasury / "kb_giaingan.jsonl"),
            "kb_thu": _lines(self._treasury / "kb_thu.jsonl"),
            "stc_khv": _sheets([finance / "ke-hoach-von.xlsx"]),
            "stc_dutoan": _sheets([finance / "du-toan-thu.xlsx"]),
            "dkkd": _texts(sorted(finance.glob("doanh-nghiep-*.csv")), ";"),
            "csgt_tngt": _sheets(sorted((self._shared / "cong-an").glob("*.xlsx"))),
            "motcua_hoso": _texts(sorted((self._shared / "mot-cua").glob("*.csv")), ","),
        }

    def _clean(self, dataset: str, source: Iterable[tuple[str, int, Row]]) -> Iterator[Row]:
        """Give the rows that hold what the contract promises, the first of each key."""
        key, columns = self._contract(dataset)
        seen: set[tuple[Any, ...]] = set()
        for file, number, raw in source:
            row, fault = self._read(raw, columns)
            identity = tuple(row.get(name) for name in key)
            if not fault and dataset == "motcua_hoso":
                fault = _order_of_dossier(row)
            if not fault and identity in seen:
                fault = key[0]
            if fault:
                self.refused.append(Refused(dataset, file, number, fault))
                continue
            seen.add(identity)
            yield row

    @staticmethod
    def _read(raw: Row, columns: Readers) -> tuple[Row, str]:
        row: Row = {}
        for name, read in columns.items():
            try:
                row[name] = read(raw.get(name))
            except WrongCell:
                return row, name
        return row, ""

    def _contract(self, dataset: str) -> tuple[tuple[str, ...], Readers]:
        """Give the key and, for each column, what reads a cell or says that it is wrong."""
        commune, amount = _one_of(self.communes), _whole(1)
        past, year = self._past, _whole(2024, 2100)
        contracts: dict[str, tuple[tuple[str, ...], Readers]] = {
            "kb_giaingan": (("ma_giao_dich",), {
                "ma_giao_dich": _like(r"KB\d{12}"), "ngay": past, "nam_ke_hoach": year,
                "ma_chu_dau_tu": _one_of(self.investors), "ma_du_an": _like(r"\d{7}"), "ma_xa": commune,
                "so_tien": amount, "nguon_von": _one_of(FUNDS),
            }),
            "kb_thu": (("ma_chung_tu",), {
                "ma_chung_tu": _like(r"TN\d{12}"), "ngay": past, "nam_ngan_sach": year, "ma_xa": commune,
                "loai_thu": _one_of(REVENUES), "so_tien": amount,
            }),
            "stc_khv": (("ma_phan_bo",), {
                "ma_phan_bo": _like(r"PB\d{4}-\d+-\d{7}"), "so_quyet_dinh": _like(r".+"), "ngay_hieu_luc": _day,
                "nam_ke_hoach": year, "ma_chu_dau_tu": _one_of(self.investors), "ma_du_an": _like(r"\d{7}"),
                "ten_du_an": _like(r".+"), "ma_xa": commune, "nguon_von": _one_of(FUNDS),
                "ke_hoach_ttg": _whole(0), "ke_hoach_tinh": _whole(0),
            }),
            "stc_dutoan": (("nam", "ma_xa"), {
                "nam": year, "ma_xa": commune, "ngay_hieu_luc": _day, "du_toan_tw": _whole(0), "du_toan_tinh": _whole(0),
            }),
            "dkkd": (("ma_so_doanh_nghiep",), {
                "nam": year, "ma_so_doanh_nghiep": _like(r"\d{10}"), "ten_doanh_nghiep": _like("[^\x80-\xbf]+"),
                "loai_hinh": _one_of(FORMS), "ma_xa": commune, "ngay_cap": past, "von_dang_ky": _whole(0),
                "ma_nganh": _like(r"[A-U]\d{2}"),
            }),
            "csgt_tngt": (("ma_vu",), {
                "nam": year, "ma_vu": _like(r"TN\d{6}-\d{2}"), "ngay": past, "ma_xa": commune,
                "so_nguoi_chet": _whole(0, 200), "so_nguoi_bi_thuong": _whole(0, 1000),
            }),
            "motcua_hoso": (("ma_ho_so",), {
                "ky_tiep_nhan": _like(r"\d{4}-Q[1-4]"), "ma_ho_so": _like(r"H53(\.[A-Z0-9]+)+-\d{6}-\d{4}"),
                "ma_tthc": _like(r".+"), "ma_xa": commune, "ma_co_quan": _one_of(self.agencies),
                "ngay_tiep_nhan": past, "han_tra": _day, "ngay_tra": self._past_or_empty,
                "kenh": _one_of({"truc_tuyen", "truc_tiep"}),
            }),
        }  # fmt: skip
        return contracts[dataset]

    def _past(self, cell: Any) -> dt.date:
        day = _day(cell)
        if day > self.today or day < dt.date(2025, 1, 1):
            raise WrongCell
        return day

    def _past_or_empty(self, cell: Any) -> dt.date | None:
        return None if cell in {None, ""} else self._past(cell)

    # The indicators.

    def value(self, indicator: str, period: str, place: str = "", agency: str = "", plan_year: int = 0) -> Number:
        """Give an indicator for a day "2026-11-20" or a month "2026-11", for the province, a commune or an agency.

        In January two plan years of investment are open; without `plan_year` it is that of the day.
        """
        scope = f"place:{place}" if place else f"agency:{agency}" if agency else ""
        if indicator in MONTHLY:
            above, below = self._month(indicator, period, scope)
        else:
            above, below = self._day(indicator, dt.date.fromisoformat(period), scope, plan_year)
        if below is None:
            return Number(Decimal(above), above, None)
        return Number(_percent(above, below), above, below)

    def _day(self, indicator: str, day: dt.date, scope: str, plan_year: int) -> tuple[int, int | None]:
        first = day.replace(month=1, day=1)
        sums = self._sums
        match indicator:
            case "DTC01" | "DTC02":
                plan = "ke_hoach_ttg" if indicator == "DTC01" else "ke_hoach_tinh"
                year = plan_year or day.year
                return sums["so_tien", year, scope].upto(day), sums[plan, year, scope].upto(day)
            case "NS01" | "NS02":
                income = sums["thu", 0, scope].between(first, day)
                return income, sums["du_toan_tw", day.year, scope].upto(day) if indicator == "NS02" else None
            case "HCC08":
                late = sums["qua_han", 0, scope].upto(day) - sums["het_qua_han", 0, scope].upto(day)
                return late, None
            case "DN01" | "GT01" | "GT02":
                what = {"DN01": "doanh_nghiep", "GT01": "vu", "GT02": "chet"}[indicator]
                return sums[what, 0, scope].between(first, day), None
        raise KeyError(indicator)

    def _month(self, indicator: str, period: str, scope: str) -> tuple[int, int | None]:
        first = dt.date.fromisoformat(f"{period}-01")
        last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        if indicator == "HCC10":
            return self._sums["tiep_nhan", 0, scope].between(first, last), None
        returned = self._sums["da_tra", 0, scope].between(first, last)
        return self._sums["dung_han", 0, scope].between(first, last), returned

    @cached_property
    def _sums(self) -> defaultdict[tuple[str, int, str], Running]:
        """Give running sums by (what, plan year or 0, scope)."""
        sums: defaultdict[tuple[str, int, str], Running] = defaultdict(Running)
        for entries in (self._money(), self._counts(), self._dossiers()):
            for entry in entries:
                for scope in ("", f"place:{entry.place}", *([f"agency:{entry.agency}"] if entry.agency else [])):
                    sums[entry.what, entry.year, scope].add(entry.day, entry.amount)
        return sums

    def _money(self) -> Iterator[Entry]:
        for row in self.rows["kb_giaingan"]:
            yield Entry("so_tien", row["ngay"], row["so_tien"], row["ma_xa"], row["ma_chu_dau_tu"], row["nam_ke_hoach"])
        for row in self.rows["stc_khv"]:
            for plan in ("ke_hoach_ttg", "ke_hoach_tinh"):
                yield Entry(
                    plan, row["ngay_hieu_luc"], row[plan], row["ma_xa"], row["ma_chu_dau_tu"], row["nam_ke_hoach"]
                )
        for row in self.rows["kb_thu"]:
            yield Entry("thu", row["ngay"], row["so_tien"], row["ma_xa"])
        for row in self.rows["stc_dutoan"]:
            yield Entry("du_toan_tw", row["ngay_hieu_luc"], row["du_toan_tw"], row["ma_xa"], "", row["nam"])

    def _counts(self) -> Iterator[Entry]:
        for row in self.rows["dkkd"]:
            yield Entry("doanh_nghiep", row["ngay_cap"], 1, row["ma_xa"])
        for row in self.rows["csgt_tngt"]:
            yield Entry("vu", row["ngay"], 1, row["ma_xa"])
            yield Entry("chet", row["ngay"], row["so_nguoi_chet"], row["ma_xa"])

    def _dossiers(self) -> Iterator[Entry]:
        for row in self.rows["motcua_hoso"]:
            due, returned, where = row["han_tra"], row["ngay_tra"], (row["ma_xa"], row["ma_co_quan"])
            yield Entry("tiep_nhan", row["ngay_tiep_nhan"], 1, *where)
            if returned is not None:
                yield Entry("da_tra", returned, 1, *where)
            if returned is not None and returned <= due:
                yield Entry("dung_han", returned, 1, *where)
            else:
                yield Entry("qua_han", due + dt.timedelta(days=1), 1, *where)
            if returned is not None and returned > due:
                yield Entry("het_qua_han", returned, 1, *where)


class Entry(NamedTuple):
    """An amount of something, on a day, somewhere."""

    what: str
    day: dt.date
    amount: int
    place: str
    agency: str = ""
    year: int = 0


class Running:
    """Amounts by day, summed up to any day."""

    def __init__(self) -> None:
        self._amounts: dict[dt.date, int] = defaultdict(int)
        self._days: list[dt.date] = []
        self._totals: list[int] = []

    def add(self, day: dt.date, amount: int) -> None:
        self._amounts[day] += amount
        self._days = []

    def upto(self, day: dt.date) -> int:
        if not self._days:
            self._days = sorted(self._amounts)
            self._totals = list(accumulate(self._amounts[one] for one in self._days))
        at = bisect_right(self._days, day)
        return self._totals[at - 1] if at else 0

    def between(self, first: dt.date, last: dt.date) -> int:
        return self.upto(last) - self.upto(first - dt.timedelta(days=1))


def _percent(above: int, below: int) -> Decimal | None:
    if not below:
        return None
    with localcontext() as context:
        context.prec = 60
        return (Decimal(above) * 100 / Decimal(below)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _order_of_dossier(row: Row) -> str:
    if row["han_tra"] < row["ngay_tiep_nhan"]:
        return "han_tra"
    if row["ngay_tra"] is not None and row["ngay_tra"] < row["ngay_tiep_nhan"]:
        return "ngay_tra"
    return ""


def _day(cell: Any) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = str(cell)
    if found := re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text):
        text = f"{found[3]}-{found[2]}-{found[1]}"
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise WrongCell from None


def _whole(least: int, most: int = 10**18) -> Callable[[Any], int]:
    def read(cell: Any) -> int:
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        if not re.fullmatch(r"-?\d+", str(cell)) or not least <= int(cell) <= most:
            raise WrongCell
        return int(cell)

    return read


def _like(pattern: str) -> Callable[[Any], str]:
    def read(cell: Any) -> str:
        if not isinstance(cell, str) or not re.fullmatch(pattern, cell):
            raise WrongCell
        return cell

    return read


def _one_of(values: set[str]) -> Callable[[Any], str]:
    def read(cell: Any) -> str:
        if cell not in values:
            raise WrongCell
        return str(cell)

    return read


def _lines(path: Path) -> Iterator[tuple[str, int, Row]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            yield path.name, number, json.loads(line)


def _texts(paths: Iterable[Path], delimiter: str) -> Iterator[tuple[str, int, Row]]:
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file, delimiter=delimiter), start=1):
                yield path.name, number, row


def _sheets(paths: Iterable[Path]) -> Iterator[tuple[str, int, Row]]:
    for path in paths:
        table = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
        header = table[3]
        for number, cells in enumerate(table[4:], start=1):
            yield path.name, number, dict(zip(header, cells, strict=True))
