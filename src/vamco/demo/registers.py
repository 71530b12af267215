"""Two small registers: new enterprises, and traffic accidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from vamco.demo import published
from vamco.demo.pace import DAY, days_between, draws, office_weight, split, treasury_weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.demo.province import Province

FORMS = ("TNHH1TV", "TNHH2TV", "CTCP", "DNTN")  # limited (one or more members), joint stock, private
FORM_NAMES = ("Công ty TNHH một thành viên", "Công ty TNHH", "Công ty cổ phần", "Doanh nghiệp tư nhân")
FORM_WEIGHTS = (52, 24, 20, 4)
TRADES = (
    "Thương mại",
    "Xây dựng",
    "Vận tải",
    "Nông sản",
    "Cơ khí",
    "Dệt may",
    "Thực phẩm",
    "Du lịch",
    "Bao bì",
    "Điện nước",
)
NAMES = ("Vàm Cỏ", "Bà Đen", "Phước Lộc", "Thành Đạt", "Hưng Thịnh", "Minh Châu", "Đồng Tháp Mười", "Tân Phát", "An Khang", "Đại Nghĩa", "Hoàng Gia", "Nhật Tảo")  # fmt: skip
SECTORS = ("C10", "C14", "C25", "F41", "G46", "G47", "H49", "I55", "J62", "A01")


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A newly registered enterprise (synthetic: neither the code nor the name is anybody's)."""

    code: str
    name: str
    form: str
    commune: str
    day: date
    capital: int
    sector: str


@dataclass(frozen=True, slots=True)
class Accident:
    """A traffic accident with those who died and were hurt."""

    code: str
    day: date
    commune: str
    dead: int
    hurt: int


def enterprises(province: Province, seed: int, until: date) -> list[Enterprise]:
    """Give new enterprises by day of registration; count and capital meet the published points."""
    found: list[Enterprise] = []
    for year in range(published.FIRST_DAY.year, until.year + 1):
        table = province.published.figures.enterprises
        source, factor = published.template(table, year)
        before, count, capital = date(year - 1, 12, 31), 0, 0
        for last, total, billions in table[source]:
            end = last.replace(year=year)
            total_now, capital_now = round(total * factor), round(billions * factor) * published.BILLION
            if before < until:
                size = (total_now - count, capital_now - capital)
                found += _enterprises(province, seed, (before + DAY, end), size, count)
            before, count, capital = end, total_now, capital_now
    return [enterprise for enterprise in found if enterprise.day <= until]


def _enterprises(
    province: Province, seed: int, span: tuple[date, date], size: tuple[int, int], offset: int
) -> Iterator[Enterprise]:
    count, capital = size
    random = draws(seed, "enterprises", span[0])
    days = days_between(*span)
    chosen = sorted(random.choices(days, [1.0 if treasury_weight(day) else 0.0 for day in days], k=count))
    parts = split(capital // 1_000_000, [random.lognormvariate(0.0, 1.3) + 0.02 for _ in range(count)])
    places = random.choices(province.communes, [c.revenue for c in province.communes], k=count)
    for n, (day, part, commune) in enumerate(zip(chosen, parts, places, strict=True), start=offset + 1):
        form = random.choices(range(len(FORMS)), FORM_WEIGHTS)[0]
        name = f"{FORM_NAMES[form]} {random.choice(TRADES)} {random.choice(NAMES)} {n}"
        code = f"99{day.year % 100:02}{n:06}"  # tax codes do not start with 99
        yield Enterprise(code, name, FORMS[form], commune.code, day, part * 1_000_000, random.choice(SECTORS))


def accidents(province: Province, seed: int, until: date) -> list[Accident]:
    """Give the accidents of each day up to `until`."""
    found: list[Accident] = []
    for year in range(published.FIRST_DAY.year, until.year + 1):
        days = days_between(date(year, 1, 1), date(year, 12, 31))
        random = draws(seed, "accidents", year)
        count, dead, hurt = province.published.figures.accidents
        chosen = sorted(random.choices(days, [_risk(day) for day in days], k=count))
        places = random.choices(province.communes, [c.people for c in province.communes], k=count)
        deaths = _spread(random.choices(range(count), k=dead), count)
        injuries = _spread(random.choices(range(count), k=hurt), count)
        number, before = 0, date.min
        for day, commune, died, injured in zip(chosen, places, deaths, injuries, strict=True):
            number, before = number + 1 if day == before else 1, day
            found.append(Accident(f"TN{day:%y%m%d}-{number:02}", day, commune.code, died, injured))
    return [accident for accident in found if accident.day <= until]


def _spread(hits: list[int], count: int) -> list[int]:
    sums = [0] * count
    for hit in hits:
        sums[hit] += 1
    return sums


def _risk(day: date) -> float:
    return 1.0 + (0.35 if day.weekday() >= 4 else 0.0) + (0.8 if office_weight(day) < 0.05 else 0.0)  # noqa: PLR2004
