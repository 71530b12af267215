"""Cash, receipts, refunds and reconciliation: by whom, how often, and what never happens."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.lib.time import HCM
from vamco.systems.payments import public
from vamco.systems.payments.models import (
    CashEntry,
    Difference,
    Notification,
    Payment,
    Receipt,
    ReconciledDay,
    Refund,
    StatementLine,
    Summary,
)
from vamco.systems.payments.services import issuing
from vamco.systems.payments.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _channels(settings: Any) -> None:
    made.open_channels(settings)


@pytest.fixture
def cashier() -> Person:
    by = made.official("cashier", "Mai Thị Kim Thoa")
    public.open_till(agencies.get(made.OFFICE), 200_000, by=by)
    return by


@pytest.fixture
def accountant() -> Person:
    return made.official("accountant", "Đinh Thị Thanh Thảo")


# ── cash ──


def test_cash_gives_a_receipt_at_once_and_a_double_click_takes_it_once(cashier: Person) -> None:
    held, sending = made.invoice(made.citizen()), uuid.uuid4()
    first = public.take_cash(held.code, 150_000, sending=sending, by=cashier)
    assert public.take_cash(held.code, 150_000, sending=sending, by=cashier).pk == first.pk
    assert (first.number, first.amount, first.cash) == (1, 150_000, True)
    assert made.again(held).standing == "paid"
    till = public.own_till(agencies.get(made.OFFICE), cashier)
    assert till is not None
    assert (public.expected(till), CashEntry.objects.count()) == (350_000, 1)
    with pytest.raises(Refused, match="Nothing is to be paid"):
        public.take_cash(held.code, 150_000, sending=uuid.uuid4(), by=cashier)


def test_a_cashier_takes_nothing_for_another_office_nor_without_a_till(cashier: Person) -> None:
    elsewhere = made.invoice(made.citizen(), agency=made.ELSEWHERE)
    with pytest.raises(Missing):
        public.take_cash(elsewhere.code, 150_000, sending=uuid.uuid4(), by=cashier)
    with pytest.raises(Forbidden):
        public.open_till(agencies.get(made.ELSEWHERE), 0, by=cashier)
    other = made.official("cashier", "Thu Ngân Hai")
    held = made.invoice(made.citizen())
    with pytest.raises(Refused, match="till"):
        public.take_cash(held.code, 150_000, sending=uuid.uuid4(), by=other)
    assert not Payment.objects.exists()


def test_what_the_cashier_saw_must_still_be_due(cashier: Person) -> None:
    held = made.invoice(made.citizen())
    made.pay(held, 100_000)
    with pytest.raises(Refused, match="Another amount"):
        public.take_cash(held.code, 150_000, sending=uuid.uuid4(), by=cashier)
    assert public.take_cash(held.code, 50_000, sending=uuid.uuid4(), by=cashier).amount == 150_000


def test_a_till_is_closed_once_and_a_difference_needs_a_word(cashier: Person) -> None:
    till = public.own_till(agencies.get(made.OFFICE), cashier)
    assert till is not None
    with pytest.raises(Refused, match="differs"):
        public.close_till(till.pk, 190_000, "", by=cashier)
    assert public.close_till(till.pk, 190_000, "Trả nhầm tiền lẻ", by=cashier).expected == 200_000
    with pytest.raises(Refused, match="closed"):
        public.close_till(till.pk, 200_000, "", by=cashier)
    with pytest.raises(Refused, match="closed"):
        public.take_cash(made.invoice(made.citizen()).code, 150_000, sending=uuid.uuid4(), by=cashier)


def test_no_paper_after_its_last_day(cashier: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    held = made.invoice(made.citizen())
    monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: dt.datetime(2027, 1, 1, 8, tzinfo=HCM))
    with pytest.raises(Refused) as refused:
        public.take_cash(held.code, 150_000, sending=uuid.uuid4(), by=cashier, paper=True)
    assert (refused.value.code, refused.value.data) == ("payments.no_paper", {"day": "31/12/2026"})
    assert not Payment.objects.exists()


# ── receipts ──


def test_numbers_have_no_gap_and_begin_again_with_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    payer = made.citizen()
    monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: dt.datetime(2026, 12, 31, 23, 59, tzinfo=HCM))
    for _each in range(3):
        made.pay(made.invoice(payer))
    made.pay(made.invoice(payer, agency="H53"), bankaccount="1130012026001")
    monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: dt.datetime(2027, 1, 1, 0, 0, 1, tzinfo=HCM))
    made.pay(made.invoice(payer))
    found = list(Receipt.objects.order_by("pk").values_list("agency__code", "year", "number"))
    assert found == [
        (made.OFFICE, 2026, 1), (made.OFFICE, 2026, 2), (made.OFFICE, 2026, 3), ("H53", 2026, 1), (made.OFFICE, 2027, 1),
    ]  # fmt: skip


def test_voided_after_the_summary_went_it_stands_in_the_next(cashier: Person) -> None:
    first, second = made.invoice(made.citizen()), made.invoice(made.citizen("Lê Văn Hai"))
    for each in (first, second):
        public.take_cash(each.code, 150_000, sending=uuid.uuid4(), by=cashier)
    day = clock.today()
    assert issuing.summarise(day) == 1
    assert issuing.summarise(day) == 0
    one = Receipt.objects.get(invoice=first)
    with pytest.raises(Refused):
        public.void(one.pk, " ", by=cashier)
    again = public.void(one.pk, "Sai tên người nộp", by=cashier, payer_name="Trần Thị Mai Lan")
    assert again is not None
    assert (again.number, again.payer_name) == (3, "Trần Thị Mai Lan")
    with pytest.raises(Refused, match="void already"):
        public.void(one.pk, "Lần nữa", by=cashier)
    issuing.summarise(day)
    contents = [each.content for each in Summary.objects.order_by("pk")]
    year = day.year
    assert contents[0]["issued"] == [f"{year}/00000001", f"{year}/00000002"]
    assert (contents[1]["issued"], contents[1]["voided_since"]) == ([f"{year}/00000003"], [f"{year}/00000001"])
    assert (contents[1]["total"], contents[1]["taken_back"]) == (150_000, 150_000)
    assert made.again(first).standing == "paid"


def test_another_office_voids_nothing(cashier: Person) -> None:
    held = made.invoice(made.citizen())
    one = public.take_cash(held.code, 150_000, sending=uuid.uuid4(), by=cashier)
    elsewhere = made.official("cashier", "Người Nơi Khác", made.ELSEWHERE)
    with pytest.raises(Missing):
        public.void(one.pk, "x", by=elsewhere)
    assert Receipt.objects.get().voided_at is None


# ── refunds ──


def test_who_asks_does_not_decide(accountant: Person) -> None:
    held = made.invoice(made.citizen())
    made.pay(held)
    asked = public.refund(held.code, 150_000, "Thu nhầm", by=str(accountant.pk))
    assert asked is not None
    with pytest.raises(Forbidden):
        public.decide_refund(asked, "approve", by=accountant)
    head = made.official("onestop_head", "Hồ Văn Phước")
    with pytest.raises(Refused, match="Say why"):
        public.decide_refund(asked, "decline", by=head)
    public.decide_refund(asked, "approve", by=head)
    with pytest.raises(Refused, match="decided"):
        public.decide_refund(asked, "decline", by=head, note="x")
    public.finish_refund(asked, "UNC-1", by=accountant)
    public.finish_refund(asked, "UNC-1", by=accountant)
    assert (made.again(held).standing, made.again(held).refunded) == ("refunded", 150_000)


def test_no_more_goes_back_than_came_in_and_elsewhere_nothing(accountant: Person) -> None:
    held = made.invoice(made.citizen())
    made.pay(held)
    public.refund(held.code, 100_000, "Thu thừa", by="1")
    with pytest.raises(Refused, match="No more"):
        public.refund(held.code, 50_001, "Thu thừa", by="1")
    elsewhere = made.official("accountant", "Kế Toán Khác", made.ELSEWHERE)
    with pytest.raises(Missing):
        public.decide_refund(Refund.objects.get().pk, "approve", by=elsewhere)
    with pytest.raises(Refused, match="approved"):
        public.finish_refund(Refund.objects.get().pk, "UNC", by=accountant)
    assert Refund.objects.get().standing == "asked"


def test_an_approved_refund_is_paid_out_from_the_till(cashier: Person) -> None:
    held = made.invoice(made.citizen())
    public.take_cash(held.code, 150_000, sending=uuid.uuid4(), by=cashier)
    asked = public.refund(held.code, 150_000, "Thu nhầm", by="1")
    assert asked is not None
    with pytest.raises(Refused):
        public.pay_out(asked, sending=uuid.uuid4(), by=cashier)
    public.decide_refund(asked, "approve", by=made.official("onestop_head", "Hồ Văn Phước"))
    sending = uuid.uuid4()
    public.pay_out(asked, sending=sending, by=cashier)
    public.pay_out(asked, sending=sending, by=cashier)
    till = public.own_till(agencies.get(made.OFFICE), cashier)
    assert till is not None
    assert (public.expected(till), made.again(held).standing) == (200_000, "refunded")


# ── matching and reconciliation ──


def test_two_open_invoices_of_one_amount_are_candidates_and_a_person_decides(accountant: Person) -> None:
    """PR-02."""
    from vamco.systems.payments.queries import desks

    one, two = made.invoice(made.citizen()), made.invoice(made.citizen("Lê Văn Hai"))
    made.invoice(made.citizen("Người Khác"), public.Line("Khác", "Other", 1, 70_000))
    made.pay(one, content="")
    waiting = Notification.objects.get()
    assert {each.pk for each in desks.candidates(waiting.amount, accountant)} == {one.pk, two.pk}
    elsewhere = made.official("accountant", "Kế Toán Khác", made.ELSEWHERE)
    with pytest.raises(Missing):
        public.assign(waiting.pk, two.code, by=elsewhere)
    other_office = made.invoice(made.citizen("Người Xa"), agency=made.ELSEWHERE)
    with pytest.raises(Missing):
        public.assign(waiting.pk, other_office.code, by=accountant)
    assert not Payment.objects.exists()
    public.assign(waiting.pk, two.code, by=accountant)
    assert (made.again(one).standing, made.again(two).standing) == ("open", "paid")
    with pytest.raises(Refused, match="matched already"):
        public.assign(waiting.pk, one.code, by=accountant)


def statement(*rows: tuple[str, int, str]) -> bytes:
    at = clock.now().astimezone(HCM).strftime("%d/%m/%Y %H:%M")
    lines = [f"{external},{at},{made.ACCOUNT},{amount},{content}" for external, amount, content in rows]
    return "\n".join(["id,time,account,amount,content", *lines]).encode()


def test_a_day_is_reconciled_by_three_sides_and_closed_once(
    accountant: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, day = agencies.get(made.OFFICE), clock.today()
    good, lost, cut = (made.invoice(made.citizen(f"Người {n}")) for n in "ABC")
    made.pay(good, transactionid="F1")
    made.pay(cut, transactionid="F2", content="LE PHI")
    sheet = statement(("F1", 150_000, "x"), ("F2", 150_000, "LE PHI"), ("F3", 150_000, f"LE PHI {lost.reference}"))
    rows = public.read_statement(sheet)
    assert public.take_statement(office, rows, source="bank", by="1") == 3
    assert public.take_statement(office, rows, source="bank", by="1") == 0
    found = public.look(office, day)
    assert (found.matched, found.statement) == (1, True)
    cases = {each.key.partition(":")[0]: each for each in Difference.objects.all()}
    assert (cases["notice"].bucket, cases["notice"].cause) == ("unknown_notice", "text_cut")
    assert (cases["line"].bucket, cases["line"].cause, cases["line"].invoice_id) == (
        "missing_notice",
        "notice_lost",
        lost.pk,
    )
    with pytest.raises(Refused, match="over"):
        public.close_day(office, day, by=accountant)
    later = clock.now() + dt.timedelta(days=1)
    monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: later)
    with pytest.raises(Refused, match="every difference"):
        public.close_day(office, day, by=accountant)
    public.assign(cases["notice"].notification_id or 0, cut.code, by=accountant)
    public.close_difference(cases["line"].pk, "Ngân hàng gửi lại thông báo", by=accountant)
    public.close_day(office, day, by=accountant)
    with pytest.raises(Refused, match="closed already"):
        public.close_day(office, day, by=accountant)
    assert ReconciledDay.objects.get().closed_by == str(accountant.pk)


def test_nobody_else_reconciles_this_account(accountant: Person) -> None:
    with pytest.raises(Forbidden):
        public.close_day(agencies.get(made.ELSEWHERE), clock.today() - dt.timedelta(days=1), by=accountant)
    with pytest.raises(Refused, match="another account"):
        public.take_statement(
            agencies.get("H53"), public.read_statement(statement(("F1", 1, "x"))), source="bank", by="1"
        )
    assert not StatementLine.objects.exists()


@pytest.mark.parametrize("sheet", [b"", b"id,time\n1,2", b"\xff\xfe", statement.__doc__ or b"id,time,account,amount,content\nA,hom qua,1,1,x", b"id,time,account,amount,content\nA,30/11/2026 10:00,1,0,x"])  # fmt: skip
def test_what_is_no_statement_is_refused(sheet: bytes) -> None:
    with pytest.raises(Refused):
        public.read_statement(sheet)
