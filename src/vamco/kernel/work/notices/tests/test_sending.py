"""What an act says stands in the inbox when it commits, once, and waits for each channel that the person wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.notices.models import Delivery, Message, Notice
from vamco.kernel.work.notices.tests import made
from vamco.kernel.world.people.models import Person
from vamco.lib.errors import Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.kernel.work.notices.adapters.simulators.provider import Provider
    from vamco.kernel.work.notices.tests.conftest import Clock

pytestmark = pytest.mark.django_db


def waiting(person: Person) -> dict[str, str]:
    return dict(Delivery.objects.filter(notice__person=person).values_list("channel", "state"))


def test_a_notice_stands_in_the_inbox_in_both_languages(lan: Person, minh: Person, time: Clock) -> None:
    assert made.send(lan, url="/dossiers/1", about="dossier:1") == 1
    (told,) = notices.inbox(lan, "vi").notices
    assert told.title == "Đã tiếp nhận hồ sơ H53.13-261120-0001"
    assert told.text == (
        "UBND phường Long An đã tiếp nhận hồ sơ H53.13-261120-0001 (Đăng ký khai sinh) lúc 12:00 20/11/2026; "
        "người tiếp nhận: Lê Thị Hoa. Hẹn trả kết quả: 16:30 25/11/2026."
    )
    assert (told.url, told.about, told.at, told.read_at, told.kind) == (
        "/dossiers/1",
        "dossier:1",
        made.NOON,
        None,
        "dossier",
    )
    assert notices.get(told.id, lan, "en").title == "Dossier H53.13-261120-0001 was received"
    assert notices.inbox(minh, "vi").notices == ()
    with pytest.raises(Missing):
        notices.get(told.id, minh, "vi")


def test_the_inbox_goes_on_where_a_page_ends(lan: Person) -> None:
    for number in range(7):
        made.send(lan, key=f"k{number}")
    first = notices.inbox(lan, "vi", count=3)
    second = notices.inbox(lan, "vi", count=3, after=first.after)
    third = notices.inbox(lan, "vi", count=3, after=second.after)
    ids = [told.id for page in (first, second, third) for told in page.notices]
    assert len(ids) == 7
    assert ids == sorted(ids, reverse=True)
    assert third.after is None


def test_an_inbox_is_one_query(lan: Person, django_assert_num_queries: Callable[..., object]) -> None:
    for number in range(5):
        made.send(lan, key=f"k{number}")
    notices.inbox(lan, "vi")
    with django_assert_num_queries(1):
        notices.inbox(lan, "vi")


def test_a_notice_costs_its_act_three_statements(
    reached: Callable[..., Person], providers: dict[str, Provider], django_assert_num_queries: Callable[..., object]
) -> None:
    lan = reached("email", "sms")
    made.send(lan, key="first")
    with transaction.atomic(), django_assert_num_queries(3):
        notices.send("onestop.received", lan, made.RECEIVED, key="second")


def test_reading_is_noted_for_the_reader_alone(lan: Person, minh: Person, time: Clock) -> None:
    made.send([lan, minh], key="both")
    made.send(lan, key="second")
    newest = notices.inbox(lan, "vi").notices[0].id
    assert notices.mark_read(minh, newest) == 0
    assert notices.unread(lan) == 2
    assert notices.mark_read(lan, newest) == 1
    assert notices.mark_read(lan, newest) == 0
    assert (notices.unread(lan), notices.unread(minh)) == (1, 1)
    assert [told.id for told in notices.inbox(lan, "vi", unread=True).notices] != [newest]
    assert notices.mark_read(lan) == 1
    assert (notices.unread(lan), notices.unread(minh)) == (0, 1)


def test_an_act_that_rolls_back_says_nothing(reached: Callable[..., Person], providers: dict[str, Provider]) -> None:
    lan = reached("email")
    with transaction.atomic():
        assert notices.send("onestop.received", lan, made.RECEIVED, key="k") == 1
        transaction.set_rollback(True)
    assert notices.inbox(lan, "vi").notices == ()
    assert not Message.objects.exists()
    assert not Delivery.objects.exists()


def test_the_same_key_says_it_once(
    reached: Callable[..., Person], minh: Person, providers: dict[str, Provider]
) -> None:
    lan = reached("email", "sms")
    assert made.send(lan, key="case:7:1") == 1
    assert made.send(lan, key="case:7:1") == 0
    assert made.send([lan, minh], key="case:7:1") == 1  # whom it had not been said to
    assert Message.objects.count() == 1
    assert Notice.objects.count() == 2
    assert sorted(Delivery.objects.values_list("channel", flat=True)) == ["email", "sms"]


def test_a_key_cannot_say_two_things(lan: Person, minh: Person) -> None:
    made.send(lan, key="k")
    for to in (lan, minh):
        with pytest.raises(Refused, match="Another notice"):
            made.send(to, data={**made.RECEIVED, "dossier": "other"}, key="k")
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"dossier": None}, "dossier"),
        ({"received_at": "12:00"}, "received_at"),
        ({"received_at": made.NOON.replace(tzinfo=None)}, "received_at"),
        ({"more": "x"}, "more"),
    ],
)
def test_values_that_do_not_fit_are_refused(lan: Person, change: dict[str, object], named: str) -> None:
    with pytest.raises(Refused) as refused:
        made.send(lan, data={**made.RECEIVED, **change})
    assert refused.value.code == "notices.wrong_data"
    assert refused.value.data["fields"] == named
    assert not Notice.objects.exists()


def test_an_unknown_notice_is_missing(lan: Person) -> None:
    with pytest.raises(Missing):
        made.send(lan, "onestop.nothing", {})


@pytest.mark.parametrize("url", ["https://elsewhere.vn/", "//elsewhere.vn", "javascript:alert(1)"])
def test_a_notice_leads_nowhere_else(lan: Person, url: str) -> None:
    with pytest.raises(Refused):
        made.send(lan, url=url)


def test_a_long_text_is_cut(lan: Person) -> None:
    made.send(lan, data={**made.RECEIVED, "dossier": "x" * 500})
    assert notices.inbox(lan, "vi").notices[0].title == f"Đã tiếp nhận hồ sơ {'x' * 29}…"


def test_each_channel_with_address_and_consent_gets_one_delivery(
    reached: Callable[..., Person], minh: Person, providers: dict[str, Provider]
) -> None:
    lan = reached("email", "sms", "push")
    made.contact(lan, "zalo", consent=False)
    made.send([lan, minh])
    assert waiting(lan) == {"email": "queued", "sms": "queued", "push": "queued"}
    assert waiting(minh) == {}


def test_a_channel_that_does_not_serve_gets_nothing(reached: Callable[..., Person], settings: object) -> None:
    lan = reached("email", "sms")
    settings.VAMCO_CHANNELS = {"email": "simulated", "sms": "", "push": "", "zalo": ""}  # type: ignore[attr-defined]
    made.send(lan)
    assert waiting(lan) == {"email": "queued"}


def test_what_was_switched_off_is_not_sent(reached: Callable[..., Person], providers: dict[str, Provider]) -> None:
    lan = reached("email", "push")
    notices.prefer(lan, "work", "push", "off")
    notices.prefer(lan, "work", "email", "digest")
    made.send(lan, "cases.assigned")
    assert waiting(lan) == {"email": "gathered"}
    assert len(notices.inbox(lan, "vi").notices) == 1
    notices.prefer(lan, "work", "email", "off")
    made.send(lan, "cases.assigned", key="second")
    assert Delivery.objects.count() == 1


def test_what_the_law_asks_for_cannot_be_switched_off(
    reached: Callable[..., Person], providers: dict[str, Provider]
) -> None:
    from vamco.kernel.work.notices.models import Preference

    lan = reached("email")
    for choice in ("off", "digest"):
        with pytest.raises(Refused, match="law"):
            notices.prefer(lan, "dossier", "email", choice)
    Preference.objects.create(person=lan, kind_id="dossier", channel="email", choice="off")  # as if by hand
    made.send(lan)
    assert waiting(lan) == {"email": "queued"}


def test_an_urgent_notice_waits_for_no_digest(reached: Callable[..., Person], providers: dict[str, Provider]) -> None:
    lan = reached("sms", "push")
    made.send(lan, "province.emergency", {"what": "Lũ về", "place": "Mộc Hóa"})
    assert set(Delivery.objects.values_list("channel", "state", "priority")) == {
        ("sms", "queued", 0),
        ("push", "queued", 0),
    }


def test_digest_is_for_letters_only(lan: Person) -> None:
    with pytest.raises(Refused, match="digest"):
        notices.prefer(lan, "news", "sms", "digest")
    with pytest.raises(Missing):
        notices.prefer(lan, "nothing", "sms", "off")


def test_preferences_name_every_kind_and_what_is_fixed(lan: Person) -> None:
    notices.prefer(lan, "news", "email", "off")
    found = {(one.kind, one.channel): (one.choice, one.fixed) for one in notices.preferences(lan)}
    assert found["news", "email"] == ("off", False)
    assert found["news", "sms"] == ("now", False)
    assert found["dossier", "sms"] == ("now", True)
    assert len(found) == 8 * 4


def test_addresses_are_sealed_and_shown_masked(lan: Person, time: Clock) -> None:
    for channel in notices.CHANNELS:
        made.contact(lan, channel)
    assert [(one.channel, one.shown) for one in notices.contacts(lan)] == [
        ("email", "l***@example.vn"),
        ("sms", "091*****78"),
        ("push", "fcm.googleapis.com/***"),
        ("zalo", "091*****78"),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notices_contact")
        stored = b"".join(bytes(x) if isinstance(x, memoryview | bytes) else str(x).encode() for r in cursor for x in r)
    assert b"lan.nguyen" not in stored
    assert b"912345678" not in stored
    assert b"BCVxsr7N" not in stored


def test_a_new_address_takes_the_place_of_the_old(lan: Person) -> None:
    made.contact(lan, "email")
    made.contact(lan, "email", "moi@example.vn")
    assert [one.shown for one in notices.contacts(lan)] == ["m***@example.vn"]
    notices.forget_contact(lan, "email")
    notices.forget_contact(lan, "email")
    assert notices.contacts(lan) == []
    with pytest.raises(Missing):
        notices.consent(lan, "email", given=True)


def test_a_broadcast_reaches_all_and_none_twice(minh: Person, lan: Person, providers: dict[str, Provider]) -> None:
    made.contact(lan, "email")
    window = {"from_at": made.NOON, "until": made.NOON}
    everybody = Person.objects.all()
    assert notices.broadcast("province.downtime", window, to=everybody, by="system", key="down:1") == everybody.count()
    assert notices.broadcast("province.downtime", window, to=everybody, by="system", key="down:1") == 0
    chosen = Person.objects.filter(name__startswith="Trần Văn")
    assert notices.broadcast("province.downtime", window, to=chosen, by="system", key="down:2") == chosen.count()
    assert waiting(lan) == {"email": "queued"}
    assert Delivery.objects.get().priority == 2
    assert notices.unread(minh) == 2
