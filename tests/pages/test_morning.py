"""Story 6: an official's morning. What is due first, over all kinds of case; twenty results signed at once; a colleague stands in; why this
deadline, to the minute; and the head sees tomorrow's late ones today, and moves one of them."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.pages.axe import assert_accessible, assert_fits
from tests.pages.test_dossiers import desk
from tests.pages.test_money import open_
from vamco.demo import log_ins
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.time import HCM
from vamco.systems.desk import services as desk_services
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account
from vamco.systems.onestop.models import Dossier, DossierResult
from vamco.systems.onestop.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from vamco.kernel.world.people.models import Person

    Read = Callable[..., Page]

__all__ = ["desk"]
SIGNED, LEFT = 20, 2


@pytest.fixture
def at(site: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the clock; it begins on a Wednesday morning."""
    settings.VAMCO_DEMO = True

    def set_to(*moment: int) -> None:
        monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: dt.datetime(*moment, tzinfo=HCM))  # type: ignore[arg-type,misc]

    set_to(2026, 11, 18, 9)
    return set_to


@pytest.fixture
def staff(at: Any) -> dict[str, Person]:
    log_ins.open_all()
    found = {name: Account.objects.get(username=name).person for name in ("motcua", "chuyenvien", "lanhdaomotcua")}
    people.appoint(found["lanhdaomotcua"], agencies.get(made.OFFICE), "commune_official", since=made.SINCE)
    found["thao"] = made.official("onestop_specialist", "Lý Thị Thảo")
    identity.open_account("thao", None, found["thao"])
    return {name: people.get(person.pk) for name, person in found.items()}


def to_sign(staff: dict[str, Person], count: int) -> list[Dossier]:
    """Dossiers that wait for the signature."""
    made_ones = [made.dossier(made.citizen(f"Trần Thị Mai {n}")) for n in range(count)]
    for dossier in made_ones:
        for act, who in (("accept", "motcua"), ("take_on", "chuyenvien"), ("propose", "chuyenvien"), ("approve", "lanhdaomotcua")):  # fmt: skip
            cases.act(dossier.pk, act, by=staff[who])
    return made_ones


def states(*dossiers: Dossier) -> list[str]:
    held = cases.by_id([dossier.pk for dossier in dossiers])
    return sorted(held[dossier.pk].state for dossier in dossiers)


def confirm(page: Page, name: str) -> None:
    """Press what is done to the ticked rows, and confirm it."""
    page.locator("[data-bulk]").get_by_role("button", name=name).click()
    page.locator("dialog[open] .actions button.primary").click()
    page.wait_for_selector(".flashes .notice, #flashes .notice, [data-flash]")
    page.wait_for_selector("html[data-ready]")


def test_an_officials_morning(desk: Read, staff: dict[str, Person]) -> None:
    waiting = to_sign(staff, SIGNED + LEFT)
    finance = made.official("department_official", "Phạm Văn Đức", "H53.04")
    request = desk_services.open_case(
        "request", key=uuid4(), title="Cung cấp số liệu đất công", agency=made.OFFICE, note="Gửi trước kỳ họp.",
        due_on=dt.date(2026, 11, 19), by=finance,
    )  # fmt: skip
    page = desk("lanhdaomotcua", "/desk/")
    due = cases.by_id([request.pk, *(dossier.pk for dossier in waiting)])
    shown = [int(found) for found in re.findall(r'href="/desk/cases/(\d+)', page.locator("tbody").first.inner_html())]
    shown = list(dict.fromkeys(shown))
    assert shown[0] == request.pk  # another kind, due before all dossiers
    assert len(shown) > SIGNED
    assert [due[each].due_at for each in shown] == sorted(due[each].due_at for each in shown)
    assert_accessible(page)

    site = page.url.split("/desk")[0]
    page.get_by_role("link", name=waiting[0].case.title).first.click()
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("link", name="Vì sao có hạn này").click()
    page.wait_for_selector("html[data-ready]")
    why = page.inner_text("main")
    assert "24 giờ 0 phút" in why
    assert "09:00" in why
    assert "23/11/2026" in why
    assert_accessible(page)

    open_(page, f"{site}/desk/dossiers/sign/")
    page.locator("[data-all]").check()
    for dossier in waiting[:LEFT]:
        page.locator(f"[name=pick][value^='{dossier.pk}-']").uncheck()
    confirm(page, "Ký kết quả")
    assert states(*waiting) == ["numbering"] * SIGNED + ["signing"] * LEFT
    assert set(DossierResult.objects.filter(pk__in=[each.pk for each in waiting[LEFT:]]).values_list("signer_name", flat=True)) == {"Hồ Văn Phước"}  # fmt: skip
    assert_fits(page)

    stand_in(page, site, staff["thao"])
    page = desk("thao", "/desk/dossiers/sign/")
    page.locator("[data-all]").check()
    confirm(page, "Ký kết quả")
    assert states(*waiting) == ["numbering"] * (SIGNED + LEFT)
    signers = DossierResult.objects.filter(pk__in=[each.pk for each in waiting[:LEFT]])
    assert set(signers.values_list("signer_name", flat=True)) == {"Lý Thị Thảo"}  # under her own name


