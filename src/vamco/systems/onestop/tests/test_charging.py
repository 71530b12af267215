"""A dossier's money: asked at its moment, paid by who acts for the applicant, given back after a refusal; a duty that starts the clock again."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.lib.time import HCM
from vamco.systems.identity.models import Account
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.rules import fees
from vamco.systems.onestop.services import charging, money_told
from vamco.systems.onestop.tests import made
from vamco.systems.payments import public as payments
from vamco.systems.payments.models import Invoice, Payment, Receipt, Refund
from vamco.systems.payments.tests import made as money
from vamco.vocab.payments import InvoiceMoved

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person
    from vamco.systems.onestop.models import ProcedureVersion

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _channels(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    money.open_channels(settings)
    monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: dt.datetime(2026, 11, 18, 9, tzinfo=HCM))


def procedure(*rules: dict[str, Any], charged: str = "filing") -> ProcedureVersion:
    item = made.queries.PROCEDURES.get(made.provincial(duty=True))
    rule = type(item.fees[0]) if item.fees else None
    assert rule is not None
    filing = item.filing.model_copy(update={"charged": charged, "matter": "business"}) if item.filing else None
    changed = item.model_copy(update={"fees": [rule(**each) for each in rules], "filing": filing})
    return made.queries.PROCEDURES.put(made.PROCEDURE, changed)


def again(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_related("case__agency", "office", "procedure").get(pk=dossier.pk)


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(Account.objects.get(person=person), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_daughter_pays_for_her_mother_and_a_refusal_gives_it_back() -> None:
    """Story 2: by mandate, by VietQR, the notice comes twice and late; the dossier is refused; another person decides on the refund."""
    mother, daughter, stranger = (made.citizen(name) for name in ("Trần Thị Mai", "Lê Thị Hoa", "Ngô Văn Lạ"))
    people.give_mandate(
        mother, daughter, since=made.SINCE, until=dt.date(2027, 6, 30), matters=["business"], basis="Hợp đồng ủy quyền", actor=audit.SYSTEM
    )  # fmt: skip
    clerk = made.official("onestop_clerk", "Lê Thị Cẩm Tú")
    accountant = made.official("accountant", "Đinh Thị Thanh Thảo")
    dossier = made.dossier(mother, procedure=procedure({"amount": 100_000}), by=daughter)
    assert dossier.finance == "due"
    invoice = Invoice.objects.get()
    assert (invoice.subject, invoice.total, invoice.person_id) == (f"dossier:{dossier.pk}", 100_000, mother.pk)
    page = browser(daughter).get(f"/pay/{invoice.code}")
    assert page.status_code == 200
    assert f"LE PHI {invoice.reference}" in page.content.decode()
    assert browser(stranger).get(f"/pay/{invoice.code}").status_code == 404
    body = money.report(invoice)
    assert money.send(body).status_code == money.send(body).status_code == 200
    charging.moved(invoice.subject)
    charging.moved(invoice.subject)
    assert again(dossier).finance == "paid"
    assert (Payment.objects.count(), Receipt.objects.count()) == (1, 1)
    cases.act(dossier.pk, "refuse", by=clerk, note="Không thuộc đối tượng", reason="not_entitled")
    assert again(dossier).finance == "refunding"
    refund = Refund.objects.get()
    assert (refund.amount, refund.cause, refund.standing) == (100_000, "refused", "asked")
    payments.decide_refund(refund.pk, "approve", by=accountant)
    payments.finish_refund(refund.pk, "UNC-0012", by=accountant)
    charging.moved(invoice.subject)
    assert again(dossier).finance == "refunded"
    money.send(money.report(invoice))  # and a late second payment goes back, too
    assert list(Refund.objects.order_by("pk").values_list("amount", "cause")) == [
        (100_000, "refused"),
        (100_000, "cancelled"),
    ]


def test_filed_twice_it_is_asked_for_once_and_nothing_is_asked_where_it_is_free() -> None:
    mother, sending = made.citizen("Trần Thị Mai"), uuid.uuid4()
    version = procedure({"amount": 8_000, "per": "copy", "count": "copies"})
    made.dossier(mother, procedure=version, sending=sending, answers={"copies": 3})
    made.dossier(mother, procedure=version, sending=sending, answers={"copies": 3})
    assert list(Invoice.objects.values_list("total", flat=True)) == [24_000]
    free = made.dossier(mother, procedure=procedure({"amount": 0}))
    assert (free.finance, Invoice.objects.count()) == ("none", 1)


def test_what_no_rule_says_the_office_names_and_nobody_else() -> None:
    mother = made.citizen("Trần Thị Mai")
    clerk, cashier = made.official("onestop_clerk", "Lê Thị Cẩm Tú"), made.official("cashier", "Mai Thị Kim Thoa")
    elsewhere = made.official("onestop_clerk", "Người Nơi Khác", "H53.25459")
    dossier = made.dossier(mother, procedure=procedure({"amount": None}))
    assert not Invoice.objects.exists()
    charge = [fees.Charge("Lệ phí", "Fee", 1, 75_000)]
    for who in (mother, cashier, elsewhere):
        with pytest.raises(Missing):
            charging.name(again(dossier), charge, key="a", by=who)
    assert not Invoice.objects.exists()
    first = charging.name(again(dossier), charge, key="a", by=clerk)
    assert charging.name(again(dossier), charge, key="a", by=clerk) == first
    assert (Invoice.objects.get().total, again(dossier).finance) == (75_000, "due")


def test_a_duty_that_is_met_lets_the_dossier_go_on_and_a_paid_fee_does_not() -> None:
    mother = made.citizen("Trần Thị Mai")
    clerk, specialist = made.official("onestop_clerk", "Lê"), made.official("onestop_specialist", "Nguyễn")
    dossier = made.dossier(mother, procedure=procedure({"amount": 10_000}))
    fee = Invoice.objects.get()
    cases.act(dossier.pk, "accept", by=clerk, until=dt.datetime(2026, 11, 30, 16, tzinfo=HCM))
    cases.act(dossier.pk, "ask_duty", by=specialist, note="Thuế thu nhập")
    money.pay(fee)
    charging.moved(fee.subject)
    assert cases.by_id([dossier.pk])[dossier.pk].state == "charging"
    code = charging.name(again(dossier), [fees.Charge("Thuế", "Tax", 1, 2_000_000)], key="d", by=specialist)
    duty = Invoice.objects.get(code=code)
    assert (duty.subject, again(dossier).finance) == (f"dossier:{dossier.pk}:duty", "part")
    money.pay(duty, 1_999_000)
    charging.moved(duty.subject)
    assert cases.by_id([dossier.pk])[dossier.pk].state == "charging"
    money.pay(duty, 1_000)
    charging.moved(duty.subject)
    charging.moved(duty.subject)
    assert cases.by_id([dossier.pk])[dossier.pk].state == "appraising"
    assert again(dossier).finance == "paid"
    with pytest.raises(Refused):
        cases.act(dossier.pk, "duty_met", by=charging.MACHINE)


def test_stopped_it_asks_no_longer_and_what_was_paid_stays_for_a_person_to_decide() -> None:
    mother = made.citizen("Trần Thị Mai")
    clerk, head = made.official("onestop_clerk", "Lê"), made.official("onestop_head", "Hồ")
    version = procedure({"amount": 10_000})
    open_one, paid_one = made.dossier(mother, procedure=version), made.dossier(mother, procedure=version)
    paid = Invoice.objects.get(subject=f"dossier:{paid_one.pk}")
    money.pay(paid)
    for dossier in (open_one, paid_one):
        cases.act(dossier.pk, "accept", by=clerk, until=dt.datetime(2026, 11, 30, 16, tzinfo=HCM))
        cases.act(dossier.pk, "stop", by=head, note="Theo đề nghị", reason="law")
    assert Invoice.objects.get(subject=f"dossier:{open_one.pk}").standing == "cancelled"
    assert money.again(paid).standing == "paid"
    assert not Refund.objects.exists()


def test_the_office_asks_back_what_was_paid_for_a_stopped_dossier_and_another_person_decides() -> None:
    mother, clerk, head = (
        made.citizen("Trần Thị Mai"),
        made.official("onestop_clerk", "Lê"),
        made.official("onestop_head", "Hồ"),
    )
    elsewhere = made.official("onestop_clerk", "Người Nơi Khác", "H53.25459")
    dossier, other = (made.dossier(mother, procedure=procedure({"amount": 10_000})) for _ in range(2))
    invoice, foreign = (Invoice.objects.get(subject=f"dossier:{each.pk}") for each in (dossier, other))
    money.pay(invoice)
    cases.act(dossier.pk, "accept", by=clerk, until=dt.datetime(2026, 11, 30, 16, tzinfo=HCM))
    cases.act(dossier.pk, "stop", by=head, note="Không đủ điều kiện", reason="no_ground")
    for who, code in ((elsewhere, invoice.code), (mother, invoice.code), (clerk, foreign.code)):
        with pytest.raises(Missing):
            charging.ask_back(again(dossier), code, 10_000, "Đã dừng", key="a", by=who)
    with pytest.raises(Refused):
        charging.ask_back(again(dossier), invoice.code, 10_001, "Đã dừng", key="a", by=clerk)
    assert not Refund.objects.exists()
    for _twice in range(2):
        charging.ask_back(again(dossier), invoice.code, 10_000, "Đã dừng", key="a", by=clerk)
    refund = Refund.objects.get()
    assert (refund.standing, refund.asked_by, again(dossier).finance) == ("asked", str(clerk.pk), "refunding")
    both = people.get(clerk.pk)
    people.appoint(both, made.agencies.get(made.OFFICE), "accountant", since=made.SINCE)
    with pytest.raises(Forbidden):
        payments.decide_refund(refund.pk, "approve", by=people.get(clerk.pk))
    payments.decide_refund(refund.pk, "approve", by=head)
    payments.finish_refund(refund.pk, "UNC-0012", by=people.get(clerk.pk))
    charging.moved(invoice.subject)
    assert again(dossier).finance == "refunded"


def test_the_applicant_hears_of_too_little_too_much_and_what_went_back_each_once() -> None:
    mother = made.citizen("Trần Thị Mai")
    dossier = made.dossier(mother, procedure=procedure({"amount": 10_000}))
    invoice = Invoice.objects.get()

    def told() -> list[str]:
        held = money.again(invoice)
        for _twice in range(2):
            money_told.tell(InvoiceMoved(held.code, held.subject, held.standing, held.paid))
        return [notice.title for notice in notices.inbox(mother, "vi").notices]

    money.pay(invoice, 4_000)
    missing = f"Hồ sơ {dossier.number} còn thiếu 6.000 đồng"
    assert told() == [missing]
    money_told.tell(InvoiceMoved(invoice.code, invoice.subject, "open", 0))  # older than what is known: says nothing
    money.pay(invoice, 6_000)
    assert told() == [missing]
    money.pay(invoice, 500)
    much = f"Hồ sơ {dossier.number} nộp thừa 500 đồng"
    assert told() == [much, missing]
    accountant = made.official("accountant", "Đinh")
    payments.decide_refund(Refund.objects.get().pk, "approve", by=accountant)
    payments.finish_refund(Refund.objects.get().pk, "UNC-1", by=accountant)
    assert told() == [f"Đã hoàn trả 500 đồng của hồ sơ {dossier.number}", much, missing]
