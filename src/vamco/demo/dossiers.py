"""One-stop dossiers of communes and departments: received, due, returned (or not yet)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from vamco.demo import published
from vamco.demo.pace import DAY, after_working_days, days_between, draws, office_weight, split

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vamco.demo.province import Province

SCALE = 20  # one dossier of the demonstration stands for twenty
DEPARTMENT_SHARE = 0.093  # 13,000 of 140,000 a month at the provincial centre (published)
ONLINE = {"department": 0.9136, "commune": 0.78}  # the first is published (vnanet)
ON_TIME = {"department": 0.987, "commune": 0.9975}
COMMUNE_PROCEDURES = (  # (code, limit in working days, weight); codes are synthetic
    ("TTHC.X01", 0, 34), ("TTHC.X02", 1, 18), ("TTHC.X03", 3, 14), ("TTHC.X04", 5, 10), ("TTHC.X05", 10, 8),
    ("TTHC.X06", 15, 7), ("TTHC.X07", 20, 5), ("TTHC.X08", 30, 4),
)  # fmt: skip
DEPARTMENT_PROCEDURES = (
    ("TTHC.T01", 3, 30), ("TTHC.T02", 5, 24), ("TTHC.T03", 7, 14), ("TTHC.T04", 10, 12), ("TTHC.T05", 15, 9),
    ("TTHC.T06", 20, 7), ("TTHC.T07", 30, 4),
)  # fmt: skip


@dataclass(slots=True)
class Dossier:
    """One dossier; `returned` is when it will be returned, also when that lies after the day of asking."""

    code: str
    procedure: str
    commune: str
    agency: str
    received: date
    due: date
    returned: date
    online: bool


@dataclass(frozen=True, slots=True)
class _Counters:
    """Where dossiers come in, as cumulative weights for `Random.choices`."""

    communes: list[tuple[str, str]]
    people: list[float]
    departments: list[str]
    department_weights: list[float]
    slump_from: date
    slump: dict[str, float]


def dossiers(province: Province, seed: int, until: date, scale: int = SCALE) -> list[Dossier]:
    """Give every dossier received up to `until`, in order of reception."""
    counters = _Counters(
        [(c.code, c.agency) for c in province.communes],
        list(accumulate(c.people for c in province.communes)),
        list(province.departments),
        list(accumulate(4.0 if code in province.slump else 1.0 for code in province.departments)),
        province.slump_from,
        province.slump,
    )
    found: list[Dossier] = []
    month = published.ONE_STOP_FIRST_DAY
    while month <= until:
        following = (month.replace(day=28) + 4 * DAY).replace(day=1)
        days = days_between(month, following - DAY)
        total = _count(province, month, scale)
        random = draws(seed, "dossiers", month)
        for day, count in zip(
            days, split(total, [office_weight(d) * random.uniform(0.9, 1.1) for d in days]), strict=True
        ):
            if day <= until:
                found += _day(counters, seed, day, count)
        month = following
    return found


def _count(province: Province, month: date, scale: int) -> int:
    """Give a month's scaled count; rounding is carried so that five months sum to a whole 700,000 / scale."""
    before = sum(province.published.dossiers(month.year, m) for m in range(7 if month.year == 2025 else 1, month.month))  # noqa: PLR2004
    return (before + province.published.dossiers(month.year, month.month)) // scale - before // scale


def _day(counters: _Counters, seed: int, day: date, count: int) -> Iterator[Dossier]:
    random = draws(seed, "dossiers", day)
    own = split(count, [1 - DEPARTMENT_SHARE, DEPARTMENT_SHARE])
    numbers: dict[str, int] = {}
    limits = {limit: after_working_days(day, limit) for _, limit, _ in (*COMMUNE_PROCEDURES, *DEPARTMENT_PROCEDURES)}
    for level, size in zip(("commune", "department"), own, strict=True):
        kinds = COMMUNE_PROCEDURES if level == "commune" else DEPARTMENT_PROCEDURES
        procedures = random.choices(kinds, [kind[2] for kind in kinds], k=size)
        places = random.choices(counters.communes, cum_weights=counters.people, k=size)
        agencies = random.choices(counters.departments, cum_weights=counters.department_weights, k=size)
        for (procedure, limit, _), (commune, committee), department in zip(procedures, places, agencies, strict=True):
            agency = committee if level == "commune" else department
            number = numbers[agency] = numbers.get(agency, 0) + 1
            due = limits[limit]
            slumps = day >= counters.slump_from and agency in counters.slump
            punctual = counters.slump[agency] if slumps else ON_TIME[level]
            if random.random() < punctual:
                returned = day + round((due - day).days * random.uniform(0.25, 1.0)) * DAY
            else:
                returned = after_working_days(due, 1 + int(random.expovariate(0.12)))
            online = random.random() < ONLINE[level]
            yield Dossier(f"{agency}-{day:%y%m%d}-{number:04}", procedure, commune, agency, day, due, returned, online)
