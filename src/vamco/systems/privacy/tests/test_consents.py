"""Consent: given and withdrawn by purpose, to the text that was seen; never to what a law asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vamco.kernel.base import clock
from vamco.kernel.work.notices import public as notices
from vamco.lib.errors import Refused
from vamco.systems.privacy import public as privacy
from vamco.systems.privacy.models import Consent
from vamco.systems.privacy.queries.table import PURPOSES
from vamco.systems.privacy.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db


def test_consent_counts_from_giving_to_withdrawing(lan: Person) -> None:
    before = clock.now()
    assert not privacy.consented(lan, "reminders")
    assert privacy.set_consent(lan, "reminders", given=True, seen=1)
    assert not privacy.set_consent(lan, "reminders", given=True, seen=1)
    between = clock.now()
    assert privacy.consented(lan, "reminders")
    assert privacy.allowed(lan, "reminders")
    assert privacy.set_consent(lan, "reminders", given=False, seen=1)
    assert not privacy.consented(lan, "reminders")
    assert not privacy.allowed(lan, "reminders")
    assert privacy.consented(lan, "reminders", between)
    assert not privacy.consented(lan, "reminders", before)
    assert [(step.given, step.version) for step in privacy.consent_history(lan, "reminders")] == [(False, 1), (True, 1)]
    assert not privacy.consented(made.citizen("Trần Văn Minh"), "reminders", between)


def test_what_a_law_asks_for_is_not_withdrawn_and_says_why(lan: Person) -> None:
    for wanted in (True, False):
        with pytest.raises(Refused) as refusal:
            privacy.set_consent(lan, "account", given=wanted, seen=1)
        assert (refusal.value.code, refusal.value.data["source"]) == (
            "privacy.by_law",
            "NĐ 69/2024/NĐ-CP; Luật 91/2025/QH15",
        )
    assert privacy.allowed(lan, "account")
    assert not privacy.consented(lan, "account")
    assert not Consent.objects.exists()


def test_a_new_text_asks_again_only_where_it_says_so(lan: Person) -> None:
    privacy.set_consent(lan, "prefill", given=True, seen=1)
    first = PURPOSES.get(PURPOSES.newest("prefill"))
    PURPOSES.put("prefill", replace(first, text="Lời mới, ý cũ."))
    assert privacy.consented(lan, "prefill")
    PURPOSES.put("prefill", replace(first, text="Thêm việc dùng.", asks_again=True))
    PURPOSES.put("prefill", replace(first, text="Thêm việc dùng (sửa lỗi chính tả)."))
    assert not privacy.consented(lan, "prefill")
    assert privacy.consent_of(lan, "prefill").outdated
    with pytest.raises(Refused) as refusal:
        privacy.set_consent(lan, "prefill", given=True, seen=1)
    assert refusal.value.code == "privacy.other_text"
    assert privacy.set_consent(lan, "prefill", given=True, seen=4)
    assert privacy.consented(lan, "prefill")
    texts = [step.text for step in privacy.consent_history(lan, "prefill")]
    assert texts == ["Thêm việc dùng (sửa lỗi chính tả).", first.text]


@given(st.lists(st.booleans(), max_size=12))
@settings(max_examples=15)
def test_the_last_decision_counts_whatever_was_before(decisions: list[bool]) -> None:
    person = made.citizen()
    for decision in decisions:
        privacy.set_consent(person, "improvement", given=decision, seen=1)
    assert privacy.consented(person, "improvement") is (bool(decisions) and decisions[-1])
    changes = [a for a, b in zip(decisions, [False, *decisions], strict=False) if a != b]
    assert list(Consent.objects.filter(person=person).order_by("pk").values_list("given", flat=True)) == changes


def test_the_page_gives_withdraws_and_shows_what_stops(lan: Person) -> None:
    browser = made.reader(lan, level=1)
    page = browser.get("/account/privacy/consents/").content.decode()
    assert "Nhắc việc và gợi ý dịch vụ" in page
    assert "Tài khoản và đăng nhập" in page
    assert browser.post("/account/privacy/consents/reminders", {"agree": "yes", "seen": "1"}).status_code == 302
    page = browser.get("/account/privacy/consents/reminders").content.decode()
    assert "Ông/bà không còn nhận nhắc việc và gợi ý" in page
    assert "Phiên bản 1 của nội dung" in page
    answer = browser.post("/account/privacy/consents/account", {"agree": "no", "seen": "1"})
    assert answer.status_code == 409
    assert "không thể rút" in answer.content.decode()
    assert privacy.consented(lan, "reminders")


def test_the_channels_of_notices_stand_on_the_same_page_and_are_kept_once(lan: Person) -> None:
    notices.set_contact(lan, "email", "lan@vidu.vn", consent=True)
    browser = made.reader(lan, level=1)
    assert notices.contacts(lan)[0].shown in browser.get("/account/privacy/consents/").content.decode()
    browser.post("/account/privacy/consents/", {"channel": "email", "agree": "no"})
    assert [contact.consented for contact in notices.contacts(lan)] == [False]
    browser.post("/account/privacy/consents/", {"channel": "zalo", "agree": "yes"})
    assert [contact.channel for contact in notices.contacts(lan)] == ["email"]
    assert not Consent.objects.exists()