def stand_in(page: Page, site: str, colleague: Person) -> None:
    """The head is away, and names who stands in."""
    open_(page, f"{site}/account/posts/substitute")
    page.locator("[name=substitute]").select_option(str(colleague.pk))
    page.locator("[name=agency]").select_option(made.OFFICE)
    for _step in range(2):  # what it brings about is shown first
        if people.substitutions(colleague):
            break
        page.locator("main form button.primary").first.click()
        page.wait_for_load_state()
        page.wait_for_selector("html[data-ready]")
    assert list(people.substitutions(colleague)), page.inner_text("main")


def test_a_head_sees_tomorrows_late_ones_today_and_moves_one(desk: Read, staff: dict[str, Person], at: Any) -> None:
    dossiers = [made.dossier(made.citizen(f"Trần Thị {name}")) for name in ("Mai", "Lan")]
    for dossier in dossiers:
        for act, who in (("accept", "motcua"), ("take_on", "chuyenvien")):
            cases.act(dossier.pk, act, by=staff[who])
        cases.claim(dossier.pk, by=staff["chuyenvien"])
    at(2026, 11, 20, 9)  # a Friday: they are due on Monday
    page = desk("lanhdaomotcua", "/desk/dossiers/team/")
    assert "2 hồ sơ sẽ trễ hạn trước" in page.inner_text("main")
    page.get_by_role("link", name="Xem", exact=True).click()
    page.wait_for_selector("html[data-ready]")
    assert_accessible(page)
    page.locator(f"[name=pick][value^='{dossiers[0].pk}-']").check()
    page.locator("[data-bulk]").get_by_role("button", name="Giao cho đồng nghiệp").click()
    page.locator("dialog[open] select").select_option(str(staff["thao"].pk))
    page.locator("dialog[open] .actions button.primary").click()
    page.wait_for_load_state()
    page.wait_for_selector("html[data-ready]")
    held = cases.by_id([dossier.pk for dossier in dossiers])
    assert [held[dossier.pk].taken_by_id for dossier in dossiers] == [staff["thao"].pk, staff["chuyenvien"].pk]
    hers = desk("thao", "/desk/")
    assert hers.locator(f"tbody a[href^='/desk/cases/{dossiers[0].pk}']").count() == 1


def test_two_clerks_on_one_dossier(desk: Read, staff: dict[str, Person]) -> None:
    dossier = made.dossier(made.citizen("Trần Thị Mai"))
    first, second = (desk("motcua", f"/desk/cases/{dossier.pk}") for _ in range(2))
    for page in (first, second):
        page.locator("#act form").get_by_role("button", name="Tiếp nhận").click()
        page.wait_for_load_state()
        page.wait_for_selector("html[data-ready]")
    assert cases.by_id([dossier.pk])[dossier.pk].entries.filter(act="accept").count() == 1
    assert "Đã tiếp nhận" in second.inner_text("main")
