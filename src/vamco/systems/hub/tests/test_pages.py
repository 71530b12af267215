"""Datasets, sources, runs and quarantine; dead letters."""

from __future__ import annotations

import datetime as dt
import html
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events.models import Delivery, Event
from vamco.kernel.record.files import public as files
from vamco.kernel.world.places import public as places
from vamco.systems.desk.tests import made
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import DatasetStatus, RunState
from vamco.systems.hub.contracts import Delivery as Arrived
from vamco.systems.hub.models import Source
from vamco.systems.hub.pages import run_page, run_words
from vamco.web import words

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.world.people.models import Person
    from vamco.systems.hub.contracts import RunView


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


HEAD = "nam,ma_xa,ngay_hieu_luc,du_toan_tw,du_toan_tinh"
BAD = "2026,99999,2026-01-01,-5,<b>nhiều</b>"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def arrived(folder: Path, *bad: str, good: int = 192, name: str = "du-toan.csv") -> RunView:
    """A file of the Department of Finance that came in just now."""
    codes = [place.code for place in places.communes(made.TODAY)]
    rows = [f"{2026 - n // 96},{codes[n % 96]},2026-01-01,{n + 1}000,{n + 1}000" for n in range(good)]
    path = folder / name
    path.write_text("\n".join([HEAD, *rows, *bad]) + "\n", encoding="utf-8")
    return hub.receive("stc_dutoan", Arrived("tai-chinh", name, "text/csv", path, clock.now()))


# ── datasets and sources ─────────────────────────────────────────────────────────────────────────────────────────────


def test_datasets_say_when_they_came_and_how_good_they_are(operator: Person, tmp_path: Path) -> None:
    arrived(tmp_path, BAD)
    page = text(made.reader(operator, language="en").get("/desk/runs/"))

    assert "Budget revenue estimate" in page
    assert '<a href="/desk/datasets/stc_dutoan">' in page
    assert "99.4%" in page  # 192 of 193 rows, rounded down
    assert "Not delivered" in page
    assert "Treasury data service" in page
    assert "Never collected." in page


def test_lateness_is_said_in_days_or_hours() -> None:
    def cell(late_by: dt.timedelta | None, due_at: dt.datetime | None = clock.now()) -> tuple[str, str]:  # noqa: B008
        status = DatasetStatus("x", "X", "X", "A", "A", due_at, late_by, None, 0, 0, None, None, None)
        found = run_page.freshness(status)
        return str(found.tone), str(found.text)

    with translation.override("en"):
        assert cell(dt.timedelta(days=2, hours=5)) == ("stale", "Late by 2 days")
        assert cell(dt.timedelta(hours=3)) == ("stale", "Late by 3 hours")
        assert cell(dt.timedelta(minutes=1)) == ("stale", "Late by 1 hour")
        assert cell(None) == ("ok", "In time")
        assert cell(None, None) == ("none", "No due time agreed")
        assert words.share(0.99999) == "99.9%"  # never all while one is missing
        assert words.share(None) == "–"


def test_a_data_owner_sees_the_data_of_their_own_agencies(data_owner: Person, tmp_path: Path) -> None:
    run = arrived(tmp_path)
    reader = made.reader(data_owner, language="en")
    page = text(reader.get("/desk/runs/"))
    assert "Budget revenue estimate" in page
    assert "Traffic accidents" not in page
    assert "Treasury data service" not in page
    assert "Collect now" not in page  # may look, not collect
    assert reader.get(f"/desk/runs/{run.id}").status_code == 200
    other = made.reader(made.person("data_owner", made.FARMING, "Người Khác"), language="en")
    assert other.get(f"/desk/runs/{run.id}").status_code == 404
    assert other.get(f"/desk/runs/{run.id}/file").status_code == 404
    assert f"/desk/runs/{run.id}" not in text(other.get("/desk/runs/all/"))
    assert "No dataset is known yet" in text(other.get("/desk/runs/"))
    assert "Nothing has come in yet" in text(other.get("/desk/runs/all/"))


def test_who_may_not_see_runs(finance: Person, tmp_path: Path) -> None:
    run = arrived(tmp_path)
    reader = made.reader(finance)
    for address in (
        "/desk/runs/",
        "/desk/runs/all/",
        f"/desk/runs/{run.id}",
        f"/desk/runs/{run.id}/file",
        "/desk/letters/",
    ):
        assert reader.get(address).status_code == 403
    assert reader.post("/desk/sources/kho-bac/collect").status_code == 403
    assert not ProcrastinateJob.objects.filter(task_name="hub.collect").exists()


