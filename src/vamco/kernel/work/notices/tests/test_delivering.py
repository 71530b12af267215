"""From the outbox to the providers: hours, order, failures, reports, digests. Providers are in this process."""

from __future__ import annotations

import datetime as dt
import logging
import time as wait
from typing import TYPE_CHECKING, Any, Self

import pytest
from django.db import OperationalError

from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.notices.adapters.simulators.provider import RETRY_AFTER_S, Mood, Verdict
from vamco.kernel.work.notices.models import Contact, Delivery, Hold
from vamco.kernel.work.notices.rules import messages
from vamco.kernel.work.notices.rules.messages import MAX_ATTEMPTS
from vamco.kernel.work.notices.services import delivering
from vamco.kernel.work.notices.tests import made
from vamco.lib.errors import Refused
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.kernel.work.notices.adapters.simulators.provider import Provider
    from vamco.kernel.work.notices.tests.conftest import Clock
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db
Providers = dict[str, "Provider"]


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "LINES", 1)  # a test's order is then that of the batch


def one() -> Delivery:
    return Delivery.objects.get()


def test_what_was_sent_is_noted(reached: Callable[..., Person], providers: Providers, time: Clock) -> None:
    lan = reached("email")
    made.send(lan, url="/dossiers/1")
    assert notices.deliver("email") == 1
    assert notices.deliver("email") == 0
    (taken,) = providers["email"].taken
    assert taken.to == "lan.nguyen@example.vn"
    assert taken.title == "Đã tiếp nhận hồ sơ H53.13-261120-0001"
    assert "http://127.0.0.1:8000/dossiers/1\n" in taken.text
    row = one()
    assert (row.state, row.attempts, row.reference, row.sent_at, row.shown) == (
        "sent", 1, taken.reference, made.NOON, "l***@example.vn",
    )  # fmt: skip
    assert taken.key == row.key.hex


def test_each_channel_says_it_its_way(reached: Callable[..., Person], providers: Providers) -> None:
    lan = reached("sms", "push", "zalo")
    notices.set_recipient(lan, language="en", quiet=notices.Quiet(0, 0))
    made.send(lan)
    for channel in ("sms", "push", "zalo"):
        notices.deliver(channel)
    (sms,), (push,), (zalo,) = (providers[name].taken for name in ("sms", "push", "zalo"))
    assert (sms.to, sms.text) == (
        "84912345678",
        "Dossier H53.13-261120-0001 was received. Result promised for 16:30, 25 Nov 2026.",
    )
    assert (push.title, push.text) == (
        "Dossier H53.13-261120-0001 was received", "Result promised for 16:30, 25 Nov 2026",
    )  # fmt: skip
    assert "khai sinh" not in sms.text + push.title + push.text + zalo.text  # private: not for a lock screen


@pytest.mark.parametrize(
    ("hour", "channel", "template", "sent"),
    [
        (12, "sms", "onestop.received", True),
        (22, "sms", "onestop.received", False),
        (5, "push", "onestop.received", False),
        (22, "email", "onestop.received", True),
        (22, "sms", "province.emergency", True),
    ],
)
def test_nobody_is_woken(
    reached: Callable[..., Person],
    providers: Providers,
    time: Clock,
    hour: int,
    channel: Any,
    template: str,
    *,
    sent: bool,
) -> None:
    lan = reached(channel)
    time.now = dt.datetime(2026, 11, 20, hour, tzinfo=HCM)
    made.send(lan, template, made.RECEIVED if template == "onestop.received" else {"what": "Lũ về", "place": "Mộc Hóa"})
    notices.deliver(channel)
    assert len(providers[channel].taken) == sent
    if not sent:
        row = one()
        morning = dt.datetime(2026, 11, 20 + (hour > 12), 7, 0, 1, tzinfo=HCM)
        assert (row.state, row.reason, row.attempts, row.next_at) == ("queued", "quiet_hours", 0, morning)
        time.now = morning
        notices.deliver(channel)
        assert one().state == "sent"


