"""Alarms: the list, one alarm, and what officials do with it."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from vamco.systems.desk.tests import made
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.models import Alarm, Step
from vamco.systems.warnings.services import judging
from vamco.systems.warnings.tests.made import directives

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


ORDER = "Sở Tài chính báo cáo nguyên nhân."


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def listed(reader: Client, url: str = "/desk/alarms/") -> list[int]:
    return [int(pk) for pk in re.findall(r'<a href="/desk/alarms/(\d+)">', reader.get(url).content.decode())]


def directed(**changes: Any) -> dict[str, Any]:
    return {"agency": made.FINANCE, "due_on": "2026-11-27", "text": ORDER, **changes}


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_fires_comes_first_and_the_most_urgent_on_top(office: Person) -> None:
    watch = made.alarm(amount=30, agency=made.FARMING)
    urgent = made.alarm("DTC01", 40, agency=made.ROADS)
    over = made.alarm(amount=80, agency=made.FINANCE)
    made.directive(over, office)
    made.values("HCC08", *[80] * 9, 0, agency=made.FINANCE)
    judging.judge("HCC08")

    assert listed(made.reader(office)) == [urgent, watch, over]


def test_the_list_says_level_cause_agency_number_and_handling(office: Person) -> None:
    alarm = made.alarm()
    case = made.directive(alarm, office)
    made.late()

    page = text(made.reader(office, language="en").get("/desk/alarms/"))

    assert "Overdue dossiers" in page
    assert "80, 80 above the limit" in page
    assert "Department of Finance" in page
    assert f'<a href="/desk/cases/{case.pk}">NV-{case.pk}</a>' in page
    assert "Data late" in page
    assert re.search(r"due \d\d:\d\d, \d+ Nov 2026", page)
    assert "Not yet looked at" in page
    assert 'data-label="Level"><span><span class="badge tone-warning">' in page


def test_filters_narrow_the_list(office: Person) -> None:
    behind = made.alarm(amount=80)
    other = made.alarm("DTC01", 40, agency=made.ROADS)
    late = made.late()
    reader = made.reader(office, language="en")

    assert listed(reader, "/desk/alarms/?cause=late") == [late]
    assert listed(reader, "/desk/alarms/?level=3") == [other]
    assert listed(reader, "/desk/alarms/?indicator=HCC08") == [behind]
    assert listed(reader, "/desk/alarms/?indicator=HCC08&level=3") == []
    assert "Nothing matches these filters" in text(reader.get("/desk/alarms/?indicator=HCC08&level=3"))
    assert len(listed(reader, "/desk/alarms/?level=nonsense")) == 3  # what makes no sense filters nothing


def test_past_alarms_have_a_page_of_their_own(office: Person) -> None:
    over = made.alarm(agency=made.FARMING)
    open_one = made.alarm(agency=made.FINANCE)
    made.values("HCC08", *[0] * 10, agency=made.FARMING)
    judging.judge("HCC08")
    reader = made.reader(office)

    assert listed(reader) == [open_one]
    assert listed(reader, "/desk/alarms/past/") == [over]


def test_empty_lists_teach(office: Person) -> None:
    reader = made.reader(office, language="en")
    assert "No alarm is open" in text(reader.get("/desk/alarms/"))
    assert "No alarm is over yet" in text(reader.get("/desk/alarms/past/"))
    assert made.vietnamese("No alarm is open") in text(
        made.reader(made.person("office", made.OFFICE, "B")).get("/desk/alarms/")
    )


def test_many_are_confirmed_or_dismissed_and_what_cannot_be_is_said(office: Person, finance: Person) -> None:
    new, other, gone = made.alarm(), made.alarm("DTC01", 40, agency=made.ROADS), made.late()
    warnings.dismiss(gone, by=office, note="x")
    reader = made.reader(office, language="en")

    def done(task: str, *picked: object, **said: str) -> str:
        sent = {"task": task, "confirmed": task, "pick": [str(one) for one in picked], **said}
        return text(reader.post("/desk/alarms/", sent, follow=True))

    said = done("confirm", new, other, gone, 2**40, "9" * 30, "²", "x")
    assert "Confirm: done for 2 rows." in said
    assert f"Alarm {gone} was left as it is: " in said
    assert [warnings.alarm(pk, office).handling for pk in (new, other, gone)] == ["confirmed", "confirmed", "dismissed"]
    assert "Please give a reason." in done("dismiss", new)
    assert "Dismiss: done for 1 row." in done("dismiss", new, note="Đã đính chính.")
    assert 'value="confirm"' not in text(reader.get("/desk/alarms/"))  # none is left that could be
    assert made.reader(finance).post("/desk/alarms/", {"task": "confirm", "pick": str(other)}).status_code == 403


def test_filters_are_asked_before_a_long_list_is_cut(office: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vamco.systems.warnings.pages.alarm_list.MOST", 3)
    for n in range(3, 8):
        made.alarm("DTC01", 40, agency=f"H53.{n:02}")
    watched = made.alarm("HCC08", 80)
    reader = made.reader(office, language="en")
    assert "more than 3 rows" in text(reader.get("/desk/alarms/"))
    assert listed(reader, "/desk/alarms/?indicator=HCC08") == [watched]


def test_a_long_list_costs_no_more_questions(office: Person) -> None:
    reader = made.reader(office)
    made.directive(made.alarm(agency="H53.02"), office)
    few = made.questions(reader, "/desk/alarms/")
    for n in range(3, 20):
        made.directive(made.alarm(agency=f"H53.{n:02}"), office)

    assert made.questions(reader, "/desk/alarms/") == few <= 13
    assert len(listed(reader)) == 18


def test_an_agency_sees_its_own_alarms_only(finance: Person, farming: Person, office: Person) -> None:
    of_finance, of_farming = made.alarm(agency=made.FINANCE), made.alarm(agency=made.FARMING)
    assert listed(made.reader(finance)) == [of_finance]
    assert listed(made.reader(farming)) == [of_farming]
    assert set(listed(made.reader(office))) == {of_finance, of_farming}
    assert made.reader(made.person("commune_official", made.COMMUNE, "C")).get("/desk/alarms/").status_code == 403


def test_a_directive_to_others_is_named_but_no_door(finance: Person, office: Person) -> None:
    case = made.directive(made.alarm(agency=made.FINANCE), office, agency=made.FARMING)
    page = text(made.reader(finance).get("/desk/alarms/"))
    assert f"NV-{case.pk}" in page
    assert f"/desk/cases/{case.pk}" not in page


# ── one alarm ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_shows_value_target_gap_chart_and_history(office: Person) -> None:
    alarm = made.alarm("DTC01", 40, agency=made.ROADS)
    page = text(made.reader(office, language="en").get(f"/desk/alarms/{alarm}"))

    assert "Public-investment disbursement against the Prime Minister's plan" in page
    assert "40.0%" in page
    assert "75.8%" in page
    assert "35.8 points behind the path" in page
    assert "Recent values against the path" in page
    assert f'href="/indicators/DTC01?agency={made.ROADS}"' in page
    assert f'href="/values/{Alarm.objects.get(pk=alarm).value_id}"' in page
    assert "Alarm raised" in page


def test_an_official_confirms(office: Person, operator: Person) -> None:
    alarm = made.alarm()
    reader = made.reader(operator, language="en")
    answer = reader.post(f"/desk/alarms/{alarm}?act=confirm", {"note": "Đã gọi <i>Sở</i>."})

    assert answer.status_code == 302
    page = reader.get(f"/desk/alarms/{alarm}").content.decode()
    assert "The alarm is confirmed." in page
    assert "Đã gọi &lt;i&gt;Sở&lt;/i&gt;." in page
    assert Alarm.objects.get(pk=alarm).handling == "confirmed"
    assert "Issue a directive" not in page  # an operator confirms; the office orders
    assert "Issue a directive" in text(made.reader(office, language="en").get(f"/desk/alarms/{alarm}"))


def test_dismissing_needs_a_reason(operator: Person) -> None:
    alarm = made.alarm()
    reader = made.reader(operator, language="en")

    answer = reader.post(f"/desk/alarms/{alarm}?act=dismiss", {"note": "  "})
    assert answer.status_code == 422
    assert "Please give a reason." in text(answer)
    assert Alarm.objects.get(pk=alarm).handling == "new"

    assert reader.post(f"/desk/alarms/{alarm}?act=dismiss", {"note": "Đã đính chính."}).status_code == 302
    assert Alarm.objects.get(pk=alarm).handling == "dismissed"
    assert listed(reader, "/desk/alarms/past/") == [alarm]
    assert "Nothing to do for you now" in text(reader.get(f"/desk/alarms/{alarm}"))


def test_of_two_at_once_one_is_told_who_was_faster(office: Person, operator: Person) -> None:
    alarm = made.alarm()
    first, second = made.reader(operator), made.reader(office, language="en")
    first.post(f"/desk/alarms/{alarm}?act=dismiss", {"note": "Đã đính chính."})

    answer = second.post(f"/desk/alarms/{alarm}?act=confirm", {"note": "Điều tôi đã viết."})

    assert answer.status_code == 409
    assert "Ngô Thanh Tùng has already handled this alarm." in text(answer)
    assert "What you had written" in text(answer)
    assert "Điều tôi đã viết." in text(answer)
    assert Step.objects.filter(alarm=alarm, by=office).count() == 0


def test_the_directive_is_proposed_in_the_readers_language(office: Person) -> None:
    alarm = made.alarm("DTC01", 40, agency=made.ROADS)
    reader = made.reader(office)
    reader.post(f"/desk/alarms/{alarm}?act=confirm", {"note": ""})

    page = text(reader.get(f"/desk/alarms/{alarm}"))
    assert f'<option value="{made.ROADS}" selected>' in page
    assert 'value="05/12/2026"' in page  # 15 days, as the definition says
    assert "khẩn trương giải ngân vốn đầu tư công: đến 20/11/2026 đạt 40,0%" in page
    reader.cookies["vamco_language"] = "en"
    assert "shall speed up disbursement: 40.0% on 20 Nov 2026, 35.8 points behind the path" in text(
        reader.get(f"/desk/alarms/{alarm}")
    )


def test_late_data_propose_a_directive_too(office: Person) -> None:
    alarm = made.late()
    reader = made.reader(office, language="en")
    reader.post(f"/desk/alarms/{alarm}?act=confirm", {"note": ""})
    page = text(reader.get(f"/desk/alarms/{alarm}"))
    assert "Department of Finance is asked to deliver the dataset “" in page
    assert 'value="22/11/2026"' in page


def test_issuing_leads_to_the_directive(office: Person) -> None:
    alarm = made.alarm()
    reader = made.reader(office, language="en")
    reader.post(f"/desk/alarms/{alarm}?act=confirm", {"note": ""})

    answer = reader.post(f"/desk/alarms/{alarm}?act=issue", directed())

    case = directives().get()
    assert answer.headers["Location"] == f"/desk/cases/{case.pk}"
    assert (case.agency.code, case.issuer.code, case.opened_by) == (made.FINANCE, made.OFFICE, office)
    assert case.due_at == dt.datetime(2026, 11, 27, 10, tzinfo=dt.UTC)
    assert "The directive is issued to Department of Finance." in text(reader.get(f"/desk/cases/{case.pk}"))
    assert f'href="/desk/cases/{case.pk}"' in text(reader.get(f"/desk/alarms/{alarm}"))


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"due_on": "2026-11-19"}, 422, "Enter a date on or after 20/11/2026."),
        ({"due_on": "tomorrow"}, 422, "Enter a date that exists, as day/month/year"),
        ({"agency": "H53.NONE"}, 422, "Select a valid choice."),
        ({"text": " "}, 422, "Please say what the agency shall do."),
    ],
)
def test_a_wrong_directive_is_refused_and_nothing_typed_is_lost(
    office: Person, changes: dict[str, str], status: int, said: str
) -> None:
    alarm = made.alarm()
    reader = made.reader(office, language="en")
    reader.post(f"/desk/alarms/{alarm}?act=confirm", {"note": ""})

    answer = reader.post(f"/desk/alarms/{alarm}?act=issue", directed(**changes))

    assert answer.status_code == status
    assert said in text(answer)
    assert (ORDER in text(answer)) is ("text" not in changes)
    assert not directives().exists()
    assert Alarm.objects.get(pk=alarm).handling == "confirmed"


def test_nothing_is_ordered_before_somebody_has_confirmed(office: Person) -> None:
    alarm = made.alarm()
    answer = made.reader(office, language="en").post(f"/desk/alarms/{alarm}?act=issue", directed())
    assert answer.status_code == 409
    assert ORDER in text(answer)
    assert not directives().exists()


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("act", ["confirm", "dismiss", "issue"])
def test_who_may_only_look_can_do_nothing(auditor: Person, finance: Person, act: str) -> None:
    alarm = made.alarm()
    for who in (auditor, finance):
        reader = made.reader(who)
        assert 'method="post" action="/desk' not in text(reader.get(f"/desk/alarms/{alarm}"))
        answer = reader.post(f"/desk/alarms/{alarm}?act={act}", directed(note="Vì sao không?"))
        assert answer.status_code == 403
    assert Alarm.objects.get(pk=alarm).handling == "new"
    assert not directives().exists()


def test_an_operator_confirms_but_does_not_order(office: Person, operator: Person) -> None:
    alarm = made.alarm()
    reader = made.reader(operator)
    reader.post(f"/desk/alarms/{alarm}?act=confirm", {"note": ""})
    assert reader.post(f"/desk/alarms/{alarm}?act=issue", directed()).status_code == 403
    assert not directives().exists()


def test_another_agencys_alarm_does_not_exist(farming: Person) -> None:
    alarm = made.alarm(agency=made.FINANCE)
    reader = made.reader(farming)
    assert reader.get(f"/desk/alarms/{alarm}").status_code == 404
    assert reader.post(f"/desk/alarms/{alarm}?act=confirm", {"note": ""}).status_code == 404
    assert reader.get("/desk/alarms/999999").status_code == 404


@pytest.mark.parametrize("act", ["", "close", "confirm/"])
def test_an_unknown_act_leads_nowhere(office: Person, act: str) -> None:
    assert made.reader(office).post(f"/desk/alarms/{made.alarm()}?act={act}", {"note": ""}).status_code == 404


def test_a_form_from_elsewhere_is_refused(office: Person) -> None:
    alarm = made.alarm()
    client = Client(enforce_csrf_checks=True)
    client.cookies = made.reader(office).cookies
    assert client.post(f"/desk/alarms/{alarm}?act=confirm", {"note": ""}).status_code == 400
    assert Alarm.objects.get(pk=alarm).handling == "new"
