"""The gateway: attempts of their own, notices that are verified first, outcomes that are asked for until they are final."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from vamco.kernel.base import clock
from vamco.lib.errors import Unavailable
from vamco.systems.payments import public
from vamco.systems.payments.adapters import asking
from vamco.systems.payments.models import Attempt, Invoice, Notification, Payment, Receipt, Refund
from vamco.systems.payments.rules import gateway
from vamco.systems.payments.services import attempts
from vamco.systems.payments.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _channels(settings: Any) -> None:
    made.open_channels(settings)


def begun(held: Invoice) -> Attempt:
    address = public.begin(held, back="https://vamco.vn/payments/back", address="127.0.0.1", language="vi")
    parameters = dict(parse_qsl(urlsplit(address).query))
    assert gateway.verified(parameters, made.SECRET)
    assert parameters["vnp_Amount"] == gateway.amount_out(public.due(held))
    return Attempt.objects.get(code=parameters["vnp_TxnRef"])


def standing(held: Invoice) -> str:
    return made.again(held).standing


def test_an_invalid_notice_leaves_no_trace_and_the_genuine_one_counts() -> None:
    """PR-09."""
    held = made.invoice(made.citizen())
    attempt = begun(held)
    assert made.ipn(attempt.code, 150_000, secret="khac") == "97"
    assert not Notification.objects.exists()
    assert Attempt.objects.get().standing == "begun"
    assert made.ipn(attempt.code, 150_000) == "00"
    assert standing(held) == "paid"
    assert made.ipn(attempt.code, 150_000) == "02"
    assert (Receipt.objects.count(), Payment.objects.count()) == (1, 1)


@pytest.mark.parametrize(("code", "amount", "answer"), [("khong-co", 150_000, "01"), ("", 150_000, "01"), (None, 149_999, "04"), (None, 1, "04")])  # fmt: skip
def test_another_order_or_amount_settles_nothing(code: str | None, amount: int, answer: str) -> None:
    held = made.invoice(made.citizen())
    attempt = begun(held)
    assert made.ipn(attempt.code if code is None else code, amount) == answer
    assert standing(held) == "open"
    assert not Payment.objects.exists()


def test_a_later_failure_does_not_unpay_it() -> None:
    """PR-05: attempts have their own ids."""
    held = made.invoice(made.citizen())
    first, second = begun(held), begun(held)
    assert first.code != second.code
    assert made.ipn(first.code, 150_000) == "00"
    assert made.ipn(second.code, 150_000, vnp_ResponseCode="24", vnp_TransactionStatus="02") == "00"
    assert made.ipn(first.code, 150_000, vnp_ResponseCode="24", vnp_TransactionStatus="02") == "02"
    assert standing(held) == "paid"
    assert [each.standing for each in Attempt.objects.order_by("pk")] == ["paid", "failed"]


def test_both_attempts_paid_it_is_paid_once_and_one_goes_back() -> None:
    """PR-05."""
    held = made.invoice(made.citizen())
    first, second = begun(held), begun(held)
    made.ipn(first.code, 150_000)
    made.ipn(second.code, 150_000)
    assert standing(held) == "paid"
    assert list(Refund.objects.values_list("amount", "cause")) == [(150_000, "second")]
    assert Receipt.objects.count() == 1


def test_a_return_of_the_browser_proves_nothing() -> None:
    held = made.invoice(made.citizen())
    attempt = begun(held)
    parameters = {"vnp_TxnRef": attempt.code, "vnp_ResponseCode": "00", "vnp_Amount": "15000000"}
    assert public.came_back({**parameters, gateway.SIGNATURE: "0" * 128}) is None
    assert standing(held) == "open"
    assert public.came_back({**parameters, gateway.SIGNATURE: gateway.sign(parameters, made.SECRET)}) is not None
    assert standing(held) == "checking"
    assert not Payment.objects.exists()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Let the gateway answer with some outcomes, one after the other."""

    def answers(*outcomes: str) -> list[str]:
        left = list(outcomes)

        def outcome(code: str, **_named: object) -> asking.Outcome:
            said = left.pop(0) if len(left) > 1 else left[0]
            if said == "away":
                raise Unavailable("payments.gateway", "away")
            found: dict[str, str] = {"vnp_TxnRef": code, "vnp_PayDate": gateway.moment_out(clock.now())}
            return asking.Outcome(said, 150_000, found)  # type: ignore[arg-type]

        monkeypatch.setattr(asking, "outcome", outcome)
        return left

    return answers


def at(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> None:
    monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: moment)


def test_without_return_and_notice_it_is_asked_for_until_it_is_paid(
    asked: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PR-10: polls at 1, 5 minutes → paid at 5."""
    held = made.invoice(made.citizen())
    attempt = begun(held)
    asked("pending", "paid")
    at(monkeypatch, attempt.begun_at + dt.timedelta(minutes=1, seconds=1))
    attempts.poll_due()
    assert standing(held) == "checking"
    assert Attempt.objects.get().next_poll_at == attempt.begun_at + dt.timedelta(minutes=5)
    at(monkeypatch, attempt.begun_at + dt.timedelta(minutes=5, seconds=1))
    attempts.poll_due()
    assert standing(held) == "paid"
    attempts.poll(attempt.pk)
    assert made.ipn(attempt.code, 150_000) == "02"
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("said", ["away", "pending"])
def test_still_unknown_after_a_day_it_is_a_persons_task(
    said: str, asked: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = made.invoice(made.citizen())
    attempt = begun(held)
    asked(said)
    at(monkeypatch, attempt.begun_at + dt.timedelta(hours=24, seconds=1))
    attempts.poll_due()
    found = Attempt.objects.get()
    assert (found.standing, found.handed_at is not None, found.ended_at) == ("unknown", True, None)
    accountant = made.official("accountant", "Đinh Thị Thanh Thảo")
    public.conclude(attempt.pk, "Cổng báo không có giao dịch", by=accountant)
    assert (Attempt.objects.get().standing, standing(held)) == ("failed", "open")
    assert made.ipn(attempt.code, 150_000) == "00"  # and yet the money comes
    assert standing(held) == "paid"


def test_an_order_that_the_gateway_never_saw_is_over_after_a_day(
    asked: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = begun(made.invoice(made.citizen()))
    asked("unknown")
    at(monkeypatch, attempt.begun_at + dt.timedelta(hours=25))
    attempts.poll_due()
    assert Attempt.objects.get().standing == "failed"