def test_own_quiet_hours_count(reached: Callable[..., Person], providers: Providers, time: Clock) -> None:
    lan = reached("sms")
    notices.set_recipient(lan, language="vi", quiet=notices.Quiet(11 * 60, 13 * 60))
    made.send(lan)
    notices.deliver("sms")
    assert not providers["sms"].taken
    assert notices.settings_of(lan).quiet == notices.Quiet(660, 780)
    with pytest.raises(Refused):
        notices.set_recipient(lan, language="fr", quiet=notices.Quiet(0, 0))
    with pytest.raises(Refused):
        notices.set_recipient(lan, language="vi", quiet=notices.Quiet(0, 1440))


def test_consent_that_ends_stops_what_waits(reached: Callable[..., Person], providers: Providers) -> None:
    lan = reached("email")
    made.send(lan)
    notices.consent(lan, "email", given=False)
    notices.deliver("email")
    assert providers["email"].requests == 0
    assert (one().state, one().reason) == ("failed", "no_consent")
    notices.consent(lan, "email", given=True)
    made.send(lan, key="again")
    notices.deliver("email")
    assert len(providers["email"].taken) == 1


def test_the_address_of_the_day_is_written_to(reached: Callable[..., Person], providers: Providers) -> None:
    lan = reached("email")
    made.send(lan)
    made.contact(lan, "email", "moi@example.vn")
    notices.deliver("email")
    assert [taken.to for taken in providers["email"].taken] == ["moi@example.vn"]


def test_a_dead_address_is_barred_until_there_is_a_new_one(
    reached: Callable[..., Person], providers: Providers
) -> None:
    lan = reached("email")
    providers["email"].refused.add("lan.nguyen@example.vn")
    made.send(lan, key="1")
    made.send(lan, key="2")
    notices.deliver("email")
    made.send(lan, key="3")
    assert notices.contacts(lan)[0].barred == "no_addressee"
    assert set(Delivery.objects.values_list("state", "reason")) == {("failed", "no_addressee")}
    assert Delivery.objects.count() == 2  # the third was not even queued
    made.contact(lan, "email", "moi@example.vn")
    made.send(lan, key="4")
    notices.deliver("email")
    assert len(providers["email"].taken) == 1


def test_what_waits_for_a_barred_address_is_not_sent(reached: Callable[..., Person], providers: Providers) -> None:
    lan = reached("email")
    made.send(lan)
    Contact.objects.update(barred="550")
    notices.deliver("email")
    assert (one().state, one().reason, providers["email"].requests) == ("failed", "barred", 0)


def test_failures_back_off_and_rest_as_dead_letters(
    reached: Callable[..., Person], providers: Providers, time: Clock
) -> None:
    lan = reached("email")
    providers["email"].expect(*[Mood.DOWN] * MAX_ATTEMPTS)
    made.send(lan)
    waits = []
    for _ in range(MAX_ATTEMPTS):
        assert notices.deliver("email") == 1
        assert notices.deliver("email") == 0  # not before its time
        if one().state == "queued":
            waits.append(int((one().next_at - time.now).total_seconds()))
            time.now = one().next_at
    assert waits == [30, 120, 480, 1920, 7680, 21600, 21600]
    (dead,) = notices.dead_letters()
    assert (dead.state, dead.reason, dead.attempts, dead.shown) == ("dead", "down", 8, "l***@example.vn")
    notices.retry(dead.id, by="system")
    assert notices.deliver("email") == 1
    assert one().state == "sent"
    assert notices.dead_letters() == []
    with pytest.raises(Refused):
        notices.retry(dead.id, by="system")


