"""What the portal keeps comes into "my dossiers" in any order, and what it hands over becomes one dossier here."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.people import public as people
from vamco.systems.national import public as national
from vamco.systems.national.models import Arrival, Feed, Line
from vamco.systems.national.tests import portals
from vamco.systems.onestop import public as onestop
from vamco.systems.onestop.models import Dossier, OutsideDossier, OutsideHolder
from vamco.systems.onestop.tests import made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.systems.national.adapters.simulators.server import Service

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "072188000901", "072066000906"
HOUR = dt.timedelta(hours=1)
AT = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)


@pytest.fixture
def portal(settings: Any) -> Iterator[Service]:
    with portals.served() as (service, address):
        portals.connect(settings, address)
        yield service


def said(status: int, hours: int = 0, **more: Any) -> onestop.OutsideStatus:
    given = {"source": "national", "number": "G22-1", "procedure": "1.001193", "agency_name": "Cổng", "holder": NUMBER}
    return onestop.OutsideStatus(status=status, as_of=AT + hours * HOUR, **given | more)


def test_in_any_order_and_twice_the_newest_stands_and_the_history_is_whole() -> None:
    mother = made.citizen("Nguyễn Thị Hồng Nhung", NUMBER)
    news = [said(1), said(2, 1), said(4, 2), said(9, 5)]
    expected = [1, 2, 4, 9]
    for order in itertools.permutations(news):
        OutsideDossier.objects.all().delete()
        for each in (*order, *order[:2]):
            onestop.take_in_outside(each)
        row = OutsideDossier.objects.get()
        assert (row.status, row.as_of, row.person) == (9, AT + 5 * HOUR, mother)
        assert [line["status"] for line in row.history] == expected


def test_what_is_older_says_so_and_changes_nothing_that_is_shown() -> None:
    assert onestop.take_in_outside(said(4, 2, agency_name="Mới")) == "taken"
    assert onestop.take_in_outside(said(2, 1, agency_name="Cũ")) == "older"
    assert onestop.take_in_outside(said(2, 1, agency_name="Cũ")) == "known"
    row = OutsideDossier.objects.get()
    assert (row.status, row.agency_name) == (4, "Mới")


def test_it_is_somebodys_by_the_verified_number_alone_and_stays_theirs() -> None:
    namesake = made.citizen("Nguyễn Thị Hồng Nhung", OTHER)
    onestop.take_in_outside(said(1))
    row = OutsideDossier.objects.get()
    holder = OutsideHolder.objects.get()
    assert (row.person, NUMBER.encode() in bytes(holder.sealed), onestop.assign_outside(namesake)) == (None, False, 0)
    mother = made.citizen("Tên Khác", NUMBER)
    assert onestop.assign_outside(mother) == 1
    row.refresh_from_db()
    assert (row.person, OutsideHolder.objects.exists(), onestop.assign_outside(mother)) == (mother, False, 0)
    onestop.take_in_outside(said(2, 1, holder=OTHER))
    row.refresh_from_db()
    onestop.take_in_outside(said(1, number="G22-2", holder="079088000123"))
    assert onestop.match_waiting() == 0
    late = made.citizen("Người Đến Sau", "079088000123")
    assert (onestop.match_waiting(), OutsideDossier.objects.get(number="G22-2").person) == (1, late)
    assert (row.person, row.status) == (mother, 2)


@pytest.mark.parametrize("holder", ["", "abc", "123", "072188000901x"])
def test_a_number_that_is_none_makes_it_nobodys(holder: str) -> None:
    onestop.take_in_outside(said(1, holder=holder))
    assert OutsideDossier.objects.get().person is None


def test_a_citizen_files_at_the_portal_and_the_status_comes_back(portal: Service) -> None:
    mother = made.citizen("Nguyễn Thị Hồng Nhung", NUMBER)
    number = portal.portal.file_own("1.001193", "Nguyễn Thị Hồng Nhung", NUMBER)
    assert national.read("statuses") == 1
    assert (OutsideDossier.objects.get().status, OutsideDossier.objects.get().person) == (1, mother)
    for status in (2, 4, 9, 10):
        portal.portal.move_own(number, status)
    portal.weather.change(reordered=1.0)
    assert national.read("statuses") >= 1
    row = OutsideDossier.objects.get()
    assert (row.status, [line["status"] for line in row.history]) == (10, [1, 2, 4, 9, 10])
    assert row.due_at is not None
    assert national.read("statuses") == 0
    national.read_again("statuses")
    assert (national.read("statuses"), OutsideDossier.objects.count()) == (0, 1)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(out, "PNG")
    return out.getvalue()


def handed(number: str = "000.00.01.G22-261120-000009", **more: Any) -> dict[str, Any]:
    return {
        "MaHoSo": number, "MaTTHC": made.PROCEDURE, "MaDonVi": made.OFFICE, "SoDinhDanh": NUMBER, "ChuHoSo": "Nguyễn Thị Hồng Nhung",
        **more,
    }  # fmt: skip


def test_a_dossier_that_is_handed_over_is_filed_once_with_its_papers_and_told_back_under_its_number(
    portal: Service,
) -> None:
    ref = portal.portal.upload("to-khai.png", picture())["IdTepTin"]
    papers = [{"MaGiayTo": "declaration", "IdTepTin": ref, "TenTepTin": "to-khai.png", "LoaiBan": "2"}]
    portal.portal.hand_over(handed(TaiLieuNop=papers))
    assert national.read("dossiers") == 1
    national.read_again("dossiers")
    portal.weather.change(reordered=1.0)
    assert national.read("dossiers") == 0
    dossier = Dossier.objects.get()
    assert dossier.number.startswith(f"{made.OFFICE}-")
    assert people.find_by_number("citizen_id", NUMBER) == dossier.case.applicant
    assert [(paper.paper, paper.copy) for paper in dossier.papers.all()] == [("declaration", "electronic")]
    national.put(dossier.pk, dossier.number, 1)
    assert portals.taken(portal) == []  # the portal knows it
    clerk = made.official("onestop_clerk", "Lê Thị Cẩm Tú")
    cases.act(dossier.pk, "accept", by=clerk)
    national.put(dossier.pk, dossier.number, 2)
    assert national.send(dossier.pk) == 2
    assert portals.status(portal, handed()["MaHoSo"]) == 2
    portal.portal.store.change(
        "INSERT INTO said (feed, body) VALUES ('statuses', json_set(?, '$.TrangThaiHoSo', '2', '$.ThoiDiem', '20261120100000'))",
        '{"MaHoSo": "000.00.01.G22-261120-000009", "SoDinhDanh": "072188000901"}',
    )
    national.read("statuses")
    assert not OutsideDossier.objects.exists()  # ours is not shown a second time as somebody else's


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"MaTTHC": "9.999999"}, "onestop.no_procedure"),
        ({"MaDonVi": "H53.99999"}, "agencies.no_agency"),
        ({"SoDinhDanh": "12"}, "people.bad_number"),
    ],
)
def test_what_cannot_be_filed_stands_on_the_page_and_is_tried_again(
    portal: Service, wrong: dict[str, str], why: str
) -> None:
    portal.portal.hand_over(handed(**wrong))
    assert national.read("dossiers") == 0
    ((number, *_rest),) = national.stuck_arrivals()
    assert (number, Dossier.objects.count(), Line.objects.count()) == (handed()["MaHoSo"], 0, 0)
    assert not people.Person.objects.filter(name="Nguyễn Thị Hồng Nhung").exists()
    assert Arrival.objects.get().reason.split(".")[0] == why.split(".", maxsplit=1)[0]


def test_a_portal_that_is_silent_is_read_on_from_the_same_place(portal: Service) -> None:
    portal.portal.file_own("1.001193", "A", NUMBER)
    portal.weather.change(lost_answer=1.0)
    portal.portal.token(portals.CLIENT, portals.SECRET)
    assert national.read("statuses") == 0
    feed = Feed.objects.get(name="statuses")
    assert (feed.cursor, feed.at is not None, feed.reason != "") == ("", True, True)
    portal.weather.change(lost_answer=0.0)
    assert national.read("statuses") == 1
    assert Feed.objects.get(name="statuses").reason == ""
    assert clock.now() >= Feed.objects.get(name="statuses").at  # type: ignore[operator]
