"""The same thing twice, and two people at once: done once, and the second is told by whom."""

from __future__ import annotations

import datetime as dt
import html
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.test import Client

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry as Audited
from vamco.kernel.base.events import public as events
from vamco.kernel.base.events.models import Delivery, Event
from vamco.kernel.base.events.services import delivering
from vamco.kernel.base.jobs.services import worker
from vamco.kernel.record.files.models import File
from vamco.kernel.work.cases import public as cases
from vamco.systems.desk.tests import made
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import Delivery as Batch
from vamco.systems.hub.contracts import Layout, RunState
from vamco.systems.hub.models import Dataset, Run
from vamco.systems.indicators.models import Settlement, Value
from vamco.systems.warnings.models import Alarm, Step
from vamco.vocab.hub import DatasetLate, DatasetPublished

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from django.http import HttpResponse

COMPANIES = "nam;ma_so_doanh_nghiep;ten_doanh_nghiep;loai_hinh;ma_xa;ngay_cap;von_dang_ky;ma_nganh\n"


@pytest.fixture(autouse=True)
def _day(fresh_db: str, settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all acts at the same moment, each in a thread with a connection of its own; an error is given as it is."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(120)
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def work() -> None:
    """Let the worker do all that is to be done."""
    (done,) = at_once(lambda: worker.run(alone=True, wait=False))
    assert done is None


def text(answer: HttpResponse) -> str:
    return html.unescape(answer.content.decode())


def statuses(answers: Sequence[Any]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


# Batches


def batch(folder: Path, *, count: int = 5, name: str = "doanh-nghiep-2026.csv") -> Batch:
    rows = [f"2026;31{n:08d};Công ty {n};CTCP;25708;19/11/2026;1000000;C10" for n in range(count)]
    path = folder / name
    path.write_text(COMPANIES + "".join(f"{row}\n" for row in rows))
    layout = Layout("csv", delimiter=";", date_format="dd/MM/yyyy")
    return Batch("tai-chinh", name, "text/csv", path, clock.now(), "", layout)


def traces() -> dict[str, int]:
    """How much there is of everything that a batch leaves behind."""
    models = {"runs": Run, "values": Value, "settled": Settlement, "told": Event, "audited": Audited, "files": File}
    return {name: model.objects.count() for name, model in models.items()}


def test_a_batch_that_comes_again_and_again_changes_nothing(tmp_path: Path) -> None:
    first = hub.receive("dkkd", batch(tmp_path))
    work()
    assert first.state == RunState.PUBLISHED
    now = Value.objects.get(indicator="DN01", period="2026-11-19", place="", agency="", known_to=None)
    assert now.value == 5
    before = traces()

    assert hub.receive("dkkd", batch(tmp_path)).id == first.id
    again = at_once(*[lambda: hub.receive("dkkd", batch(tmp_path))] * 3)
    work()

    assert [run.id for run in again] == [first.id] * 3
    assert traces() == before
    assert hub.relation("dkkd").rows == 5


def test_a_batch_that_comes_from_four_at_once_is_taken_in_once(tmp_path: Path) -> None:
    folders = [tmp_path / str(n) for n in range(4)]
    for folder in folders:
        folder.mkdir()
    runs = at_once(*[lambda folder=folder: hub.receive("dkkd", batch(folder)) for folder in folders])
    work()

    assert len({run.id for run in runs}) == 1
    assert Run.objects.filter(dataset__code="dkkd").count() == 1
    assert hub.relation("dkkd").rows == 5
    assert Value.objects.get(indicator="DN01", period="2026-11-19", place="", agency="", known_to=None).value == 5
    assert Settlement.objects.filter(definition__code="DN01").count() == 1
    assert (list(events.dead_letters()), audit.verify()) == ([], {})


# News


def test_news_that_is_handed_over_twice_is_heard_once() -> None:
    alarm = made.late("dkkd")
    with transaction.atomic():
        events.emit(DatasetPublished("dkkd", 1, 1))
    letter = Delivery.objects.get(handler="warnings.came")

    assert at_once(*[lambda: delivering.deliver(letter.pk)] * 4) == [None] * 4
    delivering.deliver(letter.pk)

    assert list(Step.objects.filter(alarm=alarm).order_by("pk").values_list("what", flat=True)) == [
        "raised",
        "resolved",
    ]
    assert Audited.objects.filter(act="warnings.follow").count() == 1
    assert Delivery.objects.get(pk=letter.pk).state == "done"


def test_news_of_a_late_dataset_raises_one_alarm_however_often_it_is_handed_over() -> None:
    now = clock.now().replace(microsecond=0)
    Dataset.objects.filter(code="kb_giaingan").update(known_since=now - dt.timedelta(days=1))
    for _ in range(2):  # also told twice, of the same time
        with transaction.atomic():
            events.emit(DatasetLate("kb_giaingan", now - dt.timedelta(days=1), None))
    letters = list(Delivery.objects.filter(handler="warnings.late").values_list("pk", flat=True))

    at_once(*[lambda letter=letter: delivering.deliver(letter) for letter in letters * 2])
    for letter in letters:
        delivering.deliver(letter)

    assert set(Delivery.objects.values_list("state", "error")) == {("done", "")}
    alarm = Alarm.objects.get(dataset="kb_giaingan")
    assert (alarm.missed, alarm.level, alarm.steps.count()) == (1, 1, 1)


# People


@pytest.fixture
def people() -> dict[str, Client]:
    roles = {
        "Nguyễn Thị Minh Hạnh": ("leader", "H53"),
        "Đặng Thị Thu Vân": ("office", made.OFFICE),
        "Ngô Thanh Tùng": ("operator", made.IOC),
        "Phạm Văn Đức": ("department_official", made.FINANCE),
        "Lê Thị Kim Ngân": ("data_owner", made.FINANCE),
    }
    return {name: made.reader(made.person(*place, name)) for name, place in roles.items()}


def confirmed(people: dict[str, Client]) -> int:
    alarm = made.alarm()
    assert people["Ngô Thanh Tùng"].post(f"/desk/alarms/{alarm}?act=confirm", {"note": ""}).status_code == 302
    return alarm


def issue(reader: Client, alarm: int) -> HttpResponse:
    form = {"agency": made.FINANCE, "due_on": "2026-11-27", "text": "Giải quyết 80 hồ sơ quá hạn."}
    return reader.post(f"/desk/alarms/{alarm}?act=issue", form)  # type: ignore[return-value]


def issued(people: dict[str, Client]) -> int:
    assert issue(people["Nguyễn Thị Minh Hạnh"], confirmed(people)).status_code == 302
    return int(cases.Case.objects.get(kind__code="directive").pk)


def test_of_two_who_confirm_at_once_one_is_told_who_was_faster(people: dict[str, Client]) -> None:
    alarm = made.alarm()
    two = ("Nguyễn Thị Minh Hạnh", "Ngô Thanh Tùng")
    answers = at_once(
        *[lambda who=who: people[who].post(f"/desk/alarms/{alarm}?act=confirm", {"note": ""}) for who in two]
    )

    assert statuses(answers) == [302, 409]
    winner = two[[answer.status_code for answer in answers].index(302)]
    (loser,) = [answer for answer in answers if answer.status_code == 409]
    assert f"{winner} đã xử lý cảnh báo này" in text(loser)
    assert Step.objects.filter(alarm=alarm, what="confirmed").count() == 1


def test_of_two_who_order_at_once_one_is_told_who_was_faster(people: dict[str, Client]) -> None:
    alarm = confirmed(people)
    two = ("Nguyễn Thị Minh Hạnh", "Đặng Thị Thu Vân")
    answers = at_once(*[lambda who=who: issue(people[who], alarm) for who in two])

    assert statuses(answers) == [302, 409]
    winner = two[[answer.status_code for answer in answers].index(302)]
    (loser,) = [answer for answer in answers if answer.status_code == 409]
    assert f"{winner} đã xử lý cảnh báo này" in text(loser)
    assert (
        cases.Case.objects.filter(kind__code="directive").count() == Step.objects.filter(what="directed").count() == 1
    )
    assert Audited.objects.filter(act="cases.open").count() == 2  # the case in which the alarm waits, and the directive


def test_of_two_who_accept_at_once_one_is_told_who_was_faster(people: dict[str, Client]) -> None:
    case = issued(people)
    two = ("Phạm Văn Đức", "Lê Thị Kim Ngân")
    form = {"seen": 1, "note": ""}
    answers = at_once(*[lambda who=who: people[who].post(f"/desk/cases/{case}?act=accept", form) for who in two])

    assert statuses(answers) == [302, 409]
    winner = two[[answer.status_code for answer in answers].index(302)]
    (loser,) = [answer for answer in answers if answer.status_code == 409]
    assert winner in text(loser)
    assert "Nhận nhiệm vụ" in text(loser)
    assert list(cases.Entry.objects.filter(case__kind__code="directive").order_by("seq").values_list("seq", "act")) == [
        (1, "open"),
        (2, "accept"),
    ]
    assert audit.verify() == {}


# Buttons pressed twice


def test_every_button_pressed_twice_acts_once(people: dict[str, Client]) -> None:
    """A double click sends the same form twice, at once; the replay comes later."""
    alarm = made.alarm()
    leader, office, finance = (people[n] for n in ("Nguyễn Thị Minh Hạnh", "Đặng Thị Thu Vân", "Phạm Văn Đức"))

    def press(reader: Client, path: str, **form: Any) -> None:
        def click() -> HttpResponse:
            copy = Client()
            copy.cookies = reader.cookies
            files = {"evidence": SimpleUploadedFile("a.pdf", made.PDF)} if "report" in path else {}
            return copy.post(path, {**form, **files})  # type: ignore[return-value]

        assert statuses(at_once(click, click)) == [302, 409], path
        assert click().status_code == 409

    press(leader, f"/desk/alarms/{alarm}?act=confirm", note="đã xem")
    press(leader, f"/desk/alarms/{alarm}?act=issue", agency=made.FINANCE, due_on="2026-11-27", text="Giải quyết.")
    path = f"/desk/cases/{cases.Case.objects.get(kind__code='directive').pk}?act="
    press(finance, f"{path}accept", seen=1, note="")
    press(finance, f"{path}report", seen=2, note="Đã làm")
    press(office, f"{path}send_back", seen=3, note="Bổ sung")
    press(finance, f"{path}report", seen=4, note="Đã làm thêm")
    press(leader, f"{path}withdraw", seen=5, note="Rút", sure="withdraw")

    acts = list(cases.Entry.objects.filter(case__kind__code="directive").order_by("seq").values_list("act", flat=True))
    assert acts == ["open", "accept", "report", "send_back", "report", "withdraw"]
    assert [
        entry.files.count() for entry in cases.Entry.objects.filter(case__kind__code="directive").order_by("seq")
    ] == [0, 0, 1, 0, 1, 0]
    assert File.objects.count() == 2
    steps = Step.objects.filter(alarm=alarm).order_by("pk").values_list("what", flat=True)
    assert list(steps) == ["raised", "confirmed", "directed", "withdrawn"]
    assert audit.verify() == {}


def test_collect_now_pressed_twice_collects_once(people: dict[str, Client]) -> None:
    operator = people["Ngô Thanh Tùng"]
    answers = at_once(*[lambda: operator.post("/desk/sources/tai-chinh/collect")] * 2)
    assert statuses(answers) == [302, 302]
    assert Audited.objects.filter(act="hub.collect_now").count() == 1
    assert jobs_named("hub.collect") == 1


def test_a_dead_letter_sent_again_twice_goes_once(people: dict[str, Client]) -> None:
    with transaction.atomic():
        events.emit(DatasetPublished("dkkd", 1, 1))
    letter = Delivery.objects.get(handler="warnings.came")
    delivering.deliver(letter.pk)
    Delivery.objects.filter(pk=letter.pk).update(state="dead")

    operator = people["Ngô Thanh Tùng"]
    answers = at_once(*[lambda: operator.post(f"/desk/letters/{letter.pk}/retry")] * 2)
    assert statuses(answers) == [302, 302]
    assert Audited.objects.filter(act="events.retry").count() == 1
    assert Delivery.objects.get(pk=letter.pk).state == "pending"


def jobs_named(name: str) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [name])
        return int(cursor.fetchone()[0])
