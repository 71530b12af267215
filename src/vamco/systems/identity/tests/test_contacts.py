"""Telephone numbers and e-mail addresses: verified by a code, moved to whoever shows them last."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.notices.models import Contact, Delivery
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused
from vamco.systems.identity.models import ContactCode
from vamco.systems.identity.tests import entering

if TYPE_CHECKING:
    from django.test import Client

    from vamco.systems.identity.models import Account

pytestmark = pytest.mark.django_db
SMS, EMAIL = "/account/contacts/sms", "/account/contacts/email"
OWN, ANOTHER = "0900000002", "0900000001"


@pytest.fixture(autouse=True)
def sent(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """What left: channel, address, text."""
    settings.VAMCO_CHANNELS = {**settings.VAMCO_CHANNELS, "sms": "simulated", "email": "simulated"}
    settings.VAMCO_SITE_URL = entering.SITE
    found: list[tuple[str, str, str]] = []

    from vamco.kernel.work.notices.adapters.channels.simulated import SimulatedLine
    from vamco.kernel.work.notices.contracts import Outcome, Receipt

    def send(self: object, parcel: Any) -> Any:
        found.append((parcel.title, parcel.to, parcel.text))
        return Receipt(Outcome.TAKEN)

    monkeypatch.setattr(SimulatedLine, "send", send)
    return found


@pytest.fixture
def a() -> Account:
    account = entering.account("a", "Nguyễn Văn A")
    people.record_number(account.person, "citizen_id", "072190000111")
    return account


@pytest.fixture
def b() -> Account:
    account = entering.account("b", "Trần Thị B")
    people.record_number(account.person, "citizen_id", "072190000222")
    return account


def code(sent: list[tuple[str, str, str]]) -> str:
    return re.search(r"\d{6}", sent[-1][2])[0]  # type: ignore[index]


def verify(client: Client, number: str, sent: list[tuple[str, str, str]], page: str = SMS) -> Any:
    assert client.post(page, {"step": "send", "address": number}).status_code == 200
    return client.post(page, {"step": "verify", "address": number, "code": code(sent)})


def views(account: Account) -> dict[str, tuple[bool, str]]:
    return {each.channel: (each.verified, each.barred) for each in notices.contacts(account.person)}


def test_a_number_is_verified_by_the_code_that_was_sent_there(a: Account, sent: list[Any]) -> None:
    client = entering.entered("a")
    assert verify(client, "090 000 0002", sent).headers["Location"] == "/account/contacts"
    assert sent[0][1] == "84900000002"
    assert views(a) == {"sms": (True, "")}
    page = client.get("/account/contacts").content.decode()
    assert "0900*****02".replace("0900", "090") in page.replace(" ", "")
    assert OWN not in page
    assert not Entry.objects.filter(detail__icontains="900000002").exists()
    assert "900000002" not in str(list(ContactCode.objects.values()))
    assert code(sent) not in str(list(ContactCode.objects.values()))


def test_id_05_a_code_counts_for_its_own_number_only_and_uses_an_attempt(a: Account, sent: list[Any]) -> None:
    client = entering.entered("a")
    client.post(SMS, {"step": "send", "address": OWN})
    answer = client.post(SMS, {"step": "verify", "address": ANOTHER, "code": code(sent)})
    assert answer.status_code == 422
    assert "không phải mã" in answer.content.decode()
    assert ContactCode.objects.get().attempts == 1
    assert views(a) == {}
    assert client.post(SMS, {"step": "verify", "address": OWN, "code": code(sent)}).status_code == 302
    assert views(a) == {"sms": (True, "")}


def test_a_code_counts_in_its_own_stay_only(a: Account, sent: list[Any]) -> None:
    one, two = entering.entered("a"), entering.entered("a")
    one.post(SMS, {"step": "send", "address": OWN})
    assert two.post(SMS, {"step": "verify", "address": OWN, "code": code(sent)}).status_code == 422
    assert views(a) == {}


def test_a_code_counts_for_its_purpose_only(a: Account, sent: list[Any]) -> None:
    from vamco.systems.identity.services import send_code, verify_contact

    send_code(a, "sms", OWN, sid="s", purpose="another")
    with pytest.raises(Refused) as refused:
        verify_contact(a, "sms", OWN, code(sent), sid="s")
    assert refused.value.code == "identity.contact_code_wrong"


def test_another_person_s_code_is_of_no_use(a: Account, b: Account, sent: list[Any]) -> None:
    mine, theirs = entering.entered("a"), entering.entered("b")
    mine.post(SMS, {"step": "send", "address": OWN})
    assert theirs.post(SMS, {"step": "verify", "address": OWN, "code": code(sent)}).status_code == 422
    assert views(b) == {}


def test_a_code_is_good_once_five_times_wrong_and_ten_minutes(a: Account, sent: list[Any]) -> None:
    client = entering.entered("a")
    client.post(SMS, {"step": "send", "address": OWN})
    right = code(sent)
    wrong = "000000" if right != "000000" else "000001"
    for _try in range(5):
        assert client.post(SMS, {"step": "verify", "address": OWN, "code": wrong}).status_code == 422
    assert client.post(SMS, {"step": "verify", "address": OWN, "code": right}).status_code == 422
    client.post(SMS, {"step": "send", "address": OWN})
    ContactCode.objects.filter(ended_at=None).update(expires_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert client.post(SMS, {"step": "verify", "address": OWN, "code": code(sent)}).status_code == 422
    assert verify(client, OWN, sent).status_code == 302
    assert client.post(SMS, {"step": "verify", "address": OWN, "code": code(sent)}).status_code == 422


def test_nobody_is_flooded_with_codes(a: Account, b: Account, sent: list[Any]) -> None:
    for client in (entering.entered("a"), entering.entered("b")):
        for _each in range(5):
            client.post(SMS, {"step": "send", "address": OWN})
    assert len(sent) == 5
    assert [to for _title, to, _text in sent] == ["84900000002"] * 5


def test_id_01_a_number_moves_to_whoever_verifies_it_and_nothing_else_does(
    a: Account, b: Account, sent: list[Any]
) -> None:
    number = "0900000003"
    old, new = entering.entered("a"), entering.entered("b")
    assert verify(old, number, sent).status_code == 302
    assert verify(old, "a@example.vn", sent, EMAIL).status_code == 302
    pages = [new.post(SMS, {"step": "send", "address": number})]
    pages.append(new.post(SMS, {"step": "verify", "address": number, "code": code(sent)}, follow=True))
    pages += [new.get(each) for each in ("/account/", "/account/contacts", "/account/history", "/account/stays")]
    for page in pages:  # B sees nothing of A's, and not that there was somebody
        text = page.content.decode()
        assert not re.search("Nguyễn Văn A|a@example|a\\*\\*\\*@|người khác", text)
    assert new.session["_auth_user_id"] == str(b.pk)
    assert views(b) == {"sms": (True, "")}
    assert views(a) == {"email": (True, ""), "sms": (False, "moved")}
    assert "Chưa xác minh" in old.get("/account/contacts").content.decode()
    told = notices.inbox(a.person, "vi").notices
    assert [each.template for each in told] == ["identity.contact_moved"]
    assert "090*****03" in told[0].text
    assert notices.inbox(b.person, "vi").notices == ()
    channels = Delivery.objects.filter(notice__person=a.person).values_list("channel", flat=True)
    assert list(channels) == ["email"]  # by the other ways, never to the number
    acts = list(Entry.objects.filter(act="notices.contact_moved"))
    assert [entry.mentions.get().person for entry in acts] == [f"person:{a.person_id}"]


def test_what_is_for_a_no_longer_goes_to_the_number(a: Account, b: Account, sent: list[Any]) -> None:
    verify(entering.entered("a"), OWN, sent)
    verify(entering.entered("b"), OWN, sent)
    Delivery.objects.all().delete()
    with transaction.atomic():
        notices.send("identity.recovered", a.person, {"at": dt.datetime(2026, 11, 30, tzinfo=dt.UTC)}, key="x")
    assert not Delivery.objects.exists()
    notices.set_contact(a.person, "sms", OWN, consent=True)  # an official enters what stands on an old form
    assert views(a) == {"sms": (False, "moved")}
    assert views(b) == {"sms": (True, "")}


def test_a_takes_the_number_back_by_verifying_it(a: Account, b: Account, sent: list[Any]) -> None:
    one, two = entering.entered("a"), entering.entered("b")
    for client in (one, two, one):
        assert verify(client, OWN, sent).status_code == 302
    assert (views(a), views(b)) == ({"sms": (True, "")}, {"sms": (False, "moved")})


def test_another_number_is_unverified_until_it_is_shown(a: Account, sent: list[Any]) -> None:
    verify(entering.entered("a"), OWN, sent)
    notices.set_contact(a.person, "sms", OWN, consent=True)
    assert views(a) == {"sms": (True, "")}  # the same one stays as it was
    notices.set_contact(a.person, "sms", ANOTHER, consent=True)
    assert views(a) == {"sms": (False, "")}


def test_a_contact_is_removed(a: Account, sent: list[Any]) -> None:
    client = entering.entered("a")
    verify(client, OWN, sent)
    assert client.post(SMS, {"step": "remove"}).status_code == 302
    assert not Contact.objects.exists()


@pytest.mark.parametrize("address", ["", "x", "12", "a@b", "0900000002; 0900000003", "🙂", "0" * 300])
def test_what_is_no_number_gets_an_answer(address: str, a: Account, sent: list[Any]) -> None:
    client = entering.entered("a")
    for step in ("send", "verify"):
        assert client.post(SMS, {"step": step, "address": address, "code": "000000"}).status_code == 422
    assert sent == []
    assert client.get("/account/contacts/push").status_code == 404


def test_without_a_channel_it_is_said(a: Account, settings: Any) -> None:
    settings.VAMCO_CHANNELS = {**settings.VAMCO_CHANNELS, "sms": ""}
    client = entering.entered("a")
    assert "chưa gửi được tin" in client.get(SMS).content.decode()
    answer = client.post(SMS, {"step": "send", "address": OWN})
    assert (answer.status_code, "Chưa gửi được mã" in answer.content.decode()) == (422, True)
