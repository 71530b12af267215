"""A listing as its page answers: rows, files, views, and acts on many rows."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django import forms
from django.test import Client
from django.urls import include, path

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.places.models import Place
from vamco.lib.errors import Missing, Refused
from vamco.systems.desk.tests import made
from vamco.web.components import Cell, Column, Table
from vamco.web.models import SavedView
from vamco.web.pages import PUBLIC, page
from vamco.web.tables import public as tables
from vamco.web.tables import views

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.models import Person
    from vamco.web.pages import Request

pytestmark = pytest.mark.django_db
EVIL = "<script>alert('&')</script>"
done: list[tuple[str, tuple[str, ...], dict[str, Any]]] = []


class Filters(forms.Form):
    words = forms.CharField(label="Tên", required=False)
    kind = forms.MultipleChoiceField(label="Loại", required=False, choices=[("ward", "Phường"), ("commune", "Xã")])
    since = forms.DateField(label="Từ ngày", required=False)


class Reason(forms.Form):
    reason = forms.CharField(label="Lý do", max_length=20)


def _run(by: Person | None, keys: Sequence[str], said: Mapping[str, Any]) -> tables.Outcome:
    done.append((by.name if by else "", tuple(keys), dict(said)))
    refused = tuple((f"Số {key}", EVIL) for key in keys if key.startswith("9"))
    return tables.Outcome(len(keys) - len(refused), refused)


def rows(asked: tables.Asked) -> tables.Records[Place]:
    found = Place.objects.filter(kind__in=asked.filters.get("kind") or ["ward", "commune"])
    if words := asked.filters.get("words"):
        found = found.filter(name__icontains=words)

    def row(place: Place) -> tables.Row:
        area = Cell(text=f"{place.area_km2} km²", value=place.area_km2, note="Tây Ninh")
        return tables.Row(key=str(place.pk), cells=(Cell(text=place.full_name, url=f"/p/{place.pk}"), place.code, area))

    return tables.Records(found, row, {"name": "sort_key", "code": "code", "area": "area_km2"}, default="code")


LISTING = tables.Listing(
    code="test.places",
    caption="Xã, phường: Tây Ninh",
    columns=(
        Column(label="Tên gọi", key="name"),
        Column(label="Mã", key="code"),
        Column(label="Diện tích", key="area", number=True, optional=True, noted="Tỉnh"),
    ),
    rows=rows,
    filters=Filters,
    sort="name",
    per_page=10,
    acts=(
        tables.Act(code="mark", label="Đánh dấu", run=_run, says="Các xã được đánh dấu."),
        tables.Act(code="close", label="Đóng", run=_run, says="Đóng lại.", act="hub.retry_dead_letter", form=Reason, danger=True),
    ),
)  # fmt: skip


@page(PUBLIC, methods=tables.METHODS)
def places(request: Request) -> HttpResponseBase:
    return tables.answer(request, LISTING, "style/table.html")


@page(PUBLIC)
def plans(request: Request) -> HttpResponseBase:
    columns = (Column(label="Dự án"), Column(label="Kế hoạch", figure="money", noted="Nguồn"))
    table = Table(
        caption="Kế hoạch vốn", columns=columns, rows=(("Cầu", Cell(text="1,2 tỷ", value=1_200_000_000, note="NSTW")),)
    )
    return tables.table_file(request, table, "csv", code="test.plans", unit="đồng", period="Năm 2026")


urlpatterns = [
    path("places", places, name="places"),
    path("plans", plans, name="plans"),
    path("", include("vamco.config.urls")),
]


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    settings.VAMCO_TODAY = made.TODAY
    done.clear()


@pytest.fixture
def office() -> Person:
    return made.person("office", made.OFFICE, "Trần Quốc Bảo")


@pytest.fixture
def operator() -> Person:
    return made.person("operator", made.IOC, "Ngô Thanh Tùng")


def seen(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.content.decode())


def names(html: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*><span><a[^>]*>([^<]*)<', html)


# ── the page ──


def test_a_page_shows_rows_head_count_and_the_way_on() -> None:
    html = seen(Client().get("/places"))
    assert len(names(html)) == 10
    total = Place.objects.filter(kind__in=["ward", "commune"]).count()
    assert f"{total} dòng" in html
    assert "Tên gọi, tăng dần" in html
    assert 'aria-sort="ascending"><a class="sort" href="/places?sort=-name"' in html
    assert "Diện tích" not in html.split("<tbody")[1]
    following = re.search(r'href="(/places\?after=[\w-]+)"', html)
    assert following
    second = seen(Client().get(following[1]))
    assert not set(names(second)) & set(names(html)) or len(set(names(second))) < 10
    assert "Trang đầu" in second


def test_filters_sort_and_columns_stand_in_each_address() -> None:
    html = seen(Client().get("/places?words=An&kind=ward&kind=commune&columns=area&sort=-area&junk=1&after=zz"))
    assert names(html)
    assert all("an" in name.lower() for name in names(html))
    assert "km²" in html
    state = "words=An&kind=ward&kind=commune"
    assert f'href="/places?{state}&sort=name&columns=name%2Carea"' in html
    assert f'href="/places?{state}&sort=-area&columns=name%2Carea&export=csv"' in html
    assert 'href="/places?words=An&kind=commune&sort=-area&columns=name%2Carea"' in html  # without "ward"
    assert "Loại: Phường" in html
    assert "Tên: An" in html
    assert "junk" not in html.split("<main")[1]


def test_a_wrong_answer_is_said_and_filters_nothing() -> None:
    html = seen(Client().get("/places?since=never&words=Long"))
    assert 'id="listing-test-places-since_error"' in html
    assert names(html)
    assert "Từ ngày: never" not in html
    assert "Tên: Long" in html


def test_nothing_found_teaches_the_next_step() -> None:
    html = seen(Client().get("/places?words=Atlantis&sort=code"))
    assert "Không có dòng nào khớp bộ lọc" in html
    assert 'class="button primary" href="/places?sort=code"' in html
    assert "<table" not in html


def test_what_people_write_stays_text() -> None:
    Place.objects.filter(pk=Place.objects.filter(kind="ward").first().pk).update(full_name=EVIL, sort_key="")
    raw = Client().get("/places", {"words": EVIL}).content.decode()
    assert "<script>alert" not in raw
    assert "&lt;script&gt;" in Client().get("/places").content.decode()


def test_the_reader_sees_only_the_acts_that_they_may_do(office: Person, operator: Person) -> None:
    assert "Đóng lại." not in seen(made.reader(office).get("/places"))
    assert "Đóng lại." in seen(made.reader(operator).get("/places"))


@pytest.mark.parametrize(
    "columns", [(), (Column(label="a"),), (Column(label="a", key="a"), Column(label="b", key="a"))]
)
def test_a_declaration_that_could_not_work_is_refused(columns: Any) -> None:
    with pytest.raises(ValueError, match="a key of its own"):
        tables.Listing(code="x", caption="x", columns=columns, rows=rows)


def test_a_filter_may_not_be_called_like_a_part_of_the_address() -> None:
    class Wrong(forms.Form):
        after = forms.CharField()

    with pytest.raises(ValueError, match="after"):
        tables.Listing(code="x", caption="x", columns=LISTING.columns, rows=rows, filters=Wrong)


# ── as a file ──


def test_a_file_holds_all_rows_that_the_filters_leave_and_is_written_down(office: Person, settings: Any) -> None:
    answer = made.reader(office).get("/places?export=csv&kind=ward&sort=-code&columns=name,area&after=x")
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(content), delimiter=";"))
    expected = Place.objects.filter(kind="ward").order_by("-code", "-pk")
    assert lines[0] == ["Xã, phường: Tây Ninh"]
    said = dict(line for line in lines[1:] if len(line) == 2)
    assert list(said) == [
        "Số liệu tại thời điểm",
        "Bộ lọc",
        "Thời điểm xuất",
        "Người xuất",
        *(["Ghi chú"] if settings.VAMCO_DEMO else []),
    ]
    assert said["Bộ lọc"] == "Loại: Phường"
    assert said["Người xuất"] == "Trần Quốc Bảo, Văn phòng Ủy ban nhân dân tỉnh"
    assert re.fullmatch(r"\d\d:\d\d 20/11/2026", said["Thời điểm xuất"])
    head = lines.index(["Tên gọi", "Diện tích", "Tỉnh"])
    assert lines[head - 1] == []
    assert [line[0] for line in lines[head + 1 :]] == [place.full_name for place in expected]
    assert {line[2] for line in lines[head + 1 :]} == {"Tây Ninh"}, "what stands beneath is a column of its own"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="xa-phuong-tay-ninh-2026-11-20.csv"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_filter_that_no_longer_holds_gives_no_file(office: Person) -> None:
    answer = made.reader(office).get("/places?export=csv&kind=district")
    assert answer.status_code == 409
    assert "csv" not in answer.headers["Content-Type"]


def test_a_visitors_file_needs_no_entry_and_unknown_kinds_are_pages() -> None:
    answer = Client().get("/places?export=xlsx")
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert "<html" in seen(Client().get("/places?export=exe"))


def test_a_table_of_a_page_is_a_file_with_unit_and_period(office: Person) -> None:
    content = b"".join(made.reader(office).get("/plans").streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert lines[:3] == [["Kế hoạch vốn"], ["Đơn vị tính", "đồng"], ["Kỳ", "Năm 2026"]]
    assert lines[-2:] == [["Dự án", "Kế hoạch", "Nguồn"], ["Cầu", "1200000000", "NSTW"]]
    assert Entry.objects.filter(act="web.export_table", subject="table:test.plans", actor=str(office.pk)).count() == 1


# ── acts on many rows ──


def post(client: Client, task: str, *picks: str, **more: str) -> Any:
    return client.post("/places?kind=ward&sort=code", {"task": task, "pick": picks, **more})


def test_an_act_is_asked_first_and_done_once_for_each_row(office: Person) -> None:
    client = made.reader(office)
    asked = post(client, "mark", "1", "2", "1", "")
    html = seen(asked)
    assert done == []
    assert "Các xã được đánh dấu." in html
    assert "Đã chọn 2 dòng" in html
    assert re.findall(r'name="pick" value="(\w+)"', html) == ["1", "2"]
    assert 'action="/places?kind=ward&sort=code"' in html

    answer = post(client, "mark", "1", "2", "1", confirmed="mark")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/places?kind=ward&sort=code"
    assert done == [("Trần Quốc Bảo", ("1", "2"), {})]
    assert "Đánh dấu: đã thực hiện với 2 dòng." in seen(client.get("/places"))


def test_what_was_refused_is_named_with_its_reason_and_many_are_counted(office: Person) -> None:
    client = made.reader(office)
    post(client, "mark", *(f"9{n}" for n in range(8)), "1", confirmed="mark")
    raw = client.get("/places").content.decode()
    assert "đã thực hiện với 1 dòng" in raw
    assert raw.count("được giữ nguyên: &lt;script&gt;") == 5
    assert "Còn 3 dòng khác được giữ nguyên." in raw


def test_a_form_that_is_wrong_asks_again_and_keeps_what_was_said(operator: Person) -> None:
    client = made.reader(operator)
    answer = post(client, "close", "1", confirmed="close", reason="x" * 21)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'class="error"' in html
    assert "x" * 21 in html
    assert done == []
    assert post(client, "close", "1", confirmed="close", reason="trùng").status_code == 302
    assert done == [("Ngô Thanh Tùng", ("1",), {"reason": "trùng"})]


@pytest.mark.parametrize(
    ("task", "picks", "more", "status"),
    [
        ("mark", (), {"confirmed": "mark"}, 409),
        ("mark", tuple(str(n) for n in range(501)), {"confirmed": "mark"}, 409),
        ("unknown", ("1",), {"confirmed": "unknown"}, 404),
        ("", ("1",), {}, 404),
        ("close", ("1",), {"confirmed": "close", "reason": "x"}, 403),
    ],
)
def test_what_may_not_be_done_is_refused_and_nothing_happens(
    office: Person, task: str, picks: tuple[str, ...], more: dict[str, str], status: int
) -> None:
    assert post(made.reader(office), task, *picks, **more).status_code == status
    assert done == []


def test_a_visitor_may_not_do_what_needs_a_grant_nor_keep_views() -> None:
    assert post(Client(), "close", "1", confirmed="close", reason="x").status_code == 403
    assert post(Client(), "save-view", name="x").status_code == 409
    assert post(Client(), "drop-view", view="1").status_code == 409
    assert done == []
    assert not SavedView.objects.exists()


def test_an_act_for_one_confirmed_as_another_is_asked_again(operator: Person) -> None:
    assert "Đóng lại." in seen(post(made.reader(operator), "close", "1", confirmed="mark", reason="x"))
    assert done == []


def test_another_site_cannot_act_for_the_reader(office: Person) -> None:
    client = made.reader(office)
    client.handler.enforce_csrf_checks = True
    assert post(client, "mark", "1", confirmed="mark").status_code == 400
    assert done == []


# ── views ──


def test_a_view_is_kept_found_again_replaced_and_removed(office: Person) -> None:
    client = made.reader(office)
    answer = client.post(
        "/places?kind=ward&sort=code&after=zzz&junk=1", {"task": "save-view", "name": "  Phường\n đô thị "}
    )
    assert answer.status_code == 302
    view = SavedView.objects.get()
    assert (view.name, view.query, view.listing) == ("Phường đô thị", "?kind=ward&sort=code", "test.places")
    html = seen(client.get("/places?sort=code&kind=ward"))
    assert '<a href="/places?kind=ward&sort=code" aria-current="page">Phường đô thị</a>' in html
    assert 'href="/places?">' not in html

    client.post("/places?kind=commune", {"task": "save-view", "name": "Phường đô thị"})
    assert SavedView.objects.get().query == "?kind=commune"

    client.post("/places", {"task": "drop-view", "view": str(SavedView.objects.get().pk)})
    assert not SavedView.objects.exists()


def test_views_are_each_persons_own(office: Person, operator: Person) -> None:
    view = views.save(office, "test.places", "Của tôi", "?kind=ward")
    assert "Của tôi" not in seen(made.reader(operator).get("/places"))
    assert made.reader(operator).post("/places", {"task": "drop-view", "view": str(view.pk)}).status_code == 404
    with pytest.raises(Missing):
        views.drop(office, "other.table", str(view.pk))
    assert SavedView.objects.count() == 1
    assert views.views_of(None, "test.places") == ()


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "1.5", "٣", "9" * 18, "9" * 40])
def test_a_view_that_is_not_there_is_missing(office: Person, number: str) -> None:
    with pytest.raises(Missing):
        views.drop(office, "test.places", number)


@pytest.mark.parametrize("name", ["", "  ", "\0", "\n"])
def test_a_view_needs_a_name(office: Person, name: str) -> None:
    with pytest.raises(Refused):
        views.save(office, "test.places", name, "?")


def test_views_are_not_without_end(office: Person) -> None:
    for number in range(views.MOST):
        views.save(office, "test.places", f"Số {number}", "?")
    with pytest.raises(Refused):
        views.save(office, "test.places", "Thêm", "?")
    views.save(office, "test.places", "Số 1", "?sort=code")  # replacing is not adding
    views.save(office, "other.table", "Thêm", "?")
    with pytest.raises(Refused):
        views.save(office, "other.table", "Dài", "?" + "a" * 4001)
    assert SavedView.objects.count() == views.MOST + 1
