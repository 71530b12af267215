"""From upload to page: what is wrong is named, nothing is published by half, nothing twice, and others may not."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings

from vamco.kernel.record.search import public as search
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.systems.desk.tests.made import person
from vamco.systems.identity import public as identity
from vamco.systems.planning import demo, queries
from vamco.systems.planning import public as planning
from vamco.systems.planning.models import Notice, Project, Revision, Upload
from vamco.systems.planning.tests import made

if TYPE_CHECKING:
    from django.test import Client

    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _setting(settings: Any, client: Client) -> None:
    settings.VAMCO_TODAY = TODAY
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def official() -> Person:
    return made.publisher()


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.content.decode())


def log_in(client: Client, who: Person) -> None:
    identity.open_account("test.quyhoach", "Matkhau-dai-2026!", who)
    client.force_login(identity.find("test.quyhoach"), backend="django.contrib.auth.backends.ModelBackend")


# ── publishing ──


def test_rows_are_published_with_their_audit_entry_and_history(official: Person) -> None:
    upload = made.published("project", made.projects(made.project("DA-1"), made.project("DA-2", "Kho lạnh")), official)
    found = Project.objects.get(code="DA-1")
    assert (found.capital, found.communes, found.state, found.synthetic) == (
        250_500_000_000,
        ["25708"],
        "calling",
        True,
    )
    upload.refresh_from_db()
    assert (upload.added, upload.changed, upload.unchanged) == (2, 0, 0)
    assert [each.standing for each in Revision.objects.filter(code="DA-1")] == ["new"]
    search_hits = search.search(None, "kho lanh", kinds=[queries.PROJECT]).hits
    assert [hit.id for hit in search_hits] == ["DA-2"]


def test_the_same_file_is_refused_and_the_same_rows_change_nothing(official: Person) -> None:
    rows = [made.project("DA-1"), made.project("DA-2", "Kho lạnh")]
    content = made.projects(*rows)
    made.published("project", content, official)
    content.seek(0)
    with pytest.raises(Refused) as refusal:
        planning.take_in("project", content, "lai.xlsx", official)
    assert refusal.value.code == "planning.published_before"
    again = planning.take_in("project", made.book(("Khác", [["khác"], made.PROJECT_HEAD, *rows])), "lai.xlsx", official)
    with pytest.raises(Refused) as refusal:
        planning.publish(again.pk, official)
    assert refusal.value.code == "planning.no_change"
    assert Project.objects.count() == 2
    assert Revision.objects.count() == 2


def test_a_changed_row_is_shown_and_kept_in_its_history(official: Person) -> None:
    made.published("project", made.projects(made.project("DA-1"), made.project("DA-2")), official)
    later = made.projects(made.project("DA-1", state="Đã chọn nhà đầu tư"), made.project("DA-2"), made.project("DA-3"))
    upload = planning.take_in("project", later, "lan-2.xlsx", official)
    preview = planning.preview(upload)
    assert [change.standing for change in preview.changes] == ["changed", "unchanged", "new"]
    assert preview.changes[0].fields == (("state", "calling", "chosen"),)
    planning.publish(upload.pk, official)
    newest = queries.history("project", "DA-1")[0]
    assert (newest.standing, newest.fields) == ("changed", {"state": ["calling", "chosen"]})


def test_with_one_mistake_nothing_is_published(official: Person) -> None:
    wrong = made.projects(made.project("DA-1"), made.project("DA-2", communes="xã Không Có"))
    upload = planning.take_in("project", wrong, "sai.xlsx", official)
    assert [fault.cell for fault in planning.preview(upload).parsed.faults] == ["F4"]
    with pytest.raises(Refused) as refusal:
        planning.publish(upload.pk, official)
    assert refusal.value.code == "planning.faulty"
    assert not Project.objects.exists()
    upload.refresh_from_db()
    assert upload.published_at is None


def test_an_annex_published_before_under_other_codes_is_refused(official: Person) -> None:
    made.published("project", made.projects(made.project("DA-1"), made.project("DA-2", "Kho lạnh")), official)
    again = made.projects(made.project("DA-8"), made.project("DA-9", "Kho lạnh"))
    upload = planning.take_in("project", again, "phu-luc-3.xlsx", official)
    assert [fault.data.get("other") for fault in planning.preview(upload).parsed.faults] == ["Danh mục"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"successor": "QH-9"}, "the successor %(code)s is not known"),
        ({"valid_to": "31/12/2025"}, "ends before it begins"),
        ({"number": ""}, "a decision needs its number"),
    ],
)
def test_a_notice_that_contradicts_itself(wrong: dict[str, Any], said: str, official: Person) -> None:
    upload = planning.take_in("notice", made.notices(made.notice("QH-1", **wrong)), "a.xlsx", official)
    assert [fault.message for fault in planning.preview(upload).parsed.faults] == [said]


def test_who_may_not_publish_may_not(official: Person) -> None:
    stranger = person("department_official", made.OTHER, "Phạm Văn Đức")
    with pytest.raises(Forbidden):
        planning.take_in("project", made.projects(made.project("DA-1")), "a.xlsx", stranger)
    upload = planning.take_in("project", made.projects(made.project("DA-1")), "a.xlsx", official)
    other = person("planning_official", made.OTHER, "Trần Thị Khác")
    with pytest.raises(Missing):
        planning.publish(upload.pk, other)
    assert not Project.objects.exists()
    made.published("notice", made.notices(made.notice("QH-1")), official)
    with pytest.raises(Forbidden):
        planning.attach("QH-1", made.notices(made.notice("QH-1")), "a.xlsx", other)
    assert not queries.attachments("QH-1")


def test_what_is_no_workbook_is_refused(official: Person) -> None:
    with pytest.raises(Refused):
        planning.take_in("project", io.BytesIO(b"%PDF-1.7 ..."), "a.xlsx", official)
    assert not Upload.objects.exists()


# ── pages ──


def test_a_replaced_notice_says_so_and_names_its_successor(client: Client, official: Person) -> None:
    made.published(
        "notice",
        made.notices(
            made.notice("QH-1", "Bản cũ", valid_to="01/05/2026", successor="QH-2"),
            made.notice("QH-2", "Bản mới", valid_from="02/05/2026"),
            made.notice("QH-3", "Bản thảo", standing="Dự thảo", number="", valid_from="", valid_to="", comment_to="10/12/2026", comment_from="01/11/2026"),
        ),
        official,
    )  # fmt: skip
    old = page(client, "/planning/QH-1")
    assert "No longer in force: another one came in its place." in old
    assert 'href="/planning/QH-2"' in old
    assert "It replaced" in page(client, "/planning/QH-2")
    draft = page(client, "/planning/QH-3")
    assert "it holds for nobody yet" in draft
    assert "11 days are left" in draft
    assert "In force" not in draft.split("<main", 1)[1].split("In short", 1)[0]


def test_lists_are_searched_and_narrowed(client: Client, official: Person) -> None:
    made.published(
        "project",
        made.projects(
            made.project("DA-1", "Nhà máy đường"),
            made.project("DA-2", "Bến thuyền", field="Du lịch", communes="phường Tân Ninh", state="Đã kết thúc"),
        ),
        official,
    )
    both = page(client, "/investment")
    assert "Nhà máy đường" in both
    assert "Together: 20 ha, VND 501 billion" in both
    assert "Bến thuyền" not in page(client, "/investment?q=nha+may+duong")
    assert "Nhà máy đường" not in page(client, "/investment?commune=25459")
    assert "Bến thuyền" in page(client, "/investment?field=tourism&state=ended")
    assert "Nothing matches these filters" in page(client, "/investment?q=khong-co-gi")
    assert "No planning notice has been published yet" in page(client, "/planning")
    assert "no longer calls for investors" in page(client, "/investment/DA-2")
    page(client, "/investment/khong-co", 404)


def test_the_map_is_a_drawing_with_a_list_beside_it(client: Client, official: Person) -> None:
    made.published("project", made.projects(made.project("DA-1"), made.project("DA-2", "Kho lạnh")), official)
    found = page(client, "/investment")
    assert found.count("<path") >= 90
    assert "Trang Bang Ward: 2" in found
    assert 'href="/investment?commune=25708"' in found


def test_an_official_uploads_looks_and_publishes(client: Client, official: Person) -> None:
    log_in(client, official)
    sent = made.projects(made.project("DA-1", ha="1.5"))
    sent.name = "danh-muc.xlsx"
    answer = client.post("/planning-uploads", {"kind": "project", "sheet": sent})
    assert answer.status_code == 302
    seen = page(client, answer.headers["Location"])
    assert "G3" in seen
    assert "can be read in two ways" in seen
    assert 'value="publish"' not in seen
    good = made.projects(made.project("DA-1"))
    good.name = "danh-muc-2.xlsx"
    there = client.post("/planning-uploads", {"kind": "project", "sheet": good}).headers["Location"]
    assert Project.objects.count() == 0
    assert "All rows are published together" in page(client, there)
    client.post(there)
    assert Project.objects.count() == 1
    assert "This upload is published" in page(client, there)
    nothing = client.post("/planning-uploads", {"kind": "project"})
    assert nothing.status_code == 422


# ── the demonstration ──


def test_the_demonstration_goes_through_the_same_import(official: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    identity.open_account(demo.PUBLISHER, "Matkhau-dai-2026!", official)
    demo.fill()
    assert Notice.objects.count() >= 10
    assert Project.objects.count() >= 20
    assert not Notice.objects.filter(synthetic=False).exists()
    assert not Project.objects.filter(synthetic=False).exists()
    states = {queries.validity(each) for each in Notice.objects.all()}
    assert {"draft", "draft_open", "draft_closed", "coming", "in_force", "expired", "replaced"} <= states
    assert len(queries.attachments(demo.ATTACHED)) == 1
    counts = (Upload.objects.count(), Revision.objects.count())
    demo.fill()
    assert (Upload.objects.count(), Revision.objects.count()) == counts


def test_a_wrong_total_in_the_demonstrations_list_would_be_refused(official: Person, tmp_path: Any) -> None:
    path = django_settings.VAMCO_PACK / "demonstration" / demo.FILES["project"]
    lines = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    lines[-1][7] = str(float(lines[-1][7]) + 1)
    changed = tmp_path / "investment_projects.csv"
    with changed.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(lines)
    upload = planning.take_in("project", io.BytesIO(demo.workbook(changed)), "sai.xlsx", official)
    faults = planning.preview(upload).parsed.faults
    assert [fault.cell for fault in faults] == [f"H{len(lines)}"]
