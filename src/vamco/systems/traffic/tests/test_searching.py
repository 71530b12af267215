"""Searching plates: purpose first, each search kept; wanted plates with reason, basis and end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.lib.time import HCM
from vamco.systems.desk.tests.made import reader
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import HotPlate, PlateSearch
from vamco.systems.traffic.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def investigator() -> Person:
    return made.official("Phùng Văn Khải", "traffic_investigator")


def form(**more: str) -> dict[str, str]:
    now = clock.now().astimezone(HCM)
    found = {
        "purpose": "Truy tìm xe gây tai nạn rồi bỏ chạy",
        "basis": "Vụ việc số 12/2026",
        "plate": "70A-123.45",
        "since": f"{now - dt.timedelta(days=2):%d/%m/%Y %H:%M}",
        "until": f"{now + dt.timedelta(minutes=2):%d/%m/%Y %H:%M}",
    }
    return {**found, **more}


def test_a_search_without_a_purpose_or_basis_is_refused_and_finds_nothing(investigator: Person) -> None:
    traffic.take_in([made.passage("70A12345")])
    for wrong in ({"purpose": ""}, {"purpose": "xem"}, {"basis": ""}):
        answer = reader(investigator).post("/traffic/search", form(**wrong))
        assert answer.status_code == 422
        assert "Hùng Vương" not in answer.content.decode()
    assert PlateSearch.objects.count() == 0


def test_a_search_finds_the_whole_plate_and_is_kept(investigator: Person) -> None:
    traffic.take_in([made.passage("70A12345"), made.passage("70A12399", clock.now() + dt.timedelta(seconds=1))])
    text = reader(investigator).post("/traffic/search", form()).content.decode()
    assert text.count("Hùng Vương – Quốc lộ 1") == 1
    assert "70A-123.99" not in text
    kept = PlateSearch.objects.get()
    assert (kept.plate, kept.found, kept.person) == ("70A12345", 1, investigator)
    assert Entry.objects.filter(act="traffic.search_plate", purpose=kept.purpose).count() == 1
    assert kept.purpose in reader(investigator).get("/traffic/searches").content.decode()
    far = made.official("Cao Văn Bình", "traffic_investigator", "H53.10")
    assert kept.purpose not in reader(far).get("/traffic/searches").content.decode()


def test_a_wanted_plate_has_reason_basis_and_end(investigator: Person) -> None:
    browser, day = reader(investigator), clock.today() + dt.timedelta(days=7)
    full = {"plate": "70A-123.45", "reason": "Xe bị trộm", "basis": "Quyết định 3/2026", "until": f"{day:%d/%m/%Y}"}
    for name in full:
        assert browser.post("/traffic/wanted", {**full, name: ""}).status_code == 422
    assert HotPlate.objects.count() == 0
    assert browser.post("/traffic/wanted", full).status_code == 302
    row = HotPlate.objects.get()
    assert "70A-123.45" in browser.get("/traffic/wanted").content.decode()
    far = reader(made.official("Cao Văn Bình", "traffic_investigator", "H53.10"))
    assert "70A-123.45" not in far.get("/traffic/wanted").content.decode()
    far.post(f"/traffic/wanted/{row.pk}/end")
    assert HotPlate.objects.get().ended_at is None
    browser.post(f"/traffic/wanted/{row.pk}/end")
    assert HotPlate.objects.get().ended_at is not None
