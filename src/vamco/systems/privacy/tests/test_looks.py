"""Who looked at my data: in plain words, without one's own acts, without others' entries, in few statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.people import public as people
from vamco.systems.privacy import public as privacy
from vamco.systems.privacy.models import Setting
from vamco.systems.privacy.queries import looks
from vamco.systems.privacy.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.usefixtures("fresh_db")


@pytest.fixture
def lan(fresh_db: None) -> Person:
    return made.citizen()


def look(at: Person, by: Person, purpose: str = "Xác minh hồ sơ", **detail: object) -> None:
    audit.record_access(f"person:{at.pk}", actor=str(by.pk), chain=made.OFFICE, purpose=purpose, detail=detail)


def test_agency_post_and_purpose_are_said_and_the_name_is_not(lan: Person) -> None:
    office = made.official(name="Trần Quốc Bảo", role="office")
    other = made.citizen("Trần Văn Minh")
    look(lan, office, "Xác minh đơn; gọi 0912 345 678")
    look(other, office, "Của người khác")
    look(lan, lan, "Tự xem")
    found = privacy.looks_at(lan)
    assert [(each.said, each.agency_en, each.post_en, each.who, each.purpose) for each in found.looks] == [
        (
            "Viewed your data",
            "Office of the Provincial People's Committee",
            "Official of the Provincial Office",
            "",
            "Xác minh đơn; gọi •••",
        )
    ]
    assert found.after is None
    Setting.objects.update(show_officials=True)
    assert [each.who for each in privacy.looks_at(lan).looks] == ["Trần Quốc Bảo"]


def test_everything_that_was_recorded_stands_on_the_other_list(lan: Person) -> None:
    with transaction.atomic():
        people.record_number(lan, "citizen_id", "072190001234", actor=audit.SYSTEM)
        audit.record(
            "test.unheard_of", actor="system:test", chain="test", subject="thing:1", persons=[f"person:{lan.pk}"]
        )
    assert privacy.looks_at(lan).looks == ()
    assert [each.said for each in privacy.looks_at(lan, looked_only=False).looks] == [
        "An act that concerns you was recorded",
        "Recorded one of your identity numbers",
        "Entered you as a person on the platform",
    ]


def test_what_a_law_holds_back_shows_once_its_day_is_over(lan: Person, settings: pytest.FixtureRequest) -> None:
    police = made.official(name="Điều tra viên")
    look(lan, police, withheld_until=clock.today().isoformat(), withheld_ground="BLTTHS")
    assert privacy.looks_at(lan).looks == ()
    assert privacy.looks_at(lan).after is None
    settings.VAMCO_TODAY = made.TODAY.replace(day=21)  # type: ignore[attr-defined]
    assert len(privacy.looks_at(lan).looks) == 1


def test_pages_follow_each_other_without_gap_or_repeat_in_few_statements(lan: Person) -> None:
    office = made.official()
    for n in range(60):
        look(lan, office, f"Lần {n}")
    seen: list[str] = []
    after: int | None = None
    while True:
        with CaptureQueriesContext(connection) as asked:
            page = privacy.looks_at(lan, after=after)
        assert len(asked) <= 6
        seen += [each.purpose for each in page.looks]
        if (after := page.after) is None:
            break
    assert seen == [f"Lần {n}" for n in reversed(range(60))]


def test_a_page_looks_at_a_bounded_window(lan: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from vamco.kernel.base.audit import queries

    monkeypatch.setattr(queries, "_WINDOW", 10)
    office = made.official()
    look(lan, office, "Cũ")
    for _n in range(12):
        look(lan, lan, "Tự xem")
    first = privacy.looks_at(lan)
    assert (first.looks, first.after is None) == ((), False)
    assert [each.purpose for each in privacy.looks_at(lan, after=first.after).looks] == ["Cũ"]


def test_every_look_that_is_listed_has_words() -> None:
    assert set(looks.LOOKED) >= {"people.see_number", "audit.access"}


def test_the_page_shows_them_to_the_person_only(lan: Person) -> None:
    office = made.official(name="Trần Quốc Bảo", role="office")
    look(lan, office, "Xác minh hồ sơ 12")
    page = made.reader(lan, level=1).get("/account/privacy/looks/").content.decode()
    assert "Xác minh hồ sơ 12" in page
    assert "Trần Quốc Bảo" not in page
    assert "Xác minh hồ sơ 12" not in made.reader(office, level=1).get("/account/privacy/looks/?all=1").content.decode()