@pytest.mark.parametrize(("mood", "wait"), [(Mood.BUSY, RETRY_AFTER_S), (Mood.BROKE, 900)])
def test_a_provider_that_has_enough_is_left_alone(
    reached: Callable[..., Person], minh: Person, providers: Providers, time: Clock, mood: Mood, wait: int
) -> None:
    lan = reached("email")
    made.contact(minh, "email", "minh@example.vn")
    providers["email"].expect(mood)
    for number in range(10):
        made.send([lan, minh], key=f"k{number}")
    notices.deliver("email")
    assert providers["email"].requests == 1  # the other nineteen did not run into it
    assert set(Delivery.objects.values_list("state", "attempts")) == {("queued", 0)}
    assert Hold.objects.get().until == time.now + dt.timedelta(seconds=wait)
    made.send(lan, key="later")
    assert notices.deliver("email") == 0
    time.pass_(seconds=wait + 1)
    notices.deliver("email")
    assert len(providers["email"].taken) == 21
    assert {taken.key for taken in providers["email"].taken} == {row.key.hex for row in Delivery.objects.all()}


def test_a_message_that_a_provider_stops_at_stops_no_other_and_is_given_up(
    reached: Callable[..., Person], providers: Providers, time: Clock
) -> None:
    lan = reached("email")
    made.send(lan, key="poison")
    poison = one().key.hex
    receive = providers["email"].receive

    def firewall(key: str, to: str, title: str, text: str) -> Verdict:
        if key == poison:
            return Verdict(Mood.BROKE)
        return receive(key, to, title, text)

    providers["email"].receive = firewall  # type: ignore[method-assign]
    made.send(lan, key="before")
    notices.deliver("email")
    assert Hold.objects.filter(until__gt=time.now).exists()
    assert not providers["email"].taken, "nobody can tell yet that it is the message"
    for number in range(MAX_ATTEMPTS):
        time.now = max(time.now, Delivery.objects.get(key=poison).next_at, Hold.objects.get().until)
        made.send(lan, key=f"k{number}")
        notices.deliver("email")
        assert len(providers["email"].taken) == number + 2, "all others have gone"
        assert not Hold.objects.filter(until__gt=time.now).exists()
    assert Delivery.objects.get(key=poison).state == "dead"


def test_a_lost_answer_is_tried_again_and_marked(
    reached: Callable[..., Person], providers: Providers, time: Clock
) -> None:
    lan = reached("email", "sms")
    for channel in ("email", "sms"):
        providers[channel].expect(Mood.LOSES)
    made.send(lan)
    for channel in ("email", "sms"):
        notices.deliver(channel)
    time.pass_(minutes=1)
    for channel in ("email", "sms"):
        notices.deliver(channel)
    assert set(Delivery.objects.values_list("channel", "state", "attempts", "doubtful")) == {
        ("email", "sent", 2, True),  # no keys: perhaps twice
        ("sms", "sent", 2, False),  # the gateway knows the key
    }
    assert (len(providers["email"].taken), len(providers["sms"].taken)) == (2, 1)


def test_urgent_goes_first_and_many_last(reached: Callable[..., Person], providers: Providers, time: Clock) -> None:
    lan = reached("push")
    from vamco.kernel.world.people.models import Person

    window = {"from_at": made.NOON, "until": made.NOON}
    everybody = Person.objects.filter(pk=lan.pk)
    notices.broadcast("province.downtime", window, to=everybody, by="system", key="1")
    time.pass_(seconds=1)
    made.send(lan, "cases.assigned", key="2")
    time.pass_(seconds=1)
    made.send(lan, "province.emergency", {"what": "Lũ về", "place": "Mộc Hóa"}, key="3")
    notices.deliver("push")
    assert [taken.title.split()[0] for taken in providers["push"].taken] == ["Khẩn", "Việc", "Hệ"]


