"""What waits for whom, and in which order."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.time import HCM, format_moment
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


def test_what_was_sent_back_is_marked_with_by_whom_and_why(office: Person, finance: Person, noon: None) -> None:
    case, other = opened(office, made.FINANCE, "Giải ngân", 3), opened(office, made.FINANCE, "Khác", 4)
    checker = made.person("office", made.OFFICE, "Đặng Thị Thu Vân")
    evidence = files.store(io.BytesIO(b"%PDF-1.7"), name="Báo cáo.pdf")
    reader = made.reader(finance)
    cases.act(case.pk, "accept", by=finance)
    cases.act(case.pk, "report", by=finance, note="Xong", files=[evidence])
    assert "Trả lại" not in made.reader(office).get("/desk/").content.decode()
    cases.act(case.pk, "send_back", by=checker, note="Thiếu số liệu tháng 11.")
    page = reader.get("/desk/").content.decode()
    (row,) = re.findall(r'<span class="badge tone-warning"><svg.*?</svg>Trả lại</span>.*?</td>', page, re.DOTALL)
    assert "Đặng Thị Thu Vân: Thiếu số liệu tháng 11." in row
    assert titles(reader) == [case.title, other.title]
    cases.act(case.pk, "report", by=finance, note="Xong", files=[evidence])
    assert "Trả lại" not in made.reader(office).get("/desk/").content.decode()
    assert "Trả lại" not in reader.get("/desk/following/").content.decode()


def test_while_a_deadline_stands_still_the_checker_sees_their_own_term(
    office: Person, finance: Person, noon: None
) -> None:
    case = opened(office, made.FINANCE, "Giải ngân", 1)
    evidence = files.store(io.BytesIO(b"%PDF-1.7"), name="Báo cáo.pdf")
    cases.act(case.pk, "accept", by=finance)
    waiting = cases.act(case.pk, "report", by=finance, note="Xong", files=[evidence])
    assert waiting.step_due_at is not None
    page = made.reader(office).get("/desk/").content.decode()
    assert f"bước này: {format_moment(waiting.step_due_at, 'vi')}" in page
    assert "Quá hạn" not in re.sub(r"<option.*?</option>", "", page)


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
    assert "more than" not in reader.get("/desk/").content.decode()
    assert later is not None
    rest = titles(reader, later[1])
    assert len(rest) == 5
    assert not set(rest) & set(titles(reader))
    assert titles(reader, "/desk/?after=nonsense~") == titles(reader)


def test_the_way_back_through_a_long_inbox_is_the_same(office: Person, finance: Person, noon: None) -> None:
    for n in range(60):
        opened(office, made.FINANCE, f"Việc {n}", n // 3)
    reader = made.reader(finance)

    def link(url: str, rel: str) -> str:
        found = re.search(f'href="([^"]+)" rel="{rel}"', reader.get(url).content.decode())
        return found[1].replace("&amp;", "&") if found else ""

    second = link("/desk/", "next")
    third = link(second, "next")
    pages = [titles(reader, url) for url in ("/desk/", second, third)]
    assert [len(page) for page in pages] == [25, 25, 10]
    assert len({title for page in pages for title in page}) == 60
    assert link(third, "next") == link("/desk/", "prev") == ""
    back = link(third, "prev")
    assert titles(reader, back) == pages[1]
    assert titles(reader, link(back, "prev")) == pages[0]
    assert link(link(back, "prev"), "prev") == ""


def test_a_page_whose_cases_are_all_gone_is_the_first_one(office: Person, finance: Person, noon: None) -> None:
    found = [opened(office, made.FINANCE, f"Việc {n}", n) for n in range(27)]
    reader = made.reader(finance, language="en")
    later = re.search(r'href="(/desk/\?after=[^"]+)"', reader.get("/desk/").content.decode())
    assert later is not None
    for case in found[25:]:
        cases.claim(case.pk, by=made.person("department_official", made.FINANCE, f"Nhanh Tay {case.pk}"))
    assert titles(reader, later[1]) == [case.title for case in found[:25]]
    assert "25 rows" in reader.get(later[1]).content.decode()


def test_an_inbox_is_narrowed_and_the_address_says_how(office: Person, finance: Person, noon: None) -> None:
    for title, days in (("Quá hạn", -1), ("Hôm nay", 0), ("Tuần này", 7), ("Sau", 8)):
        opened(office, made.FINANCE, title, days)
    reader = made.reader(finance)
    assert titles(reader, "/desk/?due=overdue") == ["Quá hạn"]
    assert titles(reader, "/desk/?due=today") == ["Quá hạn", "Hôm nay"]
    assert titles(reader, "/desk/?due=week") == ["Quá hạn", "Hôm nay", "Tuần này"]
    assert titles(reader, "/desk/?kind=request") == []
    assert len(titles(reader, "/desk/?kind=directive")) == len(titles(reader, "/desk/?due=nonsense")) == 4
    of_office = made.reader(office)
    assert len(titles(of_office, f"/desk/following/?agency={made.FINANCE}")) == 4
    assert titles(of_office, f"/desk/following/?agency={made.FARMING}") == []
    assert titles(reader, "/desk/?taken=mine") == []
    assert len(titles(reader, "/desk/?taken=nobody")) == 4
    kept = reader.post("/desk/?due=overdue", {"task": "save-view", "name": "Gấp"}, follow=True).content.decode()
    assert '<a href="/desk/?due=overdue" aria-current="page">Gấp</a>' in kept


def pick(*found: cases.Case) -> list[str]:
    return [f"{case.pk}-{case.seq}" for case in found]


def done(client: Client, task: str, picked: list[str], url: str = "/desk/", **said: str) -> str:
    sent = {"task": task, "confirmed": task, "pick": picked, **said}
    return client.post(url, sent, follow=True).content.decode()


def test_many_are_taken_in_hand_and_what_somebody_else_did_meanwhile_is_said(
    office: Person, finance: Person, noon: None
) -> None:
    mine, taken, moved, foreign = (
        opened(office, agency, title, 3)
        for agency, title in ((made.FINANCE, "a"), (made.FINANCE, "b"), (made.FINANCE, "c"), (made.FARMING, "d"))
    )
    colleague = made.person("department_official", made.FINANCE, "Võ Nhanh Tay")
    cases.claim(taken.pk, by=colleague)
    cases.act(moved.pk, "accept", by=colleague)
    reader = made.reader(finance, language="en")
    said = done(reader, "claim", [*pick(mine, taken, moved, foreign), "7", "1-x", f"{2**40}-1", f"{2**70}-1", "²-1"])

    assert "Take in hand: done for 1 row." in said
    assert "3 more rows were left as they are." in said
    assert f"{cases.number(taken)} was left as it is: Võ Nhanh Tay changed the case while" in said
    assert f"{cases.number(moved)} was left as it is: Võ Nhanh Tay did “Accept”" in said
    assert f"{foreign.pk} was left as it is: You see no such case." in said
    assert f"{2**40} was left as it is" in said
    assert cases.Case.objects.get(pk=mine.pk).taken_by == finance
    assert "Put back: done for 1 row." in done(reader, "release", [f"{mine.pk}-{mine.seq + 1}"])
    assert cases.Case.objects.get(pk=mine.pk).taken_by is None


def test_acts_on_many_are_offered_for_one_kind_and_stand_in_each_history(
    office: Person, finance: Person, noon: None
) -> None:
    found = [opened(office, made.FINANCE, title, 3) for title in "abc"]
    reader = made.reader(finance, language="en")
    assert 'value="accept"' not in reader.get("/desk/").content.decode()
    page = reader.get("/desk/?kind=directive").content.decode()
    assert 'value="accept"' in page
    assert 'value="report"' not in page  # it wants evidence
    assert 'value="withdraw"' not in page  # not for this person
    assert ('value="claim"' in page, 'value="release"' in page) == (True, False)  # nobody has one in hand yet
    assert "done for 3 rows" in done(reader, "accept", pick(*found), "/desk/?kind=directive", note="Đã rõ")
    for case in found:
        (line, _opened) = cases.timeline(case)
        assert (line.act, line.note, line.by) == ("accept", "Đã rõ", finance)
    again = done(reader, "accept", pick(*found), "/desk/?kind=directive")
    assert again.count("was left as it is: ") == 3
    assert reader.post("/desk/", {"task": "accept", "pick": pick(*found)}).status_code == 404


def rows_of(answer: Any) -> list[list[str]]:
    """The table of an exported file: what stands above it says what it is."""
    rows = list(csv.reader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines(), delimiter=";"))
    return rows[next(number for number, row in enumerate(rows) if len(row) > 4) :]


def test_an_inbox_is_taken_away_whole(office: Person, finance: Person, noon: None) -> None:
    first, *_others = [opened(office, made.FINANCE, f"Việc {n}", n) for n in range(230)]
    answer = made.reader(finance).get("/desk/?export=csv&due=week")
    lines = rows_of(answer)
    assert lines[1][:2] == ["Việc 0", cases.number(first)]
    assert lines[1][3:] == ["Mới giao", "", "Sở Tài chính", "–"]
    assert len(lines) == 1 + 8
    every = made.reader(finance).get("/desk/?export=csv")
    assert len(rows_of(every)) == 231


def test_without_a_log_in_there_is_no_inbox(client: Client) -> None:
    answer = client.get("/desk/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/log-in?next=/desk/"


def test_an_auditor_reads_cases_and_has_none_in_hand(auditor: Person) -> None:
    answer = made.reader(auditor).get("/desk/")
    assert answer.status_code == 200
    assert "Không có việc chờ bạn" in answer.content.decode()
