"""Recovery at the counter: two officials, what ends, who is told, and who may not."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events.models import Event
from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.notices.models import Delivery
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account, Attempt, Link, Recovery
from vamco.systems.identity.public import recovering
from vamco.systems.identity.tests import entering
from vamco.systems.identity.tests.authenticator import Authenticator

pytestmark = pytest.mark.django_db
NUMBER = "072190000111"
HERE, ELSEWHERE = "H53.25708", "H53.04"


@dataclass
class Counter:
    """Two officials at a counter, and a citizen whose phone is lost."""

    first: Client
    second: Client
    lost: Account
    key: Authenticator


def official(username: str, name: str, agency: str = HERE, role: str = "counter_official") -> Account:
    account = entering.account(username, name)
    people.appoint(account.person, agencies.get(agency), role, since=dt.date(2025, 7, 1))
    return account


@pytest.fixture
def counter(settings: Any) -> Counter:
    settings.VAMCO_SITE_URL = entering.SITE
    official("tiepdan1", "Nguyễn Thị Nhung")
    official("tiepdan2", "Phan Minh Trí")
    lost = entering.citizen("Trần Thị Dân", NUMBER)
    key = entering.passkey(lost)
    return Counter(*(entering.sure(entering.entered(name)) for name in ("tiepdan1", "tiepdan2")), lost, key)


def confirmed(client: Client, written: str = NUMBER, how: str = "chip_card") -> int:
    """Look somebody up and note how it was made sure; return the number of the recovery."""
    page = client.post("/recovery/new", {"step": "look", "number": written}).content.decode()
    found = re.search(r'name="found" value="([^"]+)"', page)
    assert found, page
    answer = client.post("/recovery/new", {"step": "confirm", "found": found[1], "how": how})
    assert answer.status_code == 302, answer.content.decode()
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def approved(client: Client, number: int) -> tuple[str, str]:
    """Approve, and return the word of the link and the typed code as the page shows them once."""
    assert client.post(f"/recovery/{number}", {"do": "approve"}).status_code == 302
    page = client.get(f"/recovery/{number}").content.decode()
    short = re.search(r"<b><code>(\w{4} \w{4})</code></b>", page)
    assert short, page
    return page, short[1]


def finish(client: Client, word: str) -> Authenticator:
    fresh = Authenticator()
    options = client.post(f"/recover/{word}/options").content.decode()
    answer = client.post(f"/recover/{word}", {"passkey": fresh.make(options), "name": "Điện thoại mới"})
    assert answer.headers["Location"] == "/account/", answer.content.decode()
    return fresh


def test_id_04_two_officials_let_a_person_in_again(counter: Counter, settings: Any) -> None:
    settings.VAMCO_CHANNELS = {**settings.VAMCO_CHANNELS, "sms": "simulated", "email": "simulated"}
    notices.set_contact(counter.lost.person, "sms", "0900000003", consent=True)
    notices.set_contact(counter.lost.person, "email", "dan@example.vn", consent=True)
    phone = entering.entered_by(counter.key)
    number = confirmed(counter.first)
    assert entering.signed_in(phone)  # nothing has ended yet
    _page, short = approved(counter.second, number)
    assert not entering.signed_in(phone)
    assert [json.loads(row)["why"] if isinstance(row, str) else row["why"] for row in
            Event.objects.filter(name="identity.stay_ended").values_list("payload", flat=True)] == ["recovered"]  # fmt: skip
    refused = Client()
    options = refused.post("/log-in/passkey/options").content.decode()
    assert refused.post("/log-in/passkey", {"passkey": counter.key.show(options)}).status_code == 422
    told = notices.inbox(counter.lost.person, "vi").notices
    assert [each.template for each in told] == ["identity.recovered"]
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"email", "sms"}
    new = Client()
    way = new.post("/recover", {"code": short.lower()}).headers["Location"]
    fresh = finish(new, way.rsplit("/", 1)[1])
    assert new.session["_auth_user_id"] == str(counter.lost.pk)
    assert new.session["assurance"]["level"] == 2
    assert entering.signed_in(entering.entered_by(fresh))
    acts = {entry.act: entry for entry in Entry.objects.filter(chain="identity")}
    both = [people.get(int(acts[act].actor)).name for act in ("identity.confirm_recovery", "identity.approve_recovery")]
    assert both == ["Nguyễn Thị Nhung", "Phan Minh Trí"]
    assert NUMBER not in str(list(Entry.objects.values("detail", "purpose", "subject", "actor")))
    assert NUMBER not in str(list(Recovery.objects.values()))
    assert Recovery.objects.get().state == "used"


def test_the_link_of_the_picture_works_once(counter: Counter) -> None:
    given = recovering.approve(Account.objects.get(username="tiepdan2").person, confirmed(counter.first))
    new = Client()
    assert "Trần Thị Dân" in new.get(f"/recover/{given.word}").content.decode()
    finish(new, given.word)
    for client in (new, Client()):
        assert client.get(f"/recover/{given.word}").status_code == 404
        assert client.post("/recover", {"code": given.short}).status_code == 422
        assert client.post(f"/recover/{given.word}/options").status_code == 404
    assert counter.lost.passkeys.filter(suspended_at=None).count() == 1


def test_the_link_lasts_thirty_minutes_and_is_shown_once(counter: Counter) -> None:
    number = confirmed(counter.first)
    _page, short = approved(counter.second, number)
    assert short not in counter.second.get(f"/recovery/{number}").content.decode()
    Recovery.objects.update(link_expires_at=clock.now())
    assert Client().post("/recover", {"code": short}).status_code == 422


def test_the_same_official_twice_is_refused(counter: Counter) -> None:
    number = confirmed(counter.first)
    page = counter.first.get(f"/recovery/{number}").content.decode()
    assert 'value="approve"' not in page
    assert counter.first.post(f"/recovery/{number}", {"do": "approve"}).status_code == 403
    assert counter.first.post(f"/recovery/{number}", {"do": "refuse", "reason": "x"}).status_code == 403
    assert Recovery.objects.get().state == "waiting"
    assert counter.lost.passkeys.get().suspended_at is None


def test_nobody_recovers_themselves(counter: Counter) -> None:
    account = Account.objects.get(username="tiepdan1")
    page = counter.first.post("/recovery/new", {"step": "look", "number": "tiepdan1"})
    assert page.status_code == 403
    number = confirmed(counter.second, "tiepdan1", "face")
    assert counter.first.get(f"/recovery/{number}").status_code == 404
    assert counter.first.post(f"/recovery/{number}", {"do": "approve"}).status_code == 404
    assert Account.objects.get(pk=account.pk).has_usable_password()


def test_a_counter_opens_no_account_of_another_agency_s_official(counter: Counter) -> None:
    head = official("giamdoc", "Lê Văn Cao", ELSEWHERE, "administrator")
    assert counter.first.post("/recovery/new", {"step": "look", "number": "giamdoc"}).status_code == 403
    with pytest.raises(Forbidden):
        recovering.confirm(Account.objects.get(username="tiepdan1").person, head, "face")
    assert not Recovery.objects.exists()


def test_who_got_a_post_meanwhile_is_not_let_in(counter: Counter) -> None:
    number = confirmed(counter.first)
    people.appoint(counter.lost.person, agencies.get(ELSEWHERE), "administrator", since=dt.date(2025, 7, 1))
    assert counter.second.post(f"/recovery/{number}", {"do": "approve"}).status_code == 403
    assert counter.lost.passkeys.get().suspended_at is None


def test_another_agency_s_counter_sees_nothing(counter: Counter) -> None:
    official("xa3", "Người Xã Khác", "H53.25711" if agencies.find("H53.25711") else ELSEWHERE)
    number = confirmed(counter.first)
    stranger = entering.sure(entering.entered("xa3"))
    for method in ("get", "post"):
        assert getattr(stranger, method)(f"/recovery/{number}", {"do": "approve"}).status_code == 404
    assert "Trần Thị Dân" not in stranger.get("/recovery").content.decode()


@pytest.mark.parametrize("role", ["leader", "office", "auditor", "operator", "administrator", "commune_official"])
def test_no_other_role_has_anything_to_do_with_it(role: str, counter: Counter) -> None:
    number = confirmed(counter.first)
    official("khac", "Người Khác", HERE, role)
    client = entering.sure(entering.entered("khac"))
    for page in ("/recovery", "/recovery/new", f"/recovery/{number}", "/recovery/987654"):
        for method in ("get", "post"):
            assert getattr(client, method)(page).status_code == 403, page
    assert Recovery.objects.get().state == "waiting"


def test_a_citizen_has_nothing_to_do_with_it_either(counter: Counter) -> None:
    number = confirmed(counter.first)
    client = entering.entered_by(counter.key)
    assert client.post(f"/recovery/{number}", {"do": "approve"}).status_code == 403


def test_a_refusal_says_why_and_changes_nothing(counter: Counter) -> None:
    number = confirmed(counter.first)
    assert counter.second.post(f"/recovery/{number}", {"do": "refuse", "reason": " "}).status_code == 409
    assert counter.second.post(f"/recovery/{number}", {"do": "refuse", "reason": "Ảnh không khớp"}).status_code == 302
    assert "Ảnh không khớp" in counter.first.get(f"/recovery/{number}").content.decode()
    assert counter.second.post(f"/recovery/{number}", {"do": "approve"}).status_code == 409
    assert entering.signed_in(entering.entered_by(counter.key))
    assert notices.inbox(counter.lost.person, "vi").notices == ()


def test_after_a_day_it_is_over_and_can_begin_again(counter: Counter) -> None:
    number = confirmed(counter.first)
    Recovery.objects.update(expires_at=clock.now())
    assert counter.second.post(f"/recovery/{number}", {"do": "approve"}).status_code == 409
    again = confirmed(counter.first)
    assert again != number
    assert list(Recovery.objects.order_by("pk").values_list("state", flat=True)) == ["expired", "waiting"]


def test_one_recovery_waits_at_a_time_and_is_decided_once(counter: Counter) -> None:
    number = confirmed(counter.first)
    with pytest.raises(AssertionError):
        confirmed(counter.first)
    approved(counter.second, number)
    assert counter.second.post(f"/recovery/{number}", {"do": "approve"}).status_code == 409


def test_how_it_was_made_sure_must_be_said(counter: Counter) -> None:
    page = counter.first.post("/recovery/new", {"step": "look", "number": NUMBER}).content.decode()
    found = re.search(r'name="found" value="([^"]+)"', page)[1]  # type: ignore[index]
    for more in ({}, {"how": "x"}, {"how": "chip_card", "found": found + "x"}, {"how": "chip_card", "found": "1"}):
        sent = {"step": "confirm", "found": found, **more}
        assert counter.first.post("/recovery/new", sent).status_code in {409, 422}
    assert not Recovery.objects.exists()


def test_the_look_up_is_recorded_and_shows_the_number_masked(counter: Counter) -> None:
    page = counter.first.post("/recovery/new", {"step": "look", "number": NUMBER}).content.decode()
    assert "Trần Thị Dân" in page
    assert NUMBER not in page
    entry = Entry.objects.get(act="audit.access")
    assert (entry.purpose, entry.mentions.get().person) == (
        "recovery at the counter",
        f"person:{counter.lost.person_id}",
    )


@pytest.mark.parametrize("written", ["072190000999", "", "khong-co", "'", "0" * 60])
def test_nobody_is_found_for_what_is_nobody_s(written: str, counter: Counter) -> None:
    assert counter.first.post("/recovery/new", {"step": "look", "number": written}).status_code == 422


def test_typed_codes_cannot_be_guessed(counter: Counter) -> None:
    _page, short = approved(counter.second, confirmed(counter.first))
    guesser = Client()
    for n in range(5):
        assert guesser.post("/recover", {"code": f"2222 222{n + 2}"}, REMOTE_ADDR="203.0.113.9").status_code == 422
    assert guesser.post("/recover", {"code": short}, REMOTE_ADDR="203.0.113.9").status_code == 422  # must wait
    assert guesser.get(f"/recover/{short.replace(' ', '')}", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert guesser.post("/recover", {"code": short}, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_right_codes_are_not_counted(counter: Counter) -> None:
    """A counter has one network, and people come one after the other."""
    _page, short = approved(counter.second, confirmed(counter.first))
    for _each in range(8):
        assert Client().post("/recover", {"code": short}).status_code == 302
    finish(Client(), short.replace(" ", ""))
    assert not Attempt.objects.exists()


def test_what_opened_the_account_before_opens_nothing(counter: Counter) -> None:
    account = official("canbo", "Nguyễn Văn Thử", HERE, "commune_official")
    entering.with_app(account)
    identity.issue_link(account, second_factor=True)
    number = confirmed(counter.first, "canbo", "document")
    given = recovering.approve(Account.objects.get(username="tiepdan2").person, number)
    account.refresh_from_db()
    assert not account.has_usable_password()
    assert not identity.has_second_factor(account)
    assert not Link.objects.filter(ended_at=None).exists()
    assert Client().post("/log-in", {"username": "canbo", "password": entering.PASSWORD}).status_code == 422
    finish(Client(), given.word)


def test_a_locked_account_is_not_recovered(counter: Counter) -> None:
    number = confirmed(counter.first)
    identity.lock(counter.lost.username)
    assert counter.second.post(f"/recovery/{number}", {"do": "approve"}).status_code == 409
    given_before = Recovery.objects.get()
    assert given_before.digest == ""
