"""The main line as people live it: a number falls behind, an alarm rises, a directive is given, reported, verified, closed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.pages.axe import assert_accessible, assert_fits
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.lib.money import format_number
from vamco.systems.desk.tests import made
from vamco.systems.warnings.models import Alarm

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.conftest import Province, Reader, SignIn

BEHIND = "Giải ngân đầu tư công"
FRIDAY, MONDAY = "2026-11-20", "2026-11-23"


def figure(value: Decimal | None) -> str:
    return format_number(value, 1, "vi")


def test_from_the_departments_file_to_the_closed_directive(province: Province, sign_in: SignIn, tmp_path: Path) -> None:
    province.collect()
    number = province.truth().value("DTC01", FRIDAY)

    # The leader sees it first on the board, and the same on the wall.
    leader = sign_in("lanhdao")
    red = leader.open("/board").locator(".red-list")
    expect(red).to_contain_text(BEHIND)
    expect(red.locator(".figure")).to_contain_text(figure(number.value))
    assert_accessible(leader.page)
    expect(leader.open("/wall").locator("article", has_text=BEHIND).locator(".figure")).to_contain_text(
        figure(number.value)
    )
    assert_accessible(leader.page)

    # The number opens: to the dong, down to the file and the row.
    leader.open("/indicators/DTC01").get_by_role("link", name="Con số này từ đâu ra").click()
    lineage = leader.page.locator(".lineage")
    expect(lineage).to_contain_text(format_number(Decimal(number.numerator), 0, "vi"))
    expect(lineage).to_contain_text(format_number(Decimal(number.denominator or 0), 0, "vi"))
    assert_accessible(leader.page)
    assert_fits(leader.page)

    # The operator confirms the alarm; the leader gives a directive.
    alarm = Alarm.objects.get(indicator="DTC01", subject="", state="firing")
    operator = sign_in("ioc")
    operator.open(f"/desk/alarms/{alarm.pk}?act=confirm")
    operator.press("Xác nhận")
    leader.open(f"/desk/alarms/{alarm.pk}?act=issue")
    leader.page.select_option("select[name=agency]", "H53.04")
    assert BEHIND.lower()[:9] in leader.page.input_value("textarea[name=text]").lower()
    leader.press("Ban hành chỉ đạo")
    expect(leader.page.locator("h1")).to_contain_text("NV-")
    case = int(re.search(r"/desk/cases/(\d+)", leader.page.url)[1])  # type: ignore[index]

    office = report_too_early(sign_in, case, tmp_path)

    # The next day brings the payments; the next value confirms; now it can be closed.
    province.post("/v1/kb_giaingan", {"du_lieu": [payment(n) for n in range(100)]})
    province.tomorrow()
    province.collect()
    assert Alarm.objects.get(pk=alarm.pk).state == "resolved"
    monday = province.truth().value("DTC01", MONDAY)
    office.open(f"/desk/cases/{case}?act=close").fill("textarea[name=note]", "Đã đạt.")
    office.press("Xác nhận hoàn thành")
    expect(office.page.locator("main")).to_contain_text("Hoàn thành")
    expect(leader.open("/board").locator("main")).not_to_contain_text("Khẩn cấp")
    expect(leader.page.locator("article", has_text=BEHIND).locator(".figure")).to_contain_text(figure(monday.value))

    # What the board showed on Sunday can be shown again.
    expect(leader.open("/?on=2026-11-22").locator("main")).to_contain_text(figure(number.value))
    assert list(events.dead_letters()) == []
    assert audit.verify() == {}


def report_too_early(sign_in: SignIn, case: int, folder: Path) -> Reader:
    """The department accepts and reports with evidence; the office cannot close it while the alarm still fires."""
    department = sign_in("sotaichinh")
    expect(department.open("/desk/").locator("main")).to_contain_text(f"NV-{case}")
    department.open(f"/desk/cases/{case}?act=accept")
    department.press("Nhận nhiệm vụ")
    evidence = folder / "báo cáo.pdf"
    evidence.write_bytes(made.PDF)
    department.open(f"/desk/cases/{case}?act=report").fill("textarea[name=note]", "Đã rà soát 48 chủ đầu tư.")
    department.page.set_input_files("input[type=file]", str(evidence))
    department.press("Báo cáo kết quả")
    expect(department.page.locator("main")).to_contain_text("báo cáo.pdf")
    office = sign_in("thamdinh")
    office.open(f"/desk/cases/{case}?act=close").fill("textarea[name=note]", "Đã đạt.")
    office.press("Xác nhận hoàn thành")
    expect(office.page.get_by_role("alert")).to_contain_text("Cảnh báo vẫn còn")
    assert_accessible(office.page)
    return office


def payment(n: int) -> dict[str, object]:
    return {
        "ma_giao_dich": f"KB20261123{9000 + n}",
        "ngay": MONDAY,
        "nam_ke_hoach": 2026,
        "ma_chu_dau_tu": "H53.CDT.01",
        "ma_du_an": "7900106",
        "ma_xa": "27991",
        "so_tien": 60_000_000_000,
        "nguon_von": "NSTW",
    }
