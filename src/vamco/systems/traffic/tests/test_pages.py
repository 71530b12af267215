"""Pages of traffic: who sees what, what a camera in doubt says, two reviewers, the decider."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from vamco.kernel.base import clock
from vamco.lib.time import HCM
from vamco.systems.desk.tests.made import questions, reader
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import Camera, Violation
from vamco.systems.traffic.tests import made, pictures
from vamco.web import addresses

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Person:
    return made.official("Đoàn Thị Yến", "traffic_operator")


@pytest.fixture
def reviewer() -> Person:
    return made.official("Nguyễn Hữu Thắng", "traffic_reviewer")


@pytest.fixture
def head() -> Person:
    return made.official("Lê Hoàng Sơn", "traffic_head")


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_a_live_camera_shows_its_picture_and_what_is_in_it(operator: Person) -> None:
    pictures.live_picture(made.CAMERA, {"car": 3, "motorbike": 12})
    traffic.report(made.CAMERA, traffic.Health("ok", clock.now(), seen_at=clock.now()))
    text = text_of(reader(operator), f"/traffic?q={made.CAMERA}")
    assert re.search(r"<b>12</b>\s*Xe máy", text)
    assert "Đang hoạt động" in text
    assert "in-doubt" not in text
    answer = reader(operator).get(f"/traffic/cameras/{made.CAMERA}/picture")
    assert (answer.content, answer.headers["Content-Type"]) == (pictures.JPEG, "image/jpeg")


def test_a_frozen_camera_is_grey_says_since_when_and_counts_nothing(
    operator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case TC-01."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    since = (
        now.astimezone(HCM).replace(hour=0, minute=0)
        if now.astimezone(HCM).hour < 9
        else now.astimezone(HCM).replace(hour=8, minute=5)
    )
    pictures.live_picture(made.CAMERA, {"car": 3})
    traffic.report(made.CAMERA, traffic.Health("frozen", since, seen_at=now))
    text = text_of(reader(operator), f"/traffic?q={made.CAMERA}")
    assert f"Đứng hình từ {since:%H:%M}" in text
    assert "camera-card in-doubt" in text
    assert "Trong hình: chưa rõ" in text
    assert "Ô tô con" not in text


def test_an_old_picture_is_never_live_though_nobody_said_so(operator: Person) -> None:
    """Case TC-01: the worker died after it had said that all is well."""
    old = clock.now() - dt.timedelta(minutes=10)
    pictures.live_picture(made.CAMERA, {"car": 3}, at=old)
    traffic.report(made.CAMERA, traffic.Health("ok", old, seen_at=old))
    text = text_of(reader(operator), f"/traffic/cameras/{made.CAMERA}")
    assert "Mất tín hiệu từ" in text
    assert "in-doubt" in text


def test_a_name_with_markup_stays_text(operator: Person) -> None:
    Camera.objects.filter(code=made.CAMERA).update(name="<script>alert(1)</script>", view='"><img src=x>')
    for address in ("/traffic", f"/traffic/cameras/{made.CAMERA}", f"/traffic/cameras/{made.CAMERA}/drawing"):
        text = text_of(reader(operator), address)
        assert "<script>alert" not in text
        assert "<img src=x>" not in text


def test_pages_ask_little_of_the_database(operator: Person, reviewer: Person, head: Person) -> None:
    for number in range(4):
        made.violation(f"70A1234{number}", at=clock.now() - dt.timedelta(minutes=number))
    assert questions(reader(operator), "/traffic") <= 25
    assert questions(reader(operator), f"/traffic/cameras/{made.CAMERA}") <= 25
    first = Violation.objects.order_by("pk").first()
    assert first is not None
    assert questions(reader(reviewer), f"/traffic/review/{first.pk}") <= 45


def test_who_may_not_is_refused_and_foreign_ones_are_not_there(
    operator: Person, reviewer: Person, head: Person
) -> None:
    found = made.violation()
    stranger = reader(made.official("Cao Văn Bình", "traffic_reviewer", "H53.10"))
    for address in (f"/traffic/review/{found.pk}", f"/traffic/evidence/{found.pk}"):
        assert stranger.get(address).status_code == 404
        assert Client().get(address).status_code == 302
    assert reader(operator).get(f"/traffic/review/{found.pk}").status_code == 403
    assert reader(head).get(f"/traffic/review/{found.pk}").status_code == 403
    assert reader(reviewer).get("/traffic/decide").status_code == 403
    assert reader(reviewer).get("/traffic/search").status_code == 403
    assert reader(reviewer).get("/traffic/review/987654").status_code == 404
    assert reader(operator).get("/traffic/cameras/khong-co").status_code == 404
    assert reader(reviewer).get(f"/traffic/evidence/{found.pk}?part=what.json").status_code == 404
    assert reader(reviewer).get(f"/traffic/evidence/{found.pk}?part=../x.jpg").status_code == 404


def test_a_reviewer_confirms_with_the_plate_corrected_and_goes_to_the_next(reviewer: Person) -> None:
    first, second = made.violation("70A12345"), made.violation("70A54321", at=clock.now() + dt.timedelta(seconds=1))
    browser = reader(reviewer)
    assert f'action="/traffic/review/{first.pk}"' in text_of(browser, "/traffic/review")
    text = text_of(browser, f"/traffic/review/{first.pk}")
    assert "70A-123.45" in text
    assert "97%" in text
    assert f'href="/traffic/review/{second.pk}"' in text
    assert f"/traffic/evidence/{second.pk}?part=frames" in text  # the next one is fetched ahead
    seq = re.search(r'name="seen" value="(\d+)"', text)
    assert seq is not None
    answer = browser.post(f"/traffic/review/{first.pk}", {"do": "confirm", "seen": seq[1], "plate": "70a-123.46"})
    assert answer.headers["Location"] == f"/traffic/review/{second.pk}"
    row = Violation.objects.get(pk=first.pk)
    assert (row.plate, row.plate_read, row.case.state) == ("70A12346", "70A12345", "reviewed")


def test_two_reviewers_cannot_both_decide(reviewer: Person) -> None:
    found = made.violation()
    other = reader(made.official("Phạm Thị Lan", "traffic_reviewer"))
    form = {"seen": found.case.seq, "do": "reject", "reason": "priority"}
    assert reader(reviewer).post(f"/traffic/review/{found.pk}", form).status_code == 302
    answer = other.post(f"/traffic/review/{found.pk}", {"seen": found.case.seq, "do": "confirm", "plate": "70A12345"})
    assert answer.status_code == 409
    found.refresh_from_db()
    assert found.case.state == "rejected"
    assert found.case.entries.count() == 2


def test_a_rejection_needs_a_coded_reason(reviewer: Person) -> None:
    found = made.violation()
    for reason in ("", "khac"):
        answer = reader(reviewer).post(
            f"/traffic/review/{found.pk}", {"seen": found.case.seq, "do": "reject", "reason": reason}
        )
        assert answer.status_code in {409, 422}
    found.refresh_from_db()
    assert found.case.state == "proposed"


def test_the_decider_decides_on_several_and_never_on_their_own(reviewer: Person, head: Person) -> None:
    mine, theirs = made.violation("70A11111"), made.violation("70A22222")
    traffic.confirm(theirs.pk, by=reviewer, seen=theirs.case.seq)
    both = made.official("Vũ Văn Cả Hai", "traffic_head")
    pictures.also(both, "traffic_reviewer")
    traffic.confirm(mine.pk, by=both, seen=mine.case.seq)
    text = text_of(reader(both), "/traffic/decide")
    assert f'name="case-{theirs.pk}"' in text
    assert f'name="case-{mine.pk}"' not in text
    marks = {f"case-{each.pk}": Violation.objects.get(pk=each.pk).case.seq for each in (mine, theirs)}
    assert reader(both).post("/traffic/decide", marks).status_code == 302
    assert [Violation.objects.get(pk=each.pk).case.state for each in (mine, theirs)] == ["reviewed", "decided"]
    text = text_of(reader(head), "/traffic/decide")
    assert f'name="case-{mine.pk}"' in text
    reader(head).post(
        f"/traffic/decide/{mine.pk}", {"do": "send_back", "seen": marks[f"case-{mine.pk}"], "note": "Biển mờ"}
    )
    assert Violation.objects.get(pk=mine.pk).case.state == "proposed"


def test_the_page_of_the_case_leads_to_the_desk(reviewer: Person) -> None:
    found = made.violation()
    text = text_of(reader(reviewer), addresses.to("case", found.pk))
    assert f"/traffic/review/{found.pk}" in text
    assert "70A-123.45" in text
