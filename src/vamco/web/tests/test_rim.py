"""Where the site meets the world: languages, errors, headers, what every template knows."""

from __future__ import annotations

import errno
import gzip
import io
import json
from collections import defaultdict
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, OperationalError, ProgrammingError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import path
from django.utils import translation

from vamco.kernel.world.access.public import Grant
from vamco.lib.errors import Forbidden, Missing, Refused, Unavailable
from vamco.web import context, navigation, pages, rim, storage, vendor
from vamco.web.navigation import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client


def ask(error: Exception, path: str = "/x", **headers: str) -> HttpResponse | None:
    request = RequestFactory().get(path, headers=headers)
    request.person = None
    return rim.Rim(lambda _request: HttpResponse()).process_exception(request, error)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused("a.b", "No: %(what)s.", what="<b>"), 409),
        (Forbidden("a.b", "No: %(what)s.", what="<b>"), 403),
        (Missing("a.b", "No: %(what)s.", what="<b>"), 404),
        (Unavailable("a.b", "No: %(what)s.", what="<b>"), 503),
    ],
)
@pytest.mark.django_db
def test_an_error_becomes_a_page_that_says_it(error: Exception, status: int) -> None:
    answer = ask(error)
    assert answer is not None
    assert answer.status_code == status
    assert "No: &lt;b&gt;." in answer.content.decode()
    assert answer.headers.get("Retry-After") == ("10" if status == 503 else None)


class Full(io.BytesIO):
    """A place for uploads on a disk that has no room left."""

    def write(self, _piece: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(("language", "said"), [("vi", "không còn chỗ cho các tệp"), ("en", "no room for the files")])
@pytest.mark.django_db
def test_a_disk_without_room_for_an_upload_is_said_in_words(
    language: str, said: str, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vamco.web.spool.open_file", Full)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    large = SimpleUploadedFile("scan.pdf", b"%PDF-" + b"x" * (3 * 1024 * 1024))
    answer = client.post("/log-in", {"username": "x", "file": large})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert said in answer.content.decode()
    assert "X-Frame-Options" in answer.headers
    small = client.post("/log-in", {"username": "x", "file": SimpleUploadedFile("a.pdf", b"%PDF-")})
    assert small.status_code == 422  # the form again: there is no password


def test_another_fault_of_an_upload_stays_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.BytesIO):
        def write(self, _piece: Any) -> int:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("vamco.web.spool.open_file", Broken)
    large = SimpleUploadedFile("scan.pdf", b"x" * (3 * 1024 * 1024))
    request = RequestFactory().post("/x", {"file": large})
    with pytest.raises(OSError, match="Input/output"):
        rim.Uploads(lambda _request: HttpResponse()).process_view(request, lambda _request: HttpResponse(), (), {})


@pytest.mark.parametrize(("path", "accept"), [("/api/x", "*/*"), ("/x", "application/json")])
def test_an_error_becomes_a_problem_where_json_was_asked_for(path: str, accept: str) -> None:
    answer = ask(Refused("a.b", "No: %(what)s.", what="x"), path, Accept=accept)
    assert answer is not None
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content) == {
        "type": "about:blank",
        "status": 409,
        "title": "No: x.",
        "code": "a.b",
        "data": {"what": "x"},
    }


def test_a_silent_database_is_a_503_that_does_not_ask_the_database() -> None:
    answer = ask(OperationalError("down"))
    assert answer is not None
    assert answer.status_code == 503
    assert (
        "Cơ sở dữ liệu chưa trả lời" in answer.content.decode()
        or "The database does not answer" in answer.content.decode()
    )


@pytest.mark.django_db
def test_what_the_database_cannot_store_is_the_readers_to_mend() -> None:
    answer = ask(DataError("a NUL in a text"))
    assert answer is not None
    assert answer.status_code == 409
    assert "NUL" not in answer.content.decode()


