"""From an act to the portal: each once and in order, whatever the portal or the sender does."""

from __future__ import annotations

import datetime as dt
import io
import random
import sys
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base import clock
from vamco.kernel.base.modes import public as modes
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden, Refused
from vamco.systems.national import public as national
from vamco.systems.national.adapters.simulators.weather import FAIR, STORM
from vamco.systems.national.models import Line, Message
from vamco.systems.national.services import sending
from vamco.systems.national.tests import portals
from vamco.systems.onestop.models import Dossier, DossierPaper
from vamco.systems.onestop.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from vamco.systems.national.adapters.simulators.server import Service

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(settings: Any) -> Iterator[Service]:
    with portals.served() as (service, address):
        portals.connect(settings, address)
        yield service


@pytest.fixture
def office() -> dict[str, Any]:
    return {
        "mother": made.citizen("Trần Thị Mai"),
        "clerk": made.official("onestop_clerk", "Lê Thị Cẩm Tú"),
        "specialist": made.official("onestop_specialist", "Nguyễn Thị Bích Trâm"),
        "head": made.official("onestop_head", "Hồ Văn Phước"),
    }


def put(dossier: Dossier) -> None:
    dossier.case.refresh_from_db()
    national.put(dossier.pk, dossier.number, dossier.case.seq)


def sync(dossier: Dossier) -> str:
    return Dossier.objects.values_list("sync", flat=True).get(pk=dossier.pk)


def go_on(dossier: Dossier, office: dict[str, Any]) -> None:
    for act, who in (("accept", "clerk"), ("take_on", "specialist"), ("propose", "specialist"), ("approve", "head"),
                     ("sign", "head"), ("number", "clerk"), ("issue", "clerk"), ("deliver", "clerk")):  # fmt: skip
        cases.act(dossier.pk, act, by=office[who])


def test_all_acts_are_told_once_in_order_and_the_axis_follows(portal: Service, office: dict[str, Any]) -> None:
    dossier = made.dossier(office["mother"])
    go_on(dossier, office)
    put(dossier)
    assert sync(dossier) == "waiting"
    assert national.send(dossier.pk) == 13
    assert (sync(dossier), national.lag().waiting) == ("sent", 0)
    calls = [(key.rsplit(":", 2)[1], call) for key, call in portals.taken(portal, dossier.number)]
    assert calls == [
        ("1", "create"),
        ("2", "progress"), ("2", "status"),  # accept: 2
        ("3", "progress"), ("3", "status"),  # take on: 4
        ("4", "progress"), ("5", "progress"), ("6", "progress"), ("7", "progress"),
        ("8", "progress"), ("8", "status"),  # issue: 9
        ("9", "progress"), ("9", "status"),  # deliver: 10
    ]  # fmt: skip
    assert portals.status(portal, dossier.number) == 10
    assert national.send(dossier.pk) == 0
    dossier.case.refresh_from_db()
    assert dossier.case.state == "done"


def test_news_in_any_order_and_twice_is_one_row_each_in_the_order_of_the_acts(office: dict[str, Any]) -> None:
    dossier = made.dossier(office["mother"])
    cases.act(dossier.pk, "accept", by=office["clerk"])
    cases.act(dossier.pk, "take_on", by=office["specialist"])
    cases.comment(dossier.pk, by=office["specialist"], note="Nội bộ")
    for seq in (3, 1, 2, 3, 1):
        national.put(dossier.pk, dossier.number, seq)
    rows = Message.objects.order_by("place").values_list("place", "seq", "call")
    assert list(rows) == [(1, 1, "create"), (2, 2, "progress"), (3, 2, "status"), (4, 3, "progress"), (5, 3, "status")]


def test_what_is_told_names_agency_person_and_time_and_no_internal_note(
    portal: Service, office: dict[str, Any]
) -> None:
    dossier = made.dossier(office["mother"])
    cases.act(dossier.pk, "accept", by=office["clerk"])
    cases.act(dossier.pk, "take_on", by=office["specialist"])
    cases.act(dossier.pk, "propose", by=office["specialist"], note="Chuyện nội bộ")
    put(dossier)
    national.send(dossier.pk)
    said = [body for (body,) in portal.portal.store.rows("SELECT body FROM taken ORDER BY id")]
    assert '"ChuHoSo": "Trần Thị Mai"' in said[0]
    assert '"LoaiDoiTuong": "0"' in said[0]
    assert '"NguoiXuLy": "Lê Thị Cẩm Tú"' in said[1]
    assert '"PhongBanXuLy": "' in said[1]
    assert "NgayHenTra" in said[2]
    assert not [body for body in said if "nội bộ" in body]
    assert not [row for row in Message.objects.values_list("key", "answer") if "Mai" in str(row)]


