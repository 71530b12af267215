"""Search, offices, services, notices, the label and the app's files, as citizens and strangers ask for them."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from vamco.kernel.base import clock
from vamco.kernel.record.search import public as search
from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.notices.tests.made import ASSIGNED
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.desk.tests import made
from vamco.systems.portal import public, queries
from vamco.systems.portal.models import Measurement
from vamco.web import palette

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(settings: Any) -> Iterator[None]:
    settings.VAMCO_TODAY = made.TODAY
    queries.forget_current()
    yield
    queries.forget_current()


@pytest.fixture
def citizen() -> Person:
    return people.add("Nguyễn Thị Hồng Hoa")


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


# ── search ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def described(_person: Person | None, ids: Sequence[str]) -> Mapping[str, palette.Described]:
    return {one: palette.Described(note="Thủ tục") for one in ids}


@pytest.fixture
def procedures() -> Iterator[None]:
    """A public kind with two things, and one of officials with the same words."""
    items = [
        search.Item(kind="test_public", id=str(n), title=title, act=search.PUBLIC, url=f"/p/{n}", at=clock.now())
        for n, title in enumerate(("Đăng ký khai sinh", "Đăng ký khai tử"))
    ]
    hidden = search.Item(
        kind="test_hidden", id="1", title="Đăng ký khai sinh mật", act="desk.view_inbox", url="/h/1", at=clock.now(),
        agency=agencies.get(made.OFFICE),
    )  # fmt: skip
    with palette._kinds.restored(), transaction.atomic():
        for code, open_to_all in (("test_public", True), ("test_hidden", False)):
            palette.show(
                palette.Kind(code=code, title=code, icon="list", order=1, describe=described, public=open_to_all)
            )
        search.put(*items, hidden)
        yield


@pytest.mark.usefixtures("procedures")
@pytest.mark.parametrize("words", ["khai sinh", "dang ky khai sinh", "KHAI SINH"])
def test_a_visitor_finds_what_is_public_and_nothing_else(words: str, citizen: Person) -> None:
    for reader in (Client(), made.reader(citizen), made.reader(made.person("office", made.OFFICE, "Trần Quốc Bảo"))):
        page = text(reader.get("/search", {"q": words}))
        assert 'href="/p/0"' in page
        assert "/h/1" not in page  # of officials' things the palette knows, this page does not
        assert 'href="/p/1"' not in page


@pytest.mark.usefixtures("procedures")
def test_officials_find_public_things_in_their_palette_too() -> None:
    found = palette.found(made.person("office", made.OFFICE, "Trần Quốc Bảo"), "khai sinh")
    assert [group.kind.code for group in found] == ["test_public", "test_hidden"]


def test_what_finds_nothing_says_what_else_may_be_meant_and_what_to_do() -> None:
    page = text(Client().get("/search", {"q": "vneidd"}))
    assert "Không tìm thấy" in page
    assert 'href="/search?q=vneid"' in page
    assert 'href="tel:1022"' in page
    page = text(Client().get("/search", {"q": '<script>alert("x")</script>'}))
    assert "<script>alert" not in page


@pytest.mark.parametrize("words", ["", " ", "a", "\0", "x" * 5000, "' OR 1=1", "%", "🙂"])
def test_no_words_break_the_search(words: str) -> None:
    assert Client().get("/search", {"q": words}).status_code == 200


# ── offices and services ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_nearest_office_is_that_of_the_commune_itself() -> None:
    found = public.offices(near="25708")
    assert found[0].code == "H53.25708"
    assert found[0].km == 0
    distances = [one.km for one in found if one.km is not None]
    assert distances == sorted(distances)
    assert len(found) == 97


def test_offices_are_found_by_words_without_marks() -> None:
    assert [one.code for one in public.offices("trang bang")] == ["H53.25708"]
    assert public.offices("không có đâu") == []
    assert "Không có cơ quan phù hợp" in text(Client().get("/offices", {"q": "không có đâu"}))
    assert Client().get("/offices", {"place": "'; DROP"}).status_code == 200


def test_hours_are_those_of_the_agencys_own_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    saturday = dt.datetime(2026, 11, 21, 8, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    monkeypatch.setattr(clock, "now", lambda: saturday)
    centre = public.offices("trung tâm phục vụ hành chính công tỉnh")[0]
    commune = public.offices("trảng bàng")[0]
    assert (centre.opening.is_open, commune.opening.is_open) == (True, False)
    assert f"{commune.opening.until:%d/%m %H:%M}" == "23/11 07:00"
    holiday = dt.datetime(2026, 11, 24, 9, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    monkeypatch.setattr(clock, "now", lambda: holiday)
    commune = public.offices("trảng bàng")[0]
    assert (commune.today.windows, commune.today.reason) == ((), "Ngày Văn hóa Việt Nam")


def test_a_service_of_a_system_that_is_not_there_is_not_yet_in_use() -> None:
    held = {one.code: one for one in public.services()}
    assert (held["reports"].state, held["reports"].url) == ("coming", "")
    assert (held["vneid"].mode, held["vneid"].state) == ("national", "runs")
    page = text(Client().get("/services"))
    assert page.index("Cổng Dịch vụ công quốc gia") < page.index("Phản ánh hiện trường")


# ── notices ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_notices_are_the_readers_own(citizen: Person) -> None:
    with transaction.atomic():
        notices.send("cases.assigned", citizen, {**ASSIGNED, "title": "Hồ sơ bí mật"}, key="test")
    number = notices.inbox(citizen, "vi").notices[0].id
    own, other = made.reader(citizen), made.reader(people.add("Trần Văn Khác"))
    assert "Hồ sơ bí mật" in text(own.get("/notices"))
    assert re.search(r'class="count">1<', text(own.get("/")))
    assert other.get(f"/notices/{number}").status_code == 404
    assert "Hồ sơ bí mật" not in text(other.get("/notices"))
    assert Client().get("/notices").headers["Location"] == "/log-in?next=/notices"
    assert "Hồ sơ bí mật" in text(own.get(f"/notices/{number}"))
    assert notices.unread(citizen) == 0
    assert 'class="count"' not in text(own.get("/"))


def test_a_citizen_says_how_they_are_told(citizen: Person) -> None:
    reader = made.reader(citizen)
    assert (
        "Nhận thông báo" in text(reader.get("/notices/settings")) or reader.get("/notices/settings").status_code == 200
    )
    answer = reader.post("/notices/settings", {"language": "en", "quiet_start": "22:00", "quiet_end": "06:00"})
    assert answer.headers["Location"] == "/notices/settings"
    assert notices.settings_of(citizen).language == "en"
    assert reader.post("/notices/settings", {"channel": "sms", "agree": "yes"}).status_code == 404  # no such address


# ── the label ────────────────────────────────────────────────────────────────────────────────────────────────────────


def verdicts() -> dict[str, str]:
    return {one.code: one.verdict for one in public.findings()}


def test_the_label_claims_nothing_that_was_not_measured() -> None:
    before = verdicts()
    assert {before[code] for code in ("backup", "availability", "log", "accessibility", "users", "data", "level")} == {
        "not_measured"
    }
    page = text(Client().get("/label"))
    assert page.count("Chưa đo") == 7
    assert "tone-ok" not in page


def test_the_log_is_met_only_while_its_check_is_fresh_and_clean() -> None:
    public.examine_log()
    assert verdicts()["log"] == "met"
    Measurement.objects.update(at=clock.now() - dt.timedelta(days=3))
    assert verdicts()["log"] == "not_measured"
    Measurement.objects.update(at=clock.now(), fine=False)
    assert verdicts()["log"] == "not_met"


def test_beats_are_counted_by_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    start = dt.datetime(2026, 11, 19, 0, 5, tzinfo=dt.UTC)
    for n in range(140):
        monkeypatch.setattr(clock, "now", lambda n=n: start + dt.timedelta(minutes=10 * n))
        public.beat()
    found = next(one for one in public.findings() if one.code == "availability")
    assert (found.verdict, found.facts["share"]) == ("met", 100_00)


# ── the app ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def there(url: str) -> bool:
    """Whether a static file exists, and its address bears its version."""
    name, _mark, version = url.removeprefix("/static/").partition("?v=")
    return bool(version) and finders.find(name) is not None


def test_the_manifest_names_icons_that_are_there() -> None:
    answer = Client().get("/manifest.webmanifest")
    content = json.loads(answer.content)
    assert answer.headers["Content-Type"].startswith("application/manifest+json")
    assert (content["start_url"], content["display"]) == ("/?app=1", "standalone")
    assert {one["purpose"] for one in content["icons"]} == {"any", "maskable"}
    for icon in content["icons"]:
        assert there(icon["src"])


def test_the_worker_knows_only_files_that_are_there_and_public_pages() -> None:
    answer = Client().get("/sw.js")
    script = answer.content.decode()
    known = json.loads(script.partition("const KNOWN = ")[2].partition(";\n")[0])
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert [path for path in known["shell"] if not there(path)] == []
    for path in [known["offline"], *known["pages"]]:
        assert Client().get(path).status_code == 200, path
    assert not [path for path in known["pages"] if path in {"/", "/notices", "/drafts"}]


def test_what_is_shown_to_a_person_is_never_for_a_cache(citizen: Person) -> None:
    for path in ("/", "/offices", "/services", "/notices"):
        assert made.reader(citizen).get(path).headers["Cache-Control"] == "private, no-store"


def test_the_home_asks_the_database_little(citizen: Person) -> None:
    Client().get("/")
    with CaptureQueriesContext(connection) as asked:
        Client().get("/")
    assert len(asked) <= 9, [one["sql"][:120] for one in asked]
    reader = made.reader(citizen)
    reader.get("/")
    with CaptureQueriesContext(connection) as asked:
        reader.get("/")
    assert len(asked) <= 15, [one["sql"][:120] for one in asked]
