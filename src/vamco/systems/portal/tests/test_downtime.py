"""Announcing planned downtime, correcting and withdrawing it, and what the public sees of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.systems.desk.tests import made
from vamco.systems.portal import public, queries
from vamco.systems.portal.models import Downtime, DowntimeVersion
from vamco.systems.portal.tests import drafts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(settings: Any) -> Iterator[None]:
    settings.VAMCO_TODAY = made.TODAY
    queries.forget_current()
    yield
    queries.forget_current()


@pytest.fixture
def official() -> Person:
    return made.person("administrator", made.IOC, "Lý Minh Khôi")


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def acts() -> list[str]:
    return [one.act for one in Entry.objects.filter(act__startswith="portal.").order_by("pk")]


def test_the_earliest_beginning_passes_over_weekend_and_holiday() -> None:
    now = dt.datetime(2026, 11, 20, 10, tzinfo=dt.timezone(dt.timedelta(hours=7)))  # a Friday; 24 November is a holiday
    earliest = queries.earliest_begin(now)
    # Friday 20 (6.5 - done), 23, 25, 26, 27, 30 November, 1 December, and until 10:00 of 2 December
    assert earliest.isoformat() == "2026-12-02T10:00:00+07:00"


def test_who_may_not_announce_changes_nothing(official: Person) -> None:
    other = made.person("department_official", made.FINANCE, "Phạm Văn Đức")
    with pytest.raises(Forbidden):
        public.announce_downtime(drafts.draft(), by=other)
    number = public.announce_downtime(drafts.draft(), by=official)
    with pytest.raises(Forbidden):
        public.correct_downtime(number, drafts.draft(title="x"), because="y", seen=1, by=other)
    with pytest.raises(Forbidden):
        public.withdraw_downtime(number, because="y", by=other)
    assert acts() == ["portal.downtime_announced"]
    assert public.announcement(number).draft.title == "Bảo trì cổng kiểm tra văn bản"


def test_what_comes_too_soon_is_refused_or_marked_urgent(official: Person) -> None:
    with pytest.raises(Refused) as refused:
        public.announce_downtime(drafts.draft(days=3), by=official)
    assert refused.value.code == "portal.not_seven_days_ahead"
    assert not Downtime.objects.exists()
    assert acts() == []
    number = public.announce_downtime(drafts.draft(days=3, urgent_reason="Vá lỗ hổng bảo mật"), by=official)
    assert not public.announcement(number).in_time
    page = text(Client().get(f"/downtime/{number}"))
    assert "Vá lỗ hổng bảo mật" in page
    assert "Khẩn" in page


def test_a_correction_keeps_what_was_said_before(official: Person) -> None:
    first = drafts.draft(days=20)
    number = public.announce_downtime(first, by=official)
    later = drafts.draft(days=25, title="Dời lịch bảo trì")
    public.correct_downtime(number, later, because="Nhà thầu đề nghị lùi", seen=1, by=official)
    found = public.announcement(number)
    assert (found.draft.title, found.in_time) == ("Dời lịch bảo trì", True)
    assert [(one.number, one.draft.title, one.because) for one in found.revisions] == [
        (1, first.title, "Nhà thầu đề nghị lùi")
    ]
    with pytest.raises(Refused) as refused:  # somebody who still has the first before their eyes
        public.correct_downtime(number, first, because="x", seen=1, by=official)
    assert refused.value.code == "portal.corrected_meanwhile"
    with pytest.raises(Refused):
        public.correct_downtime(number, first, because=" ", seen=2, by=official)
    assert DowntimeVersion.objects.count() == 1
    assert acts() == ["portal.downtime_announced", "portal.downtime_corrected"]
    assert first.title in text(Client().get(f"/downtime/{number}"))


def test_a_beginning_that_is_brought_forward_needs_its_seven_days_again(official: Person) -> None:
    number = public.announce_downtime(drafts.draft(days=20), by=official)
    with pytest.raises(Refused) as refused:
        public.correct_downtime(number, drafts.draft(days=2), because="Làm sớm", seen=1, by=official)
    assert refused.value.code == "portal.not_seven_days_ahead"
    urgent = drafts.draft(days=2, urgent_reason="Máy chủ sắp hỏng")
    public.correct_downtime(number, urgent, because="Làm sớm", seen=1, by=official)
    assert not public.announcement(number).in_time


def test_what_was_withdrawn_stays_to_be_read_and_is_announced_no_more(official: Person) -> None:
    number = public.announce_downtime(drafts.draft(), by=official)
    assert "Bảo trì" in text(Client().get("/"))
    public.withdraw_downtime(number, because="Không cần nữa", by=official)
    queries.forget_current()
    assert "Bảo trì" not in text(Client().get("/"))
    assert "Không cần nữa" in text(Client().get(f"/downtime/{number}"))
    with pytest.raises(Refused) as refused:
        public.withdraw_downtime(number, because="x", by=official)
    assert refused.value.code == "portal.downtime_ended"
    with pytest.raises(Missing):
        public.announcement(number + 1)


def test_on_the_day_a_banner_stands_on_every_page_of_citizens(official: Person) -> None:
    soon = clock.now() - dt.timedelta(minutes=1)
    number = public.announce_downtime(drafts.draft(begins=soon, urgent_reason="Vá lỗ hổng bảo mật"), by=official)
    for address in ("/", "/offices", "/search?q=x", "/label"):
        page = text(Client().get(address))
        assert 'class="banner"' in page
        assert f'href="/downtime/{number}"' in page
    queries.forget_current()
    Downtime.objects.update(ends=clock.now(), begins=clock.now() - dt.timedelta(hours=1))
    assert 'class="banner"' not in text(Client().get("/offices"))


def test_the_feed_is_atom_that_a_reader_can_follow(official: Person) -> None:
    number = public.announce_downtime(drafts.draft(title="A < B & C"), by=official)
    answer = Client().get("/downtime.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.content)  # our own words
    atom = "{http://www.w3.org/2005/Atom}"
    entries = root.findall(f"{atom}entry")
    assert [entry.findtext(f"{atom}title") for entry in entries] == ["A < B & C"]
    link = entries[0].find(f"{atom}link")
    assert link is not None
    assert link.get("href") == f"http://testserver/downtime/{number}"


def test_an_official_announces_on_the_page_and_is_told_what_is_wrong(official: Person) -> None:
    reader = made.reader(official)
    soon, later = clock.now() + dt.timedelta(days=2), clock.now() + dt.timedelta(days=30)
    sent = {
        "title": "Bảo trì", "services": ["verify"], "reason": "Nâng cấp", "meanwhile": "Gọi 1022",
        "begins": f"{soon:%H:%M %d/%m/%Y}", "ends": f"{soon + dt.timedelta(hours=2):%H:%M %d/%m/%Y}",
    }  # fmt: skip
    refused = reader.post("/downtime/new", sent)
    assert refused.status_code == 409
    assert "7 ngày làm việc" in refused.content.decode()
    assert not Downtime.objects.exists()
    sent |= {"begins": f"{later:%H:%M %d/%m/%Y}", "ends": f"{later + dt.timedelta(hours=2):%H:%M %d/%m/%Y}"}
    answer = reader.post("/downtime/new", sent)
    row = Downtime.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/downtime/{row.pk}")
    assert f'href="/downtime/{row.pk}/correct"' in text(reader.get(f"/downtime/{row.pk}"))
    assert f'href="/downtime/{row.pk}/correct"' not in text(Client().get(f"/downtime/{row.pk}"))
    reader.post(f"/downtime/{row.pk}/correct", {"act": "withdraw", "withdrawn_because": "Thôi"})
    row.refresh_from_db()
    assert row.withdrawn_because == "Thôi"
