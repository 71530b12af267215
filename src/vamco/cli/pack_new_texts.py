"""The files of a new pack that are text: what it is, its hours, and what in it is fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Described(Protocol):
    """A province, as far as its texts tell of it."""

    code: str
    slug: str
    root: str
    now: dict[str, str]

    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def present(self) -> Sequence[dict[str, str]]: ...  # noqa: D102
    def places_before(self) -> Iterable[object]: ...  # noqa: D102


_HEAD = """\
# What this pack is. Written by `vamco pack new {code}` from packs/vietnam/units; README.md says what to review.
code: {slug}
version: 0.1.0
extends: vietnam
province: "{code}"
name: "{full_name}"
name_en: "{full_name_en}"
languages: [vi, en]          # the first is the default
time_zone: Asia/Ho_Chi_Minh
currency: VND                # whole dong in store; tỷ đồng on boards
agency_root: {root}             # the code before 1 July 2025; the one after it was not found published
demonstration: false
sources:
  - Danh mục đơn vị hành chính trong packs/vietnam/units (nguồn và giấy phép ghi ở README.md của thư mục đó)
  - Cơ quan chuyên môn theo Nghị định 150/2025/NĐ-CP; mã dưới {root} là tạm
"""

_CALENDAR = """\
# Working hours of everybody; public holidays and swap days are in the national base. TO BE REVIEWED: the hours are a pattern
# of 8 hours a day, the People's Committee decides its own.
- hours:
    - valid_from: 2025-01-01
      source: giờ mẫu (8 giờ một ngày); thay bằng giờ làm việc do UBND quy định
      week:
        mon: &day ["07:00-11:30", "13:30-17:00"]
        tue: *day
        wed: *day
        thu: *day
        fri: *day
"""

_README = """\
# Gói {unit} {name} / The pack of {full_name_en}

Viết bởi `vamco pack new {code}` từ danh mục trong `packs/vietnam/units`; phần dùng chung cả nước nằm ở `packs/vietnam`.
`vamco check` nêu từng lỗi với tệp, dòng và điều cần có.

## Đã có gì, tin được đến đâu

| Tệp | Nội dung | Mức tin cậy |
|---|---|---|
| `places.csv` | {unit} và {communes} đơn vị cấp xã ({counts}), từ 01/07/2025 | tên, mã: danh mục nhà nước; diện tích: bản đồ hành chính, tổng {area} km² so với {official} km² công bố; điểm: nằm trong đơn vị, không phải trụ sở |
| `places_before_2025.csv` | {old} đơn vị cấp tỉnh, huyện, xã đến 30/06/2025 | danh mục nhà nước |
| `place_successions.csv` | đơn vị cũ vào đơn vị mới nào | chép từ nguồn mở theo nghị quyết, chưa đối chiếu từng dòng; “split” là chia cho nhiều đơn vị. Cấp huyện kết thúc, không có đơn vị kế tục riêng |
| `schematic.geojson` | sơ đồ tính từ điểm và diện tích, **không phải ranh giới** | thay bằng `vamco pack boundaries TỆP` |
| `agencies*.csv`, `agency_successions.csv` | UBND cấp tỉnh, sở, cơ quan trung ương trên địa bàn, UBND mỗi đơn vị | loại cơ quan theo NĐ 150/2025/NĐ-CP; `synthetic` là `true` khi mã là tạm |
| `agency_codes.csv` | mã kiểu cũ | suy ra từ {root} |
| `agency_kinds.csv` | cơ quan nào là “tài chính”, “tư pháp” … của phần dùng chung | theo tên cơ quan |
| `calendar.yaml` | giờ làm việc | **giờ mẫu** |

## Việc phải làm trước khi dùng thật

1. Mã định danh: `{root}` là mã cấp 1 trước 01/07/2025 (QCVN 102:2016, QĐ 20/2020/QĐ-TTg); đối chiếu rồi thay mã dưới nó, bỏ `synthetic`.
2. Bỏ cơ quan không có (ví dụ Sở Ngoại vụ, Sở Dân tộc và Tôn giáo, khu kinh tế), thêm cơ quan riêng, đơn vị sự nghiệp, chủ đầu tư.
3. Giờ làm việc trong `calendar.yaml`.
4. Nguồn số liệu (`sources.yaml`), chỉ tiêu kế hoạch và ngưỡng (`indicators/`): phần dùng chung không có chỉ tiêu của riêng {unit}.
5. Ranh giới: `vamco pack boundaries TỆP.geojson`.

## In English

Names and codes of units are the state's list; areas come from the administrative map; points lie inside their units and are not
seats. Which old unit came to which new one was copied from an open source and not checked line by line. Agencies are the
standard departments (Decree 150/2025); codes below `{root}` are placeholders, marked `synthetic`. `{root}` is the code before
1 July 2025. Working hours are a pattern. The map is computed and shows no boundaries. Fill in: codes, agencies, hours, data
sources, targets and thresholds, boundaries.
"""

_COUNTED = {"commune": "xã", "ward": "phường", "special_zone": "đặc khu"}


def head(province: Described) -> str:
    """Write `pack.yaml`."""
    return _HEAD.format(
        code=province.code,
        slug=province.slug,
        full_name=province.now["full_name"],
        full_name_en=province.now["full_name_en"],
        root=province.root,
    )


def calendar() -> str:
    """Write `calendar.yaml`."""
    return _CALENDAR


def readme(province: Described) -> str:
    """Write `README.md`: what is fact, what is derived, what the province must fill in."""
    kinds = [row["kind"] for row in province.present]
    counts = ", ".join(f"{kinds.count(kind)} {word}" for kind, word in _COUNTED.items() if kind in kinds)
    return _README.format(
        unit=province.unit,
        name=province.now["name"],
        full_name_en=province.now["full_name_en"],
        code=province.code,
        root=province.root,
        communes=len(kinds),
        counts=counts,
        area=_number(sum(float(row["area_km2"]) for row in province.present)),
        official=_number(float(province.now["area_km2"])),
        old=sum(1 for _ in province.places_before()),
    )


def _number(value: float) -> str:
    """Write a number as Vietnamese writes it."""
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))