def test_a_digest_is_one_letter_of_all(reached: Callable[..., Person], providers: Providers, time: Clock) -> None:
    lan = reached("email")
    notices.prefer(lan, "work", "email", "digest")
    for number in range(3):
        made.send(lan, "cases.assigned", {**made.ASSIGNED, "number": f"NV-{number}"}, key=f"k{number}")
    assert (notices.gather(), notices.deliver("email")) == (0, 0)
    time.now = dt.datetime(2026, 11, 21, 7, 30, tzinfo=HCM)
    assert (notices.gather(), notices.gather()) == (1, 0)
    assert {row.state for row in Delivery.objects.all()} == {"queued", "gathered"}
    made.send(lan, "cases.assigned", {**made.ASSIGNED, "number": "NV-9"}, key="of the next day")
    assert notices.deliver("email") == 1
    (letter,) = providers["email"].taken
    assert letter.title == "3 thông báo mới"
    assert [line[:14] for line in letter.text.splitlines()[:3]] == [f"– Việc mới NV-{n}"[:14] for n in range(3)]
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["gathered", "sent", "sent", "sent"]
    assert set(Delivery.objects.filter(state="sent").values_list("sent_at", "reference", "shown")) == {
        (time.now, letter.reference, "l***@example.vn")
    }


def test_a_digest_that_fails_fails_as_one(reached: Callable[..., Person], providers: Providers, time: Clock) -> None:
    lan = reached("email")
    notices.prefer(lan, "work", "email", "digest")
    for number in range(2):
        made.send(lan, "cases.assigned", key=f"k{number}")
    time.pass_(days=1)
    notices.gather()
    providers["email"].expect(Mood.DOWN)
    notices.deliver("email")
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["gathered", "queued"]
    notices.consent(lan, "email", given=False)
    time.pass_(minutes=1)
    notices.deliver("email")
    assert set(Delivery.objects.values_list("state", "reason")) == {("failed", "no_consent")}


def test_a_digest_that_was_given_up_goes_again_as_one(
    reached: Callable[..., Person], providers: Providers, time: Clock
) -> None:
    lan = reached("email")
    notices.prefer(lan, "work", "email", "digest")
    for number in range(2):
        made.send(lan, "cases.assigned", key=f"k{number}")
    time.pass_(days=1)
    notices.gather()
    providers["email"].expect(*[Mood.DOWN] * MAX_ATTEMPTS)
    for _ in range(MAX_ATTEMPTS):
        notices.deliver("email")
        time.pass_(hours=7)
    (dead,) = notices.dead_letters()
    (member,) = Delivery.objects.exclude(pk=dead.id)
    assert member.state == "dead"
    notices.retry(member.pk, by="system")
    notices.deliver("email")
    assert [letter.title for letter in providers["email"].taken] == ["2 thông báo mới"]
    assert {row.state for row in Delivery.objects.all()} == {"sent"}


def test_reports_come_late_twice_and_in_any_order(
    reached: Callable[..., Person], providers: Providers, time: Clock
) -> None:
    lan = reached("sms")
    made.send(lan)
    notices.deliver("sms")
    key = one().key.hex
    time.pass_(hours=3)
    assert notices.note_report("sms", notices.Report(delivered=True, key=key))
    assert (one().state, one().ended_at) == ("delivered", time.now)
    before = one().ended_at
    time.pass_(hours=3)
    assert not notices.note_report("sms", notices.Report(delivered=True, key=key))
    assert not notices.note_report("sms", notices.Report(delivered=False, key=key, reason="late"))
    assert (one().state, one().ended_at) == ("delivered", before)
    assert not notices.note_report("email", notices.Report(delivered=True, key=key))
    assert not notices.note_report("sms", notices.Report(delivered=True, key="0" * 32))
    assert not notices.note_report("sms", notices.Report(delivered=True))


