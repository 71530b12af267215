"""What waits for whom, and in which order."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.time import HCM
from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from django.test import Client

    from vamco.kernel.world.people.models import Person

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=HCM).astimezone(dt.UTC)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def opened(by: Person, agency: str, title: str, days: int, *, hour: int = 17) -> cases.Case:
    return cases.open_case(
        "directive",
        key=title,
        title=title,
        agency=agencies.get(agency),
        issuer=agencies.get(made.OFFICE),
        due_at=dt.datetime(2026, 11, 20, hour, tzinfo=HCM) + dt.timedelta(days=days),
        by=by,
    )


def titles(client: Client, url: str = "/desk/") -> list[str]:
    return re.findall(r'<a href="/desk/cases/\d+">([^<]+)</a>', client.get(url).content.decode())


def test_what_is_due_first_stands_on_top(office: Person, finance: Person, noon: None) -> None:
    for title, days in (("Tuần sau", 7), ("Hôm qua", -1), ("Ngày kia", 2), ("Hôm nay", 0)):
        opened(office, made.FINANCE, title, days)
    opened(office, made.FARMING, "Của sở khác", 1)
    reader = made.reader(finance)

    assert titles(reader) == ["Hôm qua", "Hôm nay", "Ngày kia", "Tuần sau"]


def test_due_is_said_in_words_with_an_icon(office: Person, finance: Person, noon: None) -> None:
    for title, days, hour in (("a", -3, 17), ("b", 0, 11), ("c", 0, 17), ("d", 2, 17), ("e", 9, 17)):
        opened(office, made.FINANCE, title, days, hour=hour)
    text = made.reader(finance, language="en").get("/desk/").content.decode()

    badges = re.findall(r'<span class="badge tone-(\w+)"><svg.*?</svg>([^<]+)</span>', text)
    assert [badge for badge in badges if badge[1] != "Issued"] == [
        ("urgent", "Overdue by 3 days"),
        ("urgent", "Overdue since today"),
        ("warning", "Due today"),
        ("watch", "2 days left"),
        ("active", "9 days left"),
    ]


def test_a_directive_waits_for_the_agency_and_then_for_the_office(office: Person, finance: Person, noon: None) -> None:
    case = opened(office, made.FINANCE, "Giải ngân", 3)
    of_office, of_finance = made.reader(office), made.reader(finance)
    assert titles(of_finance) == ["Giải ngân"]
    assert titles(of_finance, "/desk/following/") == []
    assert titles(of_office) == []  # the office could withdraw it, but nothing waits for that
    assert titles(of_office, "/desk/following/") == ["Giải ngân"]

    evidence = files.store(io.BytesIO(b"%PDF-1.7"), name="Báo cáo.pdf")
    cases.act(case.pk, "accept", by=finance)
    cases.act(case.pk, "report", by=finance, note="Xong", files=[evidence])

    assert titles(of_office) == ["Giải ngân"]
    assert titles(of_office, "/desk/following/") == []
    assert titles(of_finance) == []
    assert titles(of_finance, "/desk/following/") == ["Giải ngân"]


def test_an_empty_inbox_teaches(finance: Person, office: Person) -> None:
    assert made.vietnamese("Nothing waits for you") in made.reader(finance).get("/desk/").content.decode()
    english = made.reader(office, language="en")
    assert "Nothing waits for you" in english.get("/desk/").content.decode()
    assert "You follow nothing at present" in english.get("/desk/following/").content.decode()


def test_who_confirms_alarms_is_told_of_new_ones(office: Person, finance: Person) -> None:
    made.alarm()
    assert "1 alarm waits" in made.reader(office, language="en").get("/desk/").content.decode()
    assert "alarm waits" not in made.reader(finance, language="en").get("/desk/").content.decode()


def test_a_long_inbox_costs_no_more_questions(office: Person, finance: Person, noon: None) -> None:
    reader = made.reader(finance)
    opened(office, made.FINANCE, "Việc đầu", 0)
    few = made.questions(reader, "/desk/")
    for n in range(29):
        opened(office, made.FINANCE, f"Việc {n}", n)

    assert made.questions(reader, "/desk/") == few <= 18
    assert len(titles(reader)) == 25
    later = re.search(r'href="(/desk/\?after=[^"]+)"', reader.get("/desk/").content.decode())
    assert later is not None
    rest = titles(reader, later[1])
    assert len(rest) == 5
    assert not set(rest) & set(titles(reader))
    assert titles(reader, "/desk/?after=nonsense~") == titles(reader)


def test_without_a_log_in_there_is_no_inbox(client: Client) -> None:
    answer = client.get("/desk/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/log-in?next=/desk/"


def test_an_auditor_has_no_inbox(auditor: Person) -> None:
    assert made.reader(auditor).get("/desk/").status_code == 403