def test_papers_go_with_the_dossier_and_each_file_once(portal: Service, office: dict[str, Any]) -> None:
    scan = files.store(io.BytesIO(b"%PDF-1.7\n1 0 obj"), name="to-khai.pdf")
    paper = DossierPaper(paper="id_card", file=scan, copy="original", given_at=clock.now())
    dossier = made.dossier(office["mother"], papers=[paper])
    put(dossier)
    national.send(dossier.pk)
    (body,) = portal.portal.store.rows("SELECT body FROM taken")[0]
    assert ('"TenTepTin": "to-khai.pdf"' in body, '"LoaiBan": "0"' in body) == (True, True)
    assert portal.portal.store.rows("SELECT times FROM file") == [(1,)]


def test_a_silent_portal_is_tried_again_later_and_longer(portal: Service, office: dict[str, Any]) -> None:
    dossier = made.dossier(office["mother"])
    put(dossier)
    portal.weather.change(failed=1.0)
    portal.portal.token(portals.CLIENT, portals.SECRET)
    pauses = []
    for _ in range(3):
        Line.objects.update(next_at=clock.now())
        assert national.send(dossier.pk) == 0
        line = Line.objects.get()
        pauses.append(round((line.next_at - clock.now()).total_seconds()))
    assert pauses == [2, 4, 8]
    assert (line.reason, line.attempts, sync(dossier), national.send(dossier.pk)) == ("502", 3, "waiting", 0)
    portal.weather.climate = FAIR
    Line.objects.update(next_at=clock.now())
    assert national.send(dossier.pk) == 1
    line.refresh_from_db()
    assert (line.attempts, line.next_at, sync(dossier)) == (0, None, "sent")


def test_a_refused_message_is_parked_with_a_task_and_holds_back_only_its_own_dossier(
    portal: Service, office: dict[str, Any]
) -> None:
    first, second = made.dossier(office["mother"]), made.dossier(office["mother"])
    cases.act(first.pk, "accept", by=office["clerk"])
    portal.weather.change(refused=1.0)
    put(first)
    national.send(first.pk)
    portal.weather.climate = FAIR
    put(second)
    national.send(second.pk)
    assert (sync(first), sync(second)) == ("failed", "sent")
    (trouble,) = national.troubles()
    assert (trouble.number, trouble.call, trouble.answer) == (first.number, "create", "400 MO_PHONG")
    fault = cases.get(trouble.case, office["head"])  # type: ignore[arg-type]
    assert (fault.state, fault.issuer.code) == ("refused", made.OFFICE)
    assert "Mai" not in fault.title
    assert national.send(first.pk) == 0
    cases.act(first.pk, "take_on", by=office["specialist"])
    put(first)  # more news does not move what is parked
    assert (sync(first), national.send(first.pk), len(portals.taken(portal, first.number))) == ("failed", 0, 0)
    with pytest.raises(Forbidden):
        national.resend(trouble.message, by=office["clerk"])
    national.resend(trouble.message, by=office["head"])
    assert (sync(first), national.send(first.pk), sync(first)) == ("waiting", 5, "sent")
    fault.refresh_from_db()
    assert (fault.state, national.troubles()) == ("resent", [])


def test_refused_again_it_is_another_task_and_given_up_the_rest_goes_on(
    portal: Service, office: dict[str, Any]
) -> None:
    dossier = made.dossier(office["mother"])
    put(dossier)
    national.send(dossier.pk)
    cases.act(dossier.pk, "accept", by=office["clerk"])
    put(dossier)
    portal.weather.change(refused=1.0)
    national.send(dossier.pk)
    national.resend(national.troubles()[0].message, by=office["head"])
    national.send(dossier.pk)
    (trouble,) = national.troubles()
    assert cases.Case.objects.filter(kind__code="sync_fault").count() == 2
    portal.weather.climate = FAIR
    with pytest.raises(Refused):
        national.leave(trouble.message, by=office["head"], note="")
    national.leave(trouble.message, by=office["head"], note="Cổng đã có bước này")
    assert national.send(dossier.pk) == 1
    assert [call for _, call in portals.taken(portal, dossier.number)] == ["create", "status"]
    assert sync(dossier) == "sent"