def test_a_failure_that_is_told_later_bars_and_a_success_after_it_counts(
    reached: Callable[..., Person], providers: Providers
) -> None:
    lan = reached("zalo")
    made.send(lan)
    notices.deliver("zalo")
    reference = one().reference
    assert notices.note_report("zalo", notices.Report(delivered=False, reference=reference, reason="-118", bars=True))
    assert (one().state, one().reason, notices.contacts(lan)[0].barred) == ("failed", "-118", "-118")
    assert notices.note_report("zalo", notices.Report(delivered=True, reference=reference))
    assert one().state == "delivered"


def test_a_report_before_the_note_is_not_overwritten(
    reached: Callable[..., Person], providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan = reached("sms")
    made.send(lan)
    real = providers["sms"].receive

    def receive(key: str, to: str, title: str, text: str) -> Any:
        found = real(key, to, title, text)
        assert notices.note_report("sms", notices.Report(delivered=True, key=key))
        return found

    monkeypatch.setattr(providers["sms"], "receive", receive)
    monkeypatch.setattr(delivering, "ThreadPoolExecutor", Here)  # the report is noted in this test's transaction
    notices.deliver("sms")
    assert one().state == "delivered"
    assert notices.deliver("sms") == 0


class Here:
    """A pool that works at once."""

    def __init__(self, *_args: object, **_named: object) -> None: ...
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_args: object) -> None: ...
    def submit(self, function: Callable[..., object], *args: object) -> None:
        function(*args)