@pytest.mark.parametrize(("error", "status"), [(OperationalError("down"), 503), (ProgrammingError("a bug"), None)])
def test_a_database_that_is_silent_before_any_view_has_a_page_too(error: Exception, status: int | None) -> None:
    class Anybody:
        @property
        def person(self) -> None:
            raise error

    request = RequestFactory().get("/x")
    request.user = Anybody()
    middleware = rim.Rim(lambda _request: pytest.fail("no view may run"))
    if status is None:
        with pytest.raises(ProgrammingError):
            middleware(request)
    else:
        assert middleware(request).status_code == status


@pytest.mark.django_db
def test_a_form_without_a_valid_token_says_how_to_go_on() -> None:
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/language", {"language": "en"})
    assert answer.status_code == 400
    assert "Vui lòng tải lại trang rồi gửi lại." in answer.content.decode()


# ── the declaration of a page ──


def visit(act: str, person: object, method: str = "GET", **options: Any) -> Any:
    view = pages.page(act, **options)(lambda _request: HttpResponse("seen"))
    assert view.act == act
    request = RequestFactory().generic(method, "/x?a=1")
    request.person = person
    return view(request)


def test_a_page_asks_before_it_opens() -> None:
    nobody, somebody = None, SimpleNamespace(_grants=())
    allowed = SimpleNamespace(_grants=(Grant(frozenset({"ioc.view_board"}), "all", "/"),))

    assert visit(pages.PUBLIC, nobody).content == b"seen"
    assert visit(pages.SIGNED_IN, somebody).content == b"seen"
    assert visit("ioc.view_board", allowed).content == b"seen"
    for act in (pages.SIGNED_IN, "ioc.view_board"):
        assert visit(act, nobody).headers["Location"] == "/log-in?next=/x%3Fa%3D1"
    with pytest.raises(Forbidden):
        visit("ioc.view_board", somebody)
    with pytest.raises(Forbidden):
        visit("other.act", allowed)


def test_a_page_answers_only_the_methods_that_it_names() -> None:
    assert visit(pages.PUBLIC, None, "POST").status_code == 405
    assert visit(pages.PUBLIC, None, "POST", methods=("POST",)).content == b"seen"
    assert visit(pages.PUBLIC, None, "GET", methods=("POST",)).status_code == 405


def test_an_error_of_ours_is_left_to_django() -> None:
    assert ask(ValueError("a bug")) is None


@pytest.mark.parametrize(("handler", "status"), [(rim.bad_request, 400), (rim.forbidden, 403), (rim.missing, 404)])
@pytest.mark.django_db
def test_djangos_own_errors_have_pages(handler: Any, status: int) -> None:
    request = RequestFactory().get("/x")
    assert handler(request, BadRequest("secret detail")).status_code == status
    assert "secret detail" not in handler(request, BadRequest("secret detail")).content.decode()


def test_the_page_for_our_own_mistakes_needs_no_database() -> None:
    answer = rim.broken(RequestFactory().get("/x?a=1"))
    assert answer.status_code == 500
    assert 'href="/x?a=1"' in answer.content.decode()


@pytest.mark.django_db
def test_vietnamese_is_the_default_whatever_the_browser_says(client: Client) -> None:
    answer = client.get("/style", headers={"Accept-Language": "fr, en;q=0.9"})
    assert answer.headers["Content-Language"] == "vi"
    assert '<html lang="vi">' in answer.content.decode()
    client.cookies["vamco_language"] = "en"
    assert '<html lang="en">' in client.get("/style").content.decode()
    client.cookies["vamco_language"] = "xx"
    assert '<html lang="vi">' in client.get("/style").content.decode()
    assert translation.get_language() in {"vi", "en"}


@pytest.mark.django_db
def test_every_answer_carries_a_policy_without_holes_and_no_page_writes_code_into_itself(client: Client) -> None:
    answer = client.get("/style")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'self';")
    html = answer.content.decode()
    assert " style=" not in html
    assert " onclick=" not in html
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert all("src=" in tag or 'type="application/json"' in tag for tag in html.split("<script")[1:])


