"""The page of notices: the reader's own, read when opened; and the address at which providers tell what was delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.notices.adapters import channels
from vamco.kernel.work.notices.adapters.simulators import web
from vamco.kernel.work.notices.adapters.simulators.provider import Taken
from vamco.kernel.work.notices.models import Delivery
from vamco.kernel.work.notices.tests import made as told
from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db
PAGE = "/desk/notices/"
ADDRESS = told.ADDRESSES["email"]


def text(client: Client, url: str = PAGE) -> str:
    return client.get(url).content.decode()


def test_a_notice_is_new_until_it_is_opened(finance: Person, office: Person) -> None:
    told.send(finance, "cases.assigned", {**told.ASSIGNED, "number": "NV-<7>"}, url="/desk/cases/7")
    reader, other = made.reader(finance), made.reader(office)
    listed = text(reader)
    number = notices.inbox(finance, "vi").notices[0].id
    assert "Việc mới NV-&lt;7&gt;" in listed
    assert f'href="{PAGE}{number}"' in listed
    assert "Mới" in listed
    assert "NV-&lt;7&gt;" not in text(other)
    assert other.get(f"{PAGE}{number}").status_code == 404
    assert notices.unread(finance) == 1
    opened = text(reader, f"{PAGE}{number}")
    assert 'href="/desk/cases/7"' in opened
    assert notices.unread(finance) == 0


def test_all_are_marked_as_read_for_the_reader_alone(finance: Person, office: Person) -> None:
    told.send([finance, office], "cases.assigned")
    assert made.reader(finance).post(PAGE).status_code == 302
    assert (notices.unread(finance), notices.unread(office)) == (0, 1)


def test_what_came_after_the_page_was_drawn_stays_unread(finance: Person) -> None:
    told.send(finance, "cases.assigned", key="a")
    newest = notices.inbox(finance, "vi").notices[0].id
    told.send(finance, "cases.assigned", {**told.ASSIGNED, "number": "NV-8"}, key="b")
    reader = made.reader(finance)
    assert reader.post(PAGE, {"newest": str(newest)}).status_code == 302
    assert notices.unread(finance) == 1
    assert f'name="newest" value="{notices.inbox(finance, "vi").notices[0].id}"' in text(reader)


def test_an_empty_page_says_what_will_stand_there(finance: Person) -> None:
    assert "Chưa có thông báo" in text(made.reader(finance))


def test_the_page_goes_on(finance: Person) -> None:
    for number in range(30):
        told.send(finance, "cases.assigned", {**told.ASSIGNED, "number": f"NV-{number}"}, key=f"k{number}")
    reader = made.reader(finance)
    first = text(reader)
    oldest = notices.inbox(finance, "vi", count=25).after
    assert f"{PAGE}?after={oldest}" in first
    assert "NV-29," in first
    assert "NV-4," not in first
    assert "NV-4," in text(reader, f"{PAGE}?after={oldest}")
    for nonsense in ("x", "-1", "9" * 30, "٣", ""):
        assert reader.get(PAGE, {"after": nonsense}).status_code == 200


def test_the_inbox_counts_what_is_new(finance: Person) -> None:
    told.send(finance, "cases.assigned")
    assert 'href="/desk/notices/"' in text(made.reader(finance), "/desk/")


@pytest.fixture
def sent(finance: Person, settings: Any) -> Delivery:
    """An SMS that the gateway has taken."""
    settings.VAMCO_CHANNELS = {
        **settings.VAMCO_CHANNELS,
        "sms": "https://a:b@h/",
        "zalo": "https://:t@h/?secret=x&app=y",
    }
    told.contact(finance, "sms")
    told.send(finance)
    Delivery.objects.update(state="sent", reference="ref-1")
    return Delivery.objects.get()


def test_a_provider_tells_once_or_twice(sent: Delivery) -> None:
    path = channels.report_path("sms")
    report = web.sms_report(Taken(sent.key.hex, "", "", "", "ref-1"))
    stranger = Client()
    for _ in range(2):
        assert stranger.get(path, report).status_code == 200
        sent.refresh_from_db()
        assert sent.state == "delivered"
    assert stranger.get(path, {**report, "SendSuccess": "0", "SendFailed": "1"}).status_code == 200
    sent.refresh_from_db()
    assert sent.state == "delivered"


def test_a_stranger_tells_nothing(sent: Delivery) -> None:
    report = web.sms_report(Taken(sent.key.hex, "", "", "", "ref-1"))
    stranger = Client()
    path = channels.report_path("sms")
    assert stranger.get(path[:-1] + ("0" if path[-1] != "0" else "1"), report).status_code == 404
    assert stranger.get(channels.report_path("email"), report).status_code == 404
    zalo = channels.report_path("zalo")
    assert (
        stranger.post(zalo, web.zalo_report(Taken("", "", "", "", "ref-1"))[1], "application/json").status_code == 409
    )
    assert stranger.post(zalo, b"x" * 70_000, "application/json").status_code == 413
    assert stranger.post(path, b"\x00", "application/json").status_code == 200
    assert stranger.put(path).status_code == 405
    sent.refresh_from_db()
    assert sent.state == "sent"


# How the reader is told

SETTINGS = "/desk/notices/settings"
SENT = {"language": "en", "quiet_start": "20:30", "quiet_end": "06:15"}


def test_quiet_hours_and_language_are_ones_own(finance: Person, office: Person) -> None:
    reader = made.reader(finance)
    page = text(reader, SETTINGS)
    assert 'value="21:00"' in page
    assert 'value="07:00"' in page
    assert "Không có địa chỉ nào khác của bạn" in page
    assert reader.post(SETTINGS, SENT).status_code == 302
    assert notices.settings_of(finance) == notices.Settings("en", notices.Quiet(20 * 60 + 30, 6 * 60 + 15))
    assert notices.settings_of(office) == notices.Settings("vi", notices.Quiet(21 * 60, 7 * 60))
    assert 'value="20:30"' in text(reader, SETTINGS)
    wrong = reader.post(SETTINGS, {**SENT, "quiet_end": "25:00", "language": "fr"})
    assert wrong.status_code == 422
    assert notices.settings_of(finance).language == "en"


def test_each_kind_is_chosen_for_each_address_and_only_changes_are_written_down(finance: Person) -> None:
    told.contact(finance, "email")
    reader = made.reader(finance)
    page = text(reader, SETTINGS)
    assert 'name="work.email"' in page
    assert 'name="work.sms"' not in page  # no such address
    assert ADDRESS not in page
    choices = {one.kind: one.choice for one in notices.preferences(finance) if one.channel == "email" and not one.fixed}
    sent = {**SENT, **{f"{kind}.email": choice for kind, choice in choices.items()}, "work.email": "digest"}
    before = Entry.objects.count()
    assert reader.post(SETTINGS, sent).status_code == 302
    after = {one.kind: one.choice for one in notices.preferences(finance) if one.channel == "email"}
    assert after["work"] == "digest"
    assert {kind: after[kind] for kind in choices if kind != "work"} == {
        k: v for k, v in choices.items() if k != "work"
    }
    assert Entry.objects.count() == before + 2  # the settings, and the one choice
    assert reader.post(SETTINGS, sent).status_code == 302
    assert Entry.objects.count() == before + 2
    assert reader.post(SETTINGS, {**sent, "work.email": "sometimes"}).status_code == 422


def test_agreement_is_given_and_taken_back_for_ones_own_address_alone(finance: Person, office: Person) -> None:
    told.contact(finance, "email")
    reader = made.reader(finance)
    assert reader.post(SETTINGS, {"channel": "email", "agree": "no"}).status_code == 302
    assert not notices.contacts(finance)[0].consented
    told.send(finance, "cases.assigned")
    assert not Delivery.objects.exists()
    assert reader.post(SETTINGS, {"channel": "email", "agree": "yes"}).status_code == 302
    assert notices.contacts(finance)[0].consented
    assert made.reader(office).post(SETTINGS, {"channel": "email", "agree": "no"}).status_code == 404
    assert reader.post(SETTINGS, {"channel": "fax", "agree": "yes"}).status_code == 404
    assert notices.contacts(finance)[0].consented
