"""Modes towards national platforms: the page, switching with a reason, and what a system does and does not do in each mode."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.modes import public as modes
from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.systems.desk import services
from vamco.systems.desk.tests import made
from vamco.systems.warnings import public as warnings

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

PLATFORM = {
    "code": "B99",
    "name": "Nền tảng giao việc quốc gia",
    "name_en": "National platform of directives",
    "state": "runs",
    "source": "QĐ thử",
    "as_of": "2026-11-20",
}


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def exported(reader: Any) -> bytes:
    return b"".join(reader.get("/desk/alarms/?export=csv").streaming_content)


@pytest.fixture
def administrator(db: None) -> Person:
    return made.person("administrator", made.IOC, "Lý Minh Khôi")


def name_platform(system: str = "warnings") -> None:
    """As a later version of the national base would: a national platform with the system's function runs."""
    packs.edit("modes", system, {"platforms": [PLATFORM], "mode": "until_it_runs"}, actor="system", reason="QĐ thử")


def test_the_page_lists_systems_platforms_and_what_is_not_known(administrator: Person) -> None:
    page = text(made.reader(administrator).get("/desk/modes/"))
    assert "Nền tảng tích hợp, chia sẻ dữ liệu quốc gia (NDXP)" in page
    assert "Chưa rõ trạng thái" in page
    assert "Không có nền tảng nào có chức năng này." in page
    assert 'href="/desk/modes/hub"' in page
    assert 'href="/desk/modes/ioc"' not in page  # nothing to connect to
    english = text(made.reader(administrator, language="en").get("/desk/modes/"))
    assert "National data exchange platform (NDXP)" in english
    assert "State not known" in english


def test_a_system_whose_platform_runs_is_named_first(administrator: Person) -> None:
    name_platform()
    page = text(made.reader(administrator, language="en").get("/desk/modes/"))
    assert "The national platform runs: this system should now only connect to it." in page
    assert page.index("Alarms and directives") < page.index("Accounts and log-in")


def test_switching_keeps_records_links_and_exports(administrator: Person, office: Person, finance: Person) -> None:
    name_platform()
    first, second = made.alarm(agency=made.FINANCE), made.alarm("DTC01", 40, agency=made.ROADS)
    case = made.directive(first, office)
    warnings.confirm(second, by=office)
    reader = made.reader(office, language="en")
    order = {"agency": made.ROADS, "due_on": "2026-11-27", "text": "Báo cáo nguyên nhân."}
    export = exported(reader)

    admin = made.reader(administrator, language="en")
    answer = admin.post("/desk/modes/warnings", {"mode": "connector", "reason": "QĐ 99/2026: đã vận hành"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/modes/")

    refused = reader.post(f"/desk/alarms/{second}?act=issue", order)
    assert refused.status_code == 409
    assert "New records are made on the national platform: National platform of directives (B99)." in text(refused)
    vietnamese = made.reader(office).post(f"/desk/alarms/{second}?act=issue", order)
    assert "Nền tảng giao việc quốc gia (B99)" in text(vietnamese)

    assert reader.get(f"/desk/cases/{case.pk}").status_code == 200
    assert f'href="/desk/cases/{case.pk}"' in text(reader.get(f"/desk/alarms/{first}"))
    assert exported(reader) == export
    assert str(case.pk).encode() in export
    services.act(case.pk, "accept", by=finance, seen=1, note="", uploads=[])  # what is under way goes on

    admin.post("/desk/modes/warnings", {"mode": "own", "reason": "Nền tảng tạm dừng"})
    assert reader.post(f"/desk/alarms/{second}?act=issue", order).status_code == 302
    assert reader.get(f"/desk/cases/{case.pk}").status_code == 200


def test_a_switch_is_in_the_log_and_outlives_a_load_of_the_pack(administrator: Person, settings: Any) -> None:
    services.switch_mode("hub", modes.Mode.CONNECTOR, " Chuyển sang NDXP ", by=administrator)
    entry = Entry.objects.filter(act="modes.switch").latest("pk")
    assert (entry.actor, entry.subject, entry.purpose) == (str(administrator.pk), "system:hub", "Chuyển sang NDXP")
    assert entry.detail == {"from": "own", "to": "connector"}
    packs.load(settings.VAMCO_PACK)
    found = modes.get("hub")
    assert (found.mode, found.reason, found.reason_en) == (modes.Mode.CONNECTOR, "Chuyển sang NDXP", "Chuyển sang NDXP")
    assert [platform.code for platform in found.platforms] == ["A5", "A6"]


@pytest.mark.parametrize(
    ("system", "mode", "reason", "code"),
    [
        ("hub", "connector", "  ", "modes.reason_missing"),
        ("hub", "own", "vì vậy", "modes.same"),
        ("ioc", "connector", "vì vậy", "modes.no_platform"),
    ],
)
def test_what_is_no_switch_is_refused(administrator: Person, system: str, mode: str, reason: str, code: str) -> None:
    before = modes.get(system)
    with pytest.raises(Refused) as refused:
        services.switch_mode(system, modes.Mode(mode), reason, by=administrator)
    assert refused.value.code == code
    assert modes.get(system) == before


def test_only_administrators_see_and_switch(office: Person, administrator: Person) -> None:
    reader = made.reader(office)
    assert reader.get("/desk/modes/").status_code == 403
    assert reader.post("/desk/modes/hub", {"mode": "connector", "reason": "x"}).status_code == 403
    with pytest.raises(Forbidden):
        services.switch_mode("hub", modes.Mode.CONNECTOR, "x", by=office)
    assert modes.mode_of("hub") is modes.Mode.OWN
    admin = made.reader(administrator)
    assert admin.get("/desk/modes/hub").status_code == 200
    assert admin.get("/desk/modes/nowhere").status_code == 404
    assert admin.post("/desk/modes/hub", {"mode": "else", "reason": "x"}).status_code == 422


@pytest.mark.django_db
def test_a_system_that_the_pack_does_not_name_is_the_provinces_own() -> None:
    assert modes.mode_of("greetings") is modes.Mode.OWN
    modes.demand_new_records("greetings")
    with pytest.raises(Missing):
        modes.get("greetings")