def test_in_another_mode_everything_waits_and_nothing_is_lost(portal: Service, office: dict[str, Any]) -> None:
    dossier = made.dossier(office["mother"])
    modes.switch("national", modes.Mode.UNTIL_IT_RUNS, "Cổng bảo trì", "1")
    put(dossier)
    assert (national.send(dossier.pk), national.sweep(), national.read("statuses")) == (0, 0, 0)
    assert (portal.calls, national.lag().waiting, sync(dossier)) == (0, 1, "waiting")
    modes.switch("national", modes.Mode.CONNECTOR, "Cổng hoạt động trở lại", "1")
    assert national.sweep() == 1
    assert national.send(dossier.pk) == 1


class Killed(BaseException):
    """The process ends here."""


def test_a_sender_that_dies_at_any_line_loses_nothing_and_doubles_nothing(
    portal: Service, office: dict[str, Any], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """It dies at its first line, then at a later one, and so on; what was committed stays, and the next sender goes on from there.

    The long run takes every line, the short one each ninth.
    """
    monkeypatch.setattr(sending, "LEASE", dt.timedelta(0))
    stride = 1 if request.config.getoption("--full") else 9
    dossiers, line, alive = [_accepted(office)], 0, 0
    while alive < 2:  # so often it was done before it could be killed
        line += stride
        if killed_at(line, lambda: national.send(dossiers[-1].pk)):
            Line.objects.filter(next_at__isnull=False).update(next_at=clock.now() - dt.timedelta(seconds=1))
            if not Message.objects.filter(line=dossiers[-1].pk).exclude(state="sent").exists():
                dossiers.append(_accepted(office))
            continue
        alive += 1
        dossiers.append(_accepted(office))
    assert line > 100
    national.send(dossiers[-1].pk)
    for dossier in dossiers:
        told = list(Message.objects.filter(line=dossier.pk).order_by("place").values_list("key", flat=True))
        assert [key for key, _ in portals.taken(portal, dossier.number)] == told
        assert (len(told), sync(dossier)) == (3, "sent")
    assert portal.portal.store.rows("SELECT max(times) FROM taken") > [(1,)]  # some were sent again, and taken once


def _accepted(office: dict[str, Any]) -> Dossier:
    dossier = made.dossier(office["mother"])
    cases.act(dossier.pk, "accept", by=office["clerk"])
    put(dossier)
    return dossier


def killed_at(line: int, work: Callable[[], object]) -> bool:
    """Work until so many lines of this system were reached, then die there; tells whether it came so far."""
    left = line

    def local(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left <= 0:
                raise Killed
        return local

    def everywhere(frame: FrameType, _event: str, _arg: object) -> Any:
        name = frame.f_code.co_filename
        there = "/systems/national/services/" in name or name.endswith("/national/adapters/portal.py")
        return local if there else None

    before = sys.gettrace()
    sys.settrace(everywhere)
    try:
        work()
    except Killed:
        return True
    finally:
        sys.settrace(before)
    return False


def test_in_a_storm_every_message_arrives_once_and_in_order(portal: Service, office: dict[str, Any]) -> None:
    portal.weather.climate = STORM
    dossiers = [made.dossier(office["mother"]) for _ in range(6)]
    chance = random.Random(7)
    for dossier in dossiers:
        for act, who in (("accept", "clerk"), ("take_on", "specialist"), ("propose", "specialist")):
            cases.act(dossier.pk, act, by=office[who])
            if chance.random() < 0.5:
                put(dossier)
        put(dossier)
    for _ in range(400):
        Line.objects.filter(next_at__isnull=False).update(next_at=clock.now())
        for dossier in dossiers:
            national.send(dossier.pk)
        for trouble in national.troubles():
            national.resend(trouble.message, by=office["head"])
        if not Message.objects.exclude(state="sent").exists():
            break
    for dossier in dossiers:
        told = list(Message.objects.filter(line=dossier.pk).order_by("place").values_list("key", flat=True))
        assert [key for key, _ in portals.taken(portal, dossier.number)] == told
        assert len(told) == 6
    assert sum(portal.weather.counts.values()) > 5


def test_organisations_and_offices_are_told_by_their_lists(portal: Service, office: dict[str, Any]) -> None:
    firm = people.add_organisation("Hộ kinh doanh Sáu", "household")
    dossier = made.dossier(firm, by=office["mother"], channel="counter")
    put(dossier)
    national.send(dossier.pk)
    (body,) = portal.portal.store.rows("SELECT body FROM taken")[0]
    assert ('"LoaiDoiTuong": "2"' in body, '"HinhThuc": "1"' in body) == (True, True)