def test_an_adapter_that_breaks_holds_up_nobody(
    reached: Callable[..., Person], minh: Person, providers: Providers, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    lan = reached("email")
    made.contact(minh, "email", "minh@example.vn")
    real = providers["email"].receive

    def receive(key: str, to: str, title: str, text: str) -> Any:
        if to.startswith("lan"):
            raise KeyError(to)
        return real(key, to, title, text)

    monkeypatch.setattr(providers["email"], "receive", receive)
    made.send([lan, minh])
    with caplog.at_level(logging.DEBUG):
        notices.deliver("email")
    assert set(Delivery.objects.values_list("notice__person__name", "state", "reason", "doubtful")) == {
        (lan.name, "queued", "KeyError", True),
        (minh.name, "sent", "", False),
    }
    assert "lan.nguyen" not in caplog.text


@pytest.mark.parametrize("mood", list(Mood))
def test_nothing_personal_is_logged(
    reached: Callable[..., Person], providers: Providers, caplog: Any, mood: Mood
) -> None:
    lan = reached("email", "sms", "push", "zalo")
    with caplog.at_level(logging.DEBUG):
        made.send(lan)
        for channel in notices.CHANNELS:
            providers[channel].expect(mood)
            notices.deliver(channel)
    said = caplog.text + " ".join(map(str, notices.log(person=lan)))
    for secret in ("lan.nguyen", "912345678", "Nguyễn Thị Lan", "khai sinh", "BCVxsr7N", "0001"):
        assert secret not in said, secret


def test_the_log_tells_of_an_object_and_of_a_person(
    reached: Callable[..., Person], minh: Person, providers: Providers
) -> None:
    lan = reached("email")
    made.contact(minh, "email", "minh@example.vn")
    made.send(lan, about="dossier:1", key="1")
    made.send(minh, about="dossier:2", key="2")
    notices.deliver("email")
    assert [line.shown for line in notices.log(about="dossier:1")] == ["l***@example.vn"]
    assert [line.shown for line in notices.log(person=minh)] == ["m***@example.vn"]
    assert len(notices.log()) == 2


def test_lost_keys_stop_nothing_for_good(reached: Callable[..., Person], providers: Providers, time: Clock) -> None:
    lan = reached("email")
    made.send(lan)
    sealed = Contact.objects.get().sealed
    Contact.objects.update(sealed=b"\x01" + bytes(40))
    notices.deliver("email")
    assert (one().state, one().reason, one().attempts) == ("queued", "sealed", 0)
    Contact.objects.update(sealed=sealed)
    time.pass_(minutes=16)
    notices.deliver("email")
    assert one().state == "sent"


def test_one_that_cannot_be_read_holds_up_no_other(reached: Callable[..., Person], providers: Providers) -> None:
    from vamco.kernel.work.notices.models import TemplateVersion

    lan = reached("email")
    made.send(lan, "cases.assigned", key="1")
    made.send(lan, key="2")
    TemplateVersion.objects.filter(code="cases.assigned").update(content="{}", loaded_at=made.NOON)
    assert notices.deliver("email") == 2
    assert set(Delivery.objects.values_list("notice__message__key", "state", "reason")) == {
        ("1", "dead", "unreadable"),
        ("2", "sent", ""),
    }


def test_what_cannot_be_noted_is_not_sent_on(
    reached: Callable[..., Person], providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan = reached("email")
    for number in range(120):
        made.send(lan, key=f"k{number}")
    monkeypatch.setattr(delivering, "NOTED_TOGETHER", 5)
    noting, sending = delivering._note, delivering._sent

    def slowly(line: Any, parcel: Any) -> Any:
        wait.sleep(0.01)
        return sending(line, parcel)

    def broken(channel: Any, port: Any, attempts: Any) -> None:
        if attempts:
            raise OperationalError("the server closed the connection")
        noting(channel, port, attempts)

    monkeypatch.setattr(delivering, "_note", broken)
    monkeypatch.setattr(delivering, "_sent", slowly)
    with pytest.raises(OperationalError):
        notices.deliver("email")
    assert len(providers["email"].taken) < 120


def test_a_name_that_a_provider_gives_is_kept_without_what_cannot_be_stored() -> None:
    assert messages.reference("a\x00b\n" + "c" * 200) == "ab" + "c" * 98


def test_a_line_that_does_not_open_is_tried_later(
    reached: Callable[..., Person], providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vamco.kernel.work.notices.adapters.channels.simulated import Simulated

    def open_(_channel: object) -> None:
        raise MemoryError("lan.nguyen@example.vn")

    lan = reached("email")
    made.send(lan)
    monkeypatch.setattr(Simulated, "open", open_)
    assert notices.deliver("email") == 1
    assert (one().state, one().reason, one().attempts) == ("queued", "MemoryError", 1)
    assert notices.deliver("email") == 0


def test_a_slow_provider_cannot_outlast_the_lease(
    reached: Callable[..., Person], minh: Person, providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan = reached("email")
    made.contact(minh, "email", "minh@example.vn")
    made.send([lan, minh])
    monkeypatch.setattr(delivering, "LEASE", dt.timedelta(0))
    assert not delivering.Hold.objects.exists()
    delivering._handle("email", Untouched(), delivering._claim("email", Untouched()))  # type: ignore[arg-type]
    assert set(Delivery.objects.values_list("state", "attempts")) == {("queued", 0)}


class Untouched:
    """A channel whose line must not be used."""

    idempotent = False

    def open(self) -> Here:
        return Here()


def test_a_person_is_forgotten_and_others_are_not(
    reached: Callable[..., Person], minh: Person, providers: Providers
) -> None:
    from vamco.kernel.work.notices.models import Message, Notice

    lan = reached("email", "sms")
    made.contact(minh, "email", "minh@example.vn")
    notices.prefer(lan, "work", "email", "digest")
    made.send([lan, minh], key="both")
    made.send(lan, "cases.assigned", key="1")
    made.send(lan, "cases.assigned", key="2")
    Delivery.objects.filter(state="gathered").update(next_at=made.NOON)
    notices.gather()
    with pytest.raises(Refused):
        notices.forget(lan, actor="system", purpose=" ")
    assert notices.forget(lan, actor="system", purpose="Luật 91/2025") == 3
    assert (notices.contacts(lan), notices.inbox(lan, "vi").notices, notices.log(person=lan)) == ([], (), [])
    assert (Notice.objects.count(), Message.objects.count(), Delivery.objects.count()) == (1, 1, 1)
    assert notices.unread(minh) == 1