PROTECTING = {
    "Content-Security-Policy": rim.POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
ANSWERS: dict[str, tuple[int, dict[str, Any]]] = {
    "a page": (200, {"path": "/style"}),
    "another host": (400, {"path": "/style", "headers": {"Host": "evil.example"}}),
    "no host at all": (400, {"path": "/style", "headers": {"Host": "a b<c>"}}),
    "no such page": (404, {"path": "/never"}),
    "no such operation": (404, {"path": "/api/v1/never"}),
    "not logged in": (401, {"path": "/api/v1/cases"}),
    "a body that is none": (
        400,
        {"path": "/verify", "method": "POST", "data": b"x", "content_type": "multipart/form-data"},
    ),
    "a static file": (200, {"path": "/static/web/base.css"}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", ANSWERS)
def test_what_protects_a_page_stands_on_every_answer(case: str, client: Client) -> None:
    status, asked = ANSWERS[case]
    answer = client.generic(**{"method": "GET", **asked})
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in PROTECTING} == PROTECTING
    answer.close()


SCRIPT = "/static/vendor/htmx/htmx.min.js"


def read(client: Client, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Load a script to its end."""
    answer: Any = client.get(SCRIPT, headers={name.replace("_", "-"): value for name, value in headers.items()})
    content = b"".join(answer)
    answer.close()
    return answer.status_code, content, dict(answer.headers)


@pytest.mark.django_db
def test_a_static_file_is_compressed_once_a_process(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rim._packed.cache_clear()
    plain = read(client)[1]
    _status, packed, headers = read(client, Accept_Encoding="gzip")
    assert (gzip.decompress(packed), headers["Content-Length"]) == (plain, str(len(packed)))
    monkeypatch.setattr(gzip, "compress", lambda *_args, **_more: pytest.fail("compressed before"))
    assert read(client, Accept_Encoding="gzip")[1] == packed
    assert read(client, Accept_Encoding="gzip", Range="bytes=0-9")[:2] == (206, plain[:10])
    assert client.head(SCRIPT, headers={"Accept-Encoding": "gzip"}).status_code == 200


@pytest.mark.django_db
def test_a_file_that_the_browser_holds_compressed_is_not_sent_again(client: Client) -> None:
    tag = read(client, Accept_Encoding="gzip")[2]["ETag"]
    assert tag.startswith("W/")
    assert read(client, Accept_Encoding="gzip", If_None_Match=tag)[:2] == (304, b"")
    assert read(client, If_None_Match='W/"other"')[0] == 200


@pytest.mark.django_db
def test_the_language_switch_goes_back_but_never_to_another_site(client: Client) -> None:
    answer = client.post("/language", {"language": "en", "next": "/style?page=2"})
    assert answer.headers["Location"] == "/style?page=2"
    assert answer.cookies["vamco_language"].value == "en"
    assert client.post("/language", {"language": "en", "next": "https://evil.example/"}).headers["Location"] == "/"
    assert client.get("/language").status_code == 405


# ── what every template knows ──


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><script>', ""), ("", "")])
def test_only_our_themes_reach_the_page(cookie: str, theme: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["vamco_theme"] = cookie
    assert context.site(request)["theme"] == theme


@pytest.mark.django_db
def test_the_province_has_its_name_in_both_languages() -> None:
    cache.clear()
    with translation.override("vi"):
        assert context.province() == "Tỉnh Tây Ninh"
    with translation.override("en"):
        assert context.province() == "Tay Ninh Province"


def test_the_province_is_nameless_while_the_database_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()

    def silent(_day: object) -> None:
        raise OperationalError

    monkeypatch.setattr(context.places, "province", silent)
    assert context.province() == ""
    assert cache.get("web.top_unit") is None


# ── navigation ──


urlpatterns = [
    path("a", lambda request: HttpResponse(), name="a"),
    path("b", lambda request: HttpResponse(), name="b"),
    path("c", lambda request: HttpResponse(), name="c"),
]


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr(navigation, "_also", defaultdict(set))
    with navigation._places.restored(empty=True):
        yield


def test_a_reader_sees_what_they_may_enter_in_order(places: None) -> None:
    later = Place(label="B", url_name="b", act="act.b", icon="list", order=20)
    first = Place(label="A", url_name="a", act="act.a", icon="home", order=10, also=("detail",))
    navigation.register(later)
    navigation.register(first)
    with pytest.raises(TypeError, match="the place in the navigation 'b' is registered already"):
        navigation.register(later)

    request = RequestFactory().get("/b")
    request.resolver_match = type("Match", (), {"view_name": "detail"})()
    seen = navigation.shown(request, lambda _act: True)
    assert [(place.label, place.url, place.current) for place in seen] == [("A", "/a", True), ("B", "/b", False)]
    assert [place.label for place in navigation.shown(RequestFactory().get("/"), lambda act: act == "act.b")] == ["B"]


def test_a_group_stands_where_its_order_says_and_one_entry_stands_for_itself(places: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(navigation, "_groups", {})
    group = navigation.Group(code="data", label="Data", order=5)
    navigation.register_group(group)
    navigation.register_group(group)  # two systems may bring the same
    with pytest.raises(TypeError, match="data"):
        navigation.register_group(navigation.Group(code="data", label="Other", order=5))
    navigation.register(
        Place(label="Alone", url_name="c", act="act.alone", icon="home", order=10),
        Place(label="B", url_name="b", act="act.b", icon="list", order=20, group="data"),
        Place(label="A", url_name="a", act="act.a", icon="home", order=10, group="data"),
    )
    navigation.extend("b", "of another room")
    request = RequestFactory().get("/")
    request.resolver_match = type("Match", (), {"view_name": "of another room"})()

    seen = navigation.shown(request, lambda _act: True)
    assert [(place.label, place.url, place.current) for place in seen] == [("Data", "", True), ("Alone", "/c", False)]
    assert [(entry.label, entry.current) for entry in seen[0].entries] == [("A", False), ("B", True)]
    assert [place.label for place in navigation.shown(request, lambda act: act != "act.a")] == ["B", "Alone"]
    assert [place.label for place in navigation.flat(request, lambda _act: True)] == ["A", "B", "Alone"]
    page = render_to_string("web/navigation.html", {"navigation": seen, "folds": True})
    assert '<summary class="current">Data' in page
    assert '<a href="/b" aria-current="page">B</a>' in page


# ── files of other projects, and the addresses of files ──


def test_a_file_has_its_content_in_its_address() -> None:
    files = storage.VersionedStaticFiles()
    address = files.url("web/base.css")
    assert address.startswith("/static/web/base.css?v=")
    assert len(address.split("=")[1]) == 12
    assert files.url("web/base.css") is address
    assert files.url("web/none.css") == "/static/web/none.css"
    assert files.url(None) == "/static/"


def test_vendored_files_are_copied_once_and_again_when_they_change(tmp_path: Path) -> None:
    modules, static = tmp_path / "node_modules", tmp_path / "vendor"
    for origin in vendor.FILES.values():
        (modules / origin).parent.mkdir(parents=True, exist_ok=True)
        (modules / origin).write_text(origin)

    assert vendor.missing(static) == list(vendor.FILES)
    assert len(vendor.place(modules, static)) == len(vendor.FILES)
    assert vendor.missing(static) == []
    assert vendor.place(modules, static) == []

    (modules / "leaflet/LICENSE").write_text("changed")
    assert vendor.place(modules, static) == [static / "leaflet/LICENSE"]
    (modules / "leaflet/LICENSE").unlink()
    with pytest.raises(FileNotFoundError):
        vendor.place(modules, static)
