"""The seven datasets as rows in column order, with the way in which each is dirtied."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from vamco.demo import disbursement, dossiers, published, registers, revenue
from vamco.demo.dirt import (
    Dirt,
    before,
    duplicate_key,
    future_date,
    impossible_date,
    malformed_code,
    missing,
    negative,
    raised,
    text_in_number,
    unknown_agency,
    unknown_place,
    unknown_value,
    wrong_encoding,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.demo.dirt import Row
    from vamco.demo.province import Province

# What disbursement is made of is sent twice now and then, and otherwise right: so that an alarm can be seen to its end. Of all other
# datasets some rows lie in quarantine, and their values say so.
GIAINGAN = Dirt(
    "kb_giaingan",
    ("ma_giao_dich", "ngay", "nam_ke_hoach", "ma_chu_dau_tu", "ma_du_an", "ma_xa", "so_tien", "nguon_von"),
    "ma_giao_dich",
    (duplicate_key("ma_giao_dich"),),
    raised(5000, 4),
)
THU = Dirt(
    "kb_thu",
    ("ma_chung_tu", "ngay", "nam_ngan_sach", "ma_xa", "loai_thu", "so_tien"),
    "ma_chung_tu",
    (
        unknown_place(), negative("so_tien"), future_date("ngay"), duplicate_key("ma_chung_tu"),
        text_in_number("so_tien"), missing("ma_xa"), unknown_value("loai_thu"),
    ),
    raised(5000, 4),
)  # fmt: skip
HOSO = Dirt(
    "motcua_hoso",
    ("ky_tiep_nhan", "ma_ho_so", "ma_tthc", "ma_xa", "ma_co_quan", "ngay_tiep_nhan", "han_tra", "ngay_tra", "kenh"),
    "ma_ho_so",
    (
        unknown_place(), unknown_agency("ma_co_quan"), future_date("ngay_tiep_nhan"), duplicate_key("ma_ho_so"),
        impossible_date("han_tra"), missing("ma_tthc"), before("ngay_tra"), unknown_value("kenh"),
    ),
    raised(5000, 4),
)  # fmt: skip
DKKD = Dirt(
    "dkkd",
    ("nam", "ma_so_doanh_nghiep", "ten_doanh_nghiep", "loai_hinh", "ma_xa", "ngay_cap", "von_dang_ky", "ma_nganh"),
    "ma_so_doanh_nghiep",
    (
        wrong_encoding("ten_doanh_nghiep"), malformed_code("ma_so_doanh_nghiep"), unknown_place(),
        text_in_number("von_dang_ky"), missing("ten_doanh_nghiep"), duplicate_key("ma_so_doanh_nghiep"),
    ),
    raised(500_000, 6),
)  # fmt: skip
TNGT = Dirt(
    "csgt_tngt",
    ("nam", "ma_vu", "ngay", "ma_xa", "so_nguoi_chet", "so_nguoi_bi_thuong"),
    "ma_vu",
    (unknown_place(), negative("so_nguoi_chet"), missing("ma_xa"), text_in_number("so_nguoi_bi_thuong")),
    raised(50, 2),
)
KHV = Dirt(
    "stc_khv",
    (
        "ma_phan_bo", "so_quyet_dinh", "ngay_hieu_luc", "nam_ke_hoach", "ma_chu_dau_tu", "ma_du_an", "ten_du_an",
        "ma_xa", "nguon_von", "ke_hoach_ttg", "ke_hoach_tinh",
    ),
    "ma_phan_bo",
    (duplicate_key("ma_phan_bo"),),
    raised(50_000, 7),
)  # fmt: skip
DUTOAN = Dirt(
    "stc_dutoan",
    ("nam", "ma_xa", "ngay_hieu_luc", "du_toan_tw", "du_toan_tinh"),
    "ma_xa",
    (unknown_place(),),
    lambda key: key,
)


def disbursed(province: Province, seed: int, until: date) -> Iterator[Row]:
    """Give `kb_giaingan`."""
    for p in disbursement.payments(province, seed, until):
        yield [p.code, p.day, p.year, p.investor, p.project, p.commune, p.amount, p.fund]


def collected(province: Province, seed: int, until: date) -> Iterator[Row]:
    """Give `kb_thu`."""
    for r in revenue.receipts(province, seed, until):
        yield [r.code, r.day, r.year, r.commune, r.kind, r.amount]


def planned(province: Province, seed: int, until: date) -> Iterator[Row]:
    """Give `stc_khv`: every plan decision in force by `until`."""
    for year in range(published.FIRST_DAY.year, until.year + 1):
        for a in disbursement.allocations(province, seed, year):
            if a.in_force <= until:
                yield [
                    a.code, a.decision, a.in_force, a.year, a.investor, a.project, a.name, a.commune, a.fund,
                    a.pm_plan, a.own_plan,
                ]  # fmt: skip


def estimated(province: Province, seed: int, until: date) -> Iterator[Row]:
    """Give `stc_dutoan`."""
    for year in range(published.FIRST_DAY.year, until.year + 1):
        for e in revenue.estimates(province, seed, year):
            yield [e.year, e.commune, date(e.year, 1, 1), e.central, e.own]


def filed(province: Province, seed: int, until: date, scale: int) -> Iterator[Row]:
    """Give `motcua_hoso` as known on `until`: a dossier returned later has no day of return yet."""
    for d in dossiers.dossiers(province, seed, until, scale):
        yield [
            f"{d.received.year}-Q{(d.received.month + 2) // 3}", d.code, d.procedure, d.commune, d.agency, d.received,
            d.due, d.returned if d.returned <= until else None, "truc_tuyen" if d.online else "truc_tiep",
        ]  # fmt: skip


def founded(province: Province, seed: int, until: date) -> Iterator[Row]:
    """Give `dkkd`."""
    for e in registers.enterprises(province, seed, until):
        yield [e.day.year, e.code, e.name, e.form, e.commune, e.day, e.capital, e.sector]


def crashed(province: Province, seed: int, until: date) -> Iterator[Row]:
    """Give `csgt_tngt`."""
    for a in registers.accidents(province, seed, until):
        yield [a.day.year, a.code, a.day, a.commune, a.dead, a.hurt]
