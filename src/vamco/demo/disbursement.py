"""Public investment: the capital plan of each investor and project, and the Treasury's disbursement transactions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from vamco.demo import published
from vamco.demo.pace import days_between, draws, segments, split, treasury_weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.demo.province import Investor, Province

FUNDS = ("NSTW", "NSDP", "DAT", "XSKT", "ODA")
FUND_WEIGHTS = (30, 38, 20, 7, 5)
WORKS = (
    "Nâng cấp, mở rộng đường tỉnh", "Xây dựng cầu", "Xây dựng trường trung học cơ sở", "Cải tạo trạm y tế",
    "Nạo vét kênh, gia cố bờ bao", "Xây dựng trụ sở làm việc", "Hạ tầng khu tái định cư", "Hệ thống cấp nước sạch",
    "Chống ngập, thoát nước", "Đường giao thông nông thôn", "Chỉnh trang đô thị", "Trung tâm văn hóa, thể thao",
)  # fmt: skip
PAYMENT = 1_250_000_000  # dong, the mean size of one payment
SPENDABLE = 0.985  # of a plan; the rest is saved in tenders
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Allocation:
    """One line of a plan decision: the capital that a project gets and the day from which it counts."""

    code: str
    decision: str
    in_force: date
    year: int
    investor: str
    project: str
    name: str
    commune: str
    fund: str
    pm_plan: int
    own_plan: int


@dataclass(slots=True)
class Payment:
    """One Treasury transaction; `code` is given when all of its day are known."""

    day: date
    year: int
    investor: str
    project: str
    commune: str
    amount: int
    fund: str
    code: str = ""


def allocations(province: Province, seed: int, year: int) -> list[Allocation]:
    """Give a year's plan lines; each decision's lines sum to its published totals to the dong."""
    lines: list[Allocation] = []
    for number, (in_force, pm_plan, own_plan) in enumerate(province.published.plan(year), start=1):
        random = draws(seed, "plan", year, number)
        projects = [
            (investor, f"{7_900_000 + investor.number * 100 + k + (50 if number > 1 else 0):07}")
            for investor in province.investors
            for k in range(1, _projects(investor, number) + 1)
        ]
        weights = [inv.size / _projects(inv, number) * random.lognormvariate(0.0, 0.5) for inv, _ in projects]
        pm_parts = split(pm_plan // MILLION, weights)
        more_parts = split((own_plan - pm_plan) // MILLION, weights)
        for (investor, project), pm_part, more in zip(projects, pm_parts, more_parts, strict=True):
            own = draws(seed, "project", project)
            commune = own.choices(province.communes, [c.people for c in province.communes])[0]
            lines.append(
                Allocation(
                    code=f"PB{year}-{number}-{project}",
                    decision=f"{year % 100}{number:02}/QĐ-UBND",
                    in_force=in_force,
                    year=year,
                    investor=investor.code,
                    project=project,
                    name=f"{own.choice(WORKS)} - dự án {project[-4:]} (mô phỏng)",
                    commune=commune.code,
                    fund=own.choices(FUNDS, FUND_WEIGHTS)[0],
                    pm_plan=pm_part * MILLION,
                    own_plan=(pm_part + more) * MILLION,
                )
            )
    return lines


def _projects(investor: Investor, decision: int) -> int:
    count = min(18, 3 + round(investor.size))
    return count if decision == 1 else max(1, count // 5)


def payments(province: Province, seed: int, until: date) -> list[Payment]:
    """Give all payments to the end of `until`, by day, with their codes; a day's payments never change later."""
    found: list[Payment] = []
    for year in range(published.FIRST_DAY.year, until.year + 1):
        found += _year(province, seed, year, until)
    found.sort(key=lambda payment: payment.day)  # stable: within a day the order of years and investors stays
    day, number = date.min, 0
    for payment in found:
        day, number = payment.day, number + 1 if payment.day == day else 1
        payment.code = f"KB{day:%Y%m%d}{number:04}"
    return [payment for payment in found if payment.day <= until]


def _year(province: Province, seed: int, year: int, until: date) -> Iterator[Payment]:
    lines = allocations(province, seed, year)
    room = dict.fromkeys((investor.code for investor in province.investors), 0)
    planned = dict(room)
    waiting = sorted(lines, key=lambda line: line.in_force)
    for first, last, amount in segments(province.published.disbursed(year)):
        if first > until:
            return
        while waiting and waiting[0].in_force <= first:
            line = waiting.pop(0)
            planned[line.investor] += line.own_plan
            room[line.investor] += int(line.own_plan * SPENDABLE)
        parts = _shares(province, planned, room, amount, first)
        for investor, part in zip(province.investors, parts, strict=True):
            room[investor.code] -= part
            if part:
                own = [line for line in lines if line.investor == investor.code and line.in_force <= first]
                yield from _pay(seed, investor, own, (first, last), part)


def _shares(province: Province, planned: dict[str, int], room: dict[str, int], amount: int, day: date) -> list[int]:
    """Share a period's amount among investors by plan and speed; nobody spends more than its plan."""
    weights = [planned[inv.code] * inv.speed_in(day) for inv in province.investors]
    parts = [0] * len(weights)
    left = amount
    while left:
        live = [
            weight if room[inv.code] > part else 0.0
            for weight, inv, part in zip(weights, province.investors, parts, strict=True)
        ]
        offered = split(left, live)
        taken = [
            min(offer, room[inv.code] - part)
            for offer, inv, part in zip(offered, province.investors, parts, strict=True)
        ]
        parts = [part + take for part, take in zip(parts, taken, strict=True)]
        left -= sum(taken)
    return parts


def _pay(
    seed: int, investor: Investor, lines: list[Allocation], span: tuple[date, date], amount: int
) -> Iterator[Payment]:
    year = lines[0].year
    random = draws(seed, "payments", year, span[0], investor.code)
    days = days_between(*span)
    weights = [treasury_weight(day) for day in days]
    count = max(1, round(amount / PAYMENT * random.uniform(0.8, 1.2)))
    parts = split(amount, [random.lognormvariate(0.0, 0.8) for _ in range(count)])
    chosen = random.choices(lines, [line.own_plan for line in lines], k=count)
    for day, line, part in zip(random.choices(days, weights, k=count), chosen, parts, strict=True):
        yield Payment(day, year, investor.code, line.project, line.commune, part, line.fund)