def test_collecting_now_is_left_to_the_worker_and_written_down(operator: Person) -> None:
    reader = made.reader(operator, language="en")

    answer = reader.post("/desk/sources/kho-bac/collect", follow=True)
    assert "The collection is on its way." in text(answer)
    assert "A collection from this source is waiting already." in text(
        reader.post("/desk/sources/kho-bac/collect", follow=True)
    )

    job = ProcrastinateJob.objects.get(task_name="hub.collect")
    assert (job.args, job.queueing_lock, job.lock) == (
        {"source": "kho-bac"},
        "hub.collect:kho-bac",
        "hub.collect:kho-bac",
    )
    assert Entry.objects.filter(act="hub.collect_now", actor=str(operator.pk), subject="source:kho-bac").count() == 1
    assert reader.post("/desk/sources/nowhere/collect").status_code == 404
    assert reader.get("/desk/sources/kho-bac/collect").status_code == 405


def test_a_failed_collection_says_why(operator: Person) -> None:
    Source.objects.filter(code="kho-bac").update(
        collected_at=clock.now() - dt.timedelta(hours=2),
        failures={
            "kb_thu": {
                "code": "hub.busy",
                "message": "The database does not answer. Please try again in a moment.",
                "data": {},
            }
        },
    )
    page = text(made.reader(operator, language="en").get("/desk/runs/"))
    assert "The last collection failed." in page
    assert "The database does not answer." in page
    assert "Last collected 2 hours ago." in page


# ── runs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_shows_counts_checks_and_each_row_that_was_not_taken_with_all_its_reasons(
    operator: Person, tmp_path: Path
) -> None:
    run = arrived(tmp_path, BAD)
    assert (run.state, run.accepted, run.quarantined) == (RunState.PUBLISHED, 192, 1)

    answer = made.reader(operator).get(f"/desk/runs/{run.id}")
    page = text(answer)
    with translation.override("vi"):
        reasons = [run_words.sentence(reason) for reason in hub.quarantine(run.id, operator)[0].reasons]
    assert len(reasons) == 3  # commune, below zero, not a number
    assert reasons[0] == "Xã, phường: không có trong danh mục “Xã, phường”"
    for reason in reasons:
        assert reason in page
    assert "<b>nhiều</b>" not in answer.content.decode()
    assert "&lt;b&gt;nhiều&lt;/b&gt;" in answer.content.decode()
    assert 'data-label="Dự toán tỉnh giao"' in page
    assert run.sha256 in page


def test_a_refused_run_says_why(operator: Person, tmp_path: Path) -> None:
    run = arrived(tmp_path, *[BAD] * 60)
    assert run.state == RunState.REFUSED
    reader = made.reader(operator, language="en")
    page = text(reader.get(f"/desk/runs/{run.id}"))
    assert "The batch was not taken." in page
    assert "rows are wrong, and the contract allows" in page
    assert "1–25 of " in page
    assert reader.get(f"/desk/runs/{run.id}?page=2").status_code == 200
    assert reader.get(f"/desk/runs/{run.id}?page=nonsense").status_code == 200


def test_the_file_can_be_had_as_it_came(operator: Person, auditor: Person, tmp_path: Path) -> None:
    run = arrived(tmp_path, BAD)
    for who in (operator, auditor):
        answer = made.reader(who).get(f"/desk/runs/{run.id}/file")
        assert b"".join(answer.streaming_content) == (tmp_path / "du-toan.csv").read_bytes()  # type: ignore[attr-defined]
        assert answer.headers["Content-Disposition"] == 'attachment; filename="du-toan.csv"'
        assert answer.headers["Content-Type"] == "text/plain"
    files.content_path(files.File.objects.get(content=run.sha256)).unlink()
    assert made.reader(made.person("auditor", made.INSPECTION, "D")).get(f"/desk/runs/{run.id}/file").status_code == 404


def test_latest_runs_filter_by_dataset_and_state(operator: Person, tmp_path: Path) -> None:
    first, second = arrived(tmp_path), arrived(tmp_path, *[BAD] * 60, name="hong.csv")
    reader = made.reader(operator, language="en")

    def shown(query: str) -> list[int]:
        page = text(reader.get(f"/desk/runs/all/{query}"))
        return [run.id for run in (second, first) if f'href="/desk/runs/{run.id}"' in page]

    assert shown("") == [second.id, first.id]
    assert shown("?state=published") == [first.id]
    assert shown("?dataset=stc_dutoan&state=refused") == [second.id]
    assert shown("?dataset=kb_thu") == []
    assert "Nothing matches these filters" in text(reader.get("/desk/runs/all/?dataset=kb_thu"))
    assert shown("?dataset=nonsense") == [second.id, first.id]


def test_a_missing_run_leads_nowhere(operator: Person) -> None:
    reader = made.reader(operator)
    assert reader.get("/desk/runs/4711").status_code == 404
    assert reader.get("/desk/runs/4711/file").status_code == 404


def test_more_runs_cost_no_more_questions(operator: Person, tmp_path: Path) -> None:
    reader = made.reader(operator)
    arrived(tmp_path)
    few = [made.questions(reader, address) for address in ("/desk/runs/", "/desk/runs/all/")]
    for n in range(3):
        arrived(tmp_path, good=180 + n, name=f"{n}.csv")

    many = [made.questions(reader, address) for address in ("/desk/runs/", "/desk/runs/all/")]
    assert many == few
    assert many[0] <= 14  # what is due, received, expected and held, and who has reported
    assert many[1] <= 8


# ── dead letters ─────────────────────────────────────────────────────────────────────────────────────────────────────


def dead() -> Delivery:
    event = Event.objects.create(name="warnings.alarm_raised", version=1, payload={"alarm": 1}, at=clock.now())
    return Delivery.objects.create(
        event=event,
        handler="warnings.judge",
        state="dead",
        attempts=5,
        reason="UniqueViolation 23505 alarms_once",
        error="  vamco.systems.warnings.services.judging:12 judge\nUniqueViolation 23505 alarms_once",
        at=clock.now(),
    )


def test_a_dead_letter_shows_what_kind_of_error_it_was_and_where(operator: Person) -> None:
    dead()
    page = text(made.reader(operator, language="en").get("/desk/letters/"))
    assert "UniqueViolation 23505 alarms_once" in page
    assert "vamco.systems.warnings.services.judging:12 judge" in page
    assert "warnings.judge" in page


def test_a_dead_letter_is_discarded_for_a_reason(operator: Person) -> None:
    letter = dead()
    reader = made.reader(operator, language="en")
    assert "Say why the news is discarded" in text(
        reader.post(f"/desk/letters/{letter.pk}/discard", {"note": " "}, follow=True)
    )
    assert Delivery.objects.get(pk=letter.pk).state == "dead"
    assert "The news is discarded." in text(
        reader.post(f"/desk/letters/{letter.pk}/discard", {"note": "Nguồn đã gửi lại"}, follow=True)
    )
    found = Delivery.objects.get(pk=letter.pk)
    assert (found.state, found.note) == ("discarded", "Nguồn đã gửi lại")
    entry = Entry.objects.get(act="events.discard")
    assert (entry.actor, entry.chain_id, entry.purpose) == (str(operator.pk), made.IOC, "Nguồn đã gửi lại")
    assert "No dead letters" in text(reader.get("/desk/letters/"))


def test_a_dead_letter_is_sent_again_once(operator: Person) -> None:
    letter = dead()
    reader = made.reader(operator, language="en")

    assert "The news is on its way again." in text(reader.post(f"/desk/letters/{letter.pk}/retry", follow=True))
    assert Delivery.objects.get(pk=letter.pk).state == "pending"
    assert "The news is no dead letter (any more)." in text(
        reader.post(f"/desk/letters/{letter.pk}/retry", follow=True)
    )
    assert Entry.objects.filter(act="events.retry", actor=str(operator.pk)).count() == 1
    assert "No dead letters" in text(reader.get("/desk/letters/"))


def test_who_may_not_send_again(office: Person, operator: Person) -> None:
    letter = dead()
    assert made.reader(office).get("/desk/letters/").status_code == 403
    for act in ("retry", "discard"):
        assert made.reader(office).post(f"/desk/letters/{letter.pk}/{act}", {"note": "x"}).status_code == 403
    client = Client(enforce_csrf_checks=True)
    client.cookies = made.reader(operator).cookies
    assert client.post(f"/desk/letters/{letter.pk}/retry").status_code == 400
    assert Delivery.objects.get(pk=letter.pk).state == "dead"
